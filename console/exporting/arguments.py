"""The arguments of `frontdesk export`; what it does is imported when it is asked for."""

import argparse
from datetime import date
from pathlib import Path


def add_export(parser: argparse.ArgumentParser) -> None:
    """Add `fhir`."""
    work = parser.add_subparsers(required=True, metavar="FORM")
    fhir = work.add_parser("fhir", help="open and booked times as FHIR R4 Slot and Appointment")
    fhir.add_argument("--practice", metavar="ID", required=True, help="whose")
    day = date.fromisoformat
    fhir.add_argument(
        "--from", dest="since", type=day, metavar="DAY", required=True, help="first day"
    )
    fhir.add_argument("--to", dest="until", type=day, metavar="DAY", help="last day (the first)")
    fhir.add_argument("--ndjson", action="store_true", help="a resource a line, no Bundle")
    fhir.add_argument(
        "--output", type=Path, metavar="FILE", help="write it there, not to the screen"
    )
    fhir.add_argument("--practices", type=Path, help="folder of practice files (YAML)")
    fhir.add_argument("--records", help="the records: a path, or postgresql://user@host/database")
    fhir.add_argument("--settings", type=Path, help="settings file (TOML)")
    fhir.set_defaults(command=_run)


def _run(arguments: argparse.Namespace) -> int:
    from console.exporting.fhir import run_export

    return run_export(arguments)
