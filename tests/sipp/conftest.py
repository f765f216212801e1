"""SIPp against a real engine. Where it is not installed the tests are skipped, or, where `CI` is
set, they fail: a gate that skips proves nothing."""

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.sipp.scenario import document
from tests.softphone.conftest import start
from tests.softphone.peer import EngineProcess

__all__ = ["start"]  # a fixture


class Sipp:
    """One run of SIPp, one call."""

    def __init__(self, folder: Path, steps: list[str], *, to: EngineProcess | None) -> None:
        self._folder = folder
        scenario = folder / "scenario.xml"
        scenario.write_text(document(steps), encoding="latin-1")
        self.port = free_port()
        command = ["sipp", "-sf", str(scenario), "-m", "1", "-i", "127.0.0.1"]
        command += ["-p", str(self.port), "-nostdin", "-timeout", "25", "-timeout_error"]
        command += ["-trace_err", "-error_file", str(folder / "errors.log")]
        command += ["-trace_msg", "-message_file", str(folder / "messages.log")]
        command += ["-mp", str(free_port()), "-cid_str", "sipp-%u-%p@%s"]
        if to is not None:
            command += ["-s", "5155550100", f"{to.sip[0]}:{to.sip[1]}"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder
        )

    @property
    def address(self) -> str:
        """Where it is called."""
        return f"sip:provider@127.0.0.1:{self.port}"

    def done(self, timeout: float = 20) -> str:
        """Wait for its end; return what went over the wire. Fails unless all went as written."""
        code = self.process.wait(timeout)
        errors = self._folder / "errors.log"
        said = errors.read_text(errors="replace") if errors.exists() else ""
        assert code == 0, f"SIPp ended with {code}: {said[-3000:]}"
        return (self._folder / "messages.log").read_text(errors="replace")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


RunSipp = Callable[..., Sipp]


@pytest.fixture
def sipp(tmp_path: Path) -> Iterator[RunSipp]:
    """Run scenarios; each has ended with the test."""
    if shutil.which("sipp") is None:
        if os.environ.get("CI"):
            pytest.fail("no SIPp: apt-get install sip-tester")
        pytest.skip("no SIPp: apt-get install sip-tester")
    running: list[Sipp] = []

    def run(steps: list[str], *, to: EngineProcess | None = None) -> Sipp:
        folder = tmp_path / f"sipp{len(running)}"
        folder.mkdir()
        running.append(Sipp(folder, steps, to=to))
        return running[-1]

    yield run
    for one in running:
        one.process.kill()
        one.process.wait()
