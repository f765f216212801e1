"""Feature codes of the PBX, dialled unseen: a call of a moment that nobody speaks in.

It is no call of the desk's: it takes no headset, sets nobody aside and is told to no one but by its
outcome. The PBX answers and hangs up, or turns it away, which is its answer too.
"""

import re
import time
from dataclasses import dataclass
from typing import Final

from softphone import dialling, log, wire
from softphone.errors import Refused, SipFailure
from softphone.guard.slots import new_call_id
from softphone.pjsip.call import PhoneCall
from softphone.pjsip.facts import Fact, Signal, Signalled
from softphone.station import Station
from softphone.wire import Registration

WITHIN: Final = 4.0  # seconds for the PBX to say something
_CODE: Final = re.compile(r"\*[0-9]{1,12}")


@dataclass(slots=True)
class _Run:
    request: str
    call: PhoneCall
    due: float  # monotonic
    status: int = 0


class Codes:
    """One code at a time."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._run: _Run | None = None

    def dial(self, command: wire.DialCode) -> None:
        """Dial a code, or raise `Refused` or `SipFailure`."""
        station, now = self._station, time.monotonic()
        if not _CODE.fullmatch(command.code):
            raise Refused("A feature code is a star and digits.")
        if station.registration is not Registration.REGISTERED:
            raise Refused("The PBX does not know this line at the moment.")
        if self._run is not None:
            raise Refused("Another code is being dialled; try again in a moment.")
        headers = dialling.check_headers(command.headers)
        target = dialling.target_uri(command.code, station.registrar)
        key = new_call_id()
        if not station.slots.take_outgoing(key, now):
            raise Refused("Every line is taken; try again in a moment.")
        call = station.phone.new_call()
        call.key = key
        try:
            call.place(target, sender="", headers=headers)
        except SipFailure:
            station.phone.free(call)
            raise
        self._run = _Run(command.request, call, now + WITHIN)

    def takes(self, fact: Fact) -> bool:
        """Handle a fact that is about the code's own call; False when it is not."""
        run = self._run
        if run is None or getattr(fact, "call", None) is not run.call:
            return False
        if isinstance(fact, Signalled) and fact.signal is Signal.UP:
            run.status = 200
            self._hang_up(run)
        elif isinstance(fact, Signalled) and fact.signal is Signal.OVER:
            run.status = run.status or fact.code
            self._over(run)
        return True

    def tick(self, now: float) -> None:
        """Give up where the PBX says nothing."""
        run = self._run
        if run is not None and now >= run.due:
            run.status, run.due = run.status or 408, now + WITHIN
            self._hang_up(run)

    def close(self) -> None:
        """End a call that is under way, for the engine's end."""
        if self._run is not None:
            self._hang_up(self._run)

    def _hang_up(self, run: _Run) -> None:
        try:
            run.call.end()
        except SipFailure as failed:
            log.failure("code's hang up failed", failed)
            self._over(run)

    def _over(self, run: _Run) -> None:
        self._run = None
        self._station.phone.free(run.call)
        self._station.tell(wire.CodeDialled(run.request, run.status))
