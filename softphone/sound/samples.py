"""Arithmetic on signed 16-bit mono sound, where a little of it is worked on by hand.

A frame of 20 ms is 320 samples: each of these costs well under a millisecond, and none is called
for every frame.
"""

from array import array
from typing import Final

SAMPLE: Final = 2  # bytes


def crossfaded(leaving: bytes, coming: bytes) -> bytes:
    """Return two pieces of one length as one: the first fades out while the second fades in."""
    old, new = _samples(leaving), _samples(coming)
    count = len(new)
    return array(
        "h",
        (
            (before * (count - number) + after * number) // count
            for number, (before, after) in enumerate(zip(old, new, strict=True))
        ),
    ).tobytes()


def faded_in(data: bytes, first: int) -> bytes:
    """Return the sound with its first samples, so many, rising from silence."""
    samples = _samples(data)
    first = min(first, len(samples))
    for number in range(first):
        samples[number] = samples[number] * number // first
    return samples.tobytes()


def mirrored(heard: bytes) -> bytes:
    """Return what carries a sound on and lets it die away: itself, backwards and fading.

    A sound that breaks off is a click; its own mirror image begins where it ended.
    """
    samples = _samples(heard)[::-1]
    count = len(samples)
    for number in range(count):
        samples[number] = samples[number] * (count - number) // count
    return samples.tobytes()


def louder(data: bytes, by: float) -> bytes:
    """Return the sound multiplied, cut where it would not fit."""
    return array(
        "h", (max(-32768, min(32767, round(by * sample))) for sample in _samples(data))
    ).tobytes()


def stretched(data: bytes, after: bytes, before: int, count: int) -> bytes:
    """Return the sound as `count` samples, a little slower or faster than it was.

    `before` is the sample ahead of it and `after` what follows: with both, piece joins piece
    without a seam. Between samples the curve is Catmull and Rom's cubic.
    """
    samples = _samples(data)
    length = len(samples)
    following = _samples(after)[:2] if after else array("h")
    known = [before, *samples, *following]
    known += [known[-1]] * (length + 3 - len(known))
    step = length / count
    made = array("h", bytes(count * SAMPLE))
    for number in range(count):
        at = number * step
        whole = int(at)
        part = at - whole
        a, b, c, d = known[whole : whole + 4]
        value = b + 0.5 * part * (
            c - a + part * (2 * a - 5 * b + 4 * c - d + part * (3 * (b - c) + d - a))
        )
        made[number] = max(-32768, min(32767, round(value)))
    return made.tobytes()


def _samples(data: bytes) -> "array[int]":
    samples = array("h")
    samples.frombytes(data)
    return samples
