"""Changing what somebody has been looking at: the second save is told, not lost."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from console.store.errors import Conflict
from console.store.models import Booking, Callback, Escalation, Message

Revised = Message | Escalation | Callback | Booking


def revise(session: Session, row: Revised, *, seen: int, changes: Mapping[str, Any]) -> int:
    """Change a row that was read when it had the version `seen`; return its version now.

    Where it has been changed since, and not to the same, `Conflict` is raised with both sides and
    nothing is written.
    """
    theirs = {name: getattr(row, name) for name in changes}
    if row.version != seen and theirs != dict(changes):
        raise Conflict(row.__tablename__, mine=changes, theirs=theirs)
    for name, value in changes.items():
        setattr(row, name, value)
    session.flush()
    return row.version
