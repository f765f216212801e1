"""Whether microphone and earpiece work: proved for the desk, and tried out by its receptionist.

A headset's devices run all day, call or no call. So a microphone is proved by anything that is not
zeroes (a live one always has some noise), an earpiece by its device asking for sound.
"""

import contextlib
import time
from dataclasses import dataclass
from typing import Any, Final

import pjsua2 as pj

from softphone import wire
from softphone.errors import Refused
from softphone.sound.alert import LENGTH_S
from softphone.sound.delay import DelayLine
from softphone.sound.tones import Tone
from softphone.station import Station
from softphone.wire import SelfTestKind, SoundKind, SoundTrial

WITHIN: Final = 3.0  # seconds to the verdict
LONGEST: Final = {
    SoundTrial.TONE: 1.4,
    SoundTrial.RING: 3.0,
    SoundTrial.ALERT: LENGTH_S,
    SoundTrial.HEAR: 12.0,
}
_BY_RINGER: Final = (SoundTrial.RING, SoundTrial.ALERT)
_MUTED: Final = (
    "The microphone “{}” gives no sound at all. Look for a mute switch on the headset or its "
    "cable, or choose another microphone (Ctrl+H)."
)
_DEAF: Final = (
    "The earpiece “{}” takes no sound. Plug it in again, or choose another earpiece (Ctrl+H)."
)


@dataclass(slots=True)
class _Test:
    request: str
    started: float
    open: set[SelfTestKind]


class SoundCheck:
    """One test and one trial at a time."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._test: _Test | None = None
        self._trial: SoundTrial | None = None
        self._trial_until = 0.0
        self._delay: Any = None  # kept for good: the bridge's thread may be in it
        self._joins: list[tuple[Any, Any]] = []

    def start(self, request: str) -> None:
        """Test both; an earlier test goes without a verdict."""
        both = {SelfTestKind.MICROPHONE, SelfTestKind.EARPIECE}
        self._test = _Test(request, time.monotonic(), both)
        self.tick(time.monotonic())

    def try_out(self, what: SoundTrial, *, on: bool) -> None:
        """Play something, or stop it. Raises `Refused`."""
        if not on:
            if self._trial is what:
                self._end_trial()
            return
        if what is SoundTrial.ALERT:
            self._alert()
            return
        if what is not SoundTrial.TONE and any(line.talking for line in self._station.lines):
            raise Refused("You are on a call: speak, and look at the meter.")
        self._end_trial()
        now = time.monotonic()
        audio = self._station.audio
        if what is SoundTrial.TONE:
            audio.play(Tone.TRIAL, now)
        elif what is SoundTrial.RING:
            audio.try_ring()
        else:
            self._hear()
        self._trial, self._trial_until = what, now + LONGEST[what]

    def _alert(self) -> None:
        """Sound once, unless a caller is there, or a person tries something: then it is over at
        once, and whoever asked has the window to look at."""
        if self._any_call or self._trial is not None:
            self._station.tell(wire.TrialEnded(SoundTrial.ALERT))
            return
        self._station.audio.alert()
        self._trial = SoundTrial.ALERT
        self._trial_until = time.monotonic() + LENGTH_S

    def tick(self, now: float) -> None:
        """Judge, and end what has lasted long enough."""
        if self._test is not None:
            self._look(self._test, now)
        talking = any(line.talking for line in self._station.lines)
        rung_out = self._trial in (SoundTrial.RING, SoundTrial.HEAR) and talking
        gives_way = self._trial is SoundTrial.ALERT and self._any_call
        if self._trial is not None and (now >= self._trial_until or rung_out or gives_way):
            self._end_trial()

    @property
    def _any_call(self) -> bool:
        return any(not line.ending for line in self._station.lines)

    def close(self) -> None:
        """Let go of the bridge, before it stops."""
        self._end_trial()

    def free(self) -> None:
        """Free the port, once the bridge has stopped."""
        self._delay = None

    def _look(self, test: _Test, now: float) -> None:
        for kind in sorted(test.open):
            verdict = self._verdict(kind, test, now)
            if verdict is not None:
                test.open.discard(kind)
                good, detail = verdict
                self._station.tell(wire.SelfTestResult(kind, good, detail, test.request))
        if not test.open:
            self._test = None

    def _verdict(self, kind: SelfTestKind, test: _Test, now: float) -> tuple[bool, str] | None:
        audio = self._station.audio
        sound = audio.sound
        of_microphone = kind is SelfTestKind.MICROPHONE
        name = sound.microphone if of_microphone else sound.earpiece
        if sound.kind is SoundKind.NONE or (sound.kind is SoundKind.HEADSET and not name):
            return not sound.reason, sound.reason or "Silence, as asked for."
        if sound.kind is not SoundKind.HEADSET:
            return True, name or "Nothing, as asked for."
        worked_at = audio.microphone_heard_at if of_microphone else audio.earpiece_worked_at
        if worked_at >= test.started:
            return True, f"“{name}” works."
        if now - test.started < WITHIN:
            return None
        return False, (_MUTED if of_microphone else _DEAF).format(name)

    def _hear(self) -> None:
        if self._delay is None:
            self._delay = DelayLine()
        self._delay.clear()
        microphone, earpiece = self._station.audio.ends()
        self._joins = [(microphone, self._delay), (self._delay, earpiece)]
        for source, sink in self._joins:
            source.startTransmit(sink)
        self._station.audio.tried = True

    def _end_trial(self) -> None:
        trial, self._trial = self._trial, None
        joins, self._joins = self._joins, []
        for source, sink in joins:
            with contextlib.suppress(pj.Error):  # the sound's ends have changed since
                source.stopTransmit(sink)
        audio = self._station.audio
        audio.tried = False
        if trial in _BY_RINGER:
            audio.end_ring_trial()
        if trial is not None:
            self._station.tell(wire.TrialEnded(trial))
