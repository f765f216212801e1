"""A liaison's confirmation, on the worker's thread."""

from dataclasses import dataclass
from datetime import datetime

from console.desk.ledger import Ledger
from console.store.confirming import Confirmed, confirm_read


@dataclass(frozen=True, slots=True)
class Came:
    """What came of it, and whether it is in the audit already, as it is on a file."""

    what: Confirmed
    noted: bool


def confirm(
    ledger: Ledger, *, practice: str, message: int, seen: int, person: str, at: datetime
) -> Came | None:
    """Confirm a message as who is signed in to read; None while the records are away."""
    done = ledger.write_as_signed_in(
        lambda session: confirm_read(
            session, practice=practice, message=message, seen=seen, person=person, at=at
        )
    )
    return None if done is None else Came(done, noted=not ledger.people.seat.on_server)
