"""Where window and desk meet about work that was set aside: signals, intents and views."""

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance

SHORTEST_REASON = 10  # characters, of why something is written off


@dataclass(frozen=True, slots=True)
class Pick:
    """A practice work can be given to; `code` "" for none."""

    code: str
    label: str


@dataclass(frozen=True, slots=True, repr=False)
class AsideLine:
    """One piece of work. `cells` are when, what, practice and how it stands; `why` the plain
    reason, `mend` what can be done; `parts` are pairs to read."""

    key: str
    cells: tuple[str, ...]
    why: str
    mend: str
    parts: tuple[tuple[str, str], ...] = ()
    may_try: bool = False
    may_amend: bool = False
    may_write_off: bool = True


@dataclass(frozen=True, slots=True, repr=False)
class AsideView:
    """All of it, what is to be seen to first. `note` is what came of the last deed."""

    lines: tuple[AsideLine, ...]
    open: int
    note: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class AsideField:
    """A field of work that can be amended."""

    name: str
    label: str
    text: str


@dataclass(frozen=True, slots=True, repr=False)
class AmendAside:
    """Work to be amended. `practices` is empty where it is no practice's to choose; `may_clean`
    where it has health details it can be written without. `problem` is what is wrong with it."""

    key: str
    title: str
    practices: tuple[Pick, ...]
    practice: str
    fields: tuple[AsideField, ...]
    may_clean: bool = False
    clean: bool = False
    problem: str = ""


class AsideSignals(QObject):
    """What a desk tells its window about work set aside."""

    shown = Signal(object)  # AsideView | None, None closes
    amend_changed = Signal(object)  # AmendAside | None, None goes back to the list


class AsidePort(Protocol):
    """Work set aside as the window sees it. Who may not see it gets a notice."""

    @property
    def shown(self) -> SignalInstance: ...
    @property
    def amend_changed(self) -> SignalInstance: ...

    def open(self) -> None:
        """Ask for `shown`."""

    def try_again(self, key: str) -> None:
        """Write a piece of work to the records after all."""

    def amend(self, key: str) -> None:
        """Ask for `amend_changed`."""

    def save(self, key: str, practice: str, words: dict[str, str], clean: bool) -> None:
        """Amend it and try again; `clean` leaves its health details out."""

    def leave_amend(self) -> None:
        """Go back to the list with nothing amended."""

    def write_off(self, key: str, reason: str) -> None:
        """Note that nothing is to come of it any more, and why."""

    def leave(self) -> None:
        """Close it."""
