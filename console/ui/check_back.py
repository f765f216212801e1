"""A caller who refuses 911: the seconds until they are asked after, what to say, and the key."""

from PySide6.QtCore import QRectF, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from console.desk.views import CheckBackView
from console.ui.clock import Clock
from console.ui.columns import Panel
from console.ui.controls import KeyButton, Kind
from console.ui.keys import Act, sequence_of
from console.ui.painting import Words, draw_bar, draw_card, draw_line
from console.ui.theme import Ink, Type, theme

TICK_MS = 250


class CheckBackPanel(Panel):
    """Shown while such a caller is on the line."""

    checked = Signal()

    def __init__(self, parent: QWidget, clock: Clock) -> None:
        super().__init__(parent)
        self._clock = clock
        self._view: CheckBackView | None = None
        self._words = Words(Type.BODY, Ink.TEXT, 1.35)
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._count_down)
        self._shown = ""
        self.done = KeyButton(Kind.PLAIN, "I have asked", sequence_of(Act.CHECKED), self)
        self.done.clicked.connect(self.checked)

    def fill(self, view: CheckBackView | None) -> None:
        """Show the check, or nothing."""
        if view != self._view:
            self._view = view
            self.setAccessibleDescription(view.say if view else "")
            self.relay()
        self._count_down()

    def wanted(self) -> bool:
        """Only while somebody is to be asked after."""
        return self._view is not None

    def head(self) -> str:
        """Return how long is left, in words."""
        if self._view is None:
            return ""
        left = round((self._view.due_at - self._clock()).total_seconds())
        done = f" · asked {self._view.done}×" if self._view.done else ""
        minutes, seconds = divmod(abs(left), 60)
        if left > 0:
            return f"911 refused · check back in {minutes}:{seconds:02}{done}"
        late = f", {minutes}:{seconds:02} late" if left < 0 else ""
        return f"911 refused · check back now{late}{done}"

    def height_for(self, width: int) -> int:
        """Return the height of heading and words."""
        words = self._words.lay(self._view.say if self._view else "", self._room(width))
        return max(round(words) + theme.px(44), theme.px(56))

    def place(self) -> None:
        """Put the button at the right."""
        wide, high = self.done.natural_width(), theme.px(32)
        left = self.width() - wide - theme.px(12)
        self.done.setGeometry(left, (self.height() - high) // 2, wide, high)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Keep the button at the right."""
        self.place()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.place()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw heading and words; red once it is due, which the heading says too."""
        due = self._view is not None and self._view.due_at <= self._clock()
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
        return width - self.done.natural_width() - theme.px(16 + 20 + 16)

    def _count_down(self) -> None:
        if self._view is None:
            self._tick.stop()
            return
        if not self._tick.isActive():
            self._tick.start()
        if self.head() != self._shown:
            self._shown = self.head()
            self.setAccessibleName(self._shown)
            self.update()
