"""From the world to pjsua2."""

import time
from typing import Final

from softphone.guard import sdp
from softphone.guard.crossing import OWN_TAG, Crossing
from softphone.guard.entrance import Entrance
from softphone.guard.forward import Address, Way
from softphone.guard.inspection import Inspection
from softphone.guard.link import Link
from softphone.packet import Malformed, Packet

LARGEST: Final = 8192  # bytes of a datagram from the world; anything longer is not a call


class Inbound:
    """Reads what comes in and finds whose it is. Raises `Malformed` for what is no message."""

    def __init__(self, crossing: Crossing, inspection: Inspection, entrance: Entrance) -> None:
        self._crossing = crossing
        self._inspection = inspection
        self._entrance = entrance

    def datagram(self, data: bytes, source: Address) -> None:
        """Take a datagram from somebody who may be heard."""
        if len(data) > LARGEST:
            raise Malformed("a datagram is too long")
        if not data.strip(b"\r\n\0"):
            return  # a keep-alive (RFC 5626 4.4.1)
        packet = Packet(data)
        if (pbx := self._crossing.pbx) is not None:
            call_id = packet.need(b"call-id") if packet.is_response else b""
            if pbx.heard(source, call_id, time.monotonic()):
                return  # the answer to a question of our own
        self.take(packet, source, Way(self._crossing.public), None)

    def message(self, data: bytes, link: Link) -> None:
        """Take a message that came over the connection to a registrar."""
        packet = Packet(data)
        if packet.is_response and link.heard(time.monotonic(), packet.need(b"call-id")):
            return
        if link.stream is not None and (pbx := self._crossing.pbx) is not None:
            way = Way(link.stream.here, pbx.transport)
            self.take(packet, link.stream.peer, way, link.stream.here)

    def take(self, packet: Packet, source: Address, way: Way, here: Address | None) -> None:
        """Take a message that came by a way; `here` is our own end of a connection."""
        sdp.check_hosts(packet)
        if packet.is_response:
            self._response(packet, way)
            return
        self._crossing.forward.stamp(packet, source, stream=here is not None)
        if here is not None and packet.get(b"route") is not None:
            self._crossing.forward.take_own_route(packet, here)
        if packet.method == b"INVITE" and not packet.to_tag:
            self._entrance.knock(packet)
        elif (
            packet.method == b"ACK"
            and (self._entrance.acknowledged(packet) or packet.to_tag == OWN_TAG)
        ) or (packet.method == b"CANCEL" and self._entrance.cancelled(packet)):
            return
        else:
            self._inspection.pass_request(packet)

    def _response(self, packet: Packet, way: Way) -> None:
        self._crossing.forward.response_in(packet, way)
        if packet.cseq[1] == b"REGISTER" and packet.code >= 200:
            self._crossing.registering = None
        self._inspection.pass_answer(packet)
