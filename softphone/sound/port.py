"""The bridge's end of a sound path: the one pjsua2 object that carries frames in Python.

Its two callbacks run fifty times a second each, on the bridge's clock thread. An exception in one
aborts the process, so both contain everything; going through the vectors' pointers instead of
element by element makes a frame cost microseconds instead of a quarter of a millisecond.
"""

import ctypes
import math
from typing import Any, Final

import pjsua2 as pj

from softphone.sound.path import RATE, SoundPath

FRAME_MS: Final = 20
FRAME_BYTES: Final = RATE * FRAME_MS // 1000 * 2
SILENCE_DBFS: Final = -96.0


class SoundPort(pj.AudioMediaPort):  # type: ignore[misc]
    """Reads and writes whatever path it is given; can be given another at any time."""

    def __init__(self, path: SoundPath) -> None:
        super().__init__()
        self.path = path
        self.live = False  # a call is joined: frames mean something
        self.failed: Exception | None = None
        self._microphone_peak = self._earpiece_peak = 0
        self._zero_frames = 0  # from the microphone, one after another up to now
        # Kept for good: the vector's storage stays where it is as long as its size does
        self._out = pj.ByteVector(FRAME_BYTES)
        self._out_at: int = ctypes.c_size_t.from_address(int(self._out.this)).value
        layout = pj.MediaFormatAudio()
        layout.init(pj.PJMEDIA_FORMAT_PCM, RATE, 1, FRAME_MS * 1000, 16)
        self.createPort("desk", layout)

    def onFrameRequested(self, frame: Any) -> None:  # noqa: N802
        """The bridge wants the microphone."""
        try:
            data = self.path.read(FRAME_BYTES)
            ctypes.memmove(self._out_at, data, FRAME_BYTES)
            frame.type = pj.PJMEDIA_FRAME_TYPE_AUDIO
            frame.buf = self._out
            frame.size = FRAME_BYTES
            loudest = peak(data)
            self._zero_frames = 0 if loudest else self._zero_frames + 1
            self._microphone_peak = max(self._microphone_peak, loudest)
        except Exception as error:  # noqa: BLE001 - kept for the engine's loop to report
            self.failed = error

    def onFrameReceived(self, frame: Any) -> None:  # noqa: N802
        """The bridge has something for the earpiece."""
        try:
            if not self.live:
                return
            begin, end = (ctypes.c_size_t * 2).from_address(int(frame.buf.this))
            data = ctypes.string_at(begin, end - begin) if begin else bytes(FRAME_BYTES)
            self.path.write(data)
            self._earpiece_peak = max(self._earpiece_peak, peak(data))
        except Exception as error:  # noqa: BLE001 - kept for the engine's loop to report
            self.failed = error

    @property
    def seconds_of_zeroes(self) -> float:
        """How long the microphone has given nothing at all: a live one always has some noise."""
        return self._zero_frames * FRAME_MS / 1000

    def levels(self) -> tuple[float, float]:
        """Return the peaks since the last time, dBFS: microphone, earpiece."""
        levels = dbfs(self._microphone_peak), dbfs(self._earpiece_peak)
        self._microphone_peak = self._earpiece_peak = 0
        return levels


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
