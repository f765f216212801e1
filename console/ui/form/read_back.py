"""What was written, read to the caller line by line and ticked when the caller says it is right.

Reading back caught an error in 3.5 % of the calls of one laboratory (PubMed 15198350); each answer
is shown as it is written and as it is to be spoken.
"""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from console.desk.views import ReadBackItem
from console.ui.controls import draw_mark
from console.ui.painting import Words, draw_cap, draw_card, draw_focus, draw_line
from console.ui.theme import Ink, Type, theme


class ReadBackRow(QAbstractButton):
    """One answer to be read back, with its tick."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.item: ReadBackItem | None = None
        self.key = ""
        self._text = Words(Type.BODY_STRONG, Ink.TEXT, 1.3)
        self._spoken = Words(Type.SMALL, Ink.SOFT, 1.3)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def nextCheckState(self) -> None:  # noqa: N802
        """Leave the state alone: the desk says what is ticked."""

    def fill(self, item: ReadBackItem, key: str) -> None:
        """Show an answer."""
        if (item, key) == (self.item, self.key):
            return
        self.item, self.key = item, key
        self.setChecked(item.ticked)
        self.setAccessibleName(f"Read back {item.label}: {item.text}")
        self.setAccessibleDescription(". ".join(part for part in (item.spoken, item.note) if part))
        self.update()

    def height_for(self, width: int) -> int:
        """Return the height of label and words."""
        if self.item is None:
            return 0
        room = width - theme.px(46) - theme.px(40)
        text = self._text.lay(self.item.text, room)
        quoted = f"“{self.item.spoken}”" if self.item.spoken else ""
        note = f"▲ {self.item.note}" if self.item.note else ""
        spoken = self._spoken.lay(" · ".join(part for part in (quoted, note) if part), room)
        return round(text + spoken) + theme.px(36)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Space ticks; Enter and the rows' keys belong to the form."""
        if event.key() == Qt.Key.Key_Space:
            super().keyPressEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw tick, label, words, and how they are spoken."""
        item = self.item
        if item is None:
            return
        painter = QPainter(self)
        box = QRectF(self.rect())
        fill = Ink.GREEN_SOFT if item.ticked else Ink.BLUE_SOFT if self.underMouse() else Ink.CARD
        draw_card(painter, box, fill, Ink.GREEN if item.ticked else Ink.EDGE, radius=6)
        side = theme.px(18)
        mark = QRectF(theme.px(13), (box.height() - side) / 2, side, side)
        draw_mark(painter, mark, chosen=item.ticked, square=True)
        left = theme.px(44)
        line = QRectF(left, theme.px(7), box.width() - left, theme.px(18))
        label = f"{item.label} · read and confirmed" if item.ticked else item.label
        draw_line(painter, line, label, Type.LABEL, Ink.GREEN_TEXT if item.ticked else Ink.LABEL)
        self._text.draw(painter, left, theme.px(26))
        self._spoken.draw(painter, left, theme.px(27) + self._text.height)
        if self.key:
            right = box.right() - theme.px(12)
            draw_cap(painter, right, box.center().y(), self.key)
        if self.hasFocus():
            draw_focus(painter, box, 6)
