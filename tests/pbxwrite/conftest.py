from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.pbx.asterisk import Certificate
from tests.pbx.conftest import authority, ca_file, certificate, root
from tests.pbxwrite.commanded import CommandedPbx, three_modes
from tests.pbxwrite.written import WrittenPbx
from tests.scripts.samples import library
from tests.softphone.conftest import start

__all__ = ["authority", "ca_file", "certificate", "root", "start"]


@pytest.fixture
def pbx(root: Path, certificate: Certificate) -> Iterator[WrittenPbx]:
    """An Asterisk on a configuration just written for the sample practices."""
    made = WrittenPbx(root, certificate, library().practices)
    try:
        made.start()
        yield made
    finally:
        made.remove()


@pytest.fixture(scope="session")
def commanded(root: Path, certificate: Certificate) -> Iterator[CommandedPbx]:
    made = CommandedPbx(root, certificate)
    try:
        made.start()
        yield made
    finally:
        made.remove()


@pytest.fixture
def floor(commanded: CommandedPbx) -> Iterator[CommandedPbx]:
    """An Asterisk on what the command wrote, left by each test as it was found, at a time at which
    three practices are covered in three modes."""
    commanded.at(three_modes(commanded.library, datetime.now(UTC)))
    yield commanded
    commanded.rest()
