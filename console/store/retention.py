"""How long records are kept, what a legal hold keeps longer, and deleting what is over age.

HIPAA sets no term for a message a receptionist took; it does for the documentation of policies and
of what was done under them, six years (45 CFR 164.316(b)(2)(i)), and what a practice may ask an
account of disclosures for goes back as far (45 CFR 164.528(a)). Six years is therefore what is kept
where a practice has not agreed on another term; the law of its state may ask for more.

A call goes with everything that came of it, never in part. What was never delivered, an escalation
nobody closed and an appointment still to come stay however old they are: they are somebody's
unfinished work. The audit is not deleted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum, unique
from typing import Any, Final

from sqlalchemy import Table, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from console.store.audit.events import Event
from console.store.audit.noting import note
from console.store.board_tables import BoardDeed, BoardMark
from console.store.board_values import ItemKind
from console.store.models import (
    Base,
    Booking,
    Call,
    Callback,
    Draft,
    Escalation,
    LegalHold,
    Message,
    Practice,
    Recording,
)
from console.store.session import Records
from console.store.values import (
    BookingStatus,
    CallbackStatus,
    EscalationStatus,
    MessageStatus,
)

YEAR: Final = timedelta(days=365.25)
BATCH: Final = 200  # calls a transaction
_ON_BOARD: Final = {  # who did what to these stands apart, by kind and row
    "escalations": ItemKind.ESCALATION,
    "tasks": ItemKind.TASK,
    "messages": ItemKind.MESSAGE,
    "callbacks": ItemKind.CALLBACK,
    "waiting_offers": ItemKind.OFFER,
}
_LOOSE: Final = frozenset({"closed_call_id", "replaces_id"})  # pointers, not what came of a call


@unique
class Kind(StrEnum):
    """What has a term of its own."""

    CALLS = "calls"  # with everything that came of them
    RECORDINGS = "recordings"  # the sound; that it was recorded, and agreed to, stays with the call
    DRAFTS = "drafts"  # forms nobody finished
    CALLBACKS = "callbacks"  # made, or given up with a call that was never answered


DEFAULT: Final[Mapping[Kind, timedelta]] = {
    Kind.CALLS: 6 * YEAR,
    Kind.RECORDINGS: 6 * YEAR,
    Kind.DRAFTS: 6 * YEAR,
    Kind.CALLBACKS: 6 * YEAR,
}


@dataclass(frozen=True, slots=True)
class Terms:
    """How long each kind is kept, for all practices and for some."""

    usual: Mapping[Kind, timedelta] = field(default_factory=lambda: DEFAULT)
    of_practices: Mapping[str, Mapping[Kind, timedelta]] = field(default_factory=dict)

    def of(self, practice: str | None, kind: Kind) -> timedelta:
        """Return how long a practice's things of a kind are kept."""
        own = self.of_practices.get(practice or "", {})
        return own.get(kind) or self.usual.get(kind) or DEFAULT[kind]


@dataclass(frozen=True, slots=True)
class Due:
    """What is over age at one practice: row ids by kind, and how many calls stay all the same."""

    practice_id: str | None
    rows: Mapping[Kind, tuple[Any, ...]]
    held: int  # by a legal hold
    unfinished: int


@dataclass(frozen=True, slots=True)
class Deleted:
    """What was deleted; `files` are the uids of recordings whose files are to go."""

    rows: Mapping[Kind, int]
    files: tuple[str, ...]


def due(session: Session, terms: Terms, *, now: datetime) -> tuple[Due, ...]:
    """Return what is over age, by practice. Reads only."""
    practices: list[str | None] = [
        None,
        *session.scalars(select(Practice.id).order_by(Practice.id)),
    ]
    found = (_due(session, terms, practice, now) for practice in practices)
    return tuple(each for each in found if each.rows or each.held or each.unfinished)


