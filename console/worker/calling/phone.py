"""An engine of the worker's own, with no sound device, spoken to from one thread.

It is begun with the first call and leaves by itself once nobody has spoken to it for a while.
"""

import shutil
import socket
import tempfile
import time
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Final

from console.delivery.dispatch import NotNow
from console.delivery.settings import CallSettings
from console.phone.process import EngineProcess
from softphone import wire

READY_S: Final = 15.0  # from nothing to a line that is registered
_KEEP_S: Final = 1.0  # after we have gone
_LOOK_S: Final = 0.05


class Phone:
    """Commands out, events in, each waited for. Raises `NotNow` where there is no line."""

    def __init__(self, settings: CallSettings, password: str) -> None:
        self._settings = settings
        self._password = password
        # It hears nobody: a call that came would be a mistake.
        line = ("--bind", settings.bind, "--sip-port", "0", "--hear", "127.0.0.1")
        rest = ("--sound", "none", "--keep", str(_KEEP_S))
        self._options = (*line, *rest)
        self._folder: Path | None = None
        self._process: EngineProcess | None = None
        self._socket: socket.socket | None = None
        self._rest = b""
        self._events: deque[wire.Event] = deque()

    def ready(self) -> None:
        """Have a line to call on."""
        if self._socket is not None:
            return
        until = time.monotonic() + READY_S
        try:
            self._join(until)
            if self._settings.registrar:
                self._register(until)
        except (OSError, wire.WireError) as error:
            self.close()
            raise NotNow("The telephone of this service could not be started.") from error
        except NotNow:
            self.close()
            raise

    def send(self, command: wire.Command) -> None:
        """Tell the engine something."""
        if self._socket is None:
            raise NotNow("The telephone of this service has stopped.")
        try:
            self._socket.sendall(wire.encode(command))
        except OSError as error:
            self.close()
            raise NotNow("The telephone of this service has stopped.") from error

    def next(self, until: float) -> wire.Event | None:
        """Return the next event; None once the moment `until` of the monotonic clock has come."""
        while not self._events:
            left = until - time.monotonic()
            if left <= 0:
                return None
            self._read(left)
        return self._events.popleft()

    def close(self) -> None:
        """Let the engine go; it ends by itself."""
        if self._socket is not None:
            with suppress(OSError):
                self._socket.close()
        self._socket, self._rest = None, b""
        self._events.clear()

    def end(self) -> None:
        """Let go of it and wait until it has ended."""
        self.close()
        if self._process is not None:
            self._process.wait(_KEEP_S + 3)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._process = self._folder = None

    def _join(self, until: float) -> None:
        if self._process is None:  # a folder of its own: nobody else's engine is spoken to
            self._folder = Path(tempfile.mkdtemp(prefix="frontdesk-calling-"))
            self._process = EngineProcess(self._folder, self._options)
        while not self._connected(self._process.rendezvous()):
            if not self._process.runs():
                self._process.begin()
            if time.monotonic() >= until:
                raise NotNow("The telephone of this service could not be started.")
            time.sleep(_LOOK_S)

    def _connected(self, found: wire.Rendezvous | None) -> bool:
        if found is None:
            return False
        try:
            self._socket = socket.create_connection(("127.0.0.1", found.port), timeout=2)
        except OSError:
            return False  # the file of one that has ended
        self._socket.sendall(wire.encode(wire.Hello(token=found.token)))
        return isinstance(self.next(time.monotonic() + 2), wire.Welcome)

    def _register(self, until: float) -> None:
        self.send(self._account())
        while (event := self.next(until)) is not None:
            if isinstance(event, wire.RegistrationChanged):
                if event.registration is wire.Registration.REGISTERED:
                    return
                if event.registration is wire.Registration.FAILED:
                    break
        raise NotNow("The PBX does not take the telephone of this service: see [delivery.call].")

    def _account(self) -> wire.UseAccount:
        settings = self._settings
        return wire.UseAccount(
            user=settings.user,
            registrar=settings.registrar,
            password=self._password,
            transport=wire.Transport(settings.transport),
            srtp=wire.Srtp(settings.srtp),
            ca_file=str(Path(settings.ca_file).expanduser()) if settings.ca_file else "",
        )

    def _read(self, seconds: float) -> None:
        if self._socket is None:
            raise NotNow("The telephone of this service has stopped.")
        self._socket.settimeout(seconds)
        try:
            got = self._socket.recv(65536)
        except TimeoutError:
            return
        except OSError:
            got = b""
        if not got:
            self.close()
            raise NotNow("The telephone of this service has stopped.")
        *lines, self._rest = (self._rest + got).split(b"\n")
        self._events.extend(wire.decode_event(line) for line in lines)
