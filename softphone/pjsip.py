"""pjsua2, held at arm's length: the only module, with the sound port, that imports it.

Callbacks translate what happened into a frozen fact and put it in a box; the engine's loop takes
the facts out between two polls and decides. Nothing of pjsua2 is touched on any other thread, no
callback lets an exception out (either aborts the process), and every object is kept until the loop
has seen its end.
"""

import contextlib
import functools
import gc
import os
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto, unique
from typing import Any, Final

import pjsua2 as pj

from softphone.errors import SipFailure, WorldError
from softphone.packet import Malformed, Packet

CLOCK_RATE: Final = 16000  # Hz: G.722's, and cheap to bring down to 8000
FRAME_MS: Final = 20
LINES: Final = 4  # PJSUA_MAX_CALLS, compiled into the wheel; more is clamped in silence
CODECS: Final = (("PCMU/8000/1", 254), ("PCMA/8000/1", 253), ("G722/16000/1", 252))
POLL_MS: Final = 10
_INVALID_OPERATION: Final = 70013  # PJ_EINVALIDOP, which the wheel does not export


@unique
class Signal(Enum):
    """What a dialog has come to."""

    ALERTING = auto()
    UP = auto()
    OVER = auto()


@dataclass(frozen=True, slots=True)
class Incoming:
    """pjsua2 has taken an INVITE; 180 is on its way."""

    call: "PhoneCall"
    invite: Packet


@dataclass(frozen=True, slots=True)
class Signalled:
    """A dialog moved."""

    call: "PhoneCall"
    signal: Signal
    code: int
    by_far_end: bool


@dataclass(frozen=True, slots=True)
class MediaChanged:
    """A call's sound has been negotiated anew."""

    call: "PhoneCall"


@dataclass(frozen=True, slots=True)
class ReofferFailed:
    """The far end did not accept a hold or a resume."""

    call: "PhoneCall"
    code: int


@dataclass(frozen=True, slots=True)
class Digit:
    """The far end pressed a key."""

    call: "PhoneCall"
    digit: str


@dataclass(frozen=True, slots=True)
class TransferProgress:
    """News of a REFER of ours. `reason` is the far end's phrase."""

    call: "PhoneCall"
    code: int
    final: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Transferred:
    """The far end sent us elsewhere and pjsua2 dials there: a new outgoing call."""

    call: "PhoneCall"
    by: "PhoneCall"


@dataclass(frozen=True, slots=True)
class Registered:
    """The registrar answered, or did not."""

    active: bool
    code: int
    reason: str


@dataclass(frozen=True, slots=True)
class CallbackFailed:
    """A callback of ours broke: a bug, to be reported, never to reach pjsua2."""

    where: str
    error: Exception
    call: "PhoneCall | None"


Fact = (
    Incoming
    | Signalled
    | MediaChanged
    | ReofferFailed
    | Digit
    | TransferProgress
    | Transferred
    | Registered
    | CallbackFailed
)
Box = deque[Fact]


def _contained(callback: Callable[..., None]) -> Callable[..., None]:
    """Keep an exception from reaching pjsua2, which would abort, and report it as a fact."""

    @functools.wraps(callback)
    def contained(self: Any, prm: Any) -> None:
        try:
            callback(self, prm)
        except Exception as error:  # noqa: BLE001 - raised again as a fact on the engine's loop
            call = self if isinstance(self, PhoneCall) else None
            self.box.append(CallbackFailed(callback.__name__, error, call))

    return contained


@contextlib.contextmanager
def _operation(name: str) -> Iterator[None]:
    try:
        yield
    except pj.Error as error:
        raise SipFailure(name, int(error.status)) from None


