"""The arguments of `frontdesk pbx ...`. Each command imports what it needs when chosen."""

import argparse
import sys
from pathlib import Path


def add_pbx(parser: argparse.ArgumentParser) -> None:
    """Add the PBX commands to the command line."""
    work = parser.add_subparsers(required=True, metavar="COMMAND")
    written = work.add_parser("write", help="write an Asterisk configuration for the practices")
    written.add_argument("folder", type=Path, metavar="DIR", help="where it is written")
    written.add_argument("--plan", type=Path, required=True, help="trunk, desks, queues (TOML)")
    written.add_argument("--practices", type=Path, required=True, help="folder of practice files")
    written.set_defaults(command=_write)


def _write(arguments: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from console.pbx.plan import load_plan
    from console.pbx.write import write
    from scripts.loader import load_library

    library = load_library(arguments.practices)
    for fault in library.faults:
        print(f"frontdesk: {fault}", file=sys.stderr)
    plan = load_plan(arguments.plan, library)
    told = write(plan, library.practices, arguments.folder, datetime.now(UTC))
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
    return 1 if library.faults else 0
