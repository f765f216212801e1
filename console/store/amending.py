"""Amending a message: the old wording kept, the practice told, and of two at once the second too.

An amendment carries how many its author had seen. Where another came first nothing is written over
it: the later wording is kept beside the message, its author is told what stands now, and a task on
the board tells everybody else. Of a message that may have left, a correction is to follow.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from console.store import outbox
from console.store.amendment_tables import Amendment
from console.store.audit.events import Event
from console.store.audit.noting import note
from console.store.board_tables import BoardMark
from console.store.board_values import DeedOutcome, ItemKind
from console.store.models import Message
from console.store.outbox_tables import Attempt, DispatchRow
from console.store.outbox_values import AttemptOutcome, TaskKind
from console.store.values import MessageStatus
from console.store.work import AmendedMessage

_MAY_HAVE_LEFT: Final = (AttemptOutcome.SENT, AttemptOutcome.DELIVERED, AttemptOutcome.UNSURE)


@dataclass(frozen=True, slots=True, repr=False)
class Wording:
    """What can be amended of a message."""

    reason: str
    patient_name: str | None
    caller_name: str | None
    callback_number: str | None


@dataclass(frozen=True, slots=True, repr=False)
class Unwritten:
    """A wording that came after another's."""

    person: str
    at: datetime
    wording: Wording


@dataclass(frozen=True, slots=True, repr=False)
class Amendable:
    """A message as it can be amended; `seen` is how often it has been, `by` who did last."""

    message_id: int
    practice_id: str | None
    recipient: str
    seen: int
    by: str
    wording: Wording
    unwritten: tuple[Unwritten, ...]


