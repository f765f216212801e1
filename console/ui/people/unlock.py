"""The foot of the locked desk: a PIN or password opens it, or another person signs in."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from console.ui.controls import KeyButton, Kind
from console.ui.edits import LineEdit
from console.ui.keys import Act, sequence_of
from console.ui.theme import theme


class UnlockPanel(QWidget):
    """One field and a button; two fields where something that opens the desk has to be chosen."""

    unlock_wanted = Signal(str)
    pin_chosen = Signal(str)
    another_wanted = Signal()
    complained = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.needs_pin = False
        self.pin = self._edit("PIN or password")
        self.again = self._edit("The same PIN again")
        self.unlock = KeyButton(Kind.PRIMARY, "Unlock", "Enter", self)
        self.unlock.clicked.connect(self._enter)
        self.another = KeyButton(Kind.PLAIN, "Another person", sequence_of(Act.ANOTHER), self)
        self.another.clicked.connect(self.another_wanted)
        self.fill(needs_pin=False)

    @property
    def title(self) -> str:
        """What the page is headed."""
        return "Choose a PIN for this desk" if self.needs_pin else "Frontdesk is locked"

    def fill(self, *, needs_pin: bool) -> None:
        """Ask for a PIN, or for one to be chosen."""
        self.needs_pin = needs_pin
        self.again.setVisible(needs_pin)
        self.another.setVisible(not needs_pin)
        words = "Choose a PIN" if needs_pin else "PIN or password"
        self.pin.setPlaceholderText(words)
        self.pin.setAccessibleName(words)
        self.unlock.set_words("Set PIN" if needs_pin else "Unlock")

    def opened(self) -> None:
        """Start empty, with the cursor in the field."""
        self.again.setVisible(self.needs_pin)
        self.pin.clear()
        self.again.clear()
        self.pin.setFocus()

    def height_for(self, width: int) -> int:  # noqa: ARG002 - one row at any width
        """Return the height in pixels."""
        return theme.px(40)

    def place(self) -> None:
        """Put fields and buttons in a row."""
        gap, high, left = theme.px(10), theme.px(40), 0
        edits = [self.pin, self.again] if self.needs_pin else [self.pin]
        for edit in edits:
            edit.setGeometry(left, 0, theme.px(200), high)
            left += theme.px(200) + gap
        self.unlock.setGeometry(left, 0, self.unlock.natural_width(), high)
        wide = self.another.natural_width()
        self.another.setGeometry(self.width() - wide, 0, wide, high)

    def _enter(self) -> None:
        pin = self.pin.text()
        if not pin:
            pass
        elif not self.needs_pin:
            self.pin.clear()
            self.unlock_wanted.emit(pin)
        elif pin != self.again.text():
            self.complained.emit("The two PINs are not the same")
        else:
            self.pin_chosen.emit(pin)
        to_again = self.needs_pin and pin and not self.again.text()
        (self.again if to_again else self.pin).setFocus()

    def _edit(self, words: str) -> LineEdit:
        edit = LineEdit(self)
        edit.setEchoMode(QLineEdit.EchoMode.Password)
        edit.setPlaceholderText(words)
        edit.setAccessibleName(words)
        edit.entered.connect(self._enter)
        return edit
