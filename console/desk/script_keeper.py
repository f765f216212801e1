"""Keeps the desk's practices those in force: looked up when the records open, each minute, and when
somebody here has saved; taken over between two calls, never during one.

A call keeps the edition it came with. The next one gets what is in force at its own moment: the
shelf is asked, and nothing is read then.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from console.desk import editions
from console.desk.bookkeeping import Bookkeeper
from console.desk.editions import Found
from scripts.loader import Library

LOOK_MS: Final = 60_000  # how often another desk's new version is looked for
LONGEST_MS: Final = 24 * 3600 * 1000  # a timer of Qt's ends at 24.8 days


class ScriptKeeper(QObject):
    """The shelf of a desk, kept up to date. `changed` tells that other practices are in force."""

    changed = Signal()

    def __init__(
        self,
        *,
        book: Bookkeeper,
        files: Library,
        kept: Path,
        clock: Callable[[], datetime],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._book, self._kept, self._clock = book, kept, clock
        self.files = files
        found = editions.from_this_machine(files, clock(), kept)
        self.shelf = found.shelf
        self.wrong = found.wrong
        self._looking = False
        self._again = False
        self._minute = QTimer(self, interval=LOOK_MS)
        self._minute.timeout.connect(self.look)
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.timeout.connect(self._take_effect)
        book.records_opened.connect(self.look)
        book.closing.connect(self.stop)

    def start(self) -> None:
        """Begin to look each minute; the first look comes when the records open."""
        self._minute.start()
        self._wait_for_next()

    def stop(self) -> None:
        """Look no more: the records are closed."""
        self._minute.stop()
        self._due.stop()
        self._book.records_opened.disconnect(self.look)

    @property
    def library(self) -> Library:
        """The practices in force now."""
        return self.shelf.at(self._clock())

    def look(self) -> None:
        """Look what is in force, once; asked again meanwhile, once more after that."""
        if self._looking:
            self._again = True
            return
        self._looking = True
        now = self._clock()
        self._book.ask(
            lambda ledger: editions.from_records(ledger, self.files, now, self._kept),
            then=self._found,
            always=self._looked,
        )

    def _looked(self) -> None:
        self._looking = False

    def _found(self, found: Found | None) -> None:
        if found is not None:
            before = self.library.practices, self.wrong
            self.shelf.replace(found.shelf)
            self.wrong = found.wrong
            self._wait_for_next()
            if before != (self.library.practices, self.wrong):
                self.changed.emit()
        if self._again:
            self._again = False
            self.look()

    def _wait_for_next(self) -> None:
        self._due.stop()
        moment = self.shelf.next_change
        if moment is not None:
            left = (moment - self._clock()).total_seconds() * 1000
            self._due.start(round(min(max(0.0, left) + 1, LONGEST_MS)))

    def _take_effect(self) -> None:
        """The shelf has turned by itself; the records' own practices follow."""
        moment = self.shelf.next_change
        if moment is not None and moment > self._clock():
            self._wait_for_next()
            return
        self.shelf.at(self._clock())
        self.changed.emit()
        self.look()
