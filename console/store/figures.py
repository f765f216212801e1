"""The figures of the top bar, counted by the database."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from console.store.models import Call
from console.store.values import Direction
from softphone.wire import EndCause


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """How many of the calls offered were answered in time."""

    offered: int
    answered: int
    within: int  # answered within the threshold
    abandoned: int

    @property
    def share(self) -> float | None:
        """The part answered in time, 0 to 1; None before the first call."""
        return self.within / self.offered if self.offered else None


def service_level(session: Session, *, since: datetime, threshold_s: float = 20) -> ServiceLevel:
    """Count the incoming calls offered since then that have been answered or are over.

    The wait runs from the first ring, or from the start of waiting for a line, and counts as in
    time up to and including `threshold_s` seconds. A call this desk declined went on to another
    and is not counted here; one that still rings is not counted yet.
    """
    answered = Call.answered_at.is_not(None)
    counted = (
        select(
            func.count(Call.id),
            func.count(Call.id).filter(answered),
            func.count(Call.id).filter(and_(answered, Call.waited_s <= threshold_s)),
            func.count(Call.id).filter(and_(~answered, Call.end_cause == EndCause.ABANDONED)),
        )
        .where(func.coalesce(Call.offered_at, Call.waiting_since) >= since)
        .where(Call.direction == Direction.INCOMING, Call.waited_s.is_not(None))
        .where(func.coalesce(Call.end_cause, "") != EndCause.DECLINED)
    )
    offered, taken, within, abandoned = session.execute(counted).one()
    return ServiceLevel(offered=offered, answered=taken, within=within, abandoned=abandoned)
