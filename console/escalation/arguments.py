"""The arguments of `frontdesk escalate ...`. Each command imports what it needs when chosen."""

import argparse
from pathlib import Path

from scripts.calltypes import CallType
from scripts.protocol import Priority


def add_escalate(
    parser: argparse.ArgumentParser,
) -> "argparse._SubParsersAction[argparse.ArgumentParser]":
    """Add the escalation commands to the command line; return where others are added."""
    work = parser.add_subparsers(required=True, metavar="COMMAND")
    simulated = work.add_parser("simulate", help="print a ladder's time-line without sending")
    simulated.add_argument("--practice", required=True, metavar="ID", help="the practice's id")
    simulated.add_argument("--practices", type=Path, required=True,
                           help="folder of practice files")  # fmt: skip
    simulated.add_argument("--at", required=True, metavar="TIME",
                           help="when it is opened, local: 2026-11-24T19:42")  # fmt: skip
    simulated.add_argument("--type", type=CallType, default=CallType.URGENT, metavar="CALL_TYPE")
    simulated.add_argument("--priority", type=Priority, default=Priority.URGENT)
    example = '[{"after": 6, "who": "okafor", "does": "acknowledge"}]'
    simulated.add_argument("--answers", type=Path, metavar="FILE", help=f"JSON: {example}")
    simulated.add_argument("--hours", type=float, default=1.0, help="how long to look (1)")
    simulated.add_argument("--json", action="store_true", help="write the time-line as JSON")
    simulated.set_defaults(command=_simulate)
    return work


def _simulate(arguments: argparse.Namespace) -> int:
    from console.escalation.command import run_simulation

    return run_simulation(arguments)
