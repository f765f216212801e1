"""The arguments of `frontdesk pbx ...`. Each command imports what it needs when chosen."""

import argparse
from pathlib import Path


def add_pbx(parser: argparse.ArgumentParser) -> None:
    """Add the PBX commands to the command line."""
    work = parser.add_subparsers(required=True, metavar="COMMAND")
    written = work.add_parser("write", help="write an Asterisk configuration for the practices")
    written.add_argument("folder", type=Path, metavar="DIR", help="where it is written")
    written.add_argument("--plan", type=Path, required=True, help="trunk, desks, queues (TOML)")
    written.add_argument(
        "--practices",
        type=Path,
        help="folder of practice files; given alone, the records are not asked",
    )
    written.add_argument(
        "--records", help="the records: a path, or postgresql://user@host/database"
    )
    written.add_argument("--settings", type=Path, help="settings file (TOML)")
    written.set_defaults(command=_write)


def _write(arguments: argparse.Namespace) -> int:
    from console.pbx.command import run_write

    return run_write(arguments)
