"""A call's own facts, written as they become known.

The engine's events may be written in any order and more than once: what a call's row knows only
grows, the first word on a fact stands (but a call given up as lost may end once more), and a row
is made by whichever comes first.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.store.inserting import insert_now
from console.store.models import Call, CallSound, Practice
from console.store.practices import PracticeTerms, day_of, practice_row
from console.store.work import AnsweredCall, ClosedCall, FinishedCall, MeasuredCall, OpenedCall
from scripts.calltypes import Outcome
from softphone.wire import EndCause

_OPENING = (
    "practice_id",
    "dialled_number",
    "caller_number",
    "mode",
    "waiting_since",
    "offered_at",
    "sip_call_id",
    "pbx_call_id",
)
_FINISHING = (
    *_OPENING,
    "answered_at",
    "ended_at",
    "end_cause",
    "agent",
    "script_version",
    "call_type",
)


def note_fact(
    session: Session, *, fact: OpenedCall | AnsweredCall | ClosedCall | MeasuredCall
) -> int:
    """Write one of a call's own facts; return the row's id."""
    match fact:
        case OpenedCall():
            return open_call(session, opened=fact)
        case AnsweredCall():
            return answer_call(session, answered=fact)
        case ClosedCall():
            return close_call(session, closed=fact)
        case MeasuredCall():
            return measure_call(session, measured=fact)


def open_call(session: Session, *, opened: OpenedCall) -> int:
    """Write that a call rings here, or waits; return the row's id."""
    practice_row(session, practice_id=opened.practice_id)
    call = call_row(session, uid=opened.uid)
    call.direction = opened.direction
    if call.ended_at is not None and opened.offered_at and opened.offered_at > call.ended_at:
        call.ended_at = call.end_cause = None
    for fact in _OPENING:
        if getattr(call, fact) is None:
            setattr(call, fact, getattr(opened, fact))
    return _settle(session, call)


def answer_call(session: Session, *, answered: AnsweredCall) -> int:
    """Write that a call is up; return the row's id."""
    call = call_row(session, uid=answered.uid)
    call.answered_at = call.answered_at or answered.at
    call.agent = call.agent or answered.agent
    return _settle(session, call)


def close_call(session: Session, *, closed: ClosedCall) -> int:
    """Write that a call is over; return the row's id."""
    call = call_row(session, uid=closed.uid)
    too_early = call.end_cause is EndCause.LOST and closed.at > (call.ended_at or closed.at)
    if too_early:  # given up as lost, and it rang after all
        call.ended_at = call.end_cause = None
    call.ended_at = call.ended_at or closed.at
    call.held_s = closed.held_s if call.held_s is None else call.held_s
    call.end_cause = call.end_cause or closed.cause
    return _settle(session, call)


def measure_call(session: Session, *, measured: MeasuredCall) -> int:
    """Write how a call sounded; return the call's row id."""
    call = call_row(session, uid=measured.uid)
    row = _id(session, call)
    session.merge(
        CallSound(
            call_id=row,
            mos=measured.mos,
            jitter_ms=measured.jitter_ms,
            loss_percent=measured.loss_percent,
            loss_out_percent=measured.loss_out_percent,
            round_trip_ms=measured.round_trip_ms,
            codec=measured.codec,
        )
    )
    session.flush()
    return row


def close_form(
    session: Session, *, call: Call | None, finished: FinishedCall, terms: PracticeTerms | None
) -> Call:
    """Write the call's facts as its finished form has them, the last word on what it knows: into
    the row there is, or a new one. `terms` are its practice's."""
    known = call is not None
    call = call or Call(uid=finished.uid)
    call.direction = finished.direction
    for fact in _FINISHING:
        value = getattr(finished, fact)
        if value is not None:
            setattr(call, fact, value)
    call.local_date = None  # the form may know another practice
    call.outcome = finished.outcome
    call.finished_at = finished.finished_at
    _derive(call, terms or practice_row(session, practice_id=call.practice_id))
    if known:
        session.flush()
    else:
        insert_now(session, call)
    return call


def find_call(session: Session, *, uid: str) -> Call | None:
    """Return the call's row, if there is one."""
    return session.scalars(select(Call).where(Call.uid == uid)).one_or_none()


def call_row(session: Session, *, uid: str) -> Call:
    """Return the call's row, making it where nothing was known of the call yet."""
    call = find_call(session, uid=uid)
    if call is None:
        call = Call(uid=uid)
        session.add(call)
    return call


def is_finished(session: Session, *, uid: str) -> bool:
    """Tell whether the call's form has been finished."""
    known = select(Call.id).where(Call.uid == uid, Call.finished_at.is_not(None))
    return session.execute(known).first() is not None


def _settle(session: Session, call: Call) -> int:
    _derive(call, practice_row(session, practice_id=call.practice_id))
    session.flush()
    return call.id


def _derive(call: Call, practice: Practice | PracticeTerms | None) -> None:
    first = call.waiting_since or call.offered_at
    last = call.answered_at or call.ended_at
    if first is not None and last is not None:
        # A clock set back between the two must not cost the row.
        call.waited_s = max(0.0, (last - first).total_seconds())
    came = call.offered_at or call.waiting_since
    if practice is not None and came is not None and call.local_date is None:
        call.local_date = day_of(practice, came)
    if call.finished_at is None and _was_abandoned(call):
        call.outcome = Outcome.ABANDONED


def _was_abandoned(call: Call) -> bool:
    return call.end_cause is EndCause.ABANDONED and call.answered_at is None


def _id(session: Session, call: Call) -> int:
    session.flush()
    return call.id
