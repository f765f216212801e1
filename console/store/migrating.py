"""Bringing the records' layout to the one this version knows, from whatever it was.

A migration is one transaction together with the number it leaves behind, under a lock: a power cut
leaves the old layout, and of two desks started at once one waits for the other. Before the first
change to records that already hold work they are copied, by whoever calls this.
"""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from console.store import (
    amendment_tables,
    board_tables,
    calendar_tables,
    hold_tables,
    outbox_tables,
    person_tables,
    reply_tables,
    review_tables,
    rota_tables,
    script_tables,
    waiting_tables,
)
from console.store.errors import RecordsTooNew
from console.store.secrets import Secrets

LAYOUT: Final = (
    board_tables,
    calendar_tables,
    hold_tables,
    outbox_tables,
    person_tables,
    reply_tables,
    amendment_tables,
    review_tables,
    rota_tables,
    script_tables,
    waiting_tables,
)
"""Modules of tables beside `models`: what the layout is compared with has to have them."""

SCHEMA: Final = "frontdesk"  # on a server that knows schemas, ours
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
    return MigrationContext.configure(
        connection, opts={"version_table_schema": schema_of(connection)}
    ).get_current_revision()


def schema_of(connection: Connection) -> str | None:
    """Return the schema the tables are in, None where there are none."""
    return SCHEMA if connection.dialect.name == "postgresql" else None


def known(where: str, revision: str | None) -> None:
    """Raise `RecordsTooNew` for a layout of a later version's."""
    if revision is None:
        return
    try:
        ScriptDirectory.from_config(configuration()).get_revision(revision)
    except CommandError:
        raise RecordsTooNew(where, revision) from None


def upgrade(connection: Connection, to: str = "head", *, secrets: Secrets) -> str:
    """Bring the layout there, in the connection's own transaction; return its number. What has to
    be encrypted on the way is, with this desk's keys."""
    config = configuration()
    config.attributes["connection"] = connection
    config.attributes["secrets"] = secrets
    command.upgrade(config, to)
    return current(connection) or ""
