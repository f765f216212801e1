"""Open times and bookings as FHIR R4 `Slot` and `Appointment` (https://hl7.org/fhir/R4/slot.html,
appointment.html), in one Bundle of a collection."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from console.calendars.event import CalendarBooking
from scripts.openings import OpenTime

SYSTEM = "urn:frontdesk:booking"


def bundle(
    practice_id: str, open_times: Sequence[OpenTime], bookings: Sequence[CalendarBooking]
) -> dict[str, Any]:
    """Return a collection: a Slot for each open time, and for each booking its Appointment."""
    resources = [_slot(practice_id, time) for time in open_times]
    resources += [_appointment(booking) for booking in bookings]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": resource} for resource in resources],
    }


def _slot(practice_id: str, time: OpenTime) -> dict[str, Any]:
    return {
        "resourceType": "Slot",
        "schedule": {
            "identifier": {"system": SYSTEM, "value": f"{practice_id}/{time.provider_id}"}
        },
        "status": "free",
        "start": _instant(time.start),
        "end": _instant(time.end),
    }


def _appointment(booking: CalendarBooking) -> dict[str, Any]:
    return {
        "resourceType": "Appointment",
        "identifier": [{"system": SYSTEM, "value": booking.uid}],
        "status": "cancelled" if booking.cancelled else "booked",
        "description": booking.details or f"Booked by the front desk, ref {booking.reference}",
        "start": _instant(booking.starts_at),
        "end": _instant(booking.ends_at),
        "participant": [
            {
                "actor": {"display": booking.provider},
                "status": "declined" if booking.cancelled else "accepted",
            }
        ],
    }


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
