"""What stands under the calls at the left: who waits, who is owed a call back, what came of
earlier calls from this number, and whether the headset hears anything."""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from console.desk.views import Callback, CallCard, EarlierItem, LineState
from console.ui.clock import Clock, wait
from console.ui.columns import SectionPanel, draw_rows
from console.ui.controls import KeyButton, Kind
from console.ui.meter import SILENCE, draw_meter
from console.ui.painting import Words, draw_line, text_width
from console.ui.theme import Ink, Type, colour, theme

PAD = 13
ROW = 96  # a caller to call back: number and button, practice and button, why


class Waiting(SectionPanel):
    """Callers no line is free for."""

    head = "Waiting for anyone"

    def __init__(self, parent: QWidget, clock: Clock) -> None:
        super().__init__(parent)
        self._clock = clock
        self._cards: tuple[CallCard, ...] = ()
        self._rows: list[tuple[str, str]] = []

    def fill(self, cards: tuple[CallCard, ...]) -> None:
        """Show the waiting ones of these calls."""
        self._cards = tuple(card for card in cards if card.state is LineState.WAITING)
        self.tick()
        self.relay()

    def tick(self) -> None:
        """Move the waits on."""
        now = self._clock()
        rows = [(card.practice or card.title, wait(card.since, now)) for card in self._cards]
        if rows != self._rows:
            self._rows = rows
            self.setAccessibleDescription("; ".join(f"{who} {since}" for who, since in rows))
            self.update()

    def wanted(self) -> bool:
        """Only while somebody waits."""
        return bool(self._cards)

    def card_height(self, width: int) -> int:  # noqa: ARG002
        """Return a row for each."""
        return len(self._cards) * theme.px(28) + theme.px(12)

    def paint_card(self, painter: QPainter, box: QRectF) -> None:
        """Draw a row for each."""
        draw_rows(painter, box, self._rows, Type.BODY)


def _for_whom(item: Callback) -> str:
    """Return the practice, and whose the call is, where it is somebody's."""
    return f"{item.practice} · {item.owner}" if item.owner else item.practice


class Callbacks(SectionPanel):
    """Callers who left before an answer. Each stays until the call back's form is finished, or
    somebody says it has been done."""

    head = "To call back"
    SHOWN = 3  # the longest owed; a list that grew with a bad morning would slow every pop
    called = Signal(int)
    done = Signal(int)

    def __init__(self, parent: QWidget, clock: Clock) -> None:
        super().__init__(parent)
        self._clock = clock
        self._items: tuple[Callback, ...] = ()
        self._more = 0
        self.buttons: list[KeyButton] = []
        self.done_buttons: list[KeyButton] = []
        for _ in range(self.SHOWN):
            self._add()

    def fill(self, callbacks: tuple[Callback, ...]) -> None:
        """Show who has been owed a call longest, and how many more there are."""
        self._more = max(0, len(callbacks) - self.SHOWN)
        callbacks = callbacks[: self.SHOWN]
        self._items = callbacks
        self.setAccessibleDescription(self._rest())
        for number, button in enumerate(self.buttons):
            if number < len(callbacks):
                item = callbacks[number]
                who = f"{item.number}, {_for_whom(item)}, {item.why}"
                button.setAccessibleName(f"Call back {who}")
                self.done_buttons[number].setAccessibleName(f"Called back {who}")
            for each in (button, self.done_buttons[number]):
                each.setVisible(number < len(callbacks))
        self.place()
        self.relay()

    def tick(self) -> None:
        """Move the times on, once a minute is enough."""
        if self._items and self._clock().second == 0:
            self.update()

    def wanted(self) -> bool:
        """Only while somebody is owed a call."""
        return bool(self._items)

    def card_height(self, width: int) -> int:  # noqa: ARG002
        """Return three lines for each, and one for the rest."""
        rest = theme.px(28) if self._more else 0
        return len(self._items) * theme.px(ROW) + theme.px(8) + rest

    def place(self) -> None:
        """Put each pair of buttons at the end of its caller's lines, under each other."""
        for number in range(len(self._items)):
            top = self.head_height() + theme.px(4 + 9) + number * theme.px(ROW)
            for button in (self.buttons[number], self.done_buttons[number]):
                width = button.natural_width()
                button.setGeometry(self.width() - width - theme.px(10), top, width, theme.px(28))
                top += theme.px(33)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Keep the buttons at the right edge."""
        self.place()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.place()

    def paint_card(self, painter: QPainter, box: QRectF) -> None:
        """Draw number, practice, why and since when."""
        now, pad = self._clock(), theme.px(PAD)
        for number, item in enumerate(self._items):
            top = box.top() + theme.px(4) + number * theme.px(ROW)
            room = box.width() - 2 * pad
            if number:
                painter.fillRect(QRectF(pad, top, room, 1), colour(Ink.HAIRLINE))
            button = self.buttons[number].width() + theme.px(4)
            line = QRectF(pad, top + theme.px(13), room - button, theme.px(18))
            draw_line(painter, line, item.number, Type.BODY_STRONG, Ink.TEXT)
            button = self.done_buttons[number].width() + theme.px(4)
            line = QRectF(pad, top + theme.px(47), room - button, theme.px(17))
            draw_line(painter, line, _for_whom(item), Type.SMALL, Ink.SOFT)
            line = QRectF(pad, top + theme.px(73), room, theme.px(17))
            minutes = max(0, int((now - item.since).total_seconds() // 60))
            late = item.due_at is not None and item.due_at <= now
            words = f"{'▲ ' * late}{minutes} min ago · {item.why}"
            draw_line(painter, line, words, Type.SMALL, Ink.AMBER_TEXT if late else Ink.SOFT)
        if self._more:
            top = box.top() + theme.px(4) + len(self._items) * theme.px(ROW)
            line = QRectF(pad, top, box.width() - 2 * pad, theme.px(24))
            draw_line(painter, line, self._rest(), Type.BODY_STRONG, Ink.TEXT)

    def _rest(self) -> str:
        return f"and {self._more} more" if self._more else ""

    def _add(self) -> None:
        number = len(self.buttons)
        call = KeyButton(Kind.PLAIN, "Call", "Ctrl+B" if not number else "", self)
        done = KeyButton(Kind.PLAIN, "Done", "", self)
        call.clicked.connect(lambda _=False: self.called.emit(self._items[number].row))
        done.clicked.connect(lambda _=False: self.done.emit(self._items[number].row))
        for button in (call, done):
            button.hide()
        self.buttons.append(call)
        self.done_buttons.append(done)


class Earlier(SectionPanel):
    """What came of earlier calls from the same number to the same practice."""

    head = "Earlier from this number"
    POOL = 5

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._items: tuple[EarlierItem, ...] | None = ()
        self._details = [Words(Type.SMALL, Ink.SOFT, 1.3, most=2) for _ in range(self.POOL)]

    def fill(self, items: tuple[EarlierItem, ...] | None) -> None:
        """Show these; None while they are being looked up."""
        if items is not None:
            items = items[: self.POOL]
        if items == self._items:
            return
        self._items = items
        said = "; ".join(f"{item.title} {item.when} {item.detail}" for item in items or ())
        self.setAccessibleDescription("Looking up" if items is None else said)
        self.relay()

    def look(self) -> object:
        """Return that they are being looked up; what was found is a caller's."""
        return "looking up" if self._items is None else None

    def wanted(self) -> bool:
        """Not when there was nothing earlier."""
        return self.on and (self._items is None or bool(self._items))

    def card_height(self, width: int) -> int:
        """Return the height of every item."""
        if self._items is None:
            return theme.px(42)
        total = theme.px(12)
        for item, words in zip(self._items, self._details, strict=False):
            total += theme.px(24) + round(words.lay(item.detail, width - 2 * theme.px(PAD)))
        return total + theme.px(6) * len(self._items)

    def paint_card(self, painter: QPainter, box: QRectF) -> None:
        """Draw title and day, the detail under them."""
        pad = theme.px(PAD)
        if self._items is None:
            words = box.adjusted(pad, 0, -pad, 0)
            draw_line(painter, words, "Looking up…", Type.SMALL, Ink.SOFT)
            return
        top = box.top() + theme.px(9)
        for item, detail in zip(self._items, self._details, strict=False):
            line = QRectF(pad, top, box.width() - 2 * pad, theme.px(22))
            draw_line(painter, line, item.title, Type.BODY_STRONG, Ink.TEXT)
            line.setLeft(line.left() + text_width(Type.BODY_STRONG, item.title))
            draw_line(painter, line, f" · {item.when}", Type.BODY, Ink.TEXT)
            detail.draw(painter, pad, top + theme.px(23))
            top += theme.px(30) + detail.height


