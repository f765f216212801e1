"""What became of one item: who, what, when, by which channel, with which answer, how long it took;
also when nobody could be notified. Only what is on record, in the order it happened."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from console.store import pursuing
from console.store.amending import amendments_of
from console.store.board_tables import BoardDeed
from console.store.board_values import BoardAct, DeedOutcome, ItemKind
from console.store.models import Call, Callback, Escalation, Message
from console.store.outbox import takes_back
from console.store.outbox_tables import Attempt, DispatchRow, Pursuit, Task, TimelineEntry
from console.store.outbox_values import AttemptOutcome
from console.store.waiting_tables import WaitingOffer

_CLIMBED = frozenset({ItemKind.ESCALATION, ItemKind.TASK})
_ARRIVED = frozenset({AttemptOutcome.SENT, AttemptOutcome.DELIVERED})


@dataclass(frozen=True, slots=True, repr=False)
class RecordLine:
    """One thing that happened. `what` is a word of the ladder's, the board's or the outbox's;
    `took` is how long a peer took to answer."""

    at: datetime
    what: str
    whom: str = ""
    by: str = ""  # the channel, or who did it
    answer: str = ""
    took: timedelta | None = None


@dataclass(frozen=True, slots=True, repr=False)
class ItemRecord:
    """An item's whole time-line. `notified` is None where nobody had to be; `call_uid` is the call
    it came of, "" where nobody answered one."""

    kind: ItemKind
    row: int
    practice_id: str | None
    reference: str
    opened_at: datetime
    notified: bool | None
    lines: tuple[RecordLine, ...]
    call_uid: str = ""


def record_of(session: Session, *, kind: ItemKind, row: int) -> ItemRecord | None:
    """Return what became of an item; None where there is no such row."""
    task = session.get(Task, row) if kind is ItemKind.TASK else None
    escalation = row if kind is ItemKind.ESCALATION else None
    if task is not None:
        escalation = task.escalation_id
    found = _opened(session, kind, row, task)
    if found is None:
        return None
    practice, opened = found
    lines, reference, notified = [RecordLine(opened, "opened")], "", None
    if escalation is not None:
        entries = pursuing.timeline(session, escalation_id=escalation)
        lines += [_line(entry) for entry in entries]
        reference = _reference(session, escalation)
    attempts, arrived = _attempts(session, kind, row, escalation, task)
    lines += attempts
    if escalation is not None:
        answered = any(line.what in ("acknowledge", "reach") for line in lines)
        notified = arrived or answered
    if kind is ItemKind.MESSAGE:
        lines += _amendments(session, row)
    lines += _deeds(session, kind, row, on_ladder=escalation is not None)
    ordered = tuple(sorted(lines, key=lambda line: line.at))
    call = _call(session, kind, row, task)
    return ItemRecord(kind, row, practice, reference, opened, notified, ordered, call)


def _opened(
    session: Session, kind: ItemKind, row: int, task: Task | None
) -> tuple[str | None, datetime] | None:
    if task is not None:
        return task.practice_id, task.created_at
    if kind is ItemKind.ESCALATION and (item := session.get(Escalation, row)):
        return item.practice_id, item.opened_at
    if kind is ItemKind.MESSAGE and (message := session.get(Message, row)):
        return message.practice_id, message.taken_at
    if kind is ItemKind.CALLBACK and (callback := session.get(Callback, row)):
        return callback.practice_id, callback.since
    if kind is ItemKind.OFFER and (offer := session.get(WaitingOffer, row)):
        return offer.practice_id, offer.offered_at
    return None


def _call(session: Session, kind: ItemKind, row: int, task: Task | None) -> str:
    """Return the uid of the call an item came of, if somebody answered it."""
    if kind is ItemKind.MESSAGE:
        source = select(Message.call_id).where(Message.id == row)
    elif (escalation := row if task is None else task.escalation_id) and kind in _CLIMBED:
        source = select(Escalation.call_id).where(Escalation.id == escalation)
    else:
        return ""
    answered = select(Call.uid).where(Call.id == source.scalar_subquery(), Call.agent.is_not(None))
    return session.scalars(answered).one_or_none() or ""


def _reference(session: Session, escalation: int) -> str:
    pursuit = session.get(Pursuit, escalation)
    return pursuit.reference if pursuit is not None else ""


def _line(entry: TimelineEntry) -> RecordLine:
    return RecordLine(entry.at, entry.what, entry.whom, entry.by, entry.detail)


def _attempts(
    session: Session, kind: ItemKind, row: int, escalation: int | None, task: Task | None
) -> tuple[list[RecordLine], bool]:
    """Return each try at anything that left for this item, and whether any arrived."""
    of_it = [DispatchRow.id == (task.dispatch_id if task is not None else None)]
    if escalation is not None:
        of_it.append(DispatchRow.escalation_id == escalation)
    if kind is ItemKind.MESSAGE:
        of_it.append(DispatchRow.message_id == row)
    found = session.execute(
        select(Attempt, DispatchRow.channel, DispatchRow.key)
        .join(DispatchRow, DispatchRow.id == Attempt.dispatch_id)
        .where(or_(*of_it))
        .order_by(Attempt.started_at, Attempt.id)
    ).all()
    paged = _paged(session, escalation)
    lines = [
        RecordLine(
            at=attempt.started_at,
            what="take_back" if (page := takes_back(key)) else "try",
            whom=paged.get(page or key) or paged.get((page or key).rsplit(".", 1)[0], ""),
            by=channel,
            answer=_answer(attempt),
            took=attempt.ended_at - attempt.started_at if attempt.ended_at else None,
        )
        for attempt, channel, key in found
    ]
    return lines, any(attempt.outcome in _ARRIVED for attempt, _, _ in found)


def _paged(session: Session, escalation: int | None) -> dict[str, str]:
    if escalation is None:
        return {}
    lines = pursuing.timeline(session, escalation_id=escalation)
    return {line.key: line.whom for line in lines}


def _answer(attempt: Attempt) -> str:
    outcome = attempt.outcome.value if attempt.outcome is not None else "under_way"
    return f"{outcome}: {attempt.detail}" if attempt.detail else outcome


def _amendments(session: Session, row: int) -> list[RecordLine]:
    return [
        RecordLine(
            at=each.at,
            what="amend",
            by=each.person,
            answer="" if each.outcome is DeedOutcome.DONE else each.outcome.value,
        )
        for each in amendments_of(session, message_id=row)
    ]


def _deeds(session: Session, kind: ItemKind, row: int, *, on_ladder: bool) -> list[RecordLine]:
    """Return what people did from the board; what stands in the ladder's time-line already is
    left out."""
    found = session.scalars(
        select(BoardDeed)
        .where(BoardDeed.kind == kind, BoardDeed.row == row)
        .order_by(BoardDeed.at, BoardDeed.uid)
    ).all()
    told = {"acknowledge", "escalate", "reach", "close"} if on_ladder else set()
    return [
        RecordLine(
            at=deed.at,
            # To a practice: by its own liaison, who read it
            what="read" if deed.act is BoardAct.CONFIRM and deed.to else deed.act.value,
            whom=deed.to,
            by=deed.person,
            answer="" if deed.outcome is DeedOutcome.DONE else deed.outcome.value,
        )
        for deed in found
        if deed.act.value not in told or deed.outcome is not DeedOutcome.DONE
    ]
