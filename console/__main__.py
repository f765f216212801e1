"""The command line: `frontdesk run`, `demo`, `selftest`, `practice ...`.

Each command imports what it needs when it is chosen, so that `frontdesk practice check` runs on a
machine without a screen. A `WorldError` becomes its sentence and exit code 2.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from console import __version__
from console.errors import WorldError
from console.escalation.arguments import add_escalate
from console.exporting.arguments import add_export
from console.figures.arguments import add_figures, add_report
from console.pbx.arguments import add_pbx
from console.people.arguments import add_people
from console.practice.arguments import add_practice
from console.queue_feed.arguments import add_floor
from console.recordings.arguments import add_recordings
from console.records.arguments import add_records
from console.rota.arguments import add_rota
from console.safe import Safe, SystemSafe
from console.wallboard.arguments import add_wallboard
from console.worker.arguments import add_record, add_worker


def main(argv: Sequence[str] | None = None, *, safe: Safe | None = None) -> int:
    """Run the command line and return its exit code. `safe` is where keys come from: the system's
    keyring, unless they are handed in."""
    arguments = _parser().parse_args(argv)
    arguments.safe = safe or SystemSafe()
    try:
        return int(arguments.command(arguments))
    except WorldError as error:
        print(f"frontdesk: {error.title}. {error.message}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="frontdesk", description="The desk of a receptionist.")
    parser.add_argument("--version", action="version", version=f"Frontdesk {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_run(commands.add_parser("run", help="take calls"))
    _add_demo(commands.add_parser("demo", help="take calls from callers that the demo plays"))
    _add_selftest(commands.add_parser("selftest", help="try everything a call needs"))
    add_recordings(commands.add_parser("recordings", help="list, export and delete recordings"))
    add_people(commands.add_parser("people", help="make and manage accounts"))
    ladders = commands.add_parser("escalate", help="try escalation ladders, and what became of one")
    add_record(add_escalate(ladders))
    add_rota(commands.add_parser("rota", help="say, confirm and bring in who is on call"))
    add_pbx(commands.add_parser("pbx", help="set the telephone exchange up"))
    add_floor(commands.add_parser("floor", help="print who waits and who talks, live"))
    add_wallboard(commands.add_parser("wallboard", help="show the floor on a large screen, live"))
    add_report(commands.add_parser("report", help="a practice's month, as text, PDF or CSV"))
    add_export(commands.add_parser("export", help="open and booked times for other programs"))
    add_figures(commands.add_parser("figures", help="figures of past days: service level, waits"))
    add_worker(commands.add_parser("worker", help="page, send and deliver without a window"))
    add_records(commands.add_parser("records", help="keep, check and move the records"))
    practice = commands.add_parser("practice", help="work on practice files")
    add_practice(practice)
    return parser


def _add_run(parser: argparse.ArgumentParser) -> None:
    _add_settings(parser)
    parser.set_defaults(command=_run)


def _add_selftest(parser: argparse.ArgumentParser) -> None:
    _add_settings(parser)
    parser.add_argument("--json", action="store_true", help="write the checks as JSON")
    parser.set_defaults(command=_selftest)


def _add_settings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--settings", type=Path, help="settings file (TOML)")
    parser.add_argument("--data", type=Path, help="folder for records and the engine's files")
    parser.add_argument("--practices", type=Path, help="folder of practice files (YAML)")
    parser.add_argument("--records", help="the records: a path, or postgresql://user@host/database")
    parser.add_argument("--agent", help="your name, as callers hear it")
    parser.add_argument("--bind", help="address to hear calls on")
    parser.add_argument("--sip-port", type=int, help="port to hear calls on; 0 takes a free one")
    parser.add_argument(
        "--sound", choices=("headset", "native", "none"), help="what to speak through"
    )


def _add_demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--unattended", action="store_true", help="take the calls by itself")
    parser.add_argument("--attended", action="store_true", help="wait for a person even so")
    parser.add_argument("--calls", type=int, default=7, metavar="N", help="how many callers")
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write what happened, call by call"
    )
    parser.add_argument("--shots", type=Path, metavar="DIR", help="write pictures of the window")
    parser.add_argument("--output", type=Path, metavar="DIR", help="folder for the demo's records")
    parser.set_defaults(command=_demo)


def _run(arguments: argparse.Namespace) -> int:
    from console.start import run_desk

    return run_desk(arguments, arguments.safe)


def _selftest(arguments: argparse.Namespace) -> int:
    from console.selftest import run_selftest

    return run_selftest(arguments, arguments.safe)


def _demo(arguments: argparse.Namespace) -> int:
    from console.demo.command import run_demo

    return run_demo(arguments)


if __name__ == "__main__":
    sys.exit(main())
