"""The number a page carries, and the item an answer to it means.

Each person counts their own open items from 1, so that an answer is one digit and one letter. The
number is the same in every page of an item to one address, and rests for some hours once its item
is closed: an answer that was long on its way must not be taken for one to another item.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from console.escalation.ladder import Stage
from console.store.outbox_tables import DispatchRow, Pursuit

MOST: Final = 99
RESTS: Final = timedelta(hours=12)


def slot_for(session: Session, *, address: str, escalation_id: int, now: datetime) -> int:
    """Return the number of an item at an address: the one it has, or the lowest that is free; the
    lowest that no open item has where all rest."""
    numbered = select(DispatchRow.escalation_id, DispatchRow.slot).join(
        Pursuit, Pursuit.escalation_id == DispatchRow.escalation_id
    )
    there = numbered.add_columns(Pursuit.stage).where(
        DispatchRow.address == address,
        DispatchRow.slot.is_not(None),
        or_(Pursuit.stage != Stage.CLOSED, Pursuit.since > now - RESTS),
    )
    taken = {item: (slot, stage) for item, slot, stage in session.execute(there)}
    if escalation_id in taken:
        return taken[escalation_id][0] or MOST
    resting = {slot for slot, _ in taken.values()}
    used = {slot for slot, stage in taken.values() if stage is not Stage.CLOSED}
    free = (n for not_these in (resting, used) for n in range(1, MOST + 1) if n not in not_these)
    return next(free, MOST)


def escalation_meant(session: Session, *, address: str, number: int) -> int | None:
    """Return the open escalation a number means at an address, the newest of equals."""
    return session.scalars(
        select(DispatchRow.escalation_id)
        .join(Pursuit, Pursuit.escalation_id == DispatchRow.escalation_id)
        .where(
            func.lower(DispatchRow.address) == address.lower(),
            DispatchRow.slot == number,
            Pursuit.next_at.is_not(None),  # open: an index has it
        )
        .order_by(DispatchRow.id.desc())
        .limit(1)
    ).first()


def page_of(session: Session, *, key: str, channel: str) -> DispatchRow | None:
    """Return the page of an open escalation that has this key, None where there is none."""
    return session.scalars(
        select(DispatchRow)
        .join(Pursuit, Pursuit.escalation_id == DispatchRow.escalation_id)
        .where(
            DispatchRow.key == key,
            DispatchRow.channel == channel,
            DispatchRow.slot.is_not(None),
            Pursuit.next_at.is_not(None),
        )
    ).one_or_none()


def open_at(session: Session, *, address: str) -> Sequence[Pursuit]:
    """Return the open escalations somebody was paged about at an address, oldest first."""
    paged = select(DispatchRow.escalation_id).where(
        func.lower(DispatchRow.address) == address.lower(), DispatchRow.slot.is_not(None)
    )
    return session.scalars(
        select(Pursuit)
        .where(Pursuit.next_at.is_not(None), Pursuit.escalation_id.in_(paged))
        .order_by(Pursuit.opened_at, Pursuit.escalation_id)
    ).all()
