"""The engine's life as the console sees it: found or started, watched, started again.

The engine is a process that outlives this one on purpose: when the window is killed in the middle
of a call the engine keeps talking, and the next window finds it by its rendezvous file. When the
engine itself dies, or stops answering its heartbeat, it is started again within a second.
"""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from console.errors import WorldError
from console.phone.link import PhoneLink
from softphone import wire

log = logging.getLogger(__name__)

LOOK_EVERY_MS = 10  # for the rendezvous file of an engine that is starting
START_WITHIN_S = 15.0
HEARTBEAT_MS = 1000
SILENT_AFTER_S = 3.0
KILL_AFTER_S = 10.0
RESTARTS_IN_A_ROW = 5  # each that dies within RESTART_COUNTS_S of its start
RESTART_COUNTS_S = 5.0


class Engine(QObject):
    """A softphone engine, running or about to.

    `joined(Welcome)` each time an engine is reached; `received(Event)`; `died(str)` when one is
    gone, with a sentence; `silent(bool)` when the heartbeat is missed or back; `failed(WorldError)`
    when no engine can be had at all (its port is taken, say).
    """

    joined = Signal(object)
    received = Signal(object)
    died = Signal(str)
    silent = Signal(bool)
    failed = Signal(object)

    def __init__(
        self,
        folder: Path,
        *,
        options: Sequence[str] = (),
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._rendezvous = folder / "engine.json"
        self._log_path = folder / "engine.log"
        self._options = tuple(options)
        self._clock = clock
        self._process: subprocess.Popen[bytes] | None = None
        self._pid = 0
        self._started_at = 0.0
        self._quick_deaths = 0
        self._stopping = False
        self._ping = 0
        self._last_pong = 0.0
        self._is_silent = False
        self.link = PhoneLink(self)
        self.link.joined.connect(self._on_joined)
        self.link.received.connect(self._on_received)
        self.link.lost.connect(self._on_lost)
        self.link.refused.connect(self._spawn)
        self._look = QTimer(self, interval=LOOK_EVERY_MS)
        self._look.timeout.connect(self._look_for_engine)
        self._heartbeat = QTimer(self, interval=HEARTBEAT_MS)
        self._heartbeat.timeout.connect(self._beat)

    @property
    def pid(self) -> int:
        """The engine's process id, 0 before one is found."""
        return self._pid

    def start(self) -> None:
        """Join the engine that is there, or start one."""
        self._stopping = False
        rendezvous = self._read_rendezvous()
        if rendezvous is None:
            self._spawn()
        else:
            self._pid = rendezvous.pid
            self.link.connect_to(rendezvous)

    def send(self, command: wire.Command) -> bool:
        """Send a command; False when there is no engine to hear it."""
        return self.link.send(command)

    def stop(self) -> None:
        """End the engine and every call it holds, and wait for it (2 s at most)."""
        self._stopping = True
        self._look.stop()
        self._heartbeat.stop()
        self.link.send(wire.ShutDown())
        if self._process is not None:
            try:
                self._process.wait(timeout=2.0)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        self.link.close()

    def leave(self) -> None:
        """Go without ending the engine: it keeps its calls."""
        self._stopping = True
        self._look.stop()
        self._heartbeat.stop()
        self.link.close()

    def _spawn(self) -> None:
        if self._stopping or self._look.isActive():
            return
        self._reap()
        self._rendezvous.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._rendezvous.unlink(missing_ok=True)
        command = [sys.executable, "-m", "softphone", "--rendezvous", str(self._rendezvous)]
        # A session of its own: a Ctrl+C or a hang-up of our terminal must not end a live call.
        detach: dict[str, bool | int] = (
            {"creationflags": getattr(subprocess, "CREATE_NO_WINDOW", 0)}
            if os.name == "nt"
            else {"start_new_session": True}
        )
        with self._log_path.open("wb") as engine_log:
            self._process = subprocess.Popen(
                [*command, *self._options],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=engine_log,
                **detach,  # type: ignore[call-overload]
            )
        self._pid = self._process.pid
        self._started_at = self._clock()
        self._look.start()

    def _look_for_engine(self) -> None:
        rendezvous = self._read_rendezvous()
        if rendezvous is not None:
            self._look.stop()
            self._pid = rendezvous.pid
            self.link.connect_to(rendezvous)
            return
        if self._process is not None and self._process.poll() is not None:
            self._look.stop()
            self._give_up_or_retry()
        elif self._clock() - self._started_at > START_WITHIN_S:
            self._look.stop()
            self._kill()
            self._give_up_or_retry()

    def _give_up_or_retry(self) -> None:
        code = self._process.returncode if self._process is not None else None
        sentence = self._last_words()
        if code in (2, 3) or self._quick_deaths >= RESTARTS_IN_A_ROW:
            self.failed.emit(WorldError("The softphone cannot start", sentence))
            return
        self._quick_deaths += 1
        self._spawn()

    def _last_words(self) -> str:
        try:
            lines = self._log_path.read_text(errors="replace").strip().splitlines()
        except OSError:
            lines = []
        return lines[-1] if lines else "It ended without a word; start Frontdesk again."

    def _read_rendezvous(self) -> wire.Rendezvous | None:
        try:
            return wire.decode_rendezvous(self._rendezvous.read_bytes())
        except (OSError, wire.WireError):
            return None  # not there, or not whole: the engine renames it into place when ready

    def _on_joined(self, welcome: wire.Welcome) -> None:
        self._last_pong = self._clock()
        self._set_silent(False)
        self._heartbeat.start()
        self.joined.emit(welcome)

    def _on_received(self, event: wire.Event) -> None:
        if isinstance(event, wire.Pong):
            self._last_pong = self._clock()
            self._set_silent(False)
        else:
            self.received.emit(event)

    def _on_lost(self) -> None:
        self._heartbeat.stop()
        if self._stopping:
            return
        if self._clock() - self._started_at < RESTART_COUNTS_S:
            self._quick_deaths += 1
        else:
            self._quick_deaths = 0
        log.warning("engine gone, restarting")
        self.died.emit("The softphone stopped and is being started again.")
        if self._quick_deaths >= RESTARTS_IN_A_ROW:
            self._reap()
            self.failed.emit(WorldError("The softphone keeps stopping", self._last_words()))
        else:
            self._spawn()

    def _beat(self) -> None:
        quiet_s = self._clock() - self._last_pong
        if quiet_s > KILL_AFTER_S:
            self._kill()  # its socket closes, and `_on_lost` starts another
            return
        if quiet_s > SILENT_AFTER_S:
            self._set_silent(True)
        self._ping += 1
        self.link.send(wire.Ping(number=self._ping))

    def _set_silent(self, silent: bool) -> None:
        if silent != self._is_silent:
            self._is_silent = silent
            self.silent.emit(silent)

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()
        elif self._pid:
            os.kill(self._pid, 9)

    def _reap(self) -> None:
        if self._process is not None:
            if self._process.poll() is None:
                self._process.kill()
            self._process.wait()
            self._process = None
