"""`frontdesk escalate record`: what became of an escalation, for whoever may open the records."""

import argparse
import sys
from typing import Final

from sqlalchemy import select

from console.errors import WorldError
from console.records.opening import opening
from console.store.audit.events import Event
from console.store.audit.noting import note
from console.store.board.record import ItemRecord, record_of
from console.store.board.telling import as_json, as_text
from console.store.board_values import ItemKind
from console.store.models import Practice
from console.store.outbox_tables import Pursuit
from console.store.session import Records

BY: Final = "command line"


def print_record(arguments: argparse.Namespace) -> int:
    """Print an escalation's time-line, on record as exported; raise `WorldError`."""
    reference = arguments.reference.strip().upper()
    with opening(arguments).opened(there=True) as records:
        record, practice = _read(records, reference)
        records.write(
            lambda session: note(
                session,
                event=Event.EXPORTED,
                person=BY,
                kind="escalation",
                row=record.row,
                practice_id=record.practice_id,
                detail="timeline",
            )
        )
    sys.stdout.write(as_json(record) if arguments.json else as_text(record, practice=practice))
    return 0


def _read(records: Records, reference: str) -> tuple[ItemRecord, str]:
    with records.session() as session:
        found = session.scalar(select(Pursuit.escalation_id).where(Pursuit.reference == reference))
        record = None
        if found is not None:
            record = record_of(session, kind=ItemKind.ESCALATION, row=found)
        if record is None:
            raise WorldError(
                "No such escalation",
                f"There is none with the reference {reference}. Pages and the board show it.",
            )
        practice = session.get(Practice, record.practice_id) if record.practice_id else None
        return record, practice.name if practice is not None else ""
