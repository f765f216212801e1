"""Providers' time: who holds it, taking it, moving it, giving it up.

That no two bookings hold the same time is decided by the database when the row is written; what
is read here before is an offer, not a promise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from console.store.calendar_tables import CalendarBusy
from console.store.errors import BookingGone
from console.store.hold_tables import HeldTime
from console.store.holds import make_way, told_as_taken
from console.store.inserting import insert_now
from console.store.models import Booking, Call
from console.store.secrecy.sealed import found_by, vault_of
from console.store.values import BookingStatus
from console.store.work import BookingChange, Cancellation, NewBooking, Reschedule
from scripts import phone_numbers


@dataclass(frozen=True, slots=True)
class Busy:
    """A provider's time that is held, from `starts_at` up to, not including, `ends_at`."""

    provider: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class BookingRow:
    """A booking as it stands."""

    id: int
    practice_id: str
    provider: str
    appointment_type: str
    starts_at: datetime
    ends_at: datetime
    patient_name: str
    callback_number: str | None
    birth_date: date | None
    status: BookingStatus


def busy_times(
    session: Session,
    *,
    practice: str,
    after: datetime,
    until: datetime,
    now: datetime | None = None,
    besides: str = "",
    own: Sequence[int] = (),
) -> tuple[Busy, ...]:
    """Return the times that touch `after`..`until` and are booked, taken in the practice's own
    calendar, or held at the moment `now` (the real one where it is None) for another call than
    `besides` (a uid), earliest first. Where the practice has put the event of one of the bookings
    in `own`, the time is not taken: the booking may follow."""
    booked = select(Booking.provider, Booking.starts_at, Booking.ends_at).where(
        Booking.practice_id == practice,
        Booking.status == BookingStatus.BOOKED,
        Booking.ends_at > after,
        Booking.starts_at < until,
    )
    held = select(HeldTime.provider, HeldTime.starts_at, HeldTime.ends_at).where(
        HeldTime.practice_id == practice,
        HeldTime.until >= (now or datetime.now(UTC)),
        HeldTime.ends_at > after,
        HeldTime.starts_at < until,
        HeldTime.uid != besides,
    )
    theirs = select(CalendarBusy.provider, CalendarBusy.starts_at, CalendarBusy.ends_at).where(
        CalendarBusy.practice_id == practice,
        or_(CalendarBusy.booking_id.is_(None), CalendarBusy.booking_id.not_in(own)),
        CalendarBusy.ends_at > after,
        CalendarBusy.starts_at < until,
    )
    found = [Busy(*row) for ask in (booked, held, theirs) for row in session.execute(ask)]
    return tuple(sorted(found, key=lambda busy: (busy.starts_at, busy.provider)))


def bookings_for(
    session: Session, *, practice: str, number: str, after: datetime
) -> tuple[BookingRow, ...]:
    """Return the bookings still to come that were made from this number, or are called back on it,
    earliest first."""
    keys = vault_of(session).phones(session, practice, number)
    if not keys:
        return ()
    coming = select(Booking).where(
        Booking.practice_id == practice,
        Booking.status == BookingStatus.BOOKED,
        Booking.starts_at >= after,
    )
    called_back = coming.where(found_by(Booking.callback_key, keys))
    made_from = coming.join(Call, Booking.call_id == Call.id).where(
        Call.practice_id == practice, found_by(Call.caller_key, keys)
    )
    # Each is read by an index of its own, which no plan does for the two of them in one.
    found = {row.id: row for ask in (called_back, made_from) for row in session.scalars(ask)}
    return _rows(sorted(found.values(), key=lambda row: (row.starts_at, row.id)))


