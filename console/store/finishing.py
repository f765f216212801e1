"""A finished form becomes rows: all of them, or none.

The call's uid makes it idempotent. A desk that does not know whether its last try arrived, because
the power went or the answer did not come back, tries again and is told the same ids.
"""

from dataclasses import dataclass
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import bindparam, delete, insert, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from console.store.audit.events import Event
from console.store.audit.noting import note
from console.store.bookings import change_booking
from console.store.calls import close_form, find_call
from console.store.connection import connection_of
from console.store.errors import AgreementMissing, BookingGone, TimeTaken, UnknownPractice
from console.store.messages import escalation_of, open_escalation, take_message
from console.store.models import (
    Answer,
    Booking,
    Call,
    Draft,
    Escalation,
    FactRead,
    Message,
    Practice,
    RedFlag,
)
from console.store.practices import PracticeTerms, agreement_in_force, day_of, practice_row
from console.store.prepared import Prepared
from console.store.secrecy.columns import sealed_values
from console.store.values import BookingStatus, MessageKind, Priority
from console.store.work import (
    BookingChange,
    Cancellation,
    FinishedCall,
    FormAnswer,
    NewBooking,
    NewMessage,
    Reschedule,
)
from scripts.calltypes import Outcome

_PRACTICES: Final = Practice.__table__
_CALLS: Final = Call.__table__
_WRITE_ANSWERS: Final = Prepared(
    insert(Answer.__table__),  # type: ignore[arg-type] # a plain table
    *("call_id", "link_id", "status", "phi", "position", "sealed", "sealed_with"),
)
_WRITE_FLAGS: Final = Prepared(
    insert(RedFlag.__table__),  # type: ignore[arg-type]
    *("call_id", "rule", "action", "at"),
)
_WRITE_FACTS: Final = Prepared(
    insert(FactRead.__table__),  # type: ignore[arg-type]
    *("call_id", "fact", "at"),
)
_DRAFTS: Final = Draft.__table__
_DROP_DRAFT: Final = Prepared(
    delete(_DRAFTS).where(_DRAFTS.c.call_uid == bindparam("call"))  # type: ignore[arg-type]
)
_MET: Final = (
    select(_PRACTICES.c.timezone, _PRACTICES.c.baa_signed_on, _PRACTICES.c.baa_ends_on, _CALLS.c.id)
    .select_from(_PRACTICES.outerjoin(_CALLS, _CALLS.c.uid == bindparam("call")))
    .where(_PRACTICES.c.id == bindparam("practice"))
)


@dataclass(frozen=True, slots=True)
class FinishedRows:
    """The rows a finished call became."""

    call_id: int
    booking_id: int | None = None
    message_id: int | None = None
    escalation_id: int | None = None


def finish_call(session: Session, *, finished: FinishedCall) -> FinishedRows:
    """Write everything that came of a call, and drop its draft.

    Raises `TimeTaken`, `BookingGone`, `AgreementMissing` or `UnknownPractice`; the session's
    transaction is then of no more use (`finish_or_call_back` goes on with it). A call finished
    before is left as it is.
    """
    terms, call_id = _met(session, finished)
    known = session.get_one(Call, call_id) if call_id is not None else None
    if known is not None and known.finished_at is not None:
        return _rows(session, known.id)
    _refuse_phi(terms, finished)
    opened = known is not None and escalation_of(session, call=known) is not None
    call = close_form(session, call=known, finished=finished, terms=terms)
    _write_form(session, call.id, finished)
    rows = _write_result(session, call, finished)
    _note(session, finished, rows, opened=opened)
    return rows


def finish_or_call_back(session: Session, *, finished: FinishedCall) -> FinishedRows:
    """Finish a call whose caller has long gone: a time that was taken meanwhile becomes an urgent
    message to call the patient back, in place of the booking."""
    try:
        with session.begin_nested():
            return finish_call(session, finished=finished)
    except (TimeTaken, BookingGone):
        pass
    call_back = _call_back(session, finished)
    kept = msgspec.structs.replace(
        finished, outcome=Outcome.MESSAGE, booking=None, message=finished.message or call_back
    )
    with session.begin_nested():
        rows = finish_call(session, finished=kept)
        if finished.message is not None:  # it had one to give already: this one comes beside it
            call = session.get_one(Call, rows.call_id)
            take_message(session, call=call, message=call_back, at=finished.finished_at)
    return rows


def rows_of(session: Session, *, uid: str) -> FinishedRows | None:
    """Return the rows a call became, None while its form is unfinished."""
    call = find_call(session, uid=uid)
    if call is None or call.finished_at is None:
        return None
    return _rows(session, call.id)


def _rows(session: Session, call_id: int) -> FinishedRows:
    made_or_undone = (
        select(Booking.id)
        .where(
            or_(
                Booking.call_id == call_id,
                (Booking.closed_call_id == call_id) & (Booking.status == BookingStatus.CANCELLED),
            )
        )
        .order_by(Booking.id.desc())
    )
    return FinishedRows(
        call_id=call_id,
        booking_id=session.scalars(made_or_undone.limit(1)).first(),
        message_id=_first(session, Message.id, Message.call_id, call_id),
        escalation_id=_first(session, Escalation.id, Escalation.call_id, call_id),
    )


