"""One pass over the practices' calendars: those that are due are read, several at once.

A pass may be killed at any instruction and begun by another worker at any time.
"""

import logging
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from console.calendars.door import DEADLINE_S
from console.calendars.errors import CalendarError
from console.store import calendars as store
from console.store.calendars import Claimed, Read
from console.store.session import Records
from console.worker.calendars.known import OneCalendar, Password, able, calendars_of
from console.worker.calendars.reading import Reader
from console.worker.calendars.telling import tell_away
from console.worker.worker import new_name, utc_now
from scripts.loader import Library

log = logging.getLogger(__name__)

AT_ONCE: Final = 8  # servers asked at the same time: one that hangs keeps few waiting


@dataclass(slots=True)
class Calendars:
    """A worker's passes over the calendars of a library that may change between them."""

    records: Records
    library: Callable[[], Library]
    password: Password
    clock: Callable[[], datetime] = utc_now
    deadline_s: float = DEADLINE_S
    name: str = field(default_factory=new_name)
    _named: Library | None = None

    def once(self) -> Counter[str]:
        """Do what is due now; return how many calendars were read, unchanged or failed."""
        library = self.library()
        every = calendars_of(library)
        if library is not self._named:
            self._name(library, every)
            self._named = library
        done: Counter[str] = Counter()
        if every:
            self._read_due(able(every), done)
            tell_away(self.records, every, self.clock())
        return done

    def _name(self, library: Library, every: tuple[OneCalendar, ...]) -> None:
        """Have the records name the calendars these practices have now."""
        ours = {practice.id for practice in library.practices}
        with self.records.session() as session:
            practices = store.practices_there(session, ours)
            named = store.named(session, practices=practices)
        known = tuple(each.known for each in every if each.practice.id in practices)
        if named != set(known):
            now = self.clock()
            self.records.write(
                lambda s: store.name_anew(s, known=known, practices=practices, now=now)
            )

    def _read_due(self, calendars: tuple[OneCalendar, ...], done: Counter[str]) -> None:
        by_name = {each.known: each for each in calendars}
        now = self.clock()
        claimed = self.records.write(
            lambda s: store.claim(s, known=tuple(by_name), worker=self.name, now=now, most=AT_ONCE)
        )
        if not claimed:
            return
        reader = Reader(self.password, self.deadline_s)
        with ThreadPoolExecutor(len(claimed), thread_name_prefix="calendar") as pool:
            asked = {
                pool.submit(_tried, reader, by_name[each.known], each, now): each
                for each in claimed
            }
            for answered in as_completed(asked):  # written here: the records' doors are few
                done[self._write(asked[answered], answered.result())] += 1

    def _write(self, claimed: Claimed, came: Read | CalendarError | None) -> str:
        now = self.clock()
        if isinstance(came, CalendarError):
            log.info("calendar", extra={"kind": type(came).__name__})
            why = came.message
            self.records.write(
                lambda s: store.was_not_read(s, claimed=claimed, why=why, worker=self.name, now=now)
            )
            return "failed"
        self.records.write(
            lambda s: store.was_read(s, claimed=claimed, read=came, worker=self.name, now=now)
        )
        return "unchanged" if came is None else "read"


def _tried(
    reader: Reader, calendar: OneCalendar, claimed: Claimed, now: datetime
) -> Read | CalendarError | None:
    try:
        return reader.read(calendar, claimed, now)
    except CalendarError as error:
        return error
