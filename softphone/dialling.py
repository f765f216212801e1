"""What may go into an outgoing request, checked before it becomes one.

A target or a header with a line break in it would be a header of the client's making; a header of
the dialog's own would break the dialog.
"""

import re
from collections.abc import Mapping
from typing import Final

from sipmessage import URI

from softphone.errors import Refused
from softphone.wire import Srtp, Transport, UseAccount

_REGISTRAR: Final = re.compile(r"(?:[A-Za-z0-9\-._]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::(\d{1,5}))?")
_NUMBER: Final = re.compile(r"[+0-9*#A-Da-d]{1,40}$")
_SEPARATORS: Final = re.compile(r"[-.()\s]")
_HEADER_NAME: Final = re.compile(r"[A-Za-z0-9\-.!%*_+`'~]{1,60}$")
_OWN: Final = frozenset(
    {"via", "from", "to", "call-id", "cseq", "contact", "content-length", "content-type"}
    | {"max-forwards", "route", "record-route", "v", "f", "t", "i", "m", "l", "c"}
)


def target_uri(target: str, registrar: str) -> str:
    """Return the SIP URI of a number or a SIP URI, or raise `Refused`."""
    text = target.strip()
    if text.lower().startswith(("sip:", "sips:")):
        try:
            uri = URI.parse(text)
        except ValueError:
            raise Refused("The address to dial is not a SIP address.") from None
        if len(uri.host) > 253:
            raise Refused("The host in the address to dial is too long.")
        return text
    number = _SEPARATORS.sub("", text)
    if not _NUMBER.match(number):
        raise Refused("The number to dial has something in it that is not a digit.")
    if not registrar:
        raise Refused("There is no PBX to dial a number through; give a SIP address instead.")
    return f"sip:{number.replace('#', '%23')}@{registrar}"


def sender_uri(number: str, name: str, here: str) -> str:
    """Return the From of a call, "" for the account's own."""
    if not number and not name:
        return ""
    user = _SEPARATORS.sub("", number) or "anonymous"
    if not re.fullmatch(r"[+0-9A-Za-z*_]{1,64}", user):
        raise Refused("The caller's number has something in it that is not a digit.")
    if any(ord(char) < 32 or ord(char) == 127 for char in name) or len(name) > 120:
        raise Refused("The caller's name cannot be sent.")
    host = here if number else "anonymous.invalid"
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" <sip:{user}@{host}>' if name else f"<sip:{user}@{host}>"


def check_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers, or raise `Refused` naming the one that cannot be sent."""
    for name, value in headers.items():
        if not _HEADER_NAME.match(name) or name.lower() in _OWN:
            raise Refused(f"The header {name[:60]!r} cannot be added to a call.")
        if len(value) > 500 or any(ord(char) < 32 or ord(char) == 127 for char in value):
            raise Refused(f"The value of the header {name!r} cannot be sent.")
    return dict(headers)


def check_digits(digits: str) -> str:
    """Return DTMF digits, or raise `Refused`."""
    if not re.fullmatch(r"[0-9*#A-Da-d]{1,64}", digits):
        raise Refused("Only the keys 0 to 9, *, # and A to D can be sent.")
    return digits.upper()


def check_account(account: UseAccount) -> None:
    """Raise `Refused` where an account cannot be one."""
    user = account.user
    if not re.fullmatch(r"[A-Za-z0-9\-_.!~*'+]{1,64}", user):
        raise Refused("The account's user name has something in it that SIP does not allow.")
    for registrar in (account.registrar, *account.registrars):
        found = _REGISTRAR.fullmatch(registrar)
        if found is None or not 0 < int(found[1] or 1) < 65536:
            raise Refused("The PBX is given as a host name or address, with a port if need be.")
    if len(account.registrars) >= 8:
        raise Refused("A line has eight registrars at most.")
    if account.srtp is Srtp.REQUIRED and account.transport is not Transport.TLS:
        # RFC 4568 7.1.1: the keys travel in the signalling
        raise Refused(
            "Encrypted sound is required, but its keys would travel in the clear; choose TLS."
        )