class PhoneCall(pj.Call):  # type: ignore[misc]
    """One dialog. Kept by the engine until `Signal.OVER` has been handled."""

    def __init__(self, account: Any, box: Box, call_id: int = pj.PJSUA_INVALID_ID) -> None:
        super().__init__(account, call_id)
        self.box = box
        self.account = account
        self.key = ""  # of the slot it stands on
        self._hung_up = False

    # Asked by the engine

    def forget_key(self) -> int:
        """Give up the slot and return pjsua2's number of the call."""
        self.key = ""
        return int(self.getId())

    def place(self, target: str, *, sender: str, headers: dict[str, str]) -> None:
        """Send the INVITE."""
        prm = pj.CallOpParam(True)
        prm.opt.videoCount = 0
        if sender:
            prm.txOption.localUri = sender
        for name, value in headers.items():
            header = pj.SipHeader()
            header.hName, header.hValue = name, value
            prm.txOption.headers.append(header)
        with _operation("INVITE"):
            self.makeCall(target, prm)

    def respond(self, code: int) -> None:
        """Answer the INVITE."""
        prm = pj.CallOpParam(True)
        prm.opt.videoCount = 0
        prm.statusCode = code
        with _operation(f"answer {code}"):
            self.answer(prm)

    def end(self, code: int = 0) -> None:
        """Hang up: BYE, CANCEL or the final answer, as the dialog needs."""
        if self.getId() == pj.PJSUA_INVALID_ID:
            raise SipFailure("hang up", _INVALID_OPERATION)
        self._hung_up = True
        prm = pj.CallOpParam(True)
        prm.statusCode = code
        with _operation("hang up"):
            self.hangup(prm)

    def hold(self) -> None:
        """Offer `sendonly`."""
        with _operation("hold"):
            self.setHold(pj.CallOpParam(True))

    def unhold(self) -> None:
        """Offer `sendrecv` again."""
        prm = pj.CallOpParam(True)
        prm.opt.flag = pj.PJSUA_CALL_UNHOLD
        prm.opt.videoCount = 0
        with _operation("resume"):
            self.reinvite(prm)

    def dial_digits(self, digits: str) -> None:
        """Send keys by RFC 4733."""
        prm = pj.CallSendDtmfParam()
        prm.method = pj.PJSUA_DTMF_METHOD_RFC2833
        prm.digits = digits
        with _operation("DTMF"):
            self.sendDtmf(prm)

    def refer(self, target: str) -> None:
        """Send REFER."""
        with _operation("REFER"):
            self.xfer(target, pj.CallOpParam(True))

    def audio(self) -> Any | None:
        """The call's sound in the bridge, None while there is none."""
        if self.getId() == pj.PJSUA_INVALID_ID:  # not placed yet: pjsua2 would abort
            return None
        try:
            return self.getAudioMedia(-1)
        except pj.Error:
            return None

    def on_hold_here(self) -> bool:
        """Whether our last accepted offer held the call."""
        try:
            info = self.getInfo()  # its vectors live as long as it does, so it keeps a name
            statuses = [media.status for media in info.media]
        except pj.Error:
            return False
        return pj.PJSUA_CALL_MEDIA_LOCAL_HOLD in statuses

    @property
    def sip_call_id(self) -> str:
        """The dialog's Call-ID."""
        with _operation("call information"):
            return str(self.getInfo().callIdString)

    # Told by pjsua2

    @_contained
    def onCallState(self, prm: Any) -> None:  # noqa: ARG002, N802
        info = self.getInfo()
        if info.state == pj.PJSIP_INV_STATE_EARLY and info.role == pj.PJSIP_ROLE_UAC:
            signal = Signal.ALERTING
        elif info.state == pj.PJSIP_INV_STATE_CONFIRMED:
            signal = Signal.UP
        elif info.state == pj.PJSIP_INV_STATE_DISCONNECTED:
            signal = Signal.OVER
        else:
            return
        self.box.append(Signalled(self, signal, int(info.lastStatusCode), not self._hung_up))

    @_contained
    def onCallMediaState(self, prm: Any) -> None:  # noqa: ARG002, N802
        self.box.append(MediaChanged(self))

    @_contained
    def onCallTsxState(self, prm: Any) -> None:  # noqa: N802
        if prm.e.type != pj.PJSIP_EVENT_TSX_STATE:
            return
        tsx = prm.e.body.tsxState.tsx
        if (
            tsx.role == pj.PJSIP_ROLE_UAC
            and tsx.method == "INVITE"
            and tsx.state == pj.PJSIP_TSX_STATE_COMPLETED
            and tsx.statusCode >= 300
            and self.getInfo().state == pj.PJSIP_INV_STATE_CONFIRMED
        ):
            self.box.append(ReofferFailed(self, int(tsx.statusCode)))

    @_contained
    def onDtmfDigit(self, prm: Any) -> None:  # noqa: N802
        self.box.append(Digit(self, str(prm.digit)))

    @_contained
    def onCallTransferStatus(self, prm: Any) -> None:  # noqa: N802
        code, final, reason = int(prm.statusCode), bool(prm.finalNotify), str(prm.reason)
        self.box.append(TransferProgress(self, code, final, reason))

    @_contained
    def onCallTransferRequest(self, prm: Any) -> None:  # noqa: N802
        if not self.account.may_be_transferred():
            # A caller who could make the desk dial would be dialling at its cost
            prm.statusCode = pj.PJSIP_SC_FORBIDDEN
            return
        successor = PhoneCall(self.account, self.box)
        self.account.keep(successor)
        prm.newCall = successor
        self.box.append(Transferred(successor, self))

    @_contained
    def onCallReplaceRequest(self, prm: Any) -> None:  # noqa: N802
        prm.statusCode = pj.PJSIP_SC_NOT_ACCEPTABLE_HERE


