"""Where a recording hears a call: two ends in the bridge, one for each side.

Both are called fifty times a second on the bridge's clock thread, whether anything speaks into them
or not, so their frames pair up. They put a frame into a list in memory and do nothing else: no lock
is waited for, no file, no cipher.
"""

import ctypes
from collections import deque
from typing import Any, Final

import pjsua2 as pj

from softphone.sound.port import FRAME_BYTES, FRAME_MS
from softphone.vault import RATE

FAR, NEAR = 0, 1  # sides: the far end, the desk
MOST_FRAMES: Final = 60_000 // FRAME_MS * 2  # a minute of both sides: the disk has stopped
_SILENCE: Final = bytes(FRAME_BYTES)


class TapPort(pj.AudioMediaPort):  # type: ignore[misc]
    """One side's end in the bridge."""

    def __init__(self, pair: "Taps", side: int) -> None:
        super().__init__()
        self._pair = pair
        self._side = side
        layout = pj.MediaFormatAudio()
        layout.init(pj.PJMEDIA_FORMAT_PCM, RATE, 1, FRAME_MS * 1000, 16)
        self.createPort(f"tap-{side}", layout)

    def onFrameReceived(self, frame: Any) -> None:  # noqa: N802
        """Keep a frame, silence included, while the recording runs."""
        pair = self._pair
        section = pair.section
        if section is None:
            return
        try:
            begin, end = (ctypes.c_size_t * 2).from_address(int(frame.buf.this))
            data = ctypes.string_at(begin, end - begin) if begin != end else _SILENCE
            if len(pair.frames) < MOST_FRAMES:
                pair.frames.append((section, self._side, data))
            else:
                pair.overflowed = True
        except Exception as error:  # noqa: BLE001 - one that left here would end the process
            pair.failed = error


class Taps:
    """Both sides' ends, used for one recording after another: a port freed while the bridge's
    thread is in it takes the process along."""

    def __init__(self) -> None:
        self.section: int | None = None  # which part of the recording frames belong to now
        self.frames: deque[tuple[int, int, bytes]] = deque()
        self.overflowed = False
        self.failed: Exception | None = None
        self.far: Any = TapPort(self, FAR)
        self.near: Any = TapPort(self, NEAR)

    def clear(self) -> None:
        """Be ready for another recording."""
        self.section = None
        self.frames = deque()
        self.overflowed, self.failed = False, None

    def free(self) -> None:
        """Let both ends go, once the bridge has stopped."""
        self.far = self.near = None
