"""Where window and desk meet about the audit: signals, intents and views."""

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance

PAGE = 200  # entries


@dataclass(frozen=True, slots=True)
class Pick:
    """One choice of a filter; `code` "" is all of them."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for, by the codes of the filters; `day` is an ISO date."""

    person: str = ""
    practice: str = ""
    event: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class AuditView:
    """What was found: how many entries, newest first, and what can be asked for."""

    asked: Asked
    count: int
    people: tuple[Pick, ...]
    practices: tuple[Pick, ...]
    events: tuple[Pick, ...]
    days: tuple[Pick, ...]


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One entry, as it is shown."""

    when: str
    person: str
    did: str
    what: str
    practice: str
    desk: str


class AuditSignals(QObject):
    """What a desk tells its window about the audit."""

    found = Signal(object)  # AuditView | None, None closes
    page_read = Signal(int, object)  # number of its first entry, tuple[AuditLine, ...]


class AuditPort(Protocol):
    """The audit as the window sees it. Who may not read it gets a notice."""

    @property
    def found(self) -> SignalInstance: ...
    @property
    def page_read(self) -> SignalInstance: ...

    def ask(self, asked: Asked) -> None:
        """Ask for `found`."""

    def read_page(self, first: int) -> None:
        """Ask for `page_read` with `PAGE` entries from the one of this number on."""

    def leave(self) -> None:
        """Close the audit."""