def delete_due(records: Records, over_age: Iterable[Due], *, person: str) -> Deleted:
    """Delete what is over age, in small transactions, each row put on record. What came under a
    hold meanwhile stays."""
    counts = dict.fromkeys(Kind, 0)
    files: list[str] = []
    for each in over_age:
        for kind, rows in each.rows.items():
            for start in range(0, len(rows), BATCH):
                some = rows[start : start + BATCH]
                done = records.write(
                    lambda s, kind=kind, some=some, p=each.practice_id: _delete(  # type: ignore[misc]
                        s, kind, some, p, person
                    )
                )
                counts[kind] += done[0]
                files += done[1]
    return Deleted(counts, tuple(files))


def hold(
    session: Session, *, practice_id: str, call_id: int | None, person: str, at: datetime
) -> int:
    """Keep a practice's records, or one call's, from deletion; return the hold's id."""
    row = LegalHold(practice_id=practice_id, call_id=call_id, placed_at=at, placed_by=person)
    session.add(row)
    session.flush()
    note(session, event=Event.HELD, person=person, kind="hold", row=row.id, practice_id=practice_id)
    return row.id


def release(session: Session, *, hold_id: int, person: str, at: datetime) -> bool:
    """End a hold; tell whether there was one."""
    row = session.get(LegalHold, hold_id)
    if row is None or row.released_at is not None:
        return False
    row.released_at, row.released_by = at, person
    session.flush()
    note(
        session,
        event=Event.RELEASED,
        person=person,
        kind="hold",
        row=hold_id,
        practice_id=row.practice_id,
    )
    return True


def holds(session: Session) -> tuple[LegalHold, ...]:
    """Return the holds in force, oldest first."""
    standing = select(LegalHold).where(LegalHold.released_at.is_(None)).order_by(LegalHold.id)
    return tuple(session.scalars(standing))


def _due(session: Session, terms: Terms, practice: str | None, now: datetime) -> Due:
    old = _old_calls(practice, now - terms.of(practice, Kind.CALLS))
    every = set(session.scalars(old))
    held = {call for call in every if _is_held(session, practice, call)}
    left = sorted(every - held)
    unfinished = _unfinished(session, left, now)
    whole_practice = _is_held(session, practice, None)
    rows: dict[Kind, tuple[Any, ...]] = {
        Kind.CALLS: tuple(call for call in left if call not in unfinished)
    }
    sound = (
        select(Recording.id)
        .where(Recording.practice_id == practice, Recording.deleted_at.is_(None))
        .where(Recording.wrapped_key.is_not(None))
        .where(Recording.consent_at < now - terms.of(practice, Kind.RECORDINGS))
        .order_by(Recording.id)
    )
    drafts = (
        select(Draft.uid)
        .where(Draft.practice_id == practice)
        .where(Draft.updated_at < now - terms.of(practice, Kind.DRAFTS))
    )
    callbacks = (
        select(Callback.id)
        .where(Callback.practice_id == practice, Callback.status == CallbackStatus.DONE)
        .where(Callback.since < now - terms.of(practice, Kind.CALLBACKS))
    )
    if not whole_practice:
        held_calls = set(_held_calls(session))
        rows[Kind.RECORDINGS] = tuple(
            row for row in session.scalars(sound) if _call_of(session, row) not in held_calls
        )
        rows[Kind.DRAFTS] = tuple(session.scalars(drafts))
        rows[Kind.CALLBACKS] = tuple(session.scalars(callbacks))
    return Due(practice, {k: v for k, v in rows.items() if v}, len(held), len(unfinished))


def _old_calls(practice: str | None, before: datetime) -> Any:
    last = func.coalesce(Call.finished_at, Call.ended_at, Call.offered_at, Call.waiting_since)
    mine = Call.practice_id == practice if practice else Call.practice_id.is_(None)
    return select(Call.id).where(mine, last < before).order_by(Call.id)


