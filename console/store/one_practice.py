"""What a practice's own liaison reads: its calls, its messages, and how many there were.

One practice only, named in every statement; on a server the row-level policies hold it to that
whatever is asked here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.store.models import Call, Escalation, Message
from console.store.values import Direction, MessageKind, MessageStatus, Priority
from scripts.calltypes import CallType, Outcome

SHOWN: Final = 200  # the newest of each
SPANS: Final = (1, 7, 30)  # days counted
_UNDELIVERED: Final = (MessageStatus.PENDING, MessageStatus.FAILED)


@dataclass(frozen=True, slots=True, repr=False)
class OneCall:
    """A call; `at` is when it came."""

    row: int
    at: datetime
    number: str | None
    answered: bool
    waited_s: float | None
    call_type: CallType | None
    outcome: Outcome | None


@dataclass(frozen=True, slots=True, repr=False)
class OneMessage:
    """A message."""

    row: int
    version: int
    at: datetime
    kind: MessageKind
    recipient: str
    priority: Priority
    status: MessageStatus
    delivered_at: datetime | None
    reason: str
    patient: str | None
    number: str | None


@dataclass(frozen=True, slots=True)
class Counted:
    """How much there was in the last so many days."""

    days: int
    calls: int
    answered: int
    messages: int
    undelivered: int
    escalations: int


@dataclass(frozen=True, slots=True, repr=False)
class OnePractice:
    """All of it, the newest first."""

    calls: tuple[OneCall, ...]
    messages: tuple[OneMessage, ...]
    counted: tuple[Counted, ...]


def one_practice(session: Session, *, practice: str, now: datetime) -> OnePractice:
    """Return a practice's newest calls and messages, and its figures."""
    return OnePractice(
        _calls(session, practice),
        _messages(session, practice),
        tuple(_counted(session, practice, days, now - timedelta(days=days)) for days in SPANS),
    )


def _calls(session: Session, practice: str) -> tuple[OneCall, ...]:
    newest = (
        select(Call)
        .where(
            Call.practice_id == practice,
            Call.direction == Direction.INCOMING,
            Call.offered_at.is_not(None),
        )
        .order_by(Call.offered_at.desc(), Call.id.desc())
        .limit(SHOWN)
    )
    return tuple(
        OneCall(
            row=call.id,
            at=call.offered_at,
            number=call.caller_number,
            answered=call.answered_at is not None,
            waited_s=call.waited_s,
            call_type=call.call_type,
            outcome=call.outcome,
        )
        for call in session.scalars(newest)
        if call.offered_at is not None
    )


def _messages(session: Session, practice: str) -> tuple[OneMessage, ...]:
    newest = (
        select(Message)
        .where(Message.practice_id == practice)
        .order_by(Message.taken_at.desc(), Message.id.desc())
        .limit(SHOWN)
    )
    return tuple(
        OneMessage(
            row=message.id,
            version=message.version,
            at=message.taken_at,
            kind=message.kind,
            recipient=message.recipient,
            priority=message.priority,
            status=message.status,
            delivered_at=message.delivered_at,
            reason=message.reason,
            patient=message.patient_name,
            number=message.callback_number,
        )
        for message in session.scalars(newest)
    )


def _counted(session: Session, practice: str, days: int, since: datetime) -> Counted:
    calls, answered = session.execute(
        select(func.count(), func.count(Call.answered_at)).where(
            Call.practice_id == practice,
            Call.direction == Direction.INCOMING,
            Call.offered_at >= since,
        )
    ).one()
    of_messages = Message.practice_id == practice, Message.taken_at >= since
    messages = session.scalar(select(func.count(Message.id)).where(*of_messages))
    left = session.scalar(
        select(func.count(Message.id)).where(*of_messages, Message.status.in_(_UNDELIVERED))
    )
    escalations = session.scalar(
        select(func.count(Escalation.id)).where(
            Escalation.practice_id == practice, Escalation.opened_at >= since
        )
    )
    return Counted(days, calls, answered, messages or 0, left or 0, escalations or 0)
