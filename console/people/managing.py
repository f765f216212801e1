"""Making and changing accounts, from the window and from the command line alike."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from console.people import credentials
from console.people.reaching import Reach, note
from console.store import people, rights
from console.store.people import Account, NewAccount, PeopleRefused
from console.store.values import Role


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody to be given an account; `practice` for a liaison, by its id."""

    login: str
    name: str
    role: Role
    practice: str | None = None


class Managing:
    """The accounts. Everything raises `PeopleRefused` for what cannot be done, `Unreachable` or
    another `RecordsError` while the records are away. `by` is the login of who changes."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach

    def staff(self) -> tuple[Account, ...]:
        """Return every account by its shown name."""
        return self._reach.read(people.everybody)

    def add(self, new: NewPerson, *, at: datetime, by: str, password: str = "") -> str:
        """Make an account, and return the password it is first signed in with.

        One that was given is judged like any; either way the person replaces it.
        """
        fault = account_fault(new.login, new.name)
        if not fault and password:
            fault = credentials.password_fault(password, login=new.login, name=new.name)
        if not fault and (new.role is Role.LIAISON) != (new.practice is not None):
            fault = "A liaison belongs to one practice, and nobody else to any."
        if fault:
            raise PeopleRefused("This account cannot be made", fault, "")
        given = password or credentials.new_password()
        account = NewAccount(
            login=new.login,
            name=new.name,
            role=new.role,
            practice_id=new.practice,
            password_hash=credentials.hash_secret(given),
        )
        login = new.login.strip().lower()
        door = credentials.database_password(login, given)

        def make(session: Session) -> None:
            people.add_account(session, new=account, at=at, by=by)
            rights.keep_person(session, login=login, password=door)

        self._reach.write(make)
        note("account added")
        return given

    def reset(self, login: str, *, at: datetime, by: str, password: str = "") -> str:
        """Give an account a password to be used once, and return it."""
        given = password or credentials.new_password()
        kept = credentials.hash_secret(given)
        login = login.strip().lower()
        door = credentials.database_password(login, given)

        def change(session: Session) -> None:
            people.set_password(
                session, login=login, password_hash=kept, must_choose=True, at=at, by=by
            )
            rights.keep_person(session, login=login, password=door)

        self._reach.write(change)
        note("password reset")
        return given

    def change_role(
        self, login: str, role: Role, practice: str | None, *, at: datetime, by: str
    ) -> None:
        """Give somebody another role."""
        if (role is Role.LIAISON) != (practice is not None):
            raise PeopleRefused(
                "Not this role", "A liaison belongs to one practice, and nobody else to any.", ""
            )
        login = login.strip().lower()

        def change(session: Session) -> None:
            people.change_role(session, login=login, role=role, practice_id=practice, at=at, by=by)
            rights.keep_person(session, login=login)

        self._reach.write(change)
        note("role changed")

    def set_active(self, login: str, *, active: bool, at: datetime, by: str) -> None:
        """Disable or enable an account."""
        login = login.strip().lower()

        def change(session: Session) -> None:
            people.set_active(session, login=login, active=active, at=at, by=by)
            rights.keep_person(session, login=login)

        self._reach.write(change)
        note("account enabled" if active else "account disabled")

    def enrol_again(self, login: str, *, at: datetime, by: str) -> None:
        """Have somebody enrol another phone at their next sign-in."""
        self._reach.write(lambda session: people.enrol_again(session, login=login, at=at, by=by))
        note("phone forgotten")


def account_fault(login: str, name: str) -> str:
    """Return what is wrong with a login and a shown name, "" when nothing."""
    plain = login.strip().lower()
    if not plain or not all(each.isalnum() or each in "._-" for each in plain):
        return "A login is letters, digits, dots, hyphens and underscores."
    if not plain.isascii() or not plain[0].isalpha() or len(plain) > 40:
        return "A login starts with a letter, is plain Latin, and has at most 40 signs."
    if not name.strip():
        return "Say the name as colleagues and callers know it."
    return ""
