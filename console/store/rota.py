"""Rotas during the day: changes entered, ended and confirmed, each once however often it is
written, and each with its line in the audit.
"""

from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.store.audit.events import Event
from console.store.audit.noting import note
from console.store.rota_tables import RotaChange, RotaConfirmation
from console.store.work import ChangedRota, ConfirmedRota, EndedRota
from scripts.entered import Confirmation, Entered, EnteredChange

BACK: Final = timedelta(days=45)  # how long what is over is still shown in a calendar
CONFIRMED: Final = timedelta(days=14)  # how long a confirmation is told of


def write_rota(session: Session, *, work: ChangedRota | EndedRota | ConfirmedRota) -> None:
    """Write what somebody entered about a rota."""
    match work:
        case ChangedRota():
            change_rota(session, changed=work)
        case EndedRota():
            end_rota(session, ended=work)
        case ConfirmedRota():
            confirm_rota(session, confirmed=work)


def change_rota(session: Session, *, changed: ChangedRota) -> None:
    """Write an entry; one that stands already is left as it is."""
    known = select(RotaChange.id).where(RotaChange.entry == changed.uid).limit(1)
    if session.scalar(known) is not None:
        return
    for part in changed.changes:
        session.add(
            RotaChange(
                uid=part.uid,
                entry=changed.uid,
                practice_id=changed.practice_id,
                service_line=changed.service_line,
                kind=changed.kind,
                act=part.act,
                provider=part.provider,
                by_provider=part.by,
                after_min=part.after,
                starts_at=part.starts_at,
                ends_at=part.ends_at,
                why=changed.why,
                made_by=changed.person,
                made_at=changed.at,
            )
        )
    session.flush()
    note(
        session,
        event=Event.ADDED,
        person=changed.person,
        kind="rota_change",
        row=changed.uid,
        practice_id=changed.practice_id,
        detail=f"{changed.kind.value}.{len(changed.changes)}",
        at=changed.at,
        uid=f"rota.{changed.uid}",
    )
    for group in changed.ends:
        end = EndedRota(
            uid=f"{changed.uid}.{group}",
            group=group,
            person=changed.person,
            why=changed.why,
            at=changed.at,
        )
        end_rota(session, ended=end)


def end_rota(session: Session, *, ended: EndedRota) -> None:
    """End what still holds of an entry. What is over, or was ended before, stays as it was."""
    rows = session.scalars(
        select(RotaChange)
        .where(
            RotaChange.entry == ended.group,
            RotaChange.ended_at.is_(None),
            RotaChange.ends_at > ended.at,
        )
        .with_for_update()
    ).all()
    for row in rows:
        row.ended_at, row.ended_by, row.ended_why = ended.at, ended.person, ended.why
    if not rows:
        return
    session.flush()
    note(
        session,
        event=Event.CHANGED,
        person=ended.person,
        kind="rota_change",
        row=ended.group,
        practice_id=rows[0].practice_id,
        detail=f"ended.{len(rows)}",
        at=ended.at,
        uid=f"rota.{ended.uid}",
    )


def confirm_rota(session: Session, *, confirmed: ConfirmedRota) -> None:
    """Write a confirmation, once."""
    known = select(RotaConfirmation.id).where(RotaConfirmation.uid == confirmed.uid)
    if session.scalar(known) is not None:
        return
    session.add(
        RotaConfirmation(
            uid=confirmed.uid,
            practice_id=confirmed.practice_id,
            service_line=confirmed.service_line,
            provider=confirmed.provider,
            said_by=confirmed.person,
            at=confirmed.at,
        )
    )
    session.flush()
    note(
        session,
        event=Event.CHECKED,
        person=confirmed.person,
        kind="rota",
        row=confirmed.uid,
        practice_id=confirmed.practice_id,
        at=confirmed.at,
        uid=f"rota.{confirmed.uid}",
    )


def entered(session: Session, *, now: datetime) -> Entered:
    """Return what is entered about every practice's rota: all that still holds or is to come, what
    was over less than 45 days ago, and each rota's newest confirmation of the last 14 days."""
    rows = session.scalars(
        select(RotaChange)
        .where(RotaChange.ends_at > _day(now) - BACK)
        .order_by(RotaChange.made_at, RotaChange.id)
    )
    said = session.scalars(
        select(RotaConfirmation)
        .where(RotaConfirmation.at > _day(now) - CONFIRMED)
        .order_by(RotaConfirmation.at, RotaConfirmation.id)
    )
    newest = {(row.practice_id, row.service_line): row for row in said}
    return Entered(
        tuple(_change(row) for row in rows), tuple(_confirmation(row) for row in newest.values())
    )


Mark: TypeAlias = tuple[datetime, int, int, int]


def mark(session: Session, *, now: datetime) -> Mark:
    """Return what changes whenever `entered` would: how much there is. It costs two counts."""
    changes, ended = session.execute(
        select(func.count(), func.count(RotaChange.ended_at)).where(
            RotaChange.ends_at > _day(now) - BACK
        )
    ).one()
    said = session.scalar(select(func.count()).where(RotaConfirmation.at > _day(now) - CONFIRMED))
    return _day(now), changes, ended, said or 0


def _day(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _change(row: RotaChange) -> EnteredChange:
    return EnteredChange(
        uid=row.uid,
        group=row.entry,
        practice=row.practice_id,
        service_line=row.service_line,
        kind=row.kind,
        act=row.act,
        provider=row.provider,
        by=row.by_provider,
        after=row.after_min,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        why=row.why,
        made_by=row.made_by,
        made_at=row.made_at,
        ended_at=row.ended_at,
        ended_by=row.ended_by or "",
    )


def _confirmation(row: RotaConfirmation) -> Confirmation:
    return Confirmation(
        practice=row.practice_id,
        service_line=row.service_line,
        provider=row.provider,
        by=row.said_by,
        at=row.at,
    )
