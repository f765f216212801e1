"""Silence, asked for or for want of a device: the call goes on, and the window says why."""

from softphone.wire import Sound, SoundKind


class NoSound:
    """A microphone that hears nothing and an earpiece nobody wears."""

    ready = True

    def __init__(self, reason: str = "") -> None:
        self.sound = Sound(SoundKind.NONE, reason=reason)

    @property
    def microphone(self) -> "NoSound":
        """Itself."""
        return self

    @property
    def earpiece(self) -> "NoSound":
        """Itself."""
        return self

    def read(self, size: int) -> bytes:
        """Silence."""
        return bytes(size)

    def write(self, frame: bytes) -> None:
        """Nowhere to put it."""

    def call_begins(self) -> None:
        """Nothing to make ready."""

    def call_ends(self) -> None:
        """Nothing to finish."""

    def close(self) -> None:
        """Nothing to let go."""
