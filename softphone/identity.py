"""Who calls, and which number they dialled, read from the raw INVITE.

A service that answers for many practices lives by the number dialled, which networks carry in
several places; the caller's number decides whom to call back. Both are read in the design's order,
and a header that cannot be read gives way to the next instead of losing the call.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from sipmessage import Address

from softphone.packet import Packet
from softphone.wire import NOT_ROUTED, Dialled, Party, Routing

# Nothing longer is a telephone number or a person's name; it also bounds the parser's work.
_LONGEST: Final = 1024
_LENIENT: Final = re.compile(r"(?:sips?|tel):([^@;>\s?]+)(@)?", re.IGNORECASE)
_QUOTED: Final = re.compile(r'^\s*"((?:[^"\\]|\\.)*)"')
_SEPARATORS: Final = re.compile(r"[-.()\s]")
_TELEPHONE: Final = re.compile(r"\+?[0-9*#]+$")
_WORD: Final = re.compile(r"[a-z0-9_-]{1,64}$")
_WITHHELD: Final = frozenset({"anonymous", "unknown", "unavailable", "restricted", "withheld"})


@dataclass(frozen=True, slots=True)
class Identity:
    """What the engine tells of an incoming call."""

    caller: Party
    dialled: Dialled
    sip_call_id: str
    key: str
    pbx_call_id: str
    routing: Routing = NOT_ROUTED


@dataclass(frozen=True, slots=True)
class _Named:
    user: str
    name: str
    host: str


def identify(packet: Packet) -> Identity:
    """Read an INVITE. Raises `packet.Malformed` for a message without its required headers."""
    return Identity(
        caller=_caller(packet),
        dialled=_dialled(packet),
        sip_call_id=packet.need(b"call-id").decode("utf-8", "replace"),
        key=packet.dialog_key,
        pbx_call_id=_text(packet.get(b"x-pbx-call-id")),
        routing=Routing(
            practice=_word(packet.get(b"x-frontdesk-practice")),
            mode=_word(packet.get(b"x-frontdesk-mode")),
        ),
    )


def _caller(packet: Packet) -> Party:
    """P-Asserted-Identity (RFC 3325), then From; nothing where privacy is asked for (RFC 3323)."""
    privacy = {part.strip().lower() for part in _text(packet.get(b"privacy")).split(";")}
    asserted = [found for value in packet.all(b"p-asserted-identity") if (found := _read(value))]
    sender = _read(packet.need(b"from"))
    source = "P-Asserted-Identity" if asserted else "From"
    if privacy & {"id", "user", "header"}:
        return Party(source=source)
    # A tel URI or a user part of digits says more than a SIP name (RFC 3325 9.1 allows one of each)
    asserted.sort(key=lambda found: not _TELEPHONE.match(found.user))
    chosen = asserted[0] if asserted else sender
    if chosen is None or _hides(chosen):
        return Party(source=source)
    name = chosen.name or (sender.name if sender is not None else "")
    return Party(number=chosen.user, name=name, source=source)


def _dialled(packet: Packet) -> Dialled:
    named = _text(packet.get(b"x-frontdesk-number"))
    if named:
        found = _read(named.encode())
        return Dialled(found.user if found else _number(named), "X-Frontdesk-Number")
    for header, source, pick in (
        (b"diversion", "Diversion", -1),  # RFC 5806: the last one is the number first dialled
        (b"history-info", "History-Info", 0),  # RFC 7044: the first entry is
        (b"p-called-party-id", "P-Called-Party-ID", 0),
        (b"to", "To", 0),
    ):
        values = [found for value in packet.all(header) if (found := _read(value)) and found.user]
        if values:
            return Dialled(values[pick].user, source)
    found = _read(packet.uri)
    return Dialled(found.user, "Request-URI") if found and found.user else Dialled()


def _read(value: bytes) -> _Named | None:
    text = _text(value)
    if not text or len(text) > _LONGEST:
        return None
    try:
        address = Address.parse(text)
    except ValueError:
        return _read_leniently(text)
    return _Named(_number(address.uri.user or ""), address.name.strip(), address.uri.host)


def _read_leniently(text: str) -> _Named | None:
    """Find the user part in a value the grammar does not allow, as networks do send."""
    match = _LENIENT.search(text)
    if match is None:
        return None
    is_tel = text[match.start() : match.start() + 4].lower() == "tel:"
    user = match[1] if match[2] or is_tel else ""
    quoted = _QUOTED.match(text)
    name = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else ""
    host = re.match(r"[^\s;:>?]*", text[match.end() :])
    return _Named(_number(unquote(user)), name.strip(), host[0] if host and match[2] else "")


def _number(user: str) -> str:
    """Drop visual separators and dialling parameters from a telephone number; keep a name whole."""
    bare = user.split(";", 1)[0].split(":", 1)[0].strip()
    digits = _SEPARATORS.sub("", bare)
    return digits if _TELEPHONE.match(digits) else bare


def _hides(named: _Named) -> bool:
    return (
        named.host.lower().endswith("anonymous.invalid")
        or named.user.lower() in _WITHHELD
        or not named.user
    )


def _word(value: bytes | None) -> str:
    text = _text(value)
    return text if _WORD.match(text) else ""


def _text(value: bytes | None) -> str:
    return value.decode("utf-8", "replace").strip() if value else ""
