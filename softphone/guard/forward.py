"""Forwarding, as pure functions from packet to packet (RFC 3261 16.11, RFC 3581, RFC 3261 18.2.1).

Both sides see a peer of their own: the world sees the public address in Via and Contact, pjsua2
sees a loopback proxy that recorded itself in the route, so that every later request of a dialog
comes back here in either direction. Branches are hashes of the branch they stand on: a
retransmission, a CANCEL and the ACK of a refusal match without any memory.
"""

import re
import secrets
from dataclasses import dataclass
from hashlib import blake2s
from typing import Final, NamedTuple

from softphone.packet import Malformed, Packet, Via, first_value, tag_of, uri_address

_COOKIE: Final = b"z9hG4bK"
_OURS: Final = _COOKIE + b"-fd-"
_DIALOGS: Final = frozenset({b"INVITE", b"SUBSCRIBE", b"REFER"})
_PHRASES: Final = {
    100: b"Trying",
    182: b"Queued",
    200: b"OK",
    400: b"Bad Request",
    480: b"Temporarily Unavailable",
    481: b"Call/Transaction Does Not Exist",
    482: b"Merged Request",
    483: b"Too Many Hops",
    487: b"Request Terminated",
    488: b"Not Acceptable Here",
    503: b"Service Unavailable",
    513: b"Message Too Large",
}

Address = tuple[str, int]


class Target(NamedTuple):
    """Where a message goes: an address, by datagram or over a connection to it."""

    host: str
    port: int
    stream: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """What a message for the world leaves by: our address on it, and its transport."""

    here: Address
    transport: bytes = b"UDP"


class TooManyHops(Exception):
    """Max-Forwards has run out: answer 483."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """The guard's own two addresses: the one the world sees, and the one pjsua2 sees."""

    public: Address
    inner: Address

    @property
    def route(self) -> bytes:
        """The route entry pjsua2 sends its requests by."""
        return f"<sip:{self.inner[0]}:{self.inner[1]};lr>".encode()


class Forwarder:
    """The two directions of the proxy."""

    def __init__(self, addresses: Addresses) -> None:
        self._at = addresses
        # An unguessable key: nobody outside can make a branch that collides with another call's
        self._key = secrets.token_bytes(16)

    def move(self, public: Address) -> None:
        """Show the world another address from now on."""
        self._at = Addresses(public, self._at.inner)

    def stamp(self, packet: Packet, source: Address, *, stream: bool = False) -> None:
        """Write into a request's topmost Via where it came from, over whatever it claimed.

        A response goes back over the connection its request came by (RFC 3261 18.2.2): the stamp
        is what finds it again.
        """
        value, _ = first_value(packet.need(b"via"))
        via = packet.via
        parts = [p for p in value.split(b";") if not _names(p, b"received", b"rport")]
        asked = stream or via.param(b"rport") is not None
        if asked:
            parts.append(b"rport=%d" % source[1])
        if asked or via.host != source[0]:
            parts.append(b"received=" + source[0].encode())
        packet.set_first(b"via", b";".join(parts))

    def take_own_route(self, packet: Packet, here: Address) -> None:
        """Take our own end of a connection out of a request's route."""
        route = packet.get(b"route")
        if route is not None and uri_address(first_value(route)[0]) == here:
            packet.pop(b"route")

    def request_in(self, packet: Packet) -> None:
        """Ready a stamped request for pjsua2. Raises `TooManyHops`."""
        _hop(packet)
        self.take_own_route(packet, self._at.public)
        if packet.method in _DIALOGS:
            packet.push(b"Record-Route", self._at.route)
        packet.push(b"Via", self._via(self._at.inner, self.branch(packet)))

    def request_out(self, packet: Packet) -> Address:
        """Take the guard out of the route of a request of pjsua2's and return where it goes.

        `sign` readies it for the way found. Raises `Malformed` when it names no place, and
        `TooManyHops`.
        """
        _hop(packet)
        route = packet.get(b"route")
        if route is not None and uri_address(first_value(route)[0]) == self._at.inner:
            packet.pop(b"route")
            route = packet.get(b"route")
        target = uri_address(first_value(route)[0]) if route is not None else None
        target = target or uri_address(packet.uri)
        if target is None:
            raise Malformed("a request names no place to go")
        return target

    def sign(self, packet: Packet, way: Way) -> None:
        """Ready a request of pjsua2's for a way out."""
        packet.push(b"Via", self._via(way.here, self.branch(packet), way.transport) + b";rport")
        self.show(packet, way)

    def show(self, packet: Packet, way: Way) -> None:
        """Have a message of pjsua2's name the address it can be answered at on this way."""
        if way.transport == b"UDP":
            return
        inside = f"{_host(self._at.public)}:{self._at.public[1]}".encode()
        outside = f"{_host(way.here)}:{way.here[1]};transport=".encode() + way.transport.lower()
        for field in packet.fields:
            if field.name == b"contact":
                field.value = _readdressed(field.value, inside, outside)

    def response_in(self, packet: Packet, way: Way) -> None:
        """Ready a response from the world for pjsua2. Raises `Malformed` for one not ours."""
        branch = packet.via.param(b"branch") or b""
        packet.pop(b"via")
        if packet.get(b"via") is None or self.branch(packet) != branch:
            raise Malformed("a response answers nothing of ours")
        if way.transport != b"UDP" and packet.cseq[1] == b"REGISTER":
            inside = f"{_host(self._at.public)}:{self._at.public[1]}".encode()
            outside = f"{_host(way.here)}:{way.here[1]}".encode()
            for field in packet.fields:
                if field.name == b"contact":
                    field.value = _readdressed(field.value, outside, inside)
        if packet.cseq[1] in _DIALOGS and 100 < packet.code < 300:
            packet.append(b"Record-Route", self._at.route)

    def response_out(self, packet: Packet) -> Target:
        """Ready a response of pjsua2's for the world and return where it goes."""
        self._take_own_via(packet, self._at.inner)
        packet.remove(b"record-route", self._at.route)
        return reply_address(packet)

    def branch(self, packet: Packet) -> bytes:
        """Derive our branch from the request's own (RFC 3261 16.11)."""
        via = packet.via
        branch = via.param(b"branch") or b""
        digest = blake2s(key=self._key, digest_size=12)
        digest.update(f"{via.host}:{via.port}".encode())
        if branch.startswith(_COOKIE):
            digest.update(branch)
        else:
            for part in (packet.need(b"call-id"), tag_of(packet.need(b"from")), packet.cseq[0]):
                digest.update(part + b"\n")
            digest.update(b"" if packet.is_response else packet.uri)
        return _OURS + digest.hexdigest().encode()

    def _take_own_via(self, packet: Packet, own: Address) -> None:
        via = packet.via
        if not (via.param(b"branch") or b"").startswith(_OURS) or (via.host, via.port) != own:
            raise Malformed("a response answers nothing of ours")
        packet.pop(b"via")

    @staticmethod
    def _via(address: Address, branch: bytes, transport: bytes = b"UDP") -> bytes:
        own = f" {_host(address)}:{address[1]};branch=".encode()
        return b"SIP/2.0/" + transport + own + branch


