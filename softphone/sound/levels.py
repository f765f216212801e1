"""How loud sound is."""

import math
from typing import Final

SILENCE_DBFS: Final = -96.0


def peak(data: bytes) -> int:
    """Return the largest magnitude among signed 16-bit samples."""
    samples = memoryview(data).cast("h")
    if not len(samples):
        return 0
    lowest, highest = min(samples), max(samples)
    return max(-lowest, highest)


def dbfs(magnitude: int) -> float:
    """Return a magnitude of signed 16-bit sound in dBFS, silence as -96."""
    if magnitude <= 0:
        return SILENCE_DBFS
    return max(SILENCE_DBFS, round(20 * math.log10(magnitude / 32768), 1))
