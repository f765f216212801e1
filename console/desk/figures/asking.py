"""What is read for the page, on the worker's thread: the callers of a period, counted there."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from console.desk.figures.views import Asked, Cut, Period
from console.desk.ledger import Ledger
from console.floor.figures import By, Table, table
from console.floor.roster import Roster, days_like, roster
from console.store.contacts import contacts, first_call, present


@dataclass(frozen=True, slots=True)
class Found:
    """What was counted; one of the two, by what was asked."""

    asked: Asked
    first: date
    last: date
    table: Table | None = None
    roster: Roster | None = None


def look(ledger: Ledger, asked: Asked, now: datetime) -> Found | None:
    """Count; None while the records are away."""
    first, last = days_of(asked.period, now.astimezone().date())
    if asked.cut is Cut.STAFFING:
        return _roster(ledger, asked, now)
    since, until = midnight(first), midnight(last + timedelta(days=1))

    def count(session: Session) -> Table:
        found = contacts(session, since=since, until=until)
        there = present(session, since=since, until=min(until, now))
        return table(found, By(asked.cut.value), zone=None, present=there)

    counted = ledger.read(count)
    return None if counted is None else Found(asked, first, last, table=counted)


def _roster(ledger: Ledger, asked: Asked, now: datetime) -> Found | None:
    """Reckon tomorrow out of the same weekdays of the last weeks."""
    day = now.astimezone().date() + timedelta(days=1)

    def reckon(session: Session) -> Roster:
        began = first_call(session)
        from_day = began.astimezone().date() if began is not None else day
        known = {each for each in days_like(day) if each >= from_day}
        found = [
            contact
            for each in sorted(known)
            for contact in contacts(
                session, since=midnight(each), until=midnight(each + timedelta(days=1))
            )
        ]
        return roster(found, day, zone=None, known=known)

    made = ledger.read(reckon)
    return None if made is None else Found(asked, day, day, roster=made)


def days_of(period: Period, today: date) -> tuple[date, date]:
    """Return the first and the last day of a period."""
    day = timedelta(days=1)
    match period:
        case Period.TODAY:
            return today, today
        case Period.YESTERDAY:
            return today - day, today - day
        case Period.WEEK:
            return today - 7 * day, today - day
        case Period.FOUR_WEEKS:
            return today - 28 * day, today - day
        case Period.MONTH:
            return today.replace(day=1), today
        case Period.LAST_MONTH:
            last = today.replace(day=1) - day
            return last.replace(day=1), last


def midnight(day: date) -> datetime:
    """Return a day's beginning by this machine's clock."""
    return datetime(day.year, day.month, day.day).astimezone()
