"""The calendars' own thread, beside a desk and in `frontdesk worker`: pass after pass.

Apart from pages and letters, so that a calendar that hangs keeps neither of them waiting. It
imports its libraries itself, late: none of them may stand between a start and the first call.
"""

import logging
import threading
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from console.store.errors import RecordsError
from scripts.loader import Library

if TYPE_CHECKING:
    from console.store.session import Records

log = logging.getLogger(__name__)

EVERY_S: Final = 2.0
AWAY_S: Final = 5.0
END_WITHIN_S: Final = 2.0  # what is being asked is left to the next worker


class CalendarThread:
    """The thread, while the block lasts. `library` is asked at each pass, since practices change in
    a shift; the records are whoever's who made it, and closed by them."""

    def __init__(
        self, records: "Records", library: Callable[[], Library], password: Callable[[str], str]
    ) -> None:
        self._records = records
        self._library = library
        self._password = password
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="calendars", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join(END_WITHIN_S)

    def _run(self) -> None:
        from console.worker.calendars.passing import Calendars  # noqa: PLC0415 - many imports

        passes = Calendars(self._records, self._library, self._password)
        while not self._stop.is_set():
            wait = EVERY_S
            try:
                passes.once()
            except RecordsError as error:  # the desk says so already: it writes to the same place
                log.warning("calendars", extra={"kind": type(error).__name__})
                wait = AWAY_S
            self._stop.wait(wait)
