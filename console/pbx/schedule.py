"""A practice's modes as a list that a dialplan can walk: the first line that fits gives the mode.

The same rules as `scripts.hours`, in wall-clock time, since Asterisk's GotoIfTime compares clocks.
The hour a change to or from summer time skips or repeats is therefore the clock's there and the
instant's here; nothing else differs, and a test holds the two together.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from scripts.calltypes import Mode
from scripts.fields import WEEKDAYS
from scripts.hours import holidays_ahead
from scripts.practice import Practice
from scripts.timetable import CoverageRule, DayHours

AHEAD: Final = 364  # days of dates written out: a dialplan's dates have no year
_LAST: Final = 24 * 60 - 1  # the last minute of a day


@dataclass(frozen=True, slots=True)
class Line:
    """`mode` from minute `start` to minute `end` of the day, both included, on a date or on
    weekdays."""

    mode: Mode
    start: int = 0
    end: int = _LAST
    day: date | None = None
    days: tuple[str, ...] = ()  # as in `WEEKDAYS`; () with no date is every day

    def fits(self, local: datetime) -> bool:
        """Tell whether it holds at a local time."""
        if self.day is not None and self.day != local.date():
            return False
        if self.days and WEEKDAYS[local.weekday()] not in self.days:
            return False
        return self.start <= local.hour * 60 + local.minute <= self.end

    @property
    def asterisk(self) -> str:
        """The times, weekdays, days and months of GotoIfTime."""
        times = f"{self.start // 60:02}:{self.start % 60:02}-{self.end // 60:02}:{self.end % 60:02}"
        days = "&".join(self.days) or "*"
        if self.day is None:
            return f"{times},{days},*,*"
        return f"{times},*,{self.day.day},{self.day:%b}".lower()


def lines(practice: Practice, today: date) -> tuple[Line, ...]:
    """Return a practice's lines from a local day on; where none fits, it is after hours."""
    return (*_of_rules(practice, today), *_of_hours(practice, today))


def mode_at(written: tuple[Line, ...], local: datetime) -> Mode:
    """Return the mode the lines give, as Asterisk would walk them."""
    return next((line.mode for line in written if line.fits(local)), Mode.AFTER_HOURS)


def _of_rules(practice: Practice, today: date) -> Iterator[Line]:
    """The agreed exceptions, the more specific first, of equals the last written."""

    def weight(numbered: tuple[int, CoverageRule]) -> tuple[int, int]:
        number, rule = numbered
        dated = 0 if rule.date is None else 2 if rule.until else 4
        return dated + (rule.start is not None), number

    ranked = sorted(enumerate(practice.coverage.rules), key=weight, reverse=True)
    for _, rule in ranked:
        if rule.date is None:
            yield from _of_rule(rule, None)
            continue
        for day in _run(rule.date, rule.until, today):
            yield from _of_rule(rule, day)


def _of_rule(rule: CoverageRule, day: date | None) -> Iterator[Line]:
    if rule.start is None or rule.end is None:
        yield Line(rule.mode, day=day, days=rule.days)
        return
    start, end = _minute(rule.start), _minute(rule.end)
    if start < end:
        yield Line(rule.mode, start, end - 1, day, rule.days)
        return
    yield Line(rule.mode, start, _LAST, day, rule.days)
    if end:
        after = day + timedelta(days=1) if day else None
        yield Line(rule.mode, 0, end - 1, after, tuple(_after(day) for day in rule.days))


def _of_hours(practice: Practice, today: date) -> Iterator[Line]:
    daytime = practice.coverage.daytime
    dated: dict[date, DayHours | None] = {day: None for day, _ in holidays_ahead(practice, today)}
    dated |= dict(_exceptions(practice, today))
    for day, hours in sorted(dated.items(), key=lambda pair: pair[0]):
        if _is_ahead(day, today):
            for start, end in _open(hours):
                yield Line(daytime, start, end, day)
            yield Line(Mode.AFTER_HOURS, day=day)
    for weekday in WEEKDAYS:
        for start, end in _open(practice.hours[weekday]):
            yield Line(daytime, start, end, days=(weekday,))


def _exceptions(practice: Practice, today: date) -> Iterator[tuple[date, DayHours | None]]:
    """Yield the days that are not as their weekday, that which holds last: a single date comes
    before a run of days, and of two such the first written."""
    last_first = tuple(reversed(practice.exceptions))
    for exception in sorted(last_first, key=lambda each: each.until is None):
        for day in _run(exception.date, exception.until, today):
            yield day, exception.hours


def _run(first: date, last: date | None, today: date) -> Iterator[date]:
    """Yield the days from one to another that are worth writing out."""
    day = max(first, today - timedelta(days=1))
    while day <= (last or first) and _is_ahead(day, today):
        yield day
        day += timedelta(days=1)


def _open(hours: DayHours | None) -> Iterator[tuple[int, int]]:
    if hours is None:
        return
    opens, closes = _minute(hours.opens), _minute(hours.closes) or _LAST + 1
    if hours.lunch is None:
        spans = [(opens, closes)]
    else:
        lunch_end = _minute(hours.lunch.end) or _LAST + 1
        spans = [(opens, _minute(hours.lunch.start)), (lunch_end, closes)]
    yield from ((start, end - 1) for start, end in spans if start < end)


def _is_ahead(day: date, today: date) -> bool:
    return today - timedelta(days=1) <= day <= today + timedelta(days=AHEAD)


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _after(day: str) -> str:
    return WEEKDAYS[(WEEKDAYS.index(day) + 1) % 7]
