"""The practices' own calendars in the records: which are read, by whom, and what is taken in them.

Reading one is claimed, as a dispatch is: a lease, so that one worker asks a calendar at a time and
another takes over from one that died. What was read replaces what stood; a worker whose lease ran
out meanwhile writes nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from console.store.calendar_tables import CalendarBusy, CalendarRow
from console.store.delays import growing
from console.store.models import Practice

LEASE: Final = timedelta(seconds=90)  # longer than a reading whose every exchange is slow
AGAIN: Final = timedelta(seconds=20)  # a time taken a minute ago is known of
LONGEST_DELAY: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Known:
    """A calendar a practice's file names. `provider` is "" for that of everybody who has none of
    their own; `settings` tells one address, user and secret from another."""

    practice_id: str
    provider: str
    settings: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """A calendar that is this worker's until the lease ends. `token` is of the state it was last
    read in, `whole_at` when it was last read whole."""

    id: int
    known: Known
    token: str | None
    whole_at: datetime | None
    tries: int


@dataclass(frozen=True, slots=True, order=True)
class Taken:
    """Time that is taken: where it stands (a hash), whose it is, and when. `booking_id` is that of
    the booking whose event stands there."""

    object: str
    provider: str
    starts_at: datetime
    ends_at: datetime
    booking_id: int | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """What a reading gave: what is taken in the objects it saw, those that are gone, or the whole
    of it; and the token from there on."""

    taken: tuple[Taken, ...]
    objects: frozenset[str]  # seen or gone; of no account where it is `whole`
    token: str | None
    whole: bool = False


def practices_there(session: Session, practices: Collection[str]) -> frozenset[str]:
    """Return those of the practices that the records know."""
    return frozenset(session.scalars(select(Practice.id).where(Practice.id.in_(practices))))


def named(session: Session, *, practices: Collection[str]) -> frozenset[Known]:
    """Return the calendars the records name for these practices."""
    return frozenset(known_of(row) for row in _rows(session, practices))


def name_anew(
    session: Session, *, known: Sequence[Known], practices: Collection[str], now: datetime
) -> None:
    """Have the records name these calendars for these practices, and no others for them. One
    whose settings changed is read anew; of one that is gone nothing is taken any more."""
    wanted = {(each.practice_id, each.provider): each for each in known}
    standing = {
        (row.practice_id, row.provider): row
        for row in session.scalars(
            select(CalendarRow).where(CalendarRow.practice_id.in_(practices))
        )
    }
    for key, row in standing.items():
        now_wanted = wanted.get(key)
        if now_wanted is None and row.next_at is not None:
            _begin_anew(session, row, row.settings, None)
        elif now_wanted is not None and (
            row.next_at is None or row.settings != now_wanted.settings
        ):
            _begin_anew(session, row, now_wanted.settings, now)
    for key, new in wanted.items():
        if key not in standing:
            session.add(
                CalendarRow(
                    practice_id=new.practice_id,
                    provider=new.provider,
                    settings=new.settings,
                    tries=0,
                    next_at=now,
                )
            )
    session.flush()


def claim(
    session: Session, *, known: Sequence[Known], worker: str, now: datetime, most: int
) -> tuple[Claimed, ...]:
    """Claim calendars that are to be read now, out of those this worker knows how to."""
    able = {(each.practice_id, each.provider): each for each in known}
    due = (
        select(CalendarRow)
        .where(
            CalendarRow.practice_id.in_({practice for practice, _ in able}),
            CalendarRow.next_at <= now,
            or_(CalendarRow.claimed_until.is_(None), CalendarRow.claimed_until <= now),
        )
        .order_by(CalendarRow.next_at, CalendarRow.id)
        .with_for_update(skip_locked=True)
        .limit(4 * most)
    )
    claimed: list[Claimed] = []
    for row in session.scalars(due):
        if len(claimed) == most or able.get((row.practice_id, row.provider)) != known_of(row):
            continue
        row.claimed_by, row.claimed_until = worker, now + LEASE
        claimed.append(Claimed(row.id, known_of(row), row.token, row.whole_at, row.tries))
    session.flush()
    return tuple(claimed)


def is_held(session: Session, *, claimed: Claimed, worker: str) -> bool:
    """Tell whether a calendar is this worker's still."""
    return _ours(session, claimed, worker) is not None


