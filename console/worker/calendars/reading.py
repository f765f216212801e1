"""One calendar read: what is taken in it, and how the events of ours stand there.

What is read is as little as may be: when something is, and a hash of where it stands.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from console.calendars.door import DEADLINE_S
from console.calendars.errors import CalendarAway, TokenExpired
from console.calendars.feed import Period, UnreadableFeed, each_busy
from console.calendars.ours import Standing, standing
from console.calendars.subscription import fetch
from console.store.calendar_events import Mine
from console.store.calendars import Claimed, Read, Taken
from console.worker.calendars.known import OneCalendar, Password
from scripts.own_calendar import CalendarKind

if TYPE_CHECKING:
    from console.calendars.caldav import CalDav, Found

BEHIND: Final = timedelta(days=1)
AHEAD: Final = timedelta(days=45)  # further than times are offered
WHOLE_EVERY: Final = timedelta(hours=6)  # the days ahead move on


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read, and how the events of ours that were seen stand, by where: None for one that
    is gone."""

    read: Read
    ours: Mapping[str, Standing | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads calendars. Raises `CalendarError`."""

    password: Password
    deadline_s: float = DEADLINE_S

    def read(
        self, calendar: OneCalendar, claimed: Claimed, mine: Sequence[Mine], now: datetime
    ) -> Reading | None:
        """Return what is taken since it was last read, None where nothing changed. `mine` are the
        events of ours there."""
        stale = claimed.whole_at is None or now - claimed.whole_at >= WHOLE_EVERY
        token = None if stale else claimed.token
        if calendar.kind is CalendarKind.FEED:
            return self._feed(calendar, token, now)
        return self._caldav(calendar, token, mine, now)

    def _feed(self, calendar: OneCalendar, token: str | None, now: datetime) -> Reading | None:
        with calendar.door(self.password, self.deadline_s) as door:
            fetched = fetch(calendar.address(self.password), door, etag=token or "")
        if fetched is None:
            return None
        periods = _periods(calendar, fetched.content, now)
        taken = _taken(calendar, "", periods)
        return Reading(Read(taken, frozenset(), fetched.etag or None, whole=True))

    def _caldav(
        self, calendar: OneCalendar, token: str | None, mine: Sequence[Mine], now: datetime
    ) -> Reading | None:
        from console.calendars.caldav import CalDav  # noqa: PLC0415 - an extra

        with calendar.door(self.password, self.deadline_s) as door:
            server = CalDav(calendar.url, door)
            stands = server.token()
            if token is not None and stands == token:
                return None
            try:
                changes = server.changes(token) if token is not None else None
            except TokenExpired:
                changes = None
            if changes is not None:
                gone = {place_of(path) for path in changes.gone}
                looked_for = [each for each in mine if each.object in gone]
                found = [*changes.changed, *_still_there(server, looked_for)]
                return _of(calendar, found, mine, missing=gone, token=changes.token, now=now)
            # The token was read before: what changes meanwhile is told with the next.
            found = list(server.whole(now - BEHIND, now + AHEAD))
            there = {place_of(each.path) for each in found}
            looked_for = [each for each in mine if each.seen and each.object not in there]
            found += _still_there(server, looked_for)
            missing = {each.object for each in looked_for}
            return _of(calendar, found, mine, missing=missing, token=stands, now=now, whole=True)


def place_of(path: str) -> str:
    """Return what the records call an object: its path may say whose it is."""
    return hashlib.sha256(path.encode()).hexdigest()


def _still_there(server: "CalDav", looked_for: Iterable[Mine]) -> "list[Found]":
    """Ask for events of ours one by one: a list may leave out what is there."""
    return [there for each in looked_for if (there := server.get(server.path_of(each.uid)))]


def _of(
    calendar: OneCalendar,
    found: "Sequence[Found]",
    mine: Sequence[Mine],
    *,
    missing: set[str],
    token: str | None,
    now: datetime,
    whole: bool = False,
) -> Reading:
    uids = {each.object: each.uid for each in mine}
    taken: list[Taken] = []
    ours: dict[str, Standing | None] = {place: None for place in missing if place in uids}
    for each in found:
        place = place_of(each.path)
        if place in uids:
            ours[place] = standing(each.content, uids[place], calendar.practice.zone)
            if ours[place] is None:
                raise CalendarAway("An event of ours in the calendar cannot be read.")
        else:
            taken += _taken(calendar, place, _periods(calendar, each.content, now))
    seen = frozenset({place_of(each.path) for each in found} | missing)
    return Reading(Read(tuple(taken), seen, token, whole=whole), ours)


def _periods(calendar: OneCalendar, content: bytes, now: datetime) -> tuple[Period, ...]:
    try:
        return each_busy(
            content, zone=calendar.practice.zone, after=now - BEHIND, until=now + AHEAD
        )
    except UnreadableFeed as error:
        raise CalendarAway(str(error)) from error


def _taken(calendar: OneCalendar, place: str, periods: Iterable[Period]) -> tuple[Taken, ...]:
    return tuple(
        Taken(place, provider, period.start, period.end)
        for period in periods
        for provider in calendar.providers
    )
