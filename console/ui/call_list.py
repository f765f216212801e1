"""The calls at this desk: a card each, its state as a colour and in words, its keys on buttons.

Buttons appear for what the desk says a call can do, and only the selected call has them all: a
receptionist with three callers must not have to read fifteen buttons.
"""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from console.desk.views import CallCard, Light, LineState
from console.ui.clock import Clock, timer
from console.ui.columns import Panel, park
from console.ui.controls import ENTER, KeyButton, Kind
from console.ui.keys import Act, sequence_of
from console.ui.painting import (
    RIGHT,
    Words,
    cap_width,
    draw_bar,
    draw_cap,
    draw_card,
    draw_focus,
    draw_line,
    draw_pill,
    pill_width,
)
from console.ui.theme import Ink, Type, theme

STATES = {
    LineState.WAITING: (Ink.SLATE, Ink.SOFT, "Waiting"),
    LineState.RINGING: (Ink.VIOLET, Ink.VIOLET_TEXT, "Ringing"),
    LineState.DIALLING: (Ink.TEAL, Ink.SOFT, "Dialling"),
    LineState.ACTIVE: (Ink.BLUE, Ink.SOFT, "Active"),
    LineState.HELD: (Ink.AMBER, Ink.AMBER_TEXT, "On hold"),
    LineState.TRANSFERRING: (Ink.TEAL, Ink.SOFT, "Transferring"),
    LineState.WRAP_UP: (Ink.SLATE, Ink.SOFT, "Wrap-up"),
}

BUTTONS = (
    (Act.ANSWER, "Answer", Kind.GO, "can_answer"),
    (Act.DECLINE, "Decline", Kind.PLAIN, "can_decline"),
    (Act.DECLINE_AS, "Busy or forward", Kind.PLAIN, "can_decline"),
    (Act.HOLD, "Hold", Kind.PLAIN, "can_hold"),
    (Act.MUTE, "Mute", Kind.PLAIN, "can_mute"),
    (Act.KEYPAD, "Keypad", Kind.PLAIN, "can_keypad"),
    (Act.TRANSFER, "Transfer", Kind.PLAIN, "can_transfer"),
    (Act.CONFERENCE, "Conference", Kind.PLAIN, "can_join"),
    (Act.CANCEL_CONSULT, "Back to caller", Kind.PLAIN, "can_cancel_consult"),
    (Act.RECORD, "Pause recording", Kind.PLAIN, "can_pause_recording"),
    (Act.HANG_UP, "Hang up", Kind.DANGER_EDGE, "can_hang_up"),
)
WIDE = (
    Act.ANSWER,
    Act.DECLINE,
    Act.DECLINE_AS,
    Act.CONFERENCE,
    Act.CANCEL_CONSULT,
    Act.RECORD,
    Act.HANG_UP,
)

MUTED = "Muted: you are not heard"
ON_ANY = frozenset({Act.ANSWER, Act.DECLINE})


def can(card: CallCard, act: Act) -> bool:
    """Tell whether the desk offers this act on a call."""
    if act is Act.HOLD:
        return card.can_hold or card.can_resume or card.can_swap
    if act is Act.TRANSFER:
        return card.can_transfer or card.can_complete or card.can_leave
    if act is Act.CONFERENCE:
        return card.can_join or card.can_split
    if act is Act.RECORD:
        return card.can_pause_recording or card.can_resume_recording
    return next(bool(getattr(card, flag)) for each, _, _, flag in BUTTONS if each is act)


def words_of(card: CallCard) -> dict[Act, str]:
    """Return what those keys are called that mean something else from state to state."""
    transfer = "Complete" if card.can_complete else "Leave" if card.can_leave else "Transfer"
    return {
        Act.HOLD: "Swap" if card.can_swap else "Resume" if card.can_resume else "Hold",
        Act.MUTE: "Unmute" if card.muted else "Mute",
        Act.TRANSFER: transfer,
        Act.CONFERENCE: "Caller alone" if card.can_split else "Conference",
        Act.RECORD: "Resume recording" if card.can_resume_recording else "Pause recording",
    }


def state_name(card: CallCard) -> str:
    """Return a call's state in a few words."""
    words = STATES[card.state][2]
    if card.held_for:
        words += f" {card.held_for}" + (": go back now" if card.hold_alarm else "")
    return words


def state_inks(card: CallCard) -> tuple[Ink, Ink]:
    """Return the colours of a call's bar and of its state's words."""
    bar, ink, _ = STATES[card.state]
    if card.hold_alarm or (card.muted and card.state is LineState.ACTIVE):
        return Ink.RED, Ink.RED_TEXT
    return (bar, Ink.AMBER_TEXT) if card.sound_light is not Light.GOOD else (bar, ink)


