"""The page itself: figures, practices and agents at the left, the rest at the right."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from console.desk.floor.views import FloorPage
from console.desk.views import Light
from console.ui.clock import Clock
from console.ui.columns import Column
from console.ui.controls import KeyButton, Kind
from console.ui.floor.agents import CARD, AgentCards
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

    def __init__(self, parent: QWidget, desk: "FloorKeeper", clock: Clock) -> None:
        super().__init__(parent)
        self.desk = desk
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
        self.agents.asked.connect(desk.take_out)
        self.hide()

    def show_floor(self, view: FloorPage) -> None:
        """Show the floor as it is now."""
        rows = len(self.view.practices)
        note = (self.view.note, self.view.stale)
        self.view = view
        self.tiles.fill(view.tiles)
        self.table.fill(view.practices)
        self.agents.fill(view.agents)
        self.escalations.fill(view.escalations)
        self.hours.fill(view.hours)
        self.messages.fill(view.messages)
        self._show_sound(view.sound)
        if len(view.practices) != rows:
            self.place()
        if (view.note, view.stale) != note:
            self.setAccessibleDescription(view.note)
            self.update()

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

    def regions(self) -> list[QWidget]:
        """Return the page's parts in the order of the Tab key."""
        return [self]

    def take_focus(self) -> None:
        """Put the focus where work begins."""
        self.agents.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.agents.currentIndex().isValid() and self.agents.cards.agents:
            self.agents.setCurrentIndex(self.agents.cards.index(0, 0))

    def leave_one(self) -> bool:
        """There is nothing within the page to go back from."""
        return False

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
        wide = self.wall.natural_width()
        self.wall.setGeometry(pad + left - wide, top + tall + theme.px(5), wide, theme.px(28))
        other = self.sound.natural_width()
        before = pad + left - wide - theme.px(8) - other
        self.sound.setGeometry(before, top + tall + theme.px(5), other, theme.px(28))
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
        first = self.wall if self.sound.isHidden() else self.sound
        room = first.x() - theme.px(12) - line.right()
        note = line.adjusted(start + theme.px(12), 0, room, 0)
        ink = Ink.AMBER_TEXT if self.view.stale else Ink.SOFT
        draw_line(painter, note, self.view.note, Type.TINY, ink)
