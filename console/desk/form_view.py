"""The guided form as the window shows it, made from the interview at each answer.

The interview knows questions; this knows how each is put on the screen: which are buttons and with
which keys, which open times are offered, what is spelled or read in groups beside a field.
"""

from datetime import datetime

from console.desk.live_call import BookedTime, LiveCall
from console.desk.own_calendar import tell_caller
from console.desk.views import (
    MANY,
    SHOWN_ONLY,
    FieldKind,
    FieldView,
    FormView,
    OptionView,
    ReadBackItem,
    RedFlag,
    StepView,
)
from scripts import openings, phone_numbers, spelling
from scripts.answers import Answer, AnswerStatus
from scripts.calltypes import CallType
from scripts.emergency import line_for
from scripts.questions import (
    MANY_WORDS,
    NO_BOOKING,
    NO_TIME,
    Control,
    Feed,
    Question,
    QuestionType,
)
from scripts.triage import Interview

TIMES_A_PAGE = 3
_KINDS = {
    QuestionType.DISPLAY: FieldKind.DISPLAY,
    QuestionType.GROUP: FieldKind.DISPLAY,
    QuestionType.BOOLEAN: FieldKind.CHOICE,
    QuestionType.CHOICE: FieldKind.CHOICE,
    QuestionType.TEXT: FieldKind.PARAGRAPH,
    QuestionType.DATE: FieldKind.DATE,
    QuestionType.INTEGER: FieldKind.NUMBER,
    QuestionType.DECIMAL: FieldKind.NUMBER,
    QuestionType.QUANTITY: FieldKind.QUANTITY,
    QuestionType.TIME: FieldKind.TIME,
    QuestionType.DATE_TIME: FieldKind.DATE_TIME,
    QuestionType.OPEN_CHOICE: FieldKind.OPEN_CHOICE,
}
_CONTROL_KINDS = {
    Control.PHONE: FieldKind.PHONE,
    Control.OPEN_TIMES: FieldKind.OPEN_TIME,
    Control.BOOKINGS: FieldKind.BOOKING,
}
_MANY_KINDS = {
    FieldKind.CHOICE: FieldKind.CHOICES,
    FieldKind.OPEN_CHOICE: FieldKind.OPEN_CHOICES,
}
_BUTTONS = frozenset({*_MANY_KINDS, *_MANY_KINDS.values(), FieldKind.OPEN_TIME, FieldKind.BOOKING})
_OPEN = frozenset({FieldKind.OPEN_CHOICE, FieldKind.OPEN_CHOICES})
_HINTS = {
    FieldKind.PHONE: "(515) 555-0100",
    FieldKind.DATE: "MM/DD/YYYY",
    FieldKind.TIME: "3:30 pm",
    FieldKind.DATE_TIME: "MM/DD/YYYY 3:30 pm",
}
NO_BOOKING_FOUND = (
    "None by the caller’s number, nor by the patient’s name with the date of birth or a number"
)
_READ_AS = frozenset({FieldKind.DATE, FieldKind.DATE_TIME, FieldKind.TIME, FieldKind.QUANTITY})
_NOT_THEIRS = "not the number they are calling from"
_YES_NO_KEYS = {"yes": "Y", "no": "N", "unsure": "U"}


def build_form(call: LiveCall, *, focus: bool = False) -> FormView | None:
    """Return the form at its current step; `focus` when the step is new to the window."""
    interview = call.interview
    if interview is None or call.outcome is not None:
        return None
    step = interview.step
    ending = interview.ending()
    fields = tuple(_field(call, interview, question) for question in step.questions)
    return FormView(
        call=call.call,
        call_type=interview.call_type,
        steps=tuple(StepView(s.number, s.title, s.done, s.current) for s in interview.steps),
        say="" if _is_911_line(interview, step.say) else call.phrase(step.say),
        fields=fields,
        focus=_first_open(interview, fields) if focus else "",
        read_back=_read_back(interview) if step.is_read_back else (),
        red_flag=_red_flag(interview),
        can_back=step.number > 1,
        next_label="Next",
        can_finish=interview.complete and not call.saving,
        finish_hint=_hint(interview),
        ends_as=f"Ends as {ending.label}" if ending else "",
        draft_saved=_draft_saved(call),
    )


def draft_line(at: datetime) -> str:
    """Return when the form was last written down, in the desk's own time."""
    return f"Draft saved {at.astimezone():%H:%M:%S}"


def offered_times(call: LiveCall) -> tuple[openings.OpenTime, ...]:
    """Return the page of open times the caller is offered now."""
    times = all_times(call)
    start = call.times_page * TIMES_A_PAGE
    return times[start : start + TIMES_A_PAGE]


def has_later_times(call: LiveCall) -> bool:
    """Tell whether there are open times after the page shown."""
    return len(all_times(call)) > (call.times_page + 1) * TIMES_A_PAGE


