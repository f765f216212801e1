"""The arguments of `frontdesk recordings`; what they do is imported when it is asked for."""

import argparse
from datetime import date
from pathlib import Path


def add_recordings(parser: argparse.ArgumentParser) -> None:
    """Add `list`, `export` and `delete`."""
    work = parser.add_subparsers(required=True, metavar="COMMAND")
    listing = _command(work, "list", "list recordings and refusals, newest first", "show")
    listing.add_argument("--practice", metavar="ID", help="of this practice only")
    listing.add_argument("--number", help="of this caller's number only, in E.164")
    listing.add_argument("--since", type=date.fromisoformat, metavar="DAY", help="from this day on")
    listing.add_argument("--json", action="store_true", help="write JSON")
    export = _command(work, "export", "write a recording as a WAV file, in the clear", "export")
    export.add_argument("recording", help="its id, or the beginning of it")
    export.add_argument("file", type=Path, help="WAV file to write: caller left, desk right")
    delete = _command(work, "delete", "destroy a recording's key and its file", "delete")
    delete.add_argument("recording", help="its id, or the beginning of it")
    delete.add_argument("--yes", action="store_true", help="do not ask")


def _command(
    work: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    words: str,
    run: str,
) -> argparse.ArgumentParser:
    parser = work.add_parser(name, help=words)
    parser.add_argument("--settings", type=Path, help="settings file (TOML)")
    parser.add_argument("--folder", type=Path, help="folder of the recordings")
    parser.add_argument("--records", help="the records: a path, or postgresql://user@host/database")
    parser.set_defaults(command=_run, work=run)
    return parser


def _run(arguments: argparse.Namespace) -> int:
    from console.recordings import command

    return int(getattr(command, arguments.work)(arguments))
