"""The page itself: figures, practices and agents at the left, the rest at the right."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from console.desk.floor.views import FloorPage
from console.desk.views import Light
from console.ui.clock import Clock
from console.ui.columns import Column
from console.ui.controls import KeyButton, Kind
from console.ui.floor.agents import CARD, AgentCards
from console.ui.floor.inks import lasted
from console.ui.floor.practices import PracticeTable
from console.ui.floor.side import Escalations, Hours, MessageCounts
from console.ui.floor.tiles import Tiles
from console.ui.keys import Act, sequence_of
from console.ui.painting import draw_lamp, draw_line
from console.ui.theme import Ink, Type, colour, theme

if TYPE_CHECKING:
    from console.desk.floor.keeper import FloorKeeper

TILES: Final = 90
PAD: Final = 16


class FloorPanel(QWidget):
    """The floor, live."""

    title = "Floor"
    refreshed = Signal()  # the page shows something else: what lies over it may be old

    def __init__(self, parent: QWidget, desk: "FloorKeeper", clock: Clock) -> None:
        super().__init__(parent)
        self.desk = desk
        self._clock = clock
        self._heading_ends = 0
        self.view = FloorPage()
        self.setAccessibleName("Floor")
        self.tiles = Tiles(self, clock)
        self.table = PracticeTable(self, clock)
        self.agents = AgentCards(self, clock)
        self.sound = KeyButton(Kind.PLAIN, "", sequence_of(Act.BREACH_SOUND), self)
        self.sound.clicked.connect(desk.alarm.toggle)
        self.sound.hide()
        self.wall = KeyButton(Kind.PLAIN, "Wallboard", sequence_of(Act.WALLBOARD), self)
        self.side = Column(self, Ink.SIDE)
        self.escalations = Escalations(self.side.stack, clock)
        self.hours = Hours(self.side.stack)
        self.messages = MessageCounts(self.side.stack)
        for panel in (self.escalations, self.hours, self.messages):
            self.side.add(panel)
        self._ticker = QTimer(self, interval=1000)
        self._ticker.timeout.connect(self.tick)
        desk.changed.connect(self.show_floor)
        self.leave_call = KeyButton(Kind.PLAIN, "Leave the call", "Esc", self)
        self.leave_call.clicked.connect(desk.supervising.stop)
        self.leave_call.hide()
        self.waiting = KeyButton(Kind.PLAIN, "Waiting", sequence_of(Act.QUEUED), self)
        self.waiting.setAccessibleName("Callers who wait")
        self.waiting.hide()
        self.agents.asked.connect(desk.places.pause)
        self.agents.acted.connect(desk.supervising.do)
        self.hide()

    def show_floor(self, view: FloorPage) -> None:
        """Show the floor as it is now."""
        rows = len(self.view.practices)
        note = (self.view.note, self.view.stale, self.view.at, self.view.may_act)
        self.view = view
        self.tiles.fill(view.tiles)
        self.table.fill(view.practices)
        self.agents.fill(view.agents, may_act=view.may_act)
        self.escalations.fill(view.escalations)
        self.hours.fill(view.hours)
        self.messages.fill(view.messages)
        self._show_sound(view.sound)
        if len(view.practices) != rows:
            self.place()
        if (view.note, view.stale, view.at, view.may_act) != note:
            at = view.at.words + ". Esc leaves the call. " if view.at else ""
            self.setAccessibleDescription(at + view.note)
            self.leave_call.setVisible(view.at is not None)
            self.waiting.setVisible(view.may_act)
            self.place()
            self.update()
        self.refreshed.emit()

    def _show_sound(self, sound: str) -> None:
        words = {"on": "Sound on", "off": "Sound off"}.get(sound, "")
        if words == self.sound.text():
            return
        self.sound.set_words(words, sequence_of(Act.BREACH_SOUND))
        self.sound.setAccessibleName(f"Queues in breach: {words.lower()}")
        self.sound.setVisible(bool(words))
        self.place()

    def tick(self) -> None:
        """Let the running times run on."""
        self.tiles.tell()
        for part in (self.tiles, self.table.view.viewport(), self.agents.viewport()):
            part.update()
        self.escalations.update()
        if self.view.at is not None:
            self.update()

    def regions(self) -> list[QWidget]:
        """Return the page's parts in the order of the Tab key."""
        return [self]

    def take_focus(self) -> None:
        """Put the focus where work begins."""
        self.agents.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.agents.currentIndex().isValid() and self.agents.cards.agents:
            self.agents.setCurrentIndex(self.agents.cards.index(0, 0))

    def leave_one(self) -> bool:
        """Leave the call this supervisor is beside; tell whether there was one."""
        if self.view.at is None:
            return False
        self.desk.supervising.stop()
        return True

    # --- layout ------------------------------------------------------------------------------

    def place(self) -> None:
        """Share the page out; the agents keep two rows of cards, the practices scroll sooner."""
        width, high, pad = self.width(), self.height(), theme.px(PAD)
        right = round(min(max(width * 0.285, theme.px(300)), theme.px(420), width * 0.4))
        self.side.setGeometry(width - right, 0, right, high)
        left = width - right - 2 * pad
        top = pad
        self.tiles.setGeometry(pad, top, left, theme.px(TILES))
        top += theme.px(TILES) + theme.px(14)
        room = high - top - theme.px(46) - 2 * theme.px(CARD)
        tall = max(theme.px(32 + 36), min(self.table.natural_height(), room))
        self.table.setGeometry(pad, top, left, tall)
        edge = pad + left
        for button in (self.wall, self.sound, self.waiting, self.leave_call):
            wide = button.natural_width()
            button.setGeometry(edge - wide, top + tall + theme.px(5), wide, theme.px(28))
            if not button.isHidden():
                edge -= wide + theme.px(8)
        self._heading_ends = edge
        top += tall + theme.px(38)
        self.agents.setGeometry(pad, top, left + theme.px(10), max(0, high - top - theme.px(6)))
        self.table.place()
        self.agents.place()
        self.side.stack.arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Share the new size out."""
        self.place()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.place()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Let times run while somebody looks."""
        super().showEvent(event)
        self._ticker.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Let nothing run while nobody does."""
        super().hideEvent(event)
        self._ticker.stop()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the ground, the line before the side, the agents' heading and where it is from."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(Ink.PAGE))
        painter.fillRect(QRectF(self.side.x() - 1, 0, 1, self.height()), colour(Ink.LINE))
        pad = theme.px(PAD)
        line = QRectF(pad, self.agents.y() - theme.px(27), self.tiles.width(), theme.px(16))
        draw_line(painter, line, "Agents", Type.HEAD, Ink.SOFT)
        start = theme.px(90)
        light = Light.WARN if self.view.stale else Light.GOOD
        draw_lamp(painter, QPointF(pad + start, line.center().y()), light, theme.px(4))
        note = line.adjusted(start + theme.px(12), 0, 0, 0)
        note.setRight(max(note.left(), self._heading_ends - theme.px(12)))
        at = self.view.at
        if at is not None:
            ran = lasted(at.since, self._clock().timestamp())
            draw_line(painter, note, f"◉ {at.words} {ran}".rstrip(), Type.SMALL_STRONG,
                      Ink.AMBER_TEXT)  # fmt: skip
            return
        ink = Ink.AMBER_TEXT if self.view.stale else Ink.SOFT
        draw_line(painter, note, self.view.note, Type.TINY, ink)
