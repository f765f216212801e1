"""Where window and desk meet about searching for a caller: signals, intents and views."""

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance

from console.desk.views import EarlierItem


@dataclass(frozen=True, slots=True)
class Pick:
    """A practice to search in."""

    code: str
    label: str


@dataclass(frozen=True, slots=True, repr=False)
class Typed:
    """What was typed: whoever is looked for, in one practice by its id."""

    practice: str
    name: str = ""
    number: str = ""
    born: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class CallerLine:
    """A caller who fits: name, number, birth date, how many calls and when the last was."""

    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class SearchView:
    """The search. `problem` is what was wrong with the field named `wrong`; `note` what was found,
    or what can be; `searched` whether the lines answer what was typed."""

    practices: tuple[Pick, ...]
    typed: Typed
    lines: tuple[CallerLine, ...] = ()
    note: str = ""
    wrong: str = ""
    problem: str = ""
    searched: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class HistoryView:
    """What came of one caller's calls, newest first."""

    title: str
    summary: str
    items: tuple[EarlierItem, ...]


class CallersSignals(QObject):
    """What a desk tells its window about the search."""

    shown = Signal(object)  # SearchView | None, None closes
    history_changed = Signal(object)  # HistoryView | None, None goes back to the callers


class CallersPort(Protocol):
    """The search as the window sees it. Who may not search gets a notice."""

    @property
    def shown(self) -> SignalInstance: ...
    @property
    def history_changed(self) -> SignalInstance: ...

    def open(self) -> None:
        """Ask for `shown`, empty, in the practice of the call in hand."""

    def search(self, typed: Typed) -> None:
        """Ask for `shown` with who fits."""

    def open_history(self, line: int) -> None:
        """Ask for `history_changed` with what came of a line's calls."""

    def leave_history(self) -> None:
        """Go back to the callers."""

    def leave(self) -> None:
        """Close the search and let what was found go."""
