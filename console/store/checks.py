"""What `frontdesk records verify` looks at. A further check is one more function in `CHECKS`.

A check reads; it changes nothing, trusts no trigger and no constraint, and names the place of what
it found.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session, aliased

from console.store import migrating
from console.store.audit.checking import KnownHead
from console.store.audit.checking import check as check_audit
from console.store.errors import RecordsDamaged, Tampered
from console.store.models import Booking
from console.store.secrecy.rotating import SEALED
from console.store.session import Records
from console.store.values import BookingStatus

_BATCH: Final = 1000  # rows read at a time


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at, and what is wrong with it: nothing, or a sentence for each."""

    name: str
    looked_at: str
    wrong: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Tell whether nothing was found."""
        return not self.wrong


Found: TypeAlias = tuple[str, Iterable[str]]  # what was looked at, and a sentence for each wrong


@dataclass(frozen=True, slots=True)
class Looked:
    """What a check is given: the records, a session on them, and heads of the audit that were
    exported before."""

    records: Records
    session: Session
    known_heads: tuple[KnownHead, ...] = field(default=())


def verify(records: Records, *, known_heads: tuple[KnownHead, ...] = ()) -> Iterator[Check]:
    """Look at everything, one check after the other, each in a view of its own. Raises
    `RecordsAway`; what is damaged is a finding."""
    for name, check in CHECKS.items():
        try:
            with records.session() as session:
                looked_at, wrong = check(Looked(records, session, known_heads))
        except RecordsDamaged as error:
            looked_at, wrong = "nothing: it cannot be read", (error.message,)
        yield Check(name, looked_at, tuple(wrong))


def _layout(looked: Looked) -> Found:
    now = migrating.current(looked.session.connection())
    wrong = () if now == migrating.head() else (f"It has the layout {now}.",)
    return f"layout {now}", wrong


def _storage(looked: Looked) -> Found:
    """Every page against its HMAC, then the trees of pages; a server looks after its own."""
    session = looked.session
    if session.connection().dialect.name != "sqlite":
        bad = session.execute(
            text("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid")
        ).scalars()
        wrong = tuple(f"The index {name} is not valid." for name in bad)
        return "indexes", wrong
    run = session.connection().exec_driver_sql
    wrong = tuple(str(row[0]) for row in run("PRAGMA cipher_integrity_check"))
    wrong += tuple(row[0] for row in run("PRAGMA integrity_check") if row[0] != "ok")
    pages = run("PRAGMA page_count").scalar_one()
    return f"{pages} pages", wrong


def _links(looked: Looked) -> Found:
    """Every row that points at another, which must be there."""
    session = looked.session
    if session.connection().dialect.name == "sqlite":
        found = session.connection().exec_driver_sql("PRAGMA foreign_key_check").all()
        return "rows", tuple(f"{row[0]} row {row[1]} of {row[2]}" for row in found)
    unchecked = session.execute(
        text(
            "SELECT conname FROM pg_constraint WHERE NOT convalidated"
            " AND connamespace = current_schema()::regnamespace"
        )
    ).scalars()
    wrong = tuple(f"The constraint {name} has not been checked." for name in unchecked)
    return "constraints", wrong


def _bookings(looked: Looked) -> Found:
    """No provider's time is held twice."""
    one, other = aliased(Booking), aliased(Booking)
    twice = (
        looked.session.query(one.id, other.id)
        .join(
            other,
            (one.practice_id == other.practice_id)
            & (one.provider == other.provider)
            & (one.id < other.id)
            & (one.starts_at < other.ends_at)
            & (other.starts_at < one.ends_at),
        )
        .where(one.status == BookingStatus.BOOKED, other.status == BookingStatus.BOOKED)
    )
    wrong = tuple(f"Bookings {a} and {b} hold the same time." for a, b in twice)
    return "held times", wrong


def _secrets(looked: Looked) -> Found:
    """Every ciphertext opens in its own row. A row that does not is named by its table and id."""
    wrong, rows = [], 0
    for table in SEALED:
        (primary,) = table.__mapper__.primary_key
        batch = select(table).order_by(primary).execution_options(yield_per=_BATCH)
        for row in looked.session.scalars(batch):
            rows += 1
            try:
                row.opened()
            except Tampered:
                wrong.append(f"{table.__tablename__} row {inspect(row).identity[0]} was changed.")
            looked.session.expunge(row)
    return f"{rows} rows", wrong


def _audit(looked: Looked) -> Found:
    """Every entry of the audit against its hash, its signature and its neighbours."""
    checked = check_audit(looked.session, known=looked.known_heads)
    wrong = tuple(
        f"{each.fault}: chain {each.chain}"
        + (f", entry {each.seq}" if each.seq is not None else "")
        + f". {each.words}"
        for each in checked.findings
    )
    return f"{checked.entries} entries in {checked.chains} chains", wrong


CHECKS: Final[dict[str, Callable[[Looked], Found]]] = {
    "layout": _layout,
    "storage": _storage,
    "links": _links,
    "bookings": _bookings,
    "secrets": _secrets,
    "audit": _audit,
}
