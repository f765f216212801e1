"""The arguments of `frontdesk worker`, and of `frontdesk escalate record`.

Each imports what it needs when it is chosen.
"""

import argparse
from pathlib import Path


def add_worker(parser: argparse.ArgumentParser) -> None:
    """Add the worker to the command line."""
    parser.add_argument("--once", action="store_true", help="do what is due now, then end")
    parser.add_argument("--json", action="store_true", help="write each pass as a line of JSON")
    parser.add_argument("--settings", type=Path, help="settings file (TOML)")
    parser.add_argument("--practices", type=Path, help="folder of practice files (YAML)")
    parser.add_argument("--records", help="the records: a path, or postgresql://user@host/database")
    parser.set_defaults(command=_run)


def _run(arguments: argparse.Namespace) -> int:
    from console.worker.command import run_worker

    return run_worker(arguments)


def add_record(work: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `record` to `frontdesk escalate`."""
    parser = work.add_parser("record", help="write what became of an escalation, from the records")
    parser.add_argument("reference", help="its reference, as in the pages: R7K4A")
    parser.add_argument("--json", action="store_true", help="write JSON")
    parser.add_argument("--settings", type=Path, help="settings file (TOML)")
    parser.add_argument("--records", help="the records: a path, or postgresql://user@host/database")
    parser.set_defaults(command=_record)


def _record(arguments: argparse.Namespace) -> int:
    from console.worker.record import print_record

    return print_record(arguments)
