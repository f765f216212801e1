"""The floor's question to the records, on the worker's thread."""

from datetime import datetime

from console.desk.ledger import Ledger
from console.store.floor import FloorRows, floor_rows


def look(ledger: Ledger, midnight: datetime, now: datetime) -> FloorRows | None:
    """Look at the floor; None while the records are away."""
    return ledger.read(lambda session: floor_rows(session, midnight=midnight, now=now))
