"""The number a page carries, and the item an answer to it means.

Each person counts their own open items from 1, so that an answer is one digit and one letter. The
number is the same in every page of an item to one address.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.escalation.ladder import Stage
from console.store.outbox_tables import DispatchRow, Pursuit

MOST = 99


def slot_for(session: Session, *, address: str, escalation_id: int) -> int:
    """Return the number of an item at an address: the one it has, or the lowest that is free."""
    numbered = select(DispatchRow.escalation_id, DispatchRow.slot).join(
        Pursuit, Pursuit.escalation_id == DispatchRow.escalation_id
    )
    open_ones = numbered.where(
        DispatchRow.address == address,
        DispatchRow.slot.is_not(None),
        Pursuit.stage != Stage.CLOSED,
    )
    taken = {item: slot for item, slot in session.execute(open_ones) if slot is not None}
    if (known := taken.get(escalation_id)) is not None:
        return known
    used = set(taken.values())
    return next((number for number in range(1, MOST + 1) if number not in used), MOST)


def escalation_meant(session: Session, *, address: str, number: int) -> int | None:
    """Return the open escalation a number means at an address, the newest of equals."""
    return session.scalars(
        select(DispatchRow.escalation_id)
        .join(Pursuit, Pursuit.escalation_id == DispatchRow.escalation_id)
        .where(
            DispatchRow.address == address,
            DispatchRow.slot == number,
            Pursuit.stage != Stage.CLOSED,
        )
        .order_by(DispatchRow.id.desc())
        .limit(1)
    ).first()
