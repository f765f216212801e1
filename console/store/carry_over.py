"""Records of 0.1, which were kept in the clear, become an encrypted file.

The encrypted copy is made and compared beside the old file; only then does it take the old one's
name, and the old one is kept as `<path>.plain`. It is never deleted unasked, so that a fault here
can cost nothing; `frontdesk records upgrade --remove-plain` does so, once the encrypted records
hold all of it.
"""

import os
import shutil
from pathlib import Path
from typing import Final

from sqlcipher3 import dbapi2

from console.store import sqlite
from console.store.errors import NotOurRecords, RecordsDamaged

PLAIN: Final = ".plain"
_BLOCK: Final = 1 << 20


def plain_path(path: Path) -> Path:
    """Return where the old file of these records is kept, if they had one."""
    return path.with_name(path.name + PLAIN)


def carry_over(path: Path, key: bytes, *, busy_ms: int) -> None:
    """Encrypt the file at the path. Raises `RecordsAway` while another program has it open, and
    `RecordsDamaged`; the old file then stands as it did."""
    partial = path.with_name(path.name + ".encrypting")
    kept = plain_path(path)
    try:
        partial.unlink(missing_ok=True)
        if kept.exists():  # of an earlier life of these records: not ours to overwrite
            raise NotOurRecords(str(kept), "kept from an earlier time")
        old = dbapi2.connect(str(path), isolation_level=None)
        try:
            old.execute(f"PRAGMA busy_timeout = {busy_ms}")
            old.execute("PRAGMA locking_mode = EXCLUSIVE")
            old.execute("PRAGMA journal_mode = DELETE")  # refused while anybody else has it open
            sqlite.begin_file(partial, key)
            _export(old, partial, key)
        finally:
            old.close()
        _sync(partial)
        _keep(path, kept)
        partial.replace(path)
    except OSError as error:
        raise sqlite.from_os(error) from error
    except dbapi2.Error as error:
        raise sqlite.from_sqlite(error) or error from error


def _keep(path: Path, kept: Path) -> None:
    """Give the old file a second name; there is never a moment without the first."""
    try:
        os.link(path, kept)
    except OSError:  # a file system without links
        shutil.copy2(path, kept)
        _sync(kept)


def _export(old: dbapi2.Connection, partial: Path, key: bytes) -> None:
    old.execute("ATTACH ? AS encrypted KEY ?", (str(partial), sqlite.raw_key(key)))
    old.execute("BEGIN EXCLUSIVE")
    old.execute("SELECT sqlcipher_export('encrypted')")
    tables = [
        name for (name,) in old.execute("SELECT name FROM main.sqlite_master WHERE type='table'")
    ]
    for table in tables:
        differ = old.execute(
            f'SELECT * FROM main."{table}" EXCEPT SELECT * FROM encrypted."{table}"'
        ).fetchone()
        counts = {
            old.execute(f'SELECT count(*) FROM {schema}."{table}"').fetchone()
            for schema in ("main", "encrypted")
        }
        if differ is not None or len(counts) > 1:
            raise RecordsDamaged
    old.execute("COMMIT")
    old.execute("DETACH encrypted")


def remove_plain(path: Path) -> bool:
    """Overwrite and delete the old file in the clear; tell whether there was one.

    Overwriting reaches the old blocks of a spinning disk. A solid-state disk may have moved them:
    there only encryption of the whole disk helps, which is the machine's and not ours.
    """
    kept = plain_path(path)
    try:
        with kept.open("r+b", buffering=0) as file:
            left = kept.stat().st_size
            while left > 0:
                left -= file.write(os.urandom(min(left, _BLOCK)))
            os.fsync(file.fileno())
        kept.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise sqlite.from_os(error) from error
    return True


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
