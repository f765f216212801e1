"""The desk's one account with pjsua2: hears calls, and registers where told to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pjsua2 as pj

from softphone.packet import Malformed, Packet
from softphone.pjsip.bounds import contained
from softphone.pjsip.call import PhoneCall
from softphone.pjsip.facts import Box, Incoming, Registered


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
