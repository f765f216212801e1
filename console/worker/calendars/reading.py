"""One calendar read: what is taken in it, as the records take it.

What is read is as little as may be: when something is, and a hash of where it stands.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from console.calendars.door import DEADLINE_S
from console.calendars.errors import CalendarAway, TokenExpired
from console.calendars.feed import Period, UnreadableFeed, each_busy
from console.calendars.subscription import fetch
from console.store.calendars import Claimed, Read, Taken
from console.worker.calendars.known import OneCalendar, Password
from scripts.own_calendar import CalendarKind

BEHIND: Final = timedelta(days=1)
AHEAD: Final = timedelta(days=45)  # further than times are offered
WHOLE_EVERY: Final = timedelta(hours=6)  # the days ahead move on


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads calendars. Raises `CalendarError`."""

    password: Password
    deadline_s: float = DEADLINE_S

    def read(self, calendar: OneCalendar, claimed: Claimed, now: datetime) -> Read | None:
        """Return what is taken since it was last read, None where nothing changed."""
        stale = claimed.whole_at is None or now - claimed.whole_at >= WHOLE_EVERY
        token = None if stale else claimed.token
        if calendar.kind is CalendarKind.FEED:
            return self._feed(calendar, token, now)
        return self._caldav(calendar, token, now)

    def _feed(self, calendar: OneCalendar, token: str | None, now: datetime) -> Read | None:
        with calendar.door(self.password, self.deadline_s) as door:
            fetched = fetch(calendar.address(self.password), door, etag=token or "")
        if fetched is None:
            return None
        periods = _periods(calendar, fetched.content, now)
        return Read(_taken(calendar, "", periods), frozenset(), fetched.etag or None, whole=True)

    def _caldav(self, calendar: OneCalendar, token: str | None, now: datetime) -> Read | None:
        from console.calendars.caldav import CalDav, Found  # noqa: PLC0415 - an extra

        def taken(found: Iterable[Found]) -> tuple[Taken, ...]:
            return tuple(
                each
                for one in found
                for each in _taken(
                    calendar, place_of(one.path), _periods(calendar, one.content, now)
                )
            )

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
                seen = {place_of(each.path) for each in changes.changed}
                return Read(taken(changes.changed), frozenset(seen | gone), changes.token)
            # The token was read before: what changes meanwhile is told with the next.
            found = server.whole(now - BEHIND, now + AHEAD)
            return Read(taken(found), frozenset(), stands, whole=True)


def place_of(path: str) -> str:
    """Return what the records call an object: its path may say whose it is."""
    return hashlib.sha256(path.encode()).hexdigest()


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
