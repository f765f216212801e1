"""A real headset through miniaudio: a microphone and an earpiece, either of which may be missing.

A receptionist who can hear but not be heard still knows who is on the line; `Sound.reason` says
what is missing.
"""

from typing import Final

from softphone.errors import SoundUnavailable
from softphone.sound.halves import Earpiece, Half, Microphone
from softphone.sound.none import NoSound
from softphone.wire import Sound, SoundKind

NO_MICROPHONE: Final = "No microphone was found."
NO_EARPIECE: Final = "No earpiece was found."


class HeadsetSound:
    """Whatever there is of the two. Raises `SoundUnavailable` where there is neither."""

    def __init__(self, microphone: Microphone | None, earpiece: Earpiece | None) -> None:
        if microphone is None and earpiece is None:
            raise SoundUnavailable(NO_MICROPHONE)
        self._nothing = NoSound()
        self.halves: tuple[Microphone | None, Earpiece | None] = microphone, earpiece
        self.microphone: Microphone | NoSound = microphone or self._nothing
        self.earpiece: Earpiece | NoSound = earpiece or self._nothing
        lacking = NO_MICROPHONE if microphone is None else NO_EARPIECE
        self.sound = Sound(
            SoundKind.HEADSET,
            microphone.name if microphone is not None else "",
            earpiece.name if earpiece is not None else "",
            "" if microphone is not None and earpiece is not None else lacking,
        )

    def call_begins(self) -> None:
        """Drop what was heard between calls."""
        for half in self._present():
            half.ring.clear()

    def call_ends(self) -> None:
        """Fall silent at once."""
        if isinstance(self.earpiece, Earpiece):
            self.earpiece.ring.clear()

    def close(self) -> None:
        """The devices are the keeper's."""

    def _present(self) -> list[Half]:
        return [half for half in self.halves if half is not None]
