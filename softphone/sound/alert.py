"""Two notes that tell a supervisor to look at the floor: short, soft, and unlike the ring."""

import math
from array import array
from functools import cache
from typing import Final

from softphone.sound.path import RATE

LENGTH_S: Final = 0.9  # all that is heard of it
NOTES: Final = ((0.0, 784.0), (0.28, 523.25))  # begins at, Hz: downwards, where the ring goes up
_SILENCE_S: Final = 0.6  # after it, so that it is not heard again before it is stopped
_DECAY: Final = 7.0  # a second
_RISE_S: Final = 0.006
_PEAK: Final = 0.4  # -8 dBFS


@cache
def alert() -> bytes:
    """Return it as signed 16-bit mono samples."""
    sound = [0.0] * int(RATE * (LENGTH_S + _SILENCE_S))
    for begins, pitch in NOTES:
        first = int(begins * RATE)
        for number in range(int((LENGTH_S - begins) * RATE)):
            time = number / RATE
            level = math.exp(-_DECAY * time) * min(1.0, time / _RISE_S)
            sound[first + number] += level * math.sin(2 * math.pi * pitch * time)
    peak = max(map(abs, sound))
    return array("h", (round(_PEAK * 32767 * each / peak) for each in sound)).tobytes()