def recording_label(card: CallCard) -> str:
    """Return what is said of a recording, with its mark."""
    return f"{card.recording_mark} {card.recording}".strip()


def recording_inks(card: CallCard) -> tuple[Ink, Ink]:
    """Return the ground and the words' colour of what is said of a recording."""
    if card.can_pause_recording:
        return Ink.RED_SOFT, Ink.RED_TEXT
    return Ink.AMBER_SOFT, Ink.AMBER_TEXT


def state_words(card: CallCard, *, recording: bool = True) -> str:
    """Return a call's state in words, with what else there is to say of it; without its recording
    where that stands in a label of its own."""
    pressed = f"Pressed {card.pressed}" if card.pressed else ""
    said = card.recording if recording else ""
    parts = (MUTED * card.muted, state_name(card), said, card.note, card.sound, pressed)
    return " · ".join(part for part in parts if part)


class CallItem(QWidget):
    """One call's card, used again for whatever call takes its place in the list."""

    acted = Signal(object, str)  # Act, call
    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.card: CallCard | None = None
        self.time = ""
        self.shown: list[KeyButton] = []
        self._state = Words(Type.SMALL, Ink.SOFT, 1.3, most=3)
        self.buttons: dict[Act, KeyButton] = {}
        for act, words, kind, _ in BUTTONS:
            button = KeyButton(kind, words, sequence_of(act), self)
            park(button)
            button.clicked.connect(lambda _=False, act=act: self._act(act))
            self.buttons[act] = button
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def fill(self, card: CallCard, time: str) -> None:
        """Show a call."""
        if card == self.card:
            self.show_time(time)
            return
        self.card, self.time = card, time
        words = f"{card.title}, {card.practice}, {state_words(card)}"
        self.setAccessibleName(f"Call, {words}" + (", selected" if card.selected else ""))
        self.setAccessibleDescription(card.key)
        for act, said in words_of(card).items():
            self.buttons[act].set_words(said)
        self.buttons[Act.MUTE].kind = Kind.DANGER if card.muted else Kind.PLAIN
        self.shown = []
        for act, button in self.buttons.items():
            wanted = can(card, act) and (card.selected or act in ON_ANY or card.leg)
            if wanted:
                self.shown.append(button)
            else:
                park(button)
        self.place()
        self.update()

    def empty(self) -> None:
        """Forget the call and lie out of sight."""
        if self.card is not None:
            self.card = None
            self.setAccessibleName("")
            park(self)

    def show_time(self, time: str) -> None:
        """Move the timer on."""
        if time != self.time:
            self.time = time
            self.update(0, 0, self.width(), theme.px(34))

    def rows(self) -> list[list[KeyButton]]:
        """Return the buttons by row: calls to action fill one, the others share one in twos."""
        rows: list[list[KeyButton]] = []
        wide = [self.buttons[act] for act in WIDE]
        for button in self.shown:
            if button in wide or not rows or rows[-1][0] in wide or len(rows[-1]) == 2:
                rows.append([button])
            else:
                rows[-1].append(button)
        return rows

    def text_height(self) -> int:
        """Return the height of the lines above the buttons."""
        if self.card is None:
            return 0
        if not self.card.selected:
            return theme.px(52)
        room = self.width() - theme.px(29)
        pill = theme.px(30) if self.card.recording else 0
        return (
            theme.px(53)
            + max(
                theme.px(17), round(self._state.lay(state_words(self.card, recording=False), room))
            )
            + pill
        )

    def natural_height(self) -> int:
        """Return the card's height in pixels."""
        rows = len(self.rows())
        return self.text_height() + (rows * theme.px(38) + theme.px(10) if rows else theme.px(8))

    def place(self) -> None:
        """Put the buttons where they belong."""
        left, right = theme.px(16), self.width() - theme.px(13)
        top, gap = self.text_height() + theme.px(4), theme.px(8)
        for row in self.rows():
            width = (right - left - gap * (len(row) - 1)) // len(row)
            for number, button in enumerate(row):
                button.setGeometry(left + number * (width + gap), top, width, theme.px(32))
            top += theme.px(38)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A click anywhere on the card asks for the call."""
        if self.card is not None and self.rect().contains(event.position().toPoint()):
            self.chosen.emit(self.card.call)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter and Space ask for the call."""
        if self.card is not None and event.key() in {*ENTER, Qt.Key.Key_Space}:
            self.chosen.emit(self.card.call)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the card's lines."""
        card = self.card
        if card is None:
            return
        painter = QPainter(self)
        box = QRectF(self.rect())
        bar, ink = state_inks(card)
        draw_card(painter, box, edge=Ink.BLUE if card.selected else Ink.LINE)
        draw_bar(painter, box, bar, 4)
        left, width, high = theme.px(16), box.width() - theme.px(29), theme.px(18)
        line = QRectF(left, theme.px(12), width, high)
        draw_line(painter, line, self.time, Type.NAME, Ink.TEXT, align=RIGHT)
        line.setWidth(width - theme.px(52))
        first = card.title if card.selected else card.practice
        draw_line(painter, line, first, Type.NAME, Ink.TEXT)
        line = QRectF(left, theme.px(31), width, high)
        if card.selected:
            draw_line(painter, line, card.practice, Type.SMALL, Ink.SOFT)
            self._state.use(Type.SMALL, ink)
            self._state.lay(state_words(card, recording=False), width)
            self._state.draw(painter, left, theme.px(49))
            if card.recording:
                top = theme.px(49) + max(theme.px(17), round(self._state.height)) + theme.px(5)
                said = recording_label(card)
                pill = QRectF(left, top, min(width, pill_width(said)), theme.px(24))
                draw_pill(painter, pill, said, *recording_inks(card))
        else:
            if card.key:
                draw_cap(painter, line.right() + 1, line.center().y(), card.key)
                line.setWidth(width - cap_width(card.key) - theme.px(6))
            recording = f" · {recording_label(card)}" if card.recording else ""
            words = f"{'Muted · ' * card.muted}{state_name(card)}{recording} · {card.title}"
            draw_line(painter, line, words, Type.SMALL, ink)
        if self.hasFocus():
            draw_focus(painter, box)

    def _act(self, act: Act) -> None:
        if self.card is not None:
            self.acted.emit(act, "" if self.card.selected else self.card.call)


