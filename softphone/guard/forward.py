"""Forwarding, as pure functions from packet to packet (RFC 3261 16.11, RFC 3581, RFC 3261 18.2.1).

Both sides see a peer of their own: the world sees the public address in Via and Contact, pjsua2
sees a loopback proxy that recorded itself in the route, so that every later request of a dialog
comes back here in either direction. Branches are hashes of the branch they stand on: a
retransmission, a CANCEL and the ACK of a refusal match without any memory.
"""

import secrets
from dataclasses import dataclass
from hashlib import blake2s
from typing import Final

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

    def stamp(self, packet: Packet, source: Address) -> None:
        """Write into a request's topmost Via where it came from, over whatever it claimed."""
        value, _ = first_value(packet.need(b"via"))
        via = packet.via
        parts = [p for p in value.split(b";") if not _names(p, b"received", b"rport")]
        asked = via.param(b"rport") is not None
        if asked:
            parts.append(b"rport=%d" % source[1])
        if asked or via.host != source[0]:
            parts.append(b"received=" + source[0].encode())
        packet.set_first(b"via", b";".join(parts))

    def request_in(self, packet: Packet) -> None:
        """Ready a stamped request for pjsua2. Raises `TooManyHops`."""
        _hop(packet)
        route = packet.get(b"route")
        if route is not None and uri_address(first_value(route)[0]) == self._at.public:
            packet.pop(b"route")
        if packet.method in _DIALOGS:
            packet.push(b"Record-Route", self._at.route)
        packet.push(b"Via", self._via(self._at.inner, self.branch(packet)))

    def request_out(self, packet: Packet) -> Address:
        """Ready a request of pjsua2's for the world and return where it goes.

        Raises `Malformed` when it names no place, and `TooManyHops`.
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
        packet.push(b"Via", self._via(self._at.public, self.branch(packet)) + b";rport")
        return target

    def response_in(self, packet: Packet) -> None:
        """Ready a response from the world for pjsua2. Raises `Malformed` for one not ours."""
        self._take_own_via(packet, self._at.public)
        if packet.cseq[1] in _DIALOGS and 100 < packet.code < 300:
            packet.append(b"Record-Route", self._at.route)

    def response_out(self, packet: Packet) -> Address:
        """Ready a response of pjsua2's for the world and return where it goes."""
        self._take_own_via(packet, self._at.inner)
        packet.remove(b"record-route", self._at.route)
        return packet.via.reply_to

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
            digest.update(packet.uri)
        return _OURS + digest.hexdigest().encode()

    def _take_own_via(self, packet: Packet, own: Address) -> None:
        via = packet.via
        if not (via.param(b"branch") or b"").startswith(_OURS) or (via.host, via.port) != own:
            raise Malformed("a response answers nothing of ours")
        packet.pop(b"via")

    @staticmethod
    def _via(address: Address, branch: bytes) -> bytes:
        return f"SIP/2.0/UDP {address[0]}:{address[1]};branch=".encode() + branch


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


def reply_address(request: Packet) -> Address:
    """Where the responses to a stamped request go."""
    via: Via = request.via
    return via.reply_to


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