def booking_label(call: LiveCall, booked: BookedTime) -> str:
    """Return an appointment the caller has, as it is shown and kept."""
    provider = call.practice.provider(booked.provider_id)
    time = openings.OpenTime(booked.starts_at, booked.ends_at, booked.provider_id)
    shown = openings.shown(call.practice, time)
    return f"{shown} · {booked.patient_name}" if provider else f"{shown}"


def _is_911_line(interview: Interview, say: str) -> bool:
    """Tell whether a step's words are the 911 line, which SAY already shows in an emergency."""
    words = interview.practice.protocol.words_911
    emergency = interview.call_type is CallType.EMERGENCY
    return emergency and say.strip(' “”"').startswith(words.rstrip(" .”"))


def all_times(call: LiveCall) -> tuple[openings.OpenTime, ...]:
    """Return every open time that fits the form, as far ahead as is offered."""
    interview = call.interview
    kind = _appointment_type(call)
    if interview is None or kind is None or call.busy is None:
        return ()
    provider = interview.fed(Feed.PROVIDER)
    wanted = provider.value if provider and call.practice.provider(provider.value) else None
    return openings.open_times(
        call.practice,
        appointment_type=kind,
        provider=wanted,
        busy=call.busy,
        after=interview.moment,
        limit=60,
        new_patient=interview.call_type is CallType.NEW_APPOINTMENT,
    )


def _appointment_type(call: LiveCall) -> str | None:
    """Return what is to be booked: as answered, or that of the appointment to be moved."""
    interview = call.interview
    if interview is None:
        return None
    chosen = interview.fed(Feed.APPOINTMENT_TYPE)
    if chosen:
        return chosen.value
    booking = interview.fed(Feed.BOOKING)
    moved = next((b for b in call.known_bookings if booking and str(b.row) == booking.value), None)
    if moved:
        return moved.appointment_type
    asks = any(q.feeds is Feed.APPOINTMENT_TYPE for q in interview.questions)
    types = call.practice.appointment_types
    return types[0].id if types and not asks else None


def _field(call: LiveCall, interview: Interview, question: Question) -> FieldView:
    answer = interview.answers.get(question.link_id) or Answer(question.link_id)
    kind = _kind(question)
    options = _options(call, interview, question, answer, kind)
    return FieldView(
        link_id=question.link_id,
        label=call.phrase(question.say) if question.say else question.text,
        kind=kind,
        value=_value(interview, question, answer, kind),
        options=options,
        required=question.required,
        half=question.half,
        problem=interview.problem(question.link_id),
        help=_help(call, interview, question, answer),
        already_stated=answer.status is AnswerStatus.ALREADY_STATED,
        not_asked=answer.status is AnswerStatus.NOT_ASKED and not answer.values,
        hint=_hint_for(question, kind),
        other=_other(answer, options) if kind in _OPEN else "",
        more="Later times" if kind is FieldKind.OPEN_TIME and has_later_times(call) else "",
    )


def _kind(question: Question) -> FieldKind:
    if question.is_fixed and question.is_asked:
        return FieldKind.FIXED
    if question.control in _CONTROL_KINDS:
        return _CONTROL_KINDS[question.control]
    kind = _KINDS.get(question.type, FieldKind.LINE)
    return _MANY_KINDS.get(kind, kind) if question.repeats else kind


def _hint_for(question: Question, kind: FieldKind) -> str:
    """Return how an answer is written, where its type alone does not say."""
    hint = _HINTS.get(kind, "")
    if kind is FieldKind.QUANTITY:
        hint = f"5 {question.unit[0]}" if question.unit else "5 mg"
    several = question.repeats and question.type in MANY_WORDS
    return " · ".join(part for part in (hint, "several: ; between" if several else "") if part)


def _other(answer: Answer, options: tuple[OptionView, ...]) -> str:
    """Return what of an open choice is the caller's own words."""
    codes = {option.code for option in options}
    if not answer.values:
        return answer.text
    return "; ".join(value for value in answer.values if value not in codes)


def _value(interview: Interview, question: Question, answer: Answer, kind: FieldKind) -> str:
    if kind is FieldKind.FIXED:
        return interview.display(question.link_id)
    if kind in _BUTTONS:
        return MANY.join(answer.values) or (answer.text if kind in _OPEN else "")
    if question.control is Control.PHONE and answer.text == interview.number_hint:
        return phone_numbers.display(answer.text)
    return answer.text


def _options(
    call: LiveCall, interview: Interview, question: Question, answer: Answer, kind: FieldKind
) -> tuple[OptionView, ...]:
    if kind is FieldKind.OPEN_TIME:
        pairs = _time_options(call, answer)
    elif kind is FieldKind.BOOKING:
        pairs = [(str(b.row), booking_label(call, b)) for b in call.known_bookings]
        pairs.append((NO_BOOKING, "None of these"))
    elif kind in _BUTTONS:
        pairs = list(interview.options(question.link_id))
    else:
        return ()
    return tuple(
        OptionView(code, label, _option_key(question, code, number), code in answer.values)
        for number, (code, label) in enumerate(pairs, start=1)
    )


