"""Draws the wall: seven cards, each a widget of its own, of which only what has changed is drawn
again."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from console.ui.wallboard.looks import LIGHT, Look, Size, Tone, font
from console.ui.wallboard.words import Card, Line, Part

SHAPE: Final = 1.72  # narrower than this many heights, type goes by the width instead
# Left, top, width, height of each card, in parts of the wall.
PLACES: Final = {
    Part.STEP: (0.0, 0.0, 1.0, 0.09),
    Part.WAITING: (0.012, 0.105, 0.21, 0.375),
    Part.LONGEST: (0.234, 0.105, 0.325, 0.375),
    Part.SHARE: (0.571, 0.105, 0.417, 0.375),
    Part.AGENTS: (0.012, 0.5, 0.27, 0.478),
    Part.BREACHES: (0.294, 0.5, 0.694, 0.315),
    Part.OWED: (0.294, 0.835, 0.694, 0.143),
}


class CardView(QWidget):
    """One card."""

    def __init__(self, parent: QWidget, part: Part) -> None:
        super().__init__(parent)
        self._part = part
        self._look = LIGHT
        self._unit = 100.0
        self.card = Card(())
        self.painted = 0  # how often, for who measures it

    def fill(self, card: Card) -> None:
        """Say something; nothing is drawn where it is the same."""
        if card != self.card:
            self.card = card
            self.setAccessibleName(f"{self._part.value}: {card.spoken()}")
            self.update()

    def wear(self, look: Look, unit: float) -> None:
        """Use a look, and type for a height."""
        self._look, self._unit = look, unit
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw ground and lines."""
        self.painted += 1
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box, whole = QRectF(self.rect()), self._part is Part.STEP
        painter.fillRect(box, self._look[self.card.ground if whole else Tone.PAGE])
        if not whole:
            painter.setPen(self._look[Tone.LINE])
            painter.setBrush(self._look[self.card.ground])
            radius = self._unit * 0.012
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        pad = self._unit * 0.022
        inner = box.adjusted(pad, 0 if whole else pad * 0.5, -pad, 0 if whole else -pad * 0.5)
        top = inner.top()
        for line in self.card.lines:
            high = self._height(line)
            space = inner.height() if whole else high
            self._draw(painter, QRectF(inner.left(), top, inner.width(), space), line)
            top += high

    def _height(self, line: Line) -> float:
        return line.size.value[0] * self._unit * (1.12 if line.size is Size.FIGURE else 1.3)

    def _draw(self, painter: QPainter, box: QRectF, line: Line) -> None:
        if line.bar is not None:
            thick = self._unit * 0.011
            bar = QRectF(box.left(), box.top() + box.height() * 0.16, thick, box.height() * 0.68)
            painter.fillRect(bar, self._look[line.bar])
            box = box.adjusted(thick * 2.2, 0, 0, 0)
        painter.setPen(self._look[line.tone])
        painter.setFont(font(line.size, self._unit))
        metrics = QFontMetricsF(painter.font())
        if line.right:
            wide = metrics.horizontalAdvance(line.right)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                             line.right)  # fmt: skip
            box = box.adjusted(0, 0, -wide - self._unit * 0.02, 0)
        left = metrics.elidedText(line.left, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, left)


class Board(QWidget):
    """The wall."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.look = LIGHT
        self.views = {part: CardView(self, part) for part in Part}
        self.setAutoFillBackground(True)

    def fill(self, cards: dict[Part, Card]) -> None:
        """Say all of it anew."""
        for part, card in cards.items():
            self.views[part].fill(card)

    def wear(self, look: Look) -> None:
        """Use a look."""
        self.look = look
        palette = self.palette()
        palette.setColor(self.backgroundRole(), look[Tone.PAGE])
        self.setPalette(palette)
        self._place()

    @property
    def unit(self) -> float:
        """The height that type goes by, in pixels."""
        return min(float(self.height()), self.width() / SHAPE)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return a size to begin with."""
        return QSize(1280, 720)

    def _place(self) -> None:
        wide, high = self.width(), self.height()
        for part, (left, top, width, height) in PLACES.items():
            view = self.views[part]
            view.setGeometry(
                round(left * wide), round(top * high), round(width * wide), round(height * high)
            )
            view.wear(self.look, self.unit)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Fit the cards to the screen."""
        self._place()