@dataclass(frozen=True, slots=True)
class Amended:
    """What came of an amendment. `goes_out` tells that a correction follows."""

    outcome: DeedOutcome
    by: str = ""  # who was first
    goes_out: bool = False


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction that is still to be put into the outbox, to every address that may have had the
    message before."""

    uid: str
    message_id: int
    number: int
    practice_id: str
    urgent: bool
    addresses: tuple[tuple[str, str], ...]  # channel and address


def amendable(session: Session, *, message_id: int) -> Amendable | None:
    """Return a message to be amended, None where there is none."""
    row = session.get(Message, message_id)
    if row is None:
        return None
    done = _done(session, message_id)
    waiting = select(Amendment).where(
        Amendment.message_id == message_id,
        Amendment.outcome == DeedOutcome.OVERTAKEN,
        Amendment.number >= len(done),
    )
    return Amendable(
        message_id=row.id,
        practice_id=row.practice_id,
        recipient=row.recipient,
        seen=len(done),
        by=done[-1].person if done else "",
        wording=_wording(row),
        unwritten=tuple(
            Unwritten(each.person, each.at, _wording(each))
            for each in session.scalars(waiting.order_by(Amendment.at))
        ),
    )


def amend(session: Session, *, amended: AmendedMessage) -> Amended:
    """Amend a message, or keep the wording beside it where somebody else was first. One that was
    written before is left as it is."""
    known = session.get(Amendment, amended.uid)
    if known is not None:
        return Amended(known.outcome)
    row = session.get(Message, amended.message_id, with_for_update=True)
    if row is None:
        return Amended(DeedOutcome.REFUSED)
    done = _done(session, row.id)
    new = Wording(
        amended.reason, amended.patient_name, amended.caller_name, amended.callback_number
    )
    if new == _wording(row):
        return Amended(DeedOutcome.DONE)
    if len(done) != amended.seen:
        _keep(session, amended, new, DeedOutcome.OVERTAKEN, number=len(done), taken_up=True)
        _tell(session, amended, row, done[-1].person)
        _note(session, amended, row, DeedOutcome.OVERTAKEN)
        return Amended(DeedOutcome.OVERTAKEN, by=done[-1].person)
    left = bool(_addresses(session, row.id))
    old = _wording(row)
    _keep(session, amended, old, DeedOutcome.DONE, number=len(done) + 1, taken_up=not left)
    for name in Wording.__slots__:
        setattr(row, name, getattr(new, name))
    if left or row.status is not MessageStatus.FAILED:
        row.status, row.delivered_at = MessageStatus.PENDING, None
    _touch(session, amended)
    _note(session, amended, row, DeedOutcome.DONE)
    session.flush()
    return Amended(DeedOutcome.DONE, goes_out=left)


def corrections(session: Session, *, most: int = 100) -> tuple[Correction, ...]:
    """Return the corrections nobody has put into the outbox yet, oldest first."""
    found = session.execute(
        select(Amendment, Message.practice_id)
        .join(Message, Message.id == Amendment.message_id)
        .where(Amendment.taken_up.is_(False), Message.practice_id.is_not(None))
        .order_by(Amendment.at, Amendment.uid)
        .limit(most)
    ).all()
    return tuple(
        Correction(
            uid=each.uid,
            message_id=each.message_id,
            number=each.number,
            practice_id=practice_id,
            urgent=_was_urgent(session, each.message_id),
            addresses=_addresses(session, each.message_id),
        )
        for each, practice_id in found
        if practice_id is not None
    )


def taken_up(session: Session, *, uid: str) -> None:
    """Write down that a correction is in the outbox."""
    session.get_one(Amendment, uid).taken_up = True


def before(session: Session, *, message_id: int, number: int) -> tuple[datetime, Wording] | None:
    """Return what a message said before its amendment of this number, and when it was amended."""
    found = select(Amendment).where(
        Amendment.message_id == message_id,
        Amendment.number == number,
        Amendment.outcome == DeedOutcome.DONE,
    )
    row = session.scalars(found).first()
    return None if row is None else (row.at, _wording(row))


def differences(old: Wording, new: Wording) -> Mapping[str, tuple[str, str]]:
    """Return what is no longer the same, by name: as it was, and as it is."""
    both = {
        each.name: (getattr(old, each.name) or "", getattr(new, each.name) or "")
        for each in fields(Wording)
    }
    return {name: (was, now) for name, (was, now) in both.items() if was != now}


def amendments_of(session: Session, *, message_id: int) -> tuple[Amendment, ...]:
    """Return every amendment of a message, oldest first."""
    found = select(Amendment).where(Amendment.message_id == message_id)
    return tuple(session.scalars(found.order_by(Amendment.at, Amendment.uid)))


def _wording(row: Message | Amendment) -> Wording:
    return Wording(row.reason, row.patient_name, row.caller_name, row.callback_number)


def _done(session: Session, message_id: int) -> list[Amendment]:
    every = amendments_of(session, message_id=message_id)
    done = (each for each in every if each.outcome is DeedOutcome.DONE)
    return sorted(done, key=lambda each: each.number)


def _addresses(session: Session, message_id: int) -> tuple[tuple[str, str], ...]:
    """Return where a message may have arrived, each place once."""
    left = (
        select(DispatchRow.channel, DispatchRow.address, func.min(DispatchRow.id))
        .join(Attempt, Attempt.dispatch_id == DispatchRow.id)
        .where(
            DispatchRow.message_id == message_id,
            or_(Attempt.outcome.is_(None), Attempt.outcome.in_(_MAY_HAVE_LEFT)),
        )
        .group_by(DispatchRow.channel, DispatchRow.address)
        .order_by(func.min(DispatchRow.id))
    )
    return tuple((channel, address) for channel, address, _ in session.execute(left))


def _was_urgent(session: Session, message_id: int) -> bool:
    urgent = select(DispatchRow.id).where(
        DispatchRow.message_id == message_id, DispatchRow.urgent.is_(True)
    )
    return session.scalars(urgent.limit(1)).first() is not None


def _keep(
    session: Session,
    amended: AmendedMessage,
    wording: Wording,
    outcome: DeedOutcome,
    *,
    number: int,
    taken_up: bool,
) -> None:
    row = Amendment(
        uid=amended.uid,
        message_id=amended.message_id,
        number=number,
        at=amended.at,
        person=amended.person,
        outcome=outcome,
        taken_up=taken_up,
    )
    for name in Wording.__slots__:
        setattr(row, name, getattr(wording, name))
    session.add(row)
    session.flush()


def _tell(session: Session, amended: AmendedMessage, row: Message, first: str) -> None:
    outbox.add_task(
        session,
        key=f"amended.{amended.uid}",
        kind=TaskKind.CLASH,
        sentence=f"Message M{row.id} was amended by {first} and by {amended.person}. What {first} "
        "wrote stands; the other is kept beside it. See which is right.",
        now=amended.at,
        practice_id=row.practice_id,
        owner=first,
    )


def _touch(session: Session, amended: AmendedMessage) -> None:
    """Have whoever looks at the message on the board see that it has changed."""
    key = (ItemKind.MESSAGE, amended.message_id)
    mark = session.get(BoardMark, key)
    if mark is None:
        mark = BoardMark(kind=key[0], row=key[1], version=0, touched_at=amended.at)
        session.add(mark)
    mark.version += 1
    mark.touched_at, mark.touched_by = max(mark.touched_at, amended.at), amended.person
    mark.hold_until = None


def _note(session: Session, amended: AmendedMessage, row: Message, outcome: DeedOutcome) -> None:
    note(
        session,
        event=Event.CHANGED,
        person=amended.person,
        kind="message",
        row=row.id,
        practice_id=row.practice_id,
        detail="amend" if outcome is DeedOutcome.DONE else f"amend.{outcome.value}",
        at=amended.at,
        uid=amended.uid,
    )
