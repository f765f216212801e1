"""What both directions through the guard share: its two sockets, the PBX, and the ways to send."""

import socket
from collections import Counter
from ipaddress import ip_address
from typing import Final

from softphone.guard.forward import Address, Addresses, Forwarder, Target, reply, reply_address
from softphone.guard.pbx import Pbx
from softphone.guard.sockets import bind_datagrams, route_address
from softphone.packet import Packet

OWN_TAG: Final = b"fd"  # of answers the guard gives and forgets


class Crossing:
    """A socket and the PBX's connections outside, a socket towards pjsua2 inside."""

    def __init__(self, bind: str, port: int) -> None:
        self.counts: Counter[str] = Counter()
        self.bind = bind
        self.outer = bind_datagrams(bind, port)
        self.inner = bind_datagrams("127.0.0.1", 0)
        self.inside: Address = self.inner.getsockname()
        host = bind if not ip_address(bind).is_unspecified else route_address()
        self.public: Address = (host, self.outer.getsockname()[1])
        self.forward = Forwarder(Addresses(self.public, self.inside))
        self.pjsip: Address = ("127.0.0.1", 0)
        self.pbx: Pbx | None = None
        self.encrypted_only = False
        self.registering: Packet | None = None  # a REGISTER of pjsua2's, not answered yet

    def move(self, host: str) -> None:
        """Be seen at another address of this machine from now on."""
        self.public = (host, self.public[1])
        self.forward.move(self.public)

    def to_world(self, data: bytes, to: Target) -> None:
        """Send a message outside, by datagram or over the connection to its target."""
        if not to.stream:
            self._send(self.outer, data, to[:2])
        elif (pbx := self.pbx) is not None and (link := pbx.link_for(to[:2])) is not None:
            pbx.send(link, data)
        else:
            self.counts["connections gone"] += 1

    def to_pjsip(self, data: bytes) -> None:
        """Send a message inside."""
        self._send(self.inner, data, self.pjsip)

    def refuse(
        self, packet: Packet, code: int, extra: tuple[tuple[bytes, bytes], ...] = ()
    ) -> None:
        """Answer a stamped request from the world ourselves, and forget it."""
        self.counts[f"refused {code}"] += 1
        if packet.method != b"ACK":
            refusal = reply(packet, code, to_tag=OWN_TAG, extra=extra)
            self.to_world(refusal, reply_address(packet))

    def answer_pjsip(self, request: Packet, code: int) -> None:
        """Answer a request of pjsua2's ourselves."""
        if request.method != b"ACK":
            self.to_pjsip(reply(request, code, to_tag=OWN_TAG))

    def give_up_registering(self) -> None:
        """Tell pjsua2 that its REGISTER under way went nowhere."""
        pending, self.registering = self.registering, None
        if pending is not None:
            self.answer_pjsip(pending, 503)

    def close(self) -> None:
        """Close both sockets."""
        self.outer.close()
        self.inner.close()

    def _send(self, sock: socket.socket, data: bytes, to: Address) -> None:
        try:
            sock.sendto(data, to)
        except OSError:  # no route, a full buffer, an unreachable net: SIP repeats what matters
            self.counts["send errors"] += 1
