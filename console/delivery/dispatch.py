"""A dispatch and the four things that can become of it.

A channel either returns a `Receipt`, or raises one of three: `NotNow` (nothing arrived, trying
again may succeed), `Refused` (it never will: a person has to look), or `Unsure` (it may have
arrived: the peer fell silent after everything had been sent).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Sealed:
    """Content nobody on the way can read: what it is called, its media type, its bytes. `whole`
    where it is a letter's body, not something enclosed with one."""

    name: str
    media_type: str
    content: bytes
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Invitation:
    """An iTIP object (RFC 5546) and its method, REQUEST or CANCEL."""

    method: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One thing for one address. `key` is the same at every attempt, so that a channel which knows
    such keys delivers it once. `subject` and `text` carry no health details and no names: what does
    is in `sealed`, and leaves by channels that carry sealed things only. Nothing is sent after
    `expires_at`."""

    key: str
    to: str
    subject: str
    text: str
    urgent: bool = False
    expires_at: datetime | None = None
    cancels: str = ""  # the key of a dispatch this one takes back, where the channel can
    number: int = 0  # the page's, for whom it goes to; 0 for what is not to be answered
    sealed: Sealed | None = None
    invitation: Invitation | None = None  # by mail only


@dataclass(frozen=True, slots=True)
class Receipt:
    """The peer took it. `reference` is the peer's own name for it, "" where it gives none;
    `delivered` that it has reached the recipient's device, not only the peer."""

    reference: str = ""
    delivered: bool = False


class DeliveryError(Exception):
    """What came of an attempt that brought no receipt; the sentence is for a person and holds
    neither address nor text."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotNow(DeliveryError):
    """Nothing arrived. `retry_after_s` is what the peer asked for, where it did."""

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Untrusted(NotNow):
    """Nothing was sent, since the peer could not prove who it is. It is tried again, and a person
    is told at once: that mends itself only when somebody renews a certificate."""


class Refused(DeliveryError):
    """The peer will never take this dispatch, or never from us: a person has to look."""


class Unsure(DeliveryError):
    """It may have arrived. A channel that knows keys can be asked again without harm."""


class Channel(Protocol):
    """A way out."""

    @property
    def knows_keys(self) -> bool:
        """Whether the same key twice is delivered once."""

    def send(self, dispatch: Dispatch) -> Receipt:
        """Send it; waits for the peer, so never on the window's thread. Raises `DeliveryError`."""
