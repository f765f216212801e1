"""What came of earlier calls, as the list at the left says it."""

from datetime import datetime

from console.desk.views import EarlierItem, Repeat
from console.store.history import (
    Earlier,
    EarlierBooking,
    EarlierCall,
    EarlierEscalation,
    EarlierMessage,
    Undelivered,
)
from console.store.recordings import RecordingRow
from console.store.values import BookingStatus, MessageStatus
from scripts.practice import Practice

MOST = 5
_BOOKING = {
    BookingStatus.BOOKED: "Booked",
    BookingStatus.CANCELLED: "Cancelled",
    BookingStatus.RESCHEDULED: "Moved",
}
_MESSAGE = {
    MessageStatus.PENDING: "not delivered yet",
    MessageStatus.DELIVERED: "delivered",
    MessageStatus.CONFIRMED: "confirmed",
    MessageStatus.FAILED: "delivery failed",
}


def earlier_items(
    practice: Practice,
    found: tuple[Earlier, ...],
    recorded: tuple[RecordingRow, ...] = (),
    *,
    most: int = MOST,
) -> tuple[EarlierItem, ...]:
    """Return the items with the recordings among them, newest first, in the practice's own time."""
    items = [(earlier.at, _item(practice, earlier)) for earlier in found]
    items += [(row.consent_at, _recording(practice, row)) for row in recorded]
    return tuple(item for _, item in sorted(items, key=lambda each: each[0], reverse=True)[:most])


def repeat_of(practice: Practice, found: Undelivered | None) -> Repeat | None:
    """Return what the receptionist must know of a caller whose earlier words reached nobody."""
    if found is None:
        return None
    parts = (_many(found.messages, "message"), _many(found.escalations, "escalation"))
    left = " and ".join(part for part in parts if part)
    have = "has" if found.messages + found.escalations == 1 else "have"
    return Repeat(
        "Repeat caller: nothing delivered yet",
        f"{left} from this caller, since {_when(practice, found.since)}, {have} not reached the "
        "practice. Say that you see it, and take only what is new.",
    )


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'s' if count != 1 else ''}" if count else ""


def _item(practice: Practice, earlier: Earlier) -> EarlierItem:
    when = _when(practice, earlier.at)
    match earlier:
        case EarlierBooking():
            kind = practice.appointment_type(earlier.appointment_type)
            provider = practice.provider(earlier.provider)
            what = kind.name if kind else earlier.appointment_type
            who = f", {provider.spoken}" if provider else ""
            start = _when(practice, earlier.starts_at)
            return EarlierItem(_BOOKING[earlier.status], when, f"{what}{who} · {start}")
        case EarlierMessage():
            first_line = earlier.reason.partition("\n")[0]
            return EarlierItem("Message", when, f"{first_line} · {_MESSAGE[earlier.status]}")
        case EarlierEscalation():
            provider = practice.provider(earlier.provider)
            name = provider.spoken if provider else earlier.provider
            return EarlierItem("Escalated", when, f"to {name} · {earlier.status}")
        case EarlierCall():
            return EarlierItem(earlier.outcome.replace("_", " ").capitalize(), when, "")


def _recording(practice: Practice, row: RecordingRow) -> EarlierItem:
    length = spoken_length(row.seconds)
    return EarlierItem(
        "Recording", _when(practice, row.consent_at), f"{length} · Shift+F12 lists them"
    )


def spoken_length(seconds: float | None) -> str:
    """Return a recording's length as it is shown: `3:12`."""
    if seconds is None:
        return "length not known"
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def _when(practice: Practice, at: datetime) -> str:
    local = at.astimezone(practice.zone)
    return f"{local.day} {local:%b %H:%M}"
