"""What of a form is shown and read to people: its steps, its answers in words, the read-back.

Functions of a script and its answers, apart from the moves of the interview that call them.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from scripts import openings, parse
from scripts.answers import Answer
from scripts.phone_numbers import display as display_number
from scripts.phone_numbers import spoken as spoken_number
from scripts.practice import Practice
from scripts.questions import NO_TIME, YES, Control, Feed, Question, QuestionType
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


def shown(practice: Practice, question: Question, answer: Answer) -> str:
    """Return an answer as people read it; what could not be read stays as it was typed."""
    if answer.shown or not answer.values:
        return answer.shown or answer.text
    if question.control is Control.OPEN_TIMES:
        return _shown_time(practice, answer.value)
    if question.control is Control.PHONE:
        return display_number(answer.value)
    if question.type is QuestionType.DATE:
        days = [date.fromisoformat(value) for value in answer.values]
        return "; ".join(f"{day:%B} {day.day}, {day.year}" for day in days)
    if question.type is QuestionType.DATE_TIME:
        moments = [datetime.fromisoformat(value) for value in answer.values]
        return "; ".join(f"{m:%a %B} {m.day}, {m.year}, {m:%H:%M}" for m in moments)
    words = dict(parse.options(practice, question))
    between = ", " if words else "; "
    return between.join(words.get(value, value) for value in answer.values)


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
    if answer.values and practice.answer_options(question):
        return shown(practice, question, answer)
    return answer.text


def _shown_time(practice: Practice, key: str) -> str:
    if key == NO_TIME:
        return "No open time suits"
    time = openings.OpenTime.from_key(key)
    return openings.shown(practice, time) if time else key
