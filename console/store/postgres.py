"""What only PostgreSQL needs: the way to the server, its isolation, its errors.

All tables are in a schema of our own, so that a database may hold another program's beside ours.
Only their owner changes the layout, by `frontdesk records upgrade`: two hundred desks do not.

Transactions see one unchanging view, and of two that change the same row, or make the same one, the
second is done again (https://www.postgresql.org/docs/current/transaction-iso.html). Rules over
several rows are constraints, as for bookings, or are asked for as serialisable: as the rule for
every write that cost a server with two hundred desks hundreds of needless clashes a second.
"""

import threading
from collections.abc import Iterator
from typing import Any, Final

import psycopg
from psycopg import Error, IsolationLevel, OperationalError
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, QueuePool, create_engine, event, text
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from console.store import grants, migrating
from console.store.connection import ALONE, WRITING
from console.store.errors import (
    Away,
    RecordsAway,
    RecordsDamaged,
    RecordsError,
    RecordsTooOld,
)
from console.store.migrating import SCHEMA
from console.store.place import ServerPlace
from console.store.secrets import Secrets

_CONNECT_S: Final = 5
_LISTEN_S: Final = 0.5  # at most so long until the thread sees that it is to end
_LEFT_OPEN_MS: Final = (
    30_000  # a desk that died in a transaction must not hold its locks for longer
)
_POOL: Final = 2  # connections kept: one writes, one reads; 200 desks share one server
_MIGRATING: Final = 0x46524E54  # the advisory lock under which the layout is changed


class PostgreSQL:
    """The records on a server (`console.store.backend.Backend`)."""

    def __init__(self, place: ServerPlace, secrets: Secrets) -> None:
        self.place = place
        self._secrets = secrets

    def ready(self, *, busy_ms: int) -> str:
        """See that the layout is the one this version writes; never change it."""
        now = self.layout(busy_ms=busy_ms)
        if now is None or now != migrating.head():
            raise RecordsTooOld(str(self.place), now)
        return now

    def layout(self, *, busy_ms: int) -> str | None:
        """Return the layout's number, None before the first; raise `RecordsTooNew`."""
        engine = self.engine(busy_ms=busy_ms)
        try:
            with engine.connect() as connection:
                now = migrating.current(connection)
                migrating.known(str(self.place), now)
                return now
        except DBAPIError as error:
            raise self.error(error) or error from error
        finally:
            engine.dispose()

    def engine(self, *, busy_ms: int) -> Engine:
        """Return an engine on the database."""
        made = create_engine(
            URL.create("postgresql+psycopg"),
            connect_args=self.connect_arguments(busy_ms=busy_ms),
            hide_parameters=True,
            poolclass=QueuePool,
            pool_size=_POOL,
            max_overflow=_POOL,
            pool_timeout=_CONNECT_S,
            pool_use_lifo=True,
        )

        def begin(connection: Connection) -> None:
            driver: Any = connection.connection.driver_connection
            options = connection.get_execution_options()
            driver.isolation_level = (
                IsolationLevel.SERIALIZABLE
                if options.get(ALONE)
                else IsolationLevel.REPEATABLE_READ
            )
            driver.read_only = not options.get(WRITING)

        event.listen(made, "begin", begin)
        event.listen(made, "handle_error", _hide_values)
        event.listen(made, "checkin", _end_transaction)
        return made

    def connect_arguments(self, *, busy_ms: int) -> dict[str, Any]:
        """Return what libpq is told, the password too: for this process's connections only."""
        place = self.place
        arguments: dict[str, Any] = {
            "host": place.host,
            "port": place.port,
            "user": place.user,
            "dbname": place.database,
            "application_name": "frontdesk",
            "client_encoding": "utf8",
            "connect_timeout": _CONNECT_S,
            "tcp_user_timeout": busy_ms,  # a network that is gone is noticed as soon as a lock
            "keepalives_idle": _CONNECT_S,
            "keepalives_interval": 1,
            "keepalives_count": 3,
            "options": (
                f"-c search_path={SCHEMA},public -c TimeZone=UTC -c lock_timeout={busy_ms}"
                f" -c idle_in_transaction_session_timeout={_LEFT_OPEN_MS}"
            ),
        }
        if not place.loopback:
            arguments |= {"sslmode": "verify-full", "sslrootcert": "system"}
        arguments |= dict(place.options)
        password = self._secrets.password(place.account)
        if password is not None:
            arguments["password"] = password
        return arguments

    def bring_to(self, revision: str, *, busy_ms: int) -> None:
        """Bring an empty database to a layout."""
        self.upgrade(busy_ms=busy_ms, to=revision)

    def upgrade(self, *, busy_ms: int, to: str = "head") -> str:
        """Bring the layout to one, from nothing if need be; return its number. Whoever does it
        owns the tables from then on. Raises `RecordsTooNew` untouched."""
        engine = self.engine(busy_ms=busy_ms)
        writing = engine.execution_options(**{WRITING: True})
        try:
            # The lock has a connection of its own: a serialisable transaction sees what was there
            # when its first statement began, and that must not be before the wait for the lock.
            with writing.connect() as guard, guard.begin():
                guard.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _MIGRATING})
                with writing.begin() as connection:
                    connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
                    was = migrating.current(connection)
                    migrating.known(str(self.place), was)
                    now = migrating.upgrade(connection, to, secrets=self._secrets)
                    if now == migrating.head():
                        grants.install(connection)
                    return now
        except DBAPIError as error:
            raise self.error(error) or error from error
        finally:
            engine.dispose()

    def overwrite_deleted(self, *, busy_ms: int) -> None:
        """Let the server use the room of what was deleted again: new rows overwrite it. What it
        keeps elsewhere, in its log and in backups, is its administrator's."""
        engine = self.engine(busy_ms=busy_ms)
        try:
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("VACUUM (ANALYZE)")
        finally:
            engine.dispose()

    def error(self, error: BaseException) -> RecordsError | None:
        """Return what a driver's error, or SQLAlchemy's wrapping of one, means."""
        return from_postgres(error.orig if isinstance(error, DBAPIError) else error)

    def may_try_again(self, error: DBAPIError, *, tried: int) -> bool:
        """Tell whether another transaction beside this one was the reason. A row that was there
        already may have been made by one this one could not see yet; the next try does."""
        state = getattr(error.orig, "sqlstate", None)
        return state in _TRY_AGAIN or (state == _UNIQUE and tried <= _UNIQUE_TRIES)

    def changes(self, stop: threading.Event) -> Iterator[None]:
        """Wait for the server's word, on a connection of its own."""
        arguments = self.connect_arguments(busy_ms=_CONNECT_S * 1000)
        with psycopg.connect(**arguments, autocommit=True) as connection:
            connection.execute(f"LISTEN {SCHEMA}")
            yield
            while not stop.is_set():
                for _ in connection.notifies(timeout=_LISTEN_S, stop_after=1):
                    yield

    def begin_writing(self, connection: Connection) -> None:
        """Nothing is left to do: the first statement begins the transaction."""


