"""Faults at any statement, any commit and any write to this machine's own file.

One fault is armed at a time and strikes once, so many steps later. What a database would say is
said by its own driver's errors; a kill is an exception that nothing catches.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlcipher3 import dbapi2

from console.store import files


class Killed(BaseException):
    """The process has ended here."""


@dataclass(frozen=True)
class Fault:
    """What strikes, and after how many steps of the kind it strikes at."""

    kind: str
    after: int


STATEMENT = ("busy", "full", "disk", "read-only", "gone", "clash", "kill")
COMMIT = ("commit fails", "answer lost", "kill before commit", "kill after commit")
FILE = ("file full", "file torn", "kill after keeping")
KINDS = STATEMENT + COMMIT + FILE


class Faults:
    """What is armed now."""

    def __init__(self) -> None:
        self.armed: Fault | None = None
        self._steps = 0

    @contextmanager
    def with_fault(self, fault: Fault | None) -> Iterator[None]:
        self.armed, self._steps = fault, 0
        try:
            yield
        finally:
            self.armed = None

    def strikes(self, kinds: tuple[str, ...]) -> str:
        """Return the kind of fault that strikes at this step, "" for none."""
        if self.armed is None or self.armed.kind not in kinds:
            return ""
        self._steps += 1
        if self._steps <= self.armed.after:
            return ""
        kind, self.armed = self.armed.kind, None
        return kind

    def at_statement(self, cursor: Any, *_: Any) -> None:
        kind = self.strikes(STATEMENT)
        if kind == "kill":
            raise Killed
        if kind:
            _fail(cursor, kind)

    def at_commit(self, plain: Any) -> Any:
        def commit(dialect: Any, connection: Any) -> None:
            kind = self.strikes(COMMIT)
            if kind == "kill before commit":
                raise Killed
            if kind == "commit fails":
                _fail(connection.cursor(), "disk")
            plain(dialect, connection)
            if kind == "kill after commit":
                raise Killed
            if kind == "answer lost":
                _fail(connection.cursor(), "gone")

        return commit

    def at_file(self, plain: Any) -> Any:
        def write(file: int, data: bytes) -> None:
            kind = self.strikes(FILE)
            if kind in ("file full", "file torn"):
                os.write(file, data[: len(data) // 2])
                if kind == "file torn":
                    raise Killed
                raise OSError(errno.ENOSPC, "No space left on device")
            plain(file, data)
            if kind:
                raise Killed

        return write


def _fail(cursor: Any, kind: str) -> None:
    if isinstance(cursor, psycopg.Cursor):
        states = {"busy": "55P03", "full": "53100", "disk": "58030", "read-only": "25006"}
        if kind == "gone":
            cursor.connection.pgconn.finish()  # what is said next finds no connection
            cursor.execute("SELECT 1")
        if kind == "clash":
            raise psycopg.errors.SerializationFailure("could not serialize access")
        raise psycopg.errors.lookup(states[kind])("as the server would say")
    codes = {"busy": 5, "full": 13, "disk": 10, "read-only": 8, "gone": 14, "clash": 5}
    error = dbapi2.OperationalError("as the library would say")
    error.sqlite_errorcode = codes[kind]
    raise error


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> Iterator[Faults]:
    """Faults in every engine made by this process, and in its files."""
    made = Faults()
    event.listen(Engine, "do_execute", made.at_statement)
    event.listen(Engine, "do_executemany", made.at_statement)
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        monkeypatch.setattr(dialect, "do_commit", made.at_commit(dialect.do_commit))
    monkeypatch.setattr(files, "_write_all", made.at_file(files._write_all))
    yield made
    event.remove(Engine, "do_execute", made.at_statement)
    event.remove(Engine, "do_executemany", made.at_statement)
