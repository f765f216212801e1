"""A finished form as the records take it: the one place where answers become a booking, a message
or an escalation.

Which of them is decided by the scripts (`scripts.endings`); here it is only filled in from the
answers by what each of them feeds.
"""

from datetime import date, datetime

from console.desk.live_call import LiveCall
from console.store.values import (
    AnswerStatus,
    Direction,
    EscalationStatus,
    FlagAction,
    MessageKind,
    Priority,
)
from console.store.work import (
    BookingChange,
    Cancellation,
    FinishedCall,
    FormAnswer,
    NewBooking,
    NewEscalation,
    NewMessage,
    ReadFact,
    RedFlagShown,
    Reschedule,
)
from scripts import protocol
from scripts.calltypes import CallType, Outcome
from scripts.endings import Ending, RecordKind
from scripts.openings import OpenTime
from scripts.questions import Feed, Question, QuestionType
from scripts.triage import Interview

_MESSAGE_KINDS = {
    CallType.QUESTION: MessageKind.GENERAL,
    CallType.NEW_APPOINTMENT: MessageKind.APPOINTMENT,
    CallType.CHANGE_APPOINTMENT: MessageKind.APPOINTMENT,
    CallType.REFILL: MessageKind.REFILL,
    CallType.SYMPTOM: MessageKind.CLINICAL,
    CallType.URGENT: MessageKind.CLINICAL,
    CallType.EMERGENCY: MessageKind.EMERGENCY,
}
_PRIORITIES = {
    protocol.Priority.ROUTINE: Priority.ROUTINE,
    protocol.Priority.SOON: Priority.SAME_DAY,
    protocol.Priority.URGENT: Priority.URGENT,
}
_FIRST = (Feed.REASON, Feed.SYMPTOM, Feed.MEDICATION, Feed.PHARMACY, Feed.ONSET, Feed.LOCATION,
          Feed.NOTES, Feed.WHO_ANSWERS, Feed.BEST_TIME, Feed.VOICEMAIL)  # fmt: skip
_APART = frozenset({
    Feed.PATIENT_NAME, Feed.CALLER_NAME, Feed.CALLBACK_NUMBER, Feed.SLOT, Feed.BOOKING,
    Feed.CHANGE_ACTION, Feed.NEEDS_MESSAGE, Feed.REFUSED_911,
})  # fmt: skip
"""What a record has a place of its own for, or what has done its work when the form ends."""


def finished_call(
    call: LiveCall,
    *,
    agent: str,
    now: datetime,
    ending: Ending | None = None,
    outcome: Outcome | None = None,
) -> FinishedCall:
    """Return the work of a call that ends by its form (`ending`), or without one (`outcome`)."""
    interview = call.interview
    booking = message = escalation = None
    if ending is not None and interview is not None:
        outcome = ending.outcome
        if ending.record is RecordKind.BOOKING:
            booking = _booking(call, interview, ending)
        elif ending.record is RecordKind.MESSAGE:
            message = _message(interview, ending, agent)
        elif ending.record is RecordKind.ESCALATION:
            escalation = _escalation(interview, ending, agent, now)
    assert outcome is not None
    return FinishedCall(
        uid=call.call,
        outcome=outcome,
        offered_at=call.offered_at,
        finished_at=now,
        call_type=call.call_type,
        practice_id=None if call.practice.neutral else call.practice.id,
        dialled_number=call.dialled.number or None,
        caller_number=call.caller.number or None,
        mode=call.coverage.mode,
        waiting_since=call.waiting_since,
        answered_at=call.answered_at,
        # Of a form taken up again the true end is in the records, if anywhere.
        ended_at=call.ended_at if call.end_cause is not None else None,
        end_cause=call.end_cause,
        agent=agent,
        script_version=call.practice.version,
        sip_call_id=call.sip_call_id or None,
        pbx_call_id=call.pbx_call_id or None,
        direction=Direction.OUTGOING if call.outgoing else Direction.INCOMING,
        answers=_answers(interview) if interview is not None else (),
        booking=booking,
        message=message,
        escalation=escalation,
        red_flags=_flags(call),
        facts_read=tuple(ReadFact(fact=fact, at=at) for fact, at in call.facts_read),
    )


def escalation_now(call: LiveCall, *, agent: str, now: datetime) -> NewEscalation | None:
    """Return the escalation of a call that still goes on, from what its form knows so far."""
    interview = call.interview
    if interview is None:
        return None
    return _escalation(interview, interview.escalation(now), agent, now)


