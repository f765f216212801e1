import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pytest
from sqlalchemy import text
from sqlcipher3 import dbapi2

from console.store.place import FilePlace, Place
from console.store.postgres import PostgreSQL
from console.store.secrets import Handed
from console.store.session import BUSY_MS, Records
from tests.postgres import Database, Server
from tests.records_file import SECRETS, bare
from tests.store.builders import seed

Count = Callable[[str], int]
NOBODY = 65534
IntegrityErrors = (dbapi2.IntegrityError, psycopg.IntegrityError)


class Bare:
    """A program of another's on the same records; each statement is a transaction of its own."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.mark = "%s" if isinstance(connection, psycopg.Connection) else "?"

    def add(self, table: str, row: dict[str, Any], verb: str = "INSERT", **changes: Any) -> None:
        row = row | changes
        names, marks = ", ".join(row), ", ".join([self.mark] * len(row))
        self.connection.execute(f"{verb} INTO {table} ({names}) VALUES ({marks})", [*row.values()])

    def run(self, statement: str) -> list[Any]:
        done = self.connection.execute(statement)
        return done.fetchall() if done.description else []

    def dump(self) -> dict[str, list[Any]]:
        """Return every row of every table."""
        tables = (
            "answers bookings callbacks calls drafts escalations facts_read messages practices"
            " red_flags staff"
        )
        return {
            table: sorted(map(repr, self.run(f"SELECT * FROM {table}"))) for table in tables.split()
        }

    def hold(self) -> None:
        """Keep everybody else from writing, until `let_go`."""
        if self.mark == "?":
            self.connection.execute("BEGIN IMMEDIATE")
        else:
            tables = "practices, calls, answers, bookings, messages, escalations, callbacks, drafts"
            self.connection.execute(f"BEGIN; LOCK TABLE {tables} IN EXCLUSIVE MODE")

    def let_go(self) -> None:
        self.connection.execute("ROLLBACK")


class Base(Protocol):
    """Records for one test, of either kind, with the practices in them."""

    kind: str
    place: Place
    secrets: Handed

    def open(self, *, busy_ms: int = BUSY_MS) -> Records: ...

    def bare(self) -> Any: ...


class FileBase:
    """An encrypted file."""

    kind = "sqlite"
    secrets = SECRETS

    def __init__(self, path: Path) -> None:
        self.place = FilePlace(path)

    def open(self, *, busy_ms: int = BUSY_MS) -> Records:
        return Records.open(self.place, secrets=SECRETS, busy_ms=busy_ms)

    def bare(self) -> Any:
        connection = bare(self.place.path)
        connection.execute("PRAGMA foreign_keys = ON")
        return connection


class ServerBase:
    """A database on a server."""

    kind = "postgresql"

    def __init__(self, database: Database) -> None:
        self.database = database
        self.place = database.place
        self.secrets = database.secrets

    def open(self, *, busy_ms: int = BUSY_MS) -> Records:
        return Records.open(self.place, secrets=self.secrets, busy_ms=busy_ms)

    def bare(self) -> Any:
        return self.database.connect()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server, begun by the first test that asks for it."""
    with Server() as running:
        yield running


@pytest.fixture(scope="session")
def template(server: Server) -> str:
    """A database with the practices in it, to be copied."""
    database = server.database()
    PostgreSQL(database.place, database.secrets).upgrade(busy_ms=BUSY_MS)
    opened = Records.open(database.place, secrets=database.secrets)
    seed(opened)
    opened.close()
    return database.place.database


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the practices in it, made once and copied."""
    path = tmp_path_factory.mktemp("seeded") / "records.db"
    opened = Records.open(path, secrets=SECRETS)
    seed(opened)
    opened.close()
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "records.db"


@pytest.fixture
def file_base(seeded: Path, path: Path) -> FileBase:
    shutil.copy(seeded, path)
    return FileBase(path)


@pytest.fixture
def server_base(request: pytest.FixtureRequest) -> Iterator[ServerBase]:
    running: Server = request.getfixturevalue("server")
    database = running.database(request.getfixturevalue("template"))
    yield ServerBase(database)
    running.drop(database)


@pytest.fixture(params=["sqlite", "postgresql"])
def base(request: pytest.FixtureRequest) -> Base:
    """Records of each kind in turn."""
    name = "file_base" if request.param == "sqlite" else "server_base"
    found: Base = request.getfixturevalue(name)
    return found


@pytest.fixture
def records(base: Base) -> Iterator[Records]:
    """Open records, of each kind in turn."""
    opened = base.open()
    yield opened
    opened.close()


@pytest.fixture
def file_records(file_base: FileBase) -> Iterator[Records]:
    """Open records in a file."""
    opened = file_base.open()
    yield opened
    opened.close()


@pytest.fixture
def other(base: Base) -> Iterator[Bare]:
    """Another program on the same records."""
    with closing(base.bare()) as connection:
        yield Bare(connection)


@pytest.fixture
def count(records: Records) -> Count:
    """Count the rows of a table."""

    def of(table: str) -> int:
        with records.session() as session:
            return int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())

    return of


@pytest.fixture
def folder_of_anyone() -> Iterator[Path]:
    """A folder an unprivileged account can reach; pytest's own is closed to others."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@contextmanager
def without_privileges() -> Iterator[None]:
    """Run as an account that read-only files hold back, also where the tests run as root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
