"""What a thing told is, and the words that every telling uses."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum, unique
from typing import Any, Final

from scripts.calltypes import CallType, Mode
from scripts.faults import KeyPath, dotted
from scripts.fields import WEEKDAYS
from scripts.practice import Practice
from scripts.timetable import Span


@unique
class Section(StrEnum):
    """Where a thing belongs, in the order a supervisor reads."""

    PRACTICE = "Practice"
    HOURS = "Hours and coverage"
    GREETING = "Greeting"
    ANSWERS = "Answers"
    PEOPLE = "Providers and appointments"
    PROTOCOL = "Protocol"
    ON_CALL = "On call"
    QUESTIONS = "Questions"


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing a file says. `parts` are compared, each by its name; the part "" is the thing
    itself. Things of one `order` stand in an order that means something."""

    section: Section
    id: str
    name: str
    parts: Mapping[str, str]
    key: str  # dotted, as faults name it
    call_type: CallType | None = None
    order: str = ""
    said: str = field(default="")  # the whole, where the parts would be too many

    @property
    def whole(self) -> str:
        """The thing in one line."""
        return self.said or "; ".join(
            f"{name} {words}" if name else words for name, words in self.parts.items() if words
        )


CALL_TYPE_WORDS: Final[Mapping[CallType, str]] = {
    CallType.QUESTION: "Question",
    CallType.NEW_APPOINTMENT: "New appointment",
    CallType.CHANGE_APPOINTMENT: "Change of appointment",
    CallType.REFILL: "Refill",
    CallType.SYMPTOM: "Symptom",
    CallType.URGENT: "Urgent",
    CallType.EMERGENCY: "Emergency",
}
DAYS: Final = dict(
    zip(
        WEEKDAYS,
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)
MODES: Final = {
    Mode.PRIMARY: "primary",
    Mode.OVERFLOW: "overflow",
    Mode.AFTER_HOURS: "after hours",
}


def thing(
    section: Section,
    path: KeyPath,
    name: str,
    parts: Mapping[str, Any],
    *,
    id_: str = "",
    order: str = "",
) -> Thing:
    """Return a thing whose parts are values as the model has them."""
    words = {part: _words(value) for part, value in parts.items()}
    return Thing(section, id_ or dotted(path), name, words, dotted(path), order=order)


def _words(value: Any) -> str:
    match value:
        case None | False:
            return ""
        case True:
            return "yes"
        case time():
            return f"{value:%H:%M}"
        case tuple() | list():
            return ", ".join(_words(part) for part in value)
    return str(value)


def span(span: Span) -> str:
    """Return “08:00–17:00”."""
    return f"{span.start:%H:%M}–{end(span.end)}"


def end(clock: time) -> str:
    """Return a time as the end of something: midnight is 24:00."""
    return "24:00" if clock == time(0) else f"{clock:%H:%M}"


def listed_days(days: Iterable[str]) -> str:
    """Return days in the order of the week."""
    return ", ".join(DAYS[day] for day in WEEKDAYS if day in tuple(days))


def spoken(practice: Practice, provider_id: str) -> str:
    """Return how a provider is spoken of; an id nobody has as it is."""
    who = practice.provider(provider_id)
    return who.spoken if who else provider_id
