"""What came of earlier calls from the same number to the same practice, and to no other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.store.models import Booking, Call, Escalation, Message
from console.store.secrecy.sealed import found_by, vault_of
from console.store.values import BookingStatus, EscalationStatus, MessageKind, MessageStatus
from scripts.calltypes import CallType, Outcome


@dataclass(frozen=True, slots=True, repr=False)
class EarlierBooking:
    """A booking; `at` is when it was made, `status` where it stands now."""

    at: datetime
    row_id: int
    status: BookingStatus
    provider: str
    appointment_type: str
    starts_at: datetime
    patient_name: str


@dataclass(frozen=True, slots=True, repr=False)
class EarlierMessage:
    """A message; `delivered_at` is None until somebody at the practice has it."""

    at: datetime
    row_id: int
    kind: MessageKind
    status: MessageStatus
    reason: str
    recipient: str
    patient_name: str | None
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True, repr=False)
class EarlierEscalation:
    """A provider who was to be reached."""

    at: datetime
    row_id: int
    status: EscalationStatus
    provider: str
    reason: str


@dataclass(frozen=True, slots=True, repr=False)
class EarlierCall:
    """A call that left nothing but its outcome."""

    at: datetime
    row_id: int
    outcome: Outcome
    call_type: CallType | None


_LOOKED_AT: Final = 100  # calls
_UNFINISHED: Final = frozenset(
    {
        *(MessageStatus.PENDING, MessageStatus.FAILED),
        *(EscalationStatus.OPEN, EscalationStatus.PAGED),
    }
)

Earlier: TypeAlias = EarlierBooking | EarlierMessage | EarlierEscalation | EarlierCall


def history(session: Session, *, practice: str, number: str, limit: int = 5) -> tuple[Earlier, ...]:
    """Return the newest items, newest first: of calls made from this number, or to be called back
    on it. A call that left nothing shows as itself; one still going on does not show."""
    return history_of(session, calls=calls_of(session, practice, number, limit), limit=limit)


def history_of(session: Session, *, calls: Sequence[int], limit: int = 5) -> tuple[Earlier, ...]:
    """Return the newest items of these calls, newest first."""
    by_id = {call.id: call for call in session.scalars(select(Call).where(Call.id.in_(calls)))}
    items: list[tuple[int, Earlier]] = []
    for booking in session.scalars(select(Booking).where(Booking.call_id.in_(calls))):
        items.append((booking.call_id, _booking(booking, by_id[booking.call_id])))
    for message in session.scalars(select(Message).where(Message.call_id.in_(calls))):
        items.append((message.call_id, _message(message)))
    for escalation in session.scalars(select(Escalation).where(Escalation.call_id.in_(calls))):
        items.append((escalation.call_id, _escalation(escalation)))
    fruitful = {call_id for call_id, _ in items}
    bare = [_call(call) for call in by_id.values() if call.id not in fruitful]
    found = [*(item for _, item in items), *bare]
    return tuple(sorted(found, key=lambda item: (item.at, item.row_id), reverse=True)[:limit])


@dataclass(frozen=True, slots=True)
class Undelivered:
    """What earlier calls from a number left that has not reached anybody; `since` is the oldest."""

    messages: int
    escalations: int
    since: datetime


def undelivered(session: Session, *, practice: str, number: str) -> Undelivered | None:
    """Return what a caller has left with this practice that nobody there has been given, None
    where there is nothing. Of the calls from the number the newest hundred are looked at."""
    keys = vault_of(session).phones(session, practice, number)
    if not keys:
        return None
    newest = (
        select(Call.id)
        .where(Call.practice_id == practice, found_by(Call.caller_key, keys))
        .order_by(Call.offered_at.desc())
        .limit(_LOOKED_AT)
    )
    calls = list(session.scalars(newest))
    called_back = (practice, keys)
    messages = _left(session, Message, called_back=called_back, calls=calls)
    escalations = _left(session, Escalation, called_back=called_back, calls=calls)
    times = [*messages.values(), *escalations.values()]
    return Undelivered(len(messages), len(escalations), min(times)) if times else None


def _left(
    session: Session,
    table: type[Message] | type[Escalation],
    *,
    called_back: tuple[str, tuple[bytes, ...]],
    calls: list[int],
) -> dict[int, datetime]:
    """Return what is unfinished of what came of these calls, or is to be called back on a number of
    a practice's, by row. Each of the two is read by its own index, so the state is looked at
    here."""
    practice, keys = called_back
    at = table.taken_at if table is Message else table.opened_at  # type: ignore[union-attr]
    by_number = (table.practice_id == practice) & found_by(table.callback_key, keys)
    found: dict[int, datetime] = {}
    for of in (by_number, table.call_id.in_(calls)):
        for row in session.execute(select(table.id, at.label("at"), table.status).where(of)):
            if row.status in _UNFINISHED:
                found[row.id] = row.at
    return found


def calls_of(session: Session, practice: str, number: str, limit: int) -> list[int]:
    """Return the newest calls that may have left something, each source read by its own index."""
    keys = vault_of(session).phones(session, practice, number)
    if not keys:
        return []
    ids = set(
        session.scalars(
            select(Call.id)
            .where(
                Call.practice_id == practice,
                found_by(Call.caller_key, keys),
                Call.outcome.is_not(None),
            )
            .order_by(Call.offered_at.desc())
            .limit(limit)
        )
    )
    for table, newest in (
        (Booking, Booking.id),
        (Message, Message.taken_at),
        (Escalation, Escalation.opened_at),
    ):
        ids.update(
            session.scalars(
                select(table.call_id)
                .where(table.practice_id == practice, found_by(table.callback_key, keys))
                .order_by(newest.desc())
                .limit(limit)
            )
        )
    return sorted(ids)


def _when(call: Call) -> datetime:
    """Return when the form was finished, or for a call without one when it came."""
    at = call.finished_at or call.ended_at or call.offered_at or call.waiting_since
    if at is None:
        raise AssertionError("a call with an outcome has a time")
    return at


def _booking(booking: Booking, call: Call) -> EarlierBooking:
    return EarlierBooking(
        at=_when(call),
        row_id=booking.id,
        status=booking.status,
        provider=booking.provider,
        appointment_type=booking.appointment_type,
        starts_at=booking.starts_at,
        patient_name=booking.patient_name,
    )


def _message(message: Message) -> EarlierMessage:
    return EarlierMessage(
        at=message.taken_at,
        row_id=message.id,
        kind=message.kind,
        status=message.status,
        reason=message.reason,
        recipient=message.recipient,
        patient_name=message.patient_name,
        delivered_at=message.delivered_at,
    )


def _escalation(escalation: Escalation) -> EarlierEscalation:
    return EarlierEscalation(
        at=escalation.opened_at,
        row_id=escalation.id,
        status=escalation.status,
        provider=escalation.provider,
        reason=escalation.reason,
    )


def _call(call: Call) -> EarlierCall:
    if call.outcome is None:
        raise AssertionError("only calls with an outcome are looked up")
    return EarlierCall(
        at=_when(call), row_id=call.id, outcome=call.outcome, call_type=call.call_type
    )
