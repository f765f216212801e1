"""A real headset through miniaudio.

The devices' callbacks come on miniaudio's own threads; a ring on each side carries sound to and
from the bridge's clock. When a device goes away its callbacks stop without a word (seen on every
backend), so the time of the last one is kept for the watchdog.
"""

import time
from collections.abc import Generator
from typing import Any, Final

from softphone.errors import SoundUnavailable
from softphone.sound.devices import miniaudio
from softphone.sound.path import RATE
from softphone.sound.ring import Ring
from softphone.wire import Sound, SoundKind

DEAD_AFTER: Final = 2.0  # seconds without a callback
_PERIOD_MS: Final = 10
_NOT_DEVICES: Final = {miniaudio.Backend.NULL, miniaudio.Backend.CUSTOM}


class HeadsetSound:
    """Capture and playback devices by name; "" takes the system's default."""

    def __init__(self, microphone: str = "", earpiece: str = "") -> None:
        self._heard = Ring(RATE)
        self._spoken = Ring(RATE)
        captures, playbacks = list_devices()
        capture = _choose(captures, microphone, "microphone")
        playback = _choose(playbacks, earpiece, "earpiece")
        self._last_capture = self._last_playback = time.monotonic()
        self._devices: list[Any] = []
        try:
            self._open(capture["id"], playback["id"])
        except miniaudio.MiniaudioError as error:
            self.close()
            raise SoundUnavailable("The headset cannot be opened; is it in use?") from error
        self.sound = Sound(SoundKind.HEADSET, str(capture["name"]), str(playback["name"]))

    def _open(self, capture_id: Any, playback_id: Any) -> None:
        backends = _backends()
        capture = miniaudio.CaptureDevice(
            miniaudio.SampleFormat.SIGNED16, 1, RATE, _PERIOD_MS, capture_id, backends=backends
        )
        self._devices.append(capture)
        playback = miniaudio.PlaybackDevice(
            miniaudio.SampleFormat.SIGNED16, 1, RATE, _PERIOD_MS, playback_id, backends=backends
        )
        self._devices.append(playback)
        listening, speaking = self._listen(), self._speak()
        next(listening)
        next(speaking)
        capture.start(listening)
        playback.start(speaking)

    def _listen(self) -> Generator[None, bytes, None]:
        while True:
            data = yield
            self._last_capture = time.monotonic()
            self._heard.write(bytes(data))

    def _speak(self) -> Generator[bytes, int, None]:
        frames = yield b""
        while True:
            self._last_playback = time.monotonic()
            frames = yield self._spoken.read(frames * 2)

    def read(self, size: int) -> bytes:
        """The microphone's next frame."""
        return self._heard.read(size)

    def write(self, frame: bytes) -> None:
        """A frame for the earpiece."""
        self._spoken.write(frame)

    def call_begins(self) -> None:
        """Drop what was heard between calls."""
        self._heard.clear()
        self._spoken.clear()

    def call_ends(self) -> None:
        """Fall silent at once."""
        self._spoken.clear()

    def alive(self, now: float) -> bool:
        """Whether both devices have called back lately."""
        return now - min(self._last_capture, self._last_playback) < DEAD_AFTER

    def close(self) -> None:
        """Let the devices go."""
        for device in self._devices:
            device.close()
        self._devices.clear()


def list_devices() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the machine's capture and playback devices.

    Raises `SoundUnavailable`. A monitor of an output is not a microphone and is left out.
    """
    try:
        devices = miniaudio.Devices(_backends())
        captures = [d for d in devices.get_captures() if not _is_monitor(d)]
        playbacks = list(devices.get_playbacks())
    except miniaudio.MiniaudioError as error:
        raise SoundUnavailable("This machine has no sound system that answers.") from error
    return captures, playbacks


def _is_monitor(device: dict[str, Any]) -> bool:
    return str(device["name"]).startswith("Monitor of ")


def _choose(devices: list[dict[str, Any]], name: str, what: str) -> dict[str, Any]:
    """Return a device by its name, the first listed for "".

    Never miniaudio's own default: a sound server moves such a stream to whatever is left when the
    device goes, and a monitor of the earpiece would send callers their own voice.
    """
    if not devices:
        raise SoundUnavailable(f"No {what} was found; plug the headset in.")
    if not name:
        return devices[0]
    for device in devices:
        if device["name"] == name:
            return device
    raise SoundUnavailable(f"The {what} “{name}” is not there; choose another.")


def _backends() -> list[miniaudio.Backend]:
    """Every real backend: miniaudio's null device would pass silence off as a headset."""
    order = [miniaudio.Backend.PULSEAUDIO, miniaudio.Backend.ALSA]
    real = [b for b in miniaudio.get_enabled_backends() if b not in _NOT_DEVICES]
    return sorted(real, key=lambda b: order.index(b) if b in order else len(order))
