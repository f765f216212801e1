"""What the desk writes down and looks up, all of it on the one worker thread.

Whatever is written is first offered to the records; while they are away it is kept in this
machine's own file instead, and written in order when they are back. The desk is told which of the
two happened, and asks for nothing else: a call is never kept waiting for either.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from console.desk.kept import CallerFile, Overview, Saved, Standing
from console.desk.worker import Worker
from console.store.errors import RecordsError
from console.store.place import Place
from console.store.secrets import Secrets
from console.store.work import AmendedMessage, AnyWork, DidOnBoard, FinishedCall, Noted, SavedDraft
from scripts.practice import Practice

if TYPE_CHECKING:  # both take long to import: the worker does it, while the window is shown
    from sqlalchemy.orm import Session

    from console.desk.ledger import Ledger
    from console.people.service import People
    from console.store.drafts import DraftRow
    from console.store.recordings import RecordingRow
    from console.store.values import Consent

RETRY_MS = 5_000
T = TypeVar("T")
D = TypeVar("D", DidOnBoard, AmendedMessage)


class Bookkeeper(QObject):
    """The desk's way to the records. Results arrive on the thread that made it."""

    standing_changed = Signal(object)  # Standing
    records_opened = Signal()  # for the first time, or again after they were away
    records_back = Signal()  # they were away, and what was not found then can be found now
    closing = Signal()  # nothing more may be asked
    changed = Signal()  # some desk has written something, this one included
    _heard = Signal()  # the same, from the thread that listens
    writing_changed = Signal(int)  # pieces of work on their way

    def __init__(
        self,
        *,
        place: Place,
        secrets: Callable[[], Secrets],
        spool_path: Path,
        practices: Sequence[Practice],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._where = (place, secrets, spool_path, tuple(practices))
        self.folder = spool_path.parent  # this machine's own files
        self._worker = Worker(self)
        self._open: Ledger | None = None  # the worker's own
        self._writing = 0
        self._drafts: dict[str, SavedDraft] = {}  # the newest of each form not yet written
        self._drafts_lock = threading.Lock()
        self._standing = Standing()
        self._catching_up = False
        self._retry = QTimer(self, interval=RETRY_MS)
        self._retry.timeout.connect(self.reconnect)
        self._heard.connect(self._on_heard, Qt.ConnectionType.QueuedConnection)

    def reconnect(self) -> None:
        """Open the records if they are not, and write what waits for them."""
        if self._catching_up:
            return
        self._catching_up = True
        self._worker.run(
            lambda: self._ledger().catch_up(), then=self._opened, always=self._caught_up
        )

    def close(self) -> None:
        """Write what was asked, then let go of the records."""
        self._retry.stop()
        self.closing.emit()
        self._worker.run(lambda: self._ledger().close())
        self._worker.close()

    # --- writing ---------------------------------------------------------------------------

    def write(self, work: AnyWork, *, then: Callable[[], None] | None = None) -> None:
        """Write a piece of work that cannot be refused, to the records or to this machine; `then`
        comes once it is there."""
        self._count(+1)

        def written(standing: Standing) -> None:
            self._stand(standing)
            if then is not None:
                then()

        self._worker.run(
            lambda: self._ledger().write(work), then=written, always=lambda: self._count(-1)
        )

    def do(
        self,
        deed: D,
        by: "Callable[[Session, D], T]",
        then: Callable[[T | None], None],
    ) -> None:
        """Write what somebody did to unfinished work; `then` gets what came of it, None where it
        waits on this machine."""
        self._count(+1)

        def done(result: tuple[T | None, Standing]) -> None:
            came, standing = result
            self._stand(standing)
            then(came)

        self._worker.run(
            lambda: self._ledger().do(deed, lambda session: by(session, deed)),
            then=done,
            always=lambda: self._count(-1),
        )

    def note(self, noted: Noted) -> None:
        """Put on record what somebody did; nobody waits for it."""
        self._worker.run(lambda: self._ledger().write(noted), then=self._stand)

    def save_draft(self, draft: SavedDraft, then: Callable[[datetime], None]) -> None:
        """Write a form as it stands; of several in a row only the newest is written."""
        with self._drafts_lock:
            waiting = draft.uid in self._drafts
            self._drafts[draft.uid] = draft
        if waiting:
            return

        def write() -> tuple[datetime, Standing]:
            with self._drafts_lock:
                newest = self._drafts.pop(draft.uid)
            return newest.updated_at, self._ledger().write(newest)

        def written(result: tuple[datetime, Standing]) -> None:
            at, standing = result
            self._stand(standing)
            then(at)

        self._worker.run(write, then=written)

    def finish(
        self,
        finished: FinishedCall,
        *,
        then: Callable[[Saved], None],
        refused: Callable[[RecordsError], None],
        always: Callable[[], None],
    ) -> None:
        """Write a finished call in one transaction; `refused` with a time that was taken, an
        agreement that is missing, or when neither records nor this machine could take it. `always`
        comes first, whatever came of it, even a bug."""
        self._count(+1)

        def settled() -> None:
            self._count(-1)
            always()

        def done(result: tuple[Saved, Standing]) -> None:
            saved, standing = result
            self._stand(standing)
            then(saved)

        def not_done(error: Exception) -> None:
            assert isinstance(error, RecordsError)
            refused(error)

        self._worker.run(
            lambda: self._ledger().finish(finished),
            then=done,
            otherwise=not_done,
            expected=RecordsError,
            always=settled,
        )

    def ask_people(
        self,
        ask: "Callable[[People], T]",
        then: Callable[[T], None] | None,
        otherwise: Callable[[str, str], None],
    ) -> None:
        """Ask about people; `otherwise` with a title and a sentence where it cannot be done."""

        def not_done(error: Exception) -> None:
            assert isinstance(error, RecordsError)
            otherwise(error.title, f"{error.message} {error.mend}".strip())

        self._worker.run(
            lambda: ask(self._ledger().people),
            then=then,
            otherwise=not_done,
            expected=RecordsError,
        )

    # --- who is at what --------------------------------------------------------------------

    def take_up(self, kind: str, row: str, person: str) -> None:
        """Tell the other desks that somebody here is at something, or still is."""
        self._worker.run(lambda: self._ledger().take_up(kind, row, person))

    def let_go(self, kind: str, row: str) -> None:
        """Tell them that it is over."""
        self._worker.run(lambda: self._ledger().let_go(kind, row))

    # --- looking up ------------------------------------------------------------------------

    def look_up_caller(
        self,
        practice: Practice,
        number: str,
        now: datetime,
        then: Callable[[CallerFile | None], None],
        *,
        person: str,
        call: str = "",
    ) -> None:
        """Find what the records know for a call; None while they are away. That `person` is shown
        it is put on record afterwards: the pop does not wait for that."""
        self._worker.run(lambda: self._ledger().caller_file(practice, number, now, call), then=then)
        self._worker.run(lambda: self._ledger().note_shown(person, now), then=self._stand)

    def look_up_overview(self, since: datetime, then: Callable[[Overview], None]) -> None:
        """Count today's calls, what is to be delivered and who is owed a call back."""
        self._worker.run(lambda: self._ledger().overview(since), then=then)

    def look_up_drafts(self, then: "Callable[[tuple[DraftRow, ...] | None], None]") -> None:
        """Find the forms a restart left unfinished; None while the records are away."""
        self._worker.run(lambda: self._ledger().drafts(), then=then)

    def look_up_recordings(
        self, limit: int, then: "Callable[[tuple[RecordingRow, ...] | None], None]"
    ) -> None:
        """Find the newest recordings; None while the records are away."""
        self._worker.run(lambda: self._ledger().recordings(limit), then=then)

    def delete_recording(
        self, recording: str, person: str, at: datetime, then: Callable[[bool | None], None]
    ) -> None:
        """Destroy a recording's key; `then` gets whether there was one, None where the records are
        away."""
        self._worker.run(lambda: self._ledger().delete_recording(recording, person, at), then=then)

    def look_up_consent(self, call: str, then: "Callable[[Consent | None], None]") -> None:
        """Find what a call's caller said about recording; None where nobody asked, or the records
        are away."""
        self._worker.run(lambda: self._ledger().consent(call), then=then)

    def ask(
        self,
        work: "Callable[[Ledger], T]",
        *,
        then: Callable[[T], None] | None = None,
        otherwise: Callable[[Exception], None] | None = None,
        expected: type[Exception] | tuple[type[Exception], ...] = (),
        always: Callable[[], None] | None = None,
    ) -> None:
        """Have something done with the ledger on the worker's thread (see `Worker.run`)."""
        self._worker.run(
            lambda: work(self._ledger()),
            then=then,
            otherwise=otherwise,
            expected=expected,
            always=always,
        )

    # --- within ----------------------------------------------------------------------------

    def _ledger(self) -> "Ledger":
        """Return the ledger, on the worker's thread."""
        if self._open is None:
            from console.desk.ledger import open_ledger  # noqa: PLC0415 - half a second of imports

            place, secrets, spool_path, practices = self._where
            self._open = open_ledger(place, secrets(), spool_path, practices, self._heard.emit)
        return self._open

    def _on_heard(self) -> None:
        self.changed.emit()

    def _caught_up(self) -> None:
        self._catching_up = False

    def _opened(self, standing: Standing) -> None:
        self._stand(standing)
        if not standing.trouble:
            self.records_opened.emit()

    def _stand(self, standing: Standing) -> None:
        if standing.trouble or standing.kept:
            if not self._retry.isActive():
                self._retry.start()
        else:
            self._retry.stop()
        if standing == self._standing:
            return
        was, self._standing = self._standing, standing
        self.standing_changed.emit(standing)
        if was.trouble and not standing.trouble:
            self.records_back.emit()

    def _count(self, change: int) -> None:
        self._writing += change
        self.writing_changed.emit(self._writing)
