"""Rows that are only written: inserted at once, without the unit of work's bookkeeping.

A finished call is the statement everybody waits for. The unit of work keeps each row in case it is
asked for or changed again before the commit, which these never are, and that costs more than the
row itself.
"""

from functools import cache
from typing import Any

from sqlalchemy import Insert, insert, inspect
from sqlalchemy.orm import Session

from console.store.connection import connection_of
from console.store.models import Base
from console.store.secrecy.columns import SealedRow, seal


def insert_now(session: Session, row: Base) -> int:
    """Insert a row that is in no session, sealed if it has secrets; return its id.

    What the session holds unflushed is not written first.
    """
    if isinstance(row, SealedRow):
        seal(session, row)
    statement, names, version = _plan(type(row))
    state = row.__dict__
    values = {name: state[name] for name in names if name in state}
    if version is not None:
        values[version] = 1  # as the unit of work begins it
    done = connection_of(session).execute(statement, values)
    assert done.inserted_primary_key is not None
    row_id: int = done.inserted_primary_key[0]
    row.id = row_id  # type: ignore[attr-defined]
    return row_id


@cache
def _plan(kind: type[Base]) -> tuple[Insert, tuple[str, ...], str | None]:
    """Return a table's insert, its columns, and the one that counts a row's changes."""
    mapper: Any = inspect(kind)
    version = mapper.version_id_col
    names = tuple(column.key for column in mapper.columns)
    return insert(mapper.local_table), names, version.key if version is not None else None