def bookings_of(
    session: Session,
    *,
    practice: str,
    name: str,
    birth_date: date | None,
    number: str,
    after: datetime,
) -> tuple[BookingRow, ...]:
    """Return a patient's bookings still to come, earliest first: those under this name, whatever
    the order of its words, with this date of birth or this number to call back. A name alone finds
    nothing: whoever gives it may be anybody."""
    keys = vault_of(session).names(session, practice, (name,))
    if not keys or not (birth_date or number):
        return ()
    named = (
        select(Booking)
        .where(
            Booking.practice_id == practice,
            Booking.status == BookingStatus.BOOKED,
            Booking.starts_at >= after,
            found_by(Booking.patient_key, keys),
        )
        .order_by(Booking.starts_at, Booking.id)
    )
    dialled = phone_numbers.dial_key(number) if number else ""
    return _rows(
        [
            row
            for row in session.scalars(named)
            if (birth_date is not None and row.birth_date == birth_date)
            or (dialled and dialled == phone_numbers.dial_key(row.callback_number or ""))
        ]
    )


def change_booking(session: Session, *, call: Call, change: BookingChange) -> int:
    """Take, move or give up a time; return the id of the booking that now stands, or that was
    given up. Raises `TimeTaken` or `BookingGone`."""
    match change:
        case NewBooking():
            return take_time(session, _new(call, change), held_as=call.uid)
        case Reschedule():
            return _move(session, call, change)
        case Cancellation():
            return _give_up(session, call, change)


def _new(call: Call, new: NewBooking) -> Booking:
    return Booking(
        practice_id=call.practice_id,
        provider=new.provider,
        appointment_type=new.appointment_type,
        starts_at=new.starts_at,
        ends_at=new.ends_at,
        patient_name=new.patient_name,
        callback_number=new.callback_number,
        birth_date=new.birth_date,
        status=BookingStatus.BOOKED,
        call_id=call.id,
    )


def take_time(session: Session, booking: Booking, *, held_as: str) -> int:
    """Write a booking whose time may be held as this; return its id. Raises `TimeTaken`."""
    make_way(
        session,
        call=held_as,
        practice=booking.practice_id,
        provider=booking.provider,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        now=datetime.now(UTC),  # a lease is of the real moment, whenever the call was finished
    )
    with told_as_taken(booking.provider, booking.starts_at):
        return insert_now(session, booking)


def _move(session: Session, call: Call, move: Reschedule) -> int:
    old = _standing(session, call, move.booking_id)
    # First let go: the new time may overlap the old one.
    old.status = BookingStatus.RESCHEDULED
    old.closed_call_id = call.id
    session.flush()
    return take_time(
        session,
        Booking(
            practice_id=old.practice_id,
            provider=move.provider or old.provider,
            appointment_type=old.appointment_type,
            starts_at=move.starts_at,
            ends_at=move.ends_at,
            patient_name=old.patient_name,
            callback_number=move.callback_number or old.callback_number,
            birth_date=old.birth_date,
            status=BookingStatus.BOOKED,
            call_id=call.id,
            replaces_id=old.id,
        ),
        held_as=call.uid,
    )


def _give_up(session: Session, call: Call, cancellation: Cancellation) -> int:
    booking = _standing(session, call, cancellation.booking_id)
    booking.status = BookingStatus.CANCELLED
    booking.closed_call_id = call.id
    session.flush()
    return booking.id


def _standing(session: Session, call: Call, booking_id: int) -> Booking:
    booking = session.get(Booking, booking_id)
    if (
        booking is None
        or booking.practice_id != call.practice_id
        or booking.status is not BookingStatus.BOOKED
    ):
        raise BookingGone(booking_id)
    return booking


def _rows(bookings: Sequence[Booking]) -> tuple[BookingRow, ...]:
    return tuple(
        BookingRow(
            id=booking.id,
            practice_id=booking.practice_id,
            provider=booking.provider,
            appointment_type=booking.appointment_type,
            starts_at=booking.starts_at,
            ends_at=booking.ends_at,
            patient_name=booking.patient_name,
            callback_number=booking.callback_number,
            birth_date=booking.birth_date,
            status=booking.status,
        )
        for booking in bookings
    )
