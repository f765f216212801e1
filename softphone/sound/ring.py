"""The elastic store between two clocks: the sound card's and the bridge's.

Neither clock can be made to follow the other, so sound is kept a little while: enough to ride out a
late callback, never so much that the talkers notice the delay. Two clocks that drift apart fill or
empty it over minutes; what is read is then made longer or shorter by a sample or a few a frame,
which nobody hears. One that runs dry dies away and comes back softly instead of clicking,
and with more in store than before: a machine that was late once will be late again. Calm takes that
away slowly. Both are done by the same few samples a frame.
"""

import threading
from dataclasses import dataclass
from typing import Final

from softphone.sound.samples import SAMPLE, faded_in, mirrored, stretched

PREFILL_MS: Final = 40
BOUND_MS: Final = 160
AIM_MS: Final = 46  # on average, when it is read from: the prefill and half a callback
SLACK_MS: Final = 12  # either way, before anything is done about it
FADE_MS: Final = 5
MORE_MS: Final = 15  # in store after each time sound came late
MOST_MORE_MS: Final = 105
LATE_MS: Final = 300  # sound that stays away for longer was stopped, and is not late
CALM_S: Final = 20.0  # without running dry, until a millisecond a second is taken back
_SLOWNESS: Final = 50  # reads over which the average is taken
_STEPS: Final = ((50, 4), (25, 2), (0, 1))  # ms away from the aim: samples a frame


@dataclass(slots=True)
class RingCounts:
    """What went wrong in the store so far, and what was done about the drift."""

    underruns: int = 0
    overruns: int = 0
    left_out: int = 0  # samples, by reading faster
    put_in: int = 0  # samples, by reading slower


class Ring:
    """A bounded first-in first-out store of signed 16-bit mono sound, for two threads."""

    def __init__(self, rate: int) -> None:
        self._per_ms = rate * SAMPLE // 1000
        self._prefill = PREFILL_MS * self._per_ms
        self._bound = BOUND_MS * self._per_ms
        self._aim = AIM_MS * self._per_ms
        self._more = 0  # bytes in store beyond the usual
        self._calm = 0  # bytes read since it last ran dry, or since some was taken back
        self._dry_for: int | None = None  # bytes of silence since it ran dry
        self._data = bytearray()
        self._filling = True
        self._average = float(self._aim)
        self._mending = False
        self._heard = b""  # the last that was read
        self._tail = b""  # what is left to say of a sound that broke off
        self._lock = threading.Lock()
        self.counts = RingCounts()

    def __len__(self) -> int:
        return len(self._data)

    @property
    def ready(self) -> bool:
        """Whether there is enough to be read."""
        return not self._filling or len(self._data) >= self._prefill

    def write(self, data: bytes) -> None:
        """Add sound; when the store overflows the oldest goes, down to the prefill."""
        with self._lock:
            self._data += data
            if len(self._data) > self._bound + self._more:
                del self._data[: len(self._data) - self._prefill - self._more]
                self.counts.overruns += 1

    def read(self, size: int) -> bytes:
        """Take exactly `size` bytes; silence stands in for what is missing."""
        with self._lock:
            self._note_time(size)
            if self._filling and len(self._data) < self._prefill:
                return self._silence(size)
            begins, self._filling = self._filling, False
            if begins:  # with no more delay than it will have
                aim = self._aim + self._more
                del self._data[: max(0, len(self._data) - aim)]
                early = self._prefill <= len(self._data) < self._aim  # as usual: half a callback
                self._average = float(self._aim if early else len(self._data))
                self._mending = False
            self._average += (len(self._data) - self._average) / _SLOWNESS
            by = self._correction()
            wanted = size + by * SAMPLE
            if len(self._data) < wanted:
                return self._run_dry(size)
            taken = self._take(wanted)
            if by:
                before = int.from_bytes(self._heard[-SAMPLE:], "little", signed=True)
                after = bytes(self._data[: 2 * SAMPLE])
                taken = stretched(taken, after, before, size // SAMPLE)
            if begins:
                taken = faded_in(taken, FADE_MS * self._per_ms // SAMPLE)
            self._heard = taken
            return taken

    def clear(self) -> None:
        """Forget what is stored, as between two calls."""
        with self._lock:
            self._data.clear()
            self._filling = True
            self._dry_for = None
            self._heard = self._tail = b""

    def _note_time(self, size: int) -> None:
        """Keep more in store where sound has come late, and less again after a calm that lasts."""
        second = 1000 * self._per_ms
        if self._dry_for is not None:
            late = self._dry_for < LATE_MS * self._per_ms
            if self._data and late:
                most = MOST_MORE_MS * self._per_ms
                self._more = min(self._more + MORE_MS * self._per_ms, most)
            self._dry_for = None if self._data or not late else self._dry_for + size
        self._calm += size
        if self._calm > (CALM_S + 1) * second:
            self._more = max(0, self._more - self._per_ms)
            self._calm -= second

    def _take(self, size: int) -> bytes:
        taken = bytes(self._data[:size])
        del self._data[:size]
        return taken

    def _correction(self) -> int:
        """Return how many samples more than asked for are to be taken, negative for fewer."""
        away = (self._average - self._aim - self._more) / self._per_ms
        if abs(away) > SLACK_MS:
            self._mending = True
        elif abs(away) < 1:
            self._mending = False
        if not self._mending:
            return 0
        step = next(samples for above, samples in _STEPS if abs(away) >= above)
        if away > 0:
            self.counts.left_out += step
            return step
        self.counts.put_in += step
        return -step

    def _run_dry(self, size: int) -> bytes:
        self.counts.underruns += 1
        self._calm, self._dry_for = 0, 0
        self._filling = True
        short = self._take(len(self._data))
        self._tail = mirrored((self._heard + short)[-2 * FADE_MS * self._per_ms :])
        self._heard = b""
        return short[:size] + self._silence(max(0, size - len(short)))

    def _silence(self, size: int) -> bytes:
        tail, self._tail = self._tail[:size], self._tail[size:]
        return tail + bytes(size - len(tail))
