"""The arguments of `frontdesk figures` and `frontdesk report`, which import what they
need when they are chosen."""

import argparse
from pathlib import Path


def add_figures(parser: argparse.ArgumentParser) -> None:
    """Add the figures to the command line."""
    parser.add_argument("--from", dest="since", metavar="DAY", help="first day, YYYY-MM-DD (today)")
    parser.add_argument("--to", dest="until", metavar="DAY", help="last day, with it (the first)")
    parser.add_argument(
        "--by",
        choices=("practice", "agent", "hour", "day"),
        default="practice",
        help="what figures are told apart by (practice)",
    )
    parser.add_argument("--practice", metavar="ID", help="of this practice alone")
    parser.add_argument("--within", type=float, default=20.0, metavar="S", help="in time (20)")
    parser.add_argument("--short", type=float, default=5.0, metavar="S", help="short abandon (5)")
    parser.add_argument(
        "--queue-log", type=Path, metavar="FILE", help="out of the PBX's own log, not the records"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="write JSON")
    form.add_argument("--csv", action="store_true", help="write CSV")
    form.add_argument("--pdf", type=Path, metavar="FILE", help="write a PDF there")
    parser.add_argument("--records", help="the records: a path, or postgresql://user@host/database")
    parser.add_argument("--settings", type=Path, help="settings file (TOML)")
    parser.set_defaults(command=_run)


def add_report(parser: argparse.ArgumentParser) -> None:
    """Add a practice's month to the command line."""
    parser.add_argument("--practice", metavar="ID", required=True, help="whose month")
    parser.add_argument("--month", metavar="YYYY-MM", required=True, help="which month")
    parser.add_argument("--pdf", type=Path, metavar="FILE", help="write a PDF there")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write CSV there")
    parser.add_argument("--practices", type=Path, help="folder of practice files (YAML)")
    parser.add_argument("--records", help="the records: a path, or postgresql://user@host/database")
    parser.add_argument("--settings", type=Path, help="settings file (TOML)")
    parser.set_defaults(command=_run_report)


def _run_report(arguments: argparse.Namespace) -> int:
    from console.figures.report import run_report

    return run_report(arguments)


def _run(arguments: argparse.Namespace) -> int:
    from console.figures.command import run_figures

    return run_figures(arguments)
