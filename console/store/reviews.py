"""Calls looked at again: chosen, marked, read by whose call it was, and counted for a practice.

A call is chosen once, whatever speaks for it. Who marks one has seen what it stood at; the second
of two is told. Every step is on record.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import and_, delete, exists, func, select
from sqlalchemy.orm import Session, aliased

from console.quality.causes import Cause, CausesOfMonth, Why
from console.quality.choosing import LONG_HOLD_S, SOON, Candidate, chosen, monday
from console.store.amendment_tables import Amendment
from console.store.audit.events import Event
from console.store.audit.noting import note
from console.store.board_values import DeedOutcome
from console.store.errors import Conflict
from console.store.models import Call, Escalation, Message, Recording
from console.store.review_tables import Review, ReviewCause
from console.store.values import Direction, MessageStatus
from scripts.calltypes import CallType, Outcome

KIND = "review"  # in the audit


@dataclass(frozen=True, slots=True, repr=False)
class ReviewRow:
    """A call to be looked at, or looked at; `mark` None for the first. Seconds and aware times.

    `recording` is the uid of one that can be heard, "" for none.
    """

    row: int
    version: int
    call_uid: str
    practice_id: str | None
    agent: str
    why: Why
    week: date
    came_at: datetime | None
    call_type: CallType | None
    outcome: Outcome | None
    waited_s: float | None
    talked_s: float | None
    held_s: float | None
    caller_number: str | None
    recording: str
    reviewed_at: datetime | None = None
    reviewer: str = ""
    mark: int | None = None
    causes: frozenset[Cause] = field(default_factory=frozenset)
    note: str = ""
    seen_at: datetime | None = None


def choose_week(
    session: Session, *, week: date, since: datetime, until: datetime, person: str, at: datetime
) -> int:
    """Choose the calls of the week that begins on this Monday, `since` to before `until`, unless
    they were chosen before; return how many were."""
    known = select(Review.call_id).where(Review.week == week, Review.why != Why.ASKED)
    if session.execute(known.limit(1)).first() is not None:
        return 0
    picked = chosen(_candidates(session, since, until), week=week)
    asked_for = set(session.scalars(select(Review.call_id).where(Review.week == week)))
    count = 0
    for row, why in sorted(picked.items()):
        if row not in asked_for:
            _choose(session, session.get_one(Call, row), why, at)
            count += 1
    if count:
        session.flush()
        detail = f"chosen:{count}"
        note(session, event=Event.ADDED, person=person, kind=KIND, row=str(week), detail=detail)
    return count


def ask_for(session: Session, *, call_uid: str, person: str, at: datetime) -> int | None:
    """Have a call looked at; return the review's id, None where there is no such call with somebody
    at its desk. One that was chosen before stands."""
    call = session.scalars(select(Call).where(Call.uid == call_uid)).one_or_none()
    if call is None or not call.agent:
        return None
    known = session.scalars(select(Review.id).where(Review.call_id == call.id)).one_or_none()
    if known is not None:
        return known
    row = _choose(session, call, Why.ASKED, at)
    session.flush()
    _note(session, row, Event.ADDED, person=person, detail=Why.ASKED.value)
    return row.id


def mark(
    session: Session,
    *,
    row: int,
    seen: int,
    mark: int,
    causes: Iterable[Cause],
    words: str,
    person: str,
    at: datetime,
) -> int:
    """Write what somebody found; return the review's version now. Raises `Conflict` where it has
    been changed since it had the version `seen`."""
    review = session.get_one(Review, row, with_for_update=True)
    found = frozenset(causes)
    if review.version != seen:
        raise Conflict(Review.__tablename__, mine={"mark": mark}, theirs={"mark": review.mark})
    review.mark, review.reviewer, review.reviewed_at = mark, person, at
    review.note = words.strip() or None
    review.seen_at = None  # there is something new to read
    session.flush()
    session.execute(delete(ReviewCause).where(ReviewCause.review_id == row))
    session.add_all(ReviewCause(review_id=row, cause=cause) for cause in sorted(found))
    session.flush()
    codes = ",".join(sorted(found)) or "none"
    _note(session, review, Event.CHANGED, person=person, detail=f"mark:{mark}")
    for code in codes.split(","):
        _note(session, review, Event.CHANGED, person=person, detail=code)
    return review.version


def mark_seen(session: Session, *, row: int, person: str, at: datetime) -> bool:
    """Write that whose call it was has read what was found; tell whether it was theirs and new."""
    review = session.get(Review, row)
    if review is None or review.agent != person or review.reviewed_at is None or review.seen_at:
        return False
    review.seen_at = at
    session.flush()
    _note(session, review, Event.SAW, person=person)
    return True


def to_review(session: Session, *, limit: int) -> tuple[ReviewRow, ...]:
    """Return the calls still to be looked at: emergencies first, then the oldest week."""
    asked = (
        select(Review, Call)
        .join(Call, Call.id == Review.call_id)
        .where(Review.reviewed_at.is_(None))
        .order_by(Review.why != Why.EMERGENCY, Review.week, Review.agent, Review.id)
        .limit(limit)
    )
    return _rows(session, [(each, call) for each, call in session.execute(asked)])


def reviewed(
    session: Session, *, agent: str | None = None, practice: str | None = None, limit: int
) -> tuple[ReviewRow, ...]:
    """Return the calls that were looked at, the latest found first: all, or a receptionist's, or a
    practice's."""
    asked = (
        select(Review, Call)
        .join(Call, Call.id == Review.call_id)
        .where(Review.reviewed_at.is_not(None))
        .order_by(Review.reviewed_at.desc(), Review.id.desc())
        .limit(limit)
    )
    if agent is not None:
        asked = asked.where(Review.agent == agent)
    if practice is not None:
        asked = asked.where(Review.practice_id == practice)
    return _rows(session, [(each, call) for each, call in session.execute(asked)])


