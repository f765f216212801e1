"""The arguments of `frontdesk people ...`. Each command imports what it needs when chosen."""

import argparse
from pathlib import Path

from console.store.values import Role


def add_people(parser: argparse.ArgumentParser) -> None:
    """Add every people command to the command line."""
    work = parser.add_subparsers(required=True, metavar="COMMAND")
    add = work.add_parser("add", help="make an account")
    add.add_argument("login", help="the name to sign in with")
    add.add_argument("--name", required=True, help="the name as colleagues and callers know it")
    add.add_argument("--role", choices=tuple(Role), default=Role.RECEPTIONIST)
    add.add_argument("--practice", metavar="ID", help="a liaison’s practice")
    shown = work.add_parser("list", help="show the accounts")
    reset = work.add_parser("reset", help="give an account another password")
    reset.add_argument("--phone", action="store_true", help="and have it enrol another phone")
    for with_password in (add, reset):
        with_password.add_argument(
            "--generate", action="store_true", help="make a password up and print it once"
        )
    disable = work.add_parser("disable", help="keep somebody from signing in")
    enable = work.add_parser("enable", help="let somebody sign in again")
    for of_somebody in (reset, disable, enable):
        of_somebody.add_argument("login")
    desk = work.add_parser("desk", help="on a server: make the role desks use before sign-in")
    commands = {
        "add": add,
        "show": shown,
        "reset": reset,
        "disable": disable,
        "enable": enable,
        "desk": desk,
    }
    for name, each in commands.items():
        each.add_argument("--settings", type=Path, help="settings file (TOML)")
        each.add_argument(
            "--records", help="the records: a path, or postgresql://user@host/database"
        )
        each.set_defaults(command=_run, work=name)


def _run(arguments: argparse.Namespace) -> int:
    from console.people import command

    return int(getattr(command, arguments.work)(arguments))
