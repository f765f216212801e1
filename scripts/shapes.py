"""The shape of a call: what kind it was, when, and which of the script's own answers were given.

A shape holds no name, number, word or date of a patient's: what was typed is kept as “given”, and
so is every answer that is a health detail. It is enough to replay a script and too little to know
anybody by. Only a shape made up by hand may have words.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import Field, ValidationError

from scripts.calltypes import CallType, Mode, Outcome
from scripts.faults import Fault
from scripts.fields import Code, LinkId, LocalMoment, Model, Words
from scripts.practice import Practice
from scripts.questions import CHOICES, Control, Question, QuestionType

MAX_SHAPES: Final = 100_000
_TOLD: Final = frozenset({QuestionType.BOOLEAN, *CHOICES})
_CALENDARS: Final = frozenset({Control.OPEN_TIMES, Control.BOOKINGS})


class ShapeAnswer(Model):
    """One answer: the codes chosen, or words made up by hand; with neither, that it was given."""

    codes: tuple[Code, ...] = ()
    words: Words | None = None


class Shape(Model):
    """One call. `at` is the practice's own time, to the hour; `outcome` how it ended."""

    id: Words
    call_type: CallType
    at: LocalMoment
    mode: Mode | None = None
    outcome: Outcome | None = None
    answers: Annotated[dict[LinkId, ShapeAnswer], Field(default_factory=dict)]


class BadShapes(Exception):
    """A file of shapes that cannot be used. The world's mistake, not the program's."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(faults)
        self.faults = faults

    def __str__(self) -> str:
        """Return every fault, a sentence to a line."""
        return "\n".join(str(fault) for fault in self.faults)


def may_be_told(question: Question) -> bool:
    """Whether the codes of an answer may leave with a shape: the script's own words, and no health
    detail."""
    own = question.type in _TOLD and question.control not in _CALENDARS
    return own and not question.phi


def shape_answer(
    practice: Practice, question: Question | None, values: Iterable[str]
) -> ShapeAnswer:
    """Return an answer as a shape keeps it. A code the script does not have is somebody's words,
    and an answer to a question it does not have is a health detail until known otherwise."""
    if question is None or not may_be_told(question):
        return ShapeAnswer()
    given = tuple(values)
    known = {option.code for option in practice.answer_options(question)}
    if question.control is Control.APPOINTMENT_TYPES:
        known |= set(practice.types_by_id)
    elif question.control is Control.PROVIDERS:
        known |= {*practice.providers_by_id, "any"}
    elif question.type is QuestionType.BOOLEAN:
        known = {"yes", "no", "unsure"}
    return ShapeAnswer(codes=given) if given and set(given) <= known else ShapeAnswer()


def write_shapes(shapes: Iterable[Shape]) -> str:
    """Return shapes as JSON, one to a line."""
    lines = (shape.model_dump(mode="json", exclude_defaults=True) for shape in shapes)
    return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)


def read_shapes(path: Path, text: str) -> tuple[Shape, ...]:
    """Return the shapes of a file, one JSON object to a line, or raise `BadShapes` with every
    line that is none. `path` is only named in faults."""
    shapes: list[Shape] = []
    faults: list[Fault] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        if len(shapes) == MAX_SHAPES:
            faults.append(Fault(path, number, "", f"is one too many; {MAX_SHAPES:,} is the most"))
            break
        try:
            shapes.append(Shape.model_validate(json.loads(line)))
        except (ValueError, RecursionError) as error:
            faults.append(Fault(path, number, *_what_is_wrong(error)))
    if faults:
        raise BadShapes(tuple(faults))
    return tuple(shapes)


def _what_is_wrong(error: Exception) -> tuple[str, str]:
    if not isinstance(error, ValidationError):
        return "", "is not the shape of a call: write one JSON object to a line"
    first: Mapping[str, Any] = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in first["loc"])
    missing = first["type"] == "missing"
    return key, "is missing; write it" if missing else f"cannot be read: {first['msg']}"
