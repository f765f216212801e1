"""What the desk puts on record for the audit: who saw, searched or took up what, at this desk.

What changes a row is put on record by the store, with the row; here is what changes none. Ids
and codes only: never a number, a name or a word of a caller's.
"""

import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from console.store.audit.events import Event
from console.store.work import Noted, NotedDeed

if TYPE_CHECKING:  # the database's library behind it is the worker's to import
    from console.store.history import Earlier

_KINDS = {
    "EarlierBooking": "booking",
    "EarlierMessage": "message",
    "EarlierEscalation": "escalation",
    "EarlierCall": "call",
}


class Books(Protocol):
    """Whoever writes it down."""

    def note(self, noted: Noted) -> None:
        """Put on record, in the records or on this machine."""


class OnRecord:
    """One desk's deeds. What is shown again and again is told once."""

    def __init__(
        self, book: Books, *, person: Callable[[], str], clock: Callable[[], datetime]
    ) -> None:
        self._book = book
        self._person = person
        self._clock = clock
        self._told: set[tuple[str, str, str]] = set()  # person, kind, row

    def did(
        self,
        event: Event,
        *,
        kind: str = "",
        row: str = "",
        practice: str | None = None,
        detail: str = "",
    ) -> None:
        """Put something on record that whoever is at this desk has just done."""
        deed = NotedDeed(event=event, kind=kind, row=row, practice_id=practice, detail=detail)
        self._book.note(noted(self._person(), self._clock(), [deed]))

    def saw(self, kind: str, rows: Iterable[tuple[str, str | None]]) -> None:
        """Put on record that rows (id and practice) were shown, each once to the same person."""
        person = self._person()
        new = [(row, practice) for row, practice in rows if (person, kind, row) not in self._told]
        if not new:
            return
        self._told |= {(person, kind, row) for row, _ in new}
        deeds = [
            NotedDeed(event=Event.SAW, kind=kind, row=row, practice_id=practice)
            for row, practice in new
        ]
        self._book.note(noted(person, self._clock(), deeds))


def noted(person: str, at: datetime, deeds: Iterable[NotedDeed]) -> Noted:
    """Return deeds of one moment as a piece of work."""
    return Noted(uid=secrets.token_hex(12), at=at, person=person, deeds=tuple(deeds))


def deeds_of_a_pop(
    practice: str, bookings: Iterable[int], earlier: "Iterable[Earlier]"
) -> tuple[NotedDeed, ...]:
    """Return that a caller's bookings and earlier items were shown."""
    rows = [("booking", row) for row in bookings]
    rows += [(_KINDS[type(item).__name__], item.row_id) for item in earlier]
    return tuple(
        NotedDeed(event=Event.SAW, kind=kind, row=str(row), practice_id=practice)
        for kind, row in dict.fromkeys(rows)
    )
