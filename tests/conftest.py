"""Tests need no screen: Qt paints into memory unless another platform is asked for."""

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Real calls can be placed on another pjsua2 than the installed one."""
    parser.addoption(
        "--pjsua2-wheel", type=Path, metavar="FILE", help="a wheel from `make pjsua2-wheel`"
    )


@pytest.fixture(scope="session")
def own_wheel(pytestconfig: pytest.Config) -> Path | None:
    """The wheel named on the command line."""
    wheel: Path | None = pytestconfig.getoption("--pjsua2-wheel")
    return wheel


@pytest.fixture(scope="session", autouse=True)
def _engines_run_on_the_wheel_asked_for(
    own_wheel: Path | None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Every engine started finds the named wheel before the one installed."""
    if own_wheel is None:
        yield
        return
    site = tmp_path_factory.mktemp("pjsua2")
    with zipfile.ZipFile(own_wheel) as archive:
        archive.extractall(site)
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(site), before)))
    yield
    if before is None:
        del os.environ["PYTHONPATH"]
    else:
        os.environ["PYTHONPATH"] = before
