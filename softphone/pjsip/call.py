"""One dialog: what the engine asks of it, and what it tells."""

from typing import Any, Final
from urllib.parse import quote

import pjsua2 as pj

from softphone.errors import Refused, SipFailure
from softphone.packet import Packet, tag_of
from softphone.pjsip.bounds import contained, operation
from softphone.pjsip.facts import (
    Box,
    Digit,
    KeysRefused,
    MediaChanged,
    ReofferFailed,
    Replaced,
    Signal,
    Signalled,
    TransferProgress,
    Transferred,
)
from softphone.quality import Statistics, Tally
from softphone.wire import DtmfMethod

_INVALID_OPERATION: Final = 70013  # PJ_EINVALIDOP, which the wheel does not export
_ALIVE: Final = frozenset(
    {
        pj.PJSUA_CALL_MEDIA_ACTIVE,
        pj.PJSUA_CALL_MEDIA_LOCAL_HOLD,
        pj.PJSUA_CALL_MEDIA_REMOTE_HOLD,
    }
)


class PhoneCall(pj.Call):  # type: ignore[misc]
    """One dialog. Kept by the engine until `Signal.OVER` has been handled."""

    def __init__(self, account: Any, box: Box, call_id: int = pj.PJSUA_INVALID_ID) -> None:
        super().__init__(account, call_id)
        self.box = box
        self.account = account
        self.key = ""  # of the slot it stands on
        self._hung_up = False
        self.statistics = Tally()
        self._tags: tuple[str, str] | None = None  # ours, the far end's
        self._successor: tuple[PhoneCall, Packet] | None = None

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
        with operation("INVITE"):
            self.makeCall(target, prm)

    def respond(self, code: int, contact: str = "") -> None:
        """Answer the INVITE. `contact` is where a 3xx sends the caller."""
        prm = pj.CallOpParam(True)
        prm.opt.videoCount = 0
        prm.statusCode = code
        if contact:
            header = pj.SipHeader()
            header.hName, header.hValue = "Contact", f"<{contact}>"
            prm.txOption.headers.append(header)
        with operation(f"answer {code}"):
            self.answer(prm)

    def end(self, code: int = 0) -> None:
        """Hang up: BYE, CANCEL or the final answer, as the dialog needs."""
        if self.getId() == pj.PJSUA_INVALID_ID:
            raise SipFailure("hang up", _INVALID_OPERATION)
        self._hung_up = True
        self.note_statistics()  # pjsua2 forgets them the moment it hangs up
        prm = pj.CallOpParam(True)
        prm.statusCode = code
        with operation("hang up"):
            self.hangup(prm)

    def can_be_offered(self) -> bool:
        """Whether there is sound to say anything new of. Where a far end has described it away,
        pjsua2 would end itself over an offer of ours."""
        if self.getId() == pj.PJSUA_INVALID_ID:
            return False
        try:
            info = self.getInfo()
            return any(
                media.type == pj.PJMEDIA_TYPE_AUDIO and media.status in _ALIVE
                for media in info.media
            )
        except pj.Error:
            return False

    def _require_sound(self, what: str) -> None:
        if not self.can_be_offered():
            raise SipFailure(what, _INVALID_OPERATION)

    def hold(self) -> None:
        """Offer `sendonly`."""
        self._require_sound("hold")
        with operation("hold"):
            self.setHold(pj.CallOpParam(True))

    def unhold(self) -> None:
        """Offer `sendrecv` again."""
        self._require_sound("resume")
        prm = pj.CallOpParam(True)
        prm.opt.flag = pj.PJSUA_CALL_UNHOLD
        prm.opt.videoCount = 0
        with operation("resume"):
            self.reinvite(prm)

    def renew(self, *, moved: bool) -> None:
        """Offer again what holds, from where we are now (RFC 3261 12.2.1.2, target refresh).

        `moved` says that this machine has another address: the sound needs new sockets as well.
        """
        self._require_sound("renew")
        prm = pj.CallOpParam(True)
        prm.opt.flag = pj.PJSUA_CALL_REINIT_MEDIA if moved else 0
        prm.opt.videoCount = 0
        with operation("renew"):
            self.reinvite(prm)

    def dial_digits(self, digits: str, method: DtmfMethod) -> None:
        """Send keys. Raises `Refused` where the far end did not offer RFC 4733 and it was asked."""
        if method is not DtmfMethod.INFO and not self._takes_telephone_events():
            if method is DtmfMethod.RTP:
                raise Refused("The far end does not take keys in the sound; send them by INFO.")
            method = DtmfMethod.INFO
        prm = pj.CallSendDtmfParam()
        info = method is DtmfMethod.INFO
        prm.method = pj.PJSUA_DTMF_METHOD_SIP_INFO if info else pj.PJSUA_DTMF_METHOD_RFC2833
        prm.digits = digits
        with operation("DTMF"):
            self.sendDtmf(prm)

    def _takes_telephone_events(self) -> bool:
        with operation("stream information"):
            return int(self.getStreamInfo(self._audio_index()).audTxEventPt) >= 0

    def _audio_index(self) -> int:
        media = self.getInfo().media
        return next((int(m.index) for m in media if m.type == pj.PJMEDIA_TYPE_AUDIO), 0)

    def refer_to_call(self, other: "PhoneCall") -> None:
        """Send REFER with Replaces (RFC 3891): the far end takes over the other dialog."""
        target = other.replaces_uri()
        if target is not None:
            self.refer(target)
            return
        with operation("REFER with Replaces"):
            self.xferReplaces(other, pj.CallOpParam(True))

    def replaces_uri(self) -> str | None:
        """Return where a call that takes this one's place is to be sent (RFC 5589 7.3).

        pjsua2 would name the address in From, which has no port and reaches the PBX at best; the
        Contact reaches whoever holds the dialog.
        """
        if self._tags is None:
            return None
        with operation("call information"):
            info = self.getInfo()
            contact, call_id = str(info.remoteContact), str(info.callIdString)
        contact = contact.partition(">")[0].rpartition("<")[2]
        local, remote = self._tags
        replaces = quote(f"{call_id};to-tag={remote};from-tag={local}", safe="")
        return f"<{contact}?Require=replaces&Replaces={replaces}>"

    def _note_tags(self, event: Any) -> None:
        """Keep the dialog's tags from the ACK that confirmed it."""
        if event.type == pj.PJSIP_EVENT_RX_MSG:
            ack = Packet(str(event.body.rxMsg.rdata.wholeMsg).encode("utf-8", "surrogateescape"))
            far, near = tag_of(ack.need(b"from")), ack.to_tag
        elif event.type == pj.PJSIP_EVENT_TX_MSG:
            ack = Packet(str(event.body.txMsg.tdata.wholeMsg).encode("utf-8", "surrogateescape"))
            near, far = tag_of(ack.need(b"from")), ack.to_tag
        else:
            return
        self._tags = near.decode("latin-1"), far.decode("latin-1")

    def refer(self, target: str) -> None:
        """Send REFER."""
        with operation("REFER"):
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

    def say_nothing_while_held(self) -> None:
        """Send no silence to a caller on hold here: a PBX passes it on between its music, and the
        caller hears now one, now the other. Otherwise silence flows (see `endpoint`)."""
        held = self.on_hold_here()
        try:
            param = self.getStreamInfo(0).audCodecParam
            if bool(param.setting.vad) != held:
                param.setting.vad = held
                self.audStreamModifyCodecParam(0, param)
        except pj.Error:
            return  # there is no stream to speak into

    def sound_flows_both_ways(self) -> bool:
        """Whether both sides have agreed to send and to listen."""
        try:
            info = self.getInfo()
            return any(
                media.type == pj.PJMEDIA_TYPE_AUDIO
                and media.status == pj.PJSUA_CALL_MEDIA_ACTIVE
                and media.dir == pj.PJMEDIA_DIR_ENCODING_DECODING
                for media in info.media
            )
        except pj.Error:
            return False

    def note_statistics(self) -> Statistics | None:
        """Return how the sound has fared so far, None while there is no stream."""
        if self.getId() == pj.PJSUA_INVALID_ID:
            return None
        try:
            if not self.hasMedia():
                return None
            index = self._audio_index()
            stat, stream = self.getStreamStat(index).rtcp, self.getStreamInfo(index)
            received, sent = stat.rxStat, stat.txStat
            self.statistics.add(
                Statistics(
                    packets_in=int(received.pkt),
                    lost_in=int(received.loss),
                    packets_out=int(sent.pkt),
                    lost_out=int(sent.loss),
                    jitter_ms=float(received.jitterUsec.mean) / 1000,
                    round_trip_ms=float(stat.rttUsec.mean) / 1000,
                    codec=str(stream.codecName),
                )
            )
        except pj.Error:
            return None
        return self.statistics.total

    @property
    def sip_call_id(self) -> str:
        """The dialog's Call-ID."""
        with operation("call information"):
            return str(self.getInfo().callIdString)

    # Told by pjsua2

    @contained
    def onCallState(self, prm: Any) -> None:  # noqa: N802
        info = self.getInfo()
        if info.state == pj.PJSIP_INV_STATE_EARLY and info.role == pj.PJSIP_ROLE_UAC:
            signal = Signal.ALERTING
        elif info.state == pj.PJSIP_INV_STATE_CONFIRMED:
            signal = Signal.UP
            self._note_tags(prm.e)
        elif info.state == pj.PJSIP_INV_STATE_DISCONNECTED:
            signal = Signal.OVER
        else:
            return
        if signal is Signal.OVER:
            self.note_statistics()
        self.box.append(Signalled(self, signal, int(info.lastStatusCode), not self._hung_up))

    @contained
    def onCallMediaState(self, prm: Any) -> None:  # noqa: ARG002, N802
        self.box.append(MediaChanged(self))

    @contained
    def onCallTsxState(self, prm: Any) -> None:  # noqa: N802
        if prm.e.type != pj.PJSIP_EVENT_TSX_STATE:
            return
        tsx = prm.e.body.tsxState.tsx
        if (
            tsx.role == pj.PJSIP_ROLE_UAC
            and tsx.method == "INFO"
            and tsx.state == pj.PJSIP_TSX_STATE_COMPLETED
            and tsx.statusCode >= 300
        ):
            self.box.append(KeysRefused(self, int(tsx.statusCode)))
        elif (
            tsx.role == pj.PJSIP_ROLE_UAC
            and tsx.method == "INVITE"
            and tsx.state == pj.PJSIP_TSX_STATE_COMPLETED
            and tsx.statusCode >= 300
            and self.getInfo().state == pj.PJSIP_INV_STATE_CONFIRMED
        ):
            self.box.append(ReofferFailed(self, int(tsx.statusCode)))

    @contained
    def onDtmfDigit(self, prm: Any) -> None:  # noqa: N802
        self.box.append(Digit(self, str(prm.digit)))

    @contained
    def onCallTransferStatus(self, prm: Any) -> None:  # noqa: N802
        code, final, reason = int(prm.statusCode), bool(prm.finalNotify), str(prm.reason)
        self.box.append(TransferProgress(self, code, final, reason))

    @contained
    def onCallTransferRequest(self, prm: Any) -> None:  # noqa: N802
        if not self.account.may_be_transferred():
            # A caller who could make the desk dial would be dialling at its cost
            prm.statusCode = pj.PJSIP_SC_FORBIDDEN
            return
        successor = PhoneCall(self.account, self.box)
        self.account.keep(successor)
        prm.newCall = successor
        self.box.append(Transferred(successor, self))

    def onCallRedirected(self, prm: Any) -> int:  # noqa: ARG002, N802
        # Whoever answers 302 could make the desk dial at its cost: the call ends with that answer
        return int(pj.PJSIP_REDIRECT_REJECT)

    @contained
    def onCallReplaceRequest(self, prm: Any) -> None:  # noqa: N802
        # Whoever names this dialog's two tags has been told them by our far end (RFC 3891 3)
        invite = Packet(str(prm.rdata.wholeMsg).encode("utf-8", "surrogateescape"))
        prm.opt.videoCount = 0
        successor = PhoneCall(self.account, self.box)
        self.account.keep(successor)
        self._successor = (successor, invite)
        prm.newCall = successor

    @contained
    def onCallReplaced(self, prm: Any) -> None:  # noqa: ARG002, N802
        if self._successor is None:
            raise LookupError("a call was replaced that nobody asked to replace")
        successor, invite = self._successor
        self.box.append(Replaced(self, successor, invite))
