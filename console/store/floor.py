"""What the records know of the floor: the desks' own calls, who is at a desk, escalations under
way, messages on their way."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from console.escalation.ladder import Act, Stage
from console.floor.day import THRESHOLD_S, Counted
from console.store.models import Call, Callback, Escalation, Message
from console.store.outbox_tables import DispatchRow, Pursuit, TimelineEntry
from console.store.outbox_values import DispatchStatus
from console.store.shifts import colleagues
from console.store.values import (
    CallbackReason,
    CallbackStatus,
    Direction,
    EscalationStatus,
    MessageStatus,
)
from softphone.wire import EndCause

MOST_ESCALATIONS: Final = 20
STALE: Final = timedelta(hours=4)  # a call still "open" after this was never written to its end


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call that is not over. `agent` "" while it rings."""

    practice: str
    agent: str
    since: datetime


@dataclass(frozen=True, slots=True)
class OpenEscalation:
    """Somebody on call who is being reached. No patient's details."""

    row: int
    practice: str
    provider: str  # who is being reached, or has taken it
    opened_at: datetime
    stage: Stage | None  # None while no worker has taken it up
    pages: int


@dataclass(frozen=True, slots=True)
class Messages:
    """How messages stand."""

    waiting: int = 0
    delivered: int = 0  # today
    retrying: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Owed:
    """Callers who gave up and are owed a call back: how many, and the one who left last."""

    callers: int = 0
    last_since: datetime | None = None  # when that one's wait began
    last_practice: str = ""


@dataclass(frozen=True, slots=True)
class FloorRows:
    """The floor as the records have it. `hours` counts the incoming calls of each hour since
    midnight, each once, however many desks it rang at."""

    calls: tuple[OpenCall, ...] = ()
    staff: tuple[str, ...] = ()  # who may take calls and is at a desk, by name
    day: dict[str, Counted] = field(default_factory=dict)
    hours: tuple[int, ...] = ()
    escalations: tuple[OpenEscalation, ...] = ()
    unanswered: int = 0  # escalations nobody has acknowledged
    messages: Messages = Messages()
    owed: Owed = Owed()


def floor_rows(session: Session, *, midnight: datetime, now: datetime) -> FloorRows:
    """Look at the floor of the day that began at `midnight`."""
    return FloorRows(
        calls=_open_calls(session, since=now - STALE),
        staff=tuple(one.name for one in colleagues(session, now=now, but="")),
        day=_day(session, midnight),
        hours=_hours(session, midnight, now),
        escalations=_escalations(session),
        unanswered=_unanswered(session),
        messages=_messages(session, midnight),
        owed=_owed(session),
    )


_CAME: Final = func.coalesce(Call.waiting_since, Call.offered_at)


def _open_calls(session: Session, since: datetime) -> tuple[OpenCall, ...]:
    found = (
        select(Call.practice_id, Call.agent, Call.answered_at, _CAME)
        .where(
            or_(
                Call.offered_at >= since,
                and_(Call.offered_at.is_(None), Call.waiting_since >= since),
            ),
            Call.ended_at.is_(None),
            Call.finished_at.is_(None),
        )
        .where(Call.direction == Direction.INCOMING)
        .order_by(Call.offered_at)
    )
    return tuple(
        OpenCall(practice or "", (agent or "") if answered else "", answered or came)
        for practice, agent, answered, came in session.execute(found)
    )


def _day(session: Session, since: datetime) -> dict[str, Counted]:
    taken = Call.answered_at.is_not(None)
    counted = (
        select(
            Call.practice_id,
            func.count(Call.id).filter(taken),
            func.count(Call.id).filter(and_(taken, Call.waited_s <= THRESHOLD_S)),
            func.count(Call.id).filter(and_(~taken, Call.end_cause == EndCause.ABANDONED)),
            func.sum(Call.waited_s).filter(taken),
        )
        .where(Call.offered_at >= since, Call.direction == Direction.INCOMING)
        .where(Call.waited_s.is_not(None))
        .group_by(Call.practice_id)
    )
    return {
        practice or "": Counted(answered, within, abandoned, float(waited or 0.0))
        for practice, answered, within, abandoned, waited in session.execute(counted)
    }


def _hours(session: Session, midnight: datetime, now: datetime) -> tuple[int, ...]:
    count = min(25, int((now - midnight) / timedelta(hours=1)) + 1)
    starts = [midnight + timedelta(hours=number) for number in range(count + 1)]
    one = func.count(func.distinct(func.coalesce(Call.pbx_call_id, Call.uid)))
    each = [
        one.filter(and_(Call.offered_at >= first, Call.offered_at < after))
        for first, after in pairwise(starts)
    ]
    asked = select(*each).where(Call.offered_at >= midnight, Call.direction == Direction.INCOMING)
    return tuple(session.execute(asked).one())


def _escalations(session: Session) -> tuple[OpenEscalation, ...]:
    paged = (TimelineEntry.escalation_id == Escalation.id, TimelineEntry.what == Act.PAGE.value)
    pages = select(func.count(TimelineEntry.id)).where(*paged).scalar_subquery()
    last = (
        select(TimelineEntry.whom)
        .where(*paged)
        .order_by(TimelineEntry.at.desc(), TimelineEntry.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    found = (
        select(Escalation, Pursuit, pages, last)
        .outerjoin(Pursuit, Pursuit.escalation_id == Escalation.id)
        .where(Escalation.status.not_in((EscalationStatus.CLOSED, EscalationStatus.TRANSFERRED)))
        .order_by(Escalation.opened_at, Escalation.id)
        .limit(MOST_ESCALATIONS)
    )
    return tuple(
        OpenEscalation(
            row=row.id,
            practice=row.practice_id,
            provider=(pursuit.provider if pursuit else "") or asked or row.provider,
            opened_at=row.opened_at,
            stage=pursuit.stage if pursuit else None,
            pages=count,
        )
        for row, pursuit, count, asked in session.execute(found)
    )


def _unanswered(session: Session) -> int:
    open_ones: Sequence[EscalationStatus] = (EscalationStatus.OPEN, EscalationStatus.PAGED)
    counted = select(func.count(Escalation.id)).where(Escalation.status.in_(open_ones))
    return session.execute(counted).scalar_one()


def _messages(session: Session, midnight: datetime) -> Messages:
    done = (MessageStatus.DELIVERED, MessageStatus.CONFIRMED)
    status = Message.status
    waiting, delivered, failed = session.execute(
        select(
            func.count(Message.id).filter(status == MessageStatus.PENDING),
            func.count(Message.id).filter(and_(status.in_(done), Message.delivered_at >= midnight)),
            func.count(Message.id).filter(status == MessageStatus.FAILED),
        )
    ).one()
    retrying = session.execute(
        select(func.count(func.distinct(DispatchRow.message_id))).where(
            DispatchRow.status == DispatchStatus.PENDING,
            DispatchRow.attempts > 0,
            DispatchRow.message_id.is_not(None),
        )
    ).scalar_one()
    return Messages(waiting, delivered, retrying, failed)


def _owed(session: Session) -> Owed:
    gave_up = (
        Callback.status == CallbackStatus.OWED,
        Callback.why == CallbackReason.ABANDONED,
    )
    count = session.execute(select(func.count(Callback.id)).where(*gave_up)).scalar_one()
    last = session.execute(
        select(Callback.since, Callback.practice_id)
        .where(*gave_up)
        .order_by(Callback.since.desc(), Callback.id.desc())
        .limit(1)
    ).first()
    return Owed(count, last.since, last.practice_id or "") if last else Owed()
