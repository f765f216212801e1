"""Who of the service's own has an escalation nobody on its ladder answered: somebody with a name.

“The supervisor” of a ladder is a role. When its turn comes it is whichever supervisor is signed in
at that moment, an administrator where none is; who has it already keeps it.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from console.store.audit.events import Event
from console.store.audit.noting import note
from console.store.models import Escalation
from console.store.outbox_tables import Task
from console.store.person_tables import PersonAccount, Shift
from console.store.shifts import FRESH
from console.store.values import Role

_RANKS = (Role.SUPERVISOR, Role.ADMINISTRATOR)


def supervisor_on_duty(session: Session, *, now: datetime, owner: str = "") -> str:
    """Return the name of the supervisor who is there, the owner if that is one, else who came
    first; "" for nobody."""
    found = session.execute(
        select(PersonAccount.name, PersonAccount.role)
        .join(Shift, Shift.login == PersonAccount.login)
        .where(
            Shift.ended_at.is_(None),
            Shift.seen_at > now - FRESH,
            PersonAccount.active,
            PersonAccount.role.in_(_RANKS),
        )
        .order_by(Shift.since, PersonAccount.name)
    ).all()
    there = [name for rank in _RANKS for name, role in found if role is rank]
    return owner if owner in there else next(iter(there), "")


def hand_to(session: Session, *, escalation_id: int, name: str, now: datetime) -> None:
    """Make somebody the owner of an escalation and of what is left to do for it."""
    row = session.get_one(Escalation, escalation_id, with_for_update=True)
    if row.owner == name:
        return
    row.owner = name
    session.execute(
        update(Task)
        .where(Task.escalation_id == escalation_id, Task.done_at.is_(None))
        .values(owner=name)
    )
    session.flush()
    note(
        session,
        event=Event.HANDED_OVER,
        person=None,
        kind="escalation",
        row=escalation_id,
        practice_id=row.practice_id,
        detail="ladder",
        at=now,
    )
