"""Bookings on their way into the practices' own calendars.

What is to stand there follows from the bookings, so that finishing a call writes nothing more: a
worker finds the bookings that have no event yet, or whose event is not as they are. An event is
claimed as a dispatch is; whoever takes over from a worker that died writes the same event with the
same uid, and finds what the first had written.
"""

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

from sqlalchemy import Delete, Update, and_, delete, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from console.store.calendar_tables import CalendarBusy, CalendarEvent, EventStatus
from console.store.delays import growing
from console.store.models import Booking
from console.store.values import BookingStatus

LEASE: Final = timedelta(seconds=90)  # longer than a writing whose every exchange is slow
FIRST_DELAY: Final = timedelta(seconds=5)
LONGEST_DELAY: Final = timedelta(minutes=10)
_DONE: Final = (EventStatus.ENDED,)

E = TypeVar("E", Update, Delete)

Place = Callable[[int, str], str]
"""Gives a hash of where an event stands, by its calendar's id and its uid."""


@dataclass(frozen=True, slots=True)
class Span:
    """A time from its start up to, not including, its end."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class ClaimedEvent:
    """An event that is this worker's until the lease ends. `booked` is when it is to be; `seen`
    when it last stood in the calendar, None where nothing is known to stand there."""

    id: int
    calendar_id: int
    booking_id: int
    uid: str
    wanted: int
    cancelled: bool
    booked: Span
    seen: Span | None
    provider: str
    appointment_type: str
    patient_name: str
    callback_number: str | None
    since: datetime
    tries: int


@dataclass(frozen=True, slots=True)
class Mine:
    """An event of ours in a calendar, as the records have it. `seen` is None where nothing is known
    to stand there."""

    id: int
    object: str
    uid: str
    status: EventStatus
    wanted: int
    cancelled: bool
    seen: Span | None
    booking_id: int
    provider: str
    booked: Span


def take_up(
    session: Session, *, calendars: Mapping[tuple[str, str], int], place: Place, now: datetime
) -> int:
    """Have every booking still to come stand in its provider's calendar as it is; return how many
    events are to be written for that. `calendars` are ids by practice and provider."""
    done = 0
    practices = {practice for practice, _ in calendars}
    session.execute(
        update(CalendarEvent)
        .where(
            CalendarEvent.status != EventStatus.ENDED,
            CalendarEvent.practice_id.in_(practices),
            exists().where(Booking.id == CalendarEvent.booking_id, Booking.ends_at <= now),
        )
        .values(status=EventStatus.ENDED, claimed_by=None, claimed_until=None)
        .execution_options(synchronize_session=False)
    )
    for event, booking in _changed(session, practices):
        moved_to = session.scalars(select(Booking).where(Booking.replaces_id == booking.id)).first()
        stays = (
            moved_to is not None
            and calendars.get((moved_to.practice_id, moved_to.provider)) == event.calendar_id
        )
        if moved_to is not None and stays:
            event.booking_id = moved_to.id
            session.execute(_time_of(event, update(CalendarBusy)).values(booking_id=moved_to.id))
        else:
            event.cancelled = True
        event.wanted += 1
        _due(event, now)
        done += 1
    session.flush()
    for booking in _without_event(session, practices, now):
        calendar = calendars.get((booking.practice_id, booking.provider))
        if calendar is not None:
            session.add(_new(booking, calendar, place, now))
            done += 1
    session.flush()
    return done


def claim(
    session: Session, *, calendars: Collection[int], worker: str, now: datetime, most: int
) -> tuple[ClaimedEvent, ...]:
    """Claim events that are to be written now into these calendars, the next to come first."""
    due = (
        select(CalendarEvent)
        .join(Booking, Booking.id == CalendarEvent.booking_id)
        .where(
            CalendarEvent.status == EventStatus.PENDING,
            CalendarEvent.next_at <= now,
            CalendarEvent.calendar_id.in_(calendars),
            or_(CalendarEvent.claimed_until.is_(None), CalendarEvent.claimed_until <= now),
        )
        .order_by(Booking.starts_at, CalendarEvent.id)
        .with_for_update(skip_locked=True, of=CalendarEvent)
        .limit(most)
    )
    claimed = []
    for event in session.scalars(due).all():
        event.claimed_by, event.claimed_until = worker, now + LEASE
        claimed.append(_claimed(event, session.get_one(Booking, event.booking_id)))
    session.flush()
    return tuple(claimed)


def was_written(session: Session, *, claimed: ClaimedEvent, worker: str, now: datetime) -> bool:
    """Put down that an event was read back as it was claimed; return whether it was still this
    worker's to say. One that is wanted otherwise by now is due again at once."""
    event = _ours(session, claimed, worker)
    if event is None:
        return False
    event.written, event.trouble, event.tries = claimed.wanted, None, 0
    session.execute(_time_of(event, delete(CalendarBusy)))  # it takes its booking's, no other
    gone = claimed.cancelled
    event.starts_at, event.ends_at = claimed.booked.starts_at, claimed.booked.ends_at
    if event.wanted != claimed.wanted:
        event.next_at = now
    else:
        event.status = EventStatus.ENDED if gone else EventStatus.WRITTEN
    _let_go(event)
    session.flush()
    return True


