"""What a sound path is: something that gives microphone frames and takes earpiece frames.

The port in the bridge reads one and writes the other and can change to another path in the middle
of a call. `read` and `write` run on the bridge's clock thread under the interpreter lock, fifty
times a second each: they must be short and must not raise.
"""

from typing import Protocol

from softphone.sound.fades import Sink, Source
from softphone.wire import Sound

RATE = 16000  # Hz, mono, signed 16-bit, little endian


class SoundPath(Protocol):
    """A microphone and an earpiece."""

    @property
    def sound(self) -> Sound:
        """What this is, as clients are told."""
        ...

    @property
    def microphone(self) -> Source:
        """Where frames come from."""
        ...

    @property
    def earpiece(self) -> Sink:
        """Where frames go."""
        ...

    def call_begins(self) -> None:
        """A newly answered call is about to be joined to this path."""
        ...

    def call_ends(self) -> None:
        """The joined call has gone."""
        ...

    def close(self) -> None:
        """Let the devices or files go."""
        ...
