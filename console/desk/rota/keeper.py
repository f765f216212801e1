"""A practice's rota at the desk: laid out on the worker, told to the page, kept up to date.

What another desk writes is heard like everything else that is written, and shown within a second.
"""

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from console.desk.oncall.changing import RotaChanges
from console.desk.permissions import Permission
from console.desk.rota import building
from console.desk.rota.editing import RotaEditing
from console.desk.rota.views import Asked, RotaPage, Span
from console.desk.stage import Stage
from scripts.practice import Practice

if TYPE_CHECKING:
    from console.desk.ledger import Ledger
    from console.desk.practices.views import PracticeLine

LOOK_MS: Final = 20_000  # how often the now-line moves on
LISTED: Final = 60
SOON_MS: Final = 250  # after something was written, and at most this often


class RotaKeeper(QObject):
    """The page's rota. `changed` carries it whenever there is something new to show."""

    changed = Signal(object)  # RotaPage
    list_changed = Signal(object)  # tuple[PracticeLine, ...]

    def __init__(self, stage: Stage, changes: RotaChanges, parent: QObject) -> None:
        super().__init__(parent)
        self._stage, self._changes = stage, changes
        self.editing = RotaEditing(stage, changes, self)
        self._asked = Asked()
        self._query = ""
        self._shown = False
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._ask)
        self._soon = QTimer(self, interval=SOON_MS, singleShot=True)
        self._soon.timeout.connect(self._renew)
        stage.book.changed.connect(self._on_written)
        changes.changed.connect(self._on_changed)
        stage.book.closing.connect(self.leave)

    # --- the page ------------------------------------------------------------------------------

    def show(self) -> bool:
        """Show the page to who may see it, and keep it live; tell whether it is to be shown."""
        if not self._stage.allowed(Permission.SEE_FLOOR):
            return False
        self._shown = True
        if self._practice() is None:
            self._asked = Asked(self._first())
        self._look.start()
        self._list()
        self._ask()
        return True

    def leave(self) -> None:
        """Nobody looks any more."""
        self._shown = False
        self._look.stop()
        self._soon.stop()

    def find(self, text: str) -> None:
        """List the practices that fit what was typed."""
        self._query = text
        self._list()

    def choose(self, practice: str) -> None:
        """Show a practice's rota, the same days."""
        self._to(Asked(practice, self._asked.span, self._asked.day))

    def lay_out(self, span: Span) -> None:
        """Show the week or the month around the day that is shown."""
        self._to(Asked(self._asked.practice, span, self._asked.day))

    def turn(self, by: int) -> None:
        """Go so many weeks or months on."""
        practice = self._practice()
        if practice is not None:
            today = self._stage.clock().astimezone(practice.zone).date()
            self._to(building.turned(self._asked, today, by))

    def today(self) -> None:
        """Go back to the present."""
        self._to(Asked(self._asked.practice, self._asked.span))

    def go_to(self, moment: datetime) -> None:
        """Show the week or month of a moment."""
        practice = self._practice()
        if practice is not None:
            day = moment.astimezone(practice.zone).date()
            self._to(Asked(practice.id, self._asked.span, day))

    # --- within --------------------------------------------------------------------------------

    def _to(self, asked: Asked) -> None:
        self._asked = asked
        self._ask()

    def _practice(self) -> Practice | None:
        return self._stage.library.by_id(self._asked.practice)

    def _first(self) -> str:
        """Return the practice of the call in hand, or the first by its name."""
        current = self._stage.lines.current
        if current is not None and self._stage.library.by_id(current.practice.id) is not None:
            return current.practice.id
        found = sorted(self._stage.library.practices, key=_name)
        return found[0].id if found else ""

    def _on_written(self) -> None:
        if self._shown and not self._soon.isActive():
            self._soon.start()

    def _on_changed(self) -> None:
        if self._shown:
            self._renew()

    def _renew(self) -> None:
        self._list()
        self._ask()

    def _ask(self) -> None:
        if not self._shown:
            return
        practice, asked, now = self._practice(), self._asked, self._stage.clock()
        if practice is None:
            self.changed.emit(RotaPage(asked, "", note="This desk has no practices."))
            return
        may_edit = self._changes.may_change(practice.id)

        def lay_out(_: "Ledger") -> RotaPage:
            return building.page(practice, asked, now, may_edit=may_edit)

        self._stage.book.ask(lay_out, then=partial(self._on_page, asked))

    def _on_page(self, asked: Asked, page: RotaPage) -> None:
        if self._shown and asked == self._asked:
            self.changed.emit(page)

    def _list(self) -> None:
        if not self._shown:
            return
        library, query, now = self._stage.library, self._query.strip(), self._stage.clock()

        def find(_: "Ledger") -> "tuple[PracticeLine, ...]":
            found = (
                library.find_name(query, LISTED)
                if query
                else tuple(sorted(library.practices, key=_name))[:LISTED]
            )
            return building.rows(found, now)

        self._stage.book.ask(find, then=partial(self._on_list, query))

    def _on_list(self, query: str, lines: "tuple[PracticeLine, ...]") -> None:
        if self._shown and query == self._query.strip():
            self.list_changed.emit(lines)


def _name(practice: Practice) -> str:
    return practice.name
