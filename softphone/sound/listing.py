"""Which microphones and earpieces this machine has."""

from dataclasses import dataclass
from typing import Any, Final

from softphone.errors import SoundUnavailable
from softphone.sound.devices import miniaudio

_NOT_DEVICES: Final = {miniaudio.Backend.NULL, miniaudio.Backend.CUSTOM}


@dataclass(frozen=True, slots=True)
class Device:
    """One device. `id` is the sound system's own and good for opening it."""

    name: str
    id: Any


@dataclass(frozen=True, slots=True)
class Listing:
    """What was found."""

    microphones: tuple[Device, ...]
    earpieces: tuple[Device, ...]  # a ringer is one of these too

    def names(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the names of both."""
        return (
            tuple(device.name for device in self.microphones),
            tuple(device.name for device in self.earpieces),
        )


def list_devices() -> Listing:
    """Look what there is. Raises `SoundUnavailable`.

    A monitor of an output is not a microphone and is left out: callers would be sent their own
    voice.
    """
    try:
        devices = miniaudio.Devices(backends())
        captures = [_device(each) for each in devices.get_captures()]
        playbacks = [_device(each) for each in devices.get_playbacks()]
    except miniaudio.MiniaudioError as error:
        raise SoundUnavailable("This machine has no sound system that answers.") from error
    return Listing(
        tuple(each for each in captures if not each.name.startswith("Monitor of ")),
        tuple(playbacks),
    )


def _device(found: dict[str, Any]) -> Device:
    return Device(str(found["name"]), found["id"])


def backends() -> list[miniaudio.Backend]:
    """Every real backend: miniaudio's null device would pass silence off as a headset."""
    order = [miniaudio.Backend.PULSEAUDIO, miniaudio.Backend.ALSA]
    real = [b for b in miniaudio.get_enabled_backends() if b not in _NOT_DEVICES]
    return sorted(real, key=lambda b: order.index(b) if b in order else len(order))
