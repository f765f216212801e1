"""Changing from one microphone to another, and one earpiece to another, without click or gap.

The one before goes on until the one after works; then one frame leads over. Both are called on the
bridge's clock thread; `change` on the engine's.
"""

from typing import Final, Protocol

from softphone.sound.samples import crossfaded

PATIENCE: Final = 150  # frames of 20 ms; a new device that does not begin by then is taken anyway


class Source(Protocol):
    """Gives the microphone's frames."""

    def read(self, size: int) -> bytes:
        """Return `size` bytes, silence included."""
        ...

    @property
    def ready(self) -> bool:
        """Whether it has begun."""
        ...


class Sink(Protocol):
    """Takes the earpiece's frames."""

    def write(self, frame: bytes) -> None:
        """Put a frame on the earpiece."""
        ...

    @property
    def ready(self) -> bool:
        """Whether it has begun."""
        ...


class FadedSource:
    """A source that can become another between two frames."""

    def __init__(self, source: Source) -> None:
        self._now = source
        self._next: Source | None = None
        self._waited = 0

    @property
    def settled(self) -> bool:
        """Whether nothing but the newest is read."""
        return self._next is None

    def change(self, source: Source, *, hard: bool = False) -> None:
        """Read from another as soon as it is ready; `hard` from the next frame on."""
        if hard:
            self._now, self._next = source, None
        elif source is not (self._next or self._now):
            self._waited, self._next = 0, source

    def read(self, size: int) -> bytes:
        """The next frame."""
        coming = self._next
        if coming is None:
            return self._now.read(size)
        self._waited += 1
        if not coming.ready and self._waited < PATIENCE:
            return self._now.read(size)
        data = crossfaded(self._now.read(size), coming.read(size))
        if self._next is coming:  # not changed again meanwhile
            self._now, self._next = coming, None
        return data


class FadedSink:
    """A sink that can become another between two frames."""

    def __init__(self, sink: Sink) -> None:
        self._now = sink
        self._next: Sink | None = None
        self._waited = 0

    @property
    def settled(self) -> bool:
        """Whether nothing but the newest is written to."""
        return self._next is None

    def change(self, sink: Sink, *, hard: bool = False) -> None:
        """Write to another as soon as it is ready; `hard` from the next frame on."""
        if hard:
            self._now, self._next = sink, None
        elif sink is not (self._next or self._now):
            self._waited, self._next = 0, sink

    def write(self, frame: bytes) -> None:
        """Put a frame on the earpiece."""
        coming = self._next
        if coming is None:
            self._now.write(frame)
            return
        self._waited += 1
        if not coming.ready and self._waited < PATIENCE:
            self._now.write(frame)
            return
        nothing = bytes(len(frame))
        coming.write(crossfaded(nothing, frame))
        self._now.write(crossfaded(frame, nothing))
        if self._next is coming:
            self._now, self._next = coming, None
