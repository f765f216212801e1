"""The sound the bench speaks with, and what is read off what came of it.

A steady tone whose pitch jumps up for 60 ms once a second: the jump gives the delay, the steadiness
shows every gap.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

TONE_HZ: Final = 440
MARK_HZ: Final = 1250
MARK_S: Final = 0.06
LEVEL: Final = 0.25
_WINDOW_S: Final = 0.016
_STEP_S: Final = 0.001
_GAP_S: Final = 0.005
_QUIET: Final = 0.2  # of the usual level: below it nothing is heard


@dataclass(frozen=True, slots=True)
class Gaps:
    """How often the sound broke off, and for how long altogether."""

    count: int
    milliseconds: float


def speech(seconds: float, rate: int) -> np.ndarray:
    """Return the sound as 16-bit samples; a mark begins at each whole second."""
    times = np.arange(int(seconds * rate)) / rate
    marked = (times % 1.0 < MARK_S) & (times >= 1.0)
    hertz = np.where(marked, MARK_HZ, TONE_HZ)
    phase = 2 * np.pi * np.cumsum(hertz) / rate  # without a jump: a jump would be a click
    return (LEVEL * 32767 * np.sin(phase)).astype("<i2")


def marks(samples: np.ndarray, rate: int) -> np.ndarray:
    """Return when marks begin, in seconds from the first sample."""
    window, step = int(_WINDOW_S * rate), max(1, int(_STEP_S * rate))
    if len(samples) < 2 * window:
        return np.array([])
    times = np.arange(window) / rate
    starts = np.arange(0, len(samples) - window, step)
    frames = np.lib.stride_tricks.sliding_window_view(samples.astype(float), window)[::step]
    frames = frames[: len(starts)]
    high, low = (
        np.abs(frames @ np.exp(-2j * np.pi * hertz * times)) for hertz in (MARK_HZ, TONE_HZ)
    )
    loud = high + low > 0.02 * window * np.abs(samples).max(initial=1e-9)
    is_mark = (high > low) & loud
    risen = np.flatnonzero(is_mark[1:] & ~is_mark[:-1])
    found: list[float] = []
    for at in risen:
        began = (starts[at + 1] + window / 2) / rate
        lasts = is_mark[at + 1 : at + 1 + int(MARK_S / _STEP_S)].mean()
        if lasts > 0.6 and (not found or began - found[-1] > 0.5):
            found.append(began)
    return np.array(found)


def gaps(samples: np.ndarray, rate: int) -> Gaps:
    """Return where the sound broke off for 5 ms or more."""
    frame = int(_GAP_S * rate)
    frames = samples[: len(samples) // frame * frame].astype(float).reshape(-1, frame)
    if not len(frames):
        return Gaps(0, 0.0)
    levels = np.sqrt((frames**2).mean(axis=1))
    quiet = levels < _QUIET * np.median(levels)
    edges = np.flatnonzero(quiet[1:] & ~quiet[:-1])
    return Gaps(len(edges) + int(quiet[0]), float(quiet.sum()) * _GAP_S * 1000)


def delays(sent: np.ndarray, heard: np.ndarray) -> np.ndarray:
    """Return the seconds from each mark sent to the first heard within half a second after."""
    found = []
    for at in sent:
        after = heard[(heard > at - 0.02) & (heard < at + 0.6)]
        if len(after):
            found.append(after[0] - at)
    return np.array(found)
