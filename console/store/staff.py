"""Who works at this desk, and the hash that unlocks it for them. The hashing is the desk's."""

from sqlalchemy.orm import Session

from console.store.audit.events import Event
from console.store.audit.noting import note
from console.store.models import StaffMember


def lock_hash(session: Session, *, name: str) -> str | None:
    """Return the hash of the member's PIN, None while none has been chosen."""
    member = session.get(StaffMember, name)
    return None if member is None else member.lock_hash


def set_lock_hash(session: Session, *, name: str, lock_hash: str | None) -> None:
    """Keep a new hash, making the member known; None takes the PIN away."""
    session.merge(StaffMember(name=name, lock_hash=lock_hash))
    session.flush()
    note(session, event=Event.CHANGED, person=name, kind="pin")
