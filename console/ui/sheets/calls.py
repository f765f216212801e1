"""The sheets a call is handled with: whom to transfer to, which digits to send, how to escalate,
how else it may end."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QWidget

from console.desk.views import EscalationView, KeyWay, OptionView, TransferChoice
from console.ui.controls import ENTER, KeyButton, Kind
from console.ui.edits import LineEdit
from console.ui.sheets.base import Sheet, WideButton, label
from console.ui.theme import Ink, Type, theme
from scripts.calltypes import Outcome

DIGITS = "123456789*0#"
WAYS = (
    (KeyWay.AS_SET, "As the line is set", "L"),
    (KeyWay.SOUND, "In the sound (RFC 4733)", "S"),
    (KeyWay.INFO, "Beside it (SIP INFO)", "I"),
)
ENDINGS = (
    (Outcome.ANSWERED, "Call made, nothing else to save", "0"),
    (Outcome.WRONG_NUMBER, "Wrong number", "1"),
    (Outcome.SALES, "Sales call", "2"),
    (Outcome.SILENT, "Nobody spoke", "3"),
    (Outcome.HANG_UP, "Caller hung up before saying what for", "4"),
)


def shift_is_down() -> bool:
    """Tell whether Shift was held in the press that is being handled."""
    return bool(QApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier)


class TransferSheet(Sheet):
    """Whom the call can go to; a number may be typed instead. `asked` is whom to ask first,
    `picked` to whom the caller goes at once."""

    asked = Signal(str)
    picked = Signal(str)
    POOL = 8

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Transfer this call")
        self.targets: dict[WideButton, str] = {}
        self.buttons: list[WideButton] = []
        for _ in range(self.POOL):
            self._add()
        self.column.addWidget(label("Or to a number", Type.LABEL, Ink.LABEL, self))
        row = QHBoxLayout()
        self.number = LineEdit(self)
        self.number.setAccessibleName("Number to transfer to")
        self.number.setPlaceholderText("(515) 555-0100")
        self.number.setMinimumHeight(theme.px(38))
        self.number.entered.connect(lambda: self._send_typed(at_once=shift_is_down()))
        self.ask = KeyButton(Kind.PRIMARY, "Ask first", "Enter", self)
        self.send = KeyButton(Kind.PLAIN, "Transfer", "Shift+Enter", self)
        self.ask.clicked.connect(lambda: self._send_typed(at_once=False))
        self.send.clicked.connect(lambda: self._send_typed(at_once=True))
        row.addWidget(self.number, 1)
        row.addWidget(self.ask)
        row.addWidget(self.send)
        self.column.addLayout(row)
        note = (
            "Enter holds the caller and asks first. Shift+Enter, or a click with Shift, transfers "
            "at once."
        )
        self.column.addWidget(label(note, Type.SMALL, Ink.SOFT, self))
        self.column.addStretch(1)

    def fill(self, choices: tuple[TransferChoice, ...]) -> None:
        """Show whom the practice names."""
        while len(self.buttons) < len(choices):
            self._add()
        for number, button in enumerate(self.buttons):
            button.setVisible(number < len(choices))
            if number < len(choices):
                choice = choices[number]
                button.set_words(choice.label, choice.key)
                self.targets[button] = choice.target
        self.number.clear()

    def first_stop(self) -> QWidget:
        """Start on the first name, or on the number where there is none."""
        first = self.buttons[0]
        return self.number if first.isHidden() else first

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Shift+Enter on a name transfers at once."""
        focus = self.focusWidget()
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if event.key() in ENTER and shift and isinstance(focus, WideButton):
            self.picked.emit(self.targets[focus])
        else:
            super().keyPressEvent(event)

    def _send_typed(self, *, at_once: bool) -> None:
        number = self.number.text().strip()
        if number:
            (self.picked if at_once else self.asked).emit(number)
        else:
            self.number.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose(self, target: str) -> None:
        (self.picked if shift_is_down() else self.asked).emit(target)

    def _add(self) -> None:
        button = WideButton("", "", self)
        button.clicked.connect(lambda: self._choose(self.targets[button]))
        self.column.insertWidget(len(self.buttons), button)
        self.buttons.append(button)


