"""The few shapes everything in the window is drawn from: cards, pills, key caps, laid-out words.

The window is painted by hand rather than by style sheet because a screen pop has one frame: a
style sheet is matched and polished again for each change, these are a handful of fills.
"""

from collections.abc import Callable
from math import ceil
from typing import Any, Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QStaticText,
    QTextLayout,
    QTextOption,
    QTransform,
)

from console.desk.views import Light
from console.ui.theme import Ink, Type, colour, theme

LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE: Final = Qt.AlignmentFlag.AlignCenter
RADIUS: Final = 8.0
ANTIALIASING: Final = QPainter.RenderHint.Antialiasing
NO_PEN: Final = QPen(Qt.PenStyle.NoPen)


class _Store:
    """What has been shaped or drawn once; the longest unused goes when there is too much, and all
    of it when the scale changes. In memory only, and nothing of a patient's is kept as a picture.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[object, tuple[Any, int]] = {}
        self._weight = 0
        self._revision = theme.revision

    def get(self, key: object) -> Any:
        """Return what is kept under a key, or None."""
        if self._revision != theme.revision:
            self._kept.clear()
            self._weight, self._revision = 0, theme.revision
        found = self._kept.pop(key, None)
        if found is None:
            return None
        self._kept[key] = found
        return found[0]

    def keep(self, key: object, made: Any, weight: int = 1) -> None:
        """Keep something of a weight."""
        self._kept[key] = (made, weight)
        self._weight += weight
        while self._weight > self._most and len(self._kept) > 1:
            oldest = next(iter(self._kept))
            self._weight -= self._kept.pop(oldest)[1]


_lines = _Store(3000)
_layouts = _Store(400)
_pictures = _Store(24 * 1024 * 1024)  # bytes
_PLAIN: Final = Qt.TextFormat.PlainText


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
        self._key: tuple[str, float, int] | None = None
        self.height = 0.0

    def use(self, role: Type, ink: Ink) -> None:
        """Change type and colour; the words are laid out again when next asked for."""
        if (role, ink) != (self._role, self._ink):
            self._role, self._ink, self._key = role, ink, None

    def lay(self, text: str, width: float) -> float:
        """Lay the words out and return their height in pixels."""
        key = (text, width, theme.revision)
        if key != self._key:
            self._key = key
            whole = (text, width, self._role.slot, self._leading, self._most)
            kept: tuple[QTextLayout, float] | None = _layouts.get(whole)
            if kept is None:
                kept = self._wrap(text, width)
                _layouts.keep(whole, kept)
            self._layout, self.height = kept
        return self.height

    def draw(self, painter: QPainter, x: float, y: float) -> None:
        """Draw what was laid out, its top left corner at the point."""
        painter.setPen(self._ink.colour)
        self._layout.draw(painter, QPointF(x, y))

    def _wrap(self, text: str, width: float) -> tuple[QTextLayout, float]:
        layout = QTextLayout(text.replace("\n", "\u2028"), theme.font(self._role))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.setCacheEnabled(True)
        high = theme.metrics(self._role).height()
        step = round(high * self._leading / 1.21)
        top = (step - high) / 2
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
        return layout, float(lines * step) if text else 0.0


def _shaped(role: Type, text: str) -> tuple[QStaticText, float, float]:
    """Return a line of text ready to be drawn, its width and its height.

    Shaping costs some 40 microseconds a line and Qt would do it once to measure and once to draw.
    """
    key = (role.slot, text)
    kept: tuple[QStaticText, float, float] | None = _lines.get(key)
    if kept is None:
        static = QStaticText(text)
        static.setTextFormat(_PLAIN)
        static.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
        static.prepare(QTransform(), theme.font(role))
        size = static.size()
        kept = (static, size.width(), size.height())
        _lines.keep(key, kept)
    return kept


def text_width(role: Type, text: str) -> float:
    """Return how wide a line of text is."""
    return _shaped(role, text)[1] if text else 0.0


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
    static, width, height = _shaped(role, text)
    room = box.width()
    if width > room + 0.5:
        cut = theme.metrics(role).elidedText(text, Qt.TextElideMode.ElideRight, room)
        if not cut:
            return
        static, width, height = _shaped(role, cut)
    left = box.left()
    if align is RIGHT:
        left += room - width
    elif align is CENTRE:
        left += (room - width) / 2
    painter.setFont(theme.font(role))
    painter.setPen(ink.colour)
    painter.drawStaticText(QPointF(left, box.top() + (box.height() - height) / 2), static)


def picture(
    painter: QPainter,
    key: object,
    size: tuple[float, float],
    draw: Callable[[QPainter], None],
    ground: Ink | None = None,
) -> None:
    """Draw what looks the same as long as its key is the same: once by hand, then as a picture.

    With the `ground` it always lies on, the picture is opaque and copied rather than blended.
    """
    width, height = size
    ratio = painter.device().devicePixelRatioF()
    whole = (key, width, height, ratio)
    kept: QPixmap | None = _pictures.get(whole)
    if kept is None:
        kept = QPixmap(ceil(width * ratio), ceil(height * ratio))
        kept.setDevicePixelRatio(ratio)
        kept.fill(ground.colour if ground is not None else Qt.GlobalColor.transparent)
        inner = QPainter(kept)
        draw(inner)
        inner.end()
        _pictures.keep(whole, kept, kept.width() * kept.height() * 4)
    painter.drawPixmap(0, 0, kept)


def _corners(key: tuple[Ink, Ink, float, float], side: int, ratio: float) -> QPixmap:
    """Return a small card of one colour and edge, whose corners every card of that look has."""
    whole = ("corners", *(each if isinstance(each, float) else each.value for each in key), ratio)
    kept: QPixmap | None = _pictures.get(whole)
    if kept is None:
        fill, edge, radius, width = key
        kept = QPixmap(ceil(2 * side * ratio), ceil(2 * side * ratio))
        kept.setDevicePixelRatio(ratio)
        kept.fill(Qt.GlobalColor.transparent)
        inner = QPainter(kept)
        inner.setRenderHint(ANTIALIASING)
        inner.setPen(QPen(edge.colour, width))
        inner.setBrush(fill.colour)
        half = width / 2
        box = QRectF(half, half, 2 * side - width, 2 * side - width)
        inner.drawRoundedRect(box, radius, radius)
        inner.end()
        _pictures.keep(whole, kept, kept.width() * kept.height() * 4)
    return kept


def draw_card(
    painter: QPainter,
    box: QRectF,
    fill: Ink = Ink.CARD,
    edge: Ink = Ink.LINE,
    *,
    radius: float = RADIUS,
    width: float = 1.0,
) -> None:
    """Draw a rounded card with an edge that lies wholly inside its box.

    Corners are copied from a picture and the rest is plain fills: smooth edges drawn afresh for
    each card are a third of a pop's paint.
    """
    side = ceil(radius + width)
    left, top, right, bottom = box.left(), box.top(), box.right(), box.bottom()
    whole = left == int(left) and top == int(top) and right == int(right)
    if not whole or box.width() < 2 * side or box.height() < 2 * side:
        half = width / 2
        painter.setRenderHint(ANTIALIASING)
        painter.setPen(QPen(edge.colour, width))
        painter.setBrush(fill.colour)
        painter.drawRoundedRect(box.adjusted(half, half, -half, -half), radius, radius)
        return
    ratio = painter.device().devicePixelRatioF()
    corners = _corners((fill, edge, float(radius), float(width)), side, ratio)
    cut = side * ratio
    size = QRectF(0, 0, cut, cut)
    painter.setRenderHint(ANTIALIASING, False)
    for x, from_x in ((left, 0.0), (right - side, cut)):
        for y, from_y in ((top, 0.0), (bottom - side, cut)):
            painter.drawPixmap(QPointF(x, y), corners, size.translated(from_x, from_y))
    wide, high = box.width() - 2 * side, box.height() - 2 * side
    painter.fillRect(QRectF(left + side, top, wide, box.height()), fill.colour)
    painter.fillRect(QRectF(left, top + side, side, high), fill.colour)
    painter.fillRect(QRectF(right - side, top + side, side, high), fill.colour)
    if edge is not fill:
        painter.fillRect(QRectF(left + side, top, wide, width), edge.colour)
        painter.fillRect(QRectF(left + side, bottom - width, wide, width), edge.colour)
        painter.fillRect(QRectF(left, top + side, width, high), edge.colour)
        painter.fillRect(QRectF(right - width, top + side, width, high), edge.colour)


def draw_bar(painter: QPainter, box: QRectF, ink: Ink, width: float) -> None:
    """Draw the coloured bar along a card's left edge, following its corners."""
    painter.translate(box.topLeft())
    key = ("bar", ink.value)
    picture(painter, key, (width, box.height()), lambda inner: _bar(inner, ink, box.height()))
    painter.translate(-box.topLeft())


