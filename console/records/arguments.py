"""The arguments of `frontdesk records ...`. Each command imports what it needs when chosen."""

import argparse
from pathlib import Path


def add_records(parser: argparse.ArgumentParser) -> None:
    """Add every records command to the command line."""
    work = parser.add_subparsers(required=True, metavar="COMMAND")
    status = work.add_parser("status", help="say where the records are and how they do")
    upgrade = work.add_parser("upgrade", help="bring the records to this version's layout")
    upgrade.add_argument(
        "--remove-plain",
        action="store_true",
        help="overwrite and delete the file that 0.1 kept in the clear",
    )
    upgrade.add_argument(
        "--backup", type=Path, metavar="FILE", help="where to put a server's backup before"
    )
    verify = work.add_parser("verify", help="find what was damaged or tampered with")
    verify.add_argument(
        "--heads", type=Path, metavar="FILE", help="heads of the audit, exported before"
    )
    backup = work.add_parser("backup", help="write everything to an encrypted file")
    backup.add_argument("file", type=Path)
    restore = work.add_parser("restore", help="bring a backup back")
    restore.add_argument("file", type=Path)
    restore.add_argument(
        "--recovery-key", action="store_true", help="ask for the key, as it was written down"
    )
    move = work.add_parser("move", help="move a file's records to a server")
    move.add_argument("to", help="postgresql://user@host/database, empty")
    recovery = work.add_parser("recovery-key", help="show the key that opens backups elsewhere")
    commands = {
        "status": status, "upgrade": upgrade, "verify": verify, "backup": backup,
        "restore": restore, "move": move, "recovery_key": recovery,
    }  # fmt: skip
    for name, each in commands.items():
        each.add_argument("--settings", type=Path, help="settings file (TOML)")
        each.add_argument("--data", type=Path, help="folder of this machine's own files")
        each.add_argument(
            "--records", help="the records: a path, or postgresql://user@host/database"
        )
        each.add_argument("--json", action="store_true", help="write what was done as JSON")
        each.set_defaults(command=_run, work=name)


def _run(arguments: argparse.Namespace) -> int:
    from console.records import command

    return int(getattr(command, arguments.work)(arguments))
