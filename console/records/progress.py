"""What a command says while it works: one line of a terminal, written anew, gone when it is done.

On anything but a terminal there is no line to write anew, and a script's output stays as it was.
"""

import math
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TextIO

_TICK_S: Final = 1.0


class Progress:
    """One line. `quiet` says nothing at all."""

    def __init__(self, stream: TextIO, *, quiet: bool = False) -> None:
        self._stream = stream
        self._live = not quiet and stream.isatty()
        self._quiet = quiet
        self._width = 0

    def show(self, words: str) -> None:
        """Write the line anew."""
        if self._live:
            blank = " " * max(0, self._width - len(words))
            print(f"\r{words}{blank}", end="", file=self._stream, flush=True)
            self._width = len(words)

    def say(self, words: str) -> None:
        """Say something that stays."""
        self.clear()
        if not self._quiet:
            print(words, file=self._stream, flush=True)

    def clear(self) -> None:
        """Take the line away."""
        if self._width:
            print(f"\r{' ' * self._width}\r", end="", file=self._stream, flush=True)
            self._width = 0

    def count_down(
        self,
        seconds: float,
        words: str,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Wait so many seconds, showing what is left after `words`; without a terminal say it
        once."""
        end = clock() + seconds
        if not self._live:
            self.say(f"{words}: {left_words(seconds)}.")
        while (left := end - clock()) > 0:
            self.show(f"{words}: {left_words(left)} left")
            sleep(min(_TICK_S, left))
        self.clear()


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Progress]:
    """Give a line of standard error that is taken away whatever comes."""
    line = Progress(sys.stderr, quiet=quiet)
    try:
        yield line
    finally:
        line.clear()


def left_words(seconds: float) -> str:
    """Return a time that is left as it is read: `1:54`, `9 s`."""
    whole = math.ceil(seconds)
    return f"{whole // 60}:{whole % 60:02}" if whole >= 60 else f"{whole} s"
