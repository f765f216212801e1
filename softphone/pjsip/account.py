"""The desk's one account with pjsua2: hears calls, and registers where told to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import pjsua2 as pj

from softphone.packet import Malformed, Packet
from softphone.pjsip.bounds import contained
from softphone.pjsip.call import PhoneCall
from softphone.pjsip.facts import Box, Incoming, Registered
from softphone.wire import Srtp

REGISTER_FOR: Final = 120  # seconds: how long a PBX may believe in a desk that has lost its power


class PhoneAccount(pj.Account):  # type: ignore[misc]
    """The desk's one account: hears calls, and registers where told to."""

    def __init__(self, box: Box, calls: set[PhoneCall], transferable: Callable[[], bool]) -> None:
        super().__init__()
        self.box = box
        self.calls = calls
        self.may_be_transferred = transferable

    def keep(self, call: PhoneCall) -> None:
        """Hold a reference: a collected call answers 603."""
        self.calls.add(call)

    @contained
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

    @contained
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


def account_configuration(standing: Standing, user: str) -> Any:
    """Return pjsua2's settings of an account that stands here, without a registrar."""
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


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who registers, where, and how its sound is sent. Never printed."""

    user: str
    registrar: str  # as SIP URIs name it
    password: str = field(repr=False)
    srtp: Srtp = Srtp.OFF


def registered_configuration(standing: Standing, who: Credentials) -> Any:
    """Return pjsua2's settings of an account that registers."""
    settings = account_configuration(standing, who.user)
    settings.idUri = f"sip:{who.user}@{who.registrar}"
    settings.regConfig.registrarUri = f"sip:{who.registrar}"
    settings.regConfig.timeoutSec = REGISTER_FOR
    settings.regConfig.retryIntervalSec = 0  # the engine tries again, and knows when it helps
    settings.regConfig.firstRetryIntervalSec = 0
    settings.sipConfig.authCreds.append(pj.AuthCredInfo("digest", "*", who.user, 0, who.password))
    settings.mediaConfig.srtpUse = _SRTP_USE[who.srtp]
    settings.mediaConfig.srtpSecureSignaling = 0  # between the guard and here all is loopback
    settings.mediaConfig.srtpOptionalDupOffer = who.srtp is Srtp.PREFERRED
    return settings


_SRTP_USE: Final = {
    Srtp.OFF: pj.PJMEDIA_SRTP_DISABLED,
    Srtp.OPTIONAL: pj.PJMEDIA_SRTP_OPTIONAL,
    Srtp.PREFERRED: pj.PJMEDIA_SRTP_OPTIONAL,
    Srtp.REQUIRED: pj.PJMEDIA_SRTP_MANDATORY,
}
