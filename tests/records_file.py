"""The records' encrypted file, as another program that has the key sees it."""

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlcipher3 import dbapi2

from console.safe import HandedSafe
from console.store.place import FilePlace
from console.store.secrets import RECORDS, Handed
from console.store.session import Records
from console.store.sqlite import SQLite, open_file

SECRETS = Handed(b"tests")
SAFE = HandedSafe(SECRETS)


@cache
def _made() -> bytes:
    """Return an empty file as the program makes it: all layouts, one after the other, take it a
    third of a second."""
    with tempfile.TemporaryDirectory() as folder:
        place = FilePlace(Path(folder) / "records.sqlite")
        SQLite(place, SECRETS).ready(busy_ms=5_000)
        return place.path.read_bytes()


def begin_empty(path: Path) -> Path:
    """Put an empty file, up to date, where there is none yet; return where."""
    if not path.exists():
        path.write_bytes(_made())
        path.chmod(0o600)
    return path


def bare(path: Path | str, secrets: Handed = SECRETS) -> dbapi2.Connection:
    """Return a connection on which each statement is a transaction of its own. Raises
    `dbapi2.OperationalError` where there is no file."""
    if not Path(path).exists():
        raise dbapi2.OperationalError("unable to open database file")
    return open_file(Path(path), secrets.key(RECORDS), busy_ms=5_000)


def asked(
    path: Path | str, query: str, *parameters: object, secrets: Handed = SECRETS
) -> list[Any]:
    """Return a query's rows."""
    database = bare(path, secrets)
    try:
        database.execute("PRAGMA query_only = ON")
        return database.execute(query, parameters).fetchall()
    finally:
        database.close()


def told(path: Path, table: type[Any], *names: str, secrets: Handed = SECRETS) -> list[Any]:
    """Return what a table's rows say, as the program reads them, encrypted or not."""
    records = Records.open(path, secrets=secrets)
    try:
        with records.session() as session:
            rows = session.scalars(select(table).order_by(*table.__mapper__.primary_key)).all()
            return [tuple(getattr(row, name) for name in names) for row in rows]
    finally:
        records.close()