def reply(
    request: Packet, code: int, *, to_tag: bytes = b"", extra: tuple[tuple[bytes, bytes], ...] = ()
) -> bytes:
    """Make the guard's own response to a stamped request (RFC 3261 8.2.6)."""
    lines = [b"SIP/2.0 %d " % code + _PHRASES[code]]
    lines += [b"Via: " + value for value in request.all(b"via")]
    to = request.need(b"to")
    if to_tag and not tag_of(to):
        to += b";tag=" + to_tag
    lines += [b"From: " + request.need(b"from"), b"To: " + to]
    lines += [name + b": " + request.need(name.lower()) for name in (b"Call-ID", b"CSeq")]
    lines += [name + b": " + value for name, value in extra]
    return b"\r\n".join([*lines, b"Content-Length: 0", b"", b""])


def reply_address(request: Packet) -> Target:
    """Where the responses to a stamped request go."""
    via: Via = request.via
    return Target(*via.reply_to, stream=via.transport in _STREAMS)


_STREAMS: Final = frozenset({b"TCP", b"TLS"})


def _host(address: Address) -> str:
    return f"[{address[0]}]" if ":" in address[0] else address[0]


def _readdressed(value: bytes, old: bytes, new: bytes) -> bytes:
    """Give the URIs of a Contact that stand at one address another, in brackets."""
    if b"<" not in value:
        uri, semicolon, params = value.partition(b";")
        value = b"<" + uri.strip() + b">" + semicolon + params
    stands = re.compile(rb"(sips?:(?:[^@<>\s]*@)?)" + re.escape(old) + rb"(?:;[^>?]*)?(?=[>?])")
    return stands.sub(lambda found: found[1] + new, value)


def _hop(packet: Packet) -> None:
    for field in packet.fields:
        if field.name == b"max-forwards":
            left = int(field.value) if field.value.isdigit() else 70
            if left <= 0:
                raise TooManyHops
            field.value = b"%d" % (left - 1)
            return


def _names(part: bytes, *names: bytes) -> bool:
    return part.partition(b"=")[0].strip().lower() in names
