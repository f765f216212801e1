"""What is read and written for the page, on the worker's thread."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from console.desk.figures.asking import midnight
from console.desk.ledger import Ledger
from console.desk.quality.views import Tab
from console.quality.causes import Cause, CausesOfMonth
from console.quality.choosing import monday
from console.store import reviews
from console.store.errors import RecordsError
from console.store.reviews import ReviewRow

LISTED = 200
WEEKS = 2  # back, of which calls are chosen where nobody has yet


@dataclass(frozen=True, slots=True)
class Found:
    """What the records have: calls, or the months of practices."""

    tab: Tab
    rows: tuple[ReviewRow, ...] = ()
    months: tuple[CausesOfMonth, ...] = ()
    month: date | None = None


def look(ledger: Ledger, tab: Tab, person: str, month: date, now: datetime) -> Found | None:
    """Read; None while the records are away."""
    match tab:
        case Tab.TO_REVIEW:
            _choose(ledger, person, now)
            rows = ledger.read(partial(reviews.to_review, limit=LISTED))
        case Tab.REVIEWED:
            rows = ledger.read(partial(reviews.reviewed, limit=LISTED))
        case Tab.OWN:
            rows = ledger.read(partial(reviews.reviewed, agent=person, limit=LISTED))
        case Tab.MONTH:
            months = ledger.read(partial(reviews.months_of_all, year=month.year, month=month.month))
            return None if months is None else Found(tab, months=months, month=month)
    return None if rows is None else Found(tab, rows)


def _choose(ledger: Ledger, person: str, now: datetime) -> None:
    """Choose the calls of the last whole weeks, where nobody has yet."""
    this = monday(now.astimezone().date())
    for back in range(1, WEEKS + 1):
        week = this - timedelta(weeks=back)
        span = midnight(week), midnight(week + timedelta(weeks=1))
        choose = partial(
            reviews.choose_week, week=week, since=span[0], until=span[1], person=person, at=now
        )
        try:
            ledger.change(choose)
        except RecordsError:
            return  # what is read next says so


@dataclass(frozen=True, slots=True)
class Marked:
    """What a supervisor found in a call."""

    row: int
    seen: int
    mark: int
    causes: frozenset[Cause]
    note: str


def write(ledger: Ledger, marked: Marked, person: str, at: datetime) -> int:
    """Write it. Raises `RecordsError`, a `Conflict` where somebody else was first."""
    work: Callable[[Session], int] = partial(
        reviews.mark,
        row=marked.row,
        seen=marked.seen,
        mark=marked.mark,
        causes=marked.causes,
        words=marked.note,
        person=person,
        at=at,
    )
    return ledger.change(work)


def seen(ledger: Ledger, row: int, person: str, at: datetime) -> bool | None:
    """Write that whose call it was has read it; None while the records are away."""
    try:
        return ledger.change(partial(reviews.mark_seen, row=row, person=person, at=at))
    except RecordsError:
        return None
