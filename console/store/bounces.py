"""Letters that were taken and came back: no longer delivered, and on their way to somebody."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.store.models import Message
from console.store.outbox import Claimed, claimed, tell_undelivered
from console.store.outbox_tables import Attempt, DispatchRow
from console.store.outbox_values import AttemptOutcome, DispatchStatus
from console.store.values import MessageStatus

Otherwise = Callable[[Session, Claimed, datetime], bool]
"""Puts another dispatch in the place of one that failed; False where there is none."""


def came_back(
    session: Session,
    *,
    message_id: str,
    address: str,
    status: str,
    now: datetime,
    otherwise: Otherwise,
) -> bool:
    """Write that a letter came back, by its Message-ID; tell whether it was one of ours. Heard
    twice it changes nothing; a message that somebody has confirmed stays so."""
    found = session.scalars(
        select(DispatchRow)
        .where(
            DispatchRow.reference == message_id,
            DispatchRow.channel == "mail",
            DispatchRow.status.in_((DispatchStatus.SENT, DispatchStatus.DELIVERED)),
        )
        .order_by(DispatchRow.id)
        .with_for_update()
    ).all()  # of a digest, all that left in it
    ours = [row for row in found if row.address.lower() == address.lower()]
    why = f"It was taken, and came back{f' ({status})' if status else ''}: check the address."
    for row in ours:
        _give_back(session, row, why, now, otherwise)
    session.flush()
    return bool(ours)


def _give_back(
    session: Session, row: DispatchRow, why: str, now: datetime, otherwise: Otherwise
) -> None:
    row.status, row.settled_at = DispatchStatus.FAILED, now
    last = session.scalars(
        select(Attempt).where(Attempt.dispatch_id == row.id).order_by(Attempt.number.desc())
    ).first()
    if last is not None:
        last.outcome, last.detail = AttemptOutcome.REFUSED, why
    message = session.get(Message, row.message_id) if row.message_id is not None else None
    if message is not None and message.status is MessageStatus.CONFIRMED:
        return
    if message is not None and otherwise(session, claimed(row, maybe_sent=True), now):
        message.status, message.delivered_at = MessageStatus.PENDING, None
        return
    if message is not None:
        message.status, message.delivered_at = MessageStatus.FAILED, None
    tell_undelivered(
        session, row, key=f"came_back.{row.key}", sentence=f"Not delivered by mail. {why}", now=now
    )
