"""A booking as an iCalendar event, for the practice's calendar and for an invitation by mail.

Its UID is the booking's own for ever: moved, it is the same event with a higher SEQUENCE; given up,
the same event CANCELLED (RFC 5546 3.2). What it says is a reference, and the patient's name and the
kind of appointment only where the caller of `booking_event` passes them, which it may do only under
an agreement in force.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from icalendar import Calendar, Event, vCalAddress, vText

PRODUCT: Final = "-//Frontdesk//Frontdesk//EN"


@dataclass(frozen=True, slots=True)
class CalendarBooking:
    """What a calendar is told of a booking. `uid` is the booking's lasting id; `sequence` counts
    its changes; `details` is "" unless the agreement permits more."""

    uid: str
    reference: str
    starts_at: datetime
    ends_at: datetime
    provider: str
    sequence: int = 0
    cancelled: bool = False
    details: str = ""


def booking_event(booking: CalendarBooking, *, now: datetime) -> Event:
    """Return the event."""
    event = Event()
    event.add("UID", f"{booking.uid}@frontdesk")
    event.add("DTSTAMP", now.astimezone(UTC))
    event.add("DTSTART", booking.starts_at.astimezone(UTC))
    event.add("DTEND", booking.ends_at.astimezone(UTC))
    event.add("SEQUENCE", booking.sequence)
    event.add("STATUS", "CANCELLED" if booking.cancelled else "CONFIRMED")
    event.add("TRANSP", "TRANSPARENT" if booking.cancelled else "OPAQUE")
    event.add("CLASS", "PRIVATE")
    event.add("SUMMARY", booking.details or f"Booked by the front desk, ref {booking.reference}")
    event.add("DESCRIPTION", f"{booking.provider}, ref {booking.reference}")
    return event


def calendar_of(booking: CalendarBooking, *, now: datetime) -> bytes:
    """Return the booking as an object for a calendar collection (RFC 4791 4.1: no METHOD)."""
    calendar = _calendar()
    calendar.add_component(booking_event(booking, now=now))
    return bytes(calendar.to_ical())


def invitation(booking: CalendarBooking, *, sender: str, to: str, now: datetime) -> bytes:
    """Return an invitation, or the taking back of one, for mail (RFC 6047 text/calendar)."""
    calendar = _calendar()
    calendar.add("METHOD", "CANCEL" if booking.cancelled else "REQUEST")
    event = booking_event(booking, now=now)
    event.add("ORGANIZER", vCalAddress(f"mailto:{sender}"))
    attendee = vCalAddress(f"mailto:{to}")
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["RSVP"] = vText("FALSE")
    event.add("ATTENDEE", attendee)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    return calendar
