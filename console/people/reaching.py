"""The way to the records for whoever asks about people: open, or away."""

import logging
from collections.abc import Callable
from typing import Final, TypeVar

from sqlalchemy.orm import Session

from console.store.errors import RecordsError
from console.store.session import Records

log = logging.getLogger(__name__)
T = TypeVar("T")

AWAY: Final = "The records are away."


class Unreachable(RecordsError):
    """The records are away, and this cannot be done without them."""

    def __init__(self) -> None:
        super().__init__(
            "The records are away", "This needs them.", "Try again when they are back."
        )


class Reach:
    """Reads and writes in the records while they can be reached.

    `records` gives them open, or None while they are away.
    """

    def __init__(self, records: Callable[[], Records | None]) -> None:
        self._records = records

    def read(self, look: Callable[[Session], T]) -> T:
        """Look something up; raise `Unreachable` or a `RecordsError`."""
        with self._open().session() as session:
            return look(session)

    def write(self, work: Callable[[Session], T]) -> T:
        """Write in one transaction, as if no other ran beside it; raise `Unreachable` or a
        `RecordsError`."""
        return self._open().write(work, alone=True)

    def _open(self) -> Records:
        records = self._records()
        if records is None:
            raise Unreachable
        return records


def note(what: str) -> None:
    """Note that something was done about people; never about whom."""
    log.info("people", extra={"kind": what})
