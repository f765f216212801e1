"""When a practice is open, and in which mode it is covered, at an instant.

Wall-clock times are turned into instants before they are compared, so the hour that daylight
saving takes or gives is counted once and rightly (RFC 5545 3.3.5 treats the two the same way: a
time that does not exist is taken with the offset before the change).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum, unique
from functools import lru_cache

import holidays as calendars

from scripts.calltypes import Mode
from scripts.fields import WEEKDAYS
from scripts.practice import Practice
from scripts.protocol import Due
from scripts.timetable import CoverageRule, DayHours, ExceptionDay, Holidays

_FULL_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_LOOK_AHEAD = 60  # days; a practice closed for longer opens “later”


@unique
class OpenState(StrEnum):
    """Whether the doors are open."""

    OPEN = "open"
    CLOSED = "closed"
    LUNCH = "lunch"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Coverage:
    """How a practice stands at a moment. `opens_at` is the next opening (after lunch too) while it
    is not open, `closes_at` the next closing while it is; both UTC."""

    mode: Mode
    state: OpenState
    local: datetime
    opens_at: datetime | None
    closes_at: datetime | None
    label: str  # "Open", "Closed", "Lunch", "Closed: Christmas Day"
    change: str  # "opens Wed 08:00", "closes 17:00", "opens again 13:00"
    holiday: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the doors are open now."""
        return self.state is OpenState.OPEN


def at(practice: Practice, moment: datetime) -> Coverage:
    """Return how the practice stands at an aware moment."""
    local = moment.astimezone(practice.zone)
    hours, holiday = hours_on(practice, local.date())
    state = _state(practice, local.date(), hours, holiday, moment)
    opens_at = None if state is OpenState.OPEN else next_opening(practice, moment)
    closes_at = _closing(practice, local.date(), hours, moment) if not opens_at else None
    return Coverage(
        mode=_mode(practice, local, moment, state),
        state=state,
        local=local,
        opens_at=opens_at,
        closes_at=closes_at if state is OpenState.OPEN else None,
        label=_label(state, holiday),
        change=_change(practice, local, state, opens_at, closes_at),
        holiday=holiday,
    )


def instant(practice: Practice, day: date, clock: time, *, end: bool = False) -> datetime:
    """Return the UTC instant of a local time. With `end`, 00:00 is the midnight after the day."""
    if end and clock == time(0):
        day += timedelta(days=1)
    return datetime.combine(day, clock, practice.zone).astimezone(UTC)


def hours_on(practice: Practice, day: date) -> tuple[DayHours | None, str]:
    """Return a local day's hours (None when closed) and the holiday's name, if it is one.

    A dated exception comes before a run of days, that before a holiday, and a holiday before the
    weekday.
    """
    exception = _exception_on(practice, day)
    if exception is not None:
        return exception.hours, (exception.note or "") if exception.hours is None else ""
    name = holiday_on(practice, day)
    if name:
        return None, name
    return practice.hours[WEEKDAYS[day.weekday()]], ""


def _exception_on(practice: Practice, day: date) -> ExceptionDay | None:
    """Return what is different on a day; a single date comes before a run of days."""
    found = [exception for exception in practice.exceptions if exception.covers(day)]
    return min(found, key=lambda exception: exception.until is not None, default=None)


def open_spans(practice: Practice, day: date) -> tuple[tuple[datetime, datetime], ...]:
    """Return the open times of a local day as UTC instants, lunch left out."""
    hours, _ = hours_on(practice, day)
    if hours is None:
        return ()
    opens = instant(practice, day, hours.opens)
    closes = instant(practice, day, hours.closes, end=True)
    if hours.lunch is None:
        spans = [(opens, closes)]
    else:
        spans = [
            (opens, instant(practice, day, hours.lunch.start)),
            (instant(practice, day, hours.lunch.end, end=True), closes),
        ]
    return tuple((start, end) for start, end in spans if start < end)


def holiday_on(practice: Practice, day: date) -> str:
    """Return the name of the holiday the practice closes for on a local day, or ""."""
    for own in practice.holidays.own:
        if day in own.dates:
            return own.name
    return _public(practice.holidays, day.year).get(day, "") if practice.holidays.closed_on else ""


def holidays_ahead(practice: Practice, day: date) -> tuple[tuple[date, str], ...]:
    """Return the holidays the practice closes for from a local day on, this year's and next's."""
    given = practice.holidays
    found = {own_day: own.name for own in given.own for own_day in own.dates}
    if given.closed_on:
        found = {**_public(given, day.year), **_public(given, day.year + 1), **found}
    return tuple(sorted((when, name) for when, name in found.items() if when >= day))


def next_opening(practice: Practice, moment: datetime) -> datetime | None:
    """Return the first UTC instant after `moment` at which the doors open, within 60 days."""
    for day in _days(moment.astimezone(practice.zone).date()):
        for start, _ in open_spans(practice, day):
            if start > moment:
                return start
    return None


def next_business_day(practice: Practice, moment: datetime, count: int = 1) -> date:
    """Return the `count`-th local day the practice opens on after `moment`.

    Before a day's opening that day itself is the first, so a message taken at two in the morning
    is due the same day. A `count` of 0 is today while the doors will still be open, else the next
    open day. With no opening in 60 days the plain calendar day is returned.
    """
    today = moment.astimezone(practice.zone).date()
    left = max(count, 1)
    for day in _days(today):
        spans = open_spans(practice, day)
        if not spans:
            continue
        if day == today and moment >= (spans[-1][1] if count == 0 else spans[0][0]):
            continue
        left -= 1
        if left == 0:
            return day
    return today + timedelta(days=max(count, 1))


