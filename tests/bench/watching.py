"""When a pop-up is on the screen: which pixels tell, and the moments they change.

A pop-up is not painted at one moment: the frame comes, then the ground, then the words. Three are
kept: the first pixel that changed, the pixel that made it over 40 %, and the last one, after which
the picture was final. Pixels that change by themselves (timers, a text cursor) are found by looking
at the screen at rest and at a ringing call, and do not count.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tests.bench.screen import Pixels, Rectangle, Sampler, Screen

SHOWN_AT = 0.40  # of the pop-up's pixels
GONE_AT = 0.20  # what lies beneath may have changed meanwhile
MOST_PIXELS = 4096  # looked at each time, evenly spread over those that tell
MOST_AROUND = 1024  # outside the pop-up
FEWEST_PIXELS = 400  # fewer that change is no pop-up
LOOK_FOR_TIMERS_S = 2.3  # two ticks of a clock that shows seconds
LOOK_EVERY_S = 0.05

Mask = npt.NDArray[np.bool_]


class NoPopUpError(Exception):
    """Nothing appeared where the pop-up was looked for."""


@dataclass(slots=True)
class Sight:
    """What was seen of one pop-up; `perf_counter` seconds, None for what did not happen."""

    first_change: float | None = None
    shown: float | None = None  # over 40 % of the pixels
    last_change: float | None = None
    last_change_anywhere: float | None = None  # on the whole screen


class Watch:
    """The pixels that tell one program's pop-up, and those a call changes around it."""

    def __init__(self, pop: Sampler, around: Sampler) -> None:
        self._pop = pop
        self._around = around
        self.begin()

    def begin(self) -> None:
        """Remember the picture before the call."""
        self._before = self._latest = self._pop.read()
        self._latest_around = self._around.read()
        self.sight = Sight()

    def look(self) -> None:
        """Note what has changed since the last look."""
        pixels, around = self._pop.read(), self._around.read()
        now = time.perf_counter()
        sight = self.sight
        if not np.array_equal(around, self._latest_around):
            self._latest_around = around
            sight.last_change_anywhere = now
        if np.array_equal(pixels, self._latest):
            return
        self._latest = pixels
        sight.last_change = sight.last_change_anywhere = now
        if sight.first_change is None:
            sight.first_change = now
        if sight.shown is None and self._changed(pixels) > SHOWN_AT:
            sight.shown = now

    def gone(self) -> bool:
        """Tell whether the picture is again what it was before the call."""
        return self._changed(self._pop.read()) < GONE_AT

    def _changed(self, pixels: Pixels) -> float:
        return float(np.count_nonzero(pixels != self._before)) / self._pop.size


def changing(screen: Screen, wait: Callable[[float], None]) -> tuple[Pixels, Mask]:
    """Look at the screen for two ticks; return the picture and which pixels changed in it."""
    picture = screen.frame()
    moved = np.zeros(picture.shape, dtype=np.bool_)
    until = time.perf_counter() + LOOK_FOR_TIMERS_S
    while time.perf_counter() < until:
        wait(LOOK_EVERY_S)
        moved |= screen.frame() != picture
    return picture, moved


def telling_pixels(
    before: Pixels, ringing: Pixels, restless: Mask, part: Rectangle
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the positions of pixels that differ between rest and ringing: in `part`, and outside.

    `NoPopUpError` when next to none differ in `part`.
    """
    differs = (before != ringing) & ~restless
    inside = np.zeros_like(differs)
    inside[part.y : part.y + part.height, part.x : part.x + part.width] = True
    pop = np.flatnonzero(differs & inside)
    if len(pop) < FEWEST_PIXELS:
        raise NoPopUpError(f"a call changed {len(pop)} pixels where its pop-up was expected")
    return _spread(pop, MOST_PIXELS), _spread(np.flatnonzero(differs & ~inside), MOST_AROUND)


def _spread(where: npt.NDArray[np.intp], most: int) -> npt.NDArray[np.intp]:
    step = max(1.0, len(where) / most)
    return where[np.arange(0, len(where), step).astype(np.intp)]
