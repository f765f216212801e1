"""Which sound path the engine takes, from what was asked for and what the machine has."""

from collections.abc import Callable

from softphone.errors import SoundUnavailable
from softphone.sound.files import FileSound
from softphone.sound.headset import HeadsetSound
from softphone.sound.none import NoSound
from softphone.sound.path import SoundPath
from softphone.wire import Sound, SoundKind


class NativeSound(NoSound):
    """pjsua2's own devices carry the sound; the Python port rests."""

    def __init__(self, microphone: str, earpiece: str) -> None:
        super().__init__()
        self.sound = Sound(SoundKind.NATIVE, microphone, earpiece)


def choose(
    kind: SoundKind, microphone: str, earpiece: str, *, native: Callable[[], tuple[str, str]]
) -> SoundPath:
    """Open what was asked for. Raises `SoundUnavailable` with the reason.

    `native` switches pjsua2 to its own devices and returns their names.
    """
    if kind is SoundKind.FILES:
        return FileSound(microphone, earpiece)
    if kind is SoundKind.HEADSET:
        return HeadsetSound(microphone, earpiece)
    if kind is SoundKind.NATIVE:
        return NativeSound(*native())
    return NoSound()


def choose_or_silence(
    kind: SoundKind, microphone: str, earpiece: str, *, native: Callable[[], tuple[str, str]]
) -> SoundPath:
    """Open what was asked for, or silence that says why not: calls must be taken regardless."""
    try:
        return choose(kind, microphone, earpiece, native=native)
    except SoundUnavailable as error:
        return NoSound(str(error))
