"""The engine's life as the console sees it: found or started, watched, started again.

The engine is a process that outlives this one on purpose: when the window is killed in the middle
of a call the engine keeps talking, and the next window finds it by its rendezvous file. When the
engine itself dies, or stops answering its heartbeat, it is started again within a second.
"""

import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from console.errors import WorldError
from console.phone.link import PhoneLink
from console.phone.process import EXIT_PORT_TAKEN, EXIT_WORLD, EngineProcess
from softphone import wire

log = logging.getLogger(__name__)

LOOK_EVERY_MS = 10  # for the rendezvous file of an engine that is starting
START_WITHIN_S = 15.0
JOIN_WITHIN_MS = 5_000  # from the connection to the engine's welcome
HEARTBEAT_MS = 1_000
SILENT_AFTER = 3  # heartbeats without an answer
KILL_AFTER = 10
LEAVE_WITHIN_S = 4.0  # the engine itself gives its farewells 2 s
RESTARTS_IN_A_ROW = 5  # each that dies within RESTART_COUNTS_S of its start
RESTART_COUNTS_S = 5.0
PORT_AGAIN_MS = 5_000  # how long after a port was found taken it is tried again
FAILED_AGAIN_MS = 30_000


class Engine(QObject):
    """A softphone engine, running or about to.

    `joined(Welcome)` each time an engine is reached; `received(Event)`; `died(str)` when one is
    gone, with a sentence; `silent(bool)` when the heartbeat is missed or back; `failed(WorldError)`
    when no engine can be had for now (its port is taken, say): it is tried again by itself.
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
        process: EngineProcess | None = None,
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        """`process` is one that may have been begun before the window was made."""
        super().__init__(parent)
        self._process = process or EngineProcess(folder, options)
        self._clock = clock
        self._quick_deaths = 0
        self._stopping = False
        self._was_joined = False  # since the last `died`
        self._ping = self._pong = 0
        self._is_silent = False
        self.link = PhoneLink(self)
        self.link.joined.connect(self._on_joined)
        self.link.received.connect(self._on_received)
        self.link.lost.connect(self._on_lost)
        self.link.refused.connect(self._on_refused)
        self._look = QTimer(self, interval=LOOK_EVERY_MS)
        self._look.timeout.connect(self._look_for_engine)
        self._welcome_due = QTimer(self, interval=JOIN_WITHIN_MS, singleShot=True)
        self._welcome_due.timeout.connect(self._on_refused)
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(self._spawn)
        self._heartbeat = QTimer(self, interval=HEARTBEAT_MS)
        self._heartbeat.timeout.connect(self._beat)

    @property
    def pid(self) -> int:
        """The engine's process id, 0 before one is found."""
        return self._process.pid

    def start(self) -> None:
        """Join the engine that is there or on its way, or start one."""
        self._stopping = False
        if self._process.is_child:
            self._look.start()
            self._look_for_engine()
        elif (rendezvous := self._process.rendezvous()) is not None:
            self._join(rendezvous)
        else:
            self._spawn()

    def send(self, command: wire.Command) -> bool:
        """Send a command; False when there is no engine to hear it."""
        return self.link.send(command)

    def stop(self) -> None:
        """End the engine and every call it holds, and wait for it (4 s at most)."""
        self._rest()
        if self.link.send(wire.ShutDown()):
            self.link.wait_for_the_end(LEAVE_WITHIN_S)
            self._process.wait(LEAVE_WITHIN_S)
        else:
            self._process.reap()
        self.link.close()

    def leave(self) -> None:
        """Go without ending the engine: it keeps its calls."""
        self._rest()
        self.link.close()

    def _rest(self) -> None:
        self._stopping = True
        for timer in (self._look, self._heartbeat, self._welcome_due, self._again):
            timer.stop()

    def _join(self, rendezvous: wire.Rendezvous) -> None:
        self._process.pid = rendezvous.pid
        self._welcome_due.start()
        self.link.connect_to(rendezvous)

    def _spawn(self) -> None:
        if self._stopping or self._look.isActive():
            return
        self._again.stop()
        try:
            self._process.begin()
        except OSError as error:
            self._fail("The softphone cannot start", f"{error.strerror}: {error.filename}.")
            return
        self._look.start()

    def _look_for_engine(self) -> None:
        rendezvous = self._process.rendezvous()
        if rendezvous is not None:
            self._look.stop()
            self._join(rendezvous)
        elif self._process.exit_code is not None:
            self._look.stop()
            self._give_up_or_retry()
        elif self._clock() - self._process.began_at > START_WITHIN_S:
            self._look.stop()
            self._process.kill()
            self._give_up_or_retry()

    def _give_up_or_retry(self) -> None:
        """An engine went before it could be joined."""
        code = self._process.exit_code
        self._quick_deaths += 1
        if code in (EXIT_WORLD, EXIT_PORT_TAKEN) or self._quick_deaths >= RESTARTS_IN_A_ROW:
            after = PORT_AGAIN_MS if code == EXIT_PORT_TAKEN else FAILED_AGAIN_MS
            self._fail("The softphone cannot start", self._process.last_words(), after)
        else:
            self._spawn()

    def _fail(self, title: str, sentence: str, again_ms: int = FAILED_AGAIN_MS) -> None:
        log.error("no engine", extra={"count": self._quick_deaths})
        self.failed.emit(WorldError(title, f"{sentence} It is tried again every few seconds."))
        if not self._stopping:
            self._again.start(again_ms)

    def _on_joined(self, welcome: wire.Welcome) -> None:
        self._welcome_due.stop()
        self._was_joined = True
        self._pong = self._ping
        self._set_silent(False)
        self._heartbeat.start()
        self.joined.emit(welcome)

    def _on_received(self, event: wire.Event) -> None:
        if isinstance(event, wire.Pong):
            self._pong = self._ping
            self._set_silent(False)
        else:
            self.received.emit(event)

    def _on_refused(self) -> None:
        """Nobody welcomed us: the file was a dead engine's, or the engine hangs."""
        self._welcome_due.stop()
        self.link.close()
        if self._stopping:
            return
        if self._was_joined:
            self._on_death()
            return
        self._process.kill()  # one that hangs would keep the port
        if self._process.is_child:
            self._quick_deaths += 1
            if self._quick_deaths >= RESTARTS_IN_A_ROW:
                self._fail("The softphone does not answer", self._process.last_words())
                return
        self._spawn()

    def _on_lost(self) -> None:
        """The connection is gone. An engine that still runs only lost patience with a window that
        did not read: its calls are up, and it is joined again."""
        self._heartbeat.stop()
        if self._stopping:
            return
        rendezvous = self._process.rendezvous()
        if rendezvous is not None and self._process.runs():
            self._join(rendezvous)
        else:
            self._on_death()

    def _on_death(self) -> None:
        self._was_joined = False
        quick = self._clock() - self._process.began_at < RESTART_COUNTS_S
        self._quick_deaths = self._quick_deaths + 1 if quick else 0
        log.warning("engine gone, restarting", extra={"count": self._quick_deaths})
        self.died.emit("The softphone stopped and is being started again.")
        if self._quick_deaths >= RESTARTS_IN_A_ROW:
            self._process.reap()
            self._fail("The softphone keeps stopping", self._process.last_words())
        else:
            self._spawn()

    def _beat(self) -> None:
        # Counted in heartbeats, not seconds: after this machine slept, or this process was kept
        # from running, the engine's answers may be unread and the engine in good health.
        missed = self._ping - self._pong
        if missed >= KILL_AFTER:
            self._process.kill()  # its socket closes, and `_on_lost` starts another
        elif missed >= SILENT_AFTER:
            self._set_silent(True)
        self._ping += 1
        self.link.send(wire.Ping(number=self._ping))

    def _set_silent(self, silent: bool) -> None:
        if silent != self._is_silent:
            self._is_silent = silent
            self.silent.emit(silent)
