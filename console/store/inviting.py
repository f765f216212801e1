"""Bookings somebody is to be invited to, and those already invited to that were moved or given up.

What has been sent stands in the outbox: a booking whose invitation is there needs none, so that
finishing a call writes nothing more. A moved booking's invitation is the same one, changed.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from console.store import outbox
from console.store.appointments import Appointment, appointment_of
from console.store.models import Booking
from console.store.outbox import NewDispatch
from console.store.outbox_tables import DispatchRow
from console.store.outbox_values import DispatchStatus
from console.store.values import BookingStatus

MOST: Final = 200  # bookings at once
_OFF: Final = ".off"  # ends the key of an invitation to a booking that was given up
_LEFT: Final = ".left"  # and of one whose booking went over to somebody else's calendar

Mailbox = Callable[[str, str], str | None]
"""Gives who is invited, by practice and provider."""


def invite(
    session: Session,
    *,
    practices: Mapping[str, Collection[str] | None],
    mailbox: Mailbox,
    now: datetime,
) -> int:
    """Put into the outbox every invitation that is still to be sent, changed or taken back; return
    how many. `practices` are those whose file invites somebody, with the providers it does so for,
    None for all."""
    return sum(
        _put(session, booking, mailbox(booking.practice_id, booking.provider), now)
        for booking in session.scalars(_due(practices, now)).all()
    )


def is_invitation(key: str) -> bool:
    """Tell whether a dispatch is an invitation, or the taking back of one."""
    return key.startswith("invitation.")


def takes_back(key: str) -> bool:
    """Tell whether an invitation is taken back by a dispatch."""
    return is_invitation(key) and key.endswith((_OFF, _LEFT))


def invited_to(session: Session, *, key: str) -> Appointment | None:
    """Return what an invitation is to, as it stands; None for one that has been moved on since."""
    row = session.scalars(select(DispatchRow.booking_id).where(DispatchRow.key == key)).first()
    booking = session.get(Booking, row) if row is not None else None
    if booking is None or (booking.status is BookingStatus.RESCHEDULED and not takes_back(key)):
        return None
    return appointment_of(session, booking)


def _due(practices: Mapping[str, Collection[str] | None], now: datetime) -> Select[Any]:
    """Return the bookings whose invitation is not there yet, or is to be changed or taken back."""
    ours, before, moved = aliased(DispatchRow), aliased(DispatchRow), aliased(Booking)
    of_it = exists().where(ours.booking_id == Booking.id)
    asked = exists().where(before.booking_id == Booking.id, _counts(before))
    off = exists().where(DispatchRow.booking_id == Booking.id, DispatchRow.key.endswith(_OFF))
    # Who was invited to what it was moved from; further back only a look at its line can tell.
    asked_before = exists().where(
        moved.id == Booking.replaces_id,
        or_(
            exists().where(before.booking_id == moved.id, _counts(before)),
            moved.replaces_id.is_not(None),
        ),
    )
    somebody = or_(
        *(
            Booking.practice_id == practice
            if providers is None
            else and_(Booking.practice_id == practice, Booking.provider.in_(providers))
            for practice, providers in practices.items()
        )
    )
    return (
        select(Booking)
        .where(
            Booking.practice_id.in_(practices),
            Booking.ends_at > now,
            or_(
                and_(
                    Booking.status == BookingStatus.BOOKED,
                    ~of_it,
                    or_(somebody, asked_before),
                ),
                and_(
                    Booking.status == BookingStatus.CANCELLED,
                    or_(asked, asked_before),
                    ~off,
                ),
            ),
        )
        .order_by(Booking.id)
        .limit(MOST)
    )


def _counts(row: Any) -> ColumnElement[bool]:
    """Tell a dispatch that has left, or may yet, from one that was dropped before it could."""
    return or_(row.status != DispatchStatus.CANCELLED, row.attempts > 0)


def _put(session: Session, booking: Booking, to: str | None, now: datetime) -> int:
    _drop_unsent(session, booking, now)
    before = _invited_before(session, booking)
    gone = booking.status is BookingStatus.CANCELLED
    new = [
        _dispatch(booking, address, f"{number}{_OFF if gone else _LEFT}")
        for number, address in enumerate(sorted(before))
        if gone or address != to
    ]
    if not gone and to is not None:
        new.append(_dispatch(booking, to, "request"))
    return outbox.put(session, dispatches=new, now=now)


def _dispatch(booking: Booking, to: str, what: str) -> NewDispatch:
    return NewDispatch(
        key=f"invitation.{booking.id}.{what}",
        channel="mail",
        address=to,
        subject="",
        text="",
        practice_id=booking.practice_id,
        booking_id=booking.id,
        expires_at=booking.ends_at,
    )


def _line(session: Session, booking: Booking) -> list[int]:
    """Return the ids of a booking and of those it was moved from."""
    ids, each = [booking.id], booking
    while each.replaces_id is not None:
        each = session.get_one(Booking, each.replaces_id)
        ids.append(each.id)
    return ids


def _invited_before(session: Session, booking: Booking) -> set[str]:
    """Return who stands invited: asked last, and not told since that it is off."""
    found = session.execute(
        select(DispatchRow.address, DispatchRow.key)
        .where(
            DispatchRow.booking_id.in_(_line(session, booking)),
            _counts(DispatchRow),
        )
        .order_by(DispatchRow.id)
    ).all()
    last = {address: takes_back(key) for address, key in found}
    return {address for address, off in last.items() if not off}


def _drop_unsent(session: Session, booking: Booking, now: datetime) -> None:
    """Take back what has not left: the later word goes instead."""
    session.execute(
        update(DispatchRow)
        .where(
            DispatchRow.booking_id.in_(_line(session, booking)),
            DispatchRow.status == DispatchStatus.PENDING,
            DispatchRow.key.not_like(f"%{_OFF}"),
            DispatchRow.key.not_like(f"%{_LEFT}"),
        )
        .values(status=DispatchStatus.CANCELLED, settled_at=now)
        .execution_options(synchronize_session=False)
    )
