"""The board's questions to the records, on the worker's thread; it imports what they need there."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from console.desk.board.port import Asked
from console.store.board_values import ItemKind
from console.store.work import AmendedMessage, DidOnBoard

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from console.desk.ledger import Ledger
    from console.store.amending import Amendable, Amended
    from console.store.board.acts import Told
    from console.store.board.record import ItemRecord
    from console.store.board.rows import BoardItem, Counts
    from console.store.board.standing import Climbed
    from console.store.calling_provider import ToCall
    from console.store.waiting import WaitingRow


@dataclass(frozen=True, slots=True, repr=False)
class Found:
    """What was found. `items` is None where nobody looks at the rows; `confirmed` has the messages
    that were shown and are confirmed since, by whom, and whether it was at the practice."""

    counts: "Counts"
    items: "tuple[BoardItem, ...] | None" = None
    climbed: "dict[int, Climbed]" = field(default_factory=dict)
    confirmed: dict[int, tuple[str, bool]] = field(default_factory=dict)


def look(
    ledger: "Ledger",
    *,
    now: datetime,
    me: str,
    asked: Asked,
    most: int,
    shown: frozenset[int] = frozenset(),
) -> "Found | None":
    """Count, and read the first rows; None while the records are away. `shown` are the messages
    that stand on the board."""
    from console.store.board import rows, standing  # noqa: PLC0415 - on the worker's thread
    from console.store.confirming import confirmed_by  # noqa: PLC0415

    wanted = rows.Wanted(
        owner=me if asked.whose else None,
        practice=asked.practice or None,
        kind=ItemKind(asked.kind) if asked.kind else None,
    )

    def found(session: "Session") -> Found:
        counts = rows.counts(session, now=now, me=me)
        if not most:
            return Found(counts)
        items = rows.page(session, now=now, wanted=wanted, most=most)
        of_ladders = [i.place.row for i in items if i.place.kind is ItemKind.ESCALATION]
        gone = shown - {i.place.row for i in items if i.place.kind is ItemKind.MESSAGE}
        confirmed = confirmed_by(session, messages=sorted(gone)) if gone else {}
        return Found(counts, items, standing.climbed(session, escalations=of_ladders), confirmed)

    return ledger.read(found)


def act(session: "Session", deed: DidOnBoard) -> "Told":
    """Do a deed while somebody waits for what comes of it."""
    from console.store.board import acts  # noqa: PLC0415

    return acts.act(session, deed=deed)


def amendable(ledger: "Ledger", *, message: int) -> "Amendable | None":
    """Read a message to be amended; None while the records are away."""
    from console.store.amending import amendable as find  # noqa: PLC0415

    return ledger.read(lambda session: find(session, message_id=message))


def amend(session: "Session", work: AmendedMessage) -> "Amended":
    """Amend a message while somebody waits for what comes of it."""
    from console.store import amending  # noqa: PLC0415

    return amending.amend(session, amended=work)


def record(ledger: "Ledger", *, kind: ItemKind, row: int) -> "ItemRecord | None":
    """Read an item's time-line; None while the records are away."""
    from console.store.board.record import record_of  # noqa: PLC0415

    return ledger.read(lambda session: record_of(session, kind=kind, row=row))


def have_reviewed(ledger: "Ledger", *, call_uid: str, person: str, at: datetime) -> int | None:
    """Have a call looked at again. Raises `RecordsError`."""
    from console.store.reviews import ask_for  # noqa: PLC0415

    return ledger.change(partial(ask_for, call_uid=call_uid, person=person, at=at))


def waits_for(ledger: "Ledger", *, offer: int) -> "WaitingRow | None":
    """Read whom a time is offered to; None while the records are away."""
    from console.store.waiting import entry_of_offer  # noqa: PLC0415

    return ledger.read(lambda session: entry_of_offer(session, offer=offer))


def to_call(ledger: "Ledger", *, escalation: int) -> "ToCall | None":
    """Read whom to call about an escalation, and what about; None while the records are away."""
    from console.store.calling_provider import to_call as read  # noqa: PLC0415

    return ledger.read(lambda session: read(session, escalation_id=escalation))
