"""Practices and calls to test with: complete, and changed by keyword where a test cares."""

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from console.store.practices import PracticeFacts, upsert_practices
from console.store.session import Records
from console.store.values import FlagAction, MessageKind, Priority
from console.store.work import (
    Cancellation,
    FinishedCall,
    FormAnswer,
    NewBooking,
    NewEscalation,
    NewMessage,
    ReadFact,
    RedFlagShown,
    Reschedule,
)
from scripts.calltypes import CallType, Mode, Outcome

# 19:42 on Monday 23 November in Des Moines, and already Tuesday in UTC.
CAME = datetime(2026, 11, 24, 1, 42, tzinfo=UTC)
SLOT = datetime(2026, 11, 25, 15, 20, tzinfo=UTC)
NUMBER = "+15155550142"

RIVERSIDE = PracticeFacts(
    id="riverside",
    name="Riverside Family Medicine",
    timezone="America/Chicago",
    version="a1",
    baa_signed_on=date(2026, 1, 1),
)
LAKESHORE = PracticeFacts(
    id="lakeshore", name="Lakeshore Cardiology", timezone="America/Detroit", version="b1"
)

_numbers = itertools.count(1)


def seed(records: Records) -> None:
    records.write(lambda s: upsert_practices(s, practices=[RIVERSIDE, LAKESHORE]))


def new_uid() -> str:
    return f"call-{next(_numbers)}"


def new_booking(start: datetime = SLOT, minutes: int = 20, **changes: Any) -> NewBooking:
    booking = NewBooking(
        provider="okafor",
        appointment_type="physical",
        starts_at=start,
        ends_at=start + timedelta(minutes=minutes),
        patient_name="Ann Example",
        callback_number=NUMBER,
        birth_date=date(1980, 2, 29),
    )
    return msgspec.structs.replace(booking, **changes)


def new_message(**changes: Any) -> NewMessage:
    message = NewMessage(
        kind=MessageKind.REFILL,
        recipient="Clinical staff",
        reason="Lisinopril",
        priority=Priority.ROUTINE,
        due_at=CAME + timedelta(days=1),
        patient_name="Ann Example",
        callback_number=NUMBER,
        phi=True,
    )
    return msgspec.structs.replace(message, **changes)


def new_escalation(**changes: Any) -> NewEscalation:
    escalation = NewEscalation(
        provider="okafor",
        reason="Fever of 103 and a stiff neck",
        owner="Dana Whitfield",
        opened_at=CAME,
        callback_number=NUMBER,
        phi=True,
    )
    return msgspec.structs.replace(escalation, **changes)


def finished_call(uid: str | None = None, **changes: Any) -> FinishedCall:
    """Return an answered question; `booking` and the like choose the outcome that goes with it."""
    facts: dict[str, Any] = {
        "uid": uid or new_uid(),
        "outcome": _outcome(changes),
        "call_type": CallType.QUESTION,
        "offered_at": CAME,
        "answered_at": CAME + timedelta(seconds=4),
        "finished_at": CAME + timedelta(minutes=3),
        "practice_id": "riverside",
        "dialled_number": "+15155550100",
        "caller_number": NUMBER,
        "mode": Mode.AFTER_HOURS,
        "agent": "Dana Whitfield",
        "script_version": "a1",
        "answers": (
            FormAnswer(link_id="name", text="Ann Example"),
            FormAnswer(link_id="symptom", text="fever since this morning", value="fever", phi=True),
        ),
        "red_flags": (RedFlagShown(rule="fever-neck", action=FlagAction.READ, at=CAME),),
        "facts_read": (ReadFact(fact="hours", at=CAME),),
    }
    return FinishedCall(**(facts | changes))


def _outcome(changes: dict[str, Any]) -> Outcome:
    match changes:
        case {"booking": NewBooking()}:
            return Outcome.BOOKED
        case {"booking": Reschedule()}:
            return Outcome.RESCHEDULED
        case {"booking": Cancellation()}:
            return Outcome.CANCELLED
        case {"escalation": NewEscalation()}:
            return Outcome.ESCALATED
        case {"message": NewMessage()}:
            return Outcome.MESSAGE
        case _:
            return Outcome.ANSWERED
