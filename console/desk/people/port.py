"""Where window and desk meet about people: signals and intents, as `port` has them for calls."""

from typing import Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance


class PeopleSignals(QObject):
    """What a desk tells its window about people. Each signal carries the whole of its part."""

    sign_in_changed = Signal(object)  # SignInView | None, None for a desk with somebody at it
    account_changed = Signal(object)  # AccountView | None, None closes
    hand_over_changed = Signal(object)  # HandOverView | None
    staff_changed = Signal(object)  # StaffView | None
    liaison_changed = Signal(object)  # LiaisonView | None


class PeoplePort(Protocol):
    """People as the window sees them. What is not allowed, or cannot be done, is a notice."""

    @property
    def sign_in_changed(self) -> SignalInstance: ...
    @property
    def account_changed(self) -> SignalInstance: ...
    @property
    def hand_over_changed(self) -> SignalInstance: ...
    @property
    def staff_changed(self) -> SignalInstance: ...
    @property
    def liaison_changed(self) -> SignalInstance: ...

    # Signing in. Each step is answered by `sign_in_changed`.

    def make_first(self, login: str, name: str, password: str) -> None:
        """Make the administrator's account."""

    def sign_in(self, login: str, password: str, code: str) -> None:
        """Sign in; on a locked desk, in the place of who is signed in."""

    def choose_password(self, password: str) -> None:
        """Replace a password that somebody else gave."""

    def confirm_phone(self, code: str) -> None:
        """Show that the phone has taken the secret."""

    def codes_kept(self) -> None:
        """The recovery codes have been written down: open the desk."""

    def another_person(self) -> None:
        """Ask for another person's name on a locked desk."""

    def leave_sign_in(self) -> None:
        """Go back to the locked desk, or to the start of signing in."""

    # The session.

    def seen(self) -> None:
        """A key was pressed or the mouse moved: somebody is there."""

    def show_account(self) -> None:
        """Ask for `account_changed`."""

    def confirm_message(self, message: int) -> None:
        """A liaison has read a message, by its key in the table."""

    def leave_liaison(self) -> None:
        """Sign the liaison out."""

    def leave_account(self) -> None:
        """Close it."""

    def choose_pin(self, password: str, pin: str) -> None:
        """Choose the PIN that unlocks the desk."""

    def change_password(self, old: str, new: str) -> None:
        """Change one's own password."""

    def sign_out(self) -> None:
        """Sign out, or ask for `hand_over_changed` while something urgent is one's own."""

    def hand(self, item: str, login: str) -> None:
        """Hand something urgent to somebody."""

    def leave_hand_over(self) -> None:
        """Stay signed in."""

    def break_glass(self, reason: str, minutes: int) -> None:
        """Take emergency access; supervisors are told."""

    def mend_glass(self) -> None:
        """Give emergency access back."""

    def alert_seen(self, row: int) -> None:
        """A supervisor has seen somebody's emergency access."""

    # Managing people.

    def show_staff(self) -> None:
        """Ask for `staff_changed`."""

    def add_person(self, login: str, name: str, role: str, practice: str) -> None:
        """Make an account. `role` is a `Role`'s value; `practice` a liaison's, by its id."""

    def change_role(self, login: str, role: str, practice: str) -> None:
        """Give somebody another role."""

    def set_active(self, login: str, *, active: bool) -> None:
        """Disable or enable an account."""

    def reset_password(self, login: str) -> None:
        """Give somebody a password to be used once."""

    def enrol_again(self, login: str) -> None:
        """Have somebody enrol another phone."""

    def leave_staff(self) -> None:
        """Close the list, and forget the password that was shown."""
