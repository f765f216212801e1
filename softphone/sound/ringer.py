"""The ring on the loudspeaker: a device of its own, open only while something rings.

It sounds from the engine's process, so that a busy window cannot stop it, and from a thread of the
device's, so that a busy engine cannot either.
"""

import threading
import wave
from array import array
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from softphone import log
from softphone.errors import SoundUnavailable
from softphone.sound.devices import miniaudio
from softphone.sound.listing import Device, backends, list_devices
from softphone.sound.path import RATE
from softphone.sound.samples import crossfaded, louder
from softphone.wire import Ringing

LOUDNESS: Final = {Ringing.OFF: 0.0, Ringing.SOFT: 0.2, Ringing.NORMAL: 1.0}  # soft is 14 dB down
_PERIOD_MS: Final = 10


def read_tone(path: str) -> bytes:
    """Read a 16 kHz mono WAV file. Raises `SoundUnavailable`."""
    try:
        with wave.open(path, "rb") as file:
            if (file.getnchannels(), file.getsampwidth(), file.getframerate()) != (1, 2, RATE):
                raise SoundUnavailable(f"{path} is not a 16 kHz mono WAV file of 16 bits.")
            return file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise SoundUnavailable(f"The ring tone {path} cannot be read.") from error


def pick(devices: tuple[Device, ...], wish: str, earpiece: str) -> Device | None:
    """Return what is to ring: what was wished for, else a loudspeaker that is not the headset."""
    by_name = {device.name: device for device in reversed(devices)}
    if wish in by_name:
        return by_name[wish]
    others = [device for device in devices if device.name != earpiece]
    return others[0] if others else by_name.get(earpiece)


class Ringer:
    """Rings and stops. Its methods return at once."""

    def __init__(self) -> None:
        self.wish = ""
        self.how = Ringing.NORMAL
        self.tone = b""
        self._thread = ThreadPoolExecutor(1, "ringer")
        self._now: _Playing | None = None

    @property
    def sounding(self) -> bool:
        """Whether it rings."""
        return self._now is not None

    def ring(
        self,
        earpiece: str,
        how: Ringing | None = None,
        *,
        tone: Callable[[], bytes] | None = None,
    ) -> None:
        """Ring until told to stop, with another tone where one is told: it is made on the ringer's
        thread. `earpiece` is rung only where there is no other."""
        loudness = LOUDNESS[how or self.how]
        if self._now is not None or not loudness or not (self.tone or tone):
            return
        self._now = _Playing(tone or (lambda: self.tone), loudness)
        self._thread.submit(self._now.open, self.wish, earpiece)

    def stop(self) -> None:
        """Be silent at once."""
        playing, self._now = self._now, None
        if playing is not None:
            playing.silent.set()
            self._thread.submit(playing.close)

    def close(self) -> None:
        """Be silent for good."""
        self.stop()
        self._thread.shutdown(wait=True)


class _Playing:
    """One ringing, from the first period to the last."""

    def __init__(self, tone: Callable[[], bytes], loudness: float) -> None:
        self.silent = threading.Event()
        self._tone, self._loudness = tone, loudness
        self._device: Any = None

    def open(self, wish: str, earpiece: str) -> None:
        """Begin. On the ringer's thread."""
        if self.silent.is_set():
            return
        try:
            device = pick(list_devices().earpieces, wish, earpiece)
            if device is None:
                return
            tone = self._tone()
            data = tone if self._loudness == 1 else louder(tone, self._loudness)
            playing = self._play(data)
            next(playing)
            self._device = miniaudio.PlaybackDevice(
                miniaudio.SampleFormat.SIGNED16,
                1,
                RATE,
                _PERIOD_MS,
                device.id,
                backends=backends(),
                app_name="Frontdesk",
            )
            self._device.start(playing)
        except (SoundUnavailable, miniaudio.MiniaudioError) as error:
            log.failure("ringer", error)
            self.close()

    def close(self) -> None:
        """Let the device go. On the ringer's thread."""
        device, self._device = self._device, None
        if device is not None:
            device.close()

    def _play(self, tone: bytes) -> Generator[bytes, int, None]:
        at, was_silent = 0, False
        frames = yield b""
        while True:
            size = frames * 2
            piece = array("h")
            while len(piece) < frames:
                rest = tone[at : at + size - 2 * len(piece)]
                piece.frombytes(rest)
                at = (at + len(rest)) % len(tone)
            data = piece.tobytes()
            if self.silent.is_set():
                data = bytes(size) if was_silent else crossfaded(data, bytes(size))
                was_silent = True
            frames = yield data
