"""The few shapes everything in the window is drawn from: cards, pills, key caps, laid-out words.

The window is painted by hand rather than by style sheet because a screen pop has one frame: a
style sheet is matched and polished again for each change, these are a handful of fills.
"""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QTextLayout, QTextOption

from console.desk.views import Light
from console.ui.theme import Ink, Type, colour, theme

LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE: Final = Qt.AlignmentFlag.AlignCenter
RADIUS: Final = 8.0
ANTIALIASING: Final = QPainter.RenderHint.Antialiasing
NO_PEN: Final = QPen(Qt.PenStyle.NoPen)


class Words:
    """Wrapped text, laid out when its words or its width change and drawn from there.

    Qt's own wrapped `drawText` shapes the words again at every paint; the greeting is three lines
    of them.
    """

    def __init__(self, role: Type, ink: Ink, leading: float = 1.3, most: int = 0) -> None:
        self._role = role
        self._ink = ink
        self._leading = leading
        self._most = most
        self._layout = QTextLayout()
        self._key: tuple[str, float, float] | None = None
        self.height = 0.0

    @property
    def text(self) -> str:
        """The words as they were last laid out."""
        return self._key[0] if self._key else ""

    def use(self, role: Type, ink: Ink) -> None:
        """Change type and colour; the words are laid out again when next asked for."""
        if (role, ink) != (self._role, self._ink):
            self._role, self._ink, self._key = role, ink, None

    def lay(self, text: str, width: float) -> float:
        """Lay the words out and return their height in pixels."""
        key = (text, width, theme.scale)
        if key != self._key:
            self._key = key
            self.height = self._wrap(text, width)
        return self.height

    def draw(self, painter: QPainter, x: float, y: float) -> None:
        """Draw what was laid out, its top left corner at the point."""
        painter.setPen(colour(self._ink))
        self._layout.draw(painter, QPointF(x, y))

    def _wrap(self, text: str, width: float) -> float:
        layout = self._layout = QTextLayout(text.replace("\n", "\u2028"), theme.font(self._role))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        step = round(theme.metrics(self._role).height() * self._leading / 1.21)
        top = (step - theme.metrics(self._role).height()) / 2
        lines = 0
        layout.beginLayout()
        while not self._most or lines < self._most:
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(max(1.0, width))
            line.setPosition(QPointF(0, lines * step + top))
            lines += 1
        layout.endLayout()
        return float(lines * step) if text else 0.0


def text_width(role: Type, text: str) -> float:
    """Return how wide a line of text is."""
    return theme.metrics(role).horizontalAdvance(text)


def draw_line(
    painter: QPainter,
    box: QRectF,
    text: str,
    role: Type,
    ink: Ink,
    *,
    align: Qt.AlignmentFlag = LEFT,
) -> None:
    """Draw one line of text, cut with an ellipsis where it is too long for its box."""
    if not text:
        return
    metrics = theme.metrics(role)
    if metrics.horizontalAdvance(text) > box.width() + 0.5:
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.setFont(theme.font(role))
    painter.setPen(colour(ink))
    painter.drawText(box, int(align), text)


def draw_card(
    painter: QPainter,
    box: QRectF,
    fill: Ink = Ink.CARD,
    edge: Ink = Ink.LINE,
    *,
    radius: float = RADIUS,
    width: float = 1.0,
) -> None:
    """Draw a rounded card with an edge that lies wholly inside its box."""
    half = width / 2
    painter.setRenderHint(ANTIALIASING)
    painter.setPen(QPen(colour(edge), width))
    painter.setBrush(colour(fill))
    painter.drawRoundedRect(box.adjusted(half, half, -half, -half), radius, radius)


