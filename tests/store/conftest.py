import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from console.store.session import Records
from tests.store.builders import seed

Count = Callable[[str], int]
NOBODY = 65534


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "records.db"


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Records with the practices in them, made once and copied."""
    path = tmp_path_factory.mktemp("seeded") / "records.db"
    opened = Records.open(path)
    seed(opened)
    opened.close()
    return path


@pytest.fixture
def records(seeded: Path, path: Path) -> Iterator[Records]:
    shutil.copy(seeded, path)
    opened = Records.open(path)
    yield opened
    opened.close()


@pytest.fixture
def count(records: Records) -> Count:
    """Count the rows of a table."""

    def of(table: str) -> int:
        with records.session() as session:
            return int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())

    return of


@pytest.fixture
def folder_of_anyone() -> Iterator[Path]:
    """A folder an unprivileged account can reach; pytest's own is closed to others."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@contextmanager
def without_privileges() -> Iterator[None]:
    """Run as an account that read-only files hold back, also where the tests run as root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
