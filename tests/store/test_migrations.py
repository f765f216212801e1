import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect

from console.store import migrating, sqlite
from console.store.errors import RecordsAway
from console.store.models import Base
from console.store.session import Records
from console.store.staff import lock_hash, set_lock_hash

NEXT = '''"""A layout of the future."""

import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("role", sa.Text()))
    {then}
'''


HEAD = migrating.head()


def constraints(engine: Engine) -> dict[str, Any]:
    """Return what `compare_metadata` does not look at: checks, keys and defaults by table."""
    look = inspect(engine)
    found: dict[str, Any] = {}
    for table in Base.metadata.tables:
        found[table] = (
            sorted((c["name"] or "", c["sqltext"]) for c in look.get_check_constraints(table)),
            sorted(str(key) for key in look.get_foreign_keys(table)),
            sorted(str(key) for key in look.get_unique_constraints(table)),
            sorted(str(index) for index in look.get_indexes(table)),
            str(look.get_pk_constraint(table)),
            [str(column) for column in look.get_columns(table)],
        )
    return found


def test_the_migrations_make_exactly_the_models(path: Path) -> None:
    Records.open(path).close()
    migrated = create_engine(f"sqlite:///{path}")
    described = create_engine("sqlite://")
    Base.metadata.create_all(described)
    with migrated.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    assert constraints(migrated) == constraints(described)
    migrated.dispose()
    described.dispose()


@pytest.fixture
def future(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program one layout further on."""
    folder = tmp_path / "program" / "migrations"
    shutil.copytree(migrating._FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(migrating, "_FOLDER", folder)
    return folder / "versions" / "next.py"


def layout(path: Path) -> tuple[str, list[str]]:
    connection = sqlite3.connect(path)
    (version,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    columns = [row[1] for row in connection.execute("PRAGMA table_info(staff)")]
    connection.close()
    return version, columns


def test_older_records_are_copied_before_they_are_changed(
    records: Records, path: Path, future: Path
) -> None:
    records.write(lambda s: set_lock_hash(s, name="Dana", lock_hash="h"))
    future.write_text(NEXT.format(head=HEAD, then=""), "utf-8")
    newer = Records.open(path)  # while an older desk still has them open
    assert newer.revision == "next"
    with newer.session() as session:
        assert lock_hash(session, name="Dana") == "h"
    newer.close()
    backup = path.with_name(f"records.db.backup-{HEAD}")
    assert layout(path) == ("next", ["name", "lock_hash", "role"])
    assert layout(backup) == (HEAD, ["name", "lock_hash"])
    copy = sqlite3.connect(backup)
    assert copy.execute("SELECT lock_hash FROM staff").fetchone() == ("h",)
    copy.close()
    assert not list(path.parent.glob("*.part"))


def test_a_migration_that_fails_half_way_leaves_the_old_layout(
    records: Records, path: Path, future: Path
) -> None:
    future.write_text(NEXT.format(head=HEAD, then="raise ZeroDivisionError"), "utf-8")
    with pytest.raises(ZeroDivisionError):
        Records.open(path)
    assert layout(path) == (HEAD, ["name", "lock_hash"])


def test_records_that_cannot_be_copied_are_not_changed(
    records: Records, path: Path, future: Path
) -> None:
    future.write_text(NEXT.format(head=HEAD, then=""), "utf-8")
    path.with_name(f"records.db.backup-{HEAD}.part").mkdir()
    with pytest.raises(RecordsAway):
        Records.open(path)
    assert layout(path) == (HEAD, ["name", "lock_hash"])


def test_records_that_are_up_to_date_are_not_copied(path: Path) -> None:
    Records.open(path).close()
    Records.open(path).close()
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_file_left_by_a_kill_before_the_first_table_is_begun_again(path: Path) -> None:
    sqlite.begin_file(path)
    Records.open(path).close()
    assert layout(path)[0] == migrating.head()
