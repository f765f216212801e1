"""The audit as a supervisor reads it: which entries fit a question, and a page of them at a time.

The ids come first, newest first and at most a million: a list of that length is scrolled by number,
and only the rows in sight are read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from console.store.models import AuditEntry

MOST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for; what is None or empty is not asked. Times are [after, until)."""

    person: str | None = None
    practice_id: str | None = None
    events: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    after: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One entry."""

    id: int
    at: datetime
    person: str
    event: str
    kind: str
    row: str
    practice_id: str | None
    desk: str
    detail: str
    chain: str
    seq: int


def find(session: Session, question: Question, *, most: int = MOST) -> tuple[int, ...]:
    """Return the ids of the entries that fit, newest first."""
    found = _fitting(select(AuditEntry.id), question)
    newest = found.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(most)
    return tuple(session.scalars(newest))


def read(session: Session, ids: Sequence[int]) -> tuple[AuditRow, ...]:
    """Return these entries, in the order asked for."""
    rows = {
        row.id: row for row in session.scalars(select(AuditEntry).where(AuditEntry.id.in_(ids)))
    }
    return tuple(
        AuditRow(
            id=row.id,
            at=row.at,
            person=row.person,
            event=row.event,
            kind=row.kind,
            row=row.row,
            practice_id=row.practice_id,
            desk=row.desk,
            detail=row.detail,
            chain=row.chain,
            seq=row.seq,
        )
        for each in ids
        if (row := rows.get(each)) is not None
    )


def people(session: Session) -> tuple[str, ...]:
    """Return everybody who stands in the audit, by name: from one name of the index to the next,
    as a DISTINCT would read every row."""
    names: list[str] = []
    while True:
        after = names[-1] if names else ""
        following = (
            select(AuditEntry.person)
            .where(AuditEntry.person > after)
            .order_by(AuditEntry.person)
            .limit(1)
        )
        found = session.scalars(following).first()
        if found is None:
            return tuple(names)
        names.append(found)


def _fitting(found: "Select[tuple[int]]", question: Question) -> "Select[tuple[int]]":
    if question.person is not None:
        found = found.where(AuditEntry.person == question.person)
    if question.practice_id is not None:
        found = found.where(AuditEntry.practice_id == question.practice_id)
    if question.events:
        found = found.where(AuditEntry.event.in_(question.events))
    if question.kinds:
        found = found.where(AuditEntry.kind.in_(question.kinds))
    if question.after is not None:
        found = found.where(AuditEntry.at >= question.after)
    if question.until is not None:
        found = found.where(AuditEntry.at < question.until)
    return found
