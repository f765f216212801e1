"""What the records have of a patient, in the desk's own words, on the worker's thread."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

from console.desk.live_call import BookedTime
from console.store.bookings import BookingRow, bookings_of

if TYPE_CHECKING:
    from console.desk.ledger import Ledger


def patients_bookings(
    ledger: "Ledger",
    *,
    practice: str,
    name: str,
    birth_date: date | None,
    number: str,
    now: datetime,
) -> tuple[BookedTime, ...] | None:
    """Find a patient's bookings by name, with the date of birth or the number; None while the
    records are away."""
    found = ledger.read(
        partial(
            bookings_of,
            practice=practice,
            name=name,
            birth_date=birth_date,
            number=number,
            after=now,
        )
    )
    return None if found is None else booked_times(found)


def booked_times(rows: Iterable[BookingRow]) -> tuple[BookedTime, ...]:
    """Return bookings as a form offers them."""
    return tuple(
        BookedTime(
            row=row.id,
            provider_id=row.provider,
            appointment_type=row.appointment_type,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            patient_name=row.patient_name,
        )
        for row in rows
    )
