"""The wrap-up's countdown: what is left, what ends it, and the key for more time."""

from PySide6.QtCore import QRectF, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from console.desk.views import WrapUpView
from console.ui.clock import Clock, countdown
from console.ui.columns import Panel
from console.ui.controls import KeyButton, Kind
from console.ui.keys import Act, sequence_of
from console.ui.painting import draw_bar, draw_card, draw_line
from console.ui.theme import Ink, Type, theme

TICK_MS = 250


class WrapUpPanel(Panel):
    """Shown while a wrap-up lasts, beside its form and without one."""

    more_wanted = Signal()

    def __init__(self, parent: QWidget, clock: Clock) -> None:
        super().__init__(parent)
        self._clock = clock
        self._view: WrapUpView | None = None
        self._shown = ""
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._count_down)
        self.more = KeyButton(Kind.PLAIN, "More time", sequence_of(Act.MORE_TIME), self)
        self.more.clicked.connect(self.more_wanted)

    def fill(self, view: WrapUpView | None) -> None:
        """Show the wrap-up, or nothing."""
        if view != self._view:
            self._view = view
            if view is not None:
                self.more.set_words(f"{view.more_s} s more", sequence_of(Act.MORE_TIME))
                self.more.setVisible(view.more > 0)
                self.setAccessibleDescription(self.words())
            self.relay()
            self.place()
            self.update()
        self._count_down()

    def wanted(self) -> bool:
        """Only while one lasts."""
        return self._view is not None

    def head(self) -> str:
        """Return what is left, in words."""
        if self._view is None:
            return ""
        mark = "▲ " if self._over else ""
        return f"{mark}Wrap-up · {countdown(self._view.until, self._clock())}"

    def words(self) -> str:
        """Return what ends it."""
        view = self._view
        if view is None:
            return ""
        if view.needs_outcome:
            return "No call comes until the form is saved"
        if view.asked:
            return "Saved; no call comes until then, or Ctrl+R"
        return "Saved; the queue rings here again then"

    def height_for(self, width: int) -> int:  # noqa: ARG002 - two lines at any width
        """Return the height of heading and words."""
        return theme.px(56)

    def place(self) -> None:
        """Put the button at the right."""
        wide, high = self.more.natural_width(), theme.px(32)
        left = self.width() - wide - theme.px(12)
        self.more.setGeometry(left, (self.height() - high) // 2, wide, high)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Keep the button at the right."""
        self.place()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.place()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw heading and words; amber once it is over, which the heading says too."""
        painter = QPainter(self)
        box = QRectF(self.rect())
        draw_card(painter, box, Ink.CARD, Ink.AMBER if self._over else Ink.LINE)
        draw_bar(painter, box, Ink.AMBER if self._over else Ink.SLATE, 4)
        left = theme.px(20)
        room = box.width() - left - self.more.natural_width() - theme.px(28)
        head = QRectF(left, theme.px(10), room, theme.px(16))
        draw_line(painter, head, self.head(), Type.HEAD, Ink.AMBER_TEXT if self._over else Ink.SOFT)
        line = QRectF(left, theme.px(29), room, theme.px(18))
        draw_line(painter, line, self.words(), Type.BODY, Ink.TEXT)

    @property
    def _over(self) -> bool:
        return self._view is not None and self._view.until <= self._clock()

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
