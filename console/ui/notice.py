"""A sentence at the foot of the centre that takes no focus and goes away by itself."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from console.desk.views import Light, Notice
from console.ui.painting import Words, draw_bar, draw_card, draw_lamp
from console.ui.theme import Ink, Type, theme

SECONDS = {Light.GOOD: 6, Light.WARN: 15, Light.BAD: 30}
BARS = {Light.GOOD: Ink.GREEN, Light.WARN: Ink.AMBER, Light.BAD: Ink.RED}


class NoticeBar(QWidget):
    """The last notice, for as long as its light deserves; a click or Esc puts it away."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.notice: Notice | None = None
        self._left = 0
        self._title = Words(Type.BODY_STRONG, Ink.TEXT, 1.3, most=2)
        self._text = Words(Type.SMALL, Ink.TEXT, 1.35)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.hide()

    def fill(self, notice: Notice) -> None:
        """Show a notice over whatever was shown before."""
        self.notice = notice
        self._left = SECONDS[notice.light]
        self.setAccessibleName(f"{notice.title}. {notice.text}")
        self.show()
        self.raise_()

    def tick(self) -> None:
        """Count a second down."""
        if self._left:
            self._left -= 1
            if not self._left:
                self.dismiss()

    def dismiss(self) -> None:
        """Put the notice away."""
        self._left = 0
        self.notice = None
        self.hide()

    def fit(self, area: QRect) -> None:
        """Lie at the foot of an area."""
        if self.notice is None:
            return
        width = min(theme.px(560), area.width() - 32)
        room = width - theme.px(62)
        words = self._title.lay(self.notice.title, room) + self._text.lay(self.notice.text, room)
        high = round(words) + theme.px(28)
        left = area.left() + (area.width() - width) // 2
        self.setGeometry(left, area.bottom() - high - theme.px(16), width, high)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002, N802
        """Put the notice away."""
        self.dismiss()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw mark, title and words."""
        notice = self.notice
        if notice is None:
            return
        painter = QPainter(self)
        box = QRectF(self.rect())
        draw_card(painter, box, edge=Ink.EDGE)
        draw_bar(painter, box, BARS[notice.light], 5)
        draw_lamp(painter, QPointF(theme.px(25), theme.px(23)), notice.light, theme.px(5))
        self._title.draw(painter, theme.px(42), theme.px(13))
        self._text.draw(painter, theme.px(42), theme.px(15) + self._title.height)
