"""SIGTERM: the desk is told to leave, at whatever moment of its life.

The handler only notes it. An exception thrown from it would come out of whichever instruction runs,
an import half done among them, and `QApplication.exit` before the event loop runs is forgotten; so
the start asks at its own resting places, and the running window by a timer.
"""

import signal
from concurrent.futures import Future, wait
from typing import Final

LOOKS_EVERY: Final = 0.1  # seconds between looks while something else is waited for


class Leaving:
    """Whether the desk has been told to leave."""

    def __init__(self) -> None:
        self.asked = False

    def heed(self) -> None:
        """Hear SIGTERM from now on."""
        signal.signal(signal.SIGTERM, self._on_signal)

    def rest(self) -> None:
        """Leave here, by `SystemExit`, if that has been asked."""
        if self.asked:
            raise SystemExit(0)

    def rest_until(self, done: Future[None]) -> None:
        """Wait for something that may take a person's time, or leave. Raises what it raises."""
        while not wait([done], timeout=LOOKS_EVERY).done:
            self.rest()
        self.rest()
        done.result()

    def _on_signal(self, *_: object) -> None:
        self.asked = True
