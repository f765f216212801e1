"""The dark bar at the top and the light one at the bottom: how this desk and its lines stand."""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from console.desk.views import DeskState, Status
from console.ui.clock import Clock, countdown, timer, wait
from console.ui.controls import KeyButton, Kind
from console.ui.keys import Act, sequence_of
from console.ui.painting import (
    CENTRE,
    NO_PEN,
    RIGHT,
    Words,
    draw_lamp,
    draw_line,
    text_width,
)
from console.ui.theme import Ink, Type, colour, theme

BADGES = {
    DeskState.AVAILABLE: Ink.GREEN,
    DeskState.RINGING: Ink.VIOLET,
    DeskState.ON_CALL: Ink.GREEN,
    DeskState.WRAP_UP: Ink.AMBER_TEXT,
    DeskState.NOT_READY: Ink.SLATE,
}


PAGE_KEYS = {
    "Desk": "",
    "Floor": sequence_of(Act.FLOOR),
    "Practices": sequence_of(Act.PRACTICES),
    "Rota": sequence_of(Act.ROTA),
    "Reports": sequence_of(Act.FIGURES),
}
PAGES = tuple(PAGE_KEYS)


class StateBadge(KeyButton):
    """What the receptionist is doing and for how long; pressed, it asks for ready or not ready."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Kind.TOP, "", "", parent)
        self.fill_ink = Ink.SLATE
        self.role = Type.TILE
        self.setToolTip("Ready or not ready (Ctrl+R)")
        self.setAccessibleDescription(sequence_of(Act.READY))

    def look(self) -> tuple[object, ...]:
        """Return everything the badge's looks depend on but its size."""
        return (*super().look(), self.fill_ink.value)

    def paint_ground(self, painter: QPainter, box: QRectF) -> None:
        """Draw the state's colour."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(NO_PEN)
        painter.setBrush(colour(self.fill_ink))
        painter.drawRoundedRect(box, 6, 6)

    def paint_words(self, painter: QPainter, box: QRectF) -> None:
        """Draw the state in words."""
        draw_line(painter, box, self.text(), self.role, Ink.CARD, align=CENTRE)


class TopBar(QWidget):
    """State, the queue's figures, who is at the desk, and the lock."""

    ready_wanted = Signal(bool)
    lock_wanted = Signal()
    page_wanted = Signal(str)  # a name of PAGES
    dial_wanted = Signal()
    board_wanted = Signal()
    account_wanted = Signal()

    def __init__(self, parent: QWidget, clock: Clock) -> None:
        super().__init__(parent)
        self._clock = clock
        self._status: Status | None = None
        self._to_do = ("0 to do", "0 to do")  # in full, and what there is always room for
        self._figures: tuple[tuple[str, str], ...] = ()
        self._right = ""
        self._locked = False
        self._page = PAGES[0]
        self.pages = [self._page_button(name, key) for name, key in PAGE_KEYS.items()]
        self.badge = StateBadge(self)
        self.dial = KeyButton(Kind.TOP, "Call", sequence_of(Act.DIAL), self)
        self.lock = KeyButton(Kind.TOP, "Lock", sequence_of(Act.LOCK), self)
        self.board = KeyButton(Kind.TOP, "0 to do", sequence_of(Act.BOARD), self)
        self.board.clicked.connect(self.board_wanted)
        self.dial.role = self.lock.role = self.board.role = Type.BODY
        self.dial.setAccessibleName("Call a number")
        self.dial.clicked.connect(self.dial_wanted)
        self.badge.clicked.connect(self.ask_ready)
        self.lock.clicked.connect(self.lock_wanted)
        self.person = KeyButton(Kind.TOP, "", sequence_of(Act.ACCOUNT), self)
        self.person.role = Type.BODY
        self.person.clicked.connect(self.account_wanted)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def _page_button(self, name: str, key: str) -> KeyButton:
        button = KeyButton(Kind.TOP, name, key, self)
        button.role = Type.BODY
        button.clicked.connect(lambda: self.page_wanted.emit(name))
        button.hide()
        return button

    def fill(self, status: Status) -> None:
        """Show the desk's status."""
        self._status = status
        self.badge.fill_ink = Ink.RED if status.muted else BADGES[status.state]
        messages = f"{status.to_deliver} messages to deliver"
        if status.to_deliver == 1:
            messages = "1 message to deliver"
        self._right = messages
        if status.agent != self.person.text():
            self.person.set_words(status.agent)
            self.place()
        self._fill_board(status)
        self.badge.update()
        self._show_pages()
        self.tick()
        self.update()

    def _fill_board(self, status: Status) -> None:
        """Say how much is to be done; urgent work is red, and said in words."""
        to_do = f"{status.to_do:,} to do"
        said, short = to_do, to_do
        if status.to_do_urgent:
            said, short = (
                f"▲ {status.to_do_urgent:,} urgent · {to_do}",
                f"▲ {status.to_do_urgent:,} urgent",
            )
        self.board.kind = Kind.DANGER if status.to_do_urgent else Kind.TOP
        if (said, short) != self._to_do:
            self._to_do = (said, short)
            self.place()
        self.board.update()

    def _fit_board(self, left: int) -> None:
        """Say it all where there is room, and only what is urgent where there is little."""
        said, short = self._to_do
        key = sequence_of(Act.BOARD)
        others = sum(b.natural_width() for b in (self.lock, self.person, self.dial))
        room = self.width() - left - others - theme.px(8)
        for words, cap in ((said, key), (said, ""), (short, "")):
            self.board.set_words(words, cap)
            if self.board.natural_width() <= room:
                break
        self.board.setAccessibleName(f"Board: {said.removeprefix('▲ ')}")
        self.board.setAccessibleDescription(key)

    def set_page(self, name: str) -> None:
        """Show which page lies open."""
        self._page = name
        self._show_pages()

    def _show_pages(self) -> None:
        """Show the way to the pages, to whoever may go there."""
        on = self._status is not None and self._status.may_edit_practices and not self._locked
        for button in self.pages:
            here = button.text() == self._page
            button.role = Type.TOP_STRONG if here else Type.BODY
            button.kind = Kind.TOP_HERE if here else Kind.TOP
            button.setAccessibleDescription("shown" if here else button.key)
            if button.isHidden() == on:
                button.setVisible(on)
                self.place()
            button.update()

    def set_locked(self, locked: bool) -> None:
        """Say no more than the name on a locked desk."""
        self._locked = locked
        self.badge.setVisible(not locked)
        self.lock.setVisible(not locked)
        self.dial.setVisible(not locked)
        self.board.setVisible(not locked)
        self.person.setVisible(not locked)
        self._show_pages()
        self.update()

    def ask_ready(self) -> None:
        """Ask for the other of ready and not ready."""
        if self._status is not None:
            self.ready_wanted.emit(self._status.away)

    def tick(self) -> None:
        """Move the timers on."""
        status = self._status
        if status is None:
            return
        now = self._clock()
        longest = wait(status.longest_since, now) or "–"
        figures = (
            ("Waiting", str(status.waiting)),
            ("Longest", longest),
            ("Answered in 20 s", status.answered_in_20),
        )
        since = timer(status.since, now)
        if status.wrap_up is not None:
            since = countdown(status.wrap_up.until, now)
        words = f"{status.state_label} · {since}" if since else status.state_label
        if words != self.badge.text():
            self.badge.set_words(words)
            self.place()
        if figures != self._figures:
            self._figures = figures
            self.setAccessibleName(", ".join(f"{name} {value}" for name, value in figures))
            self.update()

    def place(self) -> None:
        """Put badge and buttons where they belong; the badge grows with its words, in steps."""
        high = self.height()
        left = theme.px(16) + round(text_width(Type.BRAND, "Frontdesk")) + theme.px(20)
        self._fit_pages(left)
        for button in self.pages:
            if not button.isHidden():
                wide = button.natural_width() - theme.px(12)
                top = (high - theme.px(32)) // 2
                button.setGeometry(left - theme.px(8), top, wide, theme.px(32))
                left += wide
        left += theme.px(8) if not self.pages[0].isHidden() else 0
        room = round(text_width(self.badge.role, self.badge.text())) + theme.px(24)
        width = -(-room // 8) * 8
        self.badge.setGeometry(left, (high - theme.px(30)) // 2, width, theme.px(30))
        self._fit_board(left + width)
        right = self.width() - theme.px(4)
        for button in (self.lock, self.person, self.dial, self.board):
            right -= button.natural_width()
            top = (high - theme.px(32)) // 2
            button.setGeometry(right, top, button.natural_width(), theme.px(32))

    def _fit_pages(self, left: int) -> None:
        """Show the pages' keys where there is room for them, and only the other page where there
        is hardly any."""
        if self._status is None or not self._status.may_edit_practices or self._locked:
            return
        badge = round(text_width(self.badge.role, self.badge.text())) + theme.px(40)
        others = sum(b.natural_width() for b in (self.lock, self.person, self.dial))
        others += round(text_width(self.board.role, self._to_do[1])) + theme.px(28)
        room = self.width() - left - badge - others
        for button, key in zip(self.pages, PAGE_KEYS.values(), strict=True):
            button.set_words(button.text(), key)
        wide = sum(button.natural_width() for button in self.pages)
        if wide > room:
            for button in self.pages:
                button.set_words(button.text(), "")
            wide = sum(button.natural_width() for button in self.pages)
        for button in self.pages:
            button.setVisible(wide <= room or button.text() != self._page)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Keep the buttons at the right edge."""
        self.place()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the bar and its words."""
        painter = QPainter(self)
        box = QRectF(self.rect())
        painter.fillRect(box, colour(Ink.TOP_BAR))
        line = box.adjusted(theme.px(16), 0, 0, 0)
        draw_line(painter, line, "Frontdesk", Type.BRAND, Ink.CARD)
        if self._locked:
            return
        right = self.board.x() - theme.px(8)
        left = float(self.badge.geometry().right() + theme.px(20))
        for name, value in self._figures:
            words = text_width(Type.BODY, name + " ")
            if left + words + text_width(Type.TOP_STRONG, value) > right:
                break  # in a narrow window the idle page and the accessible name still say it
            line = QRectF(left, 0, words + 2, box.height())
            draw_line(painter, line, name, Type.BODY, Ink.ON_TOP_SOFT)
            line = QRectF(left + words, 0, text_width(Type.TOP_STRONG, value) + 2, box.height())
            draw_line(painter, line, value, Type.TOP_STRONG, Ink.CARD)
            left = line.right() + theme.px(18)
        line = QRectF(left, 0, max(0.0, right - left), box.height())
        if text_width(Type.BODY, self._right) <= line.width():  # half a sentence says nothing
            draw_line(painter, line, self._right, Type.BODY, Ink.ON_TOP_SOFT, align=RIGHT)


class TroubleBar(QWidget):
    """The red banner: what is wrong with this desk, and the mend."""

    def __init__(self, parent: QWidget, ground: Ink = Ink.RED) -> None:
        super().__init__(parent)
        self._words = Words(Type.BODY_STRONG, Ink.CARD, 1.3)
        self._ground = ground
        self.text = ""
        self.hide()

    def fill(self, text: str) -> bool:
        """Show a trouble, or "" for none; tell whether the window must make or take room."""
        if text == self.text:
            return False
        self.text = text
        kind = "Trouble: " if self._ground is Ink.RED else ""
        self.setAccessibleName(f"{kind}{text}" if text else "")
        self.setVisible(bool(text))
        self.update()
        return True

    def height_for(self, width: int) -> int:
        """Return the height in pixels."""
        if not self.text:
            return 0
        return round(self._words.lay(self.text, width - theme.px(60))) + theme.px(18)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw a warning sign and the words."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(self._ground))
        side = theme.px(20)
        mark = QRectF(theme.px(16), (self.height() - side) / 2, side, side)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(NO_PEN)
        painter.setBrush(colour(Ink.CARD))
        painter.drawEllipse(mark)
        draw_line(painter, mark, "!", Type.BODY_STRONG, self._ground, align=CENTRE)
        height = self._words.lay(self.text, self.width() - theme.px(60))
        self._words.draw(painter, theme.px(46), (self.height() - height) / 2)


class StatusBar(QWidget):
    """The lamps, each a mark and words, and whether everything is saved."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._status: Status | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def fill(self, status: Status) -> None:
        """Show the lamps."""
        old = self._status
        self._status = status
        if old is None or (old.lamps, old.saved) != (status.lamps, status.saved):
            said = "; ".join(f"{lamp.text}, {lamp.light}" for lamp in status.lamps)
            self.setAccessibleName(f"{said}; {status.saved}")
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw lamps from the left and the saved line at the right."""
        painter = QPainter(self)
        box = QRectF(self.rect())
        painter.fillRect(box, colour(Ink.CARD))
        painter.fillRect(QRectF(0, 0, box.width(), 1), colour(Ink.LINE))
        if self._status is None:
            return
        middle = box.center().y() + 0.5
        left = float(theme.px(20))
        for lamp in self._status.lamps:
            draw_lamp(painter, QPointF(left, middle), lamp.light, theme.px(4))
            width = text_width(Type.TINY, lamp.text)
            line = QRectF(left + theme.px(10), 1, width + 2, box.height() - 1)
            draw_line(painter, line, lamp.text, Type.TINY, Ink.LABEL)
            left = line.right() + theme.px(20)
        line = QRectF(left, 1, max(0.0, box.width() - theme.px(16) - left), box.height() - 1)
        draw_line(painter, line, self._status.saved, Type.TINY, Ink.LABEL, align=RIGHT)
