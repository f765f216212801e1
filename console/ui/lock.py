"""The locked desk, and the one nobody is signed in at: nothing of any caller, but the calls
themselves stay in hand.

A lock that stopped a call, or kept the 911 line from being read, would harm somebody
(45 CFR 164.312(a)(2)(iii) asks for automatic logoff, not for a hung-up telephone). So answer,
hold, mute, hang up, the greeting and the 911 line stay; numbers, names and forms go.
"""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from console.desk.people.views import SignInView
from console.desk.views import CallCard, Notice, Status
from console.ui.call_list import BUTTONS, STATES, can, words_of
from console.ui.clock import Clock, timer
from console.ui.controls import KeyButton, Kind
from console.ui.keys import Act, sequence_of
from console.ui.painting import Words, draw_card, draw_line
from console.ui.people.sign_in import SignInPanel
from console.ui.people.unlock import UnlockPanel
from console.ui.pop import SayPanel
from console.ui.theme import Ink, Type, colour, theme

KEPT = (Act.ANSWER, Act.DECLINE, Act.HOLD, Act.MUTE, Act.HANG_UP)


class LockPage(QWidget):
    """What is on screen while the desk is locked."""

    acted = Signal(object)  # Act

    def __init__(self, parent: QWidget, clock: Clock) -> None:
        super().__init__(parent)
        self._clock = clock
        self._cards: tuple[CallCard, ...] = ()
        self.note = ""
        self._asked = False  # the next notice is about a PIN
        self._reading = False  # the next notice is the 911 line
        self._time = ""
        self._greeting = ""
        self._card = QRectF()
        self._low = False  # the window is too low for the page as it would like to be
        self._words = Words(Type.BODY_STRONG, Ink.RED_TEXT, 1.3)
        self.say = SayPanel(self)
        self.say.ground = Ink.CARD
        self.buttons: dict[Act, KeyButton] = {}
        for act, words, kind, _ in BUTTONS:
            if act in KEPT:
                self._add(act, words, kind)
        self._add(Act.READ_911, "911 line", Kind.DANGER)
        self.unlocking = UnlockPanel(self)
        self.signing = SignInPanel(self)
        self._signing_in = False
        self.unlocking.unlock_wanted.connect(self._expect_answer)
        self.unlocking.pin_chosen.connect(self._expect_answer)
        self.unlocking.complained.connect(self._complain)
        self.signing.complained.connect(self._complain)
        self.setAccessibleName("Locked")
        self.hide()

    @property
    def foot(self) -> UnlockPanel | SignInPanel:
        """The part that lets somebody in."""
        return self.signing if self._signing_in else self.unlocking

    def fill_status(self, status: Status) -> None:
        """Show whether there is a PIN to ask for, or one to choose."""
        if status.lock_needs_pin == self.unlocking.needs_pin and not self.isVisible():
            return
        self.unlocking.fill(needs_pin=status.lock_needs_pin)
        self.place()

    def show_sign_in(self, view: SignInView | None) -> None:
        """Ask who it is; None for a desk that somebody is at."""
        changed = (view is not None) != self._signing_in
        self._signing_in = view is not None
        if view is not None:
            self.note = view.note
            self._show_foot()
            self.signing.fill(view)
        elif changed:
            self.note = ""
            self._show_foot()
            if self.isVisible():
                self.unlocking.opened()
        self.setAccessibleName(self.foot.title)
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
        self.say.fill(self._greeting)
        self._show_foot()
        self._show_calls()
        if self._signing_in:
            self.note = self.signing.view.note
            self.signing.take_focus()
        else:
            self.unlocking.opened()

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
        self._low = self.signing.terse = False
        self._low = self._height(min(theme.px(784), self.width() - 32) - 2 * pad) > self.height()
        self.signing.terse = self._low
        width = min(theme.px(784), self.width() - 32)
        inner, left = width - 2 * pad, (self.width() - width) // 2 + pad
        say = self.say.height_for(inner) + theme.px(16) if self.say.wanted() else 0
        foot = self.foot.height_for(inner)
        shown = [button for button in self.buttons.values() if not button.isHidden()]
        high = self._height(inner)
        card_top = max(theme.px(4), (self.height() - high) // 2 - theme.px(24))
        self._card = QRectF(left - pad, card_top, width, high)
        top = card_top + self._head()
        self.say.setVisible(self.say.wanted())
        if say:
            self.say.setGeometry(left, top, inner, say - theme.px(16))
            top += say
        room = (inner - gap * (len(shown) - 1)) // max(1, len(shown))
        for number, button in enumerate(shown):
            button.setGeometry(left + number * (room + gap), top, room, theme.px(46))
        top += theme.px(46) + self._rule()
        self.foot.setGeometry(left, top, inner, foot)
        self.foot.place()
        self.update()

    def _head(self) -> int:
        """Return the height of title and call; less of it in a low window."""
        return theme.px(68 if self._low else 112)

    def _rule(self) -> int:
        return theme.px(20 if self._low else 36)

    def _height(self, inner: int) -> int:
        say = self.say.height_for(inner) + theme.px(16) if self.say.wanted() else 0
        rest = theme.px(46) + self._rule() + theme.px(14 if self._low else 32)
        foot = self.foot.height_for(inner)
        return self._head() + say + rest + foot + self._note_height(inner)

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
        top = inner.top() + theme.px(6 if self._low else 26)
        line = QRectF(inner.left(), top, inner.width(), theme.px(36))
        draw_line(painter, line, self.foot.title, Type.TITLE, Ink.TEXT)
        gap = 0 if self._low else theme.px(6)
        line = QRectF(inner.left(), line.bottom() + gap, inner.width(), theme.px(22))
        words = self._time or "No call. Calls still ring here, and can be answered."
        draw_line(painter, line, words, Type.BODY_STRONG, Ink.SOFT)
        rule = QRectF(inner.left(), self.foot.y() - self._rule() // 2, inner.width(), 1)
        painter.fillRect(rule, colour(Ink.HAIRLINE))
        if self.note:
            top = self.foot.geometry().bottom() + theme.px(14)
            high = self._note_height(inner.width()) - theme.px(14)
            box = QRectF(inner.left(), top, inner.width(), high)
            draw_card(painter, box, Ink.RED_SOFT, Ink.RED_EDGE, radius=6)
            draw_line(painter, QRectF(box.left() + theme.px(14), top + theme.px(9), theme.px(16),
                      theme.px(20)), "✕", Type.BODY_STRONG, Ink.RED_TEXT)  # fmt: skip
            self._words.lay(self.note, inner.width() - theme.px(48))
            self._words.draw(painter, box.left() + theme.px(34), top + theme.px(10))

    def _note_height(self, width: float) -> int:
        if not self.note:
            return 0
        return round(self._words.lay(self.note, width - theme.px(48))) + theme.px(34)

    def _show_foot(self) -> None:
        self.signing.setVisible(self._signing_in)
        self.unlocking.setVisible(not self._signing_in)

    def _expect_answer(self, _typed: str) -> None:
        self._asked = True

    def _complain(self, words: str) -> None:
        self.note = words
        self.place()

    def _add(self, act: Act, words: str, kind: Kind) -> None:
        button = KeyButton(kind, words, sequence_of(act), self)
        button.role = Type.BODY_STRONG
        button.clicked.connect(lambda: self.acted.emit(act))
        self.buttons[act] = button
