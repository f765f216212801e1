"""The administrator's sheets: every account and what can be done to it, and one to be made."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from console.desk.people.views import StaffRow, StaffView
from console.ui.controls import ChoiceButton, KeyButton, Kind
from console.ui.edits import LineEdit
from console.ui.people.rows import Rows
from console.ui.sheets.base import Sheet, label
from console.ui.theme import Ink, Type, theme

ROLES = (
    ("receptionist", "Receptionist"),
    ("supervisor", "Supervisor"),
    ("administrator", "Administrator"),
    ("liaison", "Liaison"),
)


class StaffSheet(Sheet):
    """Up and Down choose a person, a letter does something about them."""

    add_wanted = Signal()
    role_wanted = Signal(object)  # StaffRow
    active_wanted = Signal(str, bool)
    reset_wanted = Signal(str)
    enrol_wanted = Signal(str)
    WIDTH = 720

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "People")
        self.view: StaffView | None = None
        self._sure = ""  # the button pressed once, waiting to be pressed again
        self.given = label("", Type.BIG, Ink.GREEN_TEXT, self)
        self.given_words = label("", Type.SMALL, Ink.SOFT, self)
        self.column.addWidget(self.given)
        self.column.addWidget(self.given_words)
        self.rows = Rows(self, "People")
        self.column.addWidget(self.rows)
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        self.buttons: dict[str, KeyButton] = {}
        for key, words in (
            ("A", "Add"),
            ("R", "Role"),
            ("P", "New password"),
            ("E", "New phone"),
            ("D", "Disable"),
        ):
            button = KeyButton(Kind.PRIMARY if key == "A" else Kind.PLAIN, words, key, self)
            button.clicked.connect(lambda _=False, key=key: self._press(key))
            row.addWidget(button)
            self.buttons[key] = button
        self.column.addLayout(row)
        self.note = label("", Type.BODY_STRONG, Ink.RED_TEXT, self)
        self.column.addWidget(self.note)
        self.column.addStretch(1)

    def fill(self, view: StaffView) -> None:
        """Show every account."""
        self.view = view
        self.rows.fill(
            [
                (
                    row.login,
                    f"{row.name} (you)" if row.me else row.name,
                    " · ".join(part for part in (row.login, row.role, row.practice) if part),
                    row.state,
                )
                for row in view.rows
            ]
        )
        self.given.setVisible(bool(view.given))
        self.given_words.setVisible(bool(view.given))
        self.given.setText(f"{view.given_to}:  {view.given}")
        self.given_words.setText(
            "Shown this once. At the first sign-in they choose another and add their phone."
        )
        self._be_sure("")

    def first_stop(self) -> QWidget:
        """Start on the list."""
        return self.rows

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """A letter does it; moving on takes a first press back."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._be_sure("")
        super().keyPressEvent(event)

    def _chosen(self) -> StaffRow | None:
        rows = self.view.rows if self.view else ()
        return next((row for row in rows if row.login == self.rows.key), None)

    def _press(self, key: str) -> None:
        row = self._chosen()
        if key == "A":
            self.add_wanted.emit()
        elif row is None:
            return
        elif key == "R":
            self.role_wanted.emit(row)
        elif key == "D" and not row.active:
            self.active_wanted.emit(row.login, True)
        elif self._sure != key + row.login:
            self._be_sure(key, row)
        else:
            self._be_sure("")
            if key == "P":
                self.reset_wanted.emit(row.login)
            elif key == "E":
                self.enrol_wanted.emit(row.login)
            else:
                self.active_wanted.emit(row.login, False)

    def _be_sure(self, key: str, row: StaffRow | None = None) -> None:
        self._sure = key + row.login if row is not None else ""
        asks = {
            "P": "Their password stops working now. Press P again.",
            "E": "Their phone and recovery codes stop working now. Press E again.",
            "D": "They are signed out and cannot sign in. Press D again.",
        }
        self.note.setText(f"{row.name}: {asks[key]}" if row is not None else "")


