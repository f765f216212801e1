"""Putting something on record: collected while a transaction goes on, written at its end.

At the end, so that the row's own id is known and so that a desk holds nothing of its chain while it
may still wait for another's lock.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy.orm import Session

from console.store.audit.events import Event, no_code
from console.store.work import Inconsistent, Noted

PENDING: Final = "frontdesk_audit"  # in a session's `info`


@dataclass(frozen=True, slots=True)
class Note:
    """An entry before it has its place in a chain."""

    uid: str
    at: datetime
    event: Event
    person: str
    practice_id: str | None
    kind: str
    row: str
    detail: str
    again: bool  # it may have been written before


def note(
    session: Session,
    *,
    event: Event,
    person: str | None,
    kind: str = "",
    row: int | str = "",
    practice_id: str | None = None,
    detail: str = "",
    at: datetime | None = None,
    uid: str | None = None,
) -> None:
    """Put on record what this transaction does: it is written if, and only if, the rest is.

    `person` is an account's name, None for the program itself; `kind` and `row` name what it was
    done to; `detail` is a code or a count, never a word of a caller's. `at` is now unless the deed
    waited to be written. Given a `uid`, the entry is written once however often it comes.
    """
    if wrong := no_code(kind=kind, row=str(row), detail=detail):
        raise Inconsistent(f"the audit takes only a code as its {wrong}")
    made = Note(
        uid=uid or secrets.token_hex(12),
        at=at or datetime.now(UTC),
        event=event,
        person=person or "",
        practice_id=practice_id,
        kind=kind,
        row=str(row),
        detail=detail,
        again=uid is not None,
    )
    session.info.setdefault(PENDING, []).append(made)


def note_deeds(session: Session, *, noted: Noted) -> None:
    """Put on record what was done without changing a row. Written twice, it stands once."""
    for number, deed in enumerate(noted.deeds):
        note(
            session,
            event=deed.event,
            person=noted.person,
            kind=deed.kind,
            row=deed.row,
            practice_id=deed.practice_id,
            detail=deed.detail,
            at=noted.at,
            uid=f"{noted.uid}.{number}",
        )
