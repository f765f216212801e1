"""Busy times out of an iCalendar feed (RFC 5545): events, recurring ones too, and free/busy.

The feed is the practice's, or its EHR's, and nobody here wrote it: it is bounded in length, in how
far a recurrence is followed and in how many events are taken from it, and whatever cannot be read
is a sentence. Times without a zone are the practice's own. An event that is cancelled, or marked as
free (`TRANSP:TRANSPARENT`), takes no time.
"""

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

T = TypeVar("T")

LONGEST: Final = 8 * 1024 * 1024  # bytes of a feed
MOST: Final = 20_000  # events and free/busy periods within the days asked for
MOST_RULES: Final = 2_000
MOST_MINUTES: Final = 6  # times within an hour one rule may name
_CONTENT: Final = (b"BEGIN:VCALENDAR", b"begin:vcalendar")


class UnreadableFeed(Exception):
    """What was fetched is no calendar, or too much of one; the sentence holds none of it."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Time that is taken, both ends UTC, the end not included."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, repr=False)
class Event:
    """One occurrence of an event: its ends in UTC, what it is called and who is named in it."""

    start: datetime
    end: datetime
    uid: str
    summary: str
    people: tuple[str, ...]


def busy_periods(
    content: bytes, *, zone: ZoneInfo, after: datetime, until: datetime
) -> tuple[Period, ...]:
    """Return what is taken between two aware moments, joined where it touches, earliest first.

    Raises `UnreadableFeed`.
    """
    return tuple(_joined(list(each_busy(content, zone=zone, after=after, until=until))))


def each_busy(
    content: bytes, *, zone: ZoneInfo, after: datetime, until: datetime
) -> tuple[Period, ...]:
    """Return the same entry by entry: as it is told, earliest first. Raises `UnreadableFeed`."""
    return tuple(sorted(_readable(content, lambda: _read(content, zone, after, until))))


def each_event(
    content: bytes, *, zone: ZoneInfo, after: datetime, until: datetime
) -> tuple[Event, ...]:
    """Return every event between two aware moments, whole, recurring ones each time, whether they
    take time or not; the earliest first. Raises `UnreadableFeed`."""
    found = _readable(content, lambda: _events(content, zone, after, until))
    return tuple(sorted(found, key=lambda event: (event.start, event.end, event.uid)))


def _readable(content: bytes, read: Callable[[], Iterator[T]]) -> list[T]:
    if len(content) > LONGEST:
        raise UnreadableFeed("The calendar is larger than 8 MB. Ask for a feed of fewer years.")
    if not any(mark in content[:4096] for mark in _CONTENT):
        raise UnreadableFeed("What the address gave is not a calendar. Check the feed's address.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a feed's oddities are its own
            return list(read())
    except UnreadableFeed:
        raise
    except Exception as error:
        raise UnreadableFeed(
            f"The calendar cannot be read ({type(error).__name__}). Ask the practice's system "
            "for its feed again, or for a shorter one."
        ) from error


def _events(content: bytes, zone: ZoneInfo, after: datetime, until: datetime) -> Iterator[Event]:
    for event in _occurrences(icalendar.Calendar.from_ical(content), zone, after, until):
        period = _ends(event, zone)
        if period is not None and period.end > after and period.start < until:
            yield Event(
                period.start,
                period.end,
                str(event.get("UID", "")),
                str(event.get("SUMMARY", "")),
                tuple(_people(event)),
            )


def _people(event: Any) -> Iterator[str]:
    found = event.get("ATTENDEE", [])
    for each in found if isinstance(found, list) else [found]:
        yield str(each.params.get("CN", "")) or str(each).removeprefix("mailto:")


def _occurrences(calendar: Any, zone: ZoneInfo, after: datetime, until: datetime) -> Iterator[Any]:
    _check_rules(calendar)
    query = recurring_ical_events.of(calendar, components=["VEVENT"])
    for number, event in enumerate(query.between(after.astimezone(zone), until.astimezone(zone))):
        _counted(number)
        if str(event.get("STATUS", "")).upper() != "CANCELLED":
            yield event


def _read(content: bytes, zone: ZoneInfo, after: datetime, until: datetime) -> Iterator[Period]:
    calendar = icalendar.Calendar.from_ical(content)
    taken = 0
    for event in _occurrences(calendar, zone, after, until):
        taken = _counted(taken)
        period = _of_event(event, zone)
        if period is not None and period.end > after and period.start < until:
            yield period
    for told in calendar.walk("VFREEBUSY"):
        for period in _of_free_busy(told, zone):
            taken = _counted(taken)
            if period.end > after and period.start < until:
                yield period


def _check_rules(calendar: Any) -> None:
    """Refuse what would be unrolled into more than a calendar of people can hold."""
    rules = [rule for event in calendar.walk("VEVENT") for rule in _rules(event)]
    often = any(
        rule.get("FREQ", [""])[0].upper() in ("SECONDLY", "MINUTELY")
        or "BYSECOND" in rule
        or len(rule.get("BYMINUTE", [])) > MOST_MINUTES
        for rule in rules
    )
    if often or len(rules) > MOST_RULES:
        raise UnreadableFeed(
            "The calendar repeats more often than people meet; it is not a practice's."
        )


def _rules(event: Any) -> list[Any]:
    rules = event.get("RRULE", [])
    return rules if isinstance(rules, list) else [rules]


def _counted(taken: int) -> int:
    if taken >= MOST:
        raise UnreadableFeed(
            f"The calendar has more than {MOST} entries in these days; it is not a practice's."
        )
    return taken + 1


def _of_event(event: Any, zone: ZoneInfo) -> Period | None:
    if str(event.get("TRANSP", "")).upper() == "TRANSPARENT":
        return None
    return _ends(event, zone)


def _ends(event: Any, zone: ZoneInfo) -> Period | None:
    start = event["DTSTART"].dt
    if "DTEND" in event:
        end = event["DTEND"].dt
    elif "DURATION" in event:
        end = start + event["DURATION"].dt
    else:  # RFC 5545 3.6.1: a date lasts the day, a moment no time at all
        end = start if isinstance(start, datetime) else start + timedelta(days=1)
    period = Period(_utc(start, zone), _utc(end, zone))
    return period if period.end > period.start else None


def _of_free_busy(told: Any, zone: ZoneInfo) -> Iterator[Period]:
    periods = told.get("FREEBUSY", [])
    for entry in periods if isinstance(periods, list) else [periods]:
        if str(entry.params.get("FBTYPE", "BUSY")).upper() == "FREE":
            continue
        for start, end in _pairs(entry):
            last = start + end if isinstance(end, timedelta) else end
            yield Period(_utc(start, zone), _utc(last, zone))


def _pairs(entry: Any) -> Iterator[tuple[Any, Any]]:
    if hasattr(entry, "start"):
        yield entry.start, entry.end
    else:
        yield from entry.dts if hasattr(entry, "dts") else ()


def _utc(moment: date, zone: ZoneInfo) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(), zone)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(UTC)


def _joined(periods: list[Period]) -> Iterator[Period]:
    held: Period | None = None
    for period in periods:
        if held is not None and period.start <= held.end:
            held = Period(held.start, max(held.end, period.end))
        else:
            if held is not None:
                yield held
            held = period
    if held is not None:
        yield held