class CallList(Panel):
    """The cards of every call at this desk, those waiting for a line excepted."""

    acted = Signal(object, str)
    chosen = Signal(str)
    POOL = 6  # the engine holds four calls; a form may outlive its call

    def __init__(self, parent: QWidget, clock: Clock) -> None:
        super().__init__(parent)
        self._clock = clock
        self.cards: tuple[CallCard, ...] = ()
        self.items: list[CallItem] = []
        self.setAccessibleName("Calls")
        for _ in range(self.POOL):
            self._add()

    def fill(self, cards: tuple[CallCard, ...]) -> None:
        """Show these calls."""
        self.cards = tuple(card for card in cards if card.state is not LineState.WAITING)
        while len(self.items) < len(self.cards):
            self._add()
        now = self._clock()
        for item, card in zip(self.items, self.cards, strict=False):
            item.fill(card, timer(card.since, now))
        for item in self.items[len(self.cards) :]:
            item.empty()
        self.relay()

    def tick(self) -> None:
        """Move the timers on."""
        now = self._clock()
        for item, card in zip(self.items, self.cards, strict=False):
            item.show_time(timer(card.since, now))

    def height_for(self, width: int) -> int:
        """Return the heading's height and the cards'."""
        if not self.cards:
            return theme.px(22) + theme.px(46)
        heights = self._place(width)
        return theme.px(22) + sum(heights) + theme.px(10) * (len(heights) - 1)

    def restyle(self) -> None:
        """Take over a changed text size."""
        for item in self.items[: len(self.cards)]:
            item.place()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the heading, and a quiet line when there is no call."""
        painter = QPainter(self)
        head = QRectF(0, 0, self.width(), theme.px(16))
        draw_line(painter, head, "Calls", Type.HEAD, Ink.SOFT)
        if not self.cards:
            box = QRectF(0, theme.px(22), self.width(), theme.px(46))
            draw_card(painter, box)
            words = box.adjusted(theme.px(13), 0, 0, 0)
            draw_line(painter, words, "No calls at this desk", Type.SMALL, Ink.SOFT)

    def _place(self, width: int) -> list[int]:
        top, heights = theme.px(22), []
        for item in self.items[: len(self.cards)]:
            if item.width() != width:
                item.resize(width, item.height())
                item.place()
            heights.append(item.natural_height())
            item.setGeometry(0, top, width, heights[-1])
            top += heights[-1] + theme.px(10)
        return heights

    def _add(self) -> None:
        item = CallItem(self)
        park(item)
        item.acted.connect(self.acted)
        item.chosen.connect(self.chosen)
        self.items.append(item)
