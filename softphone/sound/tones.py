"""Short tones for the receptionist's own ear: a call answered by itself, a call that waits, a
caller forgotten on hold.

pjsua2's generator plays into the earpiece through the bridge, which mixes it with the call; the
caller hears nothing of it.
"""

from enum import Enum, unique
from typing import Any, Final

import pjsua2 as pj

from softphone.sound.path import RATE

_LEVEL: Final = 1600  # of 32767, about -26 dBFS: heard, never startling


@unique
class Tone(Enum):
    """Each as (Hz, milliseconds sounding, milliseconds of silence after)."""

    AUTO_ANSWER = ((880, 130, 20), (1320, 180, 20))
    CALL_WAITING = ((440, 200, 20),)
    HOLD_REMINDER = ((660, 150, 120), (660, 150, 20))
    HOLD_ALARM = ((990, 160, 90), (660, 160, 90), (990, 160, 90), (660, 260, 20))
    TRIAL = ((523, 240, 20), (659, 240, 20), (784, 240, 20), (1047, 480, 20))


class Tones:
    """One generator in the bridge. On the engine's thread."""

    def __init__(self) -> None:
        self._generator: Any = pj.ToneGenerator()
        self._generator.createToneGenerator(RATE, 1)
        self._earpiece: Any = None
        self._until = 0.0

    @property
    def sounding(self) -> bool:
        """Whether a tone is on its way to the ear."""
        return self._earpiece is not None

    def play(self, tone: Tone, earpiece: Any, now: float) -> None:
        """Begin a tone; one still sounding is cut short. `now` is monotonic."""
        self.stop()
        sequence = pj.ToneDescVector()
        for hertz, on, off in tone.value:
            part = pj.ToneDesc()
            part.freq1, part.on_msec, part.off_msec, part.volume = hertz, on, off, _LEVEL
            sequence.append(part)
        self._generator.play(sequence, False)
        self._generator.startTransmit(earpiece)
        self._earpiece = earpiece
        self._until = now + sum(on + off for _, on, off in tone.value) / 1000 + 0.1

    def watch(self, now: float) -> None:
        """Take the generator off the earpiece once the tone has been heard."""
        if now >= self._until:
            self.stop()

    def stop(self) -> None:
        """Fall silent."""
        earpiece, self._earpiece = self._earpiece, None
        if earpiece is not None:
            self._generator.stop()
            self._generator.stopTransmit(earpiece)

    def close(self) -> None:
        """Free the generator, before pjsua2 goes."""
        self.stop()
        self._generator = None
