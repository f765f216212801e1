"""Searching for a caller at the desk: one practice at a time, on record, and nothing kept of it.

What was looked for by (a name, a number, a birth date) is on record, never the words; so is each
caller who was shown, and whatever of their history was.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from console.desk.callers.building import (
    AWAY,
    NOBODY,
    WHOLE,
    NotSearchable,
    lines,
    read_typed,
)
from console.desk.callers.port import CallersSignals, HistoryView, Pick, SearchView, Typed
from console.desk.on_record import noted
from console.desk.permissions import Permission
from console.desk.stage import Stage
from console.store.audit.events import Event
from scripts.practice import Practice

if TYPE_CHECKING:
    from console.desk.ledger import Ledger
    from console.store.searching import FoundCaller
    from console.store.work import NotedDeed


class CallersKeeper(CallersSignals):
    """Finds callers, and what came of one's calls."""

    def __init__(self, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stage = stage
        self._typed = Typed("")
        self._found: tuple[FoundCaller, ...] = ()
        self._open = False

    def open(self) -> None:
        """Show an empty search."""
        call = self._stage.lines.current
        of_call = call.practice.id if call is not None and not call.practice.neutral else ""
        practice = of_call or self._typed.practice or self._first()
        if not practice or not self._allowed(practice):
            return
        self._found, self._open = (), True
        self._typed = Typed(practice)
        self._show(note=WHOLE)

    def search(self, typed: Typed) -> None:
        """Look for whoever fits, for who may."""
        practice = self._stage.library.by_id(typed.practice)
        if practice is None or not self._open or not self._allowed(practice.id):
            return
        self._typed, self._found = typed, ()
        today = self._stage.clock().astimezone(practice.zone).date()
        try:
            name, number, born = read_typed(typed, today)
        except NotSearchable as error:
            self._show(wrong=error.field, problem=str(error))
            return
        by = {"name": name, "number": number, "birth_date": born}
        self._stage.record.did(
            Event.SEARCHED,
            kind="caller",
            practice=practice.id,
            detail=",".join(each for each, given in by.items() if given),
        )

        def look(ledger: "Ledger") -> "tuple[FoundCaller, ...] | None":
            from console.desk.callers.asking import find  # noqa: PLC0415 - the worker's to import

            return find(ledger, practice, name, number, born)

        self._stage.book.ask(look, then=lambda found: self._on_found(typed, practice, found))

    def open_history(self, line: int) -> None:
        """Show what came of one caller's calls."""
        practice = self._stage.library.by_id(self._typed.practice)
        if practice is None or not 0 <= line < len(self._found) or not self._allowed(practice.id):
            return
        caller = self._found[line]

        def look(ledger: "Ledger") -> "tuple[HistoryView, tuple[NotedDeed, ...]] | None":
            from console.desk.callers.asking import read_history  # noqa: PLC0415 - the worker's

            return read_history(ledger, practice, caller)

        def read(found: "tuple[HistoryView, tuple[NotedDeed, ...]] | None") -> None:
            if found is None:
                self._show(note=AWAY, searched=True)
            elif caller in self._found:
                view, deeds = found
                stage = self._stage
                stage.book.note(noted(stage.agent, stage.clock(), deeds))
                self.history_changed.emit(view)

        self._stage.book.ask(look, then=read)

    def leave_history(self) -> None:
        """Go back to the callers."""
        self.history_changed.emit(None)

    def leave(self) -> None:
        """Close the search and let what was found go."""
        self._found, self._open = (), False
        self._typed = Typed(self._typed.practice)
        self.history_changed.emit(None)
        self.shown.emit(None)

    # --- within ----------------------------------------------------------------------------

    def _allowed(self, practice: str) -> bool:
        return self._stage.allowed(Permission.SEARCH_CALLERS, practice=practice)

    def _first(self) -> str:
        return next((each.id for each in self._stage.library.practices), "")

    def _on_found(
        self, typed: Typed, practice: Practice, found: "tuple[FoundCaller, ...] | None"
    ) -> None:
        if typed is not self._typed or not self._open:
            return
        if found is None:
            self._show(note=AWAY)
            return
        self._found = found
        for caller in found:
            kind, row = caller.rows[0]
            self._stage.record.saw(kind, [(row, practice.id)])
        many = "1 caller fits." if len(found) == 1 else f"{len(found)} callers fit."
        note = f"{many} Enter opens what came of their calls." if found else NOBODY
        self._show(note=note, searched=True)

    def _show(
        self, *, note: str = "", wrong: str = "", problem: str = "", searched: bool = False
    ) -> None:
        practice = self._stage.library.by_id(self._typed.practice)
        self.shown.emit(
            SearchView(
                practices=tuple(Pick(each.id, each.name) for each in self._stage.library.practices),
                typed=self._typed,
                lines=lines(practice, self._found) if practice is not None else (),
                note=note,
                wrong=wrong,
                problem=problem,
                searched=searched,
            )
        )
