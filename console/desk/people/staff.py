"""Managing people, for administrators: the list of accounts, and what is done to one.

A password that is made up is shown once, in the list, and forgotten with it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from console.desk.people.port import PeopleSignals
from console.desk.people.session import Session
from console.desk.people.views import StaffRow, StaffView
from console.desk.permissions import Permission
from console.store.values import Role

if TYPE_CHECKING:
    from console.people.service import People
    from console.store.people import Account

ROLES = {
    Role.RECEPTIONIST: "Receptionist",
    Role.SUPERVISOR: "Supervisor",
    Role.ADMINISTRATOR: "Administrator",
    Role.LIAISON: "Liaison",
}


class Staff:
    """The list of accounts, as an administrator sees and changes it."""

    def __init__(self, out: PeopleSignals, session: Session) -> None:
        self._out = out
        self._session = session
        self._stage = session.stage
        self._given = ("", "")  # whose password was made up, and the password

    def show(self) -> None:
        """Show the list."""
        self._do(lambda *_: None)

    def add(self, login: str, name: str, role: Role, practice: str) -> None:
        """Make an account, and show the password it is first signed in with."""

        def work(people: "People", now: datetime, by: str) -> str:
            from console.people.managing import NewPerson  # noqa: PLC0415 - the worker's

            new = NewPerson(login, name, role, practice or None)
            return people.managing.add(new, at=now, by=by)

        self._do(work, login.strip().lower())

    def reset(self, login: str) -> None:
        """Make a password up for somebody, and show it."""
        self._do(lambda people, now, by: people.managing.reset(login, at=now, by=by), login)

    def change_role(self, login: str, role: Role, practice: str) -> None:
        """Give somebody another role."""
        self._do(
            lambda people, now, by: people.managing.change_role(
                login, role, practice or None, at=now, by=by
            )
        )

    def set_active(self, login: str, *, active: bool) -> None:
        """Disable or enable an account."""
        self._do(
            lambda people, now, by: people.managing.set_active(login, active=active, at=now, by=by)
        )

    def enrol_again(self, login: str) -> None:
        """Have somebody enrol another phone."""
        self._do(lambda people, now, by: people.managing.enrol_again(login, at=now, by=by))

    def leave(self) -> None:
        """Close the list."""
        self._given = ("", "")
        self._out.staff_changed.emit(None)

    def _do(
        self, work: "Callable[[People, datetime, str], str | None]", given_to: str = ""
    ) -> None:
        """Do something to the accounts, if it is allowed, and show the list as it is then."""
        person = self._stage.rights.person
        if not self._stage.allowed(Permission.MANAGE_PEOPLE) or person is None:
            return

        def then_list(people: "People", now: datetime) -> "tuple[str, tuple[StaffRow, ...]]":
            from console.people.command import state_of  # noqa: PLC0415 - the worker's

            given = work(people, now, person.name) or ""
            rows = tuple(
                self._row(each, state_of(each, now), me=each.login == person.login)
                for each in people.managing.staff()
            )
            return given, rows

        def shown(result: "tuple[str, tuple[StaffRow, ...]]") -> None:
            given, rows = result
            if given:
                self._given = (given_to, given)
            practices = tuple((each.id, each.name) for each in self._stage.library.practices)
            self._out.staff_changed.emit(StaffView(rows, practices, *self._given))

        self._session.people(then_list, shown)

    def _row(self, account: "Account", state: str, *, me: bool) -> StaffRow:
        practice = self._stage.library.by_id(account.practice_id) if account.practice_id else None
        return StaffRow(
            login=account.login,
            name=account.name,
            role=ROLES[account.role],
            practice=practice.name if practice else account.practice_id or "",
            state=state[0].upper() + state[1:],
            active=account.active,
            me=me,
        )
