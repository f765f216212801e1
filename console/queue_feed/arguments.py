"""The arguments of `frontdesk floor`. It imports what it needs when it is chosen."""

import argparse
from pathlib import Path


def add_floor(parser: argparse.ArgumentParser) -> None:
    """Add the live picture to the command line."""
    parser.add_argument("--once", action="store_true", help="print the floor once, then end")
    parser.add_argument("--json", action="store_true", help="write each picture as a line of JSON")
    parser.add_argument("--settings", type=Path, help="settings file (TOML)")
    parser.set_defaults(command=_run)


def _run(arguments: argparse.Namespace) -> int:
    from console.queue_feed.command import run_floor

    return run_floor(arguments)