def causes_of(session: Session, *, practice: str, year: int, month: int) -> CausesOfMonth:
    """Count what was found in a practice's calls of a month, by the practice's own calendar.

    A call belongs to the month in which it came, whenever it was looked at.
    """
    first = date(year, month, 1)
    after = date(year + month // 12, month % 12 + 1, 1)
    of_month = and_(
        Review.practice_id == practice,
        Review.local_date >= first,
        Review.local_date < after,
        Review.reviewed_at.is_not(None),
    )
    faulty = exists().where(ReviewCause.review_id == Review.id)
    count, faultless, mean = session.execute(
        select(
            func.count(Review.id),
            func.count(Review.id).filter(~faulty),
            func.avg(Review.mark),
        ).where(of_month)
    ).one()
    by_cause = select(ReviewCause.cause, func.count()).join(
        Review, Review.id == ReviewCause.review_id
    )
    counts = dict.fromkeys(Cause, 0)
    for cause, number in session.execute(by_cause.where(of_month).group_by(ReviewCause.cause)):
        counts[cause] = number
    return CausesOfMonth(
        practice=practice,
        year=year,
        month=month,
        reviewed=count,
        faultless=faultless,
        mark=None if mean is None else float(mean),
        counts=counts,
    )


def months_of_all(session: Session, *, year: int, month: int) -> tuple[CausesOfMonth, ...]:
    """Count a month of every practice of which a call was looked at, by name of its id."""
    first = date(year, month, 1)
    after = date(year + month // 12, month % 12 + 1, 1)
    with_any = (
        select(Review.practice_id)
        .where(
            Review.local_date >= first,
            Review.local_date < after,
            Review.reviewed_at.is_not(None),
            Review.practice_id.is_not(None),
        )
        .distinct()
        .order_by(Review.practice_id)
    )
    return tuple(
        causes_of(session, practice=practice, year=year, month=month)
        for practice in session.scalars(with_any).all()
        if practice is not None
    )


# --- within ------------------------------------------------------------------------------------


def _candidates(session: Session, since: datetime, until: datetime) -> list[Candidate]:
    """Return the week's calls that somebody took, with the rules each falls under."""
    again = aliased(Call)
    asked = select(
        Call.id,
        Call.uid,
        Call.agent,
        (Call.call_type == CallType.EMERGENCY) | (Call.outcome == Outcome.EMERGENCY),
        exists().where(Escalation.call_id == Call.id),
        exists().where(Message.call_id == Call.id, Message.status == MessageStatus.FAILED),
        func.coalesce(Call.held_s, 0.0) >= LONG_HOLD_S,
        exists().where(
            Message.call_id == Call.id,
            Amendment.message_id == Message.id,
            Amendment.outcome == DeedOutcome.DONE,
        ),
    ).where(
        Call.offered_at >= since,
        Call.offered_at < until,
        Call.direction == Direction.INCOMING,
        Call.answered_at.is_not(None),
        Call.finished_at.is_not(None),
        Call.agent != "",
    )
    came = (
        select(Call.id, Call.offered_at, again.offered_at)
        .join(
            again,
            and_(
                again.practice_id == Call.practice_id,
                again.caller_key == Call.caller_key,
                again.offered_at > Call.offered_at,
            ),
        )
        .where(
            Call.offered_at >= since,
            Call.offered_at < until,
            again.offered_at < until + SOON,
            again.direction == Direction.INCOMING,
            again.uid != Call.uid,
        )
    )
    soon = {row for row, first, then in session.execute(came) if _is_soon(first, then)}
    rules = (Why.EMERGENCY, Why.ESCALATED, Why.NOT_DELIVERED, Why.LONG_HOLD, Why.AMENDED)
    return [
        Candidate(
            row,
            uid,
            agent or "",
            frozenset(
                why
                for why, it_is in zip(
                    (*rules, Why.CALLED_AGAIN), (*falls, row in soon), strict=True
                )
                if it_is
            ),
        )
        for row, uid, agent, *falls in session.execute(asked)
    ]


def _is_soon(first: datetime | None, then: datetime | None) -> bool:
    return first is not None and then is not None and timedelta(0) < then - first <= SOON


def _choose(session: Session, call: Call, why: Why, at: datetime) -> Review:
    came = call.offered_at or call.waiting_since or at
    day = call.local_date or came.date()
    row = Review(
        call_id=call.id,
        practice_id=call.practice_id,
        agent=call.agent or "",
        local_date=day,
        why=why,
        week=monday(day),
        chosen_at=at,
    )
    session.add(row)
    return row


def _rows(session: Session, found: Iterable[tuple[Review, Call]]) -> tuple[ReviewRow, ...]:
    pairs = list(found)
    causes: dict[int, set[Cause]] = {}
    of_them = select(ReviewCause).where(
        ReviewCause.review_id.in_([review.id for review, _ in pairs])
    )
    for each in session.scalars(of_them):
        causes.setdefault(each.review_id, set()).add(each.cause)
    calls = [call.id for _, call in pairs]
    heard = select(Recording.call_id, Recording.uid).where(
        Recording.call_id.in_(calls), Recording.wrapped_key.is_not(None)
    )
    sounds = {call: uid for call, uid in session.execute(heard)}  # noqa: C416 - a Row is no pair
    return tuple(_row(r, c, causes.get(r.id, set()), sounds.get(c.id, "")) for r, c in pairs)


def _row(review: Review, call: Call, causes: Iterable[Cause], recording: str) -> ReviewRow:
    talked = None
    if call.answered_at is not None and call.ended_at is not None:
        talked = max(0.0, (call.ended_at - call.answered_at).total_seconds())
    return ReviewRow(
        row=review.id,
        version=review.version,
        call_uid=call.uid,
        practice_id=review.practice_id,
        agent=review.agent,
        why=review.why,
        week=review.week,
        came_at=call.offered_at or call.waiting_since,
        call_type=call.call_type,
        outcome=call.outcome,
        waited_s=call.waited_s,
        talked_s=talked,
        held_s=call.held_s,
        caller_number=call.caller_number,
        recording=recording,
        reviewed_at=review.reviewed_at,
        reviewer=review.reviewer or "",
        mark=review.mark,
        causes=frozenset(causes),
        note=review.note or "",
        seen_at=review.seen_at,
    )


def _note(session: Session, row: Review, event: Event, *, person: str, detail: str = "") -> None:
    note(
        session,
        event=event,
        person=person,
        kind=KIND,
        row=row.id,
        practice_id=row.practice_id,
        detail=detail,
    )
