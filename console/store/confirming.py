"""A practice's own liaison says that a message was read there.

On a server it is done by a function of the records' owner (`grants`), the one thing a liaison's
role may write: it knows by `session_user` whose practice it is, and takes name and time from the
server. On a file the desk does the same deed in the liaison's name.
"""

import secrets
from datetime import datetime
from enum import StrEnum, unique

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from console.store.board.acts import act
from console.store.board.rows import item as open_item
from console.store.board_tables import BoardDeed
from console.store.board_values import BoardAct, DeedOutcome, ItemKind
from console.store.models import Message
from console.store.rights import on_server
from console.store.values import MessageStatus
from console.store.work import DidOnBoard


@unique
class Confirmed(StrEnum):
    """What came of it."""

    DONE = "confirmed"
    ALREADY = "already"  # somebody had
    CHANGED = "changed"  # it is not what was read any more
    GONE = "gone"  # no message of this practice's


def confirm_read(
    session: Session, *, practice: str, message: int, seen: int, person: str, at: datetime
) -> Confirmed:
    """Confirm a message of a practice's, as it was when its version was `seen`. On a server it is
    whoever the session is of that confirms, for their own practice."""
    if on_server(session):
        asked = text("SELECT frontdesk.confirm_message(:message, :seen)")
        told = session.execute(asked, {"message": message, "seen": seen})
        return Confirmed(told.scalar_one())
    row = session.get(Message, message)
    if row is None or row.practice_id != practice:
        return Confirmed.GONE
    if row.status is MessageStatus.CONFIRMED:
        return Confirmed.ALREADY
    stands = open_item(session, now=at, kind=ItemKind.MESSAGE, row=message)
    if row.version != seen or stands is None:
        return Confirmed.CHANGED
    deed = DidOnBoard(
        uid=secrets.token_hex(12),
        item=ItemKind.MESSAGE,
        row=message,
        act=BoardAct.CONFIRM,
        at=at,
        person=person,
        seen=stands.seen,
        to=practice,
    )
    done = act(session, deed=deed).outcome is DeedOutcome.DONE
    return Confirmed.DONE if done else Confirmed.CHANGED


def confirmed_by(session: Session, *, messages: list[int]) -> dict[int, tuple[str, bool]]:
    """Return who confirmed each of these messages that are confirmed, and whether it was somebody
    of the practice's own."""
    asked = (
        select(BoardDeed)
        .where(
            BoardDeed.kind == ItemKind.MESSAGE,
            BoardDeed.row.in_(messages),
            BoardDeed.act == BoardAct.CONFIRM,
            BoardDeed.outcome == DeedOutcome.DONE,
        )
        .order_by(BoardDeed.at)
    )
    return {deed.row: (deed.person, bool(deed.to)) for deed in session.scalars(asked)}