def was_read(
    session: Session, *, claimed: Claimed, read: Read | None, worker: str, now: datetime
) -> bool:
    """Write what was read, None where nothing had changed; return whether it was still this
    worker's to write."""
    row = _ours(session, claimed, worker)
    if row is None:
        return False
    row.claimed_by = row.claimed_until = None
    row.read_at, row.next_at = now, now + AGAIN
    row.tries, row.failing_since, row.trouble = 0, None, None
    if read is not None:
        row.token = read.token
        row.whole_at = now if read.whole else row.whole_at
        _replace(session, row, read)
    session.flush()
    return True


def was_not_read(
    session: Session, *, claimed: Claimed, why: str, worker: str, now: datetime
) -> bool:
    """Put a calendar off that could not be read; what was taken in it stays so."""
    row = _ours(session, claimed, worker)
    if row is None:
        return False
    row.claimed_by = row.claimed_until = None
    row.tries += 1
    row.failing_since, row.trouble = row.failing_since or now, why
    row.next_at = now + growing(row.tries, first=AGAIN, longest=LONGEST_DELAY)
    session.flush()
    return True


def times_read(session: Session, *, practice: str) -> Mapping[str, datetime | None]:
    """Return when each of a practice's calendars was last known to stand as it does here, by its
    provider, None where it was never read."""
    rows = session.execute(
        select(CalendarRow.provider, CalendarRow.read_at).where(
            CalendarRow.practice_id == practice, CalendarRow.next_at.is_not(None)
        )
    )
    return {row.provider: row.read_at for row in rows}


def standing(session: Session, *, practices: Collection[str]) -> tuple[CalendarRow, ...]:
    """Return the calendars in use."""
    return tuple(_rows(session, practices))


def known_of(row: CalendarRow) -> Known:
    """Return which calendar a row is of."""
    return Known(row.practice_id, row.provider, row.settings)


def _rows(session: Session, practices: Collection[str]) -> Sequence[CalendarRow]:
    return session.scalars(
        select(CalendarRow)
        .where(CalendarRow.practice_id.in_(practices), CalendarRow.next_at.is_not(None))
        .order_by(CalendarRow.id)
    ).all()


def _begin_anew(
    session: Session, row: CalendarRow, settings: str, next_at: datetime | None
) -> None:
    row.settings, row.next_at, row.tries = settings, next_at, 0
    row.token = row.read_at = row.whole_at = row.failing_since = row.trouble = None
    row.claimed_by = row.claimed_until = None
    session.execute(delete(CalendarBusy).where(CalendarBusy.calendar_id == row.id))


def _ours(session: Session, claimed: Claimed, worker: str) -> CalendarRow | None:
    row = session.get(CalendarRow, claimed.id, with_for_update=True)
    if row is None or row.claimed_by != worker or row.settings != claimed.known.settings:
        return None
    return row


def _replace(session: Session, row: CalendarRow, read: Read) -> None:
    """Write what differs only: a calendar read whole again is no news to the desks."""
    stands = select(CalendarBusy).where(CalendarBusy.calendar_id == row.id)
    if not read.whole:
        stands = stands.where(CalendarBusy.object.in_(read.objects))
    wanted = set(read.taken)
    over: list[int] = []
    for each in session.scalars(stands):
        taken = Taken(each.object, each.provider, each.starts_at, each.ends_at, each.booking_id)
        if taken in wanted:
            wanted.remove(taken)
        else:
            over.append(each.id)
    for start in range(0, len(over), 500):
        gone = delete(CalendarBusy).where(CalendarBusy.id.in_(over[start : start + 500]))
        session.execute(gone, execution_options={"synchronize_session": False})
    if wanted:
        session.execute(
            insert(CalendarBusy),
            [
                {
                    "calendar_id": row.id,
                    "practice_id": row.practice_id,
                    "provider": taken.provider,
                    "object": taken.object,
                    "starts_at": taken.starts_at,
                    "ends_at": taken.ends_at,
                    "booking_id": taken.booking_id,
                }
                for taken in sorted(wanted, key=lambda t: (t.starts_at, t.provider, t.object))
            ],
        )
