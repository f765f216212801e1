"""What happens by itself when a call begins to ring: it is answered, or it is made to be noticed.

A receptionist who asked for it need not touch anything between two callers; one who is talking is
told of the next caller by a beep in their own ear.
"""

import time
from typing import Final

from softphone import log, wire
from softphone.calls import CallState
from softphone.errors import Refused, SipFailure
from softphone.lines import Line
from softphone.sound.tones import Tone
from softphone.station import Station

LONGEST_WAIT: Final = 30.0  # seconds a call may be left to ring before it is answered by itself
BEEP_EVERY: Final = 10.0
BEEPS_APART: Final = 1.0  # at least, however many callers come at once


class Newcomers:
    """Auto-answer and call waiting."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._answer_at: dict[str, float] = {}  # by call, monotonic
        self._beep_at = 0.0
        self.on = False
        self.after_s = 0.0

    def set(self, command: wire.SetAutoAnswer) -> None:
        """Change how calls are answered from now on, or raise `Refused`."""
        if not 0 <= command.after_s <= LONGEST_WAIT:
            raise Refused(f"A call can be answered by itself after 0 to {LONGEST_WAIT:.0f} s.")
        self.on, self.after_s = command.on, command.after_s
        if not self.on:
            self._answer_at.clear()
        self._station.tell(wire.AutoAnswerChanged(self.on, self.after_s))

    def offered(self, line: Line) -> None:
        """A call has begun to ring."""
        now = time.monotonic()
        if self._busy:
            self._beep(now)
        elif self.on and not self._answer_at:
            self._answer_at[line.id] = now + self.after_s
            self.tick(now)

    def tick(self, now: float) -> None:
        """Do what time asks for."""
        for call, at in list(self._answer_at.items()):
            line = self._station.lines.get(call)
            if line is None or line.state is not CallState.RINGING or self._busy:
                del self._answer_at[call]
            elif now >= at:
                del self._answer_at[call]
                self._answer(line, now)
        waits = any(x.state is CallState.RINGING and not x.ending for x in self._station.lines)
        if waits and self._busy and now >= self._beep_at:
            self._beep(now)

    @property
    def _busy(self) -> bool:
        """Whether the receptionist speaks or dials."""
        idle = (CallState.RINGING, CallState.WAITING)
        return any(x.state not in idle and not x.ending for x in self._station.lines)

    def _answer(self, line: Line, now: float) -> None:
        try:
            self._station.answer(line)
        except (Refused, SipFailure) as error:  # the caller left in this very moment
            log.failure("auto-answer failed", error, call=line.id)
            return
        self._station.audio.play(Tone.AUTO_ANSWER, now)
        self._station.tell(wire.AutoAnswered(line.id))

    def _beep(self, now: float) -> None:
        if now < self._beep_at - BEEP_EVERY + BEEPS_APART:
            return
        self._beep_at = now + BEEP_EVERY
        self._station.audio.play(Tone.CALL_WAITING, now)
