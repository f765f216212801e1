from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pbx.asterisk import Certificate
from tests.pbx.conftest import authority, ca_file, certificate, root
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
