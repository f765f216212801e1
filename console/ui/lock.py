"""The locked desk: nothing of any caller, but the calls themselves stay in hand.

A lock that stopped a call, or kept the 911 line from being read, would harm somebody
(45 CFR 164.312(a)(2)(iii) asks for automatic logoff, not for a hung-up telephone). So answer,
hold, mute, hang up, the greeting and the 911 line stay; numbers, names and forms go.
"""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from console.desk.views import CallCard, Status
from console.ui.call_list import BUTTONS, STATES, can
from console.ui.clock import Clock, timer
from console.ui.controls import KeyButton, Kind
from console.ui.edits import LineEdit
from console.ui.keys import Act, sequence_of
from console.ui.painting import CENTRE, draw_card, draw_line
from console.ui.pop import SayPanel
from console.ui.theme import Ink, Type, colour, theme

LINE_911 = "If this is a medical emergency, please hang up and dial 911 now."
KEPT = (Act.ANSWER, Act.DECLINE, Act.HOLD, Act.MUTE, Act.HANG_UP)
PIN_LEAST = 4


class LockPage(QWidget):
    """What is on screen while the desk is locked."""

    acted = Signal(object)  # Act
    unlock_wanted = Signal(str)
    pin_chosen = Signal(str)

    def __init__(self, parent: QWidget, clock: Clock) -> None:
        super().__init__(parent)
        self._clock = clock
        self._cards: tuple[CallCard, ...] = ()
        self._needs_pin = False
        self._note = ""
        self._time = ""
        self._greeting = ""
        self.say = SayPanel(self)
        self.buttons: dict[Act, KeyButton] = {}
        for act, words, kind, _ in BUTTONS:
            if act in KEPT:
                self._add(act, words, kind)
        self._add(Act.READ_911, "911 line", Kind.DANGER)
        self.pin = self._pin_edit("PIN")
        self.again = self._pin_edit("The same PIN again")
        self.unlock = KeyButton(Kind.PRIMARY, "Unlock", "Enter", self)
        self.unlock.clicked.connect(self._enter)
        self.setAccessibleName("Locked")
        self.hide()

    def fill_status(self, status: Status) -> None:
        """Show whether there is a PIN to ask for, or one to choose."""
        if status.lock_needs_pin == self._needs_pin and not self.isVisible():
            return
        self._needs_pin = status.lock_needs_pin
        self.again.setVisible(self._needs_pin)
        self.pin.setPlaceholderText("Choose a PIN" if self._needs_pin else "PIN")
        self.unlock.set_words("Set PIN" if self._needs_pin else "Unlock")
        self.place()

    def fill_calls(self, cards: tuple[CallCard, ...]) -> None:
        """Show which call there is, without saying whose."""
        self._cards = cards
        if not self.isVisible():
            return  # shown whole when the desk is locked; a pop must not wait for it
        self._show_calls()

    def _show_calls(self) -> None:
        cards, card = self._cards, self.card()
        for act in KEPT:
            button = self.buttons[act]
            shown = any(can(each, act) for each in cards) if act in KEPT[:2] else False
            shown = shown or (card is not None and can(card, act))
            if button.isHidden() == shown:
                button.setVisible(shown)
        if card is not None:
            self.buttons[Act.HOLD].set_words("Resume" if card.can_resume else "Hold")
            self.buttons[Act.MUTE].set_words("Unmute" if card.muted else "Mute")
        self.tick()
        self.place()

    def fill_say(self, greeting: str) -> None:
        """Show the greeting of the selected call, "" without one."""
        self._greeting = greeting
        if self.isVisible():
            self.say.fill(greeting)
            self.place()

    def read_911(self) -> None:
        """Show the 911 line at once where no practice gives its own."""
        if not self._greeting:
            self.say.fill(LINE_911)
            self.place()

    def show_note(self, text: str) -> None:
        """Show a notice's title: a wrong PIN, above all."""
        self._note = text
        self.update()

    def opened(self) -> None:
        """Start with an empty PIN and the cursor in it."""
        self._note = ""
        self.again.setVisible(self._needs_pin)
        self.say.fill(self._greeting)
        self._show_calls()
        self.pin.clear()
        self.again.clear()
        self.pin.setFocus()

    def card(self) -> CallCard | None:
        """Return the call the page's controls are for: the selected one, or one that rings."""
        selected = [card for card in self._cards if card.selected]
        return next(iter(selected or [c for c in self._cards if c.can_answer]), None)

    def tick(self) -> None:
        """Move the call's timer on."""
        card = self.card()
        words = ""
        if card is not None:
            words = f"{STATES[card.state][2]} · {timer(card.since, self._clock())}"
            words += " · muted" if card.muted else ""
        if words != self._time:
            self._time = words
            self.update()

    def place(self) -> None:
        """Put everything in the middle."""
        width = min(theme.px(720), self.width() - 32)
        left = (self.width() - width) // 2
        top = max(theme.px(120), self.height() // 2 - theme.px(200))
        self.say.setVisible(self.say.wanted())
        if self.say.wanted():
            high = self.say.height_for(width)
            self.say.setGeometry(left, top, width, high)
            top += high + theme.px(16)
        self._row_top = top
        gap = theme.px(10)
        shown = [button for button in self.buttons.values() if not button.isHidden()]
        room = (width - gap * (len(shown) - 1)) // max(1, len(shown))
        for number, button in enumerate(shown):
            button.setGeometry(left + number * (room + gap), top, room, theme.px(46))
        top += theme.px(46 + 40)
        edits = [self.pin, self.again] if self._needs_pin else [self.pin]
        wide = theme.px(200)
        total = len(edits) * (wide + gap) + self.unlock.natural_width()
        start = (self.width() - total) // 2
        for edit in edits:
            edit.setGeometry(start, top, wide, theme.px(40))
            start += wide + gap
        self.unlock.setGeometry(start, top, self.unlock.natural_width(), theme.px(40))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Keep everything in the middle."""
        self.place()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.place()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Keep every key from the window beneath."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the title, the call's state, and what is wrong with the PIN."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(Ink.PAGE))
        first = self.say.y() if self.say.wanted() else self._row_top
        line = QRectF(0, first - theme.px(92), self.width(), theme.px(36))
        title = "Choose a PIN for this desk" if self._needs_pin else "Frontdesk is locked"
        draw_line(painter, line, title, Type.TITLE, Ink.TEXT, align=CENTRE)
        line = QRectF(0, line.bottom() + theme.px(8), self.width(), theme.px(24))
        words = self._time or "No call. Calls still ring here, and can be answered."
        draw_line(painter, line, words, Type.BODY_STRONG, Ink.SOFT, align=CENTRE)
        if self._note:
            box = QRectF(0, self.pin.geometry().bottom() + theme.px(14), 0, theme.px(36))
            box.setWidth(min(theme.px(420), self.width() - 32))
            box.moveLeft((self.width() - box.width()) / 2)
            draw_card(painter, box, Ink.RED_SOFT, Ink.RED_EDGE, radius=6)
            draw_line(painter, box, self._note, Type.BODY_STRONG, Ink.RED_TEXT, align=CENTRE)

    def _enter(self) -> None:
        pin = self.pin.text()
        if not self._needs_pin:
            self.unlock_wanted.emit(pin)
            self.pin.clear()
        elif len(pin) < PIN_LEAST:
            self.show_note(f"A PIN has at least {PIN_LEAST} characters")
        elif pin != self.again.text():
            self.show_note("The two PINs are not the same")
        else:
            self.pin_chosen.emit(pin)
        self.pin.setFocus()

    def _pin_edit(self, words: str) -> LineEdit:
        edit = LineEdit(self)
        edit.setEchoMode(QLineEdit.EchoMode.Password)
        edit.setPlaceholderText(words)
        edit.setAccessibleName(words)
        edit.entered.connect(self._enter)
        return edit

    def _add(self, act: Act, words: str, kind: Kind) -> None:
        button = KeyButton(kind, words, sequence_of(act), self)
        button.role = Type.BODY_STRONG
        button.clicked.connect(lambda: self.acted.emit(act))
        self.buttons[act] = button
