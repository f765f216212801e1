"""The sound paths that are opened once and stay: files, silence, pjsua2's own devices."""

from collections.abc import Callable

from softphone.sound.files import FileSound
from softphone.sound.none import NoSound
from softphone.sound.path import SoundPath
from softphone.wire import Sound, SoundKind


class NativeSound(NoSound):
    """pjsua2's own devices carry the sound; the Python port rests."""

    def __init__(self, microphone: str, earpiece: str, *, echo_cancelled: bool) -> None:
        super().__init__()
        self.sound = Sound(SoundKind.NATIVE, microphone, earpiece, echo_cancelled=echo_cancelled)


def choose(
    kind: SoundKind, microphone: str, earpiece: str, *, native: Callable[[], tuple[str, str, bool]]
) -> SoundPath:
    """Open what was asked for. Raises `SoundUnavailable` with the reason.

    `native` switches pjsua2 to its own devices and returns their names, and whether it cancels
    echoes there.
    """
    if kind is SoundKind.FILES:
        return FileSound(microphone, earpiece)
    if kind is SoundKind.NATIVE:
        heard, spoken, cancels = native()
        return NativeSound(heard, spoken, echo_cancelled=cancels)
    return NoSound()