def was_not_written(
    session: Session, *, claimed: ClaimedEvent, why: str, worker: str, now: datetime
) -> int:
    """Put an event off that could not be written; return how often that was tried, 0 where it was
    not this worker's to say."""
    event = _ours(session, claimed, worker)
    if event is None:
        return 0
    event.tries += 1
    wait = growing(event.tries, first=FIRST_DELAY, longest=LONGEST_DELAY)
    event.trouble, event.next_at = why, now + wait
    _let_go(event)
    session.flush()
    return event.tries


def is_theirs(
    session: Session, *, event_id: int, seen: Span | None, worker: str | None = None
) -> bool:
    """Put down that the practice changed an event: when it stands now, None where it is gone. With
    `worker`, only where that holds it; without, only where nobody does. Tell whether it was done.

    Nothing is written over it until the booking itself changes, which a person decides.
    """
    event = session.get(CalendarEvent, event_id, with_for_update=True)
    if event is None or event.claimed_by != worker or event.status is EventStatus.ENDED:
        return False
    event.status = EventStatus.THEIRS
    event.written = event.written if seen is not None else None
    event.starts_at = seen.starts_at if seen is not None else None
    event.ends_at = seen.ends_at if seen is not None else None
    _let_go(event)
    session.flush()
    return True


def is_ours_again(session: Session, *, event_id: int) -> None:
    """Put down that an event the practice had changed stands as it is wanted."""
    event = session.get(CalendarEvent, event_id, with_for_update=True)
    if event is None or event.status is not EventStatus.THEIRS:
        return
    booking = session.get_one(Booking, event.booking_id)
    event.status, event.written = EventStatus.WRITTEN, event.wanted
    event.starts_at, event.ends_at = booking.starts_at, booking.ends_at
    session.flush()


def mine(session: Session, *, calendar_id: int) -> tuple[Mine, ...]:
    """Return the events of ours in a calendar, those that are over left out."""
    found = session.execute(
        select(CalendarEvent, Booking)
        .join(Booking, Booking.id == CalendarEvent.booking_id)
        .where(
            CalendarEvent.calendar_id == calendar_id,
            or_(CalendarEvent.status.not_in(_DONE), CalendarEvent.cancelled),
        )
        .order_by(CalendarEvent.id)
    )
    return tuple(
        Mine(
            id=event.id,
            object=event.object,
            uid=event.uid,
            status=event.status,
            wanted=event.wanted,
            cancelled=event.cancelled,
            seen=_seen(event),
            booking_id=booking.id,
            provider=booking.provider,
            booked=Span(booking.starts_at, booking.ends_at),
        )
        for event, booking in found
    )


