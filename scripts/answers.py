"""An answer as it is kept: the caller's exact words beside the value read from them.

The record form is plain JSON, so a draft outlives the window, the script's next edition and this
program's own next version.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Any

from scripts.conditions import EnableWhen
from scripts.questions import NO, Feed


@unique
class AnswerStatus(StrEnum):
    """How an answer came to be known."""

    ASKED = "asked"
    ALREADY_STATED = "already_stated"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. `text` is what was typed, to the letter; `values` what it was read as (E.164,
    ISO date, option codes), empty while there is a `problem`; `shown` its words for people where
    the value is a code from a calendar. `feeds` and `phi` are its question's, kept so that an
    answer whose question is gone from the script still says what it is."""

    # What the caller said stays out of the repr, and so out of tracebacks.
    link_id: str
    text: str = field(default="", repr=False)
    values: tuple[str, ...] = field(default=(), repr=False)
    status: AnswerStatus = AnswerStatus.ASKED
    problem: str = field(default="", repr=False)
    shown: str = field(default="", repr=False)
    feeds: Feed | None = None
    phi: bool = False

    @property
    def value(self) -> str:
        """The value, or the first of several; "" when there is none."""
        return self.values[0] if self.values else ""

    @property
    def is_given(self) -> bool:
        """Whether it holds something the caller said, readable or not."""
        return bool(self.text.strip())

    def to_record(self) -> dict[str, Any]:
        """Return the answer as plain JSON."""
        return {
            "linkId": self.link_id,
            "text": self.text,
            "values": list(self.values),
            "status": self.status.value,
            "shown": self.shown,
            "feeds": self.feeds.value if self.feeds else None,
            "phi": self.phi,
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Answer":
        """Read an answer back. A field this program does not know is left out, never an error."""
        feeds = record.get("feeds")
        return cls(
            link_id=str(record["linkId"]),
            text=str(record.get("text", "")),
            values=tuple(str(value) for value in record.get("values", ())),
            status=AnswerStatus(record.get("status", AnswerStatus.ASKED)),
            shown=str(record.get("shown", "")),
            feeds=Feed(feeds) if feeds in tuple(Feed) else None,
            phi=bool(record.get("phi", True)),  # when not told, treated as a health detail
        )

    @property
    def is_scripts(self) -> bool:
        """Whether it stands there by the script alone, and nobody has said it."""
        return self.status is AnswerStatus.NOT_ASKED and bool(self.values)

    def gives_symptom(self) -> bool:
        """Whether it means that the caller gave a symptom. “Not sure” does; only “no” does not."""
        if self.feeds is Feed.SYMPTOM:
            return self.is_given
        return self.feeds is Feed.SYMPTOM_PRESENT and self.is_given and self.value != NO


def met(condition: EnableWhen, answer: Answer | None) -> bool:
    """Whether a condition holds on an answer (FHIR R4 enableWhen). No answer meets only
    `exists: false` and `!=`."""
    return condition.test(answer.values if answer else ())
