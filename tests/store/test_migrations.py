import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, text

from console.store import migrating, sqlite
from console.store.backend import backend_of
from console.store.connection import WRITING
from console.store.errors import RecordsAway
from console.store.models import Base as Tables
from console.store.postgres import PostgreSQL
from console.store.secrets import RECORDS
from console.store.session import Records
from console.store.staff import lock_hash, set_lock_hash
from tests.postgres import Server
from tests.records_file import SECRETS, asked
from tests.store.conftest import Base, FileBase

NEXT = '''"""A layout of the future."""

import sqlalchemy as sa
from alembic import op

revision = "9000"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("role_of_tomorrow", sa.Text()))
    {then}
'''
HEAD = migrating.head()


def constraints(engine: Engine) -> dict[str, Any]:
    """Return what `compare_metadata` does not look at: checks, keys and defaults by table."""
    look = inspect(engine)
    found: dict[str, Any] = {}
    for table in Tables.metadata.tables:
        found[table] = (
            sorted((c["name"] or "", c["sqltext"]) for c in look.get_check_constraints(table)),
            sorted(str(key) for key in look.get_foreign_keys(table)),
            sorted(str(key) for key in look.get_unique_constraints(table)),
            sorted(str(index) for index in look.get_indexes(table)),
            str(look.get_pk_constraint(table)),
            sorted(str(column) for column in look.get_columns(table)),  # in any order
        )
    return found


@pytest.fixture
def described(base: Base, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A database of the same kind, made from the models."""
    if base.kind == "sqlite":
        engine = create_engine("sqlite://")
        Tables.metadata.create_all(engine)
        yield engine
        engine.dispose()
        return
    server: Server = request.getfixturevalue("server")
    database = server.database()
    engine = PostgreSQL(database.place, database.secrets).engine(busy_ms=5000)
    with engine.execution_options(**{WRITING: True}).begin() as connection:
        connection.execute(text("CREATE EXTENSION btree_gist SCHEMA public"))
        connection.execute(text("CREATE SCHEMA frontdesk"))
        Tables.metadata.create_all(connection)
    yield engine
    engine.dispose()
    server.drop(database)


def test_the_migrations_make_exactly_the_models(base: Base, described: Engine) -> None:
    migrated = backend_of(base.place, base.secrets).engine(busy_ms=5000)
    with migrated.connect() as connection:
        look = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(look, Tables.metadata) == []
    assert constraints(migrated) == constraints(described)
    migrated.dispose()


@pytest.fixture
def future(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program one layout further on."""
    folder = tmp_path / "program" / "migrations"
    shutil.copytree(migrating._FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(migrating, "_FOLDER", folder)
    return folder / "versions" / "9000_next.py"


def layout(path: Path) -> tuple[str, list[str]]:
    ((version,),) = asked(path, "SELECT version_num FROM alembic_version")
    return version, [row[1] for row in asked(path, "PRAGMA table_info(staff)")]


@pytest.fixture
def today(file_base: FileBase, path: Path) -> tuple[str, list[str]]:
    """The layout of this version's records."""
    assert file_base.place.path == path
    return layout(path)


def test_older_records_are_copied_before_they_are_changed(
    file_records: Records, path: Path, future: Path, today: tuple[str, list[str]]
) -> None:
    file_records.write(lambda s: set_lock_hash(s, name="Dana", lock_hash="h"))
    future.write_text(NEXT.format(head=HEAD, then=""), "utf-8")
    newer = Records.open(path, secrets=SECRETS)  # while an older desk still has them open
    assert newer.revision == "9000"
    with newer.session() as session:
        assert lock_hash(session, name="Dana") == "h"
    newer.close()
    backup = path.with_name(f"records.db.backup-{HEAD}")
    assert layout(path) == ("9000", [*today[1], "role_of_tomorrow"])
    assert layout(backup) == today
    assert asked(backup, "SELECT lock_hash FROM staff") == [("h",)]
    assert not list(path.parent.glob("*.part"))


def test_a_migration_that_fails_half_way_leaves_the_old_layout(
    file_records: Records, path: Path, future: Path, today: tuple[str, list[str]]
) -> None:
    future.write_text(NEXT.format(head=HEAD, then="raise ZeroDivisionError"), "utf-8")
    with pytest.raises(ZeroDivisionError):
        Records.open(path, secrets=SECRETS)
    assert layout(path) == today


def test_records_that_cannot_be_copied_are_not_changed(
    file_records: Records, path: Path, future: Path, today: tuple[str, list[str]]
) -> None:
    future.write_text(NEXT.format(head=HEAD, then=""), "utf-8")
    path.with_name(f"records.db.backup-{HEAD}.part").mkdir()
    with pytest.raises(RecordsAway):
        Records.open(path, secrets=SECRETS)
    assert layout(path) == today


def test_records_that_are_up_to_date_are_not_copied(path: Path) -> None:
    Records.open(path, secrets=SECRETS).close()
    Records.open(path, secrets=SECRETS).close()
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_file_left_by_a_kill_before_the_first_table_is_begun_again(path: Path) -> None:
    sqlite.begin_file(path, SECRETS.key(RECORDS))
    Records.open(path, secrets=SECRETS).close()
    assert layout(path)[0] == migrating.head()
