"""Holding a time for a caller while the form is filled.

A hold is a lease: renewed while its desk lives, let go when the call ends, and void by itself soon
after its desk has died. It is refused, and refuses bookings, by the rule that keeps bookings from
overlapping; what has run out is cleared away by the next who wants the time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from console.store.connection import connection_of
from console.store.errors import TimeTaken
from console.store.hold_tables import HeldTime
from console.store.prepared import Prepared

LASTS: Final = timedelta(seconds=90)  # a desk renews it three times as often
_TIME_TAKEN: Final = (  # the trigger's words, the constraints' names
    "frontdesk: time taken",
    "ex_bookings_time_taken",
    "ex_holds_time_taken",
)

_HOLDS: Final = HeldTime.__table__
_LET_GO: Final = Prepared(
    delete(_HOLDS).where(_HOLDS.c.uid == bindparam("call"))  # type: ignore[arg-type] # a plain table
)
_CLEAR: Final = Prepared(
    delete(_HOLDS).where(  # type: ignore[arg-type]
        or_(
            _HOLDS.c.uid == bindparam("call"),
            (_HOLDS.c.practice_id == bindparam("practice"))
            & (_HOLDS.c.provider == bindparam("whose"))
            & (_HOLDS.c.ends_at > bindparam("start"))
            & (_HOLDS.c.starts_at < bindparam("end"))
            & (_HOLDS.c.until < bindparam("now")),
        )
    )
)
_TURN: Final = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("whose"), 0)))


def hold_time(
    session: Session,
    *,
    call: str,
    practice: str,
    provider: str,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> None:
    """Hold a time for a call (its uid) in place of any it held before, or hold it on.

    Raises `TimeTaken`; the session's transaction is then of no more use.
    """
    same = (
        HeldTime.uid == call,
        HeldTime.practice_id == practice,
        HeldTime.provider == provider,
        HeldTime.starts_at == starts_at,
        HeldTime.ends_at == ends_at,
    )
    renewed = session.execute(
        update(HeldTime)
        .where(*same)
        .values(until=now + LASTS)
        .returning(HeldTime.uid)
        .execution_options(synchronize_session=False)
    )
    if renewed.first() is not None:
        return
    make_way(
        session,
        call=call,
        practice=practice,
        provider=provider,
        starts_at=starts_at,
        ends_at=ends_at,
        now=now,
    )
    with told_as_taken(provider, starts_at):
        session.execute(
            insert(HeldTime).values(
                uid=call,
                practice_id=practice,
                provider=provider,
                starts_at=starts_at,
                ends_at=ends_at,
                until=now + LASTS,
            )
        )


def let_time_go(session: Session, *, call: str) -> None:
    """Let go of what a call holds, if anything."""
    _LET_GO.run(session, {"call": call})


def make_way(
    session: Session,
    *,
    call: str,
    practice: str,
    provider: str,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> None:
    """Clear away what the call itself holds, and what has run out over this time. From here to
    the transaction's end nobody else takes a time of this provider's."""
    _take_turns(session, f"{practice}/{provider}")
    over = {"practice": practice, "whose": provider, "start": starts_at, "end": ends_at}
    _CLEAR.run(session, {"call": call, "now": now, **over})


def _take_turns(session: Session, whose: str) -> None:
    """Wait for whoever else is about to take one of these times.

    A server looks whether a row excludes another once it has written it: of many who want the same
    times at once each would wait for another's row, in circles that the server ends a second
    apart. A file has one writer anyway.
    """
    connection = connection_of(session)
    if connection.dialect.name == "postgresql":
        connection.execute(_TURN, {"whose": whose})


@contextmanager
def told_as_taken(provider: str, start: datetime) -> Iterator[None]:
    """Raise `TimeTaken` where the database refuses a time."""
    try:
        yield
    except IntegrityError as error:
        if any(said in str(error.orig) for said in _TIME_TAKEN):
            raise TimeTaken(provider, start) from error
        raise
