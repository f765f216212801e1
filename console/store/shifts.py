"""Who is at a desk now, what urgent work is whose, and emergency access."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Final

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from console.escalation.ladder import Stage
from console.store.audit.events import Event
from console.store.audit.noting import note
from console.store.models import Callback, Escalation, Message
from console.store.outbox_tables import Pursuit, Task
from console.store.person_tables import EmergencyAccess, PersonAccount, Shift
from console.store.values import (
    CallbackStatus,
    EscalationStatus,
    MessageStatus,
    Priority,
    Role,
)

FRESH: Final = timedelta(minutes=3)  # a desk says twice a minute that somebody is there


@unique
class UrgentKind(StrEnum):
    """What may not be left without somebody who sees it through."""

    ESCALATION = "escalation"
    MESSAGE = "message"
    CALLBACK = "callback"
    TASK = "task"


@dataclass(frozen=True, slots=True, repr=False)
class UrgentItem:
    """Something urgent that is somebody's. No patient's details: the practice and the number say
    which it is."""

    kind: UrgentKind
    row: int
    practice_id: str | None
    number: str | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody signed in at a desk."""

    login: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True, repr=False)
class Alert:
    """Emergency access that no supervisor has seen yet."""

    row: int
    name: str
    reason: str
    since: datetime
    until: datetime


_TABLES: Final[dict[UrgentKind, type[Escalation] | type[Message] | type[Callback] | type[Task]]] = {
    UrgentKind.ESCALATION: Escalation,
    UrgentKind.MESSAGE: Message,
    UrgentKind.CALLBACK: Callback,
    UrgentKind.TASK: Task,
}


_UNFINISHED: Final = or_(
    Escalation.status.in_((EscalationStatus.OPEN, EscalationStatus.PAGED)),
    Pursuit.stage != Stage.CLOSED,  # acknowledged is not done
)


def begin_shift(session: Session, *, uid: str, login: str, machine: str, at: datetime) -> None:
    """Write that somebody is at a desk; the shift of whoever was at this machine before is over."""
    session.execute(
        update(Shift).where(Shift.machine == machine, Shift.ended_at.is_(None)).values(ended_at=at)
    )
    session.add(Shift(uid=uid, login=login, machine=machine, since=at, seen_at=at))
    session.flush()
    note(session, event=Event.SIGNED_IN, person=_name(session, login), kind="shift", row=uid, at=at)


def still_there(session: Session, *, uid: str, at: datetime) -> None:
    """Write that the person of a shift is still there."""
    session.execute(update(Shift).where(Shift.uid == uid).values(seen_at=at))


def end_shift(session: Session, *, uid: str, at: datetime) -> None:
    """Write that the person of a shift has gone."""
    shift = session.scalars(select(Shift).where(Shift.uid == uid)).one_or_none()
    if shift is None or shift.ended_at is not None:
        return
    shift.ended_at = at
    session.flush()
    name = _name(session, shift.login)
    note(session, event=Event.SIGNED_OUT, person=name, kind="shift", row=uid, at=at)


def colleagues(session: Session, *, now: datetime, but: str) -> tuple[Colleague, ...]:
    """Return who else is at a desk and may take work, by name; a liaison takes none."""
    found = session.execute(
        select(PersonAccount.login, PersonAccount.name, PersonAccount.role)
        .join(Shift, Shift.login == PersonAccount.login)
        .where(
            Shift.ended_at.is_(None),
            Shift.seen_at > now - FRESH,
            PersonAccount.active,
            PersonAccount.role != Role.LIAISON,
            PersonAccount.login != but,
        )
        .order_by(PersonAccount.name)
        .distinct()
    )
    return tuple(Colleague(login, name, role) for login, name, role in found)


