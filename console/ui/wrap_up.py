"""The wrap-up's countdown: what is left, what ends it, and the key for more time."""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from console.desk.views import WrapUpView
from console.ui.clock import Clock, countdown
from console.ui.countdown_panel import CountdownPanel
from console.ui.keys import Act, sequence_of
from console.ui.painting import draw_bar, draw_card, draw_line
from console.ui.theme import Ink, Type, theme


class WrapUpPanel(CountdownPanel[WrapUpView]):
    """Shown while a wrap-up lasts, beside its form and without one."""

    more_wanted = Signal()

    def __init__(self, parent: QWidget, clock: Clock) -> None:
        super().__init__(parent, clock, "More time", Act.MORE_TIME)
        self.button.clicked.connect(self.more_wanted)

    def fill(self, view: WrapUpView | None) -> None:
        """Show the wrap-up, or nothing."""
        if view != self.view:
            self.view = view
            if view is not None:
                self.button.set_words(f"{view.more_s} s more", sequence_of(Act.MORE_TIME))
                self.button.setVisible(view.more > 0)
                self.setAccessibleDescription(self.words())
            self.relay()
            self.place()
            self.update()
        self.count_down()

    def head(self) -> str:
        """Return what is left, in words."""
        if self.view is None:
            return ""
        mark = "▲ " if self._over else ""
        return f"{mark}Wrap-up · {countdown(self.view.until, self.clock())}"

    def words(self) -> str:
        """Return what ends it."""
        view = self.view
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

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw heading and words; amber once it is over, which the heading says too."""
        painter = QPainter(self)
        box = QRectF(self.rect())
        draw_card(painter, box, Ink.CARD, Ink.AMBER if self._over else Ink.LINE)
        draw_bar(painter, box, Ink.AMBER if self._over else Ink.SLATE, 4)
        left = theme.px(20)
        room = box.width() - left - self.button.natural_width() - theme.px(28)
        head = QRectF(left, theme.px(10), room, theme.px(16))
        draw_line(painter, head, self.head(), Type.HEAD, Ink.AMBER_TEXT if self._over else Ink.SOFT)
        line = QRectF(left, theme.px(29), room, theme.px(18))
        draw_line(painter, line, self.words(), Type.BODY, Ink.TEXT)

    @property
    def _over(self) -> bool:
        return self.view is not None and self.view.until <= self.clock()
