"""Calls looked at again, at the desk: who may marks them, whose they were reads what was found.

Nothing is kept on this machine: a mark that cannot be written is said so, and stays on the screen.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from console.desk.permissions import Permission
from console.desk.quality.building import page
from console.desk.quality.views import Cause, QualityPage, Tab
from console.desk.stage import Stage
from console.desk.views import Light
from console.store.audit.events import Event
from console.store.errors import RecordsError

if TYPE_CHECKING:
    from console.desk.ledger import Ledger
    from console.desk.quality.asking import Found
    from console.store.reviews import ReviewRow

OF_A_SUPERVISOR = (Tab.TO_REVIEW, Tab.REVIEWED, Tab.MONTH)


class QualityKeeper(QObject):
    """The page. `changed` carries it; `marked` that what was found in a call is written."""

    changed = Signal(object)  # QualityPage
    marked = Signal(int)  # the review's row

    def __init__(self, stage: Stage, play: Callable[[str], None], parent: QObject) -> None:
        super().__init__(parent)
        self._stage, self._play = stage, play
        self._tab = Tab.TO_REVIEW
        self._month: date | None = None
        self._rows: dict[int, ReviewRow] = {}
        self._shown = False

    def show(self) -> bool:
        """Show the page to who takes calls or reviews them; tell whether it is to be shown."""
        if not self._stage.allowed(Permission.TAKE_CALLS):
            return False
        self._shown = True
        self._month = self._stage.clock().astimezone().date().replace(day=1)
        self.turn(OF_A_SUPERVISOR[0] if self._may_review() else Tab.OWN)
        return True

    def leave(self) -> None:
        """Nobody looks any more."""
        self._shown, self._rows = False, {}

    def turn(self, tab: Tab) -> None:
        """Show another part of the page."""
        if tab in self._tabs():
            self._tab = tab
            self._look()

    def turn_month(self, by: int) -> None:
        """Show another month of the practices."""
        if self._month is None or self._tab is not Tab.MONTH:
            return
        first = self._month.replace(day=1)
        back = first - timedelta(days=1)
        self._month = (first + timedelta(days=32) if by > 0 else back).replace(day=1)
        self._look()

    def open(self, row: int) -> None:
        """Somebody reads a call's review: on record, and told to whoever marked it."""
        found = self._rows.get(row)
        if found is None:
            return
        self._stage.record.saw("review", [(str(row), found.practice_id)])
        if self._tab is not Tab.OWN or found.seen_at is not None:
            return
        person, at = self._stage.agent, self._stage.clock()

        def note(ledger: "Ledger") -> bool | None:
            from console.desk.quality.asking import seen  # noqa: PLC0415 - the database's library

            return seen(ledger, row, person, at)

        self._stage.book.ask(note)

    def mark(self, row: int, mark: int, causes: frozenset[Cause], note: str) -> None:
        """Write what a supervisor found in a call."""
        found = self._rows.get(row)
        if found is None or not self._stage.allowed(
            Permission.REVIEW_CALLS, practice=found.practice_id
        ):
            return
        person, at, seen = self._stage.agent, self._stage.clock(), found.version

        def write(ledger: "Ledger") -> int:
            from console.desk.quality.asking import Marked  # noqa: PLC0415 - the worker's
            from console.desk.quality.asking import write as put  # noqa: PLC0415

            return put(ledger, Marked(row, seen, mark, causes, note), person, at)

        self._stage.book.ask(
            write,
            then=lambda _: self._on_marked(row),
            otherwise=self._not_marked,
            expected=RecordsError,
        )

    def hear(self, row: int) -> None:
        """Play the call's recording into the earpiece, or stop it."""
        found = self._rows.get(row)
        if found is not None and found.recording:
            self._play(found.recording)

    # --- within ----------------------------------------------------------------------------

    def _may_review(self) -> bool:
        return self._stage.rights.may(Permission.REVIEW_CALLS, now=self._stage.clock())

    def _tabs(self) -> tuple[Tab, ...]:
        return OF_A_SUPERVISOR if self._may_review() else (Tab.OWN,)

    def _look(self) -> None:
        tab, person, now = self._tab, self._stage.agent, self._stage.clock()
        month = self._month or now.astimezone().date()
        self._tell(QualityPage(tab, self._tabs(), note="Reading…"))

        def read(ledger: "Ledger") -> "Found | None":
            from console.desk.quality.asking import look  # noqa: PLC0415 - the database's library

            return look(ledger, tab, person, month, now)

        self._stage.book.ask(read, then=lambda found: self._on_found(tab, found))

    def _on_found(self, tab: Tab, found: "Found | None") -> None:
        if tab is not self._tab or not self._shown:
            return
        if found is None:
            self._tell(QualityPage(tab, self._tabs(), note="The records are away."))
            return
        self._rows = {row.row: row for row in found.rows}
        self._tell(page(found, self._tabs(), self._name, may_mark=self._may_review()))

    def _name(self, practice: str) -> str:
        known = self._stage.library.by_id(practice)
        return known.name if known else practice

    def _on_marked(self, row: int) -> None:
        self.marked.emit(row)
        self._look()

    def _not_marked(self, error: Exception) -> None:
        assert isinstance(error, RecordsError)
        self._stage.say(error.title, f"{error.message} {error.mend}".strip(), Light.WARN)
        self._stage.record.did(Event.REFUSED, kind="review", detail="conflict")
        self._look()

    def _tell(self, view: QualityPage) -> None:
        if self._shown:
            self.changed.emit(view)
