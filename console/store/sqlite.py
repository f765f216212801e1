"""What only SQLite needs: telling our file from another's, its key, its settings, its errors.

The file is encrypted by SQLCipher (https://www.zetetic.net/sqlcipher/design/): AES-256 page by
page, each with an HMAC-SHA512, under a random key that is in the keyring and nowhere else. Its
first 16 bytes are SQLCipher's salt, in the clear. With a raw key the salt derives the HMAC key
only, from a key that is random already, so its first half is a mark by which a file is known as
ours without opening it: a file of another's is never touched.
"""

import errno
import hashlib
import hmac
import os
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from enum import Enum, auto
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event, inspect
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlcipher3 import dbapi2

from console.store import migrating
from console.store.connection import WRITING
from console.store.errors import (
    Away,
    NotOurRecords,
    RecordsAway,
    RecordsDamaged,
    RecordsError,
    RecordsMissing,
    RecordsMoved,
    WrongKey,
)
from console.store.place import FilePlace
from console.store.secrets import RECORDS, Secrets

MARK: Final = b"FRNTDESK"  # how a file of ours begins
APPLICATION_ID: Final = 0x46524E54  # "FRNT"; how one of 0.1, in the clear, is known

_MOVED: Final = "frontdesk: moved"  # what the triggers of a file say that was moved
_PLAIN: Final = b"SQLite format 3\x00"
_HEADER: Final = 100  # bytes
_ID_AT: Final = 68
_SALT: Final = 16
_POOL: Final = 5  # connections kept; a desk has one writer and few readers
_AGAIN_S: Final = 0.005
_LOOK_S: Final = 0.4  # between two looks at whether anybody wrote

BUSY, LOCKED, FULL, READONLY, IOERR = 5, 6, 13, 8, 10  # https://www.sqlite.org/rescode.html
CORRUPT, NOTADB, CANTOPEN, PERM, PROTOCOL = 11, 26, 14, 3, 15


