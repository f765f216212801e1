"""What a receptionist does on a form, as moves of the call's interview.

Each function takes the call and leaves a new interview on it; none of them paints or writes. The
desk calls them and publishes what changed.
"""

from datetime import datetime

from console.desk.form_view import all_times, booking_label, has_later_times
from console.desk.live_call import FlagEvent, LiveCall
from console.desk.views import MANY
from scripts import openings
from scripts.answers import AnswerStatus
from scripts.calltypes import CallType
from scripts.questions import CHOICES, NO_BOOKING, NO_TIME, Control, Feed, Question
from scripts.triage import Interview


def choose_type(call: LiveCall, call_type: CallType, now: datetime) -> None:
    """Begin the form of a call type, or go over to it with every answer that fits."""
    if call.interview is None:
        call.interview = Interview.start(
            call.practice,
            call_type,
            baa_in_force=call.baa_in_force,
            moment=now,
            number_hint=call.caller.number,
        )
    else:
        call.interview = call.interview.change_type(call_type)
    call.call_type = call.interview.call_type


def set_answer(call: LiveCall, link_id: str, text: str, now: datetime) -> bool:
    """Take an answer as it stands; tell whether the form changed its call type by it."""
    interview = call.interview
    if interview is None:
        return False
    question = interview.question(link_id)
    if not text.strip():
        call.interview = interview.clear(link_id)
    else:
        given = text.split(MANY) if _is_many(question) else text
        before = interview.answers.get(link_id)
        stays = before is not None and before.status is AnswerStatus.ALREADY_STATED
        call.interview = interview.answer(
            link_id,
            given,
            how=AnswerStatus.ALREADY_STATED if stays else AnswerStatus.ASKED,
            shown=_shown(call, question, text),
        )
    if question.feeds in (Feed.APPOINTMENT_TYPE, Feed.PROVIDER, Feed.BOOKING):
        call.times_page = 0
        _drop_time_that_no_longer_fits(call)
    changed = call.call_type is not call.interview.call_type
    call.call_type = call.interview.call_type
    note_flags(call, now)
    return changed


def mark_already_stated(call: LiveCall, link_id: str) -> None:
    """Record that the caller had said this before it was asked."""
    interview = call.interview
    answer = interview.answers.get(link_id) if interview else None
    if interview is None or answer is None or not answer.is_given:
        return
    given = answer.values if len(answer.values) > 1 else answer.text
    call.interview = interview.answer(
        link_id, given, how=AnswerStatus.ALREADY_STATED, shown=answer.shown
    )


def note_flags(call: LiveCall, now: datetime) -> None:
    """Keep every red flag that has come on screen, with the words it was found in."""
    if call.interview is None:
        return
    known = {(flag.name, flag.words) for flag in call.flags}
    for hit in call.interview.red_flags:
        if (hit.flag, hit.words) not in known:
            call.flags += (FlagEvent(hit.flag, hit.words, now),)


def dismiss_flag(call: LiveCall, now: datetime) -> bool:
    """Put the red flag on screen away, on record; tell whether there was one."""
    interview = call.interview
    if interview is None or not interview.red_flags:
        return False
    hit = interview.red_flags[0]
    call.interview = interview.dismiss(hit.flag)
    call.flags = tuple(
        FlagEvent(flag.name, flag.words, flag.shown_at, now)
        if (flag.name, flag.words) == (hit.flag, hit.words)
        else flag
        for flag in call.flags
    )
    return True


def turn_times(call: LiveCall, pages: int) -> bool:
    """Offer later (1) or earlier (-1) open times; tell whether there are any."""
    if pages > 0 and not has_later_times(call):
        return False
    if call.times_page + pages < 0:
        return False
    call.times_page += pages
    return True


def give_up_time(call: LiveCall) -> None:
    """Take back a time that somebody else has booked, and go to where another is chosen."""
    interview = call.interview
    slot = interview.fed(Feed.SLOT) if interview else None
    if interview is None or slot is None:
        return
    interview = interview.clear(slot.link_id)
    for step in interview.steps:
        if any(question.link_id == slot.link_id for question in step.questions):
            interview = interview.go_to(step.index)
    call.interview = interview
    call.times_page = 0


def _drop_time_that_no_longer_fits(call: LiveCall) -> None:
    """A time was chosen for another provider, or for a visit of another length."""
    interview = call.interview
    slot = interview.fed(Feed.SLOT) if interview else None
    if interview is None or slot is None or slot.value == NO_TIME:
        return
    if openings.OpenTime.from_key(slot.value) not in all_times(call):
        call.interview = interview.clear(slot.link_id)


def _is_many(question: Question) -> bool:
    return question.type in CHOICES and question.repeats


def _shown(call: LiveCall, question: Question, code: str) -> str:
    if question.control is Control.BOOKINGS:
        if code == NO_BOOKING:
            return "None of these"
        booked = next((b for b in call.known_bookings if str(b.row) == code), None)
        return booking_label(call, booked) if booked else code
    if question.control is Control.OPEN_TIMES and code != NO_TIME:
        time = openings.OpenTime.from_key(code)
        return openings.shown(call.practice, time) if time else ""
    return ""
