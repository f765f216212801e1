"""The words that ask whether the call may be recorded, and the caller's two answers."""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from console.desk.views import ConsentView
from console.ui.columns import Panel
from console.ui.controls import KeyButton, Kind
from console.ui.keys import Act, sequence_of
from console.ui.painting import Words, draw_bar, draw_card, draw_line
from console.ui.theme import Ink, Type, theme

HEAD = "Not recorded yet · read this first"


class ConsentPanel(Panel):
    """Shown until the caller has answered; the call and its form go on meanwhile."""

    agreed = Signal()
    refused = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(HEAD)
        self._view: ConsentView | None = None
        self._words = Words(Type.BODY, Ink.TEXT, 1.35)
        self.agree = KeyButton(Kind.PLAIN, "Caller agrees", sequence_of(Act.RECORD), self)
        self.refuse = KeyButton(Kind.PLAIN, "Caller refuses", sequence_of(Act.NO_RECORD), self)
        self.agree.clicked.connect(self.agreed)
        self.refuse.clicked.connect(self.refused)

    def fill(self, view: ConsentView | None) -> None:
        """Show the words, or nothing."""
        if view == self._view:
            return
        self._view = view
        self.setAccessibleDescription(view.say if view else "")
        if view is not None:
            self.agree.set_words(view.agree_label)
        self.relay()

    def wanted(self) -> bool:
        """Only while the caller is to be asked."""
        return self._view is not None

    def height_for(self, width: int) -> int:
        """Return the height of heading and words, or of the buttons beside them."""
        room = width - self._beside() - theme.px(20 + 16)
        words = self._words.lay(self._view.say if self._view else "", room)
        return max(round(words) + theme.px(44), theme.px(84))

    def _beside(self) -> int:
        return max(self.agree.natural_width(), self.refuse.natural_width()) + theme.px(16)

    def place(self) -> None:
        """Put the answers at the right, one under the other."""
        wide, high = self._beside() - theme.px(16), theme.px(32)
        left = self.width() - wide - theme.px(12)
        top = (self.height() - 2 * high - theme.px(6)) // 2
        self.agree.setGeometry(left, top, wide, high)
        self.refuse.setGeometry(left, top + high + theme.px(6), wide, high)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Keep the answers at the right."""
        self.place()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.place()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw heading and words."""
        painter = QPainter(self)
        box = QRectF(self.rect())
        draw_card(painter, box, Ink.CARD, Ink.AMBER)
        draw_bar(painter, box, Ink.AMBER, 4)
        left = theme.px(20)
        head = QRectF(left, theme.px(10), box.width() - left - self._beside(), theme.px(16))
        draw_line(painter, head, HEAD, Type.HEAD, Ink.AMBER_TEXT)
        self._words.draw(painter, left, head.bottom() + theme.px(6))
