"""`frontdesk run` with a receptionist at the desk: what is measured is a call, not a sign-in."""

import argparse
import sys
from pathlib import Path

from console.desk.permissions import Person
from console.start import run_desk
from console.store.values import Role
from tests.records_file import SAFE


def main() -> int:
    """Run the desk with the options a measurement gives it."""
    parser = argparse.ArgumentParser()
    for name in ("--data", "--practices", "--settings"):
        parser.add_argument(name, type=Path)
    for name in ("--bind", "--sound", "--agent"):
        parser.add_argument(name)
    parser.add_argument("--sip-port", type=int)
    parser.set_defaults(records=None)
    arguments = parser.parse_args()
    return run_desk(arguments, SAFE, Person("dana", arguments.agent, Role.RECEPTIONIST))


if __name__ == "__main__":
    sys.exit(main())
