"""The engine as a process of this machine: begun, found, looked at, ended.

Free of Qt, so that the engine can be begun before anything slow is imported: it opens the line
while the window is still being made.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from softphone import wire

EXIT_WORLD = 2  # the engine's own exit codes: it said what is wrong on its last line
EXIT_PORT_TAKEN = 3
_PROC = Path("/proc")  # Linux
_SPOKEN = (EXIT_WORLD, EXIT_PORT_TAKEN)


class EngineProcess:
    """The engine of one folder: a child of ours, or one that a window before this one began."""

    def __init__(self, folder: Path, options: Sequence[str] = ()) -> None:
        self.rendezvous_path = folder / "engine.json"
        self.log_path = folder / "engine.log"
        self._options = tuple(options)
        self._child: subprocess.Popen[bytes] | None = None
        self.began_at = 0.0  # time.monotonic()
        self.pid = 0  # 0 before one is begun or found

    @property
    def is_child(self) -> bool:
        """Whether this process has begun one itself."""
        return self._child is not None

    @property
    def exit_code(self) -> int | None:
        """The child's exit code; None while it runs, or where there is no child."""
        return self._child.poll() if self._child is not None else None

    def begin_unless_there(self) -> None:
        """Begin one where no rendezvous file speaks of another."""
        if self.rendezvous() is None:
            self.begin()

    def begin(self) -> None:
        """Begin a new one in place of whatever was there. Raises `OSError` where it cannot be."""
        self.reap()
        self.rendezvous_path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.rendezvous_path.unlink(missing_ok=True)
        self._keep_old_log()
        command = [sys.executable, "-m", "softphone", "--rendezvous", str(self.rendezvous_path)]
        # A session of its own: a Ctrl+C or a hang-up of our terminal must not end a live call.
        detach: dict[str, bool | int] = (
            {"creationflags": getattr(subprocess, "CREATE_NO_WINDOW", 0)}
            if os.name == "nt"
            else {"start_new_session": True}
        )
        with self.log_path.open("wb") as log:
            self._child = subprocess.Popen(
                [*command, *self._options],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                **detach,  # type: ignore[call-overload]
            )
        self.pid = self._child.pid
        self.began_at = time.monotonic()

    def rendezvous(self) -> wire.Rendezvous | None:
        """Return what the rendezvous file says, None where there is none that can be read."""
        try:
            return wire.decode_rendezvous(self.rendezvous_path.read_bytes())
        except (OSError, wire.WireError):
            return None  # not there, or another version's: the engine renames a whole one in place

    def runs(self) -> bool:
        """Tell whether the process is still there, as far as it can be told."""
        if self._child is not None:
            return self._child.poll() is None
        return self.pid > 0 and is_engine(self.pid, self.rendezvous_path)

    def kill(self) -> None:
        """End the process at once; one that is not surely an engine of ours is left alone."""
        if self._child is not None:
            self._child.kill()
        elif self.pid and is_engine(self.pid, self.rendezvous_path):
            with suppress(OSError):  # gone between the look and the blow
                os.kill(self.pid, getattr(signal, "SIGKILL", signal.SIGTERM))

    def reap(self) -> None:
        """Let go of a child, ending it if it still runs."""
        if self._child is not None:
            if self._child.poll() is None:
                self._child.kill()
            self._child.wait()
            self._child = None

    def wait(self, seconds: float) -> None:
        """Wait for a child that was asked to leave; end it when the time is over."""
        if self._child is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self._child.wait(timeout=seconds)
        self.reap()

    def last_words(self) -> str:
        """Return the sentence the engine left with, or where to look when it said none."""
        if self.exit_code in _SPOKEN:
            with suppress(OSError):
                lines = self.log_path.read_text(errors="replace").strip().splitlines()
                if lines:
                    return lines[-1]
        return f"It ended without a word; its log is {self.log_path}."

    def _keep_old_log(self) -> None:
        """Keep the log of the one before: it may tell why that one died."""
        with suppress(OSError):
            if self.log_path.stat().st_size:
                self.log_path.replace(self.log_path.with_name(f"{self.log_path.name}.1"))


def is_engine(pid: int, rendezvous: Path) -> bool:
    """Tell whether a process is surely the engine of a rendezvous file.

    A process id outlives its process and is given to another: no process is ever ended because a
    file names it. Where the command line cannot be read the answer is no.
    """
    try:
        if _PROC.is_dir():
            words = (_PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace").split("\0")
            return "softphone" in words and str(rendezvous) in words
        if os.name != "posix":
            return False
        told = subprocess.run(
            ["ps", "-ww", "-o", "command=", "-p", str(pid)],
            capture_output=True,
            text=True,
            timeout=2,
            check=False,
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return False
    return "-m softphone" in told and str(rendezvous) in told
