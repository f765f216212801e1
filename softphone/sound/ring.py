"""The elastic store between two clocks: the sound card's and the bridge's.

Neither clock can be made to follow the other, so frames are kept a little while: enough to ride out
a late callback, never so many that the talkers notice the delay. A slowly filling store is drained
a sample at a time, which nobody hears; a full one jumps back to where it began.
"""

import threading
from dataclasses import dataclass
from typing import Final

PREFILL_MS: Final = 40
BOUND_MS: Final = 160
DRAIN_ABOVE_MS: Final = 100
SAMPLE: Final = 2  # bytes, signed 16-bit mono


@dataclass(slots=True)
class RingCounts:
    """What went wrong in the store so far."""

    underruns: int = 0
    overruns: int = 0
    drained: int = 0  # single samples left out


class Ring:
    """A bounded first-in first-out store of signed 16-bit mono sound, for two threads."""

    def __init__(self, rate: int) -> None:
        per_ms = rate * SAMPLE // 1000
        self._prefill = PREFILL_MS * per_ms
        self._bound = BOUND_MS * per_ms
        self._drain_above = DRAIN_ABOVE_MS * per_ms
        self._data = bytearray()
        self._filling = True
        self._lock = threading.Lock()
        self.counts = RingCounts()

    def __len__(self) -> int:
        return len(self._data)

    def write(self, data: bytes) -> None:
        """Add sound; when the store overflows the oldest goes, down to the prefill."""
        with self._lock:
            self._data += data
            if len(self._data) > self._bound:
                del self._data[: len(self._data) - self._prefill]
                self.counts.overruns += 1

    def read(self, size: int) -> bytes:
        """Take exactly `size` bytes; silence stands in for what is missing."""
        with self._lock:
            if self._filling and len(self._data) < self._prefill:
                return bytes(size)
            self._filling = False
            if len(self._data) < size:
                self.counts.underruns += 1
                self._filling = True
                short = bytes(self._data)
                self._data.clear()
                return short + bytes(size - len(short))
            if len(self._data) > self._drain_above + size:
                del self._data[:SAMPLE]
                self.counts.drained += 1
            taken = bytes(self._data[:size])
            del self._data[:size]
            return taken

    def clear(self) -> None:
        """Forget what is stored, as between two calls."""
        with self._lock:
            self._data.clear()
            self._filling = True
