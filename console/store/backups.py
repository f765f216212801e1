"""Taking the records out whole, and bringing them back: backup, restore, move.

A backup is an encrypted file of the same kind as the records of one desk, whatever they were kept
in, under a key of its own. That key is in the keyring and, since a keyring goes with its machine,
can be written down as the recovery key.
"""

import base64
import hashlib
import os
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, text

from console.store import migrating
from console.store.audit.events import Event
from console.store.audit.noting import note
from console.store.backend import Backend, backend_of
from console.store.connection import WRITING
from console.store.copying import Progress, Sums, compare, copy, sums
from console.store.errors import BadRecoveryKey, NotOurRecords
from console.store.place import FilePlace, Place, ServerPlace
from console.store.postgres import PostgreSQL
from console.store.secrets import BACKUPS, KEY_SIZE, Secrets
from console.store.session import BUSY_MS, Records, world_errors
from console.store.sqlite import Found, SQLite, from_os, look

_CHECK: Final = 3  # bytes of a recovery key's check
_GROUP: Final = 4  # characters


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied, each table counted and hashed at both ends, and the layout it has."""

    tables: Sums
    revision: str

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(each.rows for each in self.tables.values())


def back_up(
    place: Place, path: Path, secrets: Secrets, progress: Progress = lambda *_: None
) -> Copied:
    """Copy the records, whatever their layout, to an encrypted file, whole or not at all.

    Raises `RecordsError`; `NotOurRecords` where something else stands at the path.
    """
    look(path)
    partial = path.with_name(path.name + ".part")
    source = backend_of(place, secrets)
    target = SQLite(FilePlace(partial), secrets, key_name=BACKUPS)
    try:
        partial.unlink(missing_ok=True)
        target.begin()
        done = _copy(source, target, progress)
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise from_os(error) from error
    finally:
        for suffix in ("", "-wal", "-shm"):
            partial.with_name(partial.name + suffix).unlink(missing_ok=True)
    return done


def restore(
    path: Path, place: Place, secrets: Secrets, progress: Progress = lambda *_: None
) -> tuple[Copied, Path | None]:
    """Bring a backup back as the records of a place, at this version's layout; return what was
    copied and where a file that stood there has been put. A database must hold no rows yet.

    Raises `RecordsError`, with what stood there untouched.
    """
    if look(path) is not Found.OURS:
        raise NotOurRecords(str(path), "no backup")
    source = SQLite(FilePlace(path), secrets, key_name=BACKUPS)
    source.check_key()
    if isinstance(place, FilePlace):
        return _restore_file(source, place.path, secrets, progress)
    target = PostgreSQL(place, secrets)
    done = _copy(source, target, progress)
    target.upgrade(busy_ms=BUSY_MS)
    return done, None


def move(
    source: FilePlace, target: ServerPlace, secrets: Secrets, progress: Progress = lambda *_: None
) -> Copied:
    """Move a file's records to an empty database. The file then refuses to be written, so that
    desks which still have it open keep their work until they are told of the new place."""
    old = SQLite(source, secrets)
    old.ready(busy_ms=BUSY_MS)
    return _copy(old, PostgreSQL(target, secrets), progress, moving=True)


def _restore_file(
    source: SQLite, path: Path, secrets: Secrets, progress: Progress
) -> tuple[Copied, Path | None]:
    partial = path.with_name(path.name + ".restoring")
    target = SQLite(FilePlace(partial), secrets)
    try:
        partial.unlink(missing_ok=True)
        target.begin()
        done = _copy(source, target, progress)
        target.migrate(busy_ms=BUSY_MS)
        for backup in partial.parent.glob(partial.name + ".backup-*"):
            backup.unlink()  # of the half-built file, by its own migration
        kept = _put_aside(path)
        partial.replace(path)
    except OSError as error:
        raise from_os(error) from error
    return done, kept


def _put_aside(path: Path) -> Path | None:
    """Move what stands at the path out of the way, and return where to."""
    if not path.exists():
        return None
    for number in range(1, 1000):
        kept = path.with_name(f"{path.name}.before-restore-{number}")
        if not kept.exists():
            path.replace(kept)
            for suffix in ("-wal", "-shm"):
                log = path.with_name(path.name + suffix)
                if log.exists():
                    log.replace(kept.with_name(kept.name + suffix))
            return kept
    raise NotOurRecords(str(path), "in the way, and so are a thousand kept before it")


def _copy(
    source: Backend, target: SQLite | PostgreSQL, progress: Progress, *, moving: bool = False
) -> Copied:
    """Copy, then read what was copied once more and compare."""
    with ExitStack() as stack:
        stack.enter_context(world_errors(source))
        stack.enter_context(world_errors(target))
        reading = source.engine(busy_ms=BUSY_MS)
        stack.callback(reading.dispose)
        options = {WRITING: True} if moving else {}
        here = stack.enter_context(reading.execution_options(**options).connect())
        whole = stack.enter_context(here.begin())
        revision = migrating.current(here)
        migrating.known(str(source.place), revision)
        if revision is None:
            raise NotOurRecords(str(source.place), "empty")
        target.bring_to(revision, busy_ms=BUSY_MS)
        writing = target.engine(busy_ms=BUSY_MS)
        stack.callback(writing.dispose)
        with writing.execution_options(**{WRITING: True}).begin() as there:
            read = copy(here, there, progress)
        with writing.connect() as there:
            compare(read, sums(there))
        if moving:
            _close_for_good(here, target)
            whole.commit()
        return Copied(read, revision)


def _close_for_good(connection: Connection, target: Backend) -> None:
    """Leave word of the new place, and have every table refuse to be written from now on."""
    connection.execute(text("CREATE TABLE moved_to (place TEXT NOT NULL)"))
    connection.execute(text("INSERT INTO moved_to VALUES (:place)"), {"place": str(target.place)})
    names = connection.execute(
        text("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    ).scalars()
    for name in names.all():
        for verb in ("INSERT", "UPDATE", "DELETE"):
            connection.exec_driver_sql(
                f'CREATE TRIGGER "{name}_moved_{verb.lower()}" BEFORE {verb} ON "{name}"'
                " BEGIN SELECT RAISE(ABORT, 'frontdesk: moved'); END"
            )


def put_on_record(records: Records, event: Event, person: str | None, rows: int) -> None:
    """Put on record that the records as a whole were taken out or brought in."""
    records.write(
        lambda session: note(session, event=event, person=person, kind="records", detail=str(rows))
    )


def written_down(key: bytes) -> str:
    """Return a key as a person can write it down: base32 in groups, with a check."""
    plain = base64.b32encode(key + hashlib.sha256(key).digest()[:_CHECK]).decode().rstrip("=")
    return "-".join(plain[at : at + _GROUP] for at in range(0, len(plain), _GROUP))


def read_back(typed: str) -> bytes:
    """Return the key somebody wrote down, or raise `BadRecoveryKey`."""
    plain = "".join(typed.upper().replace("-", " ").split()).replace("0", "O").replace("1", "I")
    try:
        data = base64.b32decode(plain + "=" * (-len(plain) % 8))
    except ValueError:
        raise BadRecoveryKey from None
    key, check = data[:KEY_SIZE], data[KEY_SIZE:]
    if len(key) != KEY_SIZE or check != hashlib.sha256(key).digest()[:_CHECK]:
        raise BadRecoveryKey
    return key
