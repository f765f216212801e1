"""The outbox: due dispatches are claimed, tried and settled by whichever worker is alive.

A claim is a lease. It writes down that an attempt has begun before anything leaves, so that a
worker killed between sending and recording leaves a trace: the next to claim the dispatch settles
that attempt as `UNSURE` and tries again with the same key. Nothing is ever dropped: what fails for
good becomes a task.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from console.store.delays import growing
from console.store.outbox_tables import Attempt, DispatchRow, Task
from console.store.outbox_values import AttemptOutcome, DispatchStatus, TaskKind

LEFT_FOR: Final = timedelta(minutes=10)  # what another machine should have taken
LEASE: Final = timedelta(seconds=3)  # renewed while a peer takes its time to answer
LONGEST_DELAY: Final = timedelta(minutes=30)
LONGEST_URGENT_DELAY: Final = timedelta(minutes=1)
GIVE_UP_AFTER: Final = timedelta(hours=24)
TAKES_BACK: Final = frozenset({"pagerduty"})
"""The channels on which a page goes on ringing somebody until it is taken back."""
_BACK: Final = "back."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDispatch:
    """A dispatch to be written; one whose key stands already is left as it is."""

    key: str
    channel: str
    address: str
    subject: str
    text: str
    practice_id: str | None = None
    escalation_id: int | None = None
    message_id: int | None = None
    booking_id: int | None = None
    slot: int | None = None
    urgent: bool = False
    due_at: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Claimed:
    """A dispatch that is this worker's until the lease ends. `maybe_sent` tells that an attempt
    before this one may have arrived."""

    id: int
    key: str
    channel: str
    address: str
    subject: str
    text: str
    urgent: bool
    expires_at: datetime | None
    practice_id: str | None
    message_id: int | None
    number: int
    maybe_sent: bool
    slot: int = 0


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of an attempt. `retry_after_s` is what the peer asked for."""

    outcome: AttemptOutcome
    detail: str = ""
    reference: str = ""
    retry_after_s: float | None = None
    tell: bool = False  # a person, though it is tried again


def put(session: Session, *, dispatches: Iterable[NewDispatch], now: datetime) -> int:
    """Write dispatches, each key once; return how many are new."""
    new = 0
    for each in dispatches:
        known = session.scalar(select(DispatchRow.id).where(DispatchRow.key == each.key))
        if known is not None:
            continue
        session.add(
            DispatchRow(
                key=each.key,
                practice_id=each.practice_id,
                escalation_id=each.escalation_id,
                message_id=each.message_id,
                booking_id=each.booking_id,
                channel=each.channel,
                address=each.address,
                subject=each.subject,
                text=each.text,
                slot=each.slot,
                urgent=each.urgent,
                created_at=now,
                next_at=each.due_at or now,
                expires_at=each.expires_at,
                status=DispatchStatus.PENDING,
                attempts=0,
            )
        )
        new += 1
    session.flush()
    return new


