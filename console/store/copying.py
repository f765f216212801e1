"""Every row of one database into another, of the same or the other kind, counted and hashed at both
ends.

The tables are read from the databases, not from the models: a backup may have an older layout than
this program. Triggers of the target rest meanwhile, since an agreement that has ended since, or an
audit that is only ever added to, must not keep the past from being copied.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, MetaData, Row, Table, func, insert, select, text

from console.store.errors import CopyDiffers, RecordsNotEmpty

_BATCH: Final = 1000  # rows
_LEFT_OUT: Final = "alembic_version"  # the target has its own
_MODULUS: Final = 1 << 256

Progress = Callable[[str, int], None]  # a table's name and how many of its rows are done


@dataclass(frozen=True, slots=True)
class Sum:
    """What a table holds: how many rows, and the sum of their SHA-256 modulo 2^256, so that the
    order they are read in does not matter."""

    rows: int = 0
    digest: int = 0

    def plus(self, row: bytes) -> "Sum":
        """Return the sum with one more row."""
        hashed = int.from_bytes(hashlib.sha256(row).digest(), "big")
        return Sum(self.rows + 1, (self.digest + hashed) % _MODULUS)

    def __str__(self) -> str:
        return f"{self.digest:064x}"


Sums = dict[str, Sum]


def copy(source: Connection, target: Connection, progress: Progress = lambda *_: None) -> Sums:
    """Copy every row within the connections' own transactions; return what was read.

    The target has the same layout and no rows, or `RecordsNotEmpty` is raised.
    """
    tables = _tables(target)
    for table in tables:
        if target.execute(select(func.count()).select_from(table)).scalar_one():
            raise RecordsNotEmpty(table.name)
    read: Sums = {}
    theirs = {table.name: table for table in _tables(source)}
    with _triggers_resting(target, tables):
        for table in tables:
            found = Sum()
            for batch in _batches(source, theirs[table.name]):
                for row in batch:
                    found = found.plus(_canonical(table.name, row))
                target.execute(insert(table), [_bound(row) for row in batch])
                progress(table.name, found.rows)
            read[table.name] = found
    _number_on(target, tables)
    return read


def sums(connection: Connection) -> Sums:
    """Return what every table holds."""
    found: Sums = {}
    for table in _tables(connection):
        held = Sum()
        for batch in _batches(connection, table):
            for row in batch:
                held = held.plus(_canonical(table.name, row))
        found[table.name] = held
    return found


def compare(source: Sums, target: Sums) -> None:
    """Raise `CopyDiffers` unless both hold the same."""
    for name in sorted(source.keys() | target.keys()):
        if source.get(name) != target.get(name):
            raise CopyDiffers(name)


def _tables(connection: Connection) -> list[Table]:
    """Return the tables, each after those its rows point at."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != _LEFT_OUT]


def _batches(connection: Connection, table: Table) -> Iterator[list[Row[Any]]]:
    """Give a table's rows in the order of their keys: a row that replaces another comes after
    it."""
    everything = select(table).order_by(*table.primary_key.columns)
    found = connection.execution_options(yield_per=_BATCH).execute(everything)
    for batch in found.partitions():
        yield list(batch)


def _canonical(table: str, row: Row[Any]) -> bytes:
    values = {str.__str__(name): _plain(value) for name, value in row._mapping.items()}
    return msgspec.json.encode([str.__str__(table), sorted(values.items())], order="deterministic")


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            # SQLite keeps no zone; what it keeps is UTC.
            aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
            return ["at", aware.isoformat(timespec="microseconds")]
        case date():
            return ["on", value.isoformat()]
        case bytes() | memoryview():
            return ["bytes", bytes(value).hex()]
        case float():
            return ["number", value.hex()]
        case _:
            return value


def _bound(row: Row[Any]) -> dict[str, Any]:
    return {
        name: value.replace(tzinfo=UTC)
        if isinstance(value, datetime) and value.tzinfo is None
        else value
        for name, value in row._mapping.items()
    }


@contextmanager
def _triggers_resting(target: Connection, tables: list[Table]) -> Iterator[None]:
    if target.dialect.name == "postgresql":
        for table in tables:
            target.execute(text(f'ALTER TABLE "{table.name}" DISABLE TRIGGER USER'))
        yield
        for table in tables:
            target.execute(text(f'ALTER TABLE "{table.name}" ENABLE TRIGGER USER'))
        return
    target.execute(text("PRAGMA defer_foreign_keys = ON"))
    found = target.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
    for name, _ in found:
        target.execute(text(f'DROP TRIGGER "{name}"'))
    yield
    for _, definition in found:
        target.exec_driver_sql(definition)


def _number_on(target: Connection, tables: list[Table]) -> None:
    """Have the server number new rows after the copied ones; SQLite does so by itself."""
    if target.dialect.name != "postgresql":
        return
    for table in tables:
        for column in table.primary_key.columns:
            sequence = target.execute(
                text("SELECT pg_get_serial_sequence(:table, :column)"),
                {"table": f'"{table.name}"', "column": column.name},
            ).scalar_one()
            if sequence is not None:
                target.execute(
                    text(f'SELECT setval(:sequence, max("{column.name}")) FROM "{table.name}"'),
                    {"sequence": sequence},
                )
