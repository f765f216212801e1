"""One's own account: what can be done, a PIN or password to choose, emergency access."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from console.desk.people.views import AccountView, AlertRow
from console.ui.controls import KeyButton, Kind
from console.ui.edits import LineEdit
from console.ui.sheets.base import Sheet, WideButton, label
from console.ui.theme import Ink, Type, theme

LENGTHS = (15, 30, 60)  # minutes of emergency access


class AccountSheet(Sheet):
    """What the person at the desk can do about themselves."""

    sign_out_wanted = Signal()
    pin_wanted = Signal()
    password_wanted = Signal()
    glass_wanted = Signal()
    glass_mended = Signal()
    staff_wanted = Signal()
    alert_seen = Signal(int)
    WIDTH = 560

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Account")
        self.view: AccountView | None = None
        self.role = label("", Type.SMALL, Ink.SOFT, self)
        self.column.addWidget(self.role)
        self.alerts: list[tuple[QLabel, WideButton]] = []
        self.sign_out = self._add("Hand over and sign out", "1", self.sign_out_wanted)
        self.pin = self._add("Choose a PIN", "2", self.pin_wanted)
        self.password = self._add("Change the password", "3", self.password_wanted)
        self.glass = self._add("Emergency access", "4", self.glass_wanted)
        self.mend = self._add("End emergency access", "4", self.glass_mended)
        self.staff = self._add("People", "5", self.staff_wanted)
        self.column.addStretch(1)

    def fill(self, view: AccountView) -> None:
        """Show a person and what they may do."""
        self.view = view
        self.set_title(view.name)
        self.role.setText(view.role)
        self.sign_out.setVisible(view.has_account)
        self.pin.setVisible(view.has_account)
        self.pin.set_words("Choose another PIN" if view.has_pin else "Choose a PIN")
        self.password.setVisible(view.has_account)
        self.glass.setVisible(view.has_account and view.may_break_glass and not view.glass)
        self.mend.setVisible(bool(view.glass))
        self.mend.set_words(f"End emergency access ({view.glass})")
        self.staff.setVisible(view.may_manage)
        self._fill_alerts(view.alerts)

    def first_stop(self) -> QWidget:
        """Start on the first alert, or on the first thing to do."""
        shown = [button for _, button in self.alerts if not button.isHidden()]
        todo = (self.sign_out, self.pin, self.staff)
        return next(
            iter([*shown, *(each for each in todo if not each.isHidden())]), self.close_button
        )

    def _fill_alerts(self, alerts: tuple[AlertRow, ...]) -> None:
        while len(self.alerts) < len(alerts):
            words = label("", Type.BODY, Ink.RED_TEXT, self)
            seen = WideButton("I have seen this", "S", self)
            at = 1 + 2 * len(self.alerts)
            self.column.insertWidget(at, words)
            self.column.insertWidget(at + 1, seen)
            self.alerts.append((words, seen))
            number = len(self.alerts) - 1
            seen.clicked.connect(lambda _=False, number=number: self._seen(number))
        for number, (words, seen) in enumerate(self.alerts):
            shown = number < len(alerts)
            words.setVisible(shown)
            seen.setVisible(shown)
            if shown:
                words.setText(f"Emergency access: {alerts[number].text}")

    def _seen(self, number: int) -> None:
        if self.view is not None and number < len(self.view.alerts):
            self.alert_seen.emit(self.view.alerts[number].row)

    def _add(self, words: str, key: str, signal: object) -> WideButton:
        button = WideButton(words, key, self)
        button.clicked.connect(signal)
        self.column.addWidget(button)
        return button


class SecretSheet(Sheet):
    """One's own password, and a new PIN or password twice."""

    chosen = Signal(str, str)  # the password as it is, what was chosen
    WIDTH = 440

    def __init__(self, parent: QWidget, title: str, what: str, words: str) -> None:
        super().__init__(parent, title)
        self.column.addWidget(label(words, Type.SMALL, Ink.SOFT, self))
        self.edits: list[LineEdit] = []
        for name in ("Your password", f"New {what}", f"The same {what} again"):
            self.column.addWidget(label(name, Type.LABEL, Ink.LABEL, self))
            edit = LineEdit(self)
            edit.setEchoMode(QLineEdit.EchoMode.Password)
            edit.setAccessibleName(name)
            edit.setMinimumHeight(theme.px(38))
            edit.entered.connect(self._enter)
            self.column.addWidget(edit)
            self.edits.append(edit)
        self.wrong = label("", Type.BODY_STRONG, Ink.RED_TEXT, self)
        self.column.addWidget(self.wrong)
        self.go = KeyButton(Kind.PRIMARY, "Change", "Enter", self)
        self.go.clicked.connect(self._go)
        self.column.addWidget(self.go)
        self.column.addStretch(1)

    def open_empty(self) -> None:
        """Start with nothing typed."""
        self.wrong.setText("")
        for edit in self.edits:
            edit.clear()

    def first_stop(self) -> QWidget:
        """Start with the password."""
        return self.edits[0]

    def _enter(self) -> None:
        empty = [edit for edit in self.edits if not edit.text()]
        if empty:
            empty[0].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self._go()

    def _go(self) -> None:
        old, new, again = (edit.text() for edit in self.edits)
        if not (old and new):
            self._enter()
        elif new != again:
            self.wrong.setText("✕ The two are not the same")
            self.edits[2].clear()
            self.edits[2].setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.open_empty()
            self.chosen.emit(old, new)


class GlassSheet(Sheet):
    """Emergency access: why, and for how long."""

    taken = Signal(str, int)  # the reason, minutes
    WIDTH = 560

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Emergency access")
        words = (
            "For a caller in danger who cannot be helped otherwise: it opens the search for "
            "callers and their recordings. Supervisors are told at once, the reason stays on "
            "record, and it ends by itself."
        )
        self.column.addWidget(label(words, Type.BODY, Ink.TEXT, self))
        name = "Why, in a sentence without a patient’s details"
        self.column.addWidget(label(name, Type.LABEL, Ink.LABEL, self))
        self.reason = LineEdit(self)
        self.reason.setAccessibleName(name)
        self.reason.setMinimumHeight(theme.px(38))
        self.reason.entered.connect(lambda: self._take(LENGTHS[1]))
        self.column.addWidget(self.reason)
        row = QHBoxLayout()
        self.buttons: list[KeyButton] = []
        for number, minutes in enumerate(LENGTHS):
            kind = Kind.DANGER if number == 1 else Kind.PLAIN
            button = KeyButton(kind, f"{minutes} minutes", "Enter" if number == 1 else "", self)
            button.clicked.connect(lambda _=False, minutes=minutes: self._take(minutes))
            row.addWidget(button)
            self.buttons.append(button)
        self.column.addLayout(row)
        self.column.addStretch(1)

    def first_stop(self) -> QWidget:
        """Start with the reason."""
        self.reason.clear()
        return self.reason

    def _take(self, minutes: int) -> None:
        if self.reason.text().strip():
            self.taken.emit(self.reason.text(), minutes)
        else:
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
