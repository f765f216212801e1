"""Bookings as appointments: one for a patient's visit, however often it was moved, under an id that
lasts and with a count of its changes."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.store.models import Booking, Call
from console.store.values import BookingStatus

_OURS: Final = UUID("6a2f3d0e-6f0b-5c35-9d5a-0f1c8a5b7e21")  # a namespace of our own, RFC 9562 5.5


@dataclass(frozen=True, slots=True, repr=False)
class Appointment:
    """A visit as it stands. `uid` is the same through every move; `changes` counts the moves, and
    the giving up."""

    booking_id: int
    uid: str
    practice_id: str
    provider: str
    appointment_type: str
    starts_at: datetime
    ends_at: datetime
    cancelled: bool
    changes: int
    patient_name: str
    callback_number: str | None
    birth_date: date | None


def appointments(
    session: Session, *, practice: str, since: datetime, until: datetime
) -> tuple[Appointment, ...]:
    """Return a practice's appointments that touch a time, those given up too, earliest first."""
    found = (
        select(Booking)
        .where(
            Booking.practice_id == practice,
            Booking.status != BookingStatus.RESCHEDULED,
            Booking.ends_at > since,
            Booking.starts_at < until,
        )
        .order_by(Booking.starts_at, Booking.id)
    )
    return tuple(appointment_of(session, row) for row in session.scalars(found))


def appointment_of(session: Session, booking: Booking) -> Appointment:
    """Return what a booking that was not moved on stands for."""
    first, moves = booking, 0
    while first.replaces_id is not None:
        first, moves = session.get_one(Booking, first.replaces_id), moves + 1
    cancelled = booking.status is BookingStatus.CANCELLED
    call = session.get_one(Call, first.call_id)
    return Appointment(
        booking_id=booking.id,
        uid=str(uuid5(_OURS, f"{call.uid}/{first.id}")),
        practice_id=booking.practice_id,
        provider=booking.provider,
        appointment_type=booking.appointment_type,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        cancelled=cancelled,
        changes=moves + cancelled,
        patient_name=booking.patient_name,
        callback_number=booking.callback_number,
        birth_date=booking.birth_date,
    )
