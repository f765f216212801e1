"""The foot of the page while nobody is signed in: name, password, code, and what a first sign-in
needs. Enter goes from field to field, and from the last one on."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from console.desk.people.views import Entry, SignInView
from console.ui.controls import KeyButton, Kind
from console.ui.edits import LineEdit
from console.ui.painting import Words, draw_card, draw_line
from console.ui.people.qr import draw_qr, spell
from console.ui.theme import Ink, Type, theme


@dataclass(frozen=True, slots=True)
class Face:
    """What one entry shows: its title, its words, its fields, its button."""

    title: str
    words: str
    fields: tuple[str, ...] = ()
    go: str = ""
    columns: int = 3


FACES = {
    Entry.WAIT: Face("Sign in", "The records are being opened. Calls can be answered meanwhile."),
    Entry.FIRST: Face(
        "Make the administrator’s account",
        "There is no account yet. The first one is the administrator’s, and makes the others. "
        "Use a password of at least 12 characters; a few words in a row do well.",
        ("login", "name", "password", "again"),
        "Make the account",
        2,
    ),
    Entry.SIGN_IN: Face(
        "Sign in",
        "The code is on your phone. Leave it empty the first time; a recovery code does as well.",
        ("login", "password", "code"),
        "Sign in",
    ),
    Entry.PASSWORD: Face(
        "Choose a password",
        "The one you were given opens the desk this once. Use at least 12 characters; a few words "
        "in a row do well.",
        ("password", "again"),
        "Use this password",
        2,
    ),
    Entry.ENROL: Face(
        "Add your phone",
        "Point an authenticator app at the picture, or type the letters under it. Then type the "
        "six digits the app shows.",
        ("code",),
        "Add the phone",
    ),
    Entry.CODES: Face(
        "Recovery codes",
        "Write these down and keep them away from this desk. Each opens your account once, should "
        "the phone be lost. They are not shown again.",
        (),
        "I have written them down",
    ),
}
LABELS = {
    "login": "Login",
    "name": "Your name, as callers hear it",
    "password": "Password",
    "again": "The same password again",
    "code": "Code",
}
HIDDEN = ("password", "again")
QR_SIDE = 224


class SignInPanel(QWidget):
    """The sign-in page's fields."""

    went = Signal(str, object)  # the entry's value, and what was typed by field
    left = Signal()
    complained = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.view = SignInView(Entry.WAIT)
        self.terse = False  # in a low window: only what must be known
        self._words = Words(Type.BODY, Ink.SOFT, 1.35)
        self.edits: dict[str, LineEdit] = {}
        for name, words in LABELS.items():
            edit = LineEdit(self)
            edit.setAccessibleName(words)
            if name in HIDDEN:
                edit.setEchoMode(QLineEdit.EchoMode.Password)
            edit.entered.connect(lambda name=name: self._enter(name))
            self.edits[name] = edit
        self.go = KeyButton(Kind.PRIMARY, "Sign in", "Enter", self)
        self.go.clicked.connect(self._go)
        self.back = KeyButton(Kind.PLAIN, "Back", "Esc", self)
        self.back.clicked.connect(self.left)
        self.hide()

    @property
    def title(self) -> str:
        """What the page is headed."""
        return FACES[self.view.entry].title

    def fill(self, view: SignInView) -> None:
        """Show where somebody stands; an entry that is new starts empty, with the cursor in it."""
        fresh = view.entry is not self.view.entry or not self.isVisible()
        answered = self.view.busy and not view.busy
        self.view = view
        face = FACES[view.entry]
        for name, edit in self.edits.items():
            edit.setVisible(name in face.fields)
            edit.setReadOnly(view.busy)  # disabled, it would pass the focus on to the next button
            if fresh or (answered and (name in HIDDEN or name == "code")):
                edit.clear()
        if fresh:
            self.edits["login"].setText(view.login)
        self.go.setVisible(bool(face.go))
        self.go.set_words("One moment…" if view.busy else face.go)
        self.back.setVisible(view.may_leave or view.entry in (Entry.PASSWORD, Entry.ENROL))
        self.setAccessibleName(f"{face.title}. {self._said()}")
        self.setAccessibleDescription(spell(view.secret) if view.secret else " ".join(view.codes))
        if fresh or answered:
            self.take_focus()

    def take_focus(self) -> None:
        """Put the cursor where it goes on."""
        fields = [self.edits[name] for name in FACES[self.view.entry].fields]
        empty = [edit for edit in fields if not edit.text()]
        for target in (*empty[:1], *fields[:1], self.go):
            target.setFocus(Qt.FocusReason.OtherFocusReason)
            return

    def height_for(self, width: int) -> int:
        """Return the height in pixels."""
        return self._rows(width)[-1]

    def place(self) -> None:
        """Put everything in its row."""
        face, gap = FACES[self.view.entry], theme.px(12)
        _, field_top, go_top, _ = self._rows(self.width())
        left = self._left()
        wide = (self.width() - left - gap * (face.columns - 1)) // face.columns
        for number, name in enumerate(face.fields):
            row, column = divmod(number, face.columns)
            top = field_top + row * theme.px(70) + theme.px(22)
            self.edits[name].setGeometry(left + column * (wide + gap), top, wide, theme.px(40))
        right = left
        for button in (self.go, self.back):
            if not button.isHidden():
                width = button.natural_width()
                button.setGeometry(right, go_top, width, theme.px(40))
                right += width + gap
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Keep keys from the window beneath."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the words, the labels, the QR code and the codes."""
        painter = QPainter(self)
        middle = self._rows(self.width())[0]
        self._words.lay(self._said(), self.width() - self._left())
        self._words.draw(painter, self._left(), 0)
        if self.view.qr:
            self._draw_phone(painter)
        if self.view.codes:
            self._draw_codes(painter, middle)
        for name in FACES[self.view.entry].fields:
            edit = self.edits[name]
            line = QRectF(edit.x(), edit.y() - theme.px(22), edit.width(), theme.px(20))
            draw_line(painter, line, LABELS[name], Type.LABEL, Ink.LABEL)

    def _said(self) -> str:
        face = FACES[self.view.entry]
        spare = self.terse and self.view.entry in (Entry.SIGN_IN, Entry.WAIT)
        return self.view.hint or ("" if spare else face.words)

    def _left(self) -> int:
        return theme.px(QR_SIDE + 28) if self.view.qr else 0

    def _rows(self, width: int) -> tuple[int, int, int, int]:
        """Return where the middle, the fields and the button begin, and where it all ends."""
        face, left = FACES[self.view.entry], self._left()
        middle = round(self._words.lay(self._said(), width - left)) + theme.px(14)
        field_top = middle + self._middle_height()
        rows = -(-len(face.fields) // face.columns)
        go_top = field_top + rows * theme.px(70) + theme.px(2)
        end = go_top + (theme.px(40) if face.go else 0)
        return middle, field_top, go_top, max(end, theme.px(QR_SIDE)) if left else end

    def _middle_height(self) -> int:
        if self.view.qr:
            return theme.px(64)
        if self.view.codes:
            return -(-len(self.view.codes) // 2) * theme.px(30) + theme.px(24)
        return 0

    def _draw_phone(self, painter: QPainter) -> None:
        side = theme.px(QR_SIDE)
        draw_qr(painter, QRectF(0, 0, side, side), self.view.qr)
        middle, _, _, _ = self._rows(self.width())
        half = (len(self.view.secret) + 1) // 2
        for number, groups in enumerate((self.view.secret[:half], self.view.secret[half:])):
            top = middle + number * theme.px(26)
            line = QRectF(self._left(), top, self.width() - self._left(), theme.px(26))
            draw_line(painter, line, "   ".join(groups), Type.BIG, Ink.TEXT)

    def _draw_codes(self, painter: QPainter, top: int) -> None:
        half = (len(self.view.codes) + 1) // 2
        box = QRectF(0, top, self.width(), half * theme.px(30) + theme.px(12))
        draw_card(painter, box, Ink.SIDE)
        for number, code in enumerate(self.view.codes):
            column, row = divmod(number, half)
            line = QRectF(
                theme.px(20) + column * box.width() / 2,
                top + theme.px(6) + row * theme.px(30),
                box.width() / 2 - theme.px(24),
                theme.px(30),
            )
            draw_line(painter, line, f"{number + 1}   {code}", Type.BODY_STRONG, Ink.TEXT)

    def _enter(self, name: str) -> None:
        fields = FACES[self.view.entry].fields
        at = fields.index(name)
        if at + 1 < len(fields) and self.edits[name].text():
            self.edits[fields[at + 1]].setFocus(Qt.FocusReason.TabFocusReason)
        elif at + 1 == len(fields):
            self._go()

    def _go(self) -> None:
        if self.view.busy:
            return
        fields = FACES[self.view.entry].fields
        typed = {name: self.edits[name].text() for name in fields}
        missing = [name for name in fields if not typed[name].strip() and not self._may_miss(name)]
        if missing:
            self.edits[missing[0]].setFocus(Qt.FocusReason.OtherFocusReason)
        elif "again" in typed and typed["again"] != typed["password"]:
            self.edits["again"].clear()
            self.edits["again"].setFocus(Qt.FocusReason.OtherFocusReason)
            self.complained.emit("The two passwords are not the same.")
        else:
            self.went.emit(self.view.entry.value, typed)

    def _may_miss(self, name: str) -> bool:
        return name == "code" and self.view.entry is Entry.SIGN_IN
