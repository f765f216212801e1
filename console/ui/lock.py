"""The locked desk: nothing of any caller, but the calls themselves stay in hand.

A lock that stopped a call, or kept the 911 line from being read, would harm somebody
(45 CFR 164.312(a)(2)(iii) asks for automatic logoff, not for a hung-up telephone). So answer,
hold, mute, hang up, the greeting and the 911 line stay; numbers, names and forms go.
"""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from console.desk.views import CallCard, Notice, Status
from console.ui.call_list import BUTTONS, STATES, can, words_of
from console.ui.clock import Clock, timer
from console.ui.controls import KeyButton, Kind
from console.ui.edits import LineEdit
from console.ui.keys import Act, sequence_of
from console.ui.painting import draw_card, draw_line
from console.ui.pop import SayPanel
from console.ui.theme import Ink, Type, colour, theme

KEPT = (Act.ANSWER, Act.DECLINE, Act.HOLD, Act.MUTE, Act.HANG_UP)


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
        self.note = ""
        self._asked = False  # the next notice is about a PIN
        self._reading = False  # the next notice is the 911 line
        self._time = ""
        self._greeting = ""
        self._card = QRectF()
        self.say = SayPanel(self)
        self.say.ground = Ink.CARD
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
            for act in (Act.HOLD, Act.MUTE):
                self.buttons[act].set_words(words_of(card)[act])
        self.tick()
        self.place()

    def fill_say(self, greeting: str) -> None:
        """Show the greeting of the selected call, "" without one."""
        self._greeting = greeting
        if self.isVisible():
            self.say.fill(greeting)
            self.place()

    def expect_911(self) -> None:
        """Take the desk's next notice for the 911 line: the words to say, for want of a pop's."""
        self._reading = True

    def show_notice(self, notice: Notice) -> None:
        """Show a notice: in full where this page asked for it, else only its title."""
        if self._reading:
            self._reading = False
            self.say.fill(notice.text)
        elif self._asked:
            self._asked = False
            self.note = ". ".join(part for part in (notice.title, notice.text) if part)
        else:
            self.note = notice.title
        self.place()

    def opened(self) -> None:
        """Start with an empty PIN and the cursor in it."""
        self.note = ""
        self._asked = self._reading = False
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
            words += f" · {card.recording}" if card.recording else ""
        if words != self._time:
            self._time = words
            self.update()

    def place(self) -> None:
        """Put everything on a card in the middle."""
        pad, gap = theme.px(32), theme.px(10)
        width = min(theme.px(784), self.width() - 32)
        inner, left = width - 2 * pad, (self.width() - width) // 2 + pad
        say = self.say.height_for(inner) + theme.px(16) if self.say.wanted() else 0
        high = theme.px(112) + say + theme.px(46 + 36 + 40 + 32) + (theme.px(52) * bool(self.note))
        card_top = max(theme.px(16), (self.height() - high) // 2 - theme.px(24))
        self._card = QRectF(left - pad, card_top, width, high)
        top = card_top + theme.px(112)
        self.say.setVisible(self.say.wanted())
        if say:
            self.say.setGeometry(left, top, inner, say - theme.px(16))
            top += say
        shown = [button for button in self.buttons.values() if not button.isHidden()]
        room = (inner - gap * (len(shown) - 1)) // max(1, len(shown))
        for number, button in enumerate(shown):
            button.setGeometry(left + number * (room + gap), top, room, theme.px(46))
        top += theme.px(46 + 36)
        self._place_pin(left, top, gap)
        self.update()

    def _place_pin(self, left: int, top: int, gap: int) -> None:
        edits = [self.pin, self.again] if self._needs_pin else [self.pin]
        wide = theme.px(200)
        unlock = self.unlock.natural_width()
        for edit in edits:
            edit.setGeometry(left, top, wide, theme.px(40))
            left += wide + gap
        self.unlock.setGeometry(left, top, unlock, theme.px(40))

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
        draw_card(painter, self._card, radius=10)
        pad = theme.px(32)
        inner = self._card.adjusted(pad, 0, -pad, 0)
        line = QRectF(inner.left(), inner.top() + theme.px(26), inner.width(), theme.px(36))
        title = "Choose a PIN for this desk" if self._needs_pin else "Frontdesk is locked"
        draw_line(painter, line, title, Type.TITLE, Ink.TEXT)
        line = QRectF(inner.left(), line.bottom() + theme.px(6), inner.width(), theme.px(24))
        words = self._time or "No call. Calls still ring here, and can be answered."
        draw_line(painter, line, words, Type.BODY_STRONG, Ink.SOFT)
        rule = QRectF(inner.left(), self.pin.y() - theme.px(18), inner.width(), 1)
        painter.fillRect(rule, colour(Ink.HAIRLINE))
        if self.note:
            top = self.pin.geometry().bottom() + theme.px(14)
            box = QRectF(inner.left(), top, inner.width(), theme.px(38))
            draw_card(painter, box, Ink.RED_SOFT, Ink.RED_EDGE, radius=6)
            words = f"✕ {self.note}"
            box.adjust(theme.px(14), 0, -theme.px(14), 0)
            draw_line(painter, box, words, Type.BODY_STRONG, Ink.RED_TEXT)

    def _enter(self) -> None:
        pin = self.pin.text()
        if not pin:
            pass
        elif not self._needs_pin:
            self.pin.clear()
            self._asked = True
            self.unlock_wanted.emit(pin)
        elif pin != self.again.text():
            self.note = "The two PINs are not the same"
            self.place()
        else:
            self._asked = True
            self.pin_chosen.emit(pin)
        (self.again if self._needs_pin and pin and not self.again.text() else self.pin).setFocus()

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
