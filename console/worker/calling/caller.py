"""The thread that rings people, beside the one that sends everything else: a call lasts a minute,
and no page waits for it."""

import logging
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from console.store.errors import RecordsError
from console.worker.calling.phone import Phone
from console.worker.worker import Pass, Worker

log = logging.getLogger(__name__)

EVERY_S: Final = 1.5
AWAY_S: Final = 5.0
END_WITHIN_S: Final = 2.0  # a call that goes on ends with the program; the next worker rings again


class Caller:
    """Rings whoever is due, one call at a time, while the block lasts. `worker` is asked at each
    look, as practices change in a shift."""

    def __init__(self, phone: Phone, worker: Callable[[], Worker]) -> None:
        self._phone, self._worker = phone, worker
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="calling", daemon=True)

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End; the engine leaves by itself."""
        self._stop.set()
        self._thread.join(END_WITHIN_S)

    def _run(self) -> None:
        while not self._stop.is_set():
            done, wait = Pass(), EVERY_S
            try:
                self._worker().send_due(done, most=1)
            except RecordsError as error:  # whoever works on them says so
                log.warning("calling", extra={"kind": type(error).__name__})
                wait = AWAY_S
            if done.idle:
                self._stop.wait(wait)
        self._phone.end()
