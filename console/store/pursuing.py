"""Escalations under way, as rows: taken up by any worker, moved one deed at a time.

The move and what it brings (the page's dispatch, the line in the time-line, the task) are one
transaction on a locked row, so a worker killed anywhere leaves the item before the deed or after
it, never in it; two workers never do one deed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.escalation import ladder as rungs
from console.escalation.kept import ladder_from, ladder_record
from console.escalation.ladder import Deed, Item, Ladder, Stage
from console.store import outbox
from console.store.models import Call, Escalation
from console.store.outbox_tables import Pursuit, TimelineEntry
from console.store.outbox_values import TaskKind
from console.store.values import EscalationStatus
from scripts.calltypes import CallType

_STATUS = {
    Stage.PAGING: EscalationStatus.PAGED,
    Stage.HANDED: EscalationStatus.PAGED,
    Stage.ACKNOWLEDGED: EscalationStatus.ACKNOWLEDGED,
    Stage.REACHED: EscalationStatus.ACKNOWLEDGED,
    Stage.CLOSED: EscalationStatus.CLOSED,
}
_OF_PAGING = (TaskKind.CALL_PROVIDER, TaskKind.NOBODY_ANSWERED, TaskKind.UNDELIVERED)


@dataclass(frozen=True, slots=True)
class Opened:
    """An escalation nobody pursues yet."""

    escalation_id: int
    practice_id: str
    opened_at: datetime
    call_type: CallType | None


Perform = Callable[[Session, Pursuit, Deed], None]
"""What brings a deed about, within its transaction."""


def not_pursued(session: Session) -> tuple[Opened, ...]:
    """Return the open escalations without a pursuit, oldest first."""
    found = (
        select(Escalation, Call.call_type)
        .join(Call, Call.id == Escalation.call_id)
        .outerjoin(Pursuit, Pursuit.escalation_id == Escalation.id)
        .where(
            Escalation.status == EscalationStatus.OPEN,
            Pursuit.escalation_id.is_(None),
        )
        .order_by(Escalation.opened_at, Escalation.id)
    )
    return tuple(
        Opened(row.id, row.practice_id, row.opened_at, call_type)
        for row, call_type in session.execute(found)
    )


def pursue(session: Session, *, opened: Opened, ladder: Ladder, reference: str) -> bool:
    """Begin to pursue an escalation; False where somebody else has begun already."""
    if session.get(Pursuit, opened.escalation_id) is not None:
        return False
    item = rungs.open_item(reference, opened.opened_at)
    pursuit = Pursuit(
        escalation_id=opened.escalation_id,
        practice_id=opened.practice_id,
        reference=reference,
        ladder=ladder_record(ladder),
        opened_at=opened.opened_at,
    )
    _keep(pursuit, item, ladder)
    session.add(pursuit)
    session.flush()
    return True


def climb(session: Session, *, now: datetime, perform: Perform, most: int = 20) -> int:
    """Do every deed that is due, and return how many were. Each is brought about by `perform`."""
    due = (
        select(Pursuit)
        .where(Pursuit.next_at <= now)
        .order_by(Pursuit.next_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    done = 0
    for pursuit in session.scalars(due).all():
        ladder = ladder_of(pursuit)
        item = item_of(pursuit)
        for deed, after in rungs.due(item, ladder, now):
            perform(session, pursuit, deed)
            _keep(pursuit, after, ladder)
            done += 1
        _show(session, pursuit)
    session.flush()
    return done


def move(
    session: Session,
    *,
    escalation_id: int,
    change: Callable[[Item, Ladder], Item],
    what: str,
    whom: str,
    by: str,
    now: datetime,
    answered: str = "",
) -> Item:
    """Have somebody move an item: acknowledge, escalate, reach or close it. Raises `IllegalMove`.

    Whoever takes an item, reaches the patient or closes it stops every page of it still under way,
    has those taken back that go on ringing (but the one whose key was `answered`, until the item is
    closed), and ends the tasks that asked for what has now been done.
    """
    pursuit = session.get_one(Pursuit, escalation_id, with_for_update=True)
    ladder, item = ladder_of(pursuit), item_of(pursuit)
    after = change(item, ladder)
    if after == item:
        return item
    _keep(pursuit, after, ladder)
    if after.stage is not Stage.PAGING:
        outbox.cancel(session, escalation_id=escalation_id, now=now)
        theirs = answered if after.stage is not Stage.CLOSED else ""
        outbox.take_back(session, escalation_id=escalation_id, now=now, but=theirs)
        only = _OF_PAGING if after.stage is Stage.ACKNOWLEDGED else None
        outbox.end_tasks(session, escalation_id=escalation_id, by=by, now=now, kinds=only)
    key = f"{what}.{after.turn}.{after.taken}"
    add_line(session, pursuit, key=key, what=what, whom=whom, by=by, at=now)
    _show(session, pursuit)
    session.flush()
    return after


def add_line(
    session: Session,
    pursuit: Pursuit | Escalation,
    *,
    key: str,
    what: str,
    whom: str,
    at: datetime,
    by: str = "",
    detail: str = "",
) -> None:
    """Add a line to an escalation's time-line, each key once. One that nobody pursues yet has a
    time-line too."""
    number = pursuit.escalation_id if isinstance(pursuit, Pursuit) else pursuit.id
    known = select(TimelineEntry.id).where(
        TimelineEntry.escalation_id == number, TimelineEntry.key == key
    )
    if session.scalar(known) is None:
        session.add(
            TimelineEntry(
                escalation_id=number,
                key=key,
                at=at,
                what=what,
                whom=whom,
                by=by,
                detail=detail,
            )
        )


def timeline(session: Session, *, escalation_id: int) -> Sequence[TimelineEntry]:
    """Return an escalation's time-line, oldest first."""
    lines = (
        select(TimelineEntry)
        .where(TimelineEntry.escalation_id == escalation_id)
        .order_by(TimelineEntry.at, TimelineEntry.id)
    )
    return session.scalars(lines).all()


def owner_of(session: Session, pursuit: Pursuit) -> str:
    """Return whose an escalation is."""
    return session.get_one(Escalation, pursuit.escalation_id).owner


def item_of(pursuit: Pursuit) -> Item:
    """Return the item a row keeps."""
    return Item(
        reference=pursuit.reference,
        opened_at=pursuit.opened_at,
        since=pursuit.since,
        stage=pursuit.stage,
        turn=pursuit.turn,
        taken=pursuit.taken,
        asked=pursuit.asked,
        asked_at=pursuit.asked_at,
        ahead=timedelta(seconds=pursuit.ahead_s),
        provider=pursuit.provider,
    )


def ladder_of(pursuit: Pursuit) -> Ladder:
    """Return the ladder as it was signed when the escalation was opened."""
    return ladder_from(pursuit.ladder)


def _keep(pursuit: Pursuit, item: Item, ladder: Ladder) -> None:
    pursuit.stage = item.stage
    pursuit.turn, pursuit.taken = item.turn, item.taken
    pursuit.asked, pursuit.asked_at = item.asked, item.asked_at
    pursuit.ahead_s = item.ahead.total_seconds()
    pursuit.provider, pursuit.since = item.provider, item.since
    coming = rungs.next_deed(item, ladder)
    pursuit.next_at = coming.at if coming is not None else None


def _show(session: Session, pursuit: Pursuit) -> None:
    """Keep the escalation's own row in step, where other parts look."""
    escalation = session.get_one(Escalation, pursuit.escalation_id)
    if escalation.status is not EscalationStatus.TRANSFERRED or pursuit.stage is not Stage.PAGING:
        escalation.status = _STATUS[pursuit.stage]
