"""What people do to unfinished work: each deed once, the second of two told, none lost.

A deed carries what its doer had seen. Where the item has changed since, nothing is done and the
doer is told what stands now. A deed that waited on a desk's own machine cannot be told to anybody
at once: a provider's acknowledgement, or that the patient was reached, is then still written where
the ladder allows it, and whatever could not be done becomes a task for a person.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from console.escalation import ladder as rungs
from console.escalation.ladder import IllegalMove, Item, Ladder
from console.store import offering, outbox, pursuing
from console.store.audit.events import Event
from console.store.audit.noting import note
from console.store.board.rows import WAITING, BoardItem
from console.store.board.rows import item as open_item
from console.store.board_tables import BoardDeed, BoardMark
from console.store.board_values import BoardAct, DeedOutcome, ItemKind
from console.store.errors import TimeTaken
from console.store.models import Callback, Escalation, Message
from console.store.outbox_tables import Pursuit, Task
from console.store.outbox_values import TaskKind
from console.store.values import CallbackStatus, MessageStatus
from console.store.waiting import take_off
from console.store.waiting_tables import WaitingOffer
from console.store.waiting_values import OfferStatus
from console.store.work import DidOnBoard, TakenOffWaitingList

Row: TypeAlias = Escalation | Task | Message | Callback | WaitingOffer

_TABLES: Final[dict[ItemKind, type[Row]]] = {
    ItemKind.ESCALATION: Escalation,
    ItemKind.TASK: Task,
    ItemKind.MESSAGE: Message,
    ItemKind.CALLBACK: Callback,
    ItemKind.OFFER: WaitingOffer,
}
OF_KIND: Final = {
    ItemKind.ESCALATION: frozenset(
        {BoardAct.ACKNOWLEDGE, BoardAct.ESCALATE, BoardAct.REACH, BoardAct.CLOSE}
    ),
    ItemKind.TASK: frozenset({BoardAct.DONE, BoardAct.HOLD}),
    ItemKind.MESSAGE: frozenset({BoardAct.CONFIRM, BoardAct.HOLD}),
    ItemKind.CALLBACK: frozenset({BoardAct.DONE, BoardAct.HOLD}),
    ItemKind.OFFER: frozenset({BoardAct.BOOK, BoardAct.PASS, BoardAct.WITHDRAW}),
}
"""What can be done to each kind, beside taking it and handing it on."""

_FACTS: Final = frozenset({BoardAct.ACKNOWLEDGE, BoardAct.REACH, BoardAct.DONE, BoardAct.CONFIRM})
"""What is true whoever writes it first."""

_BY_PHONE: Final = "by phone"


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a deed, and a sentence where it was not done."""

    outcome: DeedOutcome
    sentence: str = ""


def act(session: Session, *, deed: DidOnBoard, late: bool = False) -> Told:
    """Do a deed, or tell why not; one that was written before is left as it is."""
    known = session.get(BoardDeed, deed.uid)
    if known is not None:
        return Told(known.outcome)
    kind, number = deed.item, deed.row
    row: Any = session.get(_TABLES[kind], number, with_for_update=True)
    stands = open_item(session, now=deed.at, kind=kind, row=number)
    told = _overtaken(session, deed, stands, late=late)
    if told is None and stands is not None and row is not None:
        told = _try(session, deed, stands, row)
    told = told or Told(DeedOutcome.OVERTAKEN, "It is not on record any more.")
    _write_down(session, deed, told, stands)
    if late and told.outcome is not DeedOutcome.DONE:
        _keep_late(session, deed)
        if stands is not None:
            _have_it_seen_to(session, deed, stands)
    session.flush()
    return told


