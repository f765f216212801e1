"""Hearing of what other desks write, within a second, without asking the records all the time.

A thread of its own waits: on a server for its word (LISTEN, one connection), on a file by looking
at a number that SQLite changes with every commit of another's
(https://www.sqlite.org/pragma.html#pragma_data_version). What was written is then looked up again
by whoever is told; the word itself carries nothing.
"""

import threading
from collections.abc import Callable
from typing import Final

from console.store.backend import Backend
from console.store.errors import RecordsError

AGAIN_S: Final = 1.0  # after a connection was lost


class Watch:
    """Tells of changes until it is closed. `tell` is called on the watching thread."""

    def __init__(self, heard: Backend, tell: Callable[[], None]) -> None:
        self._heard = heard
        self._tell = tell
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="records-live", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread."""
        self._stop.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                for _ in self._heard.changes(self._stop):
                    self._tell()
            except Exception as error:
                if self._heard.error(error) is None and not isinstance(error, RecordsError):
                    raise
            self._stop.wait(AGAIN_S)
