"""An engine as a client sees it: started as a process, spoken to over its wire, synchronously.

Other rooms' tests and the benchmark use it too.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from softphone import wire

E = TypeVar("E", bound=wire.Event)


class NothingCame(AssertionError):
    """An event that was waited for did not come in time."""


class Wire:
    """One connection to an engine. Keeps every event; `wait_for` takes from where it last was."""

    def __init__(self, rendezvous: wire.Rendezvous, *, token: str | None = None) -> None:
        self.sock = socket.create_connection(("127.0.0.1", rendezvous.port), timeout=5)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = b""
        self.events: list[wire.AnyEvent] = []
        self._seen: set[int] = set()
        self.send(wire.Hello(rendezvous.token if token is None else token))

    def send(self, command: wire.Command) -> None:
        """Send a command."""
        self.sock.sendall(wire.encode(command))

    def wait_for(
        self, kind: type[E], where: Callable[[E], bool] = lambda _: True, timeout: float = 5
    ) -> E:
        """Return the first event of a kind not returned before; raise `NothingCame`."""
        until = time.monotonic() + timeout
        scanned = 0
        while True:
            for index in range(scanned, len(self.events)):
                event = self.events[index]
                if index not in self._seen and isinstance(event, kind) and where(event):
                    self._seen.add(index)
                    return event
            scanned = len(self.events)
            self._read(until, kind)

    def glance(self, kind: type[E], where: Callable[[E], bool] = lambda _: True) -> list[E]:
        """Return the first new event of a kind, if it has come, without waiting for it."""
        with contextlib.suppress(NothingCame):
            return [self.wait_for(kind, where, timeout=0.005)]
        return []

    def forget(self, kind: type[wire.Event]) -> None:
        """Count the events of a kind that have come so far as seen."""
        self._seen |= {i for i, event in enumerate(self.events) if isinstance(event, kind)}

    def nothing_of(self, kind: type[E], during: float) -> None:
        """Check that no new event of a kind comes for some seconds."""
        with contextlib.suppress(NothingCame):
            event = self.wait_for(kind, timeout=during)
            raise AssertionError(f"unexpected {event}")

    def _read(self, until: float, kind: type[wire.Event]) -> None:
        left = until - time.monotonic()
        if left <= 0:
            raise NothingCame(f"no {kind.__name__} in time; had {self.events[-12:]}")
        self.sock.settimeout(left)
        try:
            data = self.sock.recv(65536)
        except TimeoutError:
            raise NothingCame(f"no {kind.__name__} in time; had {self.events[-12:]}") from None
        if not data:
            raise NothingCame(f"the engine closed the connection; had {self.events[-12:]}")
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        self.events += [wire.decode_event(line) for line in lines]

    def close(self) -> None:
        """Leave."""
        self.sock.close()


class EngineProcess:
    """A running engine and one client of it."""

    def __init__(self, folder: Path, name: str, *options: str) -> None:
        self.rendezvous_path = folder / f"{name}.json"
        self.rendezvous_path.unlink(missing_ok=True)
        self.log_path = folder / f"{name}.log"
        started = time.perf_counter()
        command = [sys.executable, "-m", "softphone", "--rendezvous", str(self.rendezvous_path)]
        command += ["--sip-port", "0", *options] if "--sip-port" not in options else [*options]
        with self.log_path.open("wb") as log:
            self.process = subprocess.Popen(command, stderr=log, env={**os.environ})
        self.rendezvous = self._await_rendezvous()
        self.seconds_to_ready = time.perf_counter() - started
        self.wire = Wire(self.rendezvous)
        self.welcome = self.wire.wait_for(wire.Welcome)

    def _await_rendezvous(self) -> wire.Rendezvous:
        until = time.monotonic() + 15
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise AssertionError(f"the engine left: {self.log_path.read_text()}")
            with contextlib.suppress(FileNotFoundError):
                return wire.decode_rendezvous(self.rendezvous_path.read_bytes())
            time.sleep(0.002)
        raise AssertionError("the engine wrote no rendezvous file")

    @property
    def sip(self) -> tuple[str, int]:
        """Where its calls are heard."""
        host, _, port = self.welcome.sip_address.rpartition(":")
        return host, int(port)

    def send(self, command: wire.Command) -> None:
        """Send a command."""
        self.wire.send(command)

    def wait_for(
        self, kind: type[E], where: Callable[[E], bool] = lambda _: True, timeout: float = 5
    ) -> E:
        """Return the next event of a kind."""
        return self.wire.wait_for(kind, where, timeout)

    def nothing_of(self, kind: type[E], during: float) -> None:
        """Check that no new event of a kind comes for some seconds."""
        self.wire.nothing_of(kind, during)

    def reconnect(self) -> wire.Welcome:
        """Connect anew, as a window that came back."""
        self.wire.close()
        self.wire = Wire(self.rendezvous)
        return self.wire.wait_for(wire.Welcome)

    def place(self, to: "EngineProcess", user: str = "5155550100", **more: object) -> str:
        """Dial another engine and return the call's id."""
        request = f"r{len(self.wire.events)}-{time.monotonic_ns()}"
        host, port = to.sip
        self.send(wire.PlaceCall(request, f"sip:{user}@{host}:{port}", **more))  # type: ignore[arg-type]
        return self.wait_for(wire.CallPlaced, lambda e: e.request == request).call

    def rss_kib(self) -> int:
        """Resident memory, on Linux."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])

    def stop(self, expect: int | None = 0) -> int:
        """End the engine politely and return its exit code."""
        self.wire.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(8)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait(5)
        if expect is not None:
            assert code == expect, self.log_path.read_text()
        return code


@contextlib.contextmanager
def engine(folder: Path, name: str = "desk", *options: str) -> Iterator[EngineProcess]:
    """Run an engine for a block; without sound unless told otherwise."""
    chosen = options if "--sound" in options else ("--sound", "none", *options)
    process = EngineProcess(folder, name, *chosen)
    try:
        yield process
    finally:
        process.stop(expect=None)
