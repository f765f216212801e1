"""What kind of transaction is meant, and the connection it goes by.

The connection is kept with its session: asking the session costs as much as a small statement, and
a finished call asks it for each of its own.
"""

from typing import Final

from sqlalchemy import Connection
from sqlalchemy.orm import Session

# Execution options, of an engine or a connection
WRITING: Final = "frontdesk_writing"  # a transaction that is to write
ALONE: Final = "frontdesk_alone"  # one that must come out as if no other ran beside it
_KEPT: Final = "frontdesk_connection"  # in a session's `info`


def begin(session: Session) -> None:
    """Begin the session's transaction and keep its connection."""
    session.info[_KEPT] = session.connection()


def connection_of(session: Session) -> Connection:
    """Return the connection of the session's transaction."""
    kept: Connection | None = session.info.get(_KEPT)
    if kept is None or session.in_nested_transaction():
        return session.connection()  # a savepoint is only made once the session is asked
    return kept