def draw_bar(painter: QPainter, box: QRectF, ink: Ink, width: float) -> None:
    """Draw the coloured bar along a card's left edge, following its corners."""
    path = QPainterPath()
    path.addRoundedRect(box, RADIUS, RADIUS)
    painter.save()
    painter.setRenderHint(ANTIALIASING)
    painter.setClipRect(QRectF(box.left(), box.top(), width, box.height()))
    painter.fillPath(path, colour(ink))
    painter.restore()


def draw_focus(painter: QPainter, box: QRectF, radius: float = RADIUS) -> None:
    """Draw the ring that shows where the keyboard is: white within blue, seen on any ground."""
    painter.setRenderHint(ANTIALIASING)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour(Ink.BLUE), 2))
    painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), radius, radius)
    painter.setPen(QPen(colour(Ink.CARD), 1))
    painter.drawRoundedRect(box.adjusted(2.5, 2.5, -2.5, -2.5), radius - 1.5, radius - 1.5)


def cap_text(key: str) -> str:
    """Return a key as its cap shows it: "Ctrl+K" is "Ctrl K"."""
    return key.replace("+", " ").replace("Return", "Enter") if len(key) > 1 else key


def cap_width(key: str) -> float:
    """Return how wide a key's cap is."""
    return float(round(text_width(Type.CAP, cap_text(key)))) + theme.px(12)


def cap_height() -> int:
    """Return how high a key's cap is."""
    return theme.px(18)


def draw_cap(painter: QPainter, right: float, middle: float, key: str) -> float:
    """Draw a key cap that ends at `right`, its middle at `middle`; return its left edge."""
    width, height = cap_width(key), cap_height()
    box = QRectF(round(right - width), round(middle - height / 2), width, height)
    painter.setRenderHint(ANTIALIASING)
    painter.setPen(NO_PEN)
    painter.setBrush(colour(Ink.CAP_EDGE))
    painter.drawRoundedRect(box, 4, 4)
    painter.setBrush(colour(Ink.CAP))
    painter.drawRoundedRect(box.adjusted(1, 1, -1, -2), 3.2, 3.2)
    painter.setFont(theme.font(Type.CAP))
    painter.setPen(colour(Ink.CAP_TEXT))
    painter.drawText(box.adjusted(0, 0, 0, -1), int(CENTRE), cap_text(key))
    return box.left()


def pill_width(text: str) -> float:
    """Return how wide a pill with this text is."""
    return float(round(text_width(Type.SMALL_STRONG, text))) + theme.px(16)


def draw_pill(painter: QPainter, box: QRectF, text: str, fill: Ink, ink: Ink) -> None:
    """Draw a small coloured label."""
    painter.setRenderHint(ANTIALIASING)
    painter.setPen(NO_PEN)
    painter.setBrush(colour(fill))
    painter.drawRoundedRect(box, 5, 5)
    draw_line(painter, box, text, Type.SMALL_STRONG, ink, align=CENTRE)


def draw_lamp(painter: QPainter, centre: QPointF, light: Light, radius: float) -> None:
    """Draw a lamp whose shape says what its colour says: disc, triangle, cross."""
    painter.setRenderHint(ANTIALIASING)
    painter.setPen(NO_PEN)
    if light is Light.GOOD:
        painter.setBrush(colour(Ink.LAMP_GOOD))
        painter.drawEllipse(centre, radius, radius)
    elif light is Light.WARN:
        path = QPainterPath(QPointF(centre.x(), centre.y() - radius * 1.2))
        path.lineTo(centre.x() + radius * 1.25, centre.y() + radius)
        path.lineTo(centre.x() - radius * 1.25, centre.y() + radius)
        path.closeSubpath()
        painter.fillPath(path, colour(Ink.LAMP_WARN))
    else:
        painter.setPen(QPen(colour(Ink.RED), 2.4, c=Qt.PenCapStyle.RoundCap))
        for side in (-1, 1):
            painter.drawLine(
                QPointF(centre.x() - radius * side, centre.y() - radius),
                QPointF(centre.x() + radius * side, centre.y() + radius),
            )
