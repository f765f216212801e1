"""What is entered about the rotas, in force at this desk: laid over the practices on the shelf and
over those of the calls on the line, within a second of being written at any desk.

What is entered here holds here at once, also while the records are away.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from console.desk.oncall import kept, relief
from console.desk.stage import Stage
from scripts.entered import Entered

if TYPE_CHECKING:  # the database's library takes long to import: the worker does it
    from console.desk.ledger import Ledger
    from console.store.rota import Mark

PAUSE_MS: Final = 200  # after a change, before the look
EVERY_MS: Final = 3_600_000  # what is over long since is let go

Entry = Callable[[Entered], Entered]
"""Something entered here: gives what is entered with it, and the same again where it is known."""


class TodaysRota(QObject):
    """Keeps the desk's rotas those of every desk. `changed` tells that something else holds."""

    changed = Signal()

    def __init__(self, stage: Stage, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stage, self._path = stage, path
        self._read = self.entered = kept.read(path)
        self._mark: Mark | None = None  # the worker's
        self._pending: list[Entry] = []  # entered here, and not yet read out of the records
        self._pause = QTimer(self, interval=PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self.look)
        self._every = QTimer(self, interval=EVERY_MS)
        self._every.timeout.connect(self.look)
        stage.shelf.lay(self.entered)
        stage.book.records_opened.connect(self.look)
        stage.book.changed.connect(self._on_changed)
        stage.book.closing.connect(self._on_closing)

    def start(self) -> None:
        """Begin to let go of what is over; the first look comes when the records open."""
        self._every.start()

    def enter(self, entry: Entry) -> None:
        """Have something hold here from now on; whoever calls this has it written too."""
        self._pending.append(entry)
        self._lay()

    def look(self) -> None:
        """Look what is entered, if anything has changed since the last look."""
        now = self._stage.clock()

        def read(ledger: "Ledger") -> Entered | None:
            from console.store import rota  # noqa: PLC0415 - on the worker's thread

            marked = ledger.read(lambda session: rota.mark(session, now=now))
            if marked is None or marked == self._mark:
                return None
            found = ledger.read(lambda session: rota.entered(session, now=now))
            if found is not None:
                self._mark = marked
                kept.keep(self._path, found)
            return found

        self._stage.book.ask(read, then=self._found)

    def _found(self, found: Entered | None) -> None:
        if found is not None:
            self._read = found
            self._pending = [entry for entry in self._pending if entry(found) != found]
            self._lay()

    def _lay(self) -> None:
        entered = self._read
        for entry in self._pending:
            entered = entry(entered)
        if entered == self.entered:
            return
        self.entered = entered
        self._stage.shelf.lay(entered)
        for call in self._stage.lines:
            practice = entered.over(call.practice)
            if practice is not call.practice:
                call.practice = practice
                if call.interview is not None:
                    call.interview = replace(call.interview, practice=practice)
                self._stage.show_pop(call)
                relief.look_up(self._stage, call)
        self.changed.emit()

    def _on_changed(self) -> None:
        if not self._pause.isActive():
            self._pause.start()

    def _on_closing(self) -> None:
        self._stage.book.changed.disconnect(self._on_changed)
        self._stage.book.records_opened.disconnect(self.look)
        self._pause.stop()
        self._every.stop()
