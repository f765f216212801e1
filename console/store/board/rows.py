"""The unfinished work, a page at a time: by keyset, so that the hundredth page costs what the first
does, and a row that comes or goes meanwhile makes none appear twice.

Five tables are read, each for one page at most, and merged. What stands where is the item's rank:
urgent and undelivered first, then by age; what was put off comes last, until it is due.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, unique
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.orm import Session

from console.escalation.ladder import Stage
from console.store.board_tables import BoardMark
from console.store.board_values import ItemKind
from console.store.callbacks import WITHIN
from console.store.models import Callback, Escalation, Message
from console.store.outbox_tables import Pursuit, Task
from console.store.outbox_values import TaskKind
from console.store.values import (
    CallbackReason,
    CallbackStatus,
    EscalationStatus,
    MessageStatus,
    Priority,
)
from console.store.waiting_tables import WaitingOffer
from console.store.waiting_values import OfferStatus

PAGE: Final = 100
WAITING: Final = "waiting"  # the state of an escalation no worker has taken up yet
KINDS: Final = tuple(ItemKind)


@unique
class Rank(IntEnum):
    """Where an item stands, the first on top."""

    URGENT = 0
    UNDELIVERED = 1
    OTHER = 2
    HELD = 3


@dataclass(frozen=True, slots=True)
class Place:
    """An item's place in the list: what the next page begins after."""

    rank: int
    since: datetime
    kind: ItemKind
    row: int

    def order(self) -> tuple[int, datetime, int, int]:
        """Return what items are sorted by."""
        return (self.rank, self.since, KINDS.index(self.kind), self.row)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which items: somebody's own, one practice's, one kind's; None for all."""

    owner: str | None = None
    practice: str | None = None
    kind: ItemKind | None = None


@dataclass(frozen=True, slots=True, repr=False)
class BoardItem:
    """An item nobody has finished. It has no name or number of a caller's, and no word of theirs.

    `state` is its own column's word; `what` a task's kind, a message's, or why a call back is owed;
    `whom` a message's recipient, or an escalation's provider by id. `version` and `state` are what
    somebody who acts on it has seen.
    """

    place: Place
    practice_id: str | None
    owner: str | None
    state: str
    what: str
    whom: str
    sentence: str
    due_at: datetime | None
    version: int
    touched_at: datetime
    touched_by: str
    hold_until: datetime | None
    escalation_id: int | None = None

    @property
    def seen(self) -> str:
        """What tells an item that has changed from one that has not."""
        return f"{self.version}.{self.state}.{self.owner or ''}"


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is to be done now; what is put off is not. `stamp` changes with any row."""

    to_do: int = 0
    urgent: int = 0
    unowned: int = 0  # of the urgent
    mine: int = 0  # of the urgent
    newest_task: int = 0  # the highest id of an urgent task
    stamp: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    """How one table's open items are asked for."""

    kind: ItemKind
    rows: Callable[[], Select[Any]]
    row: Any
    since: Any
    owner: Any
    practice: Any
    rank: ColumnElement[int]
    state: Any
    what: Any
    whom: Any
    sentence: Any
    due: Any
    escalation: Any


def _part_of_escalations() -> _Part:
    stage = func.coalesce(type_coerce(Pursuit.stage, String), literal(WAITING))
    unfinished = or_(
        and_(Pursuit.escalation_id.is_not(None), Pursuit.stage != Stage.CLOSED),
        and_(
            Pursuit.escalation_id.is_(None),
            Escalation.status.not_in((EscalationStatus.CLOSED, EscalationStatus.TRANSFERRED)),
        ),
    )
    return _Part(
        kind=ItemKind.ESCALATION,
        rows=lambda: (
            select()
            .select_from(Escalation)
            .outerjoin(Pursuit, Pursuit.escalation_id == Escalation.id)
            .where(unfinished)
        ),
        row=Escalation.id,
        since=Escalation.opened_at,
        owner=Escalation.owner,
        practice=Escalation.practice_id,
        rank=case((Pursuit.stage == Stage.REACHED, int(Rank.UNDELIVERED)), else_=int(Rank.URGENT)),
        state=stage,
        what=func.coalesce(Pursuit.reference, ""),
        whom=Escalation.provider,
        sentence=literal(""),
        due=Pursuit.next_at,
        escalation=Escalation.id,
    )


