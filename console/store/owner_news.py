"""What has happened to somebody's escalations since they last looked.

It is read out of the time-lines, which hold nothing of a caller: who, by what, what came of it.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from console.escalation.ladder import Act
from console.store.models import Escalation
from console.store.outbox_tables import Pursuit, TimelineEntry

OVERLAP: Final = 50
"""Lines looked at again: one that was begun sooner may be written later, under a lower number."""
_STEPS: Final = (Act.PAGE.value, Act.CALL.value)


@dataclass(frozen=True, slots=True)
class Happened:
    """A line of the time-line of somebody's escalation. `went_on` where a step of the ladder
    follows another, that brought no answer."""

    line: int
    reference: str
    what: str
    whom: str
    by: str
    detail: str
    went_on: bool


def newest_line(session: Session) -> int:
    """Return the number of the newest line of all time-lines, 0 for none."""
    return session.scalar(select(func.max(TimelineEntry.id))) or 0


def happened(session: Session, *, owner: str, after: int, most: int = 100) -> tuple[Happened, ...]:
    """Return the lines of somebody's escalations after a line, and those shortly before it, the
    oldest first."""
    sooner = aliased(TimelineEntry)
    followed = exists().where(
        sooner.escalation_id == TimelineEntry.escalation_id,
        sooner.id < TimelineEntry.id,
        sooner.what.in_(_STEPS),
    )
    found = session.execute(
        select(TimelineEntry, Pursuit.reference, followed)
        .join(Escalation, Escalation.id == TimelineEntry.escalation_id)
        .join(Pursuit, Pursuit.escalation_id == Escalation.id)
        .where(Escalation.owner == owner, TimelineEntry.id > after - OVERLAP)
        .order_by(TimelineEntry.id)
        .limit(most)
    )
    return tuple(
        Happened(
            line=entry.id,
            reference=reference,
            what=entry.what,
            whom=entry.whom,
            by=entry.by,
            detail=entry.detail,
            went_on=entry.what in _STEPS and earlier,
        )
        for entry, reference, earlier in found
    )
