"""The arguments of `frontdesk wallboard`. It imports what it needs when it is chosen."""

import argparse
from pathlib import Path


def add_wallboard(parser: argparse.ArgumentParser) -> None:
    """Add the wallboard to the command line."""
    look = parser.add_mutually_exclusive_group()
    look.add_argument("--light", dest="look", action="store_const", const="light", help="by day")
    look.add_argument("--dark", dest="look", action="store_const", const="dark", help="by night")
    parser.add_argument("--window", action="store_true", help="do not fill the screen")
    parser.add_argument("--records", help="the records: a path, or postgresql://user@host/database")
    parser.add_argument("--settings", type=Path, help="settings file (TOML)")
    parser.set_defaults(command=_run)


def _run(arguments: argparse.Namespace) -> int:
    from console.wallboard.command import run_wallboard

    return run_wallboard(arguments)
