"""`frontdesk pbx write`: the practices in force, and what is said of what was written."""

import argparse
import sys
from datetime import UTC, datetime

from console.errors import WorldError
from console.pbx.plan import load_plan
from console.pbx.write import Written, write
from scripts.faults import Fault
from scripts.loader import Library, load_library


def run_write(arguments: argparse.Namespace) -> int:
    """Write, and say what to load; 1 where a practice's file is at fault. Raises `WorldError`."""
    now = datetime.now(UTC)
    library, faults = _practices(arguments, now)
    for fault in faults:
        print(f"frontdesk: {fault}", file=sys.stderr)
    plan = load_plan(arguments.plan, library)
    # What a file at fault said when it was good goes on: a slip of the pen must close no practice
    told = write(plan, library.practices, arguments.folder, now, take_away=not faults)
    _say(told)
    return 1 if faults else 0


def _practices(arguments: argparse.Namespace, now: datetime) -> tuple[Library, tuple[Fault, ...]]:
    """Return the practices: the files of `--practices` alone, else what is in force in the records,
    over the files of the settings."""
    if arguments.practices is not None and arguments.records is None and arguments.settings is None:
        found = load_library(arguments.practices)
        return found, found.faults
    from console.desk.editions import in_force  # noqa: PLC0415 - with the database's library
    from console.records.opening import opening  # noqa: PLC0415
    from console.records.practices import practice_files  # noqa: PLC0415

    files = practice_files(arguments)
    with opening(arguments).opened(there=True) as records, records.session() as session:
        library = in_force(session, files, now)
    if not library.practices:
        raise WorldError(
            "There are no practices", "Neither the records nor the practices' folder has one."
        )
    return library, files.faults


def _say(told: Written) -> None:
    for path in told.changed:
        print(f"written: {path}")
    for path in told.removed:
        print(f"taken away: {path}")
    for command in told.reloads:
        print(f'run on the PBX: asterisk -rx "{command}"')
    for user, password in told.passwords.items():
        print(f"new desk {user}: its password is {password}")
        print(f"  on that desk: keyring set frontdesk-line {user}@<the PBX>; it is shown only now")
    for user, number in told.numbers.items():
        print(f"{user} has the number {number}: *55{number} listens, *56 coaches, *57 joins,")
        print("  *58 takes over, *59 hangs up")
    if not told.changed and not told.removed:
        print("nothing has changed")
