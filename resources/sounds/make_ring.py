"""Makes `ring/desk.wav`, the ring of the desk: run it to make the file again.

Three soft marimba-like notes, twice, then a pause as long: heard across a room, told from a
doorbell and from a mobile telephone, and pleasant the eightieth time of a day. Standard library
only; the same file comes out on every machine.
"""

import math
import wave
from array import array
from pathlib import Path

RATE = 16000
LENGTH_S = 3.0
NOTES = (
    (0.00, 659.26),
    (0.14, 830.61),
    (0.28, 987.77),
    (0.62, 659.26),
    (0.76, 830.61),
    (0.90, 987.77),
)
PARTIALS = ((1, 1.0, 3.2), (3.93, 0.28, 9.0), (9.2, 0.06, 18.0))  # of the pitch, level, decay a s
RISE_S = 0.004
PEAK = 0.5  # -6 dBFS


def ring() -> bytes:
    """Return the ring as signed 16-bit mono samples."""
    sound = [0.0] * int(RATE * LENGTH_S)
    for begins, pitch in NOTES:
        first = int(begins * RATE)
        for number in range(min(len(sound) - first, RATE)):
            time = number / RATE
            value = sum(
                level * math.exp(-decay * time) * math.sin(2 * math.pi * pitch * ratio * time)
                for ratio, level, decay in PARTIALS
                if pitch * ratio < RATE / 2
            )
            sound[first + number] += value * min(1.0, time / RISE_S) * min(1.0, (1 - time) / 0.05)
    loudest = max(abs(value) for value in sound)
    return array("h", (round(32767 * PEAK * value / loudest) for value in sound)).tobytes()


if __name__ == "__main__":
    with wave.open(str(Path(__file__).parent / "ring" / "desk.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(ring())
