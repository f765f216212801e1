"""Messages on their way to the practice: which have no dispatch yet, and what one said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from console.store.amending import Wording, before, differences
from console.store.models import Call, Message, RedFlag
from console.store.outbox import Claimed, claim_row
from console.store.outbox_tables import DispatchRow
from console.store.outbox_values import DispatchStatus
from console.store.values import FlagAction, MessageKind, MessageStatus, Priority

MOST_TOGETHER: Final = 40  # messages in one digest


@dataclass(frozen=True, slots=True, repr=False)
class LetterMessage:
    """What a message says, opened. `course` is how an emergency went: what happened, and when."""

    id: int
    practice_id: str
    kind: MessageKind
    recipient: str
    priority: Priority
    taken_at: datetime
    due_at: datetime | None
    reason: str
    patient_name: str | None
    caller_name: str | None
    callback_number: str | None
    phi: bool
    corrects: "Corrects | None" = None
    course: tuple[tuple[str, datetime], ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Corrects:
    """That a letter corrects an earlier one: when it was amended, and what is no longer the same,
    by the message's own names: as it was, and as it is."""

    at: datetime
    changed: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Unsent:
    """A message no dispatch stands for yet."""

    id: int
    practice_id: str
    priority: Priority
    taken_at: datetime


def unsent(session: Session, *, most: int = 100) -> tuple[Unsent, ...]:
    """Return the pending messages without a dispatch, oldest first."""
    found = (
        select(Message.id, Message.practice_id, Message.priority, Message.taken_at)
        .outerjoin(DispatchRow, DispatchRow.message_id == Message.id)
        .where(
            Message.status == MessageStatus.PENDING,
            Message.practice_id.is_not(None),
            DispatchRow.id.is_(None),
        )
        .order_by(Message.id)
        .limit(most)
    )
    return tuple(
        Unsent(number, practice_id, priority, taken_at)
        for number, practice_id, priority, taken_at in session.execute(found)
        if practice_id is not None
    )


def correction_key(message_id: int, number: int, place: int) -> str:
    """Return the key of a correction, to the first, second... address that has to have it."""
    return f"correction.{message_id}.{number}.{place}"


def is_correction(key: str) -> bool:
    """Tell whether a dispatch is a correction."""
    return key.startswith("correction.")


def messages_of(session: Session, *, of: Sequence[Claimed]) -> tuple[LetterMessage, ...]:
    """Return what messages say now, oldest first, and what their corrections correct."""
    numbers: dict[int, int] = {}
    for each in of:
        if is_correction(each.key) and each.message_id is not None:
            number = int(each.key.split(".")[2])
            numbers[each.message_id] = min(number, numbers.get(each.message_id, number))
    ids = [each.message_id for each in of if each.message_id is not None]
    found = session.scalars(select(Message).where(Message.id.in_(ids)).order_by(Message.id))
    return tuple(
        LetterMessage(
            id=row.id,
            practice_id=row.practice_id or "",
            kind=row.kind,
            recipient=row.recipient,
            priority=row.priority,
            taken_at=row.taken_at,
            due_at=row.due_at,
            reason=row.reason,
            patient_name=row.patient_name,
            caller_name=row.caller_name,
            callback_number=row.callback_number,
            phi=row.phi,
            corrects=_corrects(session, row, numbers.get(row.id)),
            course=_course(session, row),
        )
        for row in found
    )


_FLAGS: Final = {
    FlagAction.READ: "Red flag seen, 911 words read",
    FlagAction.SHOWN: "Red flag seen",
    FlagAction.DISMISSED: "Red flag dismissed",
}


def _course(session: Session, row: Message) -> tuple[tuple[str, datetime], ...]:
    """Return how an emergency's call went, as far as it is on record; of another none."""
    if row.kind is not MessageKind.EMERGENCY:
        return ()
    call = session.get_one(Call, row.call_id)
    flags = session.scalars(select(RedFlag).where(RedFlag.call_id == call.id))
    known = [
        ("Call came", call.waiting_since or call.offered_at),
        ("Answered", call.answered_at),
        *((_FLAGS[flag.action], flag.at) for flag in flags),
        ("Put on record", call.finished_at),
        ("Call ended", call.ended_at),
    ]
    return tuple(sorted(((what, at) for what, at in known if at is not None), key=_when))


def _when(step: tuple[str, datetime]) -> datetime:
    return step[1]


def _corrects(session: Session, row: Message, number: int | None) -> Corrects | None:
    known = before(session, message_id=row.id, number=number) if number is not None else None
    if known is None:
        return None
    at, old = known
    now = Wording(row.reason, row.patient_name, row.caller_name, row.callback_number)
    return Corrects(at, differences(old, now))


def claim_together(
    session: Session, *, claimed: Claimed, worker: str, now: datetime
) -> tuple[Claimed, ...]:
    """Claim what is due for the same letterbox besides, so that it leaves in one letter."""
    row = session.get_one(DispatchRow, claimed.id)
    due = (
        select(DispatchRow)
        .where(
            DispatchRow.practice_id == row.practice_id,
            DispatchRow.channel == row.channel,
            DispatchRow.address == row.address,
            DispatchRow.message_id.is_not(None),
            DispatchRow.urgent.is_(False),
            DispatchRow.status == DispatchStatus.PENDING,
            DispatchRow.next_at <= now,
            or_(DispatchRow.claimed_until.is_(None), DispatchRow.claimed_until <= now),
        )
        .order_by(DispatchRow.id)
        .limit(MOST_TOGETHER)
        .with_for_update(skip_locked=True)
    )
    return tuple(claim_row(session, each, worker, now) for each in session.scalars(due).all())


def told(session: Session, *, message_id: int, status: DispatchStatus, now: datetime) -> None:
    """Keep a message's own row in step with its dispatch. One that somebody has confirmed, or had
    by another way, stays so."""
    message = session.get_one(Message, message_id)
    if message.status not in (MessageStatus.PENDING, MessageStatus.FAILED):
        return
    if status in (DispatchStatus.SENT, DispatchStatus.DELIVERED):
        message.status, message.delivered_at = MessageStatus.DELIVERED, now
    elif status in (DispatchStatus.FAILED, DispatchStatus.EXPIRED):
        message.status = MessageStatus.FAILED