def due_at(practice: Practice, moment: datetime, due: Due) -> datetime:
    """Return the UTC instant a message taken at `moment` is due."""
    if due.minutes is not None:
        return moment.astimezone(UTC) + timedelta(minutes=due.minutes)
    day = next_business_day(practice, moment, due.business_days or 0)
    spans = open_spans(practice, day)
    if due.by is not None:
        by = instant(practice, day, due.by)
        if by > moment:
            return by
    return spans[-1][1] if spans else instant(practice, day, time(17))


@lru_cache(maxsize=512)
def public_names(country: str, subdivision: str | None, year: int) -> tuple[str, ...]:
    """Return the holidays a public calendar names in a year; `NotImplementedError` when there is
    no such country or subdivision."""
    days = calendars.country_holidays(country, subdiv=subdivision, years=year)
    names = {part for name in days.values() for part in _names(name)}
    return tuple(sorted(names))


def _names(name: str) -> list[str]:
    return [part.strip().removesuffix("(observed)").strip() for part in name.split(";")]


@lru_cache(maxsize=256)
def _public_days(
    country: str, subdivision: str | None, closed_on: tuple[str, ...], year: int
) -> dict[date, str]:
    days = calendars.country_holidays(country, subdiv=subdivision, years=year)
    wanted = {name.casefold(): name for name in closed_on}
    found: dict[date, str] = {}
    for day, name in days.items():
        match = next((wanted[n.casefold()] for n in _names(name) if n.casefold() in wanted), "")
        if match:
            found[day] = match
    return found


def _public(holidays: Holidays, year: int) -> dict[date, str]:
    return _public_days(holidays.country, holidays.subdivision, holidays.closed_on, year)


def _days(first: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range(_LOOK_AHEAD))


def _state(
    practice: Practice, day: date, hours: DayHours | None, holiday: str, moment: datetime
) -> OpenState:
    if hours is None:
        return OpenState.HOLIDAY if holiday else OpenState.CLOSED
    if any(start <= moment < end for start, end in open_spans(practice, day)):
        return OpenState.OPEN
    opens = instant(practice, day, hours.opens)
    closes = instant(practice, day, hours.closes, end=True)
    return OpenState.LUNCH if opens <= moment < closes else OpenState.CLOSED


def _closing(
    practice: Practice, day: date, hours: DayHours | None, moment: datetime
) -> datetime | None:
    if hours is None:
        return None
    return next((end for _, end in open_spans(practice, day) if end > moment), None)


def _mode(practice: Practice, local: datetime, moment: datetime, state: OpenState) -> Mode:
    best: tuple[int, Mode] | None = None
    for rule in practice.coverage.rules:
        if _applies(practice, rule, local.date(), moment):
            weight = 0 if rule.date is None else 2 if rule.until else 4
            weight += 1 if rule.start is not None else 0
            if best is None or weight >= best[0]:
                best = (weight, rule.mode)
    if best is not None:
        return best[1]
    return practice.coverage.daytime if state is OpenState.OPEN else Mode.AFTER_HOURS


def _applies(practice: Practice, rule: CoverageRule, today: date, moment: datetime) -> bool:
    for day in (today, today - timedelta(days=1)):  # a window may run past midnight
        if rule.date is not None and not rule.date <= day <= (rule.until or rule.date):
            continue
        if rule.days and WEEKDAYS[day.weekday()] not in rule.days:
            continue
        if rule.start is None or rule.end is None:
            if day == today:
                return True
            continue
        last = day + timedelta(days=1) if rule.end <= rule.start else day
        if instant(practice, day, rule.start) <= moment < instant(practice, last, rule.end):
            return True
    return False


def _label(state: OpenState, holiday: str) -> str:
    if state is OpenState.HOLIDAY:
        return f"Closed: {holiday}"
    return state.value.capitalize()


def _change(
    practice: Practice,
    local: datetime,
    state: OpenState,
    opens_at: datetime | None,
    closes_at: datetime | None,
) -> str:
    if state is OpenState.OPEN and closes_at is not None:
        return f"closes {closes_at.astimezone(practice.zone):%H:%M}"
    if opens_at is None:
        return "opening not known"
    opens = opens_at.astimezone(practice.zone)
    if state is OpenState.LUNCH and opens.date() == local.date():
        return f"opens again {opens:%H:%M}"
    if opens.date() == local.date():
        return f"opens {opens:%H:%M}"
    if (opens.date() - local.date()).days < 7:
        return f"opens {opens:%a %H:%M}"
    return f"opens {opens:%a} {opens.day} {opens:%b %H:%M}"


def spoken_day(day: date, today: date) -> str:
    """Return a day as it is said: “today”, “tomorrow”, “Wednesday”, “Wednesday, December 2”."""
    away = (day - today).days
    if away in (0, 1):
        return ("today", "tomorrow")[away]
    name = _FULL_DAYS[day.weekday()]
    return name if 0 < away < 7 else f"{name}, {day:%B} {day.day}"