def _part_of_tasks() -> _Part:
    return _Part(
        kind=ItemKind.TASK,
        rows=lambda: select().select_from(Task).where(Task.done_at.is_(None)),
        row=Task.id,
        since=Task.created_at,
        owner=Task.owner,
        practice=Task.practice_id,
        rank=case(
            (Task.urgent, int(Rank.URGENT)),
            (Task.kind == TaskKind.UNDELIVERED, int(Rank.UNDELIVERED)),
            else_=int(Rank.OTHER),
        ),
        state=literal("open"),
        what=Task.kind,
        whom=literal(""),
        sentence=Task.sentence,
        due=literal(None),
        escalation=Task.escalation_id,
    )


def _part_of_messages() -> _Part:
    undelivered = Message.status.in_((MessageStatus.PENDING, MessageStatus.FAILED))
    return _Part(
        kind=ItemKind.MESSAGE,
        rows=lambda: select().select_from(Message).where(Message.status != MessageStatus.CONFIRMED),
        row=Message.id,
        since=Message.taken_at,
        owner=Message.owner,
        practice=Message.practice_id,
        rank=case(
            (and_(undelivered, Message.priority == Priority.URGENT), int(Rank.URGENT)),
            (Message.status == MessageStatus.FAILED, int(Rank.UNDELIVERED)),
            else_=int(Rank.OTHER),
        ),
        state=Message.status,
        what=Message.kind,
        whom=Message.recipient,
        sentence=literal(""),
        due=Message.due_at,
        escalation=literal(None),
    )


def _part_of_callbacks() -> _Part:
    return _Part(
        kind=ItemKind.CALLBACK,
        rows=lambda: select().select_from(Callback).where(Callback.status == CallbackStatus.OWED),
        row=Callback.id,
        since=Callback.since,
        owner=Callback.owner,
        practice=Callback.practice_id,
        rank=case((Callback.why == CallbackReason.LOST, int(Rank.URGENT)), else_=int(Rank.OTHER)),
        state=Callback.status,
        what=Callback.why,
        whom=literal(""),
        sentence=literal(""),
        due=literal(None),
        escalation=literal(None),
    )


def _part_of_offers() -> _Part:
    return _Part(
        kind=ItemKind.OFFER,
        rows=lambda: (
            select().select_from(WaitingOffer).where(WaitingOffer.status == OfferStatus.OPEN)
        ),
        row=WaitingOffer.id,
        since=WaitingOffer.offered_at,
        owner=WaitingOffer.owner,
        practice=WaitingOffer.practice_id,
        rank=literal(int(Rank.UNDELIVERED)),  # it is of use for an hour
        state=WaitingOffer.status,
        what=literal(""),
        whom=WaitingOffer.provider,
        sentence=WaitingOffer.sentence,
        due=WaitingOffer.due_at,
        escalation=literal(None),
    )


_PARTS: Final = (
    _part_of_escalations,
    _part_of_tasks,
    _part_of_messages,
    _part_of_callbacks,
    _part_of_offers,
)


def page(
    session: Session,
    *,
    now: datetime,
    wanted: Wanted = Wanted(),
    after: Place | None = None,
    most: int = PAGE,
) -> tuple[BoardItem, ...]:
    """Return the next items after a place, at most so many; fewer means that there are no more."""
    found = [
        [_item(part.kind, values) for values in session.execute(_asked(part, now, after, most))]
        for part in _parts(wanted)
    ]
    merged = heapq.merge(*found, key=lambda item: item.place.order())
    return tuple(item for item, _ in zip(merged, range(most), strict=False))


def item(session: Session, *, now: datetime, kind: ItemKind, row: int) -> BoardItem | None:
    """Return one item as it stands, None for one that is finished."""
    part = next(made for make in _PARTS if (made := make()).kind is kind)
    values = session.execute(_columns(part, now).where(part.row == row)).one_or_none()
    return None if values is None else _item(kind, values)