def _bar(painter: QPainter, ink: Ink, height: float) -> None:
    path = QPainterPath()
    path.addRoundedRect(QRectF(0, 0, 6 * RADIUS, height), RADIUS, RADIUS)
    painter.setRenderHint(ANTIALIASING)
    painter.fillPath(path, ink.colour)


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
    left, top = round(right - width), round(middle - height / 2)
    painter.translate(left, top)
    picture(painter, ("cap", key), (width, height), lambda inner: _cap(inner, key, width, height))
    painter.translate(-left, -top)
    return left


def _cap(painter: QPainter, key: str, width: float, height: float) -> None:
    box = QRectF(0, 0, width, height)
    painter.setRenderHint(ANTIALIASING)
    painter.setPen(NO_PEN)
    painter.setBrush(colour(Ink.CAP_EDGE))
    painter.drawRoundedRect(box, 4, 4)
    painter.setBrush(colour(Ink.CAP))
    painter.drawRoundedRect(box.adjusted(1, 1, -1, -2), 3.2, 3.2)
    draw_line(
        painter, box.adjusted(0, 0, 0, -1), cap_text(key), Type.CAP, Ink.CAP_TEXT, align=CENTRE
    )


def pill_width(text: str) -> float:
    """Return how wide a pill with this text is."""
    return float(round(text_width(Type.SMALL_STRONG, text))) + theme.px(16)


def draw_pill(painter: QPainter, box: QRectF, text: str, fill: Ink, ink: Ink) -> None:
    """Draw a small coloured label."""
    painter.translate(box.topLeft())
    size = (box.width(), box.height())
    key = ("pill", text, fill.value, ink.value)
    picture(painter, key, size, lambda inner: _pill(inner, QRectF(0, 0, *size), text, fill, ink))
    painter.translate(-box.topLeft())


def _pill(painter: QPainter, box: QRectF, text: str, fill: Ink, ink: Ink) -> None:
    painter.setRenderHint(ANTIALIASING)
    painter.setPen(NO_PEN)
    painter.setBrush(fill.colour)
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
