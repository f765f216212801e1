"""Real desks among the many: Frontdesk's own engine, which answers, talks and hangs up."""

import time
from collections import deque
from pathlib import Path

from softphone import wire
from softphone.wire import Registration, Srtp, Transport
from tests.bench.scale.pbx import ScalePbx
from tests.softphone.peer import EngineProcess


class RealDesk:
    """One engine and what it did; `turn` lets it go on."""

    def __init__(self, folder: Path, user: str, pbx: ScalePbx, ca_file: str, talk_s: float) -> None:
        self._engine = EngineProcess(folder, user, "--bind", "127.0.0.1", "--sound", "none")
        self._talk_s = talk_s
        self._ends: deque[tuple[float, str]] = deque()
        self.answered = 0
        self.mos: list[float] = []
        self._engine.send(
            wire.UseAccount(
                user=user,
                registrar=pbx.tls_host,
                password=pbx.passwords[user],
                transport=Transport.TLS,
                srtp=Srtp.REQUIRED,
                ca_file=ca_file,
            )
        )
        self._engine.wait_for(
            wire.RegistrationChanged, lambda e: e.registration is Registration.REGISTERED, 15
        )

    @property
    def pid(self) -> int:
        """The engine's process."""
        return self._engine.process.pid

    def turn(self) -> None:
        """Answer who rings, and hang up whom it is time for."""
        for offered in self._engine.wire.glance(wire.CallOffered):
            self._engine.send(wire.Answer(offered.call))
        for up in self._engine.wire.glance(wire.CallAnswered):
            self.answered += 1
            self._ends.append((time.monotonic() + self._talk_s, up.call))
        for quality in self._engine.wire.glance(wire.CallQuality):
            self.mos.append(quality.mos)
        while self._ends and self._ends[0][0] <= time.monotonic():
            self._engine.send(wire.HangUp(self._ends.popleft()[1]))

    def close(self) -> None:
        """End the engine."""
        self._engine.process.terminate()
        self._engine.process.wait(10)