def counts(session: Session, *, now: datetime, me: str) -> Counts:
    """Count what is to be done."""
    totals, stamp, newest = [0, 0, 0, 0], [], 0  # as `Counts` has them
    for make in _PARTS:
        part = make()
        rank = _rank(part, now)
        live, urgent = rank < int(Rank.HELD), rank == int(Rank.URGENT)
        # What is put off is still somebody's, or nobody's: urgent work is not lost sight of by it.
        pressing = part.rank == int(Rank.URGENT)
        asked = _marked(part).add_columns(
            _how_many(live),
            _how_many(urgent),
            _how_many(and_(pressing, part.owner.is_(None))),
            _how_many(and_(pressing, part.owner == me)),
            func.max(part.row),
            func.max(BoardMark.touched_at),
            func.sum(BoardMark.version),
            func.max(case((urgent, part.row), else_=0)),
            func.max(Pursuit.since) if part.kind is ItemKind.ESCALATION else literal(None),
            func.sum(Pursuit.taken) if part.kind is ItemKind.ESCALATION else literal(None),
        )
        values = tuple(session.execute(asked).one())
        totals = [total + (value or 0) for total, value in zip(totals, values, strict=False)]
        stamp.append(values)
        if part.kind is ItemKind.TASK:
            newest = values[7] or 0
    to_do, pressing_now, unowned, mine = totals
    return Counts(to_do, pressing_now, unowned, mine, newest, tuple(stamp))


def _parts(wanted: Wanted) -> list[_Part]:
    made = [make() for make in _PARTS]
    return [_narrowed(part, wanted) for part in made if wanted.kind in (None, part.kind)]


def _narrowed(part: _Part, wanted: Wanted) -> _Part:
    rows = part.rows()
    if wanted.owner is not None:
        rows = rows.where(part.owner == wanted.owner)
    if wanted.practice is not None:
        rows = rows.where(part.practice == wanted.practice)
    return _with_rows(part, rows)


def _with_rows(part: _Part, rows: Select[Any]) -> _Part:
    names = _Part.__slots__
    kept = {name: getattr(part, name) for name in names}
    return _Part(**{**kept, "rows": lambda: rows})


def _marked(part: _Part) -> Select[Any]:
    mark = and_(BoardMark.kind == part.kind, BoardMark.row == part.row)
    return part.rows().outerjoin(BoardMark, mark)


def _rank(part: _Part, now: datetime) -> ColumnElement[int]:
    return case((BoardMark.hold_until > now, int(Rank.HELD)), else_=part.rank)


def _columns(part: _Part, now: datetime) -> Select[Any]:
    return _marked(part).add_columns(
        _rank(part, now).label("rank"),
        part.since.label("since"),
        part.row.label("row"),
        part.practice.label("practice_id"),
        part.owner.label("owner"),
        part.state.label("state"),
        part.what.label("what"),
        part.whom.label("whom"),
        part.sentence.label("sentence"),
        part.due.label("due_at"),
        BoardMark.version,
        BoardMark.touched_at,
        BoardMark.touched_by,
        BoardMark.hold_until,
        part.escalation.label("escalation_id"),
    )


def _asked(part: _Part, now: datetime, after: Place | None, most: int) -> Select[Any]:
    rank = _rank(part, now)
    asked = _columns(part, now)
    if after is not None:
        asked = asked.where(_beyond(part, rank, after))
    return asked.order_by(rank, part.since, part.row).limit(most)


def _beyond(part: _Part, rank: ColumnElement[int], after: Place) -> ColumnElement[bool]:
    mine, its = KINDS.index(part.kind), KINDS.index(after.kind)
    of_equals = part.row > after.row if mine == its else (true() if mine > its else false())
    later = or_(part.since > after.since, and_(part.since == after.since, of_equals))
    return or_(rank > after.rank, and_(rank == after.rank, later))


def _item(kind: ItemKind, values: Any) -> BoardItem:
    return BoardItem(
        place=Place(values.rank, values.since, kind, values.row),
        practice_id=values.practice_id,
        owner=values.owner,
        state=str(values.state),
        what=str(values.what),
        whom=values.whom,
        sentence=values.sentence,
        due_at=values.since + WITHIN if kind is ItemKind.CALLBACK else values.due_at,
        version=values.version or 0,
        touched_at=values.touched_at or values.since,
        touched_by=values.touched_by or "",
        hold_until=values.hold_until,
        escalation_id=values.escalation_id,
    )


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
