"""Where a practice keeps its own appointments, and what of a booking may be written there.

Times that are taken in it are offered to nobody. A CalDAV calendar (RFC 4791) is given the bookings
as well; a feed (RFC 5545) is only read. Passwords stand in the keyring, the file has their name.
"""

import ipaddress
import re
from enum import StrEnum, unique
from typing import Annotated, Any, Final, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from scripts.fields import Model, Slug, Words, wrong

SECRET_MARK: Final = "{secret}"
_SECRET_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_PASSWORDS: Final = frozenset({"password", "pass", "passwd", "token"})


@unique
class CalendarKind(StrEnum):
    """How the calendar is spoken to."""

    CALDAV = "caldav"  # both ways
    FEED = "feed"  # an iCalendar feed: busy times in


@unique
class Told(StrEnum):
    """What may be written of a booking besides its time and its reference."""

    PATIENT = "patient"  # the name
    TYPE = "type"  # what the visit is for, by its appointment type
    NUMBER = "number"  # where the patient is called back


def _address(url: str) -> str:
    """Refuse what would carry a calendar, or a password, in the clear. The address is not repeated:
    a feed's is often a secret of its own."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise wrong("is not an address; write https://, the server's name and the path") from None
    if parts.username is not None or parts.password is not None:
        raise wrong("holds a user name; write it as user, and its password into the keyring")
    if not host:
        raise wrong("is not an address; write https://, the server's name and the path")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_here(host)):
        raise wrong("does not begin with https://; a calendar is never read in the clear")
    return url


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _secret_name(value: object) -> str:
    """Refuse what may be the password itself, and never repeat it: a fault is shown and printed."""
    if not isinstance(value, str) or not _SECRET_NAME.fullmatch(value):
        raise wrong(
            "is not the name of a secret; write small letters, digits, - and _, such as "
            "riverside-calendar, and keep the password itself in the keyring under that name"
        )
    return value


Address = Annotated[Words, AfterValidator(_address)]
SecretName = Annotated[str, BeforeValidator(_secret_name)]


class OwnCalendar(Model):
    """A practice's own calendar. `url` is that of every provider who has none in `providers`.

    Without news of it for `away_after` minutes a time is offered to be confirmed.
    """

    kind: CalendarKind
    url: Address | None = None
    providers: Annotated[dict[Slug, Address], Field(default_factory=dict)]
    user: Words | None = None
    secret: SecretName | None = None  # its name in the keyring
    tells: tuple[Told, ...] = ()
    away_after: Annotated[int, Field(ge=2, le=24 * 60)] = 15  # minutes

    @model_validator(mode="before")
    @classmethod
    def _no_password(cls, value: Any) -> Any:
        if isinstance(value, dict) and _PASSWORDS & {str(key).lower() for key in value}:
            raise wrong(
                "holds a password; take it out, keep it in the keyring and write its name there "
                "as secret"
            )
        return value

    @model_validator(mode="after")
    def _fits(self) -> Self:
        addresses = [*filter(None, (self.url,)), *self.providers.values()]
        if not addresses:
            raise wrong("names no calendar; write url, or providers with an address for each")
        if self.user is not None and self.secret is None:
            raise wrong("has a user and no secret; write the name of the password in the keyring")
        marked = any(SECRET_MARK in address for address in addresses)
        if self.kind is CalendarKind.CALDAV and marked:
            raise wrong(f"{SECRET_MARK} is for a feed's address; a caldav calendar has a user")
        if self.kind is CalendarKind.CALDAV and self.secret is not None and self.user is None:
            raise wrong("has a secret and no user; write the user it belongs to")
        if self.kind is CalendarKind.FEED and (self.secret is not None) != (
            marked or self.user is not None
        ):
            raise wrong(
                f"a feed's secret goes with its user, or stands in its address as {SECRET_MARK}"
            )
        if self.kind is CalendarKind.FEED and self.tells:
            raise wrong("a feed is only read; take tells out, or use a caldav calendar")
        return self

    def address_of(self, provider: str) -> str | None:
        """Return the address of the calendar a provider's times stand in, None where they stand in
        none."""
        return self.providers.get(provider, self.url)
