"""Bringing the records' layout to the one this version knows, from whatever it was.

A migration is one transaction together with the number it leaves behind, under the write lock: a
power cut leaves the old layout, and of two desks started at once one waits for the other. Before
the first change to a file that already holds work, the file is copied.
"""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from console.store import script_tables, sqlite
from console.store.errors import RecordsDamaged, RecordsTooNew

LAYOUT: Final = (script_tables,)
"""Modules of tables beside `models`: what the layout is compared with has to have them."""

_FOLDER: Final = Path(__file__).parent / "migrations"


def configuration() -> Config:
    """Return Alembic's settings; there is no `alembic.ini`."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config


def head() -> str:
    """Return the newest layout's number."""
    newest = ScriptDirectory.from_config(configuration()).get_current_head()
    if newest is None:
        raise AssertionError("the program was packed without its migrations")
    return newest


def current(connection: Connection) -> str | None:
    """Return the layout's number, None before the first."""
    return MigrationContext.configure(connection).get_current_revision()


def migrate(path: Path, *, busy_ms: int, to: str = "head") -> str:
    """Bring the file to a layout and return its number; raise `RecordsTooNew` untouched."""
    engine = sqlite.engine(path, busy_ms=busy_ms, foreign_keys=False)
    try:
        with engine.execution_options(**{sqlite.WRITING: True}).begin() as connection:
            was = current(connection)
            _known(path, was)
            if was == head() and to == "head":
                return was
            if was is not None:
                sqlite.back_up(path, was)
            config = configuration()
            config.attributes["connection"] = connection
            command.upgrade(config, to)
            if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                raise RecordsDamaged
            return current(connection) or ""
    finally:
        engine.dispose()


def _known(path: Path, revision: str | None) -> None:
    if revision is None:
        return
    try:
        ScriptDirectory.from_config(configuration()).get_revision(revision)
    except CommandError:
        raise RecordsTooNew(path, revision) from None
