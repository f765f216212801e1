"""An ear that measures: how much of what it hears is one tone."""

import ctypes
import math
from typing import Any, Final

import pjsua2 as pj

from softphone.sound.path import RATE
from softphone.sound.port import FRAME_BYTES, FRAME_MS

MEASURED: Final = 8000  # samples: half a second, 2 Hz apart


class Probe(pj.AudioMediaPort):  # type: ignore[misc]
    """Keeps the latest half second of what is joined to it. Measured on the engine's thread."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.failed: Exception | None = None
        self._heard = bytearray()
        layout = pj.MediaFormatAudio()
        layout.init(pj.PJMEDIA_FORMAT_PCM, RATE, 1, FRAME_MS * 1000, 16)
        self.createPort(name, layout)

    def onFrameRequested(self, frame: Any) -> None:  # noqa: N802
        """Nothing to say."""
        frame.type = pj.PJMEDIA_FRAME_TYPE_NONE

    def onFrameReceived(self, frame: Any) -> None:  # noqa: N802
        """Keep what was heard."""
        try:
            begin, end = (ctypes.c_size_t * 2).from_address(int(frame.buf.this))
            data = ctypes.string_at(begin, end - begin) if begin else bytes(FRAME_BYTES)
            self._heard += data
            del self._heard[: -MEASURED * 2]
        except Exception as error:  # noqa: BLE001 - kept for the engine's loop to report
            self.failed = error

    def clear(self) -> None:
        """Forget what was heard."""
        self._heard.clear()

    def share_of(self, hertz: float) -> float:
        """Return the tone's share of the power heard, 0 to 1; 0 until half a second was heard."""
        heard = bytes(self._heard)
        if len(heard) < MEASURED * 2:
            return 0.0
        return tone_share(memoryview(heard).cast("h").tolist(), hertz, RATE)


def tone_share(samples: list[int], hertz: float, rate: int) -> float:
    """Return how much of the samples' power is one tone, 0 to 1 (Goertzel's algorithm)."""
    power = sum(sample * sample for sample in samples)
    if power < len(samples):  # less than the smallest step there is: silence
        return 0.0
    turn = 2 * math.cos(2 * math.pi * hertz / rate)
    before = last = 0.0
    for sample in samples:
        before, last = last, sample + turn * last - before
    of_tone = last * last + before * before - turn * last * before
    return min(1.0, 2 * of_tone / (len(samples) * power))