class RolePicker(QWidget):
    """The four roles; one stop of the Tab key, arrows or a digit choose."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.role = ROLES[0][0]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.px(8))
        self.choices: dict[str, ChoiceButton] = {}
        for number, (role, words) in enumerate(ROLES, start=1):
            button = ChoiceButton(self)
            button.set_words(words, str(number))
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _=False, role=role: self.choose(role))
            grid.addWidget(button, (number - 1) // 2, (number - 1) % 2)
            self.choices[role] = button
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.restyle()
        self.choose(self.role)

    def restyle(self) -> None:
        """Take over a changed text size."""
        for button in self.choices.values():
            button.setMinimumHeight(theme.px(38))

    def choose(self, role: str) -> None:
        """Choose a role."""
        self.role = role
        for each, button in self.choices.items():
            button.setChecked(each == role)
        words = dict(ROLES)[role]
        self.setAccessibleName(f"Role: {words}")

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Choose by arrows or digit."""
        names = [role for role, _ in ROLES]
        at = names.index(self.role)
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = 1 if event.key() == Qt.Key.Key_Right else -1
            self.choose(names[(at + step) % len(names)])
        elif event.text() in tuple("1234"):
            self.choose(names[int(event.text()) - 1])
        else:
            event.ignore()


class PersonSheet(Sheet):
    """Somebody new, or somebody's other role."""

    made = Signal(str, str, str, str)  # login, name, role, practice's id
    role_chosen = Signal(str, str, str)  # login, role, practice's id
    WIDTH = 600

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Add somebody")
        self._practices: tuple[tuple[str, str], ...] = ()
        self._of = ""  # the login whose role is changed
        self.labels: dict[str, QLabel] = {}
        self.edits: dict[str, LineEdit] = {}
        beside = QGridLayout()  # in a low window there is no room for both above each other
        beside.setHorizontalSpacing(theme.px(12))
        self.column.addLayout(beside)
        for at, (name, words) in enumerate((("login", "Login"), ("name", "Name callers hear"))):
            self._add_edit(name, words)
            beside.addWidget(self.labels[name], 0, at)
            beside.addWidget(self.edits[name], 1, at)
        self.column.addWidget(label("Role", Type.LABEL, Ink.LABEL, self))
        self.roles = RolePicker(self)
        self.column.addWidget(self.roles)
        self._add_edit("practice", "Practice, for a liaison: its name or id")
        self.column.addWidget(self.labels["practice"])
        self.column.addWidget(self.edits["practice"])
        self.wrong = label("", Type.BODY_STRONG, Ink.RED_TEXT, self)
        self.column.addWidget(self.wrong)
        self.wrong.hide()
        self.go = KeyButton(Kind.PRIMARY, "Add", "Enter", self)
        self.go.clicked.connect(self._go)
        self.column.addWidget(self.go)
        self.column.addStretch(1)

    def open_for(self, practices: tuple[tuple[str, str], ...], row: StaffRow | None = None) -> None:
        """Start with nothing typed; for a row, ask for its role alone."""
        self._practices, self._of = practices, row.login if row else ""
        self.set_title(f"Another role for {row.name}" if row else "Add somebody")
        self.go.set_words("Give this role" if row else "Add")
        for name in ("login", "name"):
            self.edits[name].setVisible(row is None)
            self.labels[name].setVisible(row is None)
        for edit in self.edits.values():
            edit.clear()
        self._complain("")
        now = next((role for role, words in ROLES if row and words == row.role), ROLES[0][0])
        self.roles.choose(now)

    def first_stop(self) -> QWidget:
        """Start with the login, or with the role."""
        return self.roles if self._of else self.edits["login"]

    def _add_edit(self, name: str, words: str) -> None:
        self.labels[name] = label(words, Type.LABEL, Ink.LABEL, self)
        edit = LineEdit(self)
        edit.setAccessibleName(words)
        edit.setMinimumHeight(theme.px(38))
        edit.entered.connect(self._go)
        self.edits[name] = edit

    def _go(self) -> None:
        typed = {name: edit.text().strip() for name, edit in self.edits.items()}
        wanted = [] if self._of else ["login", "name"]
        wanted += ["practice"] if self.roles.role == "liaison" else []
        for name in wanted:
            if not typed[name]:
                self.edits[name].setFocus(Qt.FocusReason.OtherFocusReason)
                return
        practice = ""
        if self.roles.role == "liaison":
            practice = self._practice(typed["practice"])
            if not practice:
                self._complain("✕ No practice, or more than one, has this name")
                return
        if self._of:
            self.role_chosen.emit(self._of, self.roles.role, practice)
        else:
            self.made.emit(typed["login"], typed["name"], self.roles.role, practice)

    def _complain(self, words: str) -> None:
        self.wrong.setText(words)
        self.wrong.setVisible(bool(words))

    def _practice(self, typed: str) -> str:
        low = typed.lower()
        exact = [key for key, name in self._practices if low in (key.lower(), name.lower())]
        part = [key for key, name in self._practices if low in name.lower()]
        found = exact or part
        return found[0] if len(found) == 1 else ""
