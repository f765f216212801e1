"""The programs under test as processes: started, weighed, and ended whatever happens.

A softphone engine outlives its window on purpose, and a bench that is interrupted must not leave
one behind: orphans are adopted (`PR_SET_CHILD_SUBREAPER`) and everything below this process is
ended when the bench is.
"""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

END_WITHIN_S = 3.0

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None)


@dataclass(frozen=True, slots=True)
class Memory:
    """What one process holds, in MB (10^6 bytes). PSS shares out what several processes map."""

    rss: float
    pss: float


class Children:
    """Every process the bench starts; leaving the `with` ends them and what they started."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._started: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in reversed(self._started):
            self._end_politely(process)
        end_descendants()

    def start(
        self,
        command: Sequence[str],
        *,
        name: str,
        environment: Mapping[str, str],
        folder: Path,
        pass_fds: Sequence[int] = (),
    ) -> subprocess.Popen[bytes]:
        """Start a command in `folder`, its words going to `name`.log."""
        with (self._logs / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                list(command),
                env=dict(environment),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=tuple(pass_fds),
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - one thread only, by design
            )
        self._started.append(process)
        return process

    def end(self, process: subprocess.Popen[bytes]) -> None:
        """End one program and everything it started."""
        family = descendants(process.pid)
        self._end_politely(process)
        for pid in family:
            _end_orphan(pid)
        self._started.remove(process)

    def last_words(self, name: str, *, lines: int = 5) -> str:
        """Return the end of a program's log, for the sentence that says why it failed."""
        path = self._logs / f"{name}.log"
        text = path.read_text(errors="replace") if path.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    @staticmethod
    def _end_politely(process: subprocess.Popen[bytes]) -> None:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(END_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _die_with_parent() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def descendants(pid: int) -> list[int]:
    """Return the processes below `pid`, children before grandchildren."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            parent = _parent(int(entry.name))
            parents.setdefault(parent, []).append(int(entry.name))
    found: list[int] = []
    level = [pid]
    while level:
        level = [child for one in level for child in parents.get(one, [])]
        found += level
    return found


def _parent(pid: int) -> int:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0  # it has just ended
    return int(stat.rpartition(")")[2].split()[1])


def end_descendants() -> None:
    """End what is still below this process: engines that outlived their windows."""
    for pid in descendants(os.getpid()):
        _end_orphan(pid)


def _end_orphan(pid: int) -> None:
    """End an adopted process: ask, wait a second, insist, and reap it."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        until = time.monotonic() + 1.0
        while time.monotonic() < until:
            try:
                if os.waitpid(pid, os.WNOHANG)[0] == pid:
                    return
            except ChildProcessError:
                if _parent(pid) == 0:
                    return
            time.sleep(0.01)


def command_line(pid: int) -> str:
    """Return a process's command, "" when it has gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    except OSError:
        return ""


def machine_ticks() -> tuple[float, float]:
    """Return the machine's idle time and all its time so far, in clock ticks of all cores."""
    ticks = [int(each) for each in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return ticks[3] + ticks[4], sum(ticks)


def memory(pid: int) -> Memory:
    """Weigh a process (`/proc/PID/smaps_rollup`)."""
    values = {"Rss": 0.0, "Pss": 0.0}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        name, _, rest = line.partition(":")
        if name in values:
            values[name] = int(rest.split()[0]) * 1024 / 1e6
    return Memory(rss=values["Rss"], pss=values["Pss"])
