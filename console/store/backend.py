"""What a kind of database must be able to do for the records; `sqlite` and `postgres` each do.

Everything above this line is written once for both. What differs between them is here, in those
two, and in the migrations.
"""

import threading
from collections.abc import Iterator
from typing import Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from console.store.errors import RecordsError
from console.store.place import FilePlace, Place
from console.store.secrets import Secrets


class Backend(Protocol):
    """The records of one place, before and while they are open."""

    @property
    def place(self) -> Place:
        """Where they are."""

    def ready(self, *, busy_ms: int) -> str:
        """See that records are there which this version may write, and return their layout's
        number. Raises `RecordsError`."""

    def engine(self, *, busy_ms: int) -> Engine:
        """Return an engine on them. `busy_ms`: how long another's lock is waited for."""

    def overwrite_deleted(self, *, busy_ms: int) -> None:
        """Make what was deleted go from where it is stored, as far as the database can."""

    def error(self, error: BaseException) -> RecordsError | None:
        """Return what a driver's error means, or None where it is not the world's doing."""

    def may_try_again(self, error: DBAPIError, *, tried: int) -> bool:
        """Tell whether a transaction that was tried so often failed for no reason but another one
        beside it."""

    def changes(self, stop: threading.Event) -> Iterator[None]:
        """Give one item once it listens, and whenever something was written by anybody, until
        `stop` (`live`)."""

    def begin_writing(self, connection: Connection) -> None:
        """See that the connection could write now; what is read from here on is true until the
        end of the transaction."""


def backend_of(place: Place, secrets: Secrets) -> Backend:
    """Return the backend for a place."""
    if isinstance(place, FilePlace):
        from console.store.sqlite import SQLite  # noqa: PLC0415 - only the driver in use is loaded

        return SQLite(place, secrets)
    from console.store.postgres import PostgreSQL  # noqa: PLC0415

    return PostgreSQL(place, secrets)
