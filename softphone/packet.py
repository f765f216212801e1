"""A SIP message as bytes that can be edited without being rewritten.

The guard changes two or three header lines of a message and must leave every other byte as it came:
re-encoding a message through a parser would lose what the parser does not know. So a message is
kept as its start line, its header lines in order and its body, and only values are interpreted.
"""

import re
from dataclasses import dataclass
from typing import Final

# RFC 3261 7.3.3 and the registry of compact forms
_COMPACT: Final = {
    b"i": b"call-id",
    b"m": b"contact",
    b"l": b"content-length",
    b"c": b"content-type",
    b"f": b"from",
    b"s": b"subject",
    b"k": b"supported",
    b"t": b"to",
    b"v": b"via",
    b"r": b"refer-to",
    b"b": b"referred-by",
    b"x": b"session-expires",
}
_REQUIRED: Final = (b"via", b"from", b"to", b"call-id", b"cseq")
_TAG: Final = re.compile(rb";\s*tag\s*=\s*([^;,\s>]+)", re.IGNORECASE)
_VIA: Final = re.compile(
    rb"SIP\s*/\s*2\.0\s*/\s*(?P<transport>[A-Za-z]+)\s+(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s:;,]+)"
    rb"(?:\s*:\s*(?P<port>\d{1,5}))?\s*(?P<params>;.*)?$",
    re.IGNORECASE | re.DOTALL,
)
_URI: Final = re.compile(
    rb"<?\s*(?P<scheme>sips?):(?:[^@>\s]*@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s:;>?,]+)"
    rb"(?::(?P<port>\d{1,5}))?",
    re.IGNORECASE,
)


class Malformed(Exception):
    """A datagram that is not a SIP message, and what is wrong with it. Holds no part of it."""


@dataclass(slots=True)
class Field:
    """One header field: its long name in lower case, and its line as it came, folds included."""

    name: bytes
    line: bytes

    @property
    def value(self) -> bytes:
        """The value with its folds undone (RFC 3261 7.3.1)."""
        if b"\r\n" not in self.line:
            return self.line.split(b":", 1)[1].strip()
        return b" ".join(part.strip() for part in self.line.split(b":", 1)[1].split(b"\r\n"))

    @value.setter
    def value(self, value: bytes) -> None:
        self.line = self.line.split(b":", 1)[0].rstrip() + b": " + value


@dataclass(frozen=True, slots=True)
class Via:
    """What routing needs of a Via value (RFC 3261 18.2, RFC 3581)."""

    host: str
    port: int
    params: bytes
    transport: bytes = b"UDP"  # in upper case

    def param(self, name: bytes) -> bytes | None:
        """Return a parameter's value, b"" for one without a value, None for one not there."""
        for part in self.params.split(b";")[1:]:
            key, _, value = part.partition(b"=")
            if key.strip().lower() == name:
                return value.strip()
        return None

    @property
    def reply_to(self) -> tuple[str, int]:
        """Where a response goes: received and rport first, then sent-by."""
        received = self.param(b"received")
        rport = self.param(b"rport")
        return (
            received.decode("ascii", "replace") if received else self.host.strip("[]"),
            int(rport) if rport and rport.isdigit() else self.port,
        )


def parse_via(value: bytes) -> Via:
    """Read one Via value, or raise `Malformed`."""
    match = _VIA.match(value.strip())
    if match is None:
        raise Malformed("a Via cannot be read")
    port = int(match["port"]) if match["port"] else 5060
    if not 0 < port < 65536:
        raise Malformed("a Via names no possible port")
    host, params = match["host"].decode("ascii", "replace"), match["params"] or b""
    return Via(host, port, params, match["transport"].upper())


def first_value(value: bytes) -> tuple[bytes, bytes]:
    """Split a list after its first element; commas in quotes and <> do not count."""
    if b"," not in value:
        return value.strip(), b""
    quoted = angled = escaped = False
    for index, char in enumerate(value):
        if escaped:
            escaped = False
        elif quoted:
            escaped = char == 0x5C
            quoted = char != 0x22
        elif char == 0x22:
            quoted = True
        elif char == 0x3C:
            angled = True
        elif char == 0x3E:
            angled = False
        elif char == 0x2C and not angled:
            return value[:index].strip(), value[index + 1 :].strip()
    return value.strip(), b""


def uri_address(value: bytes) -> tuple[str, int] | None:
    """Return host and port of a SIP URI or name-addr; None where there is no SIP URI in it."""
    match = _URI.search(value)
    if match is None:
        return None
    port = int(match["port"]) if match["port"] else 5060
    if not 0 < port < 65536:
        return None
    return match["host"].decode("ascii", "replace").strip("[]"), port


