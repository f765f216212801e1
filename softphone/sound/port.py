"""The bridge's end of a sound path: the one pjsua2 object that carries frames in Python.

Its two callbacks run fifty times a second each, on the bridge's clock thread. An exception in one
aborts the process, so both contain everything; going through the vectors' pointers instead of
element by element makes a frame cost microseconds instead of a quarter of a millisecond.
"""

import ctypes
from typing import Any, Final

import pjsua2 as pj

from softphone.sound.fades import FadedSink, FadedSource
from softphone.sound.levels import dbfs, peak
from softphone.sound.path import RATE, SoundPath

FRAME_MS: Final = 20
FRAME_BYTES: Final = RATE * FRAME_MS // 1000 * 2


class SoundPort(pj.AudioMediaPort):  # type: ignore[misc]
    """Reads and writes whatever path it is given; can be given another at any time."""

    def __init__(self, path: SoundPath) -> None:
        super().__init__()
        self.path = path
        self.source, self.sink = FadedSource(path.microphone), FadedSink(path.earpiece)
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

    def change(self, path: SoundPath, *, hard: bool) -> None:
        """Speak and listen through another path; `hard` at once, else as soon as it works."""
        self.path = path
        self.source.change(path.microphone, hard=hard)
        self.sink.change(path.earpiece, hard=hard)

    @property
    def settled(self) -> bool:
        """Whether nothing of an earlier path is in use any more."""
        return bool(self.source.settled and self.sink.settled)

    def onFrameRequested(self, frame: Any) -> None:  # noqa: N802
        """The bridge wants the microphone."""
        try:
            data = self.source.read(FRAME_BYTES)
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
            self.sink.write(data)
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