def _option_key(question: Question, code: str, number: int) -> str:
    if question.type is QuestionType.BOOLEAN:
        return _YES_NO_KEYS[code]
    if code in (NO_TIME, NO_BOOKING):
        return "0"
    return str(number) if number <= 9 else ""


def _time_options(call: LiveCall, answer: Answer) -> list[tuple[str, str]]:
    page = list(offered_times(call))
    chosen = openings.OpenTime.from_key(answer.value)
    if chosen is not None and chosen not in page:
        page.insert(0, chosen)  # what was chosen stays in sight while others are looked at
    pairs = [(time.key, openings.shown(call.practice, time)) for time in page]
    return [*pairs, (NO_TIME, "None of these suits")]


def _help(call: LiveCall, interview: Interview, question: Question, answer: Answer) -> str:
    parts = [question.help or ""]
    if _kind(question) in _READ_AS and answer.value:
        parts.append(interview.display(question.link_id))
    if question.control is Control.PHONE and answer.value:
        parts.append(phone_numbers.spoken(answer.value))
        parts.append(_other_number(interview, question.link_id))
    elif question.control is Control.SPELL and answer.value:
        parts.append(spelling.nato(answer.value))
    elif question.control is Control.OPEN_TIMES:
        chosen = openings.OpenTime.from_key(answer.value)
        parts.append(_to_be_confirmed(call, chosen))
        parts.append(_preparation(call) if chosen else _times_help(call, interview))
    elif question.control is Control.BOOKINGS and not call.known_bookings:
        parts.append(NO_BOOKING_FOUND)
    elif question.feeds is Feed.LOCATION and answer.text.strip():
        parts.append(_emergency_line(call, answer.text))
    return " · ".join(part for part in parts if part)


def _emergency_line(call: LiveCall, place: str) -> str:
    """Return the number of the centre that answers 911 where the patient is, as the practice gave
    it: for the receptionist, when the caller cannot dial."""
    line = line_for(call.practice, place)
    if line is None:
        return ""
    return f"911 there: {line.psap}, {phone_numbers.display(line.number)}"


def _preparation(call: LiveCall) -> str:
    """Return what a caller is told about a visit once its time is chosen."""
    kind = call.practice.appointment_type(_appointment_type(call) or "")
    return f"Tell the caller: {kind.preparation}" if kind and kind.preparation else ""


def _times_help(call: LiveCall, interview: Interview) -> str:
    if call.busy is None:
        return "Looking up open times…"
    if _appointment_type(call) is None:
        return "Choose what the appointment is for first"
    offered = offered_times(call)
    if not offered:
        return "No open time in the next two weeks"
    words = [openings.spoken_time(call.practice, t, interview.moment) for t in offered]
    return "Say: " + ", or ".join(words)


def _to_be_confirmed(call: LiveCall, chosen: openings.OpenTime | None) -> str:
    """Return the warning that nobody knows whether the practice has taken these times meanwhile."""
    times = (chosen,) if chosen else offered_times(call)
    away = next((call.unheard[t.provider_id] for t in times if t.provider_id in call.unheard), None)
    return f"To be confirmed. {tell_caller(call.practice, away)}" if away is not None else ""


def _first_open(interview: Interview, fields: tuple[FieldView, ...]) -> str:
    """Return where the cursor goes: the first question without an answer, else the first."""
    asked = [field for field in fields if field.kind not in SHOWN_ONLY]
    for field in asked:
        if not field.value or interview.problem(field.link_id):
            return field.link_id
    return asked[0].link_id if asked else ""


def _read_back(interview: Interview) -> tuple[ReadBackItem, ...]:
    return tuple(
        ReadBackItem(
            item.link_id,
            item.label,
            item.text,
            item.spoken,
            item.ticked,
            _other_number(interview, item.link_id),
        )
        for item in interview.read_back
    )


def _other_number(interview: Interview, link_id: str) -> str:
    """Return the warning that a callback number is not the caller's own, "" where it is."""
    calls_from = interview.number_hint
    question, answer = interview.question(link_id), interview.answers.get(link_id)
    if question.control is not Control.PHONE or not calls_from or answer is None:
        return ""
    return _NOT_THEIRS if answer.value and answer.value != calls_from else ""


def _red_flag(interview: Interview) -> RedFlag | None:
    if interview.call_type is CallType.EMERGENCY or not interview.red_flags:
        return None
    hit = interview.red_flags[0]
    return RedFlag(f"{hit.sentence} Read the 911 line?", hit.words)


def _hint(interview: Interview) -> str:
    if interview.complete:
        return ""
    unanswered = [*interview.missing, *interview.problems]
    if unanswered:
        labels = [interview.question(link_id).text for link_id in unanswered]
        more = f" and {len(labels) - 2} more" if len(labels) > 2 else ""
        return f"Still needed: {', '.join(labels[:2])}{more}"
    if interview.unread:
        return f"Read back {len(interview.unread)} more"
    return "An answer that decides how the call ends is missing"


def _draft_saved(call: LiveCall) -> str:
    return draft_line(call.draft_saved_at) if call.draft_saved_at else ""
