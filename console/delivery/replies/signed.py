"""Answers from a gateway of one's own: JSON, signed as our own webhooks are.

`Frontdesk-Signature: t=<unix s>,v1=<hex HMAC-SHA256 over "t.body">`, and a body of
`{"id", "channel", "from", "text"}`. A request that is older than `LATEST` is refused, and its id is
heard once, so that one caught on the way cannot be played again.
"""

import hmac
from datetime import datetime
from typing import Annotated, Final

import msgspec

from console.delivery.channels.webhook import signature
from console.delivery.replies.heard import (
    LATEST,
    LONGEST_TEXT,
    LONGEST_UID,
    Heard,
    NotGenuine,
    NotReadable,
)

HEADER: Final = "Frontdesk-Signature"
_Words = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_UID)]


class _Body(msgspec.Struct, frozen=True, rename={"sender": "from"}):
    id: _Words
    channel: _Words
    sender: _Words
    text: Annotated[str, msgspec.Meta(max_length=LONGEST_TEXT)]


def read(body: bytes, header: str, secret: bytes, now: datetime) -> Heard:
    """Return the answer. Raises `NotGenuine` or `NotReadable`."""
    check(body, header, secret, now)
    try:
        told = msgspec.json.decode(body, type=_Body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotReadable(f"The body is not an answer: {error}.") from error
    return Heard(f"signed.{told.id}", told.channel, told.sender, told.text)


def check(body: bytes, header: str, secret: bytes, now: datetime) -> None:
    """Raise `NotGenuine` unless the body was signed with the secret, not long ago."""
    parts = dict(part.strip().partition("=")[::2] for part in header.split(","))
    at, given = parts.get("t", ""), parts.get("v1", "")
    if not secret:
        raise NotGenuine("No secret is kept for this gateway. Put one into the keyring.")
    if not (at.isascii() and at.isdecimal() and len(at) < 12):
        raise NotGenuine(f"{HEADER} is missing, or is not t=<unix seconds>,v1=<hex>.")
    if not hmac.compare_digest(signature(secret, at, body).encode(), given.encode()):
        raise NotGenuine("The signature does not fit.")
    if abs(now.timestamp() - int(at)) > LATEST.total_seconds():
        raise NotGenuine("It was signed too long ago, or by a clock that is wrong.")