def _unfinished(session: Session, calls: Sequence[int], now: datetime) -> set[int]:
    """Return those of the calls that are somebody's work still."""
    found: set[int] = set()
    for start in range(0, len(calls), 500):
        some = calls[start : start + 500]
        found |= set(
            session.scalars(
                select(Call.id).where(
                    Call.id.in_(some),
                    or_(
                        exists().where(
                            Message.call_id == Call.id,
                            Message.status.in_((MessageStatus.PENDING, MessageStatus.FAILED)),
                        ),
                        exists().where(
                            Escalation.call_id == Call.id,
                            Escalation.status.in_((EscalationStatus.OPEN, EscalationStatus.PAGED)),
                        ),
                        exists().where(
                            Booking.call_id == Call.id,
                            and_(Booking.status == BookingStatus.BOOKED, Booking.ends_at > now),
                        ),
                        exists().where(
                            Callback.call_id == Call.id, Callback.status == CallbackStatus.OWED
                        ),
                    ),
                )
            )
        )
    return found


def _is_held(session: Session, practice: str | None, call: int | None) -> bool:
    standing = select(LegalHold.id).where(
        LegalHold.released_at.is_(None),
        or_(
            and_(LegalHold.practice_id == practice, LegalHold.call_id.is_(None)),
            LegalHold.call_id == (-1 if call is None else call),
        ),
    )
    return session.scalars(standing.limit(1)).first() is not None


def _held_calls(session: Session) -> list[int]:
    standing = select(LegalHold.call_id).where(
        LegalHold.released_at.is_(None), LegalHold.call_id.is_not(None)
    )
    return [call for call in session.scalars(standing) if call is not None]


def _call_of(session: Session, recording: int) -> int:
    return session.get_one(Recording, recording).call_id


def _delete(
    session: Session, kind: Kind, rows: Sequence[Any], practice: str | None, person: str
) -> tuple[int, list[str]]:
    files: list[str] = []
    gone = [row for row in rows if not _is_held(session, practice, _held_as(session, kind, row))]
    if kind is Kind.RECORDINGS:
        files = list(session.scalars(select(Recording.uid).where(Recording.id.in_(gone))))
        session.execute(
            update(Recording)
            .where(Recording.id.in_(gone))
            .values(wrapped_key=None, deleted_at=datetime.now(UTC), deleted_by=person)
        )
    elif kind is Kind.CALLS:
        files = list(
            session.scalars(
                select(Recording.uid).where(
                    Recording.call_id.in_(gone), Recording.wrapped_key.is_not(None)
                )
            )
        )
        _delete_tree(session, Call.__table__, gone)  # type: ignore[arg-type]
    else:
        table: Any = {Kind.DRAFTS: Draft, Kind.CALLBACKS: Callback}[kind]
        _delete_tree(session, table.__table__, gone)
    for row in gone:
        what = kind.value.removesuffix("s")
        note(
            session,
            event=Event.DELETED,
            person=person,
            kind=what,
            row=row,
            practice_id=practice,
            detail="retention",
        )
    return len(gone), files


def _held_as(session: Session, kind: Kind, row: Any) -> int | None:
    """Return the call a row would be held with."""
    if kind is Kind.CALLS:
        return int(row)
    return _call_of(session, row) if kind is Kind.RECORDINGS else None


def _delete_tree(session: Session, table: Table, ids: Sequence[Any]) -> None:
    """Delete rows with everything that points at them; a pointer from elsewhere is let go."""
    if not ids:
        return
    for child in Base.metadata.tables.values():
        for key in child.foreign_keys:
            if key.column.table is not table:
                continue
            pointing = key.parent
            if pointing.name in _LOOSE:
                loose = update(child).where(pointing.in_(ids)).values({pointing.name: None})
                session.execute(loose, execution_options={"synchronize_session": False})
                continue
            (primary, *_) = child.primary_key
            below = session.scalars(select(primary).where(pointing.in_(ids)).distinct()).all()
            if primary is pointing:
                session.execute(delete(child).where(pointing.in_(ids)))
            else:
                _delete_tree(session, child, below)
    if (item := _ON_BOARD.get(table.name)) is not None:
        for about in (BoardMark, BoardDeed):
            session.execute(delete(about).where(about.kind == item, about.row.in_(ids)))
    (primary,) = table.primary_key
    session.execute(delete(table).where(primary.in_(ids)))