def _first(
    session: Session,
    row_id: InstrumentedAttribute[int],
    of: InstrumentedAttribute[int],
    call_id: int,
) -> int | None:
    return session.scalars(select(row_id).where(of == call_id).order_by(row_id).limit(1)).first()


def _met(session: Session, finished: FinishedCall) -> tuple[PracticeTerms | None, int | None]:
    """Return what the call needs of its practice, and the call's row, if it has one: one question,
    or `UnknownPractice`."""
    if finished.practice_id is None:
        call = find_call(session, uid=finished.uid)
        return None, None if call is None else call.id
    asked = {"practice": finished.practice_id, "call": finished.uid}
    found = connection_of(session).execute(_MET, asked).first()
    if found is None:
        raise UnknownPractice(finished.practice_id)
    *terms, call_id = found
    return PracticeTerms(*terms), call_id


def _refuse_phi(practice: PracticeTerms | None, finished: FinishedCall) -> None:
    if not finished.has_phi:
        return
    if practice is None or not agreement_in_force(practice, day_of(practice, finished.offered_at)):
        raise AgreementMissing(finished.practice_id)


def _write_form(session: Session, call_id: int, finished: FinishedCall) -> None:
    """Write the rows nobody needs back, without the unit of work's bookkeeping."""
    answers = [
        {
            "call_id": call_id,
            "link_id": answer.link_id,
            "status": answer.status,
            "phi": answer.phi,
            "position": position,
            **_sealed_answer(session, call_id, answer),
        }
        for position, answer in enumerate(finished.answers)
    ]
    flags = [
        {"call_id": call_id, "rule": flag.rule, "action": flag.action, "at": flag.at}
        for flag in finished.red_flags
    ]
    facts = [{"call_id": call_id, "fact": fact.fact, "at": fact.at} for fact in finished.facts_read]
    _WRITE_ANSWERS.run(session, *answers)
    _WRITE_FLAGS.run(session, *flags)
    _WRITE_FACTS.run(session, *facts)
    _DROP_DRAFT.run(session, {"call": finished.uid})


def _sealed_answer(session: Session, call_id: int, answer: FormAnswer) -> dict[str, object]:
    plain = {"text": answer.text, "value": answer.value}
    return sealed_values(session, Answer.__tablename__, f"{call_id}/{answer.link_id}", plain)


def _write_result(session: Session, call: Call, finished: FinishedCall) -> FinishedRows:
    booking_id = message_id = escalation_id = None
    if finished.booking is not None:
        booking_id = change_booking(session, call=call, change=finished.booking)
    if finished.message is not None:
        at = finished.finished_at
        message_id = take_message(session, call=call, message=finished.message, at=at)
    if finished.escalation is not None:
        escalation_id = open_escalation(session, call=call, escalation=finished.escalation)
    return FinishedRows(call.id, booking_id, message_id, escalation_id)


def _note(session: Session, finished: FinishedCall, rows: FinishedRows, *, opened: bool) -> None:
    """Put on record who finished the call, and each row that came of it; `opened` says that its
    escalation had been opened while it went on."""
    note_it = partial(
        note,
        session,
        person=finished.agent,
        practice_id=finished.practice_id,
        at=finished.finished_at,
    )
    note_it(event=Event.FINISHED, kind="call", row=rows.call_id, detail=str(finished.outcome))
    if rows.booking_id is not None:
        new = isinstance(finished.booking, NewBooking)
        event = Event.ADDED if new else Event.CHANGED
        note_it(event=event, kind="booking", row=rows.booking_id)
    if rows.message_id is not None:
        note_it(event=Event.ADDED, kind="message", row=rows.message_id)
    if rows.escalation_id is not None:
        event = Event.CHANGED if opened else Event.ADDED
        note_it(event=event, kind="escalation", row=rows.escalation_id)


def _call_back(session: Session, finished: FinishedCall) -> NewMessage:
    change = finished.booking
    practice = practice_row(session, practice_id=finished.practice_id)
    if practice is None or change is None:
        raise AssertionError("only a booking clashes, and it has a practice")
    name, number = _whose(session, change)
    return NewMessage(
        kind=MessageKind.APPOINTMENT,
        recipient="Front desk",
        priority=Priority.URGENT,
        reason=_what_was_lost(change, ZoneInfo(practice.timezone)),
        patient_name=name,
        callback_number=number or finished.caller_number,
        owner=finished.agent,
    )


def _whose(session: Session, change: BookingChange) -> tuple[str | None, str | None]:
    """Return the patient's name and the number to call back, as far as they are known."""
    if isinstance(change, NewBooking):
        return change.patient_name, change.callback_number
    old = session.get(Booking, change.booking_id)
    return (None, None) if old is None else (old.patient_name, old.callback_number)


def _what_was_lost(change: BookingChange, zone: ZoneInfo) -> str:
    if isinstance(change, Cancellation):
        return (
            "The caller cancelled, but the booking had been moved meanwhile."
            " Call the patient back and ask whether the new time stands."
        )
    when = change.starts_at.astimezone(zone).strftime("%a %d %b %Y %H:%M")
    if isinstance(change, Reschedule):
        return (
            f"The booking could not be moved to {when}: that time was taken, or the booking had"
            " been changed meanwhile. Call the patient back and offer another time."
        )
    return (
        f"Time taken: {when} with {change.provider} was given to somebody else meanwhile."
        " Call the patient back and offer another time."
    )