def _overtaken(
    session: Session, deed: DidOnBoard, stands: BoardItem | None, *, late: bool
) -> Told | None:
    """Return what somebody else did first, None where the item is as it was seen."""
    if stands is None:
        who = session.scalars(
            select(BoardDeed.person)
            .where(BoardDeed.kind == deed.item, BoardDeed.row == deed.row)
            .order_by(BoardDeed.at.desc())
        ).first()
        return Told(DeedOutcome.OVERTAKEN, f"It is finished already{_by(who)}.")
    if late and deed.act in _FACTS:
        return None
    if deed.seen != stands.seen:
        owner = f" It is {stands.owner}’s now." if stands.owner else ""
        changed = f"It has been changed meanwhile{_by(stands.touched_by)}.{owner}"
        return Told(DeedOutcome.OVERTAKEN, f"{changed} Nothing of yours was written over it.")
    return None


def _try(
    session: Session,
    deed: DidOnBoard,
    stands: BoardItem,
    row: Row,
) -> Told:
    if deed.act not in OF_KIND[deed.item] | {BoardAct.TAKE, BoardAct.HAND}:
        return Told(DeedOutcome.REFUSED, "That cannot be done to it.")
    match deed.act:
        case BoardAct.TAKE | BoardAct.HAND:
            row.owner = deed.person if deed.act is BoardAct.TAKE else deed.to
            _own_tasks(session, deed, row.owner)
        case BoardAct.HOLD:
            row.owner = row.owner or deed.person
        case BoardAct.DONE:
            _finish(deed, row)
        case BoardAct.CONFIRM:
            assert isinstance(row, Message)
            row.status = MessageStatus.CONFIRMED
            row.delivered_at = row.delivered_at or deed.at
        case BoardAct.BOOK | BoardAct.PASS | BoardAct.WITHDRAW:
            assert isinstance(row, WaitingOffer)
            return _offer(session, deed, row)
        case _:
            return _climb(session, deed, stands)
    return Told(DeedOutcome.DONE)


def _own_tasks(session: Session, deed: DidOnBoard, owner: str) -> None:
    """Have the tasks of an escalation go with it."""
    if deed.item is ItemKind.ESCALATION:
        session.execute(
            update(Task)
            .where(Task.escalation_id == deed.row, Task.done_at.is_(None))
            .values(owner=owner)
        )


def _finish(deed: DidOnBoard, row: object) -> None:
    if isinstance(row, Task):
        row.done_at, row.done_by = deed.at, deed.person
    elif isinstance(row, Callback):
        row.status, row.done_at, row.done_by = CallbackStatus.DONE, deed.at, deed.person


def _offer(session: Session, deed: DidOnBoard, row: WaitingOffer) -> Told:
    """Book a time for who waits for it, pass it to the next, or take who waits off the list."""
    if deed.act is BoardAct.PASS:
        offering.close_offer(session, row, OfferStatus.PASSED, deed.at)
    elif deed.act is BoardAct.WITHDRAW:
        off = TakenOffWaitingList(
            uid=f"{deed.uid}.off", entry=row.entry_id, at=deed.at, person=deed.person
        )
        take_off(session, taken=off)
    else:
        try:
            with session.begin_nested():
                offering.book_offer(session, offer_id=row.id, person=deed.person, at=deed.at)
        except TimeTaken:
            offering.lose_offer(session, offer_id=row.id, at=deed.at)
            return Told(
                DeedOutcome.REFUSED,
                "That time has been given to somebody else meanwhile. Whoever waits stays on the "
                "list.",
            )
    return Told(DeedOutcome.DONE)


def _climb(session: Session, deed: DidOnBoard, stands: BoardItem) -> Told:
    """Move an escalation along its ladder, in the ladder's own words where it may not."""
    if stands.state == WAITING:
        return Told(
            DeedOutcome.REFUSED,
            "Its ladder has not been begun yet. A worker begins it within seconds: look again.",
        )
    try:
        pursuing.move(
            session,
            escalation_id=deed.row,
            change=_change(deed),
            what=deed.act.value,
            whom=deed.to or deed.person,
            by=f"{deed.person}, {_BY_PHONE}" if deed.act is BoardAct.ACKNOWLEDGE else deed.person,
            now=deed.at,
        )
    except IllegalMove as refused:
        return Told(DeedOutcome.REFUSED, str(refused))
    return Told(DeedOutcome.DONE)


