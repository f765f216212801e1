"""One dialog: what the engine asks of it, and what it tells."""

from typing import Any, Final

import pjsua2 as pj

from softphone.errors import SipFailure
from softphone.pjsip.bounds import contained, operation
from softphone.pjsip.facts import (
    Box,
    Digit,
    MediaChanged,
    ReofferFailed,
    Signal,
    Signalled,
    TransferProgress,
    Transferred,
)

_INVALID_OPERATION: Final = 70013  # PJ_EINVALIDOP, which the wheel does not export


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
        with operation("INVITE"):
            self.makeCall(target, prm)

    def respond(self, code: int) -> None:
        """Answer the INVITE."""
        prm = pj.CallOpParam(True)
        prm.opt.videoCount = 0
        prm.statusCode = code
        with operation(f"answer {code}"):
            self.answer(prm)

    def end(self, code: int = 0) -> None:
        """Hang up: BYE, CANCEL or the final answer, as the dialog needs."""
        if self.getId() == pj.PJSUA_INVALID_ID:
            raise SipFailure("hang up", _INVALID_OPERATION)
        self._hung_up = True
        prm = pj.CallOpParam(True)
        prm.statusCode = code
        with operation("hang up"):
            self.hangup(prm)

    def hold(self) -> None:
        """Offer `sendonly`."""
        with operation("hold"):
            self.setHold(pj.CallOpParam(True))

    def unhold(self) -> None:
        """Offer `sendrecv` again."""
        prm = pj.CallOpParam(True)
        prm.opt.flag = pj.PJSUA_CALL_UNHOLD
        prm.opt.videoCount = 0
        with operation("resume"):
            self.reinvite(prm)

    def dial_digits(self, digits: str) -> None:
        """Send keys by RFC 4733."""
        prm = pj.CallSendDtmfParam()
        prm.method = pj.PJSUA_DTMF_METHOD_RFC2833
        prm.digits = digits
        with operation("DTMF"):
            self.sendDtmf(prm)

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

    @property
    def sip_call_id(self) -> str:
        """The dialog's Call-ID."""
        with operation("call information"):
            return str(self.getInfo().callIdString)

    # Told by pjsua2

    @contained
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

    @contained
    def onCallReplaceRequest(self, prm: Any) -> None:  # noqa: N802
        prm.statusCode = pj.PJSIP_SC_NOT_ACCEPTABLE_HERE
