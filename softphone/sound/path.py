"""What a sound path is: something that gives microphone frames and takes earpiece frames.

The port in the bridge holds one of these and can change it for another in the middle of a call.
`read` and `write` run on the bridge's clock thread under the interpreter lock, fifty times a second
each: they must be short and must not raise.
"""

from typing import Protocol

from softphone.wire import Sound

RATE = 16000  # Hz, mono, signed 16-bit, little endian


class SoundPath(Protocol):
    """A microphone and an earpiece."""

    @property
    def sound(self) -> Sound:
        """What this is, as clients are told."""
        ...

    def read(self, size: int) -> bytes:
        """Return `size` bytes from the microphone, silence included."""
        ...

    def write(self, frame: bytes) -> None:
        """Put a frame on the earpiece."""
        ...

    def call_begins(self) -> None:
        """A newly answered call is about to be joined to this path."""
        ...

    def call_ends(self) -> None:
        """The joined call has gone."""
        ...

    def alive(self, now: float) -> bool:
        """Whether the device still calls back. `now` is `time.monotonic()`."""
        ...

    def close(self) -> None:
        """Let the devices or files go."""
        ...
