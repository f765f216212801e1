"""The arguments of `frontdesk rota ...`. Each command imports what it needs when chosen."""

import argparse
from pathlib import Path


def add_rota(parser: argparse.ArgumentParser) -> None:
    """Add the commands about the on-call rota."""
    work = parser.add_subparsers(required=True, metavar="COMMAND")
    who = work.add_parser("who", help="say who is on call at a time, until when and who is next")
    who.add_argument("--at", metavar="TIME", help="local: 2026-11-24T19:42 (now)")
    who.set_defaults(command=_who)
    confirm = work.add_parser("confirm", help="put on record that who is on call was asked, and is")
    confirm.add_argument("--by", required=True, metavar="NAME", help="who says so")
    confirm.set_defaults(command=_confirm)
    brought = work.add_parser("import", help="bring shifts in from iCalendar or CSV")
    brought.add_argument("file", type=Path)
    brought.add_argument("--by", required=True, metavar="NAME", help="who brings it in")
    brought.add_argument("--dry-run", action="store_true", help="only say what would change")
    brought.set_defaults(command=_import)
    for each in (who, confirm, brought):
        each.add_argument("--practice", required=True, metavar="ID", help="the practice's id")
        each.add_argument(
            "--practices", type=Path, help="folder of practice files; alone, no records are opened"
        )
        each.add_argument("--settings", type=Path, help="settings file (TOML)")
        each.add_argument(
            "--records", help="the records: a path, or postgresql://user@host/database"
        )
        each.add_argument("--json", action="store_true", help="write the answer as JSON")


def _who(arguments: argparse.Namespace) -> int:
    from console.rota.who import run_who

    return run_who(arguments)


def _confirm(arguments: argparse.Namespace) -> int:
    from console.rota.confirm import run_confirm

    return run_confirm(arguments)


def _import(arguments: argparse.Namespace) -> int:
    from console.rota.bring_in import run_import

    return run_import(arguments)