class KeypadSheet(Sheet):
    """Digits into the call, for a practice's own menu at the far end."""

    pressed = Signal(str, object)  # digit, KeyWay
    WIDTH = 320

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Keypad")
        self.sent = label("", Type.FIGURE, Ink.TEXT, self)
        self.sent.setMinimumHeight(theme.px(36))
        self.sent.setAccessibleName("Digits sent")
        self.column.addWidget(self.sent)
        grid = QGridLayout()
        grid.setSpacing(theme.px(8))
        self.keys: dict[str, KeyButton] = {}
        for number, digit in enumerate(DIGITS):
            key = KeyButton(Kind.PLAIN, digit, "", self)
            key.role = Type.FIGURE
            key.setMinimumHeight(theme.px(52))
            key.setAccessibleName({"*": "Star", "#": "Pound"}.get(digit, digit))
            key.clicked.connect(lambda _=False, digit=digit: self._press(digit))
            grid.addWidget(key, number // 3, number % 3)
            self.keys[digit] = key
        self.column.addLayout(grid)
        self.way = KeyWay.AS_SET
        self.ways: dict[KeyWay, KeyButton] = {}
        self.column.addWidget(label("How they travel", Type.LABEL, Ink.LABEL, self))
        for way, words, letter in WAYS:
            button = WideButton(words, letter, self)
            button.setMinimumHeight(theme.px(36))
            button.clicked.connect(lambda _=False, way=way: self.choose_way(way))
            self.column.addWidget(button)
            self.ways[way] = button
        self.choose_way(self.way)
        note = "Type digits, * or # on the keyboard"
        self.column.addWidget(label(note, Type.SMALL, Ink.SOFT, self))

    def open_empty(self) -> None:
        """Forget what was sent before."""
        self.sent.setText("")

    def choose_way(self, way: KeyWay) -> None:
        """Send by another way from now on, until the program ends."""
        self.way = way
        for each, words, _ in WAYS:
            chosen = each is way
            button = self.ways[each]
            button.set_words(f"✓ {words}" if chosen else words)
            button.kind = Kind.PRIMARY if chosen else Kind.PLAIN
            button.setAccessibleName(f"{words}, chosen" if chosen else words)
            button.update()

    def first_stop(self) -> QWidget:
        """Start on the first digit."""
        return self.keys["1"]

    def press_key(self, text: str) -> bool:
        """Send a typed digit."""
        if len(text) == 1 and text in DIGITS:
            self._press(text)
            return True
        return super().press_key(text)

    def _press(self, digit: str) -> None:
        self.sent.setText((self.sent.text() + digit)[-16:])
        self.pressed.emit(digit, self.way)


class EscalationSheet(Sheet):
    """Who is reached, what they are told, and the ways to do it."""

    picked = Signal(str)
    POOL = 5
    WIDTH = 560

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Escalate")
        self.number = label("", Type.SMALL, Ink.SOFT, self)
        self.whom = label("Say to the caller", Type.LABEL, Ink.LABEL, self)
        self.say = label("", Type.ASK, Ink.TEXT, self)
        self.summary = label("", Type.BODY, Ink.TEXT, self)
        self.missing = label("", Type.BODY_STRONG, Ink.RED_TEXT, self)
        for each in (self.number, self.whom, self.say, self.summary, self.missing):
            self.column.addWidget(each)
        self.codes: dict[WideButton, str] = {}
        self.buttons: list[WideButton] = []
        for _ in range(self.POOL):
            self._add()
        self.column.addStretch(1)

    def fill(self, view: EscalationView) -> None:
        """Show an escalation."""
        self.set_title(f"Escalate to {view.provider}")
        self.number.setText(view.number)
        self.say.setText(f"“{view.say}”" if view.say else "")
        for each in (self.whom, self.say):
            each.setVisible(bool(view.say))
        self.summary.setText(view.summary)
        self.missing.setText(f"✕ {view.missing}" if view.missing else "")
        self.missing.setVisible(bool(view.missing))
        while len(self.buttons) < len(view.choices):
            self._add()
        for button, option in zip(self.buttons, view.choices, strict=False):
            self._fill_button(button, option)
        for number, button in enumerate(self.buttons):
            button.setVisible(number < len(view.choices))

    def first_stop(self) -> QWidget:
        """Start on the first way."""
        return self.close_button if self.buttons[0].isHidden() else self.buttons[0]

    def _fill_button(self, button: WideButton, option: OptionView) -> None:
        first = button is self.buttons[0]
        button.kind = Kind.DANGER if first else Kind.PLAIN
        button.set_words(option.label, option.key)
        self.codes[button] = option.code

    def _add(self) -> None:
        button = WideButton("", "", self)
        button.clicked.connect(lambda: self.picked.emit(self.codes[button]))
        self.column.insertWidget(5 + len(self.buttons), button)
        self.buttons.append(button)


class EndAsSheet(Sheet):
    """The endings that are none of the seven kinds."""

    picked = Signal(object)  # Outcome
    WIDTH = 440

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "How did this call end?")
        self.buttons: dict[Outcome, WideButton] = {}
        for outcome, words, key in ENDINGS:
            button = WideButton(words, key, self)
            button.clicked.connect(lambda _=False, each=outcome: self.picked.emit(each))
            self.column.addWidget(button)
            self.buttons[outcome] = button

    def offer(self, *, outgoing: bool) -> None:
        """Offer the endings of a call this desk made, or of a caller's."""
        self.buttons[Outcome.ANSWERED].setVisible(outgoing)

    def first_stop(self) -> QWidget:
        """Start on the first ending."""
        return next(button for button in self.buttons.values() if not button.isHidden())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Move with the arrows too."""
        if event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)
