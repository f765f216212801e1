"""An escalation's owner is told what becomes of it: somebody has it, passed it on, reached the
patient; or nobody answered and the ladder has gone on. Nothing of a caller is in it, and on a
locked desk only its title is shown.
"""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

from console.desk.permissions import Permission
from console.desk.stage import Stage
from console.desk.views import Light

if TYPE_CHECKING:
    from console.desk.ledger import Ledger
    from console.store.owner_news import Happened

PAUSE_MS: Final = 200  # after something was written, before the look
MOST_TOLD: Final = 3  # in one notice
_NO_NEWS: Final = frozenset(
    {"changed nothing", "written too late to be done", "no way to reach anybody"}
)
_PRESSED: Final = "pressing 1"  # on a desk's own call to the provider, whose sheet says so
_WAYS: Final = {"sms": "text message", "wctp": "pager", "snpp": "pager", "mail": "mail",
                "webhook": "their app", "ntfy": "ntfy", "pagerduty": "PagerDuty"}  # fmt: skip


class OwnerNews(QObject):
    """Looks whenever something was written, by whichever desk or worker."""

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self._stage = stage
        self._whose = ""
        self._after: int | None = None  # the newest line when this person began to be told
        self._told: set[int] = set()
        self._looking = self._again = False
        self._pause = QTimer(self, interval=PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self.look)
        stage.book.changed.connect(self._on_written)
        stage.book.records_opened.connect(self.look)
        stage.book.closing.connect(self._on_closing)

    def look(self) -> None:
        """Look what has happened to the escalations of whoever is signed in."""
        me = self._stage.agent
        if not me or not self._stage.rights.may(Permission.TAKE_CALLS, now=self._stage.clock()):
            self._whose, self._after = "", None
            return
        if self._looking:
            self._again = True
            return
        if me != self._whose:
            self._whose, self._after, self._told = me, None, set()
        self._looking = True
        after = self._after

        def read(ledger: "Ledger") -> "tuple[int, tuple[Happened, ...]] | None":
            from console.store import owner_news  # noqa: PLC0415 - the worker's to import

            def found(session: object) -> "tuple[int, tuple[Happened, ...]]":
                newest = owner_news.newest_line(session)  # type: ignore[arg-type]
                begun = newest if after is None else after
                lines = owner_news.happened(session, owner=me, after=begun)  # type: ignore[arg-type]
                return newest, lines

            return ledger.read(found)

        self._stage.book.ask(
            read, then=lambda found: self._on_found(me, found), always=self._looked
        )

    def _looked(self) -> None:
        self._looking = False
        if self._again:
            self._again = False
            self._pause.start()

    def _on_found(self, me: str, found: "tuple[int, tuple[Happened, ...]] | None") -> None:
        if found is None or me != self._whose or me != self._stage.agent:
            return
        newest, lines = found
        new = [each for each in lines if each.line not in self._told]
        self._told |= {each.line for each in new}
        first, self._after = self._after is None, newest
        told = [
            said
            for each in new
            if not each.by.startswith((me, _PRESSED)) and (said := words(each)) is not None
        ]
        if not first and told:
            self._tell(told)

    def _tell(self, told: "list[tuple[str, str, Light]]") -> None:
        title, _, light = told[-1]
        texts = dict.fromkeys(text for _, text, _ in told)
        self._stage.say(title, " ".join(list(texts)[-MOST_TOLD:]), light)

    def _on_written(self) -> None:
        if not self._pause.isActive():
            self._pause.start()

    def _on_closing(self) -> None:
        self._stage.book.changed.disconnect(self._on_written)
        self._stage.book.records_opened.disconnect(self.look)
        self._pause.stop()


def words(happened: "Happened") -> tuple[str, str, Light] | None:
    """Return title, sentence and light of what is told of a line, None for what is not."""
    ref, whom = f"Ref {happened.reference}", happened.whom or "Somebody"
    by = f" by {_WAYS[happened.by]}" if happened.by in _WAYS else ""
    said: tuple[str, str, Light] | None = None
    if happened.detail in _NO_NEWS:
        return said
    match happened.what:
        case "acknowledge":
            text = f"{ref}: {whom} has it{by}. Its pages have stopped."
            said = "A page was answered", text, Light.GOOD
        case "escalate":
            text = f"{ref}: {whom} cannot take it. The next person’s turn is now."
            said = "A page was passed on", text, Light.WARN
        case "reach" | "close":
            said = "The patient was reached", f"{ref}: {whom} says so{by}.", Light.GOOD
        case "page" | "call" if happened.went_on:
            did = "is paged" if happened.what == "page" else "is to be called"
            said = "No answer yet", f"{ref}: nobody has answered. {whom} {did}.", Light.WARN
        case "tell":
            text = f"{ref}: nobody on the ladder has answered. {whom} is told."
            said = "Nobody has answered", text, Light.BAD
    return said
