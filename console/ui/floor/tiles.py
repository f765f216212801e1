"""The figures at the top of the floor."""

from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from console.desk.floor.views import Tile
from console.floor.thresholds import Level
from console.ui.clock import Clock
from console.ui.floor.inks import BAR, TEXT, lasted
from console.ui.painting import draw_bar, draw_card, draw_line, text_width
from console.ui.theme import Ink, Type, theme

SHORT: Final = {
    "Waiting": "Waiting",
    "Longest wait": "Longest",
    "Answered in 20 s": "In 20 s",
    "Abandoned": "Gave up",
    "Agents on": "Agents",
    "Unanswered pages": "Pages",
}
"""The heads in a narrow window; a screen reader hears the whole ones."""


class Tiles(QWidget):
    """A row of figures, each with a word beneath where it is worth a look."""

    def __init__(self, parent: QWidget, clock: Clock) -> None:
        super().__init__(parent)
        self._clock = clock
        self.tiles: tuple[Tile, ...] = ()

    def fill(self, tiles: tuple[Tile, ...]) -> None:
        """Show the figures."""
        if tiles == self.tiles:
            return
        self.tiles = tiles
        self.tell()
        self.update()

    def tell(self) -> None:
        """Say the figures to a screen reader."""
        now = self._clock().timestamp()
        said = (f"{t.head} {_value(t, now)} {t.word[2:]}".strip() for t in self.tiles)
        self.setAccessibleName("; ".join(said))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw a card for each figure."""
        if not self.tiles:
            return
        painter = QPainter(self)
        now, gap = self._clock().timestamp(), theme.px(12)
        width = (self.width() - gap * (len(self.tiles) - 1)) / len(self.tiles)
        for number, tile in enumerate(self.tiles):
            left = round(number * (width + gap))
            right = round(number * (width + gap) + width)
            self._draw(painter, QRectF(left, 0, right - left, self.height()), tile, now)

    def _draw(self, painter: QPainter, box: QRectF, tile: Tile, now: float) -> None:
        draw_card(painter, box)
        if tile.level in (Level.WATCH, Level.ALARM):
            draw_bar(painter, box, BAR[tile.level], theme.px(4))
        pad = theme.px(13)
        line = QRectF(box.left() + pad, theme.px(12), box.width() - 2 * pad, theme.px(16))
        fits = text_width(Type.HEAD, tile.head) <= line.width()
        draw_line(
            painter,
            line,
            tile.head if fits else SHORT.get(tile.head, tile.head),
            Type.HEAD,
            Ink.SOFT,
        )
        line = QRectF(line.left(), theme.px(32), line.width(), theme.px(32))
        value = _value(tile, now)
        role = Type.FIGURE if text_width(Type.FIGURE, value) <= line.width() else Type.BIG
        draw_line(painter, line, value, role, TEXT[tile.level])
        line = QRectF(line.left(), theme.px(66), line.width(), theme.px(16))
        fits = text_width(Type.LABEL, tile.word) <= line.width()
        word = tile.word if fits else tile.word[:1]
        draw_line(painter, line, word, Type.LABEL, TEXT[tile.level])


def _value(tile: Tile, now: float) -> str:
    return lasted(tile.since, now) or tile.value
