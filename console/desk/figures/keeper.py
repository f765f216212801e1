"""Figures at the desk: read and counted on the worker, told to the page, written into files."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from console.desk.documents import documents, say_not_written, say_written
from console.desk.figures.building import page, report_of, waiting
from console.desk.figures.months import MonthKeeper
from console.desk.figures.views import Asked, FiguresPage
from console.desk.permissions import Permission
from console.desk.stage import Stage
from console.own_file import write_new
from console.store.audit.events import Event

if TYPE_CHECKING:
    from console.desk.figures.asking import Found
    from console.desk.ledger import Ledger

FORMS: Final = ("csv", "pdf")


class FiguresKeeper(QObject):
    """The page's figures. `changed` carries it whenever there is something new to show."""

    changed = Signal(object)  # FiguresPage

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self._stage = stage
        self._asked = Asked()
        self._found: Found | None = None
        self._shown = False
        self.folder = documents
        self.months = MonthKeeper(stage, self)

    def show(self) -> bool:
        """Show the page to who may see it; tell whether it is to be shown."""
        if not self._stage.allowed(Permission.SEE_FLOOR):
            return False
        self._shown = True
        self.ask(self._asked)
        return True

    def leave(self) -> None:
        """Nobody looks any more."""
        self._shown = False
        self._found = None

    def ask(self, asked: Asked) -> None:
        """Ask for other days, or for figures told apart otherwise."""
        if not self._stage.allowed(Permission.SEE_FLOOR):
            return
        self._asked, self._found = asked, None
        self._tell(waiting(asked, note="Reading…"))
        now = self._stage.clock()

        def count(ledger: "Ledger") -> "Found | None":
            from console.desk.figures.asking import look  # noqa: PLC0415 - the database's library

            return look(ledger, asked, now)

        self._stage.book.ask(count, then=lambda found: self._on_found(asked, found))

    def export(self, form: str) -> None:
        """Write the figures that are shown as CSV or PDF into the person's documents."""
        found = self._found
        if found is None or found.table is None or form not in FORMS:
            return
        if not self._stage.allowed(Permission.EXPORT):
            return
        at = self._stage.clock()
        name = f"figures-{found.asked.cut.value}-{found.first}-{found.last}-{at:%H%M%S}.{form}"
        path = self.folder() / name
        report = report_of(found, self._names())

        def write(_: object) -> None:
            from console.figures import writing  # noqa: PLC0415 - a PDF only where it is wanted

            made = writing.as_csv(report).encode() if form == "csv" else writing.as_pdf(report)
            write_new(path, made)

        self._stage.book.ask(
            write,
            then=lambda _: self._written(path, form),
            otherwise=partial(say_not_written, self._stage, "The figures were", path),
            expected=OSError,
        )

    def _on_found(self, asked: Asked, found: "Found | None") -> None:
        if asked != self._asked or not self._shown:
            return  # something else has been asked for meanwhile
        if found is None:
            self._tell(waiting(asked, note="The records are away: there is nothing to count."))
            return
        self._found = found
        may = found.table is not None and self._stage.rights.may(
            Permission.EXPORT, now=self._stage.clock()
        )
        self._tell(page(found, self._names(), may_export=may))

    def _tell(self, view: FiguresPage) -> None:
        if self._shown:
            self.changed.emit(view)

    def _names(self) -> dict[str, str]:
        return {practice.id: practice.name for practice in self._stage.library.practices}

    def _written(self, path: Path, form: str) -> None:
        self._stage.record.did(Event.EXPORTED, kind="figures", detail=form)
        say_written(self._stage, "The figures are", path)
