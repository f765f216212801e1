"""The people's sheets and the desk: what opens them, and what they ask for."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from console.desk.people.port import PeoplePort
from console.desk.people.views import AccountView, HandOverView, StaffRow, StaffView
from console.ui.people.account import AccountSheet, GlassSheet, SecretSheet
from console.ui.people.hand_over import HandOverSheet
from console.ui.people.staff import PersonSheet, StaffSheet
from console.ui.sheet_host import SheetHost


class PeopleSheets(QObject):
    """Opens and closes the sheets about people, on the desk's word."""

    def __init__(self, window: QWidget, sheets: SheetHost, people: PeoplePort) -> None:
        super().__init__(window)
        self._sheets = sheets
        self._people = people
        self.account = AccountSheet(window)
        self.pin = SecretSheet(
            window,
            "Choose a PIN",
            "PIN",
            "It unlocks the desk in place of your password, at least 4 characters.",
        )
        self.password = SecretSheet(
            window,
            "Change the password",
            "password",
            "At least 12 characters; a few words in a row do well.",
        )
        self.glass = GlassSheet(window)
        self.hand_over = HandOverSheet(window)
        self.staff = StaffSheet(window)
        self.person = PersonSheet(window)
        self._listen()
        self._speak()

    def _listen(self) -> None:
        people = self._people
        people.account_changed.connect(self._show_account)
        people.hand_over_changed.connect(self._show_hand_over)
        people.staff_changed.connect(self._show_staff)

    def _speak(self) -> None:
        people, sheets = self._people, self._sheets
        for sheet in (self.account, self.pin, self.password, self.glass, self.hand_over,
                      self.staff, self.person):  # fmt: skip
            sheet.closed.connect(sheets.leave)
        self.account.left.connect(people.leave_account)
        self.hand_over.left.connect(people.leave_hand_over)
        self.staff.left.connect(people.leave_staff)
        self.account.sign_out_wanted.connect(self._sign_out)
        self.account.pin_wanted.connect(lambda: self._open_secret(self.pin))
        self.account.password_wanted.connect(lambda: self._open_secret(self.password))
        self.account.glass_wanted.connect(lambda: sheets.open(self.glass))
        self.account.glass_mended.connect(self._mend)
        self.account.staff_wanted.connect(people.show_staff)
        self.account.alert_seen.connect(people.alert_seen)
        self.pin.chosen.connect(self._choose_pin)
        self.password.chosen.connect(self._change_password)
        self.glass.taken.connect(self._break)
        self.hand_over.handed.connect(people.hand)
        self.staff.add_wanted.connect(lambda: self._open_person(None))
        self.staff.role_wanted.connect(self._open_person)
        self.staff.active_wanted.connect(
            lambda login, active: people.set_active(login, active=active)
        )
        self.staff.reset_wanted.connect(people.reset_password)
        self.staff.enrol_wanted.connect(people.enrol_again)
        self.person.made.connect(people.add_person)
        self.person.role_chosen.connect(people.change_role)
        self.person.left.connect(people.show_staff)

    # --- what the desk says ----------------------------------------------------------------

    def _show_account(self, view: AccountView | None) -> None:
        if view is not None:
            self.account.fill(view)
            self._sheets.open(self.account)
        else:
            self._close(self.account, self.pin, self.password, self.glass)

    def _show_hand_over(self, view: HandOverView | None) -> None:
        if view is not None:
            self.hand_over.fill(view)
            self._sheets.open(self.hand_over)
        else:
            self._close(self.hand_over)

    def _show_staff(self, view: StaffView | None) -> None:
        if view is not None:
            self.staff.fill(view)
            self._sheets.open(self.staff)
        else:
            self._close(self.staff, self.person)

    # --- what a person does ----------------------------------------------------------------

    def _sign_out(self) -> None:
        self._sheets.close()
        self._people.sign_out()

    def _open_secret(self, sheet: SecretSheet) -> None:
        sheet.open_empty()
        self._sheets.open(sheet)

    def _choose_pin(self, password: str, pin: str) -> None:
        self._sheets.close()
        self._people.choose_pin(password, pin)

    def _change_password(self, old: str, new: str) -> None:
        self._sheets.close()
        self._people.change_password(old, new)

    def _break(self, reason: str, minutes: int) -> None:
        self._sheets.close()
        self._people.break_glass(reason, minutes)

    def _mend(self) -> None:
        self._sheets.close()
        self._people.mend_glass()

    def _open_person(self, row: StaffRow | None) -> None:
        practices = self.staff.view.practices if self.staff.view else ()
        self.person.open_for(practices, row)
        self._sheets.open(self.person)

    def _close(self, *sheets: QWidget) -> None:
        if self._sheets.current in sheets:
            self._sheets.close()
