"""Bookings at times that are taken in the practice's own calendar: found, never settled here."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from console.store.calendar_events import Span
from console.store.calendar_tables import CalendarBusy
from console.store.models import Booking
from console.store.values import BookingStatus


@dataclass(frozen=True, slots=True)
class Clash:
    """A booking, and what the practice has at its time."""

    practice_id: str
    provider: str
    booking_id: int
    booked: Span
    theirs: Span


def clashes(
    session: Session, *, calendars: Collection[int], copied: Collection[int], now: datetime
) -> tuple[Clash, ...]:
    """Return every clash still to come in these calendars. In those that are `copied` from the
    bookings by hand, a time that is exactly a booking's is the booking itself."""
    found = session.execute(
        select(Booking, CalendarBusy)
        .join(
            CalendarBusy,
            and_(
                CalendarBusy.practice_id == Booking.practice_id,
                CalendarBusy.provider == Booking.provider,
                CalendarBusy.ends_at > Booking.starts_at,
                CalendarBusy.starts_at < Booking.ends_at,
            ),
        )
        .where(
            Booking.status == BookingStatus.BOOKED,
            Booking.ends_at > now,
            CalendarBusy.calendar_id.in_(calendars),
            CalendarBusy.ends_at > now,
            or_(
                CalendarBusy.booking_id.is_(None),
                and_(
                    CalendarBusy.booking_id != Booking.id,
                    CalendarBusy.booking_id != func.coalesce(Booking.replaces_id, 0),
                ),
            ),
            or_(
                CalendarBusy.calendar_id.not_in(copied),
                CalendarBusy.starts_at != Booking.starts_at,
                CalendarBusy.ends_at != Booking.ends_at,
            ),
        )
        .order_by(Booking.starts_at, Booking.id, CalendarBusy.starts_at)
    )
    return tuple(
        Clash(
            booking.practice_id,
            booking.provider,
            booking.id,
            Span(booking.starts_at, booking.ends_at),
            Span(busy.starts_at, busy.ends_at),
        )
        for booking, busy in found
    )
