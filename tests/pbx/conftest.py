"""Tests against a real Asterisk, fetched once. Without it they are skipped, or, where
`FRONTDESK_REQUIRE_PBX` or `CI` is set, they fail: a gate that skips proves nothing."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme

from tests.pbx.asterisk import Asterisk, Certificate
from tests.pbx.obtain_asterisk import Unobtainable, asterisk_root
from tests.softphone.conftest import start

__all__ = ["start"]  # a fixture

MakePbx = Callable[..., Asterisk]


@pytest.fixture(scope="session")
def root() -> Path:
    """Where Asterisk has been unpacked."""
    try:
        return asterisk_root()
    except Unobtainable as error:
        reason = f"no Asterisk to test against: {error}"
        required = os.environ.get("CI") or os.environ.get("FRONTDESK_REQUIRE_PBX")
        if required and sys.platform == "linux":
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Whoever signs the PBX's certificate."""
    return trustme.CA()


@pytest.fixture(scope="session")
def certificate(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A good certificate for the name localhost."""
    folder = tmp_path_factory.mktemp("pbx-certificate")
    issued = authority.issue_cert("localhost")
    files = Certificate(folder / "chain.pem", folder / "key.pem")
    issued.private_key_pem.write_to_path(str(files.key))
    files.chain.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    return files


@pytest.fixture(scope="session")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The authority's certificate, as a line's `ca_file`."""
    path = tmp_path_factory.mktemp("pbx-ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


@pytest.fixture
def make_pbx(root: Path, certificate: Certificate) -> Iterator[MakePbx]:
    """Make PBXs and start them; each is gone after the test."""
    with contextlib.ExitStack() as stack:

        def make(**how: object) -> Asterisk:
            pbx = Asterisk(root, certificate=certificate, **how)  # type: ignore[arg-type]
            stack.callback(pbx.remove)
            return pbx.start()

        yield make


@pytest.fixture
def own_pbx(make_pbx: MakePbx) -> Asterisk:
    """One PBX, running, that the test may end."""
    return make_pbx()


@pytest.fixture(scope="session")
def pbx(root: Path, certificate: Certificate) -> Iterator[Asterisk]:
    """One PBX, running, for every test that leaves it as it found it."""
    pbx = Asterisk(root, certificate=certificate)
    try:
        yield pbx.start()
    finally:
        pbx.remove()
