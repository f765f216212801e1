"""A story told in steps: a generator that says what it waits for, run by the window's own loop.

Nothing sleeps: between two looks the program lives on, as it does under a person's hands.
"""

import time
from collections.abc import Callable, Generator

from PySide6.QtCore import QObject, QTimer, Signal

LOOK_EVERY_MS = 4


class NeverCame(Exception):
    """What a story waited for did not happen in time."""


class Until:
    """Something to wait for, in words for the report, and for how long (seconds)."""

    def __init__(self, what: str, happened: Callable[[], bool], within: float = 15.0) -> None:
        self.what = what
        self.happened = happened
        self.within = within


def for_seconds(seconds: float) -> Until:
    """Wait for a time to pass, as a person would who speaks."""
    end = time.monotonic() + seconds
    return Until("time to pass", lambda: time.monotonic() >= end, seconds + 5)


Story = Generator[Until, None, None]


class Teller(QObject):
    """Runs one story. `done` comes with None, or with the exception that ended it."""

    done = Signal(object)

    def __init__(self, story: Story, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._story = story
        self._waits: Until | None = None
        self._since = 0.0
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Begin."""
        self._timer.start()

    def _look(self) -> None:
        try:
            waits = self._waits
            if waits is None or waits.happened():
                self._wait_for(next(self._story))
            elif time.monotonic() - self._since > waits.within:
                self._wait_for(self._story.throw(NeverCame(waits.what)))
        except StopIteration:
            self._end(None)
        except Exception as error:
            self._end(error)
            raise

    def _wait_for(self, waits: Until) -> None:
        self._waits, self._since = waits, time.monotonic()

    def _end(self, error: Exception | None) -> None:
        self._timer.stop()
        self.done.emit(error)