def claim(
    session: Session,
    *,
    worker: str,
    now: datetime,
    most: int = 10,
    elsewhere: Collection[str] = (),
    besides: Collection[str] = (),
    only: Collection[str] = (),
) -> tuple[Claimed, ...]:
    """Claim due dispatches, the urgent first; all that have expired are settled on the way. What
    leaves `elsewhere`, by channels that some machine has and this one has not, is left to it until
    it has been due for `LEFT_FOR`; what leaves by the channels `besides` is another's of this
    machine. `only` names the channels that are asked for, all where it is empty."""
    waiting = and_(
        DispatchRow.status == DispatchStatus.PENDING,
        DispatchRow.next_at <= now,
        or_(DispatchRow.claimed_until.is_(None), DispatchRow.claimed_until <= now),
    )
    session.execute(
        update(DispatchRow)
        .where(waiting, DispatchRow.expires_at <= now)
        .values(status=DispatchStatus.EXPIRED, settled_at=now, claimed_by=None, claimed_until=None)
    )
    mine = or_(
        DispatchRow.channel.not_in(elsewhere),
        DispatchRow.next_at <= now - LEFT_FOR,
    )
    asked = DispatchRow.channel.in_(only) if only else DispatchRow.channel.not_in(besides)
    due = (
        select(DispatchRow)
        .where(waiting, mine, asked)
        .order_by(DispatchRow.urgent.desc(), DispatchRow.next_at, DispatchRow.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    claimed = tuple(claim_row(session, row, worker, now) for row in session.scalars(due).all())
    session.flush()
    return claimed


def asked_of(session: Session, *, key: str) -> tuple[str | None, int | None]:
    """Return the practice a dispatch is for, and the number an answer to it begins with."""
    found = select(DispatchRow.practice_id, DispatchRow.slot).where(DispatchRow.key == key)
    practice, slot = session.execute(found).one()
    return practice, slot


def renew(session: Session, *, claimed: Sequence[Claimed], worker: str, now: datetime) -> None:
    """Lengthen the lease of what is still this worker's."""
    session.execute(
        update(DispatchRow)
        .where(
            DispatchRow.id.in_([each.id for each in claimed]),
            DispatchRow.claimed_by == worker,
            DispatchRow.status == DispatchStatus.PENDING,
        )
        .values(claimed_until=now + LEASE)
    )


def settle(
    session: Session,
    *,
    claimed: Claimed,
    settled: Settled,
    worker: str,
    now: datetime,
    otherwise: Callable[[Session, Claimed, datetime], bool] | None = None,
) -> DispatchStatus:
    """Write what came of an attempt and return where the dispatch stands. `otherwise` is asked
    where it failed for good, and may put another in its place; if it does not, a task is written.

    An attempt that somebody else has settled meanwhile, since the lease ran out, keeps its outcome;
    only news that the dispatch arrived is still taken.
    """
    row = session.get_one(DispatchRow, claimed.id, with_for_update=True)
    attempt = session.scalars(
        select(Attempt).where(Attempt.dispatch_id == claimed.id, Attempt.number == claimed.number)
    ).one()
    arrived = settled.outcome in (AttemptOutcome.SENT, AttemptOutcome.DELIVERED)
    ours = row.claimed_by == worker and row.attempts == claimed.number
    if ours or arrived:
        attempt.outcome, attempt.ended_at = settled.outcome, now
        attempt.detail = settled.detail or None
    if arrived and row.status in (DispatchStatus.PENDING, DispatchStatus.CANCELLED):
        if row.status is DispatchStatus.CANCELLED and row.slot and row.channel in TAKES_BACK:
            put(session, dispatches=[_back(row)], now=now)  # it left as the item was taken
        row.reference = settled.reference or None
        _end(row, DispatchStatus(settled.outcome.value), now)
    elif ours and row.status is DispatchStatus.PENDING:
        for_good = _not_arrived(row, settled, now)
        if settled.tell and not for_good:
            _tell_meanwhile(session, row, settled.detail, now)
        if for_good and (otherwise is None or not otherwise(session, claimed, now)):
            _tell(session, row, settled.detail, now)
    session.flush()
    return row.status


def take_back(session: Session, *, escalation_id: int, now: datetime, but: str = "") -> int:
    """Have every page of an escalation that has left taken back, where its channel can, but the
    one with a key; return how many."""
    left = select(DispatchRow).where(
        DispatchRow.escalation_id == escalation_id,
        DispatchRow.channel.in_(TAKES_BACK),
        DispatchRow.slot.is_not(None),
        DispatchRow.status.in_((DispatchStatus.SENT, DispatchStatus.DELIVERED)),
        DispatchRow.key != but,
    )
    return put(session, dispatches=[_back(row) for row in session.scalars(left)], now=now)


def takes_back(key: str) -> str:
    """Return the key of the page a dispatch takes back, "" for one that does not."""
    return key.removeprefix(_BACK) if key.startswith(_BACK) else ""


def _back(row: DispatchRow) -> NewDispatch:
    return NewDispatch(
        key=f"{_BACK}{row.key}",
        channel=row.channel,
        address=row.address,
        subject=row.subject,
        text="",
        practice_id=row.practice_id,
        escalation_id=row.escalation_id,
        urgent=row.urgent,
    )


def cancel(session: Session, *, escalation_id: int, now: datetime) -> int:
    """Take back every dispatch of an escalation that has not left; return how many. One that a
    worker has in hand this moment may still leave, and is then on record as sent; but none is
    tried again."""
    done = session.execute(
        update(DispatchRow)
        .where(
            DispatchRow.escalation_id == escalation_id,
            DispatchRow.status == DispatchStatus.PENDING,
            DispatchRow.key.not_like(f"{_BACK}%"),
        )
        .values(status=DispatchStatus.CANCELLED, settled_at=now)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def end_tasks(
    session: Session,
    *,
    escalation_id: int,
    by: str,
    now: datetime,
    kinds: Sequence[TaskKind] | None = None,
) -> None:
    """End an escalation's tasks, of these kinds or all."""
    asked = update(Task).where(Task.escalation_id == escalation_id, Task.done_at.is_(None))
    if kinds is not None:
        asked = asked.where(Task.kind.in_(kinds))
    session.execute(asked.values(done_at=now, done_by=by))


def end_tasks_of(session: Session, *, keys: Sequence[str], by: str, now: datetime) -> None:
    """End the tasks of these keys that are open still: what they told of is over."""
    if keys:
        open_still = update(Task).where(Task.key.in_(keys), Task.done_at.is_(None))
        session.execute(open_still.values(done_at=now, done_by=by))


def delay(number: int, *, urgent: bool, retry_after_s: float | None = None) -> timedelta:
    """Return how long to wait after the attempt with this number, counted from 1."""
    first = timedelta(seconds=5 if urgent else 30)
    longest = LONGEST_URGENT_DELAY if urgent else LONGEST_DELAY
    asked = timedelta(seconds=min(retry_after_s or 0.0, longest.total_seconds()))
    return max(growing(number, first=first, longest=longest), asked)


def add_task(
    session: Session,
    *,
    key: str,
    kind: TaskKind,
    sentence: str,
    now: datetime,
    urgent: bool = False,
    practice_id: str | None = None,
    escalation_id: int | None = None,
    dispatch_id: int | None = None,
    owner: str | None = None,
) -> None:
    """Write a task; one whose key stands already is left as it is."""
    if session.scalar(select(Task.id).where(Task.key == key)) is not None:
        return
    session.add(
        Task(
            key=key,
            kind=kind,
            practice_id=practice_id,
            escalation_id=escalation_id,
            dispatch_id=dispatch_id,
            sentence=sentence,
            urgent=urgent,
            created_at=now,
            owner=owner,
        )
    )


def open_tasks(session: Session) -> Sequence[Task]:
    """Return what a person has to look at, the urgent and the oldest first."""
    waiting = (
        select(Task)
        .where(Task.done_at.is_(None))
        .order_by(Task.urgent.desc(), Task.created_at, Task.id)
    )
    return session.scalars(waiting).all()


def claim_row(session: Session, row: DispatchRow, worker: str, now: datetime) -> Claimed:
    """Claim a dispatch that is locked and due."""
    open_attempts = session.scalars(
        select(Attempt).where(Attempt.dispatch_id == row.id, Attempt.outcome.is_(None))
    ).all()
    for attempt in open_attempts:
        attempt.outcome, attempt.ended_at = AttemptOutcome.UNSURE, now
        attempt.detail = "The worker ended before it could say what came of it."
    row.attempts += 1
    row.claimed_by, row.claimed_until = worker, now + LEASE
    session.add(Attempt(dispatch_id=row.id, number=row.attempts, worker=worker, started_at=now))
    session.flush()
    unsure = select(Attempt.id).where(
        Attempt.dispatch_id == row.id, Attempt.outcome == AttemptOutcome.UNSURE
    )
    return claimed(row, maybe_sent=session.scalars(unsure.limit(1)).first() is not None)


def claimed(row: DispatchRow, *, maybe_sent: bool) -> Claimed:
    """Return what a worker needs of a dispatch."""
    return Claimed(
        id=row.id,
        key=row.key,
        channel=row.channel,
        address=row.address,
        subject=row.subject,
        text=row.text,
        urgent=row.urgent,
        expires_at=row.expires_at,
        practice_id=row.practice_id,
        message_id=row.message_id,
        number=row.attempts,
        maybe_sent=maybe_sent,
        slot=row.slot or 0,
    )


def _not_arrived(row: DispatchRow, settled: Settled, now: datetime) -> bool:
    """Put a dispatch off, or end it; tell whether it was ended."""
    wait = delay(row.attempts, urgent=row.urgent, retry_after_s=settled.retry_after_s)
    too_late = row.expires_at is not None and now + wait >= row.expires_at
    if settled.outcome is AttemptOutcome.REFUSED or now - row.created_at >= GIVE_UP_AFTER:
        _end(row, DispatchStatus.FAILED, now)
    elif too_late:
        _end(row, DispatchStatus.EXPIRED, now)
    else:
        row.claimed_by = row.claimed_until = None
        row.next_at = now + wait
        return False
    return True


def _tell(session: Session, row: DispatchRow, why: str, now: datetime) -> None:
    sentence = f"Not delivered by {row.channel} after {row.attempts} tries. {why}".strip()
    tell_undelivered(session, row, key=f"undelivered.{row.key}", sentence=sentence, now=now)


def _tell_meanwhile(session: Session, row: DispatchRow, why: str, now: datetime) -> None:
    """Write a task for a day's trouble with one of a practice's ways; its dispatches wait on."""
    key = f"trouble.{row.channel}.{row.practice_id or ''}.{now:%Y-%m-%d}"
    sentence = f"What goes out by {row.channel} waits. {why}"
    tell_undelivered(session, row, key=key, sentence=sentence, now=now)


def tell_undelivered(
    session: Session, row: DispatchRow, *, key: str, sentence: str, now: datetime
) -> None:
    """Write a task about a dispatch that has not arrived."""
    add_task(
        session,
        key=key,
        kind=TaskKind.UNDELIVERED,
        sentence=sentence,
        now=now,
        urgent=row.urgent,
        practice_id=row.practice_id,
        escalation_id=row.escalation_id,
        dispatch_id=row.id,
    )


def _end(row: DispatchRow, status: DispatchStatus, now: datetime) -> None:
    row.status, row.settled_at = status, now
    row.claimed_by = row.claimed_until = None
