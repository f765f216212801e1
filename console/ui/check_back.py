"""A caller who refuses 911: the seconds until they are asked after, what to say, and the key."""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from console.desk.views import CheckBackView
from console.ui.clock import Clock
from console.ui.countdown_panel import CountdownPanel
from console.ui.keys import Act
from console.ui.painting import Words, draw_bar, draw_card, draw_line
from console.ui.theme import Ink, Type, theme


class CheckBackPanel(CountdownPanel[CheckBackView]):
    """Shown while such a caller is on the line."""

    checked = Signal()

    def __init__(self, parent: QWidget, clock: Clock) -> None:
        super().__init__(parent, clock, "I have asked", Act.CHECKED)
        self._words = Words(Type.BODY, Ink.TEXT, 1.35)
        self.button.clicked.connect(self.checked)

    def fill(self, view: CheckBackView | None) -> None:
        """Show the check, or nothing."""
        if view != self.view:
            self.view = view
            self.setAccessibleDescription(view.say if view else "")
            self.relay()
        self.count_down()

    def head(self) -> str:
        """Return how long is left, in words."""
        if self.view is None:
            return ""
        left = round((self.view.due_at - self.clock()).total_seconds())
        done = f" · asked {self.view.done}×" if self.view.done else ""
        minutes, seconds = divmod(abs(left), 60)
        if left > 0:
            return f"911 refused · check back in {minutes}:{seconds:02}{done}"
        late = f", {minutes}:{seconds:02} late" if left < 0 else ""
        return f"911 refused · check back now{late}{done}"

    def height_for(self, width: int) -> int:
        """Return the height of heading and words."""
        words = self._words.lay(self.view.say if self.view else "", self._room(width))
        return max(round(words) + theme.px(44), theme.px(56))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw heading and words; red once it is due, which the heading says too."""
        due = self.view is not None and self.view.due_at <= self.clock()
        painter = QPainter(self)
        box = QRectF(self.rect())
        edge = Ink.RED if due else Ink.AMBER
        draw_card(painter, box, Ink.CARD, edge)
        draw_bar(painter, box, edge, 4)
        left = theme.px(20)
        head = QRectF(left, theme.px(10), self._room(round(box.width())), theme.px(16))
        draw_line(painter, head, self.head(), Type.HEAD, Ink.RED_TEXT if due else Ink.AMBER_TEXT)
        self._words.draw(painter, left, head.bottom() + theme.px(6))

    def _room(self, width: int) -> int:
        return width - self.button.natural_width() - theme.px(16 + 20 + 16)
