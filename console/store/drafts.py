"""Forms as they are typed, so that a crash costs the receptionist no word.

A draft goes when its call is finished, in the same transaction; one that is saved late, after that,
is not brought back to life.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from console.store.calls import is_finished
from console.store.models import Draft
from console.store.practices import practice_row
from console.store.work import DroppedDraft, SavedDraft
from scripts.calltypes import CallType


@dataclass(frozen=True, slots=True, repr=False)
class DraftRow:
    """An unfinished form, to be offered again."""

    uid: str
    call_uid: str
    practice_id: str | None
    caller_number: str | None
    call_type: CallType | None
    record: dict[str, Any]
    updated_at: datetime


def save_draft(session: Session, *, draft: SavedDraft) -> None:
    """Keep a form as it stands; an older state than the one kept is ignored."""
    if is_finished(session, uid=draft.call_uid):
        return
    practice_row(session, practice_id=draft.practice_id)
    row = session.get(Draft, draft.uid)
    if row is None:
        row = Draft(uid=draft.uid, updated_at=draft.updated_at)
        session.add(row)
    elif draft.updated_at < row.updated_at:
        return
    row.call_uid = draft.call_uid
    row.practice_id = draft.practice_id
    row.caller_number = draft.caller_number
    row.call_type = draft.call_type
    row.record = draft.record
    row.updated_at = draft.updated_at
    session.flush()


def drafts(session: Session) -> tuple[DraftRow, ...]:
    """Return the unfinished forms, the one typed in last first."""
    return tuple(
        DraftRow(
            uid=row.uid,
            call_uid=row.call_uid,
            practice_id=row.practice_id,
            caller_number=row.caller_number,
            call_type=row.call_type,
            record=row.record,
            updated_at=row.updated_at,
        )
        for row in session.scalars(select(Draft).order_by(Draft.updated_at.desc(), Draft.uid))
    )


def drop_draft(session: Session, *, dropped: DroppedDraft) -> None:
    """Let a form go that nobody will go on with; one already gone is no error."""
    session.execute(delete(Draft).where(Draft.uid == dropped.uid))