# https://www.postgresql.org/docs/current/errcodes-appendix.html
_DATA_EXCEPTION: Final = "22"
_UNIQUE: Final = "23505"
_UNIQUE_TRIES: Final = 2
_TRY_AGAIN: Final = frozenset({"40001", "40P01"})
_AWAY: Final[dict[str, Away]] = {
    "08": Away.UNREACHABLE,  # connection exception
    "57P": Away.UNREACHABLE,  # it shuts down, or starts
    "25P03": Away.UNREACHABLE,  # idle in a transaction for too long
    "53100": Away.FULL,
    "53": Away.BUSY,
    "25006": Away.READ_ONLY,  # a standby
    "28": Away.REFUSED,
    "42501": Away.NOT_ALLOWED,
    "55P03": Away.LOCKED,
    "57014": Away.LOCKED,
    "40": Away.LOCKED,
    "58": Away.UNREADABLE,
}


def _end_transaction(connection: Any, entry: ConnectionPoolEntry) -> None:
    """End a transaction whose COMMIT failed: SQLAlchemy holds it to be over."""
    if connection is None or connection.closed:
        return
    if connection.info.transaction_status != TransactionStatus.IDLE:
        try:
            connection.rollback()
        except Error as error:
            entry.invalidate(error)


def _hide_values(context: ExceptionContext) -> None:
    """Take out of an error what the server quotes of a row: `hide_parameters` does not reach it."""
    error, wrapped = context.original_exception, context.sqlalchemy_exception
    if not isinstance(error, Error) or error.sqlstate is None:
        return
    quotes = error.sqlstate.startswith(_DATA_EXCEPTION)  # these quote in their first line
    error.args = (error.sqlstate if quotes else error.diag.message_primary,)
    if wrapped is not None:
        wrapped.args = (f"({type(error).__name__}) {error.args[0]}",)


def from_postgres(error: BaseException | None) -> RecordsError | None:
    """Return what a driver's error means, or None where it is not the world's doing."""
    if not isinstance(error, Error):
        return None
    state = error.sqlstate
    if state is None:
        return (
            RecordsAway(_without_state(str(error))) if isinstance(error, OperationalError) else None
        )
    if state in ("XX001", "XX002"):
        return RecordsDamaged()
    for length in (5, 3, 2):
        if state[:length] in _AWAY:
            return RecordsAway(_AWAY[state[:length]])
    return None


def _without_state(said: str) -> Away:
    """Return what libpq's words for a failed connection mean; it gives no code with them."""
    for words, away in _SAID:
        if any(word in said for word in words):
            return away
    return Away.UNREACHABLE


_SAID: Final = (
    (("certificate", "SSL", "GSSAPI"), Away.UNTRUSTED),
    (("too many clients", "connection slots"), Away.BUSY),
    (("authentication", "password", "pg_hba.conf", "does not exist"), Away.REFUSED),
)
