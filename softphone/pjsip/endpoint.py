"""The one pjsua2 endpoint: made, polled and freed in the one order that does not abort."""

import contextlib
import dataclasses
import gc
import os
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Final

import pjsua2 as pj

from softphone.errors import SoundUnavailable, WorldError
from softphone.pjsip.account import (
    Credentials,
    PhoneAccount,
    Standing,
    account_configuration,
    registered_configuration,
)
from softphone.pjsip.bounds import operation
from softphone.pjsip.call import PhoneCall
from softphone.pjsip.capabilities import MOST_CALLS, OPUS, capabilities_of
from softphone.pjsip.facts import Box

CLOCK_RATE: Final = 16000  # Hz: G.722's, and cheap to bring down to 8000
FRAME_MS: Final = 20
CODECS: Final = {OPUS: 255, "PCMU/8000/1": 254, "PCMA/8000/1": 253, "G722/16000/1": 252}
POLL_MS: Final = 10
ECHO_TAIL_MS: Final = 200  # a loudspeaker across a room
_ECHO_AND_NOISE: Final = 128  # PJMEDIA_ECHO_USE_NOISE_SUPPRESSOR, the best canceller built in
_DEFAULT_CAPTURE: Final = -1  # PJMEDIA_AUD_DEFAULT_CAPTURE_DEV, which no binding exports
_DEFAULT_PLAYBACK: Final = -2


class Phone:
    """The one endpoint. Made, polled and closed on one thread."""

    def __init__(self, *, log_level: int = 0) -> None:
        self.box: Box = deque()
        self.calls: set[PhoneCall] = set()
        self._gone: list[PhoneCall] = []  # over, and not yet safe to destroy
        self._dying: list[tuple[int, str]] = []  # pjsua2's number of such a call, its slot's key
        self.accept_transfers: Callable[[], bool] = lambda: False
        self._account: PhoneAccount | None = None
        self._standing: Standing | None = None
        self._registered_as: tuple[Credentials, str] | None = None
        self._endpoint = pj.Endpoint()
        with _quiet_stdout(), operation("start"):
            self._endpoint.libCreate()
            self._endpoint.libInit(_configuration(log_level))
            transport = pj.TransportConfig()
            transport.boundAddress = "127.0.0.1"
            number = self._endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
            local = str(self._endpoint.transportGetInfo(number).localName)
            self.port = int(local.rsplit(":", 1)[1])
            self._endpoint.audDevManager().setNullDev()  # gives the bridge its clock
            for codec in self._endpoint.codecEnum2():
                self._endpoint.codecSetPriority(codec.codecId, CODECS.get(codec.codecId, 0))
            self.capabilities = capabilities_of(self._endpoint)
            if self.capabilities.opus:
                self._speak_opus_at_our_rate()
            self._endpoint.libStart()
        self.version = str(self.capabilities)

    def _speak_opus_at_our_rate(self) -> None:
        """Opus says 48 kHz whatever it carries (RFC 7587 4.1): the bridge need not resample."""
        settings = self._endpoint.getCodecOpusConfig()
        settings.sample_rate, settings.channel_cnt = CLOCK_RATE, 1
        self._endpoint.setCodecOpusConfig(settings)

    def open(self, standing: Standing) -> None:
        """Take calls, without a registrar."""
        self._standing = standing
        self._account = PhoneAccount(self.box, self.calls, self.accept_transfers)
        with operation("account"):
            self._account.create(account_configuration(standing, "desk"))

    def register(self, who: Credentials, host: str) -> None:
        """Register with a PBX that reaches this machine at `host`, or register again."""
        if self._account is None or self._standing is None:
            raise WorldError("The phone has not been opened yet.")
        if (who, host) == self._registered_as:
            with operation("REGISTER"):
                self._account.setRegistration(True)
            return
        self._standing = dataclasses.replace(self._standing, host=host)
        self._registered_as = (who, host)
        with operation("REGISTER"):
            self._account.modify(registered_configuration(self._standing, who))

    def unregister(self) -> bool:
        """Tell the registrar we are leaving; False when there is none to tell."""
        if self._account is None or not self._account.getInfo().regIsActive:
            return False
        with operation("unregister"):
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
        with operation("sound devices"):
            return len(self._endpoint.audDevManager().enumDev2())

    def use_native_sound(self) -> tuple[str, str, bool]:
        """Speak through pjsua2's own default devices; return their names, and whether echoes are
        cancelled and noise held down.

        Raises `SoundUnavailable`.
        """
        if not self.sound_devices():
            raise SoundUnavailable("This build of the phone has no sound devices of its own.")
        manager = self._endpoint.audDevManager()
        try:
            manager.setCaptureDev(_DEFAULT_CAPTURE)
            manager.setPlaybackDev(_DEFAULT_PLAYBACK)
            devices = manager.getCaptureDev(), manager.getPlaybackDev()
            microphone, earpiece = (str(manager.getDevInfo(number).name) for number in devices)
        except pj.Error:
            self.use_own_clock()
            reason = "The system's sound devices cannot be opened; are they in use?"
            raise SoundUnavailable(reason) from None
        with contextlib.suppress(pj.Error):  # a build without a canceller: the sheet says so
            manager.setEcOptions(ECHO_TAIL_MS, _ECHO_AND_NOISE)
            return microphone, earpiece, int(manager.getEcTail()) > 0
        return microphone, earpiece, False

    def use_own_clock(self) -> None:
        """Leave the native devices: the bridge takes its clock from nowhere but time."""
        with operation("null sound"):
            self._endpoint.audDevManager().setNullDev()

    def stop_clock(self) -> None:
        """Stop the bridge for good: no port of ours may be freed while its thread is in one."""
        with operation("no sound"):
            self._endpoint.audDevManager().setNoDev()

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


def _configuration(log_level: int) -> Any:
    settings = pj.EpConfig()
    settings.uaConfig.threadCnt = 0
    settings.uaConfig.mainThreadOnly = True
    settings.uaConfig.maxCalls = MOST_CALLS
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
