"""A microphone and an earpiece, each a device of its own, so that one can change without the other.

The devices' callbacks come on miniaudio's own threads; a ring on each side carries sound to and
from the bridge's clock. When a device goes away its callbacks stop without a word (seen on every
backend), so the time of the last one is kept for whoever watches.
"""

import time
from collections.abc import Generator
from typing import Any, Final

from softphone.errors import SoundUnavailable
from softphone.sound.devices import miniaudio
from softphone.sound.levels import peak
from softphone.sound.listing import Device, backends
from softphone.sound.path import RATE
from softphone.sound.ring import Ring

_PERIOD_MS: Final = 10  # of a microphone: what is late there is caught up with
_EAR_PERIOD_MS: Final = 20  # an earpiece that is given sound late has a gap
_STEADY: Final = 8  # callbacks; the first few only fill the device's own buffer
_SETTLED: Final = 15  # callbacks; the first sound of a device may come in fits and starts
_DEAF_FIRST: Final = 50  # callbacks; a microphone that begins with zeroes may do so for so long


class Half:
    """What both have: a name, a device, the time of its last callback."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.called_back = time.monotonic()
        self.callbacks = 0
        self.ring = Ring(RATE)
        self.peak = 0  # since it was last asked for
        self._device: Any = None

    @property
    def calls_back(self) -> bool:
        """Whether the device works by its own clock."""
        return self.callbacks >= _STEADY

    def silent_for(self, now: float) -> float:
        """Return the seconds since the last callback. `now` is `time.monotonic()`."""
        return now - self.called_back

    def take_peak(self) -> int:
        """Return the loudest sample since the last time."""
        loudest, self.peak = self.peak, 0
        return loudest

    def close(self) -> None:
        """Let the device go. May take a moment."""
        device, self._device = self._device, None
        if device is not None:
            device.close()

    def _open(self, kind: Any, device: Device, generator: Generator[Any, Any, None]) -> None:
        next(generator)
        try:
            self._device = kind(
                miniaudio.SampleFormat.SIGNED16,
                1,
                RATE,
                _PERIOD_MS if kind is miniaudio.CaptureDevice else _EAR_PERIOD_MS,
                device.id,
                backends=backends(),
                app_name="Frontdesk",
            )
            self._device.start(generator)
        except miniaudio.MiniaudioError as error:
            self.close()
            raise SoundUnavailable(f"“{device.name}” cannot be opened; is it in use?") from error

    def _note(self) -> None:
        self.called_back = time.monotonic()
        self.callbacks += 1


class Microphone(Half):
    """Where the receptionist speaks. Raises `SoundUnavailable` when it cannot be opened."""

    def __init__(self, device: Device) -> None:
        super().__init__(device.name)
        self.heard_at = time.monotonic()  # when it last gave anything but zeroes
        self._heard = False  # anything but zeroes, ever
        self._first_heard = 0  # at which callback
        self._open(miniaudio.CaptureDevice, device, self._listen())

    @property
    def ready(self) -> bool:
        """Whether sound can change over to it."""
        steady = self._heard and self.callbacks - self._first_heard >= _SETTLED
        return steady and self.ring.ready

    def read(self, size: int) -> bytes:
        """The next piece of sound."""
        return self.ring.read(size)

    def _listen(self) -> Generator[None, bytes, None]:
        while True:
            data = bytes((yield))
            self._note()
            if loudest := peak(data):
                if not self._heard:
                    self._heard, self._first_heard = True, self.callbacks
                self.heard_at = self.called_back
                self.peak = max(self.peak, loudest)
            if self._heard or self.callbacks > _DEAF_FIRST:
                self.ring.write(data)


class Earpiece(Half):
    """Where the receptionist listens. Raises `SoundUnavailable` when it cannot be opened."""

    def __init__(self, device: Device) -> None:
        super().__init__(device.name)
        self._open(miniaudio.PlaybackDevice, device, self._speak())

    @property
    def ready(self) -> bool:
        """Whether sound can change over to it: its ring fills only once it is given some."""
        return self.calls_back

    def write(self, frame: bytes) -> None:
        """A piece of sound to be heard."""
        self.ring.write(frame)
        self.peak = max(self.peak, peak(frame))

    def _speak(self) -> Generator[bytes, int, None]:
        frames = yield b""
        while True:
            self._note()
            frames = yield self.ring.read(frames * 2)