class SQLite:
    """The records in one file (`console.store.backend.Backend`)."""

    def __init__(self, place: FilePlace, secrets: Secrets, *, key_name: str = RECORDS) -> None:
        self.place = place
        self._secrets = secrets
        self._key_name = key_name
        self._key: bytes | None = None

    def ready(self, *, busy_ms: int) -> str:
        """Begin the file where there is none, carry one of 0.1 over, and bring its layout up to
        date, each after a copy where something could be lost."""
        path = self.place.path
        found = look(path)
        key = self.key(make=found is not Found.OURS)
        if found is Found.PLAIN:
            from console.store.carry_over import carry_over  # noqa: PLC0415 - once in a file's life

            carry_over(path, key, busy_ms=busy_ms)
        elif found is Found.NOTHING:
            begin_file(path, key, busy_ms=busy_ms)
        self.check_key()
        return self.migrate(busy_ms=busy_ms)

    def begin(self) -> None:
        """Begin an empty file, and its key where there is none."""
        begin_file(self.place.path, self.key(make=True))

    def check_key(self) -> None:
        """Raise `WrongKey` unless the file was encrypted with the keyring's key."""
        if _header(self.place.path)[:_SALT] != _salt(self.key()):
            raise WrongKey(str(self.place))

    def bring_to(self, revision: str, *, busy_ms: int) -> None:
        """Bring an empty file to a layout."""
        self.migrate(busy_ms=busy_ms, to=revision)

    def key(self, *, make: bool = False) -> bytes:
        """Return the file's key."""
        if self._key is None:
            self._key = self._secrets.key(self._key_name, make=make)
        return self._key

    def engine(self, *, busy_ms: int, foreign_keys: bool = True) -> Engine:
        """Return an engine on the file."""
        path, key = self.place.path, self.key()

        def connect() -> dbapi2.Connection:
            return open_file(path, key, busy_ms=busy_ms)

        made = create_engine(
            URL.create("sqlite", database=str(path)),
            module=dbapi2,
            creator=connect,
            hide_parameters=True,
            poolclass=QueuePool,
            pool_size=_POOL,
            max_overflow=_POOL,
        )

        def settle(connection: dbapi2.Connection, _entry: ConnectionPoolEntry) -> None:
            _use_wal(connection, busy_ms)
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")

        def begin(connection: Connection) -> None:
            # A transaction that reads and then writes cannot wait for the lock half way through.
            writing = connection.get_execution_options().get(WRITING, False)
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

        event.listen(made, "connect", settle)
        event.listen(made, "begin", begin)
        event.listen(made, "checkin", _end_transaction)
        return made

    def migrate(self, *, busy_ms: int, to: str = "head") -> str:
        """Bring the file to a layout and return its number; raise `RecordsTooNew` untouched."""
        engine = self.engine(busy_ms=busy_ms, foreign_keys=False)
        try:
            with engine.execution_options(**{WRITING: True}).begin() as connection:
                _refuse_moved(connection, self.place)
                was = migrating.current(connection)
                migrating.known(str(self.place), was)
                if was == migrating.head() and to == "head":
                    return was
                if was is not None:
                    self.back_up(was)
                now = migrating.upgrade(connection, to, secrets=self._secrets)
                if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                    raise RecordsDamaged
                return now
        except DBAPIError as error:
            raise self.error(error) or error from error
        finally:
            engine.dispose()

    def back_up(self, revision: str) -> Path:
        """Copy the file to `<path>.backup-<revision>`, whole or not at all, under the same key,
        and return where."""
        path = self.place.path
        target = path.with_name(f"{path.name}.backup-{revision}")
        partial = target.with_name(target.name + ".part")
        try:
            partial.unlink(missing_ok=True)
            begin_file(partial, self.key())
            source, copy = open_file(path, self.key()), open_file(partial, self.key())
            try:
                source.backup(copy)
            finally:
                copy.close()
                source.close()
            partial.replace(target)
        except OSError as error:
            raise from_os(error) from error
        except dbapi2.Error as error:
            raise self.error(error) or error from error
        return target

    def overwrite_deleted(self, *, busy_ms: int) -> None:
        """Write the file anew without what was deleted, and empty the write-ahead log. Raises
        `RecordsAway` while another desk is in the middle of something."""
        try:
            with closing(open_file(self.place.path, self.key(), busy_ms=busy_ms)) as connection:
                connection.execute("PRAGMA secure_delete = ON")
                connection.execute("VACUUM")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except dbapi2.Error as error:
            raise self.error(error) or error from error

    def error(self, error: BaseException) -> RecordsError | None:
        """Return what a driver's error, or SQLAlchemy's wrapping of one, means."""
        cause = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(cause, dbapi2.IntegrityError) and _MOVED in str(cause):
            return RecordsAway(Away.MOVED)
        return from_sqlite(cause)

    def may_try_again(self, error: DBAPIError, *, tried: int) -> bool:  # noqa: ARG002
        """Never: a writer has the file to itself."""
        return False

    def changes(self, stop: threading.Event) -> Iterator[None]:
        """Look at the file's own count of commits, more than twice a second."""
        connection = open_file(self.place.path, self.key())
        try:
            was = None
            while was is None or not stop.wait(_LOOK_S):
                (now,) = connection.execute("PRAGMA data_version").fetchone()
                if now != was:
                    yield
                was = now
        finally:
            connection.close()

    def begin_writing(self, connection: Connection) -> None:
        """Nothing is left to do: the transaction began with the lock."""


def _end_transaction(connection: dbapi2.Connection | None, entry: ConnectionPoolEntry) -> None:
    """End a transaction whose COMMIT failed: SQLite may keep it open, with its lock, and SQLAlchemy
    holds it to be over."""
    if connection is not None and connection.in_transaction:
        try:
            connection.rollback()
        except dbapi2.Error as error:
            entry.invalidate(error)


def _refuse_moved(connection: Connection, place: FilePlace) -> None:
    if inspect(connection).has_table("moved_to"):
        to = connection.exec_driver_sql("SELECT place FROM moved_to").scalar_one()
        raise RecordsMoved(str(place), to)