class _PhoneAccount(pj.Account):  # type: ignore[misc]
    """The desk's one account: hears calls, and registers where told to."""

    def __init__(self, box: Box, calls: set[PhoneCall], transferable: Callable[[], bool]) -> None:
        super().__init__()
        self.box = box
        self.calls = calls
        self.may_be_transferred = transferable

    def keep(self, call: PhoneCall) -> None:
        """Hold a reference: a collected call answers 603."""
        self.calls.add(call)

    @_contained
    def onIncomingCall(self, prm: Any) -> None:  # noqa: N802
        # Reading prm after the callback has returned is a segmentation fault: copy it now
        raw = str(prm.rdata.wholeMsg).encode("utf-8", "surrogateescape")
        call = PhoneCall(self, self.box, prm.callId)
        self.keep(call)
        try:
            invite = Packet(raw)
        except Malformed:
            call.end(pj.PJSIP_SC_BAD_REQUEST)
            raise
        call.respond(pj.PJSIP_SC_RINGING)
        self.box.append(Incoming(call, invite))

    @_contained
    def onRegState(self, prm: Any) -> None:  # noqa: N802
        active = bool(self.getInfo().regIsActive)
        self.box.append(Registered(active, int(prm.code), str(prm.reason)))


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the phone stands: the addresses the world sees, and the way out."""

    host: str
    port: int
    media_bind: str
    outbound: str  # SIP URI of the guard on loopback


class Phone:
    """The one endpoint. Made, polled and closed on one thread."""

    def __init__(self, *, log_level: int = 0) -> None:
        self.box: Box = deque()
        self.calls: set[PhoneCall] = set()
        self._gone: list[PhoneCall] = []  # over, and not yet safe to destroy
        self._dying: list[tuple[int, str]] = []  # pjsua2's number of such a call, its slot's key
        self.accept_transfers: Callable[[], bool] = lambda: False
        self._account: _PhoneAccount | None = None
        self._standing: Standing | None = None
        self._endpoint = pj.Endpoint()
        with _quiet_stdout(), _operation("start"):
            self._endpoint.libCreate()
            self._endpoint.libInit(_configuration(log_level))
            transport = pj.TransportConfig()
            transport.boundAddress = "127.0.0.1"
            number = self._endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
            local = str(self._endpoint.transportGetInfo(number).localName)
            self.port = int(local.rsplit(":", 1)[1])
            self._endpoint.audDevManager().setNullDev()  # gives the bridge its clock
            for codec in self._endpoint.codecEnum2():
                self._endpoint.codecSetPriority(codec.codecId, dict(CODECS).get(codec.codecId, 0))
            self._endpoint.libStart()
        self.version = f"pjsua2 {self._endpoint.libVersion().full}"

    def open(self, standing: Standing) -> None:
        """Take calls, without a registrar."""
        self._standing = standing
        self._account = _PhoneAccount(self.box, self.calls, self.accept_transfers)
        with _operation("account"):
            self._account.create(self._account_configuration(standing, "desk"))

    def register(self, user: str, registrar: str, password: str) -> None:
        """Register with a PBX, in place of whatever registration there was."""
        if self._account is None or self._standing is None:
            raise WorldError("The phone has not been opened yet.")
        settings = self._account_configuration(self._standing, user)
        settings.idUri = f"sip:{user}@{registrar}"
        settings.regConfig.registrarUri = f"sip:{registrar}"
        settings.regConfig.timeoutSec = 300
        settings.regConfig.retryIntervalSec = 15
        settings.regConfig.firstRetryIntervalSec = 2
        settings.sipConfig.authCreds.append(pj.AuthCredInfo("digest", "*", user, 0, password))
        with _operation("REGISTER"):
            self._account.modify(settings)

    def unregister(self) -> bool:
        """Tell the registrar we are leaving; False when there is none to tell."""
        if self._account is None or not self._account.getInfo().regIsActive:
            return False
        with _operation("unregister"):
            self._account.setRegistration(False)
        return True

    def new_call(self) -> PhoneCall:
        """Return a call yet to be placed."""
        call = PhoneCall(self._account, self.box)
        self.calls.add(call)
        return call

    def free(self, call: PhoneCall) -> None:
        """Let a call that is over go. On the loop only, never in a callback."""
        self.calls.discard(call)
        self._gone.append(call)

    def emptied_slots(self) -> list[str]:
        """Destroy what may be destroyed; return the keys of calls whose place has come free.

        Two habits of pjsua2 meet here. It may give a number to a new call in the very poll that
        ended the old one, and a call object's destructor hangs up whatever has its number by then:
        such an object is kept until nobody has. And it says a call we hang up is over at once, but
        keeps its place until the BYE is answered or has timed out (RFC 3261 17.1.2.2): a new call
        before that would meet 486.
        """
        if not self._gone and not self._dying:
            return []
        in_use = {call.getId() for call in self.calls}
        self._dying += [(call.getId(), call.key) for call in self._gone if call.key]
        self._gone = [call for call in self._gone if call.forget_key() in in_use]
        emptied = [
            (number, key)
            for number, key in self._dying
            if number == pj.PJSUA_INVALID_ID or number in in_use or self._is_empty(number)
        ]
        self._dying = [waiting for waiting in self._dying if waiting not in emptied]
        return [key for _, key in emptied]

    def _is_empty(self, number: int) -> bool:
        probe = pj.Call(self._account, number)
        try:
            probe.dump(False, "")
        except pj.Error:
            return True
        return False

    def poll(self) -> None:
        """Handle what has arrived, or wait up to `POLL_MS` for something to."""
        self._endpoint.libHandleEvents(POLL_MS)

    def sound_devices(self) -> int:
        """How many sound devices of its own pjsua2 knows."""
        with _operation("sound devices"):
            return len(self._endpoint.audDevManager().enumDev2())

    def use_native_sound(self) -> tuple[str, str]:
        """Speak through pjsua2's own default devices and return their names."""
        manager = self._endpoint.audDevManager()
        with _operation("native sound"):
            manager.setCaptureDev(pj.PJMEDIA_AUD_DEFAULT_CAPTURE_DEV)
            manager.setPlaybackDev(pj.PJMEDIA_AUD_DEFAULT_PLAYBACK_DEV)
            names = [
                str(manager.getDevInfo(number).name)
                for number in (manager.getCaptureDev(), manager.getPlaybackDev())
            ]
        return names[0], names[1]

    def use_own_clock(self) -> None:
        """Leave the native devices: the bridge takes its clock from nowhere but time."""
        with _operation("null sound"):
            self._endpoint.audDevManager().setNullDev()

    def native_media(self) -> tuple[Any, Any]:
        """The native microphone and earpiece in the bridge."""
        manager = self._endpoint.audDevManager()
        return manager.getCaptureDevMedia(), manager.getPlaybackDevMedia()

    def close(self) -> None:
        """Free everything in the one order that does not abort, and leave."""
        self.calls.clear()
        self._gone.clear()
        self.box.clear()
        gc.collect()
        if self._account is not None:
            with contextlib.suppress(pj.Error):
                self._account.shutdown()
            self._account = None
        gc.collect()
        with contextlib.suppress(pj.Error):
            # Everything has been said: without this pjsua2 waits a second for stragglers
            self._endpoint.libDestroy(pj.PJSUA_DESTROY_NO_NETWORK)

    @staticmethod
    def _account_configuration(standing: Standing, user: str) -> Any:
        settings = pj.AccountConfig()
        here = f"{standing.host}:{standing.port}"
        settings.idUri = f"sip:{user}@{here}"
        settings.sipConfig.contactForced = f"sip:{user}@{here}"
        settings.sipConfig.proxies.append(standing.outbound)
        settings.natConfig.contactRewriteUse = 0
        settings.natConfig.viaRewriteUse = 0
        settings.natConfig.sdpNatRewriteUse = 0
        settings.natConfig.udpKaIntervalSec = 0
        settings.videoConfig.autoShowIncoming = False
        settings.mediaConfig.transportConfig.boundAddress = standing.media_bind
        settings.mediaConfig.transportConfig.publicAddress = standing.host
        return settings


def _configuration(log_level: int) -> Any:
    settings = pj.EpConfig()
    settings.uaConfig.threadCnt = 0
    settings.uaConfig.mainThreadOnly = True
    settings.uaConfig.maxCalls = LINES
    settings.uaConfig.userAgent = "Frontdesk"
    settings.logConfig.level = log_level
    settings.logConfig.consoleLevel = log_level
    settings.logConfig.msgLogging = 0
    settings.medConfig.clockRate = CLOCK_RATE
    settings.medConfig.sndClockRate = CLOCK_RATE
    settings.medConfig.audioFramePtime = FRAME_MS
    settings.medConfig.noVad = True  # silence must flow: a quiet line looks dead to a PBX
    settings.medConfig.ecTailLen = 0
    return settings


@contextlib.contextmanager
def _quiet_stdout() -> Iterator[None]:
    """pjlib speaks on standard output before its log level can be set."""
    saved = os.dup(1)
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a device, wanted as a descriptor
        os.dup2(nowhere.fileno(), 1)
    try:
        yield
    finally:
        os.dup2(saved, 1)
        os.close(saved)
