"""Callers of some days as the records know them, each once, and who was signed in.

A call from a PBX's queue may ring at several desks, one after the other or at once: each has a row
of its own, and the PBX's call id tells that they are one caller's.
"""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from console.floor.figures import Contact, Ending, Presence
from console.store.models import Call
from console.store.person_tables import PersonAccount, Shift
from console.store.values import Direction
from scripts.calltypes import Outcome
from softphone.wire import EndCause

AGAIN: Final = timedelta(hours=24)
_CAME: Final = func.coalesce(Call.waiting_since, Call.offered_at)
_SETTLED: Final = frozenset(
    {Outcome.ANSWERED, Outcome.BOOKED, Outcome.RESCHEDULED, Outcome.CANCELLED}
)
_NO_REQUEST: Final = frozenset(
    {Outcome.WRONG_NUMBER, Outcome.SALES, Outcome.SILENT, Outcome.HANG_UP, Outcome.ABANDONED}
)
_COLUMNS: Final = (
    func.coalesce(Call.pbx_call_id, Call.uid).label("call"),
    Call.practice_id,
    Call.caller_key,
    _CAME.label("came"),
    Call.agent,
    Call.answered_at,
    Call.ended_at,
    Call.finished_at,
    Call.end_cause,
    Call.held_s,
    Call.outcome,
)
_AT_ONCE: Final = 2_000


def contacts(
    session: Session, *, since: datetime, until: datetime, practice: str | None = None
) -> list[Contact]:
    """Return the callers who came in a time, from `since` to before `until`, and whose wait is
    over, in the order they came."""
    asked = (
        select(*_COLUMNS)
        .where(
            or_(
                Call.offered_at.between(since, until + AGAIN),
                Call.waiting_since.between(since, until + AGAIN),
            ),
            Call.direction == Direction.INCOMING,
        )
        .order_by(_CAME, Call.id)
        .execution_options(yield_per=_AT_ONCE)
    )
    if practice is not None:
        asked = asked.where(Call.practice_id == practice)
    found: dict[str, _Caller] = {}
    latest: dict[tuple[str, bytes], _Caller] = {}
    for row in session.execute(asked):
        call, practice_id, key, came, *rest = row
        caller = found.get(call)
        if caller is None:
            caller = found[call] = _Caller(call, practice_id or "", came)
            if key is not None and practice_id is not None:
                before = latest.get((practice_id, key))
                if before is not None and came - before.came <= AGAIN:
                    before.again = True
                latest[practice_id, key] = caller
                caller.known = True
        caller.ring(_Rung(*rest))
    made = (each.contact() for each in found.values() if since <= each.came < until)
    return [each for each in made if each is not None]


def present(session: Session, *, since: datetime, until: datetime) -> list[Presence]:
    """Return who was signed in, cut to the time; somebody whose desk died was there as long as it
    last said so."""
    gone = func.coalesce(Shift.ended_at, Shift.seen_at)
    asked = (
        select(PersonAccount.name, Shift.since, gone)
        .join(PersonAccount, PersonAccount.login == Shift.login)
        .where(Shift.since < until, gone > since)
    )
    return [
        Presence(name, max(began, since), min(ended, until))
        for name, began, ended in session.execute(asked)
    ]


def first_call(session: Session) -> datetime | None:
    """Return when the first incoming call came, None for records without one."""
    asked = select(func.min(_CAME)).where(Call.direction == Direction.INCOMING)
    return session.execute(asked).scalar_one()


class _Rung(NamedTuple):
    """How a call went at one desk, as `_COLUMNS` end."""

    agent: str | None
    answered: datetime | None
    ended: datetime | None
    finished: datetime | None
    cause: EndCause | None
    held_s: float | None
    outcome: Outcome | None


class _Caller:
    """A call put together from its rows, in the order they rang."""

    __slots__ = ("_cause", "_left", "_taken", "again", "call", "came", "known", "practice")

    def __init__(self, call: str, practice: str, came: datetime) -> None:
        self.call, self.practice, self.came = call, practice, came
        self.known = self.again = False
        self._taken: _Rung | None = None
        self._left: datetime | None = None
        self._cause: EndCause | None = None

    def ring(self, rung: "_Rung") -> None:
        """Take in how it went at one desk. The first answer stands."""
        if rung.answered is None:
            # Of several rings the last one's end counts, and a caller's own end before any
            if rung.ended is not None and self._cause is not EndCause.ABANDONED:
                self._left, self._cause = rung.ended, rung.cause
        elif self._taken is None:
            self._taken = rung

    def _answered(self, rung: "_Rung", answered: datetime) -> Contact:
        talk_s, hold_s, wrap_s = None, rung.held_s or 0.0, 0.0
        if rung.ended is not None:
            talk_s = max(0.0, _seconds(answered, rung.ended) - hold_s)
            wrap_s = _seconds(rung.ended, rung.finished) if rung.finished is not None else 0.0
        asked = rung.outcome is not None and rung.outcome not in _NO_REQUEST
        return Contact(
            call=self.call,
            at=self.came,
            ending=Ending.ANSWERED,
            waited_s=_seconds(self.came, answered),
            practice=self.practice,
            agent=rung.agent or "",
            talk_s=talk_s,
            hold_s=hold_s,
            wrap_s=wrap_s,
            transferred=rung.cause is EndCause.TRANSFERRED,
            settled=rung.outcome in _SETTLED if asked else None,
            again=self.again if self.known else None,
        )

    def contact(self) -> Contact | None:
        """Return the contact; None while the caller waits, or where this desk alone turned the call
        away and nobody here knows who took it."""
        if self._taken is not None and self._taken.answered is not None:
            return self._answered(self._taken, self._taken.answered)
        if self._left is None or self._cause in (None, EndCause.DECLINED):
            return None
        gave_up = self._cause is EndCause.ABANDONED
        return Contact(
            call=self.call,
            at=self.came,
            ending=Ending.ABANDONED if gave_up else Ending.UNANSWERED,
            waited_s=_seconds(self.came, self._left),
            practice=self.practice,
        )


def _seconds(first: datetime, then: datetime) -> float:
    return max(0.0, (then - first).total_seconds())
