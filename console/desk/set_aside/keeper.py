"""Work that was set aside, at the desk it is on: a supervisor reads it and sees to it.

Each deed is on record under the item's own id. Reading an item is too: it has a caller's words.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from console.desk.permissions import Permission
from console.desk.set_aside.port import (
    SHORTEST_REASON,
    AmendAside,
    AsideLine,
    AsideSignals,
    AsideView,
)
from console.desk.stage import Stage
from console.desk.views import Light
from console.store.audit.events import Event
from console.store.errors import RecordsError
from scripts import phone_numbers

if TYPE_CHECKING:
    from console.desk.ledger import Ledger
    from console.desk.set_aside.asking import Come

GONE = "Somebody else has seen to that."


class AsideKeeper(AsideSignals):
    """Shows it, tries it again, amends it, writes it off."""

    def __init__(self, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stage = stage
        self._lines: tuple[AsideLine, ...] = ()
        self._open = False
        self._amending: AmendAside | None = None

    def open(self) -> None:
        """Show what was set aside, to who may see to it."""
        if self._allowed():
            self._open = True
            self._look("")

    def try_again(self, key: str) -> None:
        """Write a piece of work to the records after all."""

        def work(ledger: "Ledger") -> "Come":
            from console.desk.set_aside import asking  # noqa: PLC0415 - the worker's to import

            return asking.try_again(ledger, key)

        if self._may(key):
            self._do(key, "tried", work)

    def amend(self, key: str) -> None:
        """Show a piece of work to be amended."""
        if not self._may(key):
            return
        library = self._stage.library

        def look(ledger: "Ledger") -> AmendAside | None:
            from console.desk.set_aside import asking  # noqa: PLC0415 - the worker's to import

            return asking.to_amend(ledger, key, library)

        self._stage.book.ask(
            look, then=self._show_amend, otherwise=self._trouble, expected=RecordsError
        )

    def save(self, key: str, practice: str, words: dict[str, str], clean: bool) -> None:
        """Amend a piece of work and try again."""
        if self._amending is None or not self._may(key):
            return
        said: dict[str, str | None] = {name: " ".join(text.split()) if name != "reason" else
                                       text.strip() for name, text in words.items()}  # fmt: skip
        problem = ""
        if said.get("callback_number"):
            try:
                said["callback_number"] = phone_numbers.to_e164(str(said["callback_number"]))
            except phone_numbers.NotANumber:
                problem = "Type the whole number, with its area code."
        if "reason" in said and not said["reason"]:
            problem = "Say what it is about."
        if self._amending.practices and not practice:
            problem = "Choose the practice it belongs to."
        if problem:
            self._say_wrong(practice, words, problem, clean=clean)
            return

        def work(ledger: "Ledger") -> "Come":
            from console.desk.set_aside import asking  # noqa: PLC0415 - the worker's to import
            from console.store.settling import Amendment  # noqa: PLC0415

            to = Amendment(practice=practice or None, without_phi=clean, **said)
            return asking.amend(ledger, key, to)

        def wrong(error: RecordsError) -> None:
            self._say_wrong(practice, words, f"{error.message} {error.mend}".strip(), clean=clean)

        self._do(key, "amended", work, wrong)

    def leave_amend(self) -> None:
        """Go back to the list."""
        self._amending = None
        self.amend_changed.emit(None)

    def write_off(self, key: str, reason: str) -> None:
        """Note that nothing is to come of a piece of work any more, and why."""
        reason = " ".join(reason.split())
        if not self._may(key):
            return
        if len(reason) < SHORTEST_REASON:
            self._show("Say in a sentence why nothing is to come of it.")
            return
        person, at = self._stage.agent, self._stage.clock()

        def work(ledger: "Ledger") -> "Come":
            from console.desk.set_aside import asking  # noqa: PLC0415 - the worker's to import

            return asking.write_off(ledger, key, person, reason, at)

        self._do(key, "written_off", work)

    def leave(self) -> None:
        """Close it and let what was read go."""
        self._open, self._lines, self._amending = False, (), None
        self.amend_changed.emit(None)
        self.shown.emit(None)

    # --- within ----------------------------------------------------------------------------

    def _allowed(self) -> bool:
        return self._stage.allowed(Permission.SETTLE_ASIDE)

    def _may(self, key: str) -> bool:
        return self._open and any(each.key == key for each in self._lines) and self._allowed()

    def _do(
        self,
        key: str,
        deed: str,
        work: "Callable[[Ledger], Come]",
        wrong: Callable[[RecordsError], None] | None = None,
    ) -> None:
        def done(come: "Come") -> None:
            if not come.gone:
                event = Event.DISCARDED if deed == "written_off" else Event.CHANGED
                detail = f"{deed},written" if come.written else deed
                self._stage.record.did(
                    event, kind="set_aside", row=key, practice=come.practice, detail=detail
                )
            self._amending = None
            self.amend_changed.emit(None)
            self._look(_told(deed, come))
            self._stage.book.reconnect()  # the status line counts what is left

        def not_done(error: Exception) -> None:
            assert isinstance(error, RecordsError)
            (wrong or self._trouble)(error)

        self._stage.book.ask(work, then=done, otherwise=not_done, expected=RecordsError)

    def _look(self, note: str) -> None:
        library = self._stage.library

        def look(ledger: "Ledger") -> tuple[AsideLine, ...]:
            from console.desk.set_aside import asking  # noqa: PLC0415 - the worker's to import

            return asking.look(ledger, library)

        def read(lines: tuple[AsideLine, ...]) -> None:
            if self._open:
                self._lines = lines
                self._stage.record.saw("set_aside", ((each.key, None) for each in lines))
                self._show(note)

        self._stage.book.ask(look, then=read, otherwise=self._trouble, expected=RecordsError)

    def _show(self, note: str) -> None:
        left = sum(each.may_write_off for each in self._lines)
        self.shown.emit(AsideView(self._lines, left, note))

    def _show_amend(self, view: AmendAside | None) -> None:
        if view is None:
            self._look(GONE)
        elif self._open:
            self._amending = view
            self.amend_changed.emit(view)

    def _say_wrong(
        self, practice: str, words: dict[str, str], problem: str, *, clean: bool
    ) -> None:
        before = self._amending
        if before is None:
            return
        fields = tuple(
            type(each)(each.name, each.label, words.get(each.name, each.text))
            for each in before.fields
        )
        self._amending = AmendAside(before.key, before.title, before.practices, practice, fields,
                                    before.may_clean, clean, problem)  # fmt: skip
        self.amend_changed.emit(self._amending)

    def _trouble(self, error: Exception) -> None:
        assert isinstance(error, RecordsError)
        self._stage.say(error.title, f"{error.message} {error.mend}".strip(), Light.WARN)


def _told(deed: str, come: "Come") -> str:
    if come.gone:
        return GONE
    if come.written:
        return "It is in the records now."
    if deed == "written_off":
        return "Written off. It stays here, sealed, with your reason."
    kept = " What you changed is kept." if deed == "amended" else ""
    return f"The records refused it again: {come.why[:1].lower()}{come.why[1:]}{kept}"
