"""Who is at what: two people on one item see each other.

A row says that somebody has taken something up, until a moment it is renewed before; a desk that
dies says nothing more, and its rows end by themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from console.store.models import Presence

LASTS: Final = timedelta(seconds=45)  # a desk renews it three times as often


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody at another desk who is at something."""

    person: str
    since: datetime


def take_up(
    session: Session,
    *,
    kind: str,
    row: str,
    desk: str,
    person: str,
    now: datetime,
    lasts: timedelta = LASTS,
) -> None:
    """Say that somebody is at something, or still is; forget who has long gone."""
    session.execute(delete(Presence).where(Presence.until < now))
    found = session.get(Presence, (kind, row, desk))
    if found is None:
        found = Presence(kind=kind, row=row, desk=desk, since=now)
        session.add(found)
    found.person, found.until = person, now + lasts
    session.flush()


def is_first(session: Session, *, kind: str, row: str, desk: str, now: datetime) -> bool:
    """Tell whether a desk was the first of those that are at something."""
    first = session.scalar(
        select(Presence.desk)
        .where(Presence.kind == kind, Presence.row == row, Presence.until >= now)
        .order_by(Presence.since, Presence.desk)
        .limit(1)
    )
    return first == desk


def let_go(session: Session, *, kind: str, row: str, desk: str) -> None:
    """Say that nobody at this desk is at it any more."""
    session.execute(
        delete(Presence).where(Presence.kind == kind, Presence.row == row, Presence.desk == desk)
    )


def others(session: Session, *, kind: str, desk: str, now: datetime) -> Mapping[str, Present]:
    """Return who is at which row of a kind, at other desks than this; the first to take it up."""
    found = session.scalars(
        select(Presence)
        .where(Presence.kind == kind, Presence.desk != desk, Presence.until >= now)
        .order_by(Presence.since.desc())
    )
    return {each.row: Present(each.person, each.since) for each in found}
