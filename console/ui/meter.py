"""A level as a bar: for the panel at the left, and for the headset sheet."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from console.ui.painting import NO_PEN
from console.ui.theme import Ink, colour, theme

SILENCE = -60.0  # dBFS; the meter's left end


def draw_meter(painter: QPainter, box: QRectF, level: float, ink: Ink) -> None:
    """Draw a track through the middle of a box, filled as far as the level goes."""
    track = QRectF(box.left(), 0, box.width(), theme.px(6))
    track.moveTop(round(box.center().y() - track.height() / 2))
    painter.setPen(NO_PEN)
    painter.setBrush(colour(Ink.TRACK))
    painter.drawRoundedRect(track, 3, 3)
    share = min(1.0, max(0.0, 1 - level / SILENCE))
    if share > 0.02:
        track.setWidth(track.width() * share)
        painter.setBrush(colour(ink))
        painter.drawRoundedRect(track, 3, 3)
