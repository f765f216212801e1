"""A recording played into the earpiece, while there is no call.

A thread of its own reads and opens the file, a few seconds ahead; the bridge mixes both sides. What
is heard exists in memory only.
"""

import contextlib
import ctypes
import threading
import time
from array import array
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import pjsua2 as pj

from softphone import vault, wire
from softphone.errors import Refused
from softphone.sound.port import FRAME_BYTES, FRAME_MS
from softphone.station import Station

_AHEAD: Final = 4000 // FRAME_MS  # frames of each side kept ready
_GAP: Final = 400 // FRAME_MS  # frames of silence where the recording was paused
_TELL_EVERY: Final = 0.5  # seconds
_SILENCE: Final = bytes(FRAME_BYTES)


class PlayerPort(pj.AudioMediaPort):  # type: ignore[misc]
    """One side's sound, given to the bridge a frame at a time."""

    def __init__(self, side: int) -> None:
        super().__init__()
        self.frames: deque[bytes] = deque()
        self._out = pj.ByteVector(FRAME_BYTES)  # kept: its storage stays where it is
        self._out_at: int = ctypes.c_size_t.from_address(int(self._out.this)).value
        layout = pj.MediaFormatAudio()
        layout.init(pj.PJMEDIA_FORMAT_PCM, vault.RATE, 1, FRAME_MS * 1000, 16)
        self.createPort(f"player-{side}", layout)

    def onFrameRequested(self, frame: Any) -> None:  # noqa: N802
        """Give the next frame, silence where there is none."""
        with contextlib.suppress(Exception):  # one that left here would end the process
            data = self.frames.popleft() if self.frames else _SILENCE
            ctypes.memmove(self._out_at, data, FRAME_BYTES)
            frame.type = pj.PJMEDIA_FRAME_TYPE_AUDIO
            frame.buf = self._out
            frame.size = FRAME_BYTES


class Reader:
    """The thread that opens a file and keeps both sides' frames ready."""

    def __init__(
        self, path: Path, recording: str, key: bytes, from_s: float, sides: list[deque[bytes]]
    ) -> None:
        self.recording = recording
        self.of_s = 0.0
        self.ready = self.finished = False
        self.reason = ""
        self.passed = round(from_s * vault.RATE)  # samples before those that wait to be heard
        self._path, self._key, self._sides = path, key, sides
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="playing", daemon=True)
        self._thread.start()

    @property
    def at_s(self) -> float:
        """How far it has been heard, in seconds of sound."""
        waiting = len(self._sides[0]) * FRAME_MS / 1000
        return min(self.of_s, max(0.0, self.passed / vault.RATE - waiting))

    @property
    def heard_out(self) -> bool:
        """Whether everything has been given to the ear."""
        return self.finished and not self._sides[0]

    def stop(self) -> None:
        """End, at once."""
        self._stopped.set()
        self._thread.join(1)

    def _run(self) -> None:
        try:
            self.of_s = self._length()
            self.ready = True
            self._read()
        except vault.VaultError as error:
            self.reason = str(error)
        except OSError as error:
            self.reason = f"The recording's file cannot be read: {error.strerror}."
        self.finished = True

    def _length(self) -> float:
        last = 0
        with self._path.open("rb") as file:
            for piece in vault.pieces(file, self.recording, self._key):
                if isinstance(piece, vault.Sound):
                    last = piece.place + len(piece.pcm) // vault.FRAME
        return last / vault.RATE

    def _read(self) -> None:
        start, rest = self.passed, array("h")
        with self._path.open("rb") as file:
            for piece in vault.pieces(file, self.recording, self._key):
                if self._stopped.is_set():
                    return
                if isinstance(piece, vault.Mark) and piece.what == "resumed" and piece.place:
                    self._give([_SILENCE] * _GAP, [_SILENCE] * _GAP)
                if isinstance(piece, vault.Sound):
                    skip = max(0, start - piece.place) * vault.CHANNELS
                    rest = self._split(rest + array("h", piece.pcm)[skip:])

    def _split(self, both: "array[int]") -> "array[int]":
        """Give whole frames of both sides; return the samples that are left."""
        step = FRAME_BYTES  # samples of both sides in a frame: as many as one side's bytes
        whole = len(both) // step * step
        frames = [both[at : at + step] for at in range(0, whole, step)]
        self._give(
            [frame[0::2].tobytes() for frame in frames], [frame[1::2].tobytes() for frame in frames]
        )
        self.passed += whole // vault.CHANNELS
        return both[whole:]

    def _give(self, far: Iterable[bytes], near: Iterable[bytes]) -> None:
        while len(self._sides[0]) > _AHEAD and not self._stopped.wait(0.2):
            pass
        self._sides[0].extend(far)
        self._sides[1].extend(near)


class Player:
    """One recording at a time, on the engine's thread."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._ports: list[Any] = []  # kept for good, as every port of ours
        self._reader: Reader | None = None
        self._told_at = 0.0

    def play(self, asked: wire.PlayRecording) -> None:
        """Begin to play, or raise `Refused`."""
        if len(self._station.lines):
            raise Refused("A recording can be played while there is no call.")
        key = vault.read_key(asked.key)
        if key is None or not vault.is_id(asked.recording):
            raise Refused("The recording has no id or no key of the right kind.")
        self.stop()
        self._ports = self._ports or [PlayerPort(side) for side in range(vault.CHANNELS)]
        for port in self._ports:
            port.frames = deque()
        sides = [port.frames for port in self._ports]
        path = vault.file_of(Path(asked.folder), asked.recording)
        self._reader = Reader(path, asked.recording, key, asked.from_s, sides)
        self._station.audio.listen_to(self._ports)

    def stop(self, reason: str = "") -> None:
        """Fall silent."""
        reader, self._reader = self._reader, None
        if reader is None:
            return
        at_s = reader.at_s
        self._station.audio.listen_to([])
        reader.stop()
        self._tell(reader, playing=False, at_s=at_s, reason=reason or reader.reason)

    def tick(self) -> None:
        """Tell how far it is; stop at the end, or for a call."""
        reader, now = self._reader, time.monotonic()
        if reader is None:
            return
        if len(self._station.lines):
            self.stop("A call came first.")
        elif reader.heard_out:
            self.stop()
        elif reader.ready and now - self._told_at > _TELL_EVERY:
            self._told_at = now
            self._tell(reader, playing=True, at_s=reader.at_s)

    def close(self) -> None:
        """Stop, at the engine's end."""
        self.stop()

    def free(self) -> None:
        """Free the ports, once the bridge has stopped."""
        self._ports.clear()

    def _tell(self, reader: Reader, *, playing: bool, at_s: float, reason: str = "") -> None:
        at, of = round(at_s, 1), round(reader.of_s, 1)
        self._station.tell(wire.PlaybackChanged(reader.recording, playing, at, of, reason))
