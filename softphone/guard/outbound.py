"""From pjsua2 to the world: by datagram, or over the connection to the PBX."""

from softphone.guard.crossing import Crossing
from softphone.guard.entrance import Entrance
from softphone.guard.forward import Address, Target, TooManyHops, Way
from softphone.guard.inbound import Inbound
from softphone.guard.names import Names
from softphone.guard.pbx import Pbx
from softphone.guard.sockets import is_literal
from softphone.packet import Packet


class Outbound:
    """Finds the way for what pjsua2 sends, and answers it where there is none."""

    def __init__(self, crossing: Crossing, inbound: Inbound, entrance: Entrance) -> None:
        self._crossing = crossing
        self._inbound = inbound
        self._entrance = entrance
        self._names = Names(crossing.outer.family)

    def datagram(self, data: bytes) -> None:
        """Take a datagram of pjsua2's."""
        if not data.strip(b"\r\n\0"):
            return
        if data.startswith(b"SIP/2.0 100 "):
            return  # ends at the next hop (RFC 3261 16.7); 180 is a millisecond behind it
        packet = Packet(data)
        if packet.is_response:
            self._response(packet)
        else:
            self._request(packet, Packet(data))

    def close(self) -> None:
        """Look up no more names."""
        self._names.close()

    def _response(self, packet: Packet) -> None:
        key, final = packet.dialog_key, packet.cseq[1] == b"INVITE" and packet.code >= 300
        self._respond(packet)
        if final:
            self._entrance.turned_away(key, packet.code)

    def _respond(self, packet: Packet) -> None:
        crossing = self._crossing
        to = crossing.forward.response_out(packet)
        if not to.stream and to[:2] == crossing.public:
            self._to_ourselves(packet)
            return
        if to.stream and (pbx := crossing.pbx) is not None:
            link = pbx.link_for((to.host, to.port))
            if link is not None and link.stream is not None:
                crossing.forward.show(packet, Way(link.stream.here, pbx.transport))
        crossing.to_world(bytes(packet), to)

    def _request(self, packet: Packet, original: Packet) -> None:
        """Send a request on; `original` is what to answer from, should there be no way."""
        crossing = self._crossing
        try:
            host, port = crossing.forward.request_out(packet)
        except TooManyHops:
            crossing.answer_pjsip(original, 483)
            return
        if (host, port) == crossing.public:
            crossing.forward.sign(packet, Way(crossing.public))
            self._to_ourselves(packet)
            return
        if packet.method == b"REGISTER":
            crossing.registering = original
        if (pbx := crossing.pbx) is not None and pbx.is_stream:
            self._over_stream(pbx, packet, (host, port), original)
            return
        crossing.forward.sign(packet, Way(crossing.public))
        known = pbx.address_of(host) if pbx is not None else None
        if known or is_literal(host):
            crossing.to_world(bytes(packet), Target(known or host, port))
        else:
            self._resolve(host, port, bytes(packet), original)

    def _to_ourselves(self, packet: Packet) -> None:
        """Take in what we have sent to our own address, as the loop test does.

        Over no socket: whoever may be heard, nobody else can have a datagram taken for it.
        """
        here = self._crossing.public
        taken = Packet(bytes(packet))
        taken.own = True
        self._inbound.take(taken, here, Way(here), None)

    def _over_stream(self, pbx: Pbx, packet: Packet, to: Address, original: Packet) -> None:
        """Send a request to the PBX, whoever it is for: nothing of a call goes around TLS."""
        link = pbx.link_for(to)
        if link is None or link.stream is None:
            self._crossing.registering = None
            self._crossing.answer_pjsip(original, 503)
            return
        self._crossing.forward.sign(packet, Way(link.stream.here, pbx.transport))
        pbx.send(link, bytes(packet))

    def _resolve(self, host: str, port: int, data: bytes, original: Packet) -> None:
        def found(address: str | None) -> None:
            if address is None:
                self._crossing.counts["names not found"] += 1
                self._crossing.answer_pjsip(original, 503)
            else:
                self._crossing.to_world(data, Target(address, port))

        self._names.find(host, port, found)