class Headset(SectionPanel):
    """The headset's name and how loud both sides are; a key to choose another."""

    head = "Headset"
    wanted_open = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._name = ""
        self._levels = [SILENCE - 1, SILENCE - 1]
        self.choose = KeyButton(Kind.LINK, "Choose", "Ctrl+H", self)
        self.choose.setAccessibleName("Choose the headset")
        self.choose.clicked.connect(self.wanted_open)
        self.place()

    def fill(self, name: str) -> None:
        """Show which headset it is."""
        if name != self._name:
            self._name = name
            self.setAccessibleDescription(name)
            self.relay()

    def show_levels(self, microphone: float, earpiece: float) -> None:
        """Move both meters; dBFS."""
        self._levels = [microphone, earpiece]
        self.update(0, self.head_height() + theme.px(28), self.width(), theme.px(44))

    def look(self) -> object:
        """Return the name while neither side is heard."""
        return self._name if max(self._levels) <= SILENCE else None

    def card_height(self, width: int) -> int:  # noqa: ARG002
        """Return the name's line and two meters."""
        return theme.px(76)

    def head_height(self) -> int:
        """Leave room for the button in the heading."""
        return theme.px(26)

    def place(self) -> None:
        """Put the button at the heading's end."""
        width = self.choose.natural_width()
        self.choose.setGeometry(self.width() - width, 0, width, theme.px(19))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Keep the button at the right edge."""
        self.place()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.place()

    def paint_card(self, painter: QPainter, box: QRectF) -> None:
        """Draw the name, then a meter for each side, named in words."""
        pad = theme.px(PAD)
        line = QRectF(pad, box.top() + theme.px(9), box.width() - 2 * pad, theme.px(18))
        name = self._name or "No headset"
        draw_line(painter, line, name, Type.SMALL, Ink.SOFT if self._name else Ink.AMBER_TEXT)
        label = max(text_width(Type.TINY, "Caller"), text_width(Type.TINY, "You")) + theme.px(10)
        for number, words in enumerate(("You", "Caller")):
            line.translate(0, theme.px(20))
            draw_line(painter, line, words, Type.TINY, Ink.SOFT)
            ink = Ink.GREEN if number == 0 else Ink.BLUE
            draw_meter(painter, line.adjusted(label, 0, 0, 0), self._levels[number], ink)
