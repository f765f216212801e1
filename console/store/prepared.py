"""Statements made once: their text, and what turns their values into the driver's own.

SQLAlchemy keeps the text as well, but works out each time what any statement might need. Those a
finished call waits for need nothing of it: they give no rows back, and no key.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Delete, Dialect, Insert
from sqlalchemy.orm import Session

from console.store.connection import connection_of


class Prepared:
    """An insertion of whole rows, or a deletion. `names` are the columns or parameters it takes,
    each with a value every time."""

    def __init__(self, statement: Insert | Delete, *names: str) -> None:
        self._statement = statement
        self._names = names
        self._made: dict[str, tuple[str, Callable[[Mapping[str, Any]], Any]]] = {}  # by dialect

    def run(self, session: Session, *rows: Mapping[str, Any]) -> None:
        """Have it done with each row's values in the session's transaction."""
        if not rows:
            return
        connection = connection_of(session)
        made = self._made.get(connection.dialect.name)
        if made is None:
            made = self._made[connection.dialect.name] = self._make(connection.dialect)
        text, turned = made
        values = [turned(row) for row in rows]
        connection.exec_driver_sql(text, values if len(values) > 1 else values[0])

    def _make(self, dialect: Dialect) -> tuple[str, Callable[[Mapping[str, Any]], Any]]:
        made = self._statement.compile(dialect=dialect, column_keys=self._names)
        turns = {
            name: bound.type.dialect_impl(dialect).bind_processor(dialect) or _as_it_is
            for name, bound in made.binds.items()
        }
        order: Sequence[str] | None = made.positiontup
        if order is None:
            return str(made), lambda row: {name: turn(row[name]) for name, turn in turns.items()}
        placed = [(name, turns[name]) for name in order]
        return str(made), lambda row: tuple([turn(row[name]) for name, turn in placed])


def _as_it_is(value: object) -> object:
    return value
