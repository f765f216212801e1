"""The sample practices, loaded once, and ways to fill their forms."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from scripts.calltypes import CallType
from scripts.loader import SAMPLES, Library, load_library
from scripts.practice import Practice
from scripts.questions import (
    CHOICES,
    MOVE,
    NO,
    YES,
    Control,
    Feed,
    Form,
    Question,
    QuestionType,
)
from scripts.triage import Interview

EVENING = datetime(2026, 11, 25, 1, 42, tzinfo=UTC)  # Tuesday 19:42 in Des Moines
SLOT = "okafor|2026-11-30T15:20:00Z|2026-11-30T15:40:00Z"


Day = tuple[int, int, int]


def moments(first: Day, last: Day) -> st.SearchStrategy[datetime]:
    """Any minute between two days, UTC."""
    begin, end = datetime(*first, tzinfo=UTC), datetime(*last, tzinfo=UTC)
    minutes = int((end - begin).total_seconds() // 60)
    return st.integers(0, minutes).map(lambda minute: begin + timedelta(minutes=minute))


@cache
def library() -> Library:
    found = load_library()
    assert found.faults == ()
    return found


def practice(practice_id: str) -> Practice:
    found = library().by_id(practice_id)
    assert found is not None
    return found


def riverside() -> Practice:
    return practice("riverside_family_medicine")


def maple() -> Practice:
    return practice("maple_pediatrics")


def lakeshore() -> Practice:
    return practice("lakeshore_cardiology")


def text_of(name: str) -> str:
    return (Path(SAMPLES) / name).read_text("utf-8")


def plain_answer(interview: Interview, question: Question) -> str:
    """An answer that reads well, of the sort that lets the form go on."""
    by_feed = {
        Feed.SLOT: SLOT,
        Feed.BOOKING: "booking-1",
        Feed.CHANGE_ACTION: MOVE,
        Feed.CALLBACK_NUMBER: "515 555 0142",
        Feed.REFUSED_911: NO,
        Feed.NEEDS_MESSAGE: NO,
        Feed.SYMPTOM_PRESENT: NO,
    }
    if question.feeds in by_feed:
        return by_feed[question.feeds]
    own = question.control in (Control.OPEN_TIMES, Control.BOOKINGS)
    if question.type in CHOICES and not own:
        return interview.options(question.link_id)[0][0]
    by_type = {
        QuestionType.BOOLEAN: YES,
        QuestionType.DATE: "05/04/1979",
        QuestionType.DATE_TIME: "05/04/2027 3:30 pm",
        QuestionType.TIME: "3:30 pm",
        QuestionType.INTEGER: "3",
        QuestionType.DECIMAL: "42.5",
        QuestionType.QUANTITY: "42.5",
    }
    return by_type.get(question.type, "Jordan Blake")


def asked(interview: Interview) -> Iterator[Question]:
    return (question for question in interview.questions if question.is_asked)


def fill(interview: Interview, answers: dict[str, str] | None = None) -> Interview:
    """Answer everything that exists, in order, and confirm what is read back."""
    wanted = answers or {}
    for _ in range(40):
        blank = next((q for q in asked(interview) if q.link_id not in interview.answers), None)
        if blank is None:
            break
        given = wanted.get(blank.link_id) or plain_answer(interview, blank)
        interview = interview.answer(blank.link_id, given)
    for item in interview.read_back:
        interview = interview.tick(item.link_id)
    return interview


def with_form(call_type: CallType, *questions: dict[str, Any], **practice: Any) -> Practice:
    """Riverside with one form of a single step that asks these."""
    form = Form.model_validate({"steps": [{"title": "Step", "questions": list(questions)}]})
    changed = {"forms": {**riverside().forms, call_type: form}, **practice}
    return riverside().model_copy(update=changed)
