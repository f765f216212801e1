"""Session descriptions that pjsua2 would not survive.

pjsua2 2.15 ends itself (`sdp_neg.c`, an assertion) on a description whose `c=` lines stand at media
level while a rejected stream has none of its own. Adding a session-level `c=` says the same thing
in a form it reads (RFC 4566 5.7: session level is the default of media level).
"""

from softphone.packet import Malformed, Packet

_LONGEST_HOST = 253  # RFC 1035 2.3.4, less the root
_BEFORE_CONNECTION = (b"v=", b"o=", b"s=", b"i=", b"u=", b"e=", b"p=")


class Hopeless(Exception):
    """A description nothing can be made of: answer 488."""


def mend_body(packet: Packet) -> None:
    """Add a session-level `c=` where a stream needs one. Raises `Hopeless`."""
    kind = packet.get(b"content-type")
    if not packet.body or kind is None or not kind.lower().startswith(b"application/sdp"):
        if packet.body and kind is not None and kind.lower().startswith(b"multipart/"):
            _check_multipart(packet.body)
        return
    mended = mend(packet.body)
    if mended is packet.body:
        return
    packet.body = mended
    for field in packet.fields:
        if field.name == b"content-length":
            field.value = str(len(mended)).encode()


def mend(sdp: bytes) -> bytes:
    """Return the description, whole. The same object when nothing had to be done."""
    lines = sdp.replace(b"\r\n", b"\n").rstrip(b"\n").split(b"\n")
    media = [i for i, line in enumerate(lines) if line.startswith(b"m=")]
    first = media[0] if media else len(lines)
    connections = [line for line in lines if line.startswith(b"c=")]
    if any(len(line.split()[-1]) > _LONGEST_HOST for line in connections if line.split()):
        raise Hopeless("a connection address is too long")
    if len({tuple(line.split()[:2]) for line in connections}) > 1:
        raise Hopeless("the sound is in two kinds of network at once")
    if not media or any(line.startswith(b"c=") for line in lines[:first]):
        return sdp
    ends = [*media[1:], len(lines)]
    lacking = any(
        not any(line.startswith(b"c=") for line in lines[start:end])
        for start, end in zip(media, ends, strict=True)
    )
    if not lacking:
        return sdp
    if not connections:
        raise Hopeless("no stream says where it is")
    at = max((i + 1 for i in range(first) if lines[i][:2] in _BEFORE_CONNECTION), default=0)
    lines.insert(at, connections[0])
    return b"\r\n".join(lines) + b"\r\n"


def is_encrypted(sdp: bytes) -> bool:
    """Whether sound can be had with keys (RFC 4568), or none is spoken of."""
    streams = [line.split() for line in sdp.splitlines() if line.startswith(b"m=audio")]
    return not streams or any(b"/SAVP" in words[2] for words in streams if len(words) > 2)


def _check_multipart(body: bytes) -> None:
    """A description inside a multipart body is not mended; turn away the one that would kill."""
    start = body.find(b"v=0")
    if start < 0:
        return
    if mend(body[start:]) is not body[start:] and b"\nc=" not in body[start : body.find(b"\nm=")]:
        raise Hopeless("a description in a multipart body lacks its address")


def check_hosts(packet: Packet) -> None:
    """Refuse host names no resolver may be given (RFC 1035 2.3.4). Raises `Malformed`."""
    for field in packet.fields:
        if len(field.line) > _LONGEST_HOST and field.name in _ADDRESSED and _too_long(field.value):
            raise Malformed("a host name is too long")
    if not packet.is_response and _too_long(packet.uri):
        raise Malformed("a host name is too long")


_ADDRESSED = frozenset(
    {b"via", b"from", b"to", b"contact", b"route", b"record-route", b"refer-to", b"referred-by"}
    | {b"reply-to", b"p-asserted-identity", b"path", b"service-route"}
)


def _too_long(value: bytes) -> bool:
    if len(value) <= _LONGEST_HOST:
        return False
    return any(len(word) > _LONGEST_HOST for word in _words(value))


def _words(value: bytes) -> list[bytes]:
    for mark in (b"<", b">", b"@", b";", b",", b"?", b":", b"="):
        value = value.replace(mark, b" ")
    return value.split()
