"""What stands under a field: the mistake and its mend behind a cross, then the hint."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from console.ui.painting import Words, draw_line
from console.ui.theme import Ink, Type, theme

CROSS = 16  # pixels at the left that the cross takes


class Notes:
    """The mistake and the hint of one field, either of which may be ""."""

    def __init__(self) -> None:
        self._problem = Words(Type.LABEL, Ink.RED_TEXT, 1.3)
        self._help = Words(Type.TINY, Ink.SOFT, 1.3)

    def lay(self, problem: str, hint: str, width: float) -> int:
        """Lay both out and return their height in pixels."""
        height = self._problem.lay(problem, width - theme.px(CROSS))
        return round(height + self._help.lay(hint, width))

    def draw(self, painter: QPainter, problem: str, hint: str, top: float) -> None:
        """Draw what was laid out, one under the other, from `top` pixels down."""
        if problem:
            mark = QRectF(0, top, theme.px(CROSS), theme.px(16))
            draw_line(painter, mark, "✕", Type.LABEL, Ink.RED_TEXT)
            self._problem.draw(painter, theme.px(CROSS), top)
            top += round(self._problem.height)
        if hint:
            self._help.draw(painter, 0, top)
