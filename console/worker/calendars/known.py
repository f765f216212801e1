"""The calendars that the practices in force name, as a worker goes about them."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

from console.calendars.door import Door
from console.store.calendars import Known
from scripts.loader import Library
from scripts.own_calendar import SECRET_MARK, CalendarKind
from scripts.practice import Practice

Password = Callable[[str], str]
"""Gives the secret kept under a name, "" where there is none."""


@dataclass(frozen=True, slots=True, repr=False)
class OneCalendar:
    """A practice's calendar: `providers` are those whose times stand in it."""

    practice: Practice
    provider: str
    url: str
    providers: tuple[str, ...]

    @property
    def kind(self) -> CalendarKind:
        """How it is spoken to."""
        assert self.practice.calendar is not None
        return self.practice.calendar.kind

    @property
    def known(self) -> Known:
        """What the records call it. A hash of the settings tells when it is to be read anew."""
        calendar = self.practice.calendar
        assert calendar is not None
        parts = (calendar.kind, self.url, calendar.user, calendar.secret, self.practice.timezone,
                 *self.providers)  # fmt: skip
        digest = hashlib.sha256("\n".join(str(part) for part in parts).encode())
        return Known(self.practice.id, self.provider, digest.hexdigest())

    @property
    def words(self) -> str:
        """What a person knows it by."""
        who = self.practice.provider(self.provider)
        of = f"{who.spoken}'s calendar at" if who is not None else "The calendar of"
        return f"{of} {self.practice.name}"

    def address(self, password: Password) -> str:
        """Return where it is, with the secret in it that belongs there."""
        calendar = self.practice.calendar
        assert calendar is not None
        if calendar.secret and SECRET_MARK in self.url:
            return self.url.replace(SECRET_MARK, password(calendar.secret))
        return self.url

    def door(self, password: Password, deadline_s: float) -> Door:
        """Return the way to its server."""
        calendar = self.practice.calendar
        assert calendar is not None
        given = password(calendar.secret) if calendar.user and calendar.secret else ""
        return Door(user=calendar.user or "", password=given, deadline_s=deadline_s)


def calendars_of(library: Library) -> tuple[OneCalendar, ...]:
    """Return every calendar the practices name."""
    return tuple(each for practice in library.practices for each in _of(practice))


def able(calendars: tuple[OneCalendar, ...]) -> tuple[OneCalendar, ...]:
    """Return those this machine can speak to: CalDAV is an extra."""
    if find_spec("caldav") is not None:
        return calendars
    return tuple(each for each in calendars if each.kind is CalendarKind.FEED)


def reference(booking_id: int) -> str:
    """Return what a booking is called where its patient must not be named."""
    return f"B{booking_id}"


def _of(practice: Practice) -> tuple[OneCalendar, ...]:
    calendar = practice.calendar
    if calendar is None:
        return ()
    named = [provider for provider in calendar.providers if practice.provider(provider)]
    found = [
        OneCalendar(practice, provider, calendar.providers[provider], (provider,))
        for provider in named
    ]
    others = tuple(each.id for each in practice.providers if each.id not in named)
    if calendar.url is not None and others:
        found.append(OneCalendar(practice, "", calendar.url, others))
    return tuple(found)