class Packet:
    """One SIP message."""

    __slots__ = ("body", "fields", "own", "start")

    def __init__(self, data: bytes) -> None:
        """Take a datagram apart, or raise `Malformed`."""
        self.own = False  # sent by this phone to itself
        head, separator, self.body = data.partition(b"\r\n\r\n")
        if not separator:
            raise Malformed("the header does not end")
        first, *lines = head.split(b"\r\n")
        self.start = first
        if not (first.startswith(b"SIP/2.0 ") or first.endswith(b" SIP/2.0")):
            raise Malformed("the first line is not SIP 2.0")
        self.fields: list[Field] = []
        for line in lines:
            if line[:1] in (b" ", b"\t"):
                if not self.fields:
                    raise Malformed("a fold follows no header")
                self.fields[-1].line += b"\r\n" + line
                continue
            name, colon, _ = line.partition(b":")
            if not colon:
                raise Malformed("a header line has no colon")
            name = name.strip().lower()
            self.fields.append(Field(_COMPACT.get(name, name), line))
        present = {field.name for field in self.fields}
        if not present.issuperset(_REQUIRED):
            raise Malformed("a required header is missing")

    def __bytes__(self) -> bytes:
        """The message, ready to send."""
        head = b"\r\n".join([self.start, *(field.line for field in self.fields)])
        return head + b"\r\n\r\n" + self.body

    @property
    def is_response(self) -> bool:
        """Whether this is a response."""
        return self.start.startswith(b"SIP/2.0 ")

    @property
    def code(self) -> int:
        """A response's status code, or raise `Malformed`."""
        digits = self.start[8:11]
        if not digits.isdigit():
            raise Malformed("a response has no status code")
        return int(digits)

    @property
    def method(self) -> bytes:
        """A request's method."""
        return self.start.split(b" ", 1)[0]

    @property
    def uri(self) -> bytes:
        """A request's URI."""
        return self.start.split(b" ", 1)[1].rsplit(b" ", 1)[0].strip()

    def get(self, name: bytes) -> bytes | None:
        """Return the first value of a header, by its long name in lower case."""
        for field in self.fields:
            if field.name == name:
                return field.value
        return None

    def all(self, name: bytes) -> list[bytes]:
        """Return each element of a header that may be repeated or hold a list."""
        values: list[bytes] = []
        for field in self.fields:
            if field.name != name:
                continue
            rest = field.value
            while rest:
                value, rest = first_value(rest)
                values.append(value)
        return values

    def need(self, name: bytes) -> bytes:
        """Return a header's value, or raise `Malformed`."""
        value = self.get(name)
        if value is None:
            raise Malformed("a required header is missing")
        return value

    def push(self, name: bytes, value: bytes) -> None:
        """Put a header line before all others."""
        self.fields.insert(0, Field(name.lower(), name + b": " + value))

    def append(self, name: bytes, value: bytes) -> None:
        """Put a header line after all others."""
        self.fields.append(Field(name.lower(), name + b": " + value))

    def pop(self, name: bytes) -> bytes | None:
        """Take away the first element of a header and return it."""
        for index, field in enumerate(self.fields):
            if field.name == name:
                value, rest = first_value(field.value)
                if rest:
                    field.value = rest
                else:
                    del self.fields[index]
                return value
        return None

    def set_first(self, name: bytes, value: bytes) -> None:
        """Replace the first element of a header."""
        for field in self.fields:
            if field.name == name:
                _, rest = first_value(field.value)
                field.value = value + b", " + rest if rest else value
                return

    def remove(self, name: bytes, value: bytes) -> None:
        """Take away every line of a header that holds just this value."""
        self.fields = [f for f in self.fields if f.name != name or f.value != value]

    @property
    def via(self) -> Via:
        """The topmost Via."""
        return parse_via(first_value(self.need(b"via"))[0])

    @property
    def cseq(self) -> tuple[bytes, bytes]:
        """The sequence number and its method."""
        number, _, method = self.need(b"cseq").strip().partition(b" ")
        return number, method.strip()

    @property
    def to_tag(self) -> bytes:
        """The tag of To, b"" for none."""
        return tag_of(self.need(b"to"))

    @property
    def dialog_key(self) -> str:
        """What names a call attempt from its first INVITE on: Call-ID and From tag."""
        key = self.need(b"call-id").strip() + b"\n" + tag_of(self.need(b"from"))
        return key.decode("latin-1")


def tag_of(value: bytes) -> bytes:
    """Return the tag parameter of a From or To value, b"" for none."""
    end = value.rfind(b">")
    match = _TAG.search(value[end + 1 :])
    return match[1] if match else b""
