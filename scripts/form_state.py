"""Which questions of a form exist at a moment, and how its answers read to people.

Functions of a script and its answers, apart from the moves of the interview that call them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from scripts import openings, parse
from scripts.answers import Answer, met
from scripts.phone_numbers import display as display_number
from scripts.phone_numbers import spoken as spoken_number
from scripts.practice import Practice
from scripts.questions import NO_TIME, YES, Control, Feed, Form, Question, QuestionType
from scripts.spelling import nato


@dataclass(frozen=True, slots=True)
class StepState:
    """A step that has something to ask. `index` is its place in the script, kept while others
    come and go; `number` its place on screen. The read-back has no questions of its own."""

    index: int
    number: int
    title: str
    say: str
    questions: tuple[Question, ...]
    current: bool
    done: bool
    is_read_back: bool = False


@dataclass(frozen=True, slots=True)
class ReadBack:
    """A critical answer, to be read to the caller and ticked."""

    link_id: str
    label: str
    text: str = field(repr=False)
    spoken: str = field(repr=False)  # digit groups, NATO words; "" when it is read as written
    ticked: bool


def existing(
    form: Form, by_id: Mapping[str, Question], answers: Mapping[str, Answer], *, baa_in_force: bool
) -> tuple[tuple[Question, ...], ...]:
    """Return the questions that exist now, per step of the script.

    A condition sees only answers of questions that exist themselves; a `phi` question does not
    exist without a BAA, nor does what a group without one holds.
    """
    seen: dict[str, Answer] = {}

    def enabled(question: Question) -> bool:
        checks = [
            met(condition, by_id[condition.question], seen.get(condition.question))
            for condition in question.enable_when
        ]
        return any(checks) if question.enable_behavior == "any" and checks else all(checks)

    def walk(question: Question) -> list[Question]:
        if (question.phi and not baa_in_force) or not enabled(question):
            return []
        if question.link_id in answers:
            seen[question.link_id] = answers[question.link_id]
        return [question, *(found for item in question.item for found in walk(item))]

    return tuple(tuple(q for item in step.questions for q in walk(item)) for step in form.steps)


def shown(practice: Practice, question: Question, answer: Answer) -> str:
    """Return an answer as people read it; what could not be read stays as it was typed."""
    if answer.shown or not answer.values:
        return answer.shown or answer.text
    if question.control is Control.OPEN_TIMES:
        return _shown_time(practice, answer.value)
    if question.control is Control.PHONE:
        return display_number(answer.value)
    if question.type is QuestionType.DATE:
        day = date.fromisoformat(answer.value)
        return f"{day:%B} {day.day}, {day.year}"
    words = dict(parse.options(practice, question))
    return ", ".join(words.get(value, value) for value in answer.values)


def spoken(practice: Practice, question: Question, answer: Answer, now: datetime) -> str:
    """Return how an answer is read aloud, "" when as it is written."""
    match question.control:
        case Control.PHONE:
            return spoken_number(answer.value)
        case Control.SPELL:
            return nato(answer.value)
        case Control.OPEN_TIMES:
            time = openings.OpenTime.from_key(answer.value)
            return openings.spoken_time(practice, time, now) if time else ""
    return ""


def heard(practice: Practice, question: Question, answer: Answer, today: date) -> str:
    """Return what of an answer is looked through for red flags.

    A yes counts as the words of its question, a birth date of a young infant as its age; “not
    sure” and no are nobody's words.
    """
    if question.type is QuestionType.BOOLEAN:
        return question.text if answer.value == YES else ""
    if question.feeds is Feed.BIRTH_DATE and answer.value:
        days = (today - date.fromisoformat(answer.value)).days
        return f"{days // 7} weeks" if 0 <= days < 90 else ""
    if question.control in (Control.PHONE, Control.OPEN_TIMES, Control.BOOKINGS):
        return ""
    if answer.values and question.answer_option:
        return shown(practice, question, answer)
    return answer.text


def _shown_time(practice: Practice, key: str) -> str:
    if key == NO_TIME:
        return "No open time suits"
    time = openings.OpenTime.from_key(key)
    return openings.shown(practice, time) if time else key
