"""The arguments of `frontdesk records ...`. Each command imports what it needs when chosen."""

import argparse
from pathlib import Path
from typing import TypeAlias

_Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


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
        "--heads",
        type=Path,
        metavar="FILE",
        help="heads exported before; or a folder",
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
    aside = work.add_parser("aside", help="see to work the records refused")
    aside.add_argument("--show", action="store_true", help="show what stands in it")
    aside.add_argument("--retry", action="store_true", help="try to write it once more")
    aside.add_argument("--hand-over", metavar="NAME", help="note who sees to it from now on")
    aside.add_argument("--drop", metavar="ID", action="append", default=[], help="let one go")
    commands = {
        "status": status, "upgrade": upgrade, "verify": verify, "backup": backup,
        "restore": restore, "move": move, "recovery_key": recovery,
        "aside": aside,
    }  # fmt: skip
    commands |= _keeping(work)
    for name, each in commands.items():
        each.add_argument("--settings", type=Path, help="settings file (TOML)")
        each.add_argument("--data", type=Path, help="folder of this machine's own files")
        each.add_argument(
            "--records", help="the records: a path, or postgresql://user@host/database"
        )
        each.add_argument("--json", action="store_true", help="write what was done as JSON")
        each.set_defaults(command=_run, work=name)


def _keeping(work: "_Commands") -> dict[str, argparse.ArgumentParser]:
    """Add what keeps the records private, and no longer than they have to be."""
    heads = work.add_parser("heads", help="write the audit's heads to a file or folder")
    heads.add_argument("--output", type=Path, required=True, metavar="FILE")
    desks = work.add_parser("desks", help="list the desks that have opened the records")
    admit = work.add_parser("admit", help="give a desk the keys of the records")
    admit.add_argument("desk")
    shut_out = work.add_parser("shut-out", help="take the keys from a desk")
    shut_out.add_argument("desk")
    rotate = work.add_parser("rotate-keys", help="encrypt everything with a new key")
    retention = work.add_parser("retention", help="say what is over age, or delete it for good")
    how = retention.add_mutually_exclusive_group()
    how.add_argument("--dry-run", action="store_true", help="only say it; the default")
    how.add_argument("--apply", action="store_true", help="delete it for good")
    hold = work.add_parser("hold", help="keep a practice's records, or one call's, from deletion")
    hold.add_argument("practice")
    hold.add_argument("--call", type=int, metavar="ROW", help="the call's row in the records")
    release = work.add_parser("release", help="end a hold")
    release.add_argument("hold", type=int)
    return {
        "heads": heads, "desks": desks, "admit": admit, "shut_out": shut_out,
        "rotate_keys": rotate, "retention_": retention, "hold": hold, "release": release,
    }  # fmt: skip


def _run(arguments: argparse.Namespace) -> int:
    from console.records import command, keeping

    room = command if hasattr(command, arguments.work) else keeping
    return int(getattr(room, arguments.work)(arguments))
