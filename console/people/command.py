"""`frontdesk people`: accounts from the command line, by whoever may open the records.

Passwords are typed without an echo, or made up and printed this once; never an argument, where
other users of the machine would read it, and never the same for two people.
"""

import argparse
import getpass
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from console.errors import WorldError
from console.keychain import RECORDS_SERVICE
from console.people import delays
from console.people.credentials import new_password, password_fault
from console.people.managing import Managing, NewPerson
from console.people.reaching import Reach
from console.records.opening import opening
from console.store import people, rights
from console.store.people import Account
from console.store.place import ServerPlace
from console.store.session import Records
from console.store.values import Role

BY = "command line"


def add(arguments: argparse.Namespace) -> int:
    """Make an account."""
    role = Role(arguments.role)
    with opening(arguments).opened() as records:
        with records.session() as session:
            if not people.anybody(session) and role is not Role.ADMINISTRATOR:
                raise WorldError(
                    "The first account is the administrator’s", "Add it with --role administrator."
                )
        password = _password(arguments, arguments.login, arguments.name)
        given = _managing(records).add(
            NewPerson(arguments.login, arguments.name, role, arguments.practice),
            at=datetime.now(UTC),
            by=BY,
            password=password,
        )
    _tell(arguments.login, given if not password else "")
    return 0


def reset(arguments: argparse.Namespace) -> int:
    """Give an account another password; with `--phone`, have it enrol another phone too."""
    with opening(arguments).opened() as records:
        account = _find(records, arguments.login)
        password = _password(arguments, account.login, account.name)
        now = datetime.now(UTC)
        given = _managing(records).reset(account.login, at=now, by=BY, password=password)
        if arguments.phone:
            _managing(records).enrol_again(account.login, at=now, by=BY)
    _tell(account.login, given if not password else "")
    return 0


def disable(arguments: argparse.Namespace) -> int:
    """Keep somebody from signing in."""
    return _set_active(arguments, active=False)


def enable(arguments: argparse.Namespace) -> int:
    """Let somebody sign in again."""
    return _set_active(arguments, active=True)


def show(arguments: argparse.Namespace) -> int:
    """List the accounts."""
    with opening(arguments).opened() as records, records.session() as session:
        accounts = people.everybody(session)
    now = datetime.now(UTC)
    rows = [("LOGIN", "NAME", "ROLE", "PRACTICE", "STATE")]
    rows += [
        (each.login, each.name, str(each.role), each.practice_id or "", state_of(each, now))
        for each in accounts
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    for row in rows:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
    return 0


def desk(arguments: argparse.Namespace) -> int:
    """Make the role that desks work under until somebody signs in, or give it another password."""
    with opening(arguments).opened() as records:
        place = records.place
        if not isinstance(place, ServerPlace):
            raise WorldError("No roles in a file", "This is for records on a server.")
        password = new_password()
        role = records.write(lambda session: rights.keep_desk(session, password=password))
    where = replace(place, user=role)
    print(f'Settings of each desk: records = "{where}"')
    print(f"Its keyring: keyring set {RECORDS_SERVICE} {where.account}")
    print(f"Password, shown this once: {password}")
    return 0


def state_of(account: Account, now: datetime) -> str:
    """Return how an account stands, in a few words."""
    if not account.active:
        return "disabled"
    wait = delays.wait_s(account.failed, account.failed_at, now)
    if wait:
        return f"waits {delays.in_words(wait)} after {account.failed} wrong tries"
    if account.must_choose:
        return "password to be chosen"
    if account.totp_confirmed_at is None:
        return "phone to be enrolled"
    return "active"


def _set_active(arguments: argparse.Namespace, *, active: bool) -> int:
    with opening(arguments).opened() as records:
        account = _find(records, arguments.login)
        _managing(records).set_active(account.login, active=active, at=datetime.now(UTC), by=BY)
    print(f"{account.name} may sign in again." if active else f"{account.name} is disabled.")
    return 0


def _managing(records: Records) -> Managing:
    return Managing(Reach(lambda: records))


def _find(records: Records, login: str) -> Account:
    with records.session() as session:
        account = people.find_account(session, login=login)
    if account is None:
        raise WorldError("Nobody has this login", f"There is no account “{login}”.")
    return account


def _password(arguments: argparse.Namespace, login: str, name: str) -> str:
    """Return a password typed twice, or "" where one is to be made up."""
    if arguments.generate:
        return ""
    ask: Callable[[str], str] = getpass.getpass
    if not sys.stdin.isatty():
        raise WorldError("No terminal to type a password at", "Have one made up with --generate.")
    typed = ask("Password: ")
    if fault := password_fault(typed, login=login, name=name):
        raise WorldError("Not this password", fault)
    if ask("The same again: ") != typed:
        raise WorldError("The two are not the same", "Nothing was changed; start again.")
    return typed


def _tell(login: str, given: str) -> None:
    if given:
        print(f"Password, shown this once: {given}")
    print(f"At the first sign-in “{login}” chooses another and enrols a phone.")
