"""A delay line: what goes in comes out a second and a half later.

A receptionist who hears themselves at once hears their own head; later, they hear the microphone.
And a loudspeaker that stands beside the microphone cannot howl.
"""

import ctypes
from collections import deque
from typing import Any, Final

import pjsua2 as pj

from softphone.sound.path import RATE
from softphone.sound.port import FRAME_BYTES, FRAME_MS

DELAY_MS: Final = 1500


class DelayLine(pj.AudioMediaPort):  # type: ignore[misc]
    """Joined between the microphone and the earpiece while somebody listens to themselves."""

    def __init__(self) -> None:
        super().__init__()
        self.failed: Exception | None = None
        self._frames: deque[bytes] = deque()
        self._out = pj.ByteVector(FRAME_BYTES)
        self._out_at: int = ctypes.c_size_t.from_address(int(self._out.this)).value
        layout = pj.MediaFormatAudio()
        layout.init(pj.PJMEDIA_FORMAT_PCM, RATE, 1, FRAME_MS * 1000, 16)
        self.createPort("delay", layout)

    def clear(self) -> None:
        """Forget what is in it."""
        self._frames.clear()

    def onFrameRequested(self, frame: Any) -> None:  # noqa: N802
        """Give what came in a while ago."""
        try:
            ripe = len(self._frames) > DELAY_MS // FRAME_MS
            data = self._frames.popleft() if ripe else bytes(FRAME_BYTES)
            ctypes.memmove(self._out_at, data, FRAME_BYTES)
            frame.type = pj.PJMEDIA_FRAME_TYPE_AUDIO
            frame.buf = self._out
            frame.size = FRAME_BYTES
        except Exception as error:  # noqa: BLE001 - kept for the engine's loop to report
            self.failed = error

    def onFrameReceived(self, frame: Any) -> None:  # noqa: N802
        """Keep what comes in."""
        try:
            begin, end = (ctypes.c_size_t * 2).from_address(int(frame.buf.this))
            data = ctypes.string_at(begin, end - begin) if begin else bytes(FRAME_BYTES)
            self._frames.append(data[:FRAME_BYTES].ljust(FRAME_BYTES, b"\0"))
        except Exception as error:  # noqa: BLE001 - kept for the engine's loop to report
            self.failed = error