def _change(deed: DidOnBoard) -> Callable[[Item, Ladder], Item]:
    def change(item: Item, ladder: Ladder) -> Item:
        match deed.act:
            case BoardAct.ACKNOWLEDGE:
                return rungs.acknowledge(item, deed.provider, deed.at)
            case BoardAct.ESCALATE:
                return rungs.escalate(item, ladder, deed.at)
            case BoardAct.REACH:
                return rungs.reach(item, deed.at)
            case _:
                return rungs.close(item, deed.at)

    return change


def _write_down(session: Session, deed: DidOnBoard, told: Told, stands: BoardItem | None) -> None:
    session.add(
        BoardDeed(
            uid=deed.uid,
            kind=deed.item,
            row=deed.row,
            act=deed.act,
            at=deed.at,
            person=deed.person,
            to=deed.to,
            until=deed.until,
            outcome=told.outcome,
        )
    )
    note(
        session,
        event=Event.HANDED_OVER if deed.act is BoardAct.HAND else Event.CHANGED,
        person=deed.person,
        kind=deed.item.value,
        row=deed.row,
        practice_id=stands.practice_id if stands is not None else None,
        detail=deed.act.value
        if told.outcome is DeedOutcome.DONE
        else f"{deed.act.value}.{told.outcome.value}",
        at=deed.at,
        uid=deed.uid,
    )
    if told.outcome is DeedOutcome.DONE:
        _mark(session, deed)


def _mark(session: Session, deed: DidOnBoard) -> None:
    mark = session.get(BoardMark, (deed.item, deed.row))
    if mark is None:
        mark = BoardMark(kind=deed.item, row=deed.row, version=0, touched_at=deed.at)
        session.add(mark)
    mark.version += 1
    mark.touched_at, mark.touched_by = max(mark.touched_at, deed.at), deed.person
    if deed.act is BoardAct.HOLD:
        mark.hold_until = deed.until
    elif deed.act is not BoardAct.TAKE:
        mark.hold_until = None


_SAID: Final = {
    BoardAct.TAKE: "took it",
    BoardAct.HAND: "handed it on",
    BoardAct.HOLD: "put it off",
    BoardAct.DONE: "did it",
    BoardAct.CONFIRM: "had it confirmed",
    BoardAct.ACKNOWLEDGE: "was told by phone that the provider has it",
    BoardAct.ESCALATE: "passed it on to the next person",
    BoardAct.REACH: "was told that the patient was reached",
    BoardAct.CLOSE: "closed it",
    BoardAct.BOOK: "booked it for who waits for it",
    BoardAct.PASS: "passed it on to the next on the list",
    BoardAct.WITHDRAW: "took who waits for it off the list",
}


def _have_it_seen_to(session: Session, deed: DidOnBoard, stands: BoardItem) -> None:
    """Keep a deed that came too late before somebody's eyes."""
    reference = f"Ref {stands.what}: " if deed.item is ItemKind.ESCALATION else ""
    said = f"{deed.person} {_SAID[deed.act]} while the records were away"
    outbox.add_task(
        session,
        key=f"late.{deed.uid}",
        kind=TaskKind.CLASH,
        sentence=f"{reference}{said}, and it had changed by then. See which is right.",
        now=deed.at,
        urgent=deed.item is ItemKind.ESCALATION,
        practice_id=stands.practice_id,
        escalation_id=stands.escalation_id,
        owner=stands.owner,
    )


def _keep_late(session: Session, deed: DidOnBoard) -> None:
    """Have an escalation's time-line tell of a deed that came too late to be done."""
    pursuit = session.get(Pursuit, deed.row) if deed.item is ItemKind.ESCALATION else None
    if pursuit is not None:
        pursuing.add_line(
            session,
            pursuit,
            key=f"late.{deed.uid}",
            what=deed.act.value,
            whom=deed.to or deed.person,
            at=deed.at,
            by=deed.person,
            detail="written too late to be done",
        )


def _by(who: str | None) -> str:
    return f" by {who}" if who else ""
