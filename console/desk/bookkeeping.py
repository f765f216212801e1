"""What the desk writes down and looks up, all of it on the one worker thread.

Whatever is written is first offered to the records; while they are away it is kept in this
machine's own file instead, and written in order when they are back. The desk is told which of the
two happened, and asks for nothing else: a call is never kept waiting for either.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from console.desk.locking import fits, hash_pin
from console.desk.worker import Worker
from console.store.bookings import BookingRow, Busy, bookings_for, busy_times
from console.store.callbacks import CallbackRow, callbacks
from console.store.drafts import DraftRow, drafts
from console.store.errors import (
    AgreementMissing,
    BookingGone,
    RecordsError,
    TimeTaken,
)
from console.store.figures import ServiceLevel, service_level
from console.store.finishing import FinishedRows, finish_call
from console.store.history import Earlier, history
from console.store.messages import pending_messages
from console.store.practices import PracticeFacts, upsert_practices
from console.store.session import Records
from console.store.spool import Spool, write_work
from console.store.staff import lock_hash, set_lock_hash
from console.store.work import AnyWork, FinishedCall, SavedDraft
from scripts.calltypes import Outcome

RETRY_MS = 5_000
LOOK_AHEAD = timedelta(days=30)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Standing:
    """How the records are: a sentence when they are away, and how much waits on this machine."""

    trouble: str = ""
    kept: int = 0


@dataclass(frozen=True, slots=True)
class CallerFile:
    """What the records know for a call that has just come in."""

    busy: tuple[Busy, ...]
    bookings: tuple[BookingRow, ...]
    earlier: tuple[Earlier, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """The desk's own figures and what is owed."""

    level: ServiceLevel
    to_deliver: int
    callbacks: tuple[CallbackRow, ...]


@dataclass(frozen=True, slots=True)
class Saved:
    """Where finished work went: into rows, or, with `rows` None, onto this machine."""

    outcome: Outcome
    rows: FinishedRows | None


