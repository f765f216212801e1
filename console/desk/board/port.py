"""Where window and desk meet about the board: signals, intents and views.

Nothing of a caller's is on the board: no name, no number, no word. It can be read over a shoulder.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, unique
from typing import Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance

from console.store.board_values import BoardAct

__all__ = ["BoardAct"]  # the window names deeds too


@unique
class Tone(StrEnum):
    """How pressing a row is; each has its mark and its word beside its colour."""

    URGENT = "Urgent"
    UNDELIVERED = "Not delivered"
    OVERDUE = "Overdue"
    PLAIN = ""
    HELD = "Put off"


@dataclass(frozen=True, slots=True)
class Pick:
    """One choice, with its key where it has one."""

    code: str
    label: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for, by the codes of the filters; "" for all."""

    whose: str = ""
    practice: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One row. `next_at` counts down to what `next` says; `paged` tells who was, and how."""

    key: str
    tone: Tone
    what: str
    detail: str
    practice: str
    owner: str
    since: datetime
    touched_at: datetime
    touched_by: str
    next: str = ""
    next_at: datetime | None = None
    paged: str = ""
    acts: frozenset[BoardAct] = field(default_factory=frozenset)
    can_amend: bool = False
    call_label: str = ""  # whom B calls at once, "" for nobody


@dataclass(frozen=True, slots=True)
class BoardView:
    """The rows read so far, in order; `more` where there are others after them."""

    asked: Asked
    lines: tuple[BoardLine, ...]
    more: bool
    to_do: int
    urgent: int
    whose: tuple[Pick, ...]
    practices: tuple[Pick, ...]
    kinds: tuple[Pick, ...]
    note: str = ""  # the records are away, or what somebody else has had confirmed meanwhile


@dataclass(frozen=True, slots=True)
class QuestionView:
    """What has to be known before something is done to a row."""

    title: str
    choices: tuple[Pick, ...]
    nobody: str = ""  # why there is nothing to choose


@dataclass(frozen=True, slots=True)
class RecordView:
    """An item's time-line: time, what happened, and the answer."""

    title: str
    summary: str
    lines: tuple[tuple[str, str, str], ...]
    may_export: bool
    may_review: bool = False  # it came of a call that can be looked at again


@dataclass(frozen=True, slots=True)
class AmendField:
    """One part of a message. `theirs` is what somebody else wrote there meanwhile."""

    name: str
    label: str
    text: str = field(repr=False)
    problem: str = ""
    theirs: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class AmendView:
    """A message to be amended. `others` are wordings that came too late to be written."""

    key: str
    title: str
    practice: str
    fields: tuple[AmendField, ...]
    conflict: str = ""
    others: tuple[str, ...] = field(default=(), repr=False)


class BoardSignals(QObject):
    """What a desk tells its window about the board."""

    shown = Signal(object)  # BoardView | None, None closes
    question_changed = Signal(object)  # QuestionView | None
    record_changed = Signal(object)  # RecordView | None
    amend_changed = Signal(object)  # AmendView | None
    urgent_came = Signal()  # an urgent task nobody here had seen before


class BoardPort(Protocol):
    """The board as the window sees it. What is not allowed, or was not done, is a notice."""

    @property
    def shown(self) -> SignalInstance: ...
    @property
    def question_changed(self) -> SignalInstance: ...
    @property
    def record_changed(self) -> SignalInstance: ...
    @property
    def amend_changed(self) -> SignalInstance: ...
    @property
    def urgent_came(self) -> SignalInstance: ...

    def ask(self, asked: Asked) -> None:
        """Ask for `shown` with what fits, and for it again whenever something changes."""

    def read_more(self) -> None:
        """Ask for `shown` with the next page as well."""

    def leave(self) -> None:
        """Close the board."""

    def act(self, key: str, act: BoardAct) -> None:
        """Do something to a row, or ask for `question_changed` first."""

    def choose(self, code: str) -> None:
        """Answer the question."""

    def leave_question(self) -> None:
        """Do nothing after all."""

    def call(self, key: str) -> None:
        """Call the caller of a row that is owed it, or ask for `question_changed` with whom a time
        is offered to."""

    def open_record(self, key: str) -> None:
        """Ask for `record_changed` with a row's time-line."""

    def export(self, form: str) -> None:
        """Write the open time-line into a file, "text" or "json"."""

    def have_reviewed(self) -> None:
        """Have the call of the open time-line looked at again."""

    def leave_record(self) -> None:
        """Close the time-line."""

    def amend(self, key: str) -> None:
        """Ask for `amend_changed` with the message of a row."""

    def amend_last(self) -> None:
        """Ask for `amend_changed` with the message of the call that was finished last."""

    def save_amended(self, words: dict[str, str]) -> None:
        """Write the message in hand, by the names of its fields."""

    def leave_amended(self) -> None:
        """Leave the message as it was."""