class Found(Enum):
    """What stands at a path."""

    NOTHING = auto()
    OURS = auto()
    PLAIN = auto()  # records of 0.1, in the clear


def look(path: Path) -> Found:
    """Tell what stands at the path; raise unless it is free or ours."""
    if not path.parent.is_dir():
        raise RecordsMissing(path)
    if path.is_dir():
        raise NotOurRecords(str(path), "a folder, not a file")
    header = _header(path)
    if not header:
        return Found.NOTHING
    if header.startswith(MARK):
        return Found.OURS
    if not header.startswith(_PLAIN):
        raise NotOurRecords(str(path), "not a database of ours")
    if int.from_bytes(header[_ID_AT : _ID_AT + 4], "big") != APPLICATION_ID:
        raise NotOurRecords(str(path), "the database of another program")
    return Found.PLAIN


def _header(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEADER)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise RecordsAway(Away.UNREADABLE) from error


def begin_file(path: Path, key: bytes, *, busy_ms: int = 0) -> None:
    """Create an encrypted file for this account only (mode 0600) and mark it as ours."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise from_os(error) from error
    connection = open_file(path, key, busy_ms=busy_ms)
    try:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    except dbapi2.Error as error:
        raise from_sqlite(error) or error from error
    finally:
        connection.close()


def open_file(path: Path, key: bytes, *, busy_ms: int = 0) -> dbapi2.Connection:
    """Return a connection to an encrypted file, or to an empty one that is to become so."""
    # The driver would begin transactions of its own, and never for a SELECT or a DDL.
    connection = dbapi2.connect(str(path), isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA cipher_log_level = NONE")  # it would write to this program's stderr
    connection.execute(f'PRAGMA key = "{raw_key(key)}"')
    connection.execute(f"PRAGMA busy_timeout = {busy_ms}")
    return connection


def raw_key(key: bytes) -> str:
    """Return a key and the salt that goes with it as SQLCipher takes them. The salt follows from
    the key, so that two desks which begin the same file at once begin the same one."""
    return f"x'{key.hex()}{_salt(key).hex()}'"


def _salt(key: bytes) -> bytes:
    return MARK + hmac.digest(key, b"salt", hashlib.sha256)[: _SALT - len(MARK)]


def _use_wal(connection: dbapi2.Connection, busy_ms: int) -> None:
    """Switch to the write-ahead log. SQLite does not wait by itself for another desk that begins
    the same file, lest the two wait for each other (https://www.sqlite.org/c3ref/busy_handler.html)."""
    deadline = time.monotonic() + busy_ms / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except dbapi2.OperationalError as error:
            if _code(error) != BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_AGAIN_S)
        else:
            return


def from_os(error: OSError) -> RecordsAway:
    """Return what an operating system's error means for the records."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return RecordsAway(Away.FULL)
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return RecordsAway(Away.READ_ONLY)
    return RecordsAway(Away.UNREADABLE)


_AWAY: Final[dict[int, Away]] = {
    BUSY: Away.LOCKED,
    LOCKED: Away.LOCKED,
    PROTOCOL: Away.LOCKED,
    FULL: Away.FULL,
    READONLY: Away.READ_ONLY,
    IOERR: Away.UNREADABLE,
    CANTOPEN: Away.UNREADABLE,
    PERM: Away.UNREADABLE,
}


def from_sqlite(error: BaseException | None) -> RecordsError | None:
    """Return what a driver's error means, or None where it is not the world's doing."""
    code = _code(error)
    if code in (CORRUPT, NOTADB):
        return RecordsDamaged()
    away = _AWAY.get(code)
    return None if away is None else RecordsAway(away)


def _code(error: BaseException | None) -> int:
    """Return SQLite's primary result code, -1 for an error of another kind."""
    code: Any = getattr(error, "sqlite_errorcode", None)
    return code & 0xFF if isinstance(code, int) else -1
