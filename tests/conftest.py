"""Tests need no screen: Qt paints into memory unless another platform is asked for."""

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
OWN_WHEEL = "FRONTDESK_PJSUA2_WHEEL"  # path of a wheel from `make pjsua2-wheel`


@pytest.fixture(scope="session", autouse=True)
def _engines_run_on_the_wheel_asked_for(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """Every engine started finds the named wheel before the one installed."""
    wheel = os.environ.get(OWN_WHEEL)
    if not wheel:
        yield
        return
    site = tmp_path_factory.mktemp("pjsua2")
    with zipfile.ZipFile(Path(wheel)) as archive:
        archive.extractall(site)
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(site), before)))
    yield
    if before is None:
        del os.environ["PYTHONPATH"]
    else:
        os.environ["PYTHONPATH"] = before
