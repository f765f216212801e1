"""The people of this desk, as its window sees them: each intent goes to the part it belongs to."""

from datetime import timedelta

from PySide6.QtCore import QObject

from console.desk.liaison.keeper import LiaisonKeeper
from console.desk.people.glass import Glass
from console.desk.people.handing_over import HandingOver
from console.desk.people.port import PeopleSignals
from console.desk.people.session import SHORTEST_PIN, Session
from console.desk.people.signing_in import SigningIn
from console.desk.people.staff import ROLES, Staff
from console.desk.people.views import AccountView
from console.desk.permissions import Permission, Person
from console.desk.stage import Stage
from console.desk.views import Light
from console.store.values import Role


class PeopleKeeper(PeopleSignals):
    """Signing in, the session, handing over, emergency access and managing people."""

    def __init__(
        self, stage: Stage, lock_after: timedelta | None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._stage = stage
        self._pretended: Person | None = stage.rights.person
        self.session = Session(stage, lock_after, self)
        self._signing = SigningIn(self, self.session)
        self._handing = HandingOver(self, self.session)
        self._glass = Glass(self.session, self)
        self._staff = Staff(self, self.session)
        self.liaison = LiaisonKeeper(self, self.session, lock_after, self)
        self._before: Person | None = None  # whose desk it was until another signed in
        self._account_open = False
        self.session.thrown_out = self._signing.begin
        self._signing.liaison_came = self.liaison.enter
        self.session.entered += [self._came, self.liaison.close]
        self.session.left.append(self._left)
        stage.out.call_finished.connect(lambda *_: self._handing.count())

    def start(self) -> None:
        """Ask who is there; nothing waits for the answer."""
        self.session.start()
        if self._pretended is not None:
            self.session.pretend(self._pretended)
        else:
            self._signing.begin()

    def keeps_here(self) -> str:
        """Return why the window should not be closed yet: urgent work would be left to nobody."""
        left = self._handing.left
        if not left or self._stage.rights.person is None:
            return ""
        what = "1 urgent item is" if left == 1 else f"{left} urgent items are"
        return f"{what} yours and nobody else’s. Ctrl+Y, then 1, hands them over."

    def stop(self) -> None:
        """The desk closes."""
        self._glass.mend()
        self.liaison.leave()
        self.session.stop()

    def records_back(self) -> None:
        """The records are there again: ask them what could not be asked."""
        self._signing.look_again()
        self.session.still_there()
        self.liaison.look()
        self._glass.look_for_alerts()

    # --- signing in ------------------------------------------------------------------------

    def make_first(self, login: str, name: str, password: str) -> None:
        """Make the administrator's account."""
        self._signing.make_first(login, name, password)

    def sign_in(self, login: str, password: str, code: str) -> None:
        """Judge a name, a password and a code."""
        self._signing.sign_in(login, password, code)

    def choose_password(self, password: str) -> None:
        """Replace a password that was given."""
        self._signing.choose_password(password)

    def confirm_phone(self, code: str) -> None:
        """Take the phone's first code."""
        self._signing.confirm_phone(code)

    def codes_kept(self) -> None:
        """Open the desk after the recovery codes."""
        self._signing.codes_kept()

    def another_person(self) -> None:
        """Ask for another person's name over a locked desk."""
        if self._stage.health.locked and not self._signing.open:
            self._signing.begin()

    def leave_sign_in(self) -> None:
        """Go back."""
        self._signing.leave()

    # --- the session -----------------------------------------------------------------------

    def seen(self) -> None:
        """Somebody is there."""
        self.session.seen()
        self.liaison.seen()

    def show_account(self) -> None:
        """Show what can be done about oneself."""
        person = self._stage.rights.person
        if person is None or self._stage.health.locked:
            return
        now, rights = self._stage.clock(), self._stage.rights
        self._account_open = True
        glass = rights.glass_until
        self.account_changed.emit(
            AccountView(
                name=person.name,
                role=ROLES[person.role],
                has_account=self._pretended is None or person.login != self._pretended.login,
                has_pin=self._stage.health.has_pin,
                may_break_glass=rights.may(Permission.BREAK_GLASS, now=now),
                may_manage=rights.may(Permission.MANAGE_PEOPLE, now=now),
                glass=f"until {glass.astimezone():%H:%M}" if glass and glass > now else "",
                alerts=self._glass.alerts,
            )
        )

    def confirm_message(self, message: int) -> None:
        """Write that a message was read at the liaison's practice."""
        self.liaison.confirm(message)

    def leave_liaison(self) -> None:
        """Sign the liaison out."""
        self.liaison.leave()

    def leave_account(self) -> None:
        """Close it."""
        self._account_open = False
        self.account_changed.emit(None)

    def choose_pin(self, password: str, pin: str) -> None:
        """Choose the PIN that unlocks the desk."""
        if len(pin) < SHORTEST_PIN:
            self._stage.say("Too short", f"Choose at least {SHORTEST_PIN} characters.", Light.WARN)
            return

        def done(fault: str) -> None:
            if fault:
                self._stage.say("The PIN was not changed", fault, Light.WARN)
            else:
                self._stage.say("The PIN is changed", "It unlocks this desk, and any other.")

        self.session.people(lambda people, now: people.signing.change_pin(password, pin, now), done)

    def change_password(self, old: str, new: str) -> None:
        """Change one's own password."""

        def done(fault: str) -> None:
            if fault:
                self._stage.say("The password was not changed", fault, Light.WARN)
            else:
                self._stage.say("The password is changed", "Other desks sign you out now.")

        self.session.people(lambda people, now: people.signing.change_password(old, new, now), done)

    def sign_out(self) -> None:
        """Leave the desk."""
        self._handing.sign_out()

    def hand(self, item: str, login: str) -> None:
        """Hand something urgent to somebody."""
        self._handing.hand(item, login)

    def leave_hand_over(self) -> None:
        """Stay."""
        self._handing.leave()

    def break_glass(self, reason: str, minutes: int) -> None:
        """Take emergency access."""
        self._glass.break_it(reason, minutes)

    def mend_glass(self) -> None:
        """Give it back."""
        self._glass.mend()

    def alert_seen(self, row: int) -> None:
        """A supervisor has seen an alert."""
        self._glass.alert_seen(row)
        if self._account_open:
            self.show_account()

    # --- managing people -------------------------------------------------------------------

    def show_staff(self) -> None:
        """Show every account."""
        self._staff.show()

    def add_person(self, login: str, name: str, role: str, practice: str) -> None:
        """Make an account."""
        self._staff.add(login, name, Role(role), practice)

    def change_role(self, login: str, role: str, practice: str) -> None:
        """Give somebody another role."""
        self._staff.change_role(login, Role(role), practice)

    def set_active(self, login: str, *, active: bool) -> None:
        """Disable or enable an account."""
        self._staff.set_active(login, active=active)

    def reset_password(self, login: str) -> None:
        """Give somebody a password to be used once."""
        self._staff.reset(login)

    def enrol_again(self, login: str) -> None:
        """Have somebody enrol another phone."""
        self._staff.enrol_again(login)

    def leave_staff(self) -> None:
        """Close the list."""
        self._staff.leave()

    # --- within ----------------------------------------------------------------------------

    def _came(self) -> None:
        person, before = self._stage.rights.person, self._before
        self._before = person
        if before is not None and person is not None and before.login != person.login:
            self._handing.take_over_from(before.name)
        self._handing.count()
        self._stage.show_selected()

    def _left(self) -> None:
        self._account_open = False
        for signal in (self.account_changed, self.hand_over_changed, self.staff_changed):
            signal.emit(None)
