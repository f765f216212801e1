"""What goes to pjsua2 is mended where it can be, and answered here where it cannot."""

from typing import Final

from softphone.guard import sdp
from softphone.guard.crossing import Crossing
from softphone.guard.forward import TooManyHops
from softphone.guard.trim import trim
from softphone.packet import Packet

LARGEST_FOR_PJSIP: Final = 3900  # PJSIP_MAX_PKT_LEN is 4000: longer messages reach it cut off
# RFC 3261 20.43: 399 is a warning for people
ENCRYPTED_ONLY: Final = ((b"Warning", b'399 frontdesk "Encrypted calls only (SRTP)"'),)


class Inspection:
    """The last look at a message from the world."""

    def __init__(self, crossing: Crossing) -> None:
        self._crossing = crossing

    def is_too_plain(self, packet: Packet) -> bool:
        """Whether the account requires encryption and this offers none."""
        if packet.own:  # the loop test, before the account that encrypts is there
            return False
        return self._crossing.encrypted_only and not sdp.is_encrypted(packet.body)

    def pass_answer(self, packet: Packet) -> None:
        """Send an answer in."""
        try:
            sdp.mend_body(packet)
        except sdp.Hopeless:
            self._crossing.counts["hopeless answers"] += 1
            packet.body = b""  # an answer without a description: pjsua2 ends the call itself
            packet.fields = [f for f in packet.fields if not f.name.startswith(b"content-")]
            packet.append(b"Content-Length", b"0")
        trim(packet, LARGEST_FOR_PJSIP)
        self._crossing.to_pjsip(bytes(packet))

    def pass_request(self, packet: Packet) -> bool:
        """Send a stamped request in; False when it has been refused instead."""
        refuse = self._crossing.refuse
        if self.is_too_plain(packet):
            refuse(packet, 488, ENCRYPTED_ONLY)
            return False
        try:
            sdp.mend_body(packet)
            self._crossing.forward.request_in(packet)
        except sdp.Hopeless:
            refuse(packet, 488)
            return False
        except TooManyHops:
            refuse(packet, 483)
            return False
        if not trim(packet, LARGEST_FOR_PJSIP):
            packet.pop(b"via")
            refuse(packet, 513)
            return False
        self._crossing.to_pjsip(bytes(packet))
        return True
