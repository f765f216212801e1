"""Callers who did not get through: each is owed a call back, once.

Whoever has got through by calling again is owed none, also where that was written down before it
was known that they had left. Of several calls of one number the one that waited longest is owed;
the shorter are taken off the list by it, on record.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.store.audit.events import Event
from console.store.audit.noting import note
from console.store.calls import call_row
from console.store.errors import Conflict
from console.store.models import Call, Callback
from console.store.practices import practice_row
from console.store.secrecy.sealed import found_by, vault_of
from console.store.values import CallbackReason, CallbackStatus, Direction
from console.store.work import DoneCallback, OwedCallback

WITHIN: Final = timedelta(minutes=15)  # of the beginning of their wait, they are called
_LONGER: Final = (CallbackReason.ABANDONED, CallbackReason.UNANSWERED)  # one call, of several
_SAME_CALL: Final = timedelta(hours=2)  # no call waits longer; a PBX begins its names anew


@dataclass(frozen=True, slots=True, repr=False)
class CallbackRow:
    """A call back that is owed. `number` is None for a caller who withheld it."""

    id: int
    uid: str
    practice_id: str | None
    number: str | None
    since: datetime
    why: CallbackReason
    version: int = 1
    waited_s: float | None = None  # until they left, where that is known
    owner: str | None = None

    @property
    def due_at(self) -> datetime:
        """When they are to have been called."""
        return self.since + WITHIN


def owe_callback(session: Session, *, owed: OwedCallback) -> int:
    """Write that a caller is owed a call back; return the row's id. Written twice, it stands as it
    was, made or not; so it does when the desk a call rang at and the queue both tell of it."""
    row = _find(session, owed.uid) or _told_before(session, owed)
    if row is None:
        practice_row(session, practice_id=owed.practice_id)
        call = call_row(session, uid=owed.call_uid) if owed.call_uid else None
        if call is not None:
            call.pbx_call_id = call.pbx_call_id or owed.pbx_call_id
        session.flush()
        row = Callback(
            uid=owed.uid,
            practice_id=owed.practice_id,
            number=owed.number,
            since=owed.since,
            why=owed.why,
            status=CallbackStatus.OWED,
            call_id=call and call.id,
            owner=owed.owner,
        )
        session.add(row)
        session.flush()
        _settle(session, row, call, owed)
    return row.id


def callbacks(session: Session) -> tuple[CallbackRow, ...]:
    """Return the calls back that are owed, the longest owed first."""
    owed = (
        select(Callback, Call.waited_s)
        .outerjoin(Call, Callback.call_id == Call.id)
        .where(Callback.status == CallbackStatus.OWED)
        .order_by(Callback.since, Callback.id)
    )
    return tuple(
        CallbackRow(
            id=row.id,
            uid=row.uid,
            practice_id=row.practice_id,
            number=row.number,
            since=row.since,
            why=row.why,
            version=row.version,
            waited_s=waited,
            owner=row.owner,
        )
        for row, waited in session.execute(owed)
    )


def callback_done(session: Session, *, done: DoneCallback) -> None:
    """Write that the call back has been made; the first who made it stands. Raises `Conflict`
    where that was somebody else, and this one's maker had not seen it."""
    row = _find(session, done.uid)
    if row is not None and row.status is CallbackStatus.DONE and done.seen is not None:
        if (row.done_at, row.done_by) != (done.at, done.agent):
            mine = {"done_by": done.agent, "done_at": done.at}
            theirs = {"done_by": row.done_by, "done_at": row.done_at}
            raise Conflict("callbacks", mine=mine, theirs=theirs)
        return
    if row is not None and row.status is CallbackStatus.OWED:
        row.status = CallbackStatus.DONE
        row.done_at = done.at
        row.done_by = done.agent
        session.flush()
        note(
            session,
            event=Event.CHANGED,
            person=done.agent,
            kind="callback",
            row=row.id,
            practice_id=row.practice_id,
            detail="done",
            at=done.at,
        )


def _settle(session: Session, row: Callback, call: Call | None, owed: OwedCallback) -> None:
    """Take a caller off the list who has got through since, and of several of one number all but
    the one that waited longest."""
    keys = vault_of(session).phones(session, owed.practice_id, owed.number)
    if not keys:
        return
    same = (Call.practice_id == owed.practice_id, found_by(Call.caller_key, keys))
    got_through = session.scalars(
        select(Call)
        .where(*same, Call.answered_at > owed.since, Call.direction == Direction.INCOMING)
        .where(Call.id != (call.id if call is not None else -1))
        .order_by(Call.answered_at)
        .limit(1)
    ).first()
    if got_through is not None and got_through.answered_at is not None:
        _take_off(session, row, at=got_through.answered_at, by=got_through.agent)
        return
    if owed.why not in _LONGER:
        return
    others = session.execute(
        select(Callback, Call.waited_s)
        .join(Call, Callback.call_id == Call.id)
        .where(*same, Callback.status == CallbackStatus.OWED, Callback.why.in_(_LONGER))
    ).all()
    ranked = sorted(others, key=lambda each: (each[0].owner is None, -(each[1] or 0.0)))
    for shorter, _ in ranked[1:]:
        _take_off(session, shorter, at=owed.since, by=None)


def _take_off(session: Session, row: Callback, *, at: datetime, by: str | None) -> None:
    row.status, row.done_at, row.done_by = CallbackStatus.DONE, at, by
    session.flush()
    note(
        session,
        event=Event.CHANGED,
        person=by,
        kind="callback",
        row=row.id,
        practice_id=row.practice_id,
        detail="called_again",
        at=at,
    )


def _told_before(session: Session, owed: OwedCallback) -> Callback | None:
    """Return the call back this caller is owed already, by the PBX's name for their call."""
    if owed.pbx_call_id is None:
        return None
    near = (
        select(Callback)
        .join(Call, Callback.call_id == Call.id)
        .where(
            Callback.status.in_(list(CallbackStatus)),
            Callback.since.between(owed.since - _SAME_CALL, owed.since + _SAME_CALL),
            Call.pbx_call_id == owed.pbx_call_id,
        )
    )
    return session.scalars(near.limit(1)).first()


def _find(session: Session, uid: str) -> Callback | None:
    return session.scalars(select(Callback).where(Callback.uid == uid)).one_or_none()
