"""Whose it is to ask a place for answers, of all desks and workers that could.

One asks; the others look whether it still does, and the next one begins when it goes silent. Two
that begin in one moment may both ask once: each answer counts once all the same, by its own name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from console.store import presence
from console.store.session import Records
from console.worker.worker import utc_now

KIND: Final = "asking"
LASTS: Final = timedelta(seconds=30)  # three questions long: one may take its time


@dataclass(frozen=True, slots=True)
class Turns:
    """The turns of one desk or worker; `name` is nobody else's."""

    records: Records
    name: str
    clock: Callable[[], datetime] = utc_now

    def mine(self, place: str) -> bool:
        """Say that this one would ask, and tell whether it is the one to; raises `RecordsError`."""

        def take(session: Session) -> bool:
            now = self.clock()
            presence.take_up(
                session, kind=KIND, row=place, desk=self.name, person=KIND, now=now, lasts=LASTS
            )
            return presence.is_first(session, kind=KIND, row=place, desk=self.name, now=now)

        return self.records.write(take)

    def let_go(self, place: str) -> None:
        """Leave it to the next one; raises `RecordsError`."""
        self.records.write(
            lambda session: presence.let_go(session, kind=KIND, row=place, desk=self.name)
        )