def urgent_of(session: Session, *, owner: str) -> tuple[UrgentItem, ...]:
    """Return what is urgent and this person's: escalations that are not closed, urgent messages not
    delivered, callers owed a call back, urgent tasks. The oldest first."""
    found = [
        UrgentItem(
            UrgentKind.ESCALATION, row.id, row.practice_id, row.callback_number, row.opened_at
        )
        for row in session.scalars(
            select(Escalation)
            .outerjoin(Pursuit, Pursuit.escalation_id == Escalation.id)
            .where(Escalation.owner == owner, _UNFINISHED)
        )
    ]
    found += [
        UrgentItem(UrgentKind.MESSAGE, row.id, row.practice_id, row.callback_number, row.taken_at)
        for row in session.scalars(
            select(Message).where(
                Message.owner == owner,
                Message.priority == Priority.URGENT,
                Message.status.in_((MessageStatus.PENDING, MessageStatus.FAILED)),
            )
        )
    ]
    found += [
        UrgentItem(UrgentKind.CALLBACK, row.id, row.practice_id, row.number, row.since)
        for row in session.scalars(
            select(Callback).where(Callback.owner == owner, Callback.status == CallbackStatus.OWED)
        )
    ]
    found += [
        UrgentItem(UrgentKind.TASK, row.id, row.practice_id, None, row.created_at)
        for row in session.scalars(
            select(Task).where(Task.owner == owner, Task.urgent, Task.done_at.is_(None))
        )
    ]
    return tuple(sorted(found, key=lambda item: (item.since, item.kind, item.row)))


def hand_over(
    session: Session, *, kind: UrgentKind, row: int, owner: str, to: str, by: str
) -> bool:
    """Give something urgent to somebody else; False where it is no longer this owner's."""
    found = session.get(_TABLES[kind], row)
    if not isinstance(found, Escalation | Message | Callback | Task) or found.owner != owner:
        return False
    found.owner = to
    session.flush()
    note(
        session,
        event=Event.HANDED_OVER,
        person=by,
        kind=str(kind),
        row=row,
        practice_id=found.practice_id,
    )
    return True


def begin_access(
    session: Session, *, uid: str, login: str, reason: str, since: datetime, until: datetime
) -> None:
    """Write emergency access; until a supervisor has seen it, it stands among the alerts."""
    session.add(EmergencyAccess(uid=uid, login=login, reason=reason, since=since, until=until))
    session.flush()
    name = _name(session, login)
    note(session, event=Event.BROKE_GLASS, person=name, kind="access", row=uid, at=since)


def end_access(session: Session, *, uid: str, at: datetime) -> None:
    """Write that emergency access was given back before its time."""
    access = session.scalars(
        select(EmergencyAccess).where(EmergencyAccess.uid == uid)
    ).one_or_none()
    if access is None or access.ended_at is not None:
        return
    access.ended_at = at
    session.flush()
    name = _name(session, access.login)
    note(session, event=Event.GLASS_CLOSED, person=name, kind="access", row=uid, at=at)


def alerts(session: Session) -> tuple[Alert, ...]:
    """Return emergency access that no supervisor has seen, the oldest first."""
    found = session.execute(
        select(EmergencyAccess, PersonAccount.name)
        .join(PersonAccount, PersonAccount.login == EmergencyAccess.login)
        .where(EmergencyAccess.seen_at.is_(None))
        .order_by(EmergencyAccess.since)
    )
    return tuple(Alert(row.id, name, row.reason, row.since, row.until) for row, name in found)


def alert_seen(session: Session, *, row: int, login: str, at: datetime) -> None:
    """Write who has seen an alert; the first stands, and nobody sees their own."""
    alert = session.get(EmergencyAccess, row)
    if alert is None or alert.seen_at is not None or alert.login == login:
        return
    alert.seen_at, alert.seen_by = at, _name(session, login)
    session.flush()
    note(session, event=Event.SAW, person=alert.seen_by, kind="access", row=alert.uid, at=at)


def _name(session: Session, login: str) -> str:
    person = session.get(PersonAccount, login)
    return login if person is None else person.name
