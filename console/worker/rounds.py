"""A thread that goes round and round beside others, so that what it waits for keeps none of them
waiting."""

import logging
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from console.store.errors import RecordsError

log = logging.getLogger(__name__)

AWAY_S: Final = 5.0  # while the records are; whoever works on them says so
END_WITHIN_S: Final = 2.0  # what is under way then is left to the next worker


class Rounds:
    """The thread, while the block lasts. `begin` is called on it, since it may have much to import,
    and gives what makes a round: that returns after how many seconds the next one comes. `end` is
    called on it when the block is over."""

    def __init__(
        self,
        name: str,
        begin: Callable[[], Callable[[], float]],
        end: Callable[[], None] = lambda: None,
    ) -> None:
        self._name, self._begin, self._end = name, begin, end
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

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
        """End after the round, or leave it."""
        self._stop.set()
        self._thread.join(END_WITHIN_S)

    def _run(self) -> None:
        go_round = self._begin()
        while not self._stop.is_set():
            try:
                wait = go_round()
            except RecordsError as error:
                log.warning(self._name, extra={"kind": type(error).__name__})
                wait = AWAY_S
            self._stop.wait(wait)
        self._end()
