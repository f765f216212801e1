"""A practice with a calendar of its own, its records, and a worker that keeps the two in step."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from console.store.bookings import busy_times
from console.store.calendar_tables import CalendarRow
from console.store.finishing import FinishedRows, finish_call
from console.store.outbox import open_tasks
from console.store.outbox_tables import Task
from console.store.session import Records
from console.worker.calendars.passing import Calendars
from scripts.calltypes import Outcome
from scripts.loader import Library
from scripts.own_calendar import OwnCalendar
from scripts.practice import Practice
from tests.calendars.radicale import PASSWORD, PracticeSide
from tests.scripts.samples import riverside
from tests.store.builders import finished_call, new_booking

NOW = datetime(2026, 11, 25, 16, 0, tzinfo=UTC)  # Wednesday 10:00 in Des Moines
MONDAY = datetime(2026, 11, 30, 15, 20, tzinfo=UTC)
VISIT = timedelta(minutes=20)


def at(hours: float, day: datetime = MONDAY) -> datetime:
    """A moment so many hours after Monday's visit."""
    return day + timedelta(hours=hours)


def with_calendar(calendar: dict[str, Any] | None, **changes: Any) -> Practice:
    given = OwnCalendar.model_validate(calendar) if calendar is not None else None
    return riverside().model_copy(update={"calendar": given, **changes})


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def minutes(self, count: float) -> None:
        self.now += timedelta(minutes=count)


@dataclass
class Office:
    """The practice: its file, its calendar, and the records with a worker."""

    records: Records
    side: PracticeSide
    clock: Clock
    practice: Practice
    deadline_s: float = 5.0
    secrets: dict[str, str] = field(default_factory=lambda: {"riverside": PASSWORD})
    worker: Calendars = field(init=False)

    def __post_init__(self) -> None:
        self.worker = self.another_worker()

    def another_worker(self) -> Calendars:
        return Calendars(
            self.records,
            lambda: Library((self.practice,)),
            lambda name: self.secrets.get(name, ""),
            clock=self.clock,
            deadline_s=self.deadline_s,
        )

    def set_calendar(self, **changes: Any) -> None:
        """Change the practice's file."""
        known = self.practice.calendar
        given = known.model_dump() | changes if known else changes
        self.practice = with_calendar(given)

    def step(self, minutes: float = 1) -> Counter[str]:
        """Let time pass, and have the worker do what is due."""
        self.clock.minutes(minutes)
        return self.worker.once()

    def busy(self, provider: str = "okafor") -> list[tuple[datetime, datetime]]:
        with self.records.session() as session:
            found = busy_times(
                session,
                practice=self.practice.id,
                after=self.clock.now - timedelta(days=30),
                until=self.clock.now + timedelta(days=60),
                now=self.clock.now,
            )
        return [(each.starts_at, each.ends_at) for each in found if each.provider == provider]

    def rows(self) -> list[CalendarRow]:
        with self.records.session() as session:
            return list(session.scalars(select(CalendarRow).order_by(CalendarRow.id)))

    def tasks(self) -> list[Task]:
        with self.records.session() as session:
            return list(open_tasks(session))

    def book(self, start: datetime = MONDAY, **changes: Any) -> FinishedRows:
        """Finish a call that books a visit."""
        call = finished_call(
            practice_id=self.practice.id,
            outcome=Outcome.BOOKED,
            booking=new_booking(start, provider="okafor", **changes),
        )
        return self.records.write(lambda s: finish_call(s, finished=call))
