"""The one door to the records: opened once, it hands out sessions and turns the world's failures
into sentences. The same for a file on this machine and for a server (`backend`).

Reading and writing are different doors. A reader never waits for a writer; what a writer read is
still true when it writes.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import Engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from sqlalchemy.orm import ORMExecuteState, Session, sessionmaker

from console.store import connection
from console.store.audit.chain import Chain
from console.store.audit.events import Event
from console.store.audit.noting import note
from console.store.backend import Backend, backend_of
from console.store.connection import ALONE, WRITING
from console.store.errors import Away, NotAdmitted, RecordsAway, RecordsDamaged, RecordsError
from console.store.installation import Installation, installation_of
from console.store.live import Watch
from console.store.place import Place, place_of
from console.store.secrecy.sealed import VAULT
from console.store.secrecy.vault import Vault
from console.store.secrets import Secrets
from console.store.types import NaiveDatetime

BUSY_MS: Final = 5_000  # how long to wait for another desk's lock before the records count as away
_TRIES: Final = 8  # at a transaction that clashed with another beside it
_PAUSE_S: Final = 0.01  # before the second try; doubled each time, and never the same for two desks

T = TypeVar("T")


class ReadingOnly(RuntimeError):
    """A session for reading was used to write: a bug, never the world's fault."""


class Records:
    """Open records. Safe to use from several threads; each session belongs to one."""

    def __init__(
        self, engine: Engine, backend: Backend, revision: str, installation: Installation
    ) -> None:
        self.place: Place = backend.place
        self.revision = revision
        self._backend = backend
        self._chain = Chain(installation)
        self._vault = Vault(installation)
        info = {VAULT: self._vault}
        self._engine = engine
        self._reading = sessionmaker(engine, autoflush=False, info=info)
        self._writing = sessionmaker(
            engine.execution_options(**{WRITING: True}), expire_on_commit=False, info=info
        )
        self._alone = sessionmaker(
            engine.execution_options(**{WRITING: True, ALONE: True}),
            expire_on_commit=False,
            info=info,
        )
        event.listen(self._reading, "do_orm_execute", _refuse_statement)
        event.listen(self._reading, "before_flush", _refuse_flush)

    @classmethod
    def open(
        cls,
        where: Path | str | Place,
        *,
        secrets: Secrets,
        busy_ms: int = BUSY_MS,
        installation: Installation | None = None,
    ) -> "Records":
        """Open the records at a place, beginning a file where there is none.

        `installation` is who signs what is put on record here and who opens what was encrypted:
        unless it is handed in, the one these secrets make. A file of an older layout is brought up
        to date, after a copy to `<path>.backup-<revision>`; a server's layout is only looked at.
        Raises `RecordsError`.
        """
        backend = backend_of(place_of(where), secrets)
        with world_errors(backend):
            revision = backend.ready(busy_ms=busy_ms)
            engine = backend.engine(busy_ms=busy_ms)
            desk = installation or installation_of(secrets)
            records = cls(engine, backend, revision, desk)
        try:
            with suppress(RecordsDamaged):  # `records verify` must be able to say where
                records._unlock()
        except BaseException:
            engine.dispose()
            raise
        return records

    def _unlock(self) -> None:
        """Load the keys this desk was given, making the first ones in new records. Raises
        `NotAdmitted`."""
        with self.session() as session:
            admitted = self._vault.load(session)
        if not admitted and not self.write(self._vault.begin):
            raise NotAdmitted(self._vault.desk)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Give a session to read with: one unchanging view. Writing raises `ReadingOnly`."""
        with world_errors(self._backend), self._reading() as session:
            yield session

    def write(self, work: Callable[[Session], T], *, alone: bool = False) -> T:
        """Run `work` in one transaction and return what it returns.

        What it reads does not change under it, and nobody else changes a row it changes. Where a
        rule over rows it only reads must hold too (there is always one administrator), it asks to
        be run as if `alone`.

        Whatever it raises leaves nothing written. When this returns, the rows are on the disk, and
        what the work put on record (`audit.note`) with them. On a server `work` may be run several
        times, each time anew: it must do nothing but read and write with its session.
        """
        with world_errors(self._backend):
            return self._tried(work, self._alone if alone else self._writing)

    def watch(self, tell: Callable[[], None]) -> Watch:
        """Have `tell` called, on a thread of its own, whenever any desk has written something."""
        return Watch(self._backend, tell)

    def probe(self) -> None:
        """Raise `RecordsAway` unless something could be written now. Writes nothing."""
        with world_errors(self._backend), self._writing() as session:
            self._backend.begin_writing(session.connection())
            session.rollback()

    def overwrite_deleted(self) -> None:
        """Make what was deleted go from where it is stored, as far as the database can."""
        with world_errors(self._backend):
            self._engine.dispose()
            self._backend.overwrite_deleted(busy_ms=BUSY_MS)

    def close(self) -> None:
        """End this run's chain of the audit and let go of the records. Sessions still open keep
        their own connection until they end."""
        if self._chain.begun:
            # The next run's first entry tells where this one ended; a chain that was taken away
            # meanwhile is found by the check.
            with suppress(RecordsError, IntegrityError):
                self.write(self._end_chain)
        self._engine.dispose()

    def _end_chain(self, session: Session) -> None:
        note(session, event=Event.CHAIN_ENDED, person=None, kind="chain", row=self._chain.id)

    def _tried(self, work: Callable[[Session], T], sessions: sessionmaker[Session]) -> T:
        for tried in range(1, _TRIES + 1):
            try:
                return self._once(work, sessions)
            except DBAPIError as error:
                if tried == _TRIES or not self._backend.may_try_again(error, tried=tried):
                    raise
            time.sleep(random.uniform(0.5, 1.0) * _PAUSE_S * 2**tried)
        raise AssertionError("the last try returns or raises")

    def _once(self, work: Callable[[Session], T], sessions: sessionmaker[Session]) -> T:
        with sessions() as session:
            connection.begin(session)
            done = work(session)
            with self._chain.sealing(session):
                session.commit()
            return done


@contextmanager
def world_errors(backend: Backend) -> Iterator[None]:
    """Turn what the world did to the database into `RecordsError`; let our own bugs through."""
    try:
        yield
    except DBAPIError as error:
        known = backend.error(error)
        if known is None:
            raise
        raise known from error
    except StatementError as error:
        if isinstance(error.orig, NaiveDatetime):
            raise error.orig from error
        raise
    except NoConnectionLeft as error:
        raise RecordsAway(Away.BUSY) from error
    except Exception as error:
        known = backend.error(error)
        if known is None:
            raise
        raise known from error


def _refuse_statement(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        raise ReadingOnly("this session is for reading; use Records.write")


def _refuse_flush(session: Session, *_: object) -> None:
    if session.new or session.dirty or session.deleted:
        raise ReadingOnly("this session is for reading; use Records.write")
