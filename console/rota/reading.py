"""The practice a command is about, as every desk has it: its version in force, with what was
entered about its rota."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from console.desk.editions import in_force
from console.errors import WorldError
from console.escalation.command import named_practice
from console.records.opening import opening
from console.records.practices import practice_files
from console.store import rota
from console.store.session import Records
from scripts.loader import Library
from scripts.practice import Practice


@contextmanager
def practice_in_records(arguments: argparse.Namespace) -> Iterator[tuple[Practice, Records]]:
    """Give the practice and the open records; raise `WorldError` where there is none such."""
    files = practice_files(arguments)
    for fault in files.faults:
        print(f"frontdesk: {fault}", file=sys.stderr)
    with opening(arguments).opened(there=True) as records:
        yield _practice(records, files, arguments.practice), records


def practice_of(arguments: argparse.Namespace) -> Practice:
    """Return the practice: from a folder of files where only that is named, else as it is in the
    records."""
    if arguments.practices and not (arguments.records or arguments.settings):
        return named_practice(arguments.practices, arguments.practice)
    with practice_in_records(arguments) as (practice, _):
        return practice


def _practice(records: Records, files: Library, practice_id: str) -> Practice:
    now = datetime.now(UTC)
    with records.session() as session:
        library = in_force(session, files, now)
        entered = rota.entered(session, now=now)
    practice = library.by_id(practice_id)
    if practice is None:
        known = ", ".join(sorted(each.id for each in library.practices)) or "none"
        raise WorldError("No such practice", f"There is no “{practice_id}”; there are {known}.")
    return entered.over(practice)