def as_mine(claimed: ClaimedEvent) -> Mine:
    """Return a claimed event as it is told of."""
    return Mine(
        id=claimed.id,
        object="",
        uid=claimed.uid,
        status=EventStatus.PENDING,
        wanted=claimed.wanted,
        cancelled=claimed.cancelled,
        seen=claimed.seen,
        booking_id=claimed.booking_id,
        provider=claimed.provider,
        booked=claimed.booked,
    )


def _changed(
    session: Session, practices: Collection[str]
) -> Sequence[tuple[CalendarEvent, Booking]]:
    """Return the events whose booking was moved or given up since."""
    found = session.execute(
        select(CalendarEvent, Booking)
        .join(Booking, Booking.id == CalendarEvent.booking_id)
        .where(
            CalendarEvent.status.not_in(_DONE),
            CalendarEvent.cancelled.is_(False),
            CalendarEvent.practice_id.in_(practices),
            Booking.status != BookingStatus.BOOKED,
        )
        .order_by(CalendarEvent.id)
        .with_for_update(of=CalendarEvent)
    )
    return [(event, booking) for event, booking in found]


def _without_event(
    session: Session, practices: Collection[str], now: datetime
) -> Sequence[Booking]:
    replaced = aliased(CalendarEvent)
    return session.scalars(
        select(Booking)
        .where(
            Booking.practice_id.in_(practices),
            Booking.status == BookingStatus.BOOKED,
            Booking.ends_at > now,
            ~exists().where(CalendarEvent.booking_id == Booking.id),
            # One that is moved keeps its event, as soon as that is seen to.
            or_(
                Booking.replaces_id.is_(None),
                ~exists().where(
                    and_(replaced.booking_id == Booking.replaces_id, replaced.cancelled.is_(False))
                ),
            ),
        )
        .order_by(Booking.id)
    ).all()


def _new(booking: Booking, calendar: int, place: Place, now: datetime) -> CalendarEvent:
    uid = secrets.token_hex(16)
    return CalendarEvent(
        calendar_id=calendar,
        practice_id=booking.practice_id,
        booking_id=booking.id,
        uid=uid,
        object=place(calendar, uid),
        status=EventStatus.PENDING,
        wanted=0,
        cancelled=False,
        since=now,
        tries=0,
        next_at=now,
    )


def _time_of(event: CalendarEvent, what: E) -> E:
    """Narrow a statement to the time an event of ours takes where the practice had put it."""
    mine = what.where(
        CalendarBusy.calendar_id == event.calendar_id, CalendarBusy.object == event.object
    )
    return mine.execution_options(synchronize_session=False)


def _due(event: CalendarEvent, now: datetime) -> None:
    event.status, event.since, event.next_at = EventStatus.PENDING, now, now
    event.tries, event.trouble = 0, None


def _claimed(event: CalendarEvent, booking: Booking) -> ClaimedEvent:
    return ClaimedEvent(
        id=event.id,
        calendar_id=event.calendar_id,
        booking_id=booking.id,
        uid=event.uid,
        wanted=event.wanted,
        cancelled=event.cancelled,
        booked=Span(booking.starts_at, booking.ends_at),
        seen=_seen(event),
        provider=booking.provider,
        appointment_type=booking.appointment_type,
        patient_name=booking.patient_name,
        callback_number=booking.callback_number,
        since=event.since,
        tries=event.tries,
    )


def _seen(event: CalendarEvent) -> Span | None:
    if event.starts_at is None or event.ends_at is None:
        return None
    return Span(event.starts_at, event.ends_at)


def _ours(session: Session, claimed: ClaimedEvent, worker: str) -> CalendarEvent | None:
    event = session.get(CalendarEvent, claimed.id, with_for_update=True)
    return event if event is not None and event.claimed_by == worker else None


def _let_go(event: CalendarEvent) -> None:
    event.claimed_by = event.claimed_until = None
