"""Where window and desk meet about the waiting list: what is filled in, and who stands on it."""

from dataclasses import dataclass, field
from typing import Protocol

from PySide6.QtCore import SignalInstance

from console.desk.board.port import Pick

LINES = ("patient", "number", "birth_date", "wishes")  # typed
CHOICES = ("kind", "provider", "part", "until")  # picked


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody with this number who waits already; `key` takes them off."""

    key: str
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class WaitingView:
    """What is filled in, by the names of `LINES` and `CHOICES`, and what is wrong with it.

    `may_tell` says that the caller's own words may be kept: the practice has signed for it.
    """

    practice: str
    given: dict[str, str] = field(repr=False)
    kinds: tuple[Pick, ...]
    providers: tuple[Pick, ...]
    parts: tuple[Pick, ...]
    untils: tuple[Pick, ...]
    may_tell: bool
    problems: dict[str, str] = field(default_factory=dict)
    standing: tuple[Standing, ...] = ()


class WaitingPort(Protocol):
    """The waiting list as the window sees it."""

    @property
    def shown(self) -> SignalInstance: ...  # WaitingView | None, None closes

    def open(self) -> None:
        """Ask for `shown`, filled in from the selected call."""

    def save(self, given: dict[str, str]) -> None:
        """Put them on the list, or ask for `shown` with what is wrong."""

    def take_off(self, key: str) -> None:
        """Take somebody off who stands on it."""

    def leave(self) -> None:
        """Put nobody on it."""
