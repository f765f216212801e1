"""What each figure counts, and where it is from, at the page's right."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from console.ui.columns import SectionPanel
from console.ui.painting import Words, draw_line
from console.ui.theme import Ink, Type, theme

PAD = 13


class Meanings(SectionPanel):
    """A paragraph for each figure."""

    head = "What is counted"

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: tuple[tuple[str, str], ...] = ()
        self._words: list[Words] = []

    def fill(self, rows: tuple[tuple[str, str], ...]) -> None:
        """Show these."""
        if rows == self.rows:
            return
        self.rows = rows
        self._words = [Words(Type.SMALL, Ink.SOFT, 1.25) for _ in rows]
        self.setAccessibleDescription(" ".join(f"{head}: {words}" for head, words in rows))
        self.relay()

    def card_height(self, width: int) -> int:
        """Return the height of all paragraphs."""
        inner = width - 2 * theme.px(PAD)
        high = sum(self._high(each, words, inner) for each, words in self._each())
        return round(high) + theme.px(14)

    def paint_card(self, painter: QPainter, box: QRectF) -> None:
        """Draw head and words of each."""
        pad = theme.px(PAD)
        inner = box.width() - 2 * pad
        top = box.top() + theme.px(9)
        for number, (shaper, words) in enumerate(self._each()):
            high = self._high(shaper, words, int(inner))
            line = QRectF(box.left() + pad, top, inner, theme.px(18))
            draw_line(painter, line, self.rows[number][0], Type.SMALL_STRONG, Ink.TEXT)
            shaper.draw(painter, line.left(), top + theme.px(18))
            top += high

    def _each(self) -> list[tuple[Words, str]]:
        return list(zip(self._words, (words for _, words in self.rows), strict=True))

    def _high(self, shaper: Words, words: str, width: int) -> float:
        return shaper.lay(words, width) + theme.px(18) + theme.px(10)
