"""`frontdesk rota confirm`: somebody's word that whoever is on call was asked, and is."""

import argparse
import json
from datetime import UTC, datetime
from secrets import token_hex

from console.errors import WorldError
from console.rota.reading import practice_in_records
from console.store.rota import confirm_rota
from console.store.work import ConfirmedRota
from scripts.oncall import on_call_at


def run_confirm(arguments: argparse.Namespace) -> int:
    """Write the confirmation; raise `WorldError` for a practice without a rota."""
    name = arguments.by.strip()
    if not name:
        raise WorldError("Nobody is named", "Say who confirms it: --by “A. Marsh”.")
    now = datetime.now(UTC)
    with practice_in_records(arguments) as (practice, records):
        found = on_call_at(practice, now)
        if found is None:
            raise WorldError("No rota", f"{practice.name} has no on_call in its file; add one.")
        confirmed = ConfirmedRota(
            uid=token_hex(12),
            practice_id=practice.id,
            service_line=practice.service_line,
            provider=found.provider.id,
            person=name,
            at=now,
        )
        records.write(lambda session: confirm_rota(session, confirmed=confirmed))
    if arguments.json:
        told = {"practice": practice.id, "on_call": found.provider.id, "by": name,
                "at": now.astimezone(practice.zone).isoformat(timespec="seconds")}  # fmt: skip
        print(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        print(f"{practice.name}: {found.provider.full} is on call ({found.source}), says {name}.")
    return 0
