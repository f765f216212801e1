"""The strip over the words to say that tells of a caller whose earlier call came to nothing yet.

It is read before anything is said: a patient who calls a second time must not be asked it all
again, nor told that all is well.
"""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from console.desk.views import Repeat
from console.ui.columns import Panel
from console.ui.painting import Words, draw_bar, draw_card, draw_line
from console.ui.theme import Ink, Type, theme

LEFT = 48  # pixels: the mark's room


class RepeatPanel(Panel):
    """Bold words on red, a mark before them, and what to do beneath."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._repeat: Repeat | None = None
        self._brief = False  # once the form is being filled in, its room matters more
        self._text = Words(Type.BODY, Ink.RED_TEXT, 1.3, most=3)

    def fill(self, repeat: Repeat | None, *, brief: bool = False) -> None:
        """Show it; None for a caller who calls for the first time, or was heard. `brief` leaves
        out what to do about it."""
        if (repeat, brief) == (self._repeat, self._brief):
            return
        self._repeat, self._brief = repeat, brief
        self.setAccessibleName(repeat.title if repeat else "")
        self.setAccessibleDescription(repeat.text if repeat else "")
        self.relay()

    def wanted(self) -> bool:
        """Only for such a caller."""
        return self._repeat is not None

    def height_for(self, width: int) -> int:
        """Return the height of both lines."""
        if self._repeat is None:
            return 0
        if self._brief:
            return theme.px(42)
        room = width - theme.px(LEFT + 16)
        return round(theme.px(38) + self._text.lay(self._repeat.text, room)) + theme.px(10)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the strip."""
        if self._repeat is None:
            return
        painter = QPainter(self)
        box = QRectF(self.rect())
        draw_card(painter, box, Ink.RED_SOFT, Ink.RED_EDGE)
        draw_bar(painter, box, Ink.RED, 8)
        left = theme.px(LEFT)
        mark = QRectF(theme.px(24), theme.px(10), theme.px(20), theme.px(22))
        draw_line(painter, mark, "!", Type.ASK, Ink.RED_TEXT)
        line = QRectF(left, theme.px(10), box.width() - left, theme.px(22))
        draw_line(painter, line, self._repeat.title, Type.ASK, Ink.RED_TEXT)
        if not self._brief:
            self._text.draw(painter, left, theme.px(35))
