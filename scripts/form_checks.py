"""Whether a form can be asked and finished: its questions, their conditions and what they feed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from scripts.calltypes import CallType, Outcome
from scripts.condition_checks import Placed, check_answers, check_condition, check_conditions
from scripts.conditions import EnableWhen
from scripts.endings import ALLOWED_ENDS, CLINICAL_TYPES
from scripts.faults import KeyPath
from scripts.greeting import phrase_wrong
from scripts.path_checks import check_paths
from scripts.practice import Practice
from scripts.questions import (
    CANCEL,
    HEALTH_FEEDS,
    MOVE,
    Control,
    Feed,
    Form,
    Option,
    Question,
    QuestionType,
)

Finding = tuple[KeyPath, str]

_FILTERS: Final = re.compile(
    r"\bis (this|it|that|there) (really |truly )?(an?|your|the)?\s*(medical |real |true )?"
    r"emergenc|\bdo you (think|feel|believe|consider)\b[^.?]*(emergenc|life.threatening)|"
    r"\bwould you (call|consider|say)\b[^.?]*emergenc|"
    r"\b(is|are) (this|it|that|these|you|they)\b[^.?]*life.threatening|"
    r"\bemergency\s*\?|\bcan (this|it) wait\b|"
    r"\bhow (urgent|serious)\b|\bis (this|it|that) (urgent|serious)\b|"
    r"\b(does|do) (this|it|that|you) need (911|an ambulance|the emergency)|"
    r"\b(emergency|urgent) or (routine|not|non)|\b(routine|non.urgent) or (urgent|emergency)",
    re.IGNORECASE,
)
_JUDGES: Final = (
    "asks the caller to judge an emergency; the desk recognises and routes, take it out"
)
_SYMPTOM: Final = re.compile(r"\bsymptoms?\b", re.IGNORECASE)
_JUDGED: Final = re.compile(
    r"^(it is |it.s |this is )?(a |an )?(real |true |medical |life.threatening )*"
    r"(emergency|not an emergency|non.?emergency|not urgent|non.?urgent|can wait|life.threatening)"
    r"\W*$",
    re.IGNORECASE,
)
_REASSURES: Final = re.compile(
    r"don.t worry|no need to worry|nothing to worry|you.ll be (fine|ok)|will be fine|"
    r"probably (nothing|fine|ok)|not (an emergency|serious)",
    re.IGNORECASE,
)

_WHAT_FOR: Final = frozenset({Feed.REASON, Feed.MEDICATION, Feed.SYMPTOM, Feed.NOTES})
_NEEDED: Final[Mapping[CallType, tuple[frozenset[Feed], ...]]] = {
    CallType.QUESTION: (frozenset({Feed.REASON}),),
    CallType.NEW_APPOINTMENT: (
        frozenset({Feed.PATIENT_NAME}),
        frozenset({Feed.CALLBACK_NUMBER}),
        frozenset({Feed.SLOT}),
        frozenset({Feed.APPOINTMENT_TYPE}),
    ),
    CallType.CHANGE_APPOINTMENT: (
        frozenset({Feed.PATIENT_NAME}),
        frozenset({Feed.CALLBACK_NUMBER}),
        frozenset({Feed.BOOKING}),
        frozenset({Feed.CHANGE_ACTION}),
        frozenset({Feed.SLOT}),
    ),
    CallType.REFILL: (
        frozenset({Feed.PATIENT_NAME}),
        frozenset({Feed.CALLBACK_NUMBER}),
        _WHAT_FOR,
    ),
    CallType.SYMPTOM: (frozenset({Feed.PATIENT_NAME}), frozenset({Feed.CALLBACK_NUMBER})),
    CallType.URGENT: (frozenset({Feed.CALLBACK_NUMBER}),),
    CallType.EMERGENCY: (frozenset({Feed.LOCATION}), frozenset({Feed.REFUSED_911})),
}
_MESSAGE: Final = (
    frozenset({Feed.PATIENT_NAME, Feed.CALLER_NAME}),
    frozenset({Feed.CALLBACK_NUMBER}),
    _WHAT_FOR,
)
_MUST: Final = frozenset(
    {
        Feed.PATIENT_NAME,
        Feed.CALLER_NAME,
        Feed.CALLBACK_NUMBER,
        Feed.SLOT,
        Feed.CHANGE_ACTION,
        Feed.BOOKING,
        Feed.APPOINTMENT_TYPE,
    }
)
_CONTROLS: Final = {
    Feed.SLOT: Control.OPEN_TIMES,
    Feed.BOOKING: Control.BOOKINGS,
    Feed.APPOINTMENT_TYPE: Control.APPOINTMENT_TYPES,
    Feed.PROVIDER: Control.PROVIDERS,
    Feed.CALLBACK_NUMBER: Control.PHONE,
}
_TYPES: Final = {
    Feed.BIRTH_DATE: QuestionType.DATE,
    Feed.REFUSED_911: QuestionType.BOOLEAN,
    Feed.NEEDS_MESSAGE: QuestionType.BOOLEAN,
    Feed.SYMPTOM_PRESENT: QuestionType.BOOLEAN,
    Feed.VOICEMAIL: QuestionType.BOOLEAN,
    Feed.CHANGE_ACTION: QuestionType.CHOICE,
}


def check_forms(practice: Practice) -> Iterator[Finding]:
    """Yield what is wrong with the forms of a practice."""
    for name, value_set in practice.value_sets.items():
        yield from _judged(("value_sets", name), value_set.options)
    for call_type in CallType:
        form = practice.forms.get(call_type)
        if form is None:
            yield ("forms",), f"has no form for {call_type.value}; write its steps"
            continue
        where = ("forms", call_type.value)
        placed = list(_placed(where, form))
        found = list(_form(practice, call_type, where, form, placed))
        yield from found
        if not found and practice.on_call and not _policy_faults(practice):
            # Only a form sound in itself can be walked.
            yield from check_paths(practice, call_type, where, placed)


def _form(
    practice: Practice, call_type: CallType, where: KeyPath, form: Form, placed: list[Placed]
) -> Iterator[Finding]:
    yield from _ends(where, call_type, form)
    yield from _steps(where, form)
    yield from _link_ids(placed)
    yield from check_conditions(practice, placed, f"the {call_type.value} form")
    yield from check_answers(practice, placed)
    for path, question in placed:
        yield from _question(path, question, call_type)
    yield from _feeds(where, practice, call_type, form, [q for _, q in placed])


def check_signed(practice: Practice) -> Iterator[Finding]:
    """Yield what is wrong with what the practice has signed: the permission to hold symptom calls,
    and the answers on which a call is escalated always."""
    yield from _held(practice)
    names: set[str] = set()
    for place, rule in enumerate(practice.protocol.must_escalate):
        where = ("protocol", "must_escalate", place)
        if rule.name in names:
            yield (*where, "name"), f"“{rule.name}” is given twice"
        names.add(rule.name)
        if rule.call_type is CallType.EMERGENCY:
            yield (*where, "call_type"), "an emergency is escalated already; take the rule out"
        yield from _signed_conditions(practice, where, rule.call_type, rule.when)


def _held(practice: Practice) -> Iterator[Finding]:
    policy = practice.protocol.hold_policy
    form = practice.forms.get(CallType.SYMPTOM)
    if form is not None and form.ends is Outcome.MESSAGE and policy is None:
        yield (
            ("forms", "symptom", "ends"),
            "a symptom call ends escalated unless protocol.hold_policy is signed",
        )
    if policy is not None:
        where = ("protocol", "hold_policy")
        yield from _signed_conditions(practice, where, CallType.SYMPTOM, policy.when)


def _signed_conditions(
    practice: Practice, path: KeyPath, call_type: CallType, conditions: Iterable[EnableWhen]
) -> Iterator[Finding]:
    form = practice.forms.get(call_type)
    if form is None:
        return
    known = {question.link_id: question for question in form.questions()}
    for place, condition in enumerate(conditions):
        where = (*path, "when", place)
        yield from check_condition(practice, where, condition, known, f"the {call_type.value} form")
        asked = known.get(condition.question)
        if asked is not None and (asked.initial or asked.is_fixed):
            name = condition.question
            wrong = (
                f"“{name}” has an answer nobody gave; a call is escalated or held on what is said"
            )
            yield (*where, "question"), wrong


def _policy_faults(practice: Practice) -> bool:
    return any(True for _ in check_signed(practice))


def _placed(where: KeyPath, form: Form) -> Iterator[Placed]:
    for number, step in enumerate(form.steps):
        for place, question in enumerate(step.questions):
            yield from _walk((*where, "steps", number, "questions", place), question)


def _walk(path: KeyPath, question: Question) -> Iterator[Placed]:
    yield path, question
    for place, item in enumerate(question.item):
        yield from _walk((*path, "item", place), item)


def _ends(where: KeyPath, call_type: CallType, form: Form) -> Iterator[Finding]:
    allowed = ALLOWED_ENDS[call_type]
    if form.ends is not None and form.ends not in allowed:
        ways = " or ".join(sorted(outcome.value for outcome in allowed))
        yield (
            (*where, "ends"),
            f"a {call_type.value} call cannot end {form.ends.value}; it ends {ways}",
        )


def _steps(where: KeyPath, form: Form) -> Iterator[Finding]:
    always = [
        question
        for step in form.steps
        for question in step.questions
        if not question.phi and not question.enable_when
    ]
    if not always:
        yield where, "has no question that always exists; one may be neither phi nor enableWhen"
    for number, step in enumerate(form.steps):
        for key, said in (("title", step.title), ("say", step.say)):
            if said and (found := forbidden(said)):
                yield (*where, "steps", number, key), found
        if found := phrase_wrong(step.say):
            yield (*where, "steps", number, "say"), found


def forbidden(words: str) -> str:
    """Return why these words may not be said to a caller; "" when they may."""
    if _FILTERS.search(words):
        return _JUDGES
    if _REASSURES.search(words):
        return "reassures or advises the caller; the desk may not"
    return ""


def _link_ids(placed: list[Placed]) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for path, question in placed:
        if question.link_id in seen:
            first = seen[question.link_id]
            wrong = f"“{question.link_id}” is used twice in this form, first by “{first}”"
            yield (*path, "linkId"), wrong
        seen.setdefault(question.link_id, question.text)


def _question(path: KeyPath, question: Question, call_type: CallType) -> Iterator[Finding]:
    for key in ("text", "say", "help"):
        words: str | None = getattr(question, key)
        if words and (found := forbidden(words)):
            yield (*path, key), found
    if found := phrase_wrong(question.say):
        yield (*path, "say"), found
    yield from _judged((*path, "answerOption"), question.answer_option)
    clinical = call_type in CLINICAL_TYPES or question.feeds in HEALTH_FEEDS
    if not clinical and question.is_asked and _SYMPTOM.search(f"{question.text} {question.say}"):
        yield (
            path,
            "asks about symptoms; add feeds: symptom or symptom_present, so that the call goes to "
            "clinical staff",
        )
    feeds = question.feeds
    if feeds in HEALTH_FEEDS and not question.phi:
        yield path, f"feeds {feeds.value}, a health detail; add phi: true"
    if feeds in _CONTROLS and question.control is not _CONTROLS[feeds]:
        yield path, f"feeds {feeds.value}; it needs control: {_CONTROLS[feeds].value}"
    if feeds in _TYPES and question.type is not _TYPES[feeds]:
        yield (*path, "type"), f"feeds {feeds.value}; it has to be of type {_TYPES[feeds].value}"
    if feeds is Feed.CHANGE_ACTION:
        codes = {option.code for option in question.answer_option}
        if codes != {MOVE, CANCEL}:
            yield (*path, "answerOption"), f"needs the codes {MOVE} and {CANCEL}, and no others"
    if call_type is CallType.EMERGENCY and (question.required or question.phi):
        key = "required" if question.required else "phi"
        yield (*path, key), f"nothing stands in the way of 911; take {key} out"


def _judged(path: KeyPath, options: tuple[Option, ...]) -> Iterator[Finding]:
    for place, option in enumerate(options):
        if _JUDGED.match(option.display) or _FILTERS.search(option.display):
            yield (*path, place, "display"), _JUDGES


def _feeds(
    where: KeyPath, practice: Practice, call_type: CallType, form: Form, questions: list[Question]
) -> Iterator[Finding]:
    # What is a health detail does not count: the form has to end without it too.
    there = {q.feeds: q for q in questions if q.feeds and not q.phi}
    needed = _NEEDED[call_type]
    message = form.ends is Outcome.MESSAGE and call_type is not CallType.SYMPTOM
    if message or (call_type is CallType.QUESTION and Feed.NEEDS_MESSAGE in there):
        needed = _MESSAGE
    for choice in needed:
        if not choice & set(there):
            names = " or ".join(sorted(feed.value for feed in choice))
            yield where, f"has no question that feeds {names}, not marked phi; add one"
    if call_type is CallType.EMERGENCY:
        return
    for choice in needed:
        given = [there[feed] for feed in Feed if feed in choice & _MUST and feed in there]
        if given and not any(question.required for question in given):
            wrong = f"“{given[0].link_id}” feeds {given[0].feeds}; mark it required: true"
            yield where, wrong
    if Feed.SLOT in there and not practice.appointment_types:
        yield where, "offers open times, but there are no appointment_types"
