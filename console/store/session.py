"""The one door to the records: opened once, it hands out sessions and turns the world's failures
into sentences.

Reading and writing are different doors. A reader never waits for a writer; a writer takes the
lock at once, so that what it read is still true when it writes.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import Engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import ORMExecuteState, Session, sessionmaker

from console.store import migrating, sqlite
from console.store.audit.chain import Chain
from console.store.audit.events import Event
from console.store.audit.noting import note
from console.store.errors import RecordsError
from console.store.installation import Installation
from console.store.types import NaiveDatetime

BUSY_MS: Final = 5_000  # how long to wait for another desk's lock before the records count as away

T = TypeVar("T")


class ReadingOnly(RuntimeError):
    """A session for reading was used to write: a bug, never the world's fault."""


class Records:
    """Open records. Safe to use from several threads; each session belongs to one."""

    def __init__(
        self, engine: Engine, path: Path, revision: str, installation: Installation
    ) -> None:
        self.path = path
        self.revision = revision
        self._chain = Chain(installation)
        self._engine = engine
        self._reading = sessionmaker(engine, autoflush=False)
        self._writing = sessionmaker(
            engine.execution_options(**{sqlite.WRITING: True}), expire_on_commit=False
        )
        event.listen(self._reading, "do_orm_execute", _refuse_statement)
        event.listen(self._reading, "before_flush", _refuse_flush)

    @classmethod
    def open(
        cls, where: Path | str, *, busy_ms: int = BUSY_MS, installation: Installation | None = None
    ) -> "Records":
        """Open the records at a path or `sqlite:///` URL, beginning them where there are none.

        `installation` is who signs what is put on record here; without one, somebody whom the
        records will meet this once.
        Raises `RecordsMissing`, `NotOurRecords`, `RecordsTooNew`, `RecordsDamaged` or
        `RecordsAway`. An older layout is brought up to date, after a copy to
        `<path>.backup-<revision>`.
        """
        path = sqlite.path_of(where)
        with world_errors():
            if sqlite.look(path):
                sqlite.begin_file(path)
            revision = migrating.migrate(path, busy_ms=busy_ms)
            engine = sqlite.engine(path, busy_ms=busy_ms)
            return cls(engine, path, revision, installation or Installation.generate())

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Give a session to read with: one unchanging view. Writing raises `ReadingOnly`."""
        with world_errors(), self._reading() as session:
            yield session

    def write(self, work: Callable[[Session], T]) -> T:
        """Run `work` in one transaction and return what it returns.

        Whatever it raises leaves nothing written. When this returns, the rows are on the disk, and
        what the work put on record (`audit.note`) with them.
        """
        with world_errors(), self._writing() as session:
            session.connection()
            done = work(session)
            with self._chain.sealing(session):
                session.commit()
            return done

    def probe(self) -> None:
        """Raise `RecordsAway` unless something could be written now. Writes nothing."""
        with world_errors(), self._writing() as session:
            session.connection()
            session.rollback()

    def close(self) -> None:
        """End this run's chain of the audit and let go of the file. Sessions still open keep their
        own connection until they end."""
        if self._chain.begun:
            # The next run's first entry tells where this one ended; a chain that was taken away
            # meanwhile is found by the check.
            with suppress(RecordsError, IntegrityError):
                self.write(self._end_chain)
        self._engine.dispose()

    def _end_chain(self, session: Session) -> None:
        note(session, event=Event.CHAIN_ENDED, person=None, kind="chain", row=self._chain.id)


@contextmanager
def world_errors() -> Iterator[None]:
    """Turn what the world did to the database into `RecordsError`; let our own bugs through."""
    try:
        yield
    except DBAPIError as error:
        known = sqlite.from_database(error)
        if known is None:
            raise
        raise known from error
    except StatementError as error:
        if isinstance(error.orig, NaiveDatetime):
            raise error.orig from error
        raise
    except sqlite3.Error as error:
        known = sqlite.from_sqlite(error)
        if known is None:
            raise
        raise known from error


def _refuse_statement(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        raise ReadingOnly("this session is for reading; use Records.write")


def _refuse_flush(session: Session, *_: object) -> None:
    if session.new or session.dirty or session.deleted:
        raise ReadingOnly("this session is for reading; use Records.write")