class Bookkeeper(QObject):
    """The desk's way to the records. Results arrive on the thread that made it."""

    standing_changed = Signal(object)  # Standing
    writing_changed = Signal(int)  # pieces of work on their way

    def __init__(
        self,
        *,
        records_path: Path,
        spool_path: Path,
        practices: tuple[PracticeFacts, ...],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._records_path = records_path
        self._spool_path = spool_path
        self._practices = practices
        self._worker = Worker(self)
        self._records: Records | None = None  # the worker's own, like the spool
        self._spool: Spool | None = None
        self._behind = True  # something waits in the spool, or the records were last seen away
        self._writing = 0
        self._drafts: dict[str, SavedDraft] = {}  # the newest of each form not yet written
        self._standing = Standing()
        self._retry = QTimer(self, interval=RETRY_MS)
        self._retry.timeout.connect(self.reconnect)

    def reconnect(self) -> None:
        """Open the records if they are not, and write what waits for them."""
        self._worker.run(self._catch_up, then=self._stand)

    def close(self) -> None:
        """Write what was asked, then let go of the records."""
        self._retry.stop()
        self._worker.close()
        if self._records is not None:
            self._records.close()

    # --- writing ---------------------------------------------------------------------------

    def write(self, work: AnyWork) -> None:
        """Write a piece of work that cannot be refused, to the records or to this machine."""
        self._count(+1)
        self._worker.run(
            lambda: self._write_or_keep(work), then=self._written, otherwise=self._not_kept,
            expected=RecordsError,
        )  # fmt: skip

    def save_draft(self, draft: SavedDraft, then: Callable[[datetime], None]) -> None:
        """Write a form as it stands; of several in a row only the newest is written."""
        waiting = draft.uid in self._drafts
        self._drafts[draft.uid] = draft
        if not waiting:
            self._worker.run(
                lambda: self._write_draft(draft.uid),
                then=lambda written: self._draft_written(written, then),
                otherwise=self._say_trouble,
                expected=RecordsError,
            )

    def finish(
        self,
        finished: FinishedCall,
        *,
        then: Callable[[Saved], None],
        refused: Callable[[RecordsError], None],
    ) -> None:
        """Write a finished call in one transaction; `refused` with a time that was taken, an
        agreement that is missing, or when neither records nor this machine could take it."""
        self._count(+1)

        def done(saved: Saved) -> None:
            self._count(-1)
            then(saved)
            self.reconnect()

        def not_done(error: Exception) -> None:
            self._count(-1)
            assert isinstance(error, RecordsError)
            refused(error)

        self._worker.run(
            lambda: self._finish(finished), then=done, otherwise=not_done, expected=RecordsError
        )

    def choose_pin(self, name: str, pin: str, then: Callable[[str], None]) -> None:
        """Hash a receptionist's PIN and keep the hash; `then` gets it. While the records are away
        it is not kept, and the desk asks for a new PIN at its next start."""

        def keep() -> str:
            pin_hash = hash_pin(pin)
            self._read(
                lambda records: records.write(
                    lambda session: set_lock_hash(session, name=name, lock_hash=pin_hash)
                )
            )
            return pin_hash

        self._worker.run(keep, then=then)

    def check_pin(self, pin: str, pin_hash: str, then: Callable[[bool], None]) -> None:
        """Tell whether a PIN is the one hashed."""
        self._worker.run(lambda: fits(pin, pin_hash), then=then)

    # --- looking up ------------------------------------------------------------------------

    def look_up_caller(
        self, practice: str, number: str, now: datetime, then: Callable[[CallerFile | None], None]
    ) -> None:
        """Find what the records know for a call; None while they are away."""

        def look(records: Records) -> CallerFile:
            with records.session() as session:
                return CallerFile(
                    busy=busy_times(session, practice=practice, after=now, until=now + LOOK_AHEAD),
                    bookings=bookings_for(session, practice=practice, number=number, after=now)
                    if number
                    else (),
                    earlier=history(session, practice=practice, number=number) if number else (),
                )

        self._worker.run(lambda: self._read(look), then=then)

    def look_up_overview(self, since: datetime, then: Callable[[Overview | None], None]) -> None:
        """Count today's calls, what is to be delivered and who is owed a call back."""

        def look(records: Records) -> Overview:
            with records.session() as session:
                return Overview(
                    level=service_level(session, since=since),
                    to_deliver=pending_messages(session),
                    callbacks=callbacks(session),
                )

        self._worker.run(lambda: self._read(look), then=then)

    def look_up_drafts(self, then: Callable[[tuple[DraftRow, ...]], None]) -> None:
        """Find the forms a restart left unfinished."""

        def look(records: Records) -> tuple[DraftRow, ...]:
            with records.session() as session:
                return drafts(session)

        self._worker.run(lambda: self._read(look), then=lambda found: then(found or ()))

    def look_up_pin_hash(self, name: str, then: Callable[[str | None], None]) -> None:
        """Find the hash of a receptionist's PIN."""

        def look(records: Records) -> str | None:
            with records.session() as session:
                return lock_hash(session, name=name)

        self._worker.run(lambda: self._read(look), then=then)

    # --- on the worker's thread ------------------------------------------------------------

    def _catch_up(self) -> Standing:
        try:
            spool = self._open_spool()
            records = self._open_records()
            records.probe()
            spool.replay(records)
        except RecordsError as error:
            self._behind = True
            return Standing(f"{error.title}. {error.message}", self._waiting())
        self._behind = False
        return Standing()

    def _open_spool(self) -> Spool:
        if self._spool is None:
            self._spool_path.parent.mkdir(parents=True, exist_ok=True)
            self._spool = Spool(self._spool_path)
        return self._spool

    def _open_records(self) -> Records:
        if self._records is None:
            records = Records.open(self._records_path)
            records.write(lambda session: upsert_practices(session, practices=self._practices))
            self._records = records
        return self._records

    def _waiting(self) -> int:
        with suppress(RecordsError):
            return len(self._spool.waiting()) if self._spool is not None else 0
        return 0

    def _write_or_keep(self, work: AnyWork) -> Standing:
        standing = self._catch_up() if self._behind else Standing()
        if not standing.trouble:
            try:
                self._open_records().write(lambda session: write_work(session, work=work))
            except RecordsError as error:
                standing = Standing(f"{error.title}. {error.message}")
            else:
                return standing
        self._keep(work)
        return Standing(standing.trouble, self._waiting())

    def _keep(self, work: AnyWork) -> None:
        self._behind = True
        self._open_spool().keep(work)

    def _write_draft(self, uid: str) -> tuple[SavedDraft, Standing]:
        draft = self._drafts.pop(uid)
        return draft, self._write_or_keep(draft)

    def _finish(self, finished: FinishedCall) -> Saved:
        if not (self._behind and self._catch_up().trouble):
            try:
                rows = self._open_records().write(lambda s: finish_call(s, finished=finished))
            except (TimeTaken, BookingGone, AgreementMissing):
                raise
            except RecordsError:
                pass  # away since a moment ago: kept below
            else:
                return Saved(finished.outcome, rows)
        self._keep(finished)
        return Saved(finished.outcome, None)

    def _read(self, look: Callable[[Records], T]) -> T | None:
        try:
            return look(self._open_records())
        except RecordsError:
            return None  # `_catch_up` finds the same trouble and says it

    # --- on the window's thread ------------------------------------------------------------

    def _written(self, standing: Standing) -> None:
        self._count(-1)
        self._stand(standing)

    def _draft_written(
        self, written: tuple[SavedDraft, Standing], then: Callable[[datetime], None]
    ) -> None:
        draft, standing = written
        self._stand(standing)
        then(draft.updated_at)

    def _not_kept(self, error: Exception) -> None:
        self._count(-1)
        self._say_trouble(error)

    def _say_trouble(self, error: Exception) -> None:
        assert isinstance(error, RecordsError)
        self._stand(Standing(f"{error.title}. {error.message}", self._standing.kept))

    def _stand(self, standing: Standing) -> None:
        if standing.trouble or standing.kept:
            if not self._retry.isActive():
                self._retry.start()
        else:
            self._retry.stop()
        if standing != self._standing:
            self._standing = standing
            self.standing_changed.emit(standing)

    def _count(self, change: int) -> None:
        self._writing = max(0, self._writing + change)
        self.writing_changed.emit(self._writing)
