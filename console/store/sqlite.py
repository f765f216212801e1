"""What only SQLite needs: telling our file from another's, its settings, its copies, its errors.

A file is known as ours by SQLite's application id (https://www.sqlite.org/fileformat.html 1.3.13),
read from its header without opening it, so that a file of another's is never touched. It is
written before the switch to WAL and therefore always stands in the main file.
"""

import errno
import os
import sqlite3
import time
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from console.store.errors import (
    Away,
    NotOurRecords,
    RecordsAway,
    RecordsDamaged,
    RecordsError,
    RecordsMissing,
)

APPLICATION_ID: Final = 0x46524E54  # "FRNT"
WRITING: Final = "frontdesk_writing"  # execution option: take the write lock at the start

_MAGIC: Final = b"SQLite format 3\x00"
_HEADER: Final = 100  # bytes
_ID_AT: Final = 68
_AGAIN_S: Final = 0.005


def path_of(where: Path | str) -> Path:
    """Return the file a path or a `sqlite:///` URL means, or raise `NotOurRecords`."""
    if isinstance(where, Path):
        return where
    if "://" not in where:
        return Path(where)
    try:
        url = make_url(where)
    except ArgumentError:
        raise NotOurRecords("The address given", "not the address of a database") from None
    if url.get_backend_name() != "sqlite":
        raise NotOurRecords(
            url.render_as_string(hide_password=True), "a kind of database not supported yet"
        )
    if not url.database or url.database == ":memory:":
        raise NotOurRecords("The address given", "not a file, so nothing would be kept")
    return Path(url.database)


def look(path: Path) -> bool:
    """Tell whether records are to be begun at the path; raise unless it is free or ours."""
    if not path.parent.is_dir():
        raise RecordsMissing(path)
    if path.is_dir():
        raise NotOurRecords(str(path), "a folder, not a file")
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER)
    except FileNotFoundError:
        return True
    except OSError as error:
        raise RecordsAway(Away.UNREADABLE) from error
    if not header:
        return True
    if not header.startswith(_MAGIC):
        raise NotOurRecords(str(path), "not a database")
    if int.from_bytes(header[_ID_AT : _ID_AT + 4], "big") != APPLICATION_ID:
        raise NotOurRecords(str(path), "the database of another program")
    return False


def begin_file(path: Path) -> None:
    """Create the records' file for this account only (mode 0600) and mark it as ours."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise from_os(error) from error
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    except sqlite3.Error as error:
        raise from_sqlite(error) or error from error
    finally:
        connection.close()


def engine(path: Path, *, busy_ms: int, foreign_keys: bool = True) -> Engine:
    """Return an engine on the file. `busy_ms`: how long a writer waits for another's lock."""
    made = create_engine(URL.create("sqlite", database=str(path)), hide_parameters=True)

    def settle(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        # The driver would begin transactions of its own, and never for a SELECT or a DDL.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {busy_ms}")
        _use_wal(connection, busy_ms)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")

    def begin(connection: Connection) -> None:
        # A transaction that reads and then writes cannot wait for the lock half way through.
        writing = connection.get_execution_options().get(WRITING, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    event.listen(made, "connect", settle)
    event.listen(made, "begin", begin)
    return made


def _use_wal(connection: sqlite3.Connection, busy_ms: int) -> None:
    """Switch to the write-ahead log. SQLite does not wait by itself for another desk that begins
    the same file, lest the two wait for each other (https://www.sqlite.org/c3ref/busy_handler.html)."""
    deadline = time.monotonic() + busy_ms / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(_AGAIN_S)
        else:
            return


def back_up(path: Path, revision: str) -> Path:
    """Copy the file to `<path>.backup-<revision>`, whole or not at all, and return where."""
    target = path.with_name(f"{path.name}.backup-{revision}")
    partial = target.with_name(target.name + ".part")
    try:
        partial.unlink(missing_ok=True)
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        source, copy = sqlite3.connect(path), sqlite3.connect(partial)
        try:
            source.backup(copy)
        finally:
            copy.close()
            source.close()
        partial.replace(target)
    except OSError as error:
        raise from_os(error) from error
    except sqlite3.Error as error:
        raise from_sqlite(error) or error from error
    return target


def from_os(error: OSError) -> RecordsAway:
    """Return what an operating system's error means for the records."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return RecordsAway(Away.FULL)
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return RecordsAway(Away.READ_ONLY)
    return RecordsAway(Away.UNREADABLE)


_AWAY: Final[dict[int, Away]] = {
    sqlite3.SQLITE_BUSY: Away.LOCKED,
    sqlite3.SQLITE_LOCKED: Away.LOCKED,
    sqlite3.SQLITE_FULL: Away.FULL,
    sqlite3.SQLITE_READONLY: Away.READ_ONLY,
    sqlite3.SQLITE_IOERR: Away.UNREADABLE,
    sqlite3.SQLITE_CANTOPEN: Away.UNREADABLE,
    sqlite3.SQLITE_PERM: Away.UNREADABLE,
    sqlite3.SQLITE_PROTOCOL: Away.LOCKED,
}


def from_sqlite(error: BaseException | None) -> RecordsError | None:
    """Return what a driver's error means, or None where it is not the world's doing."""
    code: Any = getattr(error, "sqlite_errorcode", None)
    if not isinstance(code, int):
        return None
    primary = code & 0xFF  # the extended result code's low byte
    if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return RecordsDamaged()
    away = _AWAY.get(primary)
    return None if away is None else RecordsAway(away)


def from_database(error: DBAPIError) -> RecordsError | None:
    """Return what SQLAlchemy's wrapping of a driver's error means, or None."""
    return from_sqlite(error.orig)
