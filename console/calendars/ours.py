"""An event of ours as it stands in the practice's calendar, and the same event moved or cancelled.

What the practice added to it, a note or an alarm, is kept: of an event that is there only what the
booking says is changed.
"""

import warnings
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

import icalendar

from console.calendars.event import CalendarBooking, booking_event, calendar_of


@dataclass(frozen=True, slots=True)
class Standing:
    """When an event of ours is now, both ends UTC. `cancelled` is also said of one that is marked
    as taking no time."""

    starts_at: datetime
    ends_at: datetime
    cancelled: bool


def path_of(url: str, uid: str) -> str:
    """Return where an event of ours stands on its server, by its collection's address."""
    path = unquote(urlsplit(url).path)
    return f"{path if path.endswith('/') else path + '/'}{uid}.ics"


def standing(content: bytes, uid: str, zone: ZoneInfo) -> Standing | None:
    """Return how the event with this booking's uid stands in an object, None where it holds no
    such event that can be read. Times without a zone are the practice's own."""
    event = _event(content, uid)
    if event is None:
        return None
    try:
        starts_at = _utc(event.start, zone)
        ends_at = _utc(event.end, zone)
    except (icalendar.InvalidCalendar, AttributeError, TypeError, ValueError, OverflowError):
        return None
    free = str(event.get("TRANSP", "")).upper() == "TRANSPARENT"
    cancelled = str(event.get("STATUS", "")).upper() == "CANCELLED"
    return Standing(starts_at, ends_at, cancelled or free)


def changed(content: bytes, booking: CalendarBooking, *, now: datetime) -> bytes:
    """Return an object with its event as the booking is now; a new object where what is there
    cannot be read."""
    calendar = _calendar(content)
    event = _event(content, booking.uid, calendar)
    if calendar is None or event is None:
        return calendar_of(booking, now=now)
    wanted = booking_event(booking, now=now)
    for name in ("DURATION", "DTSTART", "DTEND", "DTSTAMP", "SEQUENCE", "STATUS", "TRANSP"):
        event.pop(name, None)
        if name in wanted:
            event[name] = wanted[name]
    return bytes(calendar.to_ical())


def _event(content: bytes, uid: str, calendar: Any = None) -> Any:
    calendar = calendar or _calendar(content)
    events = calendar.walk("VEVENT") if calendar is not None else ()
    named = [event for event in events if str(event.get("UID", "")) == f"{uid}@frontdesk"]
    return named[0] if len(named) == 1 else None


def _calendar(content: bytes) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an object's oddities are its own
            return icalendar.Calendar.from_ical(content)
    except (ValueError, KeyError, IndexError, TypeError):
        return None


def _utc(moment: date, zone: ZoneInfo) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(), zone)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
