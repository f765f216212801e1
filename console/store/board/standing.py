"""How escalations on the board stand: who has been paged and by which way, and what comes next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.escalation import ladder as rungs
from console.store import pursuing
from console.store.outbox_tables import Pursuit, TimelineEntry

_PAGED = ("page", "call", "tell")


@dataclass(frozen=True, slots=True)
class Paged:
    """Somebody who was paged, and by which ways; "call" for one who is to be called."""

    whom: str
    by: str


@dataclass(frozen=True, slots=True)
class Climbed:
    """An escalation's ladder. `next_act` and `next_whom` are the ladder's own words; `provider` is
    who has taken it, by id."""

    stage: str
    provider: str
    paged: tuple[Paged, ...]
    next_act: str = ""
    next_whom: str = ""
    next_at: datetime | None = None


def climbed(session: Session, *, escalations: Iterable[int]) -> dict[int, Climbed]:
    """Return how these stand; one nobody pursues yet is left out."""
    wanted = tuple(escalations)
    if not wanted:
        return {}
    paged: dict[int, list[Paged]] = {}
    lines = select(TimelineEntry).where(
        TimelineEntry.escalation_id.in_(wanted), TimelineEntry.what.in_(_PAGED)
    )
    for line in session.scalars(lines.order_by(TimelineEntry.at, TimelineEntry.id)):
        paged.setdefault(line.escalation_id, []).append(
            Paged(line.whom, line.by if line.what != "call" else "call")
        )
    found = select(Pursuit).where(Pursuit.escalation_id.in_(wanted))
    return {
        pursuit.escalation_id: _climbed(pursuit, tuple(paged.get(pursuit.escalation_id, ())))
        for pursuit in session.scalars(found)
    }


def _climbed(pursuit: Pursuit, paged: tuple[Paged, ...]) -> Climbed:
    deed = rungs.next_deed(pursuing.item_of(pursuit), pursuing.ladder_of(pursuit))
    if deed is None:
        return Climbed(pursuit.stage.value, pursuit.provider, paged)
    return Climbed(pursuit.stage.value, pursuit.provider, paged, deed.act.value, deed.whom, deed.at)
