"""Whether anybody sits at this desk. An engine outlives its window, so that a call does; but a
queue must not go on ringing a telephone that nobody can answer.

`unattended` seconds after the last client has gone, the line is given up at the PBX and callers who
ring here go back to their queue. Calls that are up go on. The next client that asks for the line
has it again. Where calls come straight to this desk there is no queue, and they ring on.
"""

from typing import Final

from softphone import log
from softphone.calls import CallState
from softphone.registrar import Registrar
from softphone.station import Station
from softphone.wire import EndCause

_UNANSWERED: Final = (CallState.RINGING, CallState.WAITING)


class Attendance:
    """Looks for clients. On the engine's thread."""

    def __init__(self, station: Station, registrar: Registrar, now: float) -> None:
        self._station, self._registrar = station, registrar
        self._last_client = now
        self._told = False

    def tick(self, now: float) -> None:
        """Do what time asks for."""
        if self._station.server.anybody:
            self._last_client, self._told = now, False
            return
        away = now - self._last_client
        if away < self._station.settings.unattended or not self._registrar.has_account:
            return
        if not self._told:
            self._told = True
            log.note("unattended", seconds=round(away, 1))
        self._registrar.stand_down(now)
        for line in self._station.lines:
            if line.state in _UNANSWERED and not line.outgoing and not line.ending:
                line.cause = EndCause.DECLINED
                self._station.end(line)
