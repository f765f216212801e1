"""A practice's month, counted out of the records by its own calendar."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.figures.month import Month, percentile
from console.floor.figures import Ending
from console.store.contacts import contacts
from console.store.models import Booking, Call, Message
from console.store.outbox_tables import DispatchRow
from console.store.outbox_values import DispatchStatus
from console.store.practices import practice_row
from console.store.reviews import causes_of
from console.store.values import BookingStatus, MessageStatus
from scripts.calltypes import CallType, Mode

K = TypeVar("K")
_ARRIVED = (DispatchStatus.SENT, DispatchStatus.DELIVERED)
_HAD = (MessageStatus.DELIVERED, MessageStatus.CONFIRMED)


def month_of(session: Session, *, practice: str, year: int, month: int) -> Month:
    """Count a month. Raises `UnknownPractice`."""
    row = practice_row(session, practice_id=practice)
    assert row is not None  # a practice without an id is not asked for
    zone = ZoneInfo(row.timezone)
    since = datetime(year, month, 1, tzinfo=zone)
    until = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=zone)
    found = contacts(session, since=since, until=until, practice=practice)
    told = _told(session, practice, since, until)
    made = _bookings(session, practice, since, until)
    taken, waits = _messages(session, practice, since, until)
    return Month(
        practice=practice,
        name=row.name,
        year=year,
        month=month,
        callers=len(found),
        answered=sum(each.ending is Ending.ANSWERED for each in found),
        abandoned=sum(each.ending is Ending.ABANDONED for each in found),
        booked=len(made),
        won=_won(session, practice, made),
        by_type=_counted((*CallType, None), (told.get(c.call, (None, None))[0] for c in found)),
        by_mode=_counted((*Mode, None), (told.get(c.call, (None, None))[1] for c in found)),
        messages=taken,
        delivered=len(waits),
        median_s=percentile(waits, 0.5),
        p95_s=percentile(waits, 0.95),
        causes=causes_of(session, practice=practice, year=year, month=month),
    )


def _counted(kinds: Iterable[K], found: Iterable[K]) -> dict[K, int]:
    counts = Counter(found)
    return {kind: counts[kind] for kind in kinds}


def _told(
    session: Session, practice: str, since: datetime, until: datetime
) -> dict[str, tuple[CallType | None, Mode | None]]:
    """Return what each caller came for and when, from the desk that answered where one did."""
    came = func.coalesce(Call.waiting_since, Call.offered_at)
    asked = (
        select(func.coalesce(Call.pbx_call_id, Call.uid), Call.call_type, Call.mode)
        .where(Call.practice_id == practice, came >= since, came < until)
        .order_by(Call.call_type.is_not(None), Call.answered_at.is_not(None), Call.id)
    )
    return {call: (kind, mode) for call, kind, mode in session.execute(asked)}


def _bookings(
    session: Session, practice: str, since: datetime, until: datetime
) -> list[tuple[int, CallType | None]]:
    """Return the appointments made in a time, not those that were moved: what each call was for."""
    came = func.coalesce(Call.waiting_since, Call.offered_at)
    asked = (
        select(Booking.id, Call.call_type)
        .join(Call, Call.id == Booking.call_id)
        .where(
            Booking.practice_id == practice,
            Booking.replaces_id.is_(None),
            came >= since,
            came < until,
        )
    )
    return [(number, kind) for number, kind in session.execute(asked)]


def _won(session: Session, practice: str, made: list[tuple[int, CallType | None]]) -> int:
    """Count new patients whose appointment, moved or not, was not given up."""
    asked = select(Booking.id, Booking.replaces_id, Booking.status)
    status, moved = {}, {}
    for number, replaces, stands in session.execute(asked.where(Booking.practice_id == practice)):
        status[number] = stands
        if replaces is not None:
            moved[replaces] = number

    def last(number: int) -> int:
        while number in moved:
            number = moved[number]
        return number

    new = (number for number, kind in made if kind is CallType.NEW_APPOINTMENT)
    return sum(status[last(number)] is not BookingStatus.CANCELLED for number in new)


def _messages(
    session: Session, practice: str, since: datetime, until: datetime
) -> tuple[int, list[float]]:
    """Return how many messages were taken, and how long those that arrived took, shortest first."""
    first = (
        select(DispatchRow.message_id, func.min(DispatchRow.settled_at).label("at"))
        .where(DispatchRow.status.in_(_ARRIVED), DispatchRow.practice_id == practice)
        .group_by(DispatchRow.message_id)
        .subquery()
    )
    asked = (
        select(Message.taken_at, first.c.at, Message.status, Message.delivered_at)
        .outerjoin(first, first.c.message_id == Message.id)
        .where(Message.practice_id == practice, Message.taken_at >= since, Message.taken_at < until)
    )
    rows = session.execute(asked).all()
    waits = []
    for taken, arrived, status, delivered in rows:
        had = arrived or (delivered if status in _HAD else None)
        if had is not None:
            waits.append(max(0.0, (had - taken).total_seconds()))
    return len(rows), sorted(waits)
