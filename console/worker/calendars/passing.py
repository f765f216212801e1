"""One pass over the practices' calendars: bookings that are due are written, calendars that are due
read, several at once, and what disagrees is told.

A pass may be killed at any instruction and begun by another worker at any time.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar

from sqlalchemy.orm import Session

from console.calendars.door import DEADLINE_S
from console.calendars.errors import CalendarError
from console.calendars.ours import path_of
from console.store import calendar_events as events
from console.store import calendars as store
from console.store.calendar_clashes import clashes
from console.store.calendar_events import ClaimedEvent, Mine
from console.store.calendars import Claimed
from console.store.session import Records
from console.worker.calendars.comparing import compare
from console.worker.calendars.known import OneCalendar, Password, able, calendars_of
from console.worker.calendars.reading import Reader, Reading, place_of
from console.worker.calendars.telling import (
    tell_away,
    tell_clash,
    tell_theirs,
    tell_unwritten,
    written_after_all,
)
from console.worker.calendars.writing import Outcome, Writer, Wrote
from console.worker.worker import new_name, utc_now
from scripts.loader import Library
from scripts.own_calendar import CalendarKind

log = logging.getLogger(__name__)

C = TypeVar("C")
A = TypeVar("A")

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
        """Do what is due now; return how many calendars were read, unchanged or failed, and how
        many bookings were written, not written or changed there."""
        library = self.library()
        every = calendars_of(library)
        if library is not self._named:
            self._name(library, every)
            self._named = library
        done: Counter[str] = Counter()
        if every:
            ours = able(every)
            done += self._write_due(ours)
            done += self._read_due(ours)
            if done["read"] or done["unchanged"]:
                self._compare(ours)
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

    # --- bookings out --------------------------------------------------------------------------

    def _write_due(self, calendars: Sequence[OneCalendar]) -> Counter[str]:
        by_id = self._written_to(calendars)
        if not by_id:
            return Counter()
        now = self.clock()
        ids = {
            (each.practice.id, provider): row
            for row, each in by_id.items()
            for provider in each.providers
        }
        claimed = self.records.write(lambda s: self._take_up(s, by_id, ids, now))
        writer = Writer(self.password, self.deadline_s)
        done: Counter[str] = Counter()
        for event, wrote in at_once(
            claimed, lambda each: writer.write(by_id[each.calendar_id], each, now)
        ):
            done[self._settle(by_id[event.calendar_id], event, wrote)] += 1
        return done

    def _written_to(self, calendars: Sequence[OneCalendar]) -> dict[int, OneCalendar]:
        """Return the calendars bookings are written into, by their rows."""
        known = {each.known: each for each in calendars if each.kind is CalendarKind.CALDAV}
        with self.records.session() as session:
            rows = store.standing(session, practices={each.practice_id for each in known})
        return {row.id: known[each] for row in rows if (each := store.known_of(row)) in known}

    def _take_up(
        self,
        session: Session,
        by_id: Mapping[int, OneCalendar],
        ids: Mapping[tuple[str, str], int],
        now: datetime,
    ) -> tuple[ClaimedEvent, ...]:
        def place(calendar: int, uid: str) -> str:
            return place_of(path_of(by_id[calendar].url, uid))

        events.take_up(session, calendars=ids, place=place, now=now)
        return events.claim(
            session, calendars=tuple(by_id), worker=self.name, now=now, most=AT_ONCE
        )

    def _settle(self, calendar: OneCalendar, event: ClaimedEvent, wrote: Wrote) -> str:
        now = self.clock()

        def settle(session: Session) -> None:
            match wrote.outcome:
                case Outcome.WRITTEN:
                    if events.was_written(session, claimed=event, worker=self.name, now=now):
                        written_after_all(session, event, now)
                case Outcome.NOT_NOW:
                    tries = events.was_not_written(
                        session, claimed=event, why=wrote.why, worker=self.name, now=now
                    )
                    if tries:
                        tell_unwritten(
                            session, calendar, event, why=wrote.why, tries=tries, now=now
                        )
                case Outcome.THEIRS:
                    if events.is_theirs(
                        session, event_id=event.id, seen=wrote.theirs, worker=self.name
                    ):
                        tell_theirs(session, calendar, events.as_mine(event), wrote.theirs, now)

        self.records.write(settle)
        return wrote.outcome.value

    # --- busy times in -------------------------------------------------------------------------

    def _read_due(self, calendars: Sequence[OneCalendar]) -> Counter[str]:
        by_name = {each.known: each for each in calendars}
        now = self.clock()
        claimed = self.records.write(
            lambda s: store.claim(s, known=tuple(by_name), worker=self.name, now=now, most=AT_ONCE)
        )
        mine = {}
        if claimed:
            with self.records.session() as session:
                mine = {each.id: events.mine(session, calendar_id=each.id) for each in claimed}
        reader = Reader(self.password, self.deadline_s)
        done: Counter[str] = Counter()
        for each, came in at_once(
            claimed, lambda each: _tried(reader, by_name[each.known], each, mine[each.id], now)
        ):
            done[self._write_down(by_name[each.known], each, came)] += 1
        return done

    def _write_down(
        self, calendar: OneCalendar, claimed: Claimed, came: Reading | CalendarError | None
    ) -> str:
        now = self.clock()
        if isinstance(came, CalendarError):
            log.info("calendar", extra={"kind": type(came).__name__})
            why = came.message
            self.records.write(
                lambda s: store.was_not_read(s, claimed=claimed, why=why, worker=self.name, now=now)
            )
            return "failed"

        def write(session: Session) -> None:
            if store.is_held(session, claimed=claimed, worker=self.name):
                read = None
                if came is not None:
                    read = compare(session, calendar, claimed.id, came, now)
                store.was_read(session, claimed=claimed, read=read, worker=self.name, now=now)

        self.records.write(write)
        return "unchanged" if came is None else "read"

    def _compare(self, calendars: Sequence[OneCalendar]) -> None:
        """Tell of every booking at a time that is taken in the practice's calendar."""
        now = self.clock()
        known = {each.known: each for each in calendars}
        with self.records.session() as session:
            practices = {each.practice_id for each in known}
            rows = store.standing(session, practices=practices)
            ours = {row.id: known[each] for row in rows if (each := store.known_of(row)) in known}
            copied = [row for row, each in ours.items() if each.kind is CalendarKind.FEED]
            found = clashes(session, calendars=tuple(ours), copied=copied, now=now)
        by_practice = {each.practice.id: each for each in ours.values()}

        def tell(session: Session) -> None:
            for each in found:
                tell_clash(session, by_practice[each.practice_id], each, now)

        if found:
            self.records.write(tell)


def at_once(claimed: Sequence[C], ask: Callable[[C], A]) -> Iterator[tuple[C, A]]:
    """Ask several servers at the same time, and yield what came, the quickest first. What is done
    with it is done here: the records' doors are few."""
    if not claimed:
        return
    with ThreadPoolExecutor(len(claimed), thread_name_prefix="calendar") as pool:
        asked = {pool.submit(ask, each): each for each in claimed}
        for answered in as_completed(asked):
            yield asked[answered], answered.result()


def _tried(
    reader: Reader, calendar: OneCalendar, claimed: Claimed, mine: Sequence[Mine], now: datetime
) -> Reading | CalendarError | None:
    try:
        return reader.read(calendar, claimed, mine, now)
    except CalendarError as error:
        return error
