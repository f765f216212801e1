"""`frontdesk run` as a process of its own, without a screen."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from scripts.loader import SAMPLES
from softphone import wire
from tests.waiting import until

LINE = ("--bind", "127.0.0.1", "--sip-port", "0", "--sound", "none", "--agent", "Dana Whitfield")


def command(*options: str, program: str = "tests.app.handed") -> list[str]:
    return [sys.executable, "-m", program, "run", *options]


def run(
    *options: str, program: str = "tests.app.handed", environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a desk that is expected to refuse."""
    return subprocess.run(
        command(*options, program=program),
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **(environment or {})},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@contextlib.contextmanager
def running(
    data: Path, options: Sequence[str] = LINE, practices: Path = SAMPLES
) -> Iterator[subprocess.Popen[str]]:
    """Run a desk for a block; it is killed if the block leaves it."""
    process = subprocess.Popen(
        command("--data", str(data), "--practices", str(practices), *options),
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()
        for found in engines_of(data):
            os.kill(found, signal.SIGKILL)


def line_open(process: subprocess.Popen[str], data: Path, within: float = 20) -> wire.Rendezvous:
    """Wait for the engine's rendezvous file: another process writes it, so it is looked for."""

    def look() -> wire.Rendezvous | None:
        with contextlib.suppress(OSError, wire.WireError):
            return wire.decode_rendezvous((data / "engine.json").read_bytes())
        return None

    found = until(look, "no engine in time", within, process)
    assert found is not None
    return found


def shown(process: subprocess.Popen[str], data: Path, within: float = 20) -> None:
    """Wait until the window is there and its records are begun."""
    until((data / "records.sqlite").exists, "no records in time", within, process)


def engines_of(data: Path) -> list[int]:
    """Return the ids of engines that still run for a data folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            words = entry.read_bytes().decode(errors="replace").split("\0")
            if "softphone" in words and str(data / "engine.json") in words:
                found.append(int(entry.parent.name))
    return found