def summary(interview: Interview) -> str:
    """Return what the call is about, a line for each answer: what it is for first, then whatever
    else the practice asked. What is never recorded is not in it either."""
    first = [answer.link_id for feed in _FIRST if (answer := interview.fed(feed)) is not None]
    given = [link_id for link_id, answer in interview.given.items() if answer.is_given]
    lines = []
    for link_id in dict.fromkeys((*first, *given)):
        question, answer = interview.question(link_id), interview.given.get(link_id)
        if answer is None or not answer.is_given or _is_apart(interview, question):
            continue
        own_words = question.type in (QuestionType.STRING, QuestionType.TEXT)
        words = answer.text if own_words and not question.control else interview.display(link_id)
        lines.append(f"{question.text}: {words}")
    return "\n".join(lines) or "No reason given"


def _is_apart(interview: Interview, question: Question) -> bool:
    form = interview.practice.forms[interview.call_type]
    return question.feeds in _APART or question.link_id in form.sensitive


def _answers(interview: Interview) -> tuple[FormAnswer, ...]:
    return tuple(
        FormAnswer(
            link_id=answer.link_id,
            text=answer.text,
            value=", ".join(answer.values) or None,
            status=AnswerStatus(answer.status.value),
            phi=answer.phi,
        )
        for answer in interview.given.values()
    )


def _booking(call: LiveCall, interview: Interview, ending: Ending) -> BookingChange:
    booked = interview.fed(Feed.BOOKING)
    if ending.outcome is Outcome.CANCELLED:
        assert booked is not None  # `scripts.endings` cancels only a booking that was chosen
        return Cancellation(booking_id=int(booked.value))
    time = OpenTime.from_key(_text(interview, Feed.SLOT))
    assert time is not None  # and books only a time that was chosen
    if ending.outcome is Outcome.RESCHEDULED:
        assert booked is not None
        return Reschedule(
            booking_id=int(booked.value),
            starts_at=time.start,
            ends_at=time.end,
            provider=time.provider_id,
            callback_number=_text(interview, Feed.CALLBACK_NUMBER) or None,
        )
    types = call.practice.appointment_types
    return NewBooking(
        provider=time.provider_id,
        appointment_type=_text(interview, Feed.APPOINTMENT_TYPE) or types[0].id,
        starts_at=time.start,
        ends_at=time.end,
        patient_name=_name(interview),
        callback_number=_text(interview, Feed.CALLBACK_NUMBER) or None,
        birth_date=_birth_date(interview),
    )


def _message(interview: Interview, ending: Ending, agent: str) -> NewMessage:
    return NewMessage(
        kind=_MESSAGE_KINDS[interview.call_type],
        recipient=ending.recipient,
        reason=summary(interview),
        priority=_PRIORITIES[ending.priority],
        due_at=ending.due,
        patient_name=_text(interview, Feed.PATIENT_NAME) or None,
        caller_name=_text(interview, Feed.CALLER_NAME) or None,
        callback_number=_text(interview, Feed.CALLBACK_NUMBER) or interview.number_hint or None,
        owner=agent,
        phi=_holds_phi(interview),
    )


def _escalation(interview: Interview, ending: Ending, agent: str, now: datetime) -> NewEscalation:
    return NewEscalation(
        provider=ending.provider,
        reason=summary(interview),
        owner=agent,
        opened_at=now,
        callback_number=_text(interview, Feed.CALLBACK_NUMBER) or interview.number_hint or None,
        status=EscalationStatus.OPEN,  # until the provider has it: a transfer alone is no proof
        phi=_holds_phi(interview),
    )


def _holds_phi(interview: Interview) -> bool:
    return any(answer.phi and answer.is_given for answer in interview.given.values())


def _flags(call: LiveCall) -> tuple[RedFlagShown, ...]:
    emergency = call.call_type is CallType.EMERGENCY
    return tuple(
        RedFlagShown(
            rule=flag.name,
            action=FlagAction.DISMISSED
            if flag.dismissed_at
            else (FlagAction.READ if emergency else FlagAction.SHOWN),
            at=flag.dismissed_at or flag.shown_at,
        )
        for flag in call.flags
    )


def _name(interview: Interview) -> str:
    return _text(interview, Feed.PATIENT_NAME) or _text(interview, Feed.CALLER_NAME)


def _text(interview: Interview, feed: Feed) -> str:
    answer = interview.fed(feed)
    return answer.value if answer else ""


def _birth_date(interview: Interview) -> date | None:
    text = _text(interview, Feed.BIRTH_DATE)
    return date.fromisoformat(text) if text else None
