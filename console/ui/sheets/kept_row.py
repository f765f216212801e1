"""A row for a thing that was kept: Enter takes it up, Delete, pressed twice, drops it for good."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from console.ui.controls import ENTER, KeyButton, Kind
from console.ui.painting import draw_card, draw_focus, draw_line
from console.ui.theme import Ink, Type, theme


class KeptRow(QWidget):
    """What every such row has. Subclasses say what is in it; one that is not filled is blank."""

    taken_up = Signal(str)  # uid
    dropped = Signal(str)  # uid
    HEIGHT = 74

    def __init__(self, parent: QWidget, take: str, drop: str) -> None:
        super().__init__(parent)
        self._drop_words = drop
        self._sure = False
        self.take = KeyButton(Kind.PRIMARY, take, "Enter", self)
        self.drop = KeyButton(Kind.PLAIN, drop, "Del", self)
        for button in (self.take, self.drop):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.take.clicked.connect(self._take)
        self.drop.clicked.connect(self._drop)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(theme.px(self.HEIGHT))

    @property
    def uid(self) -> str:
        """Return the id of what is shown, "" for nothing."""
        raise TypeError(f"{type(self).__name__} does not say what it shows")

    def lines(self) -> tuple[str, ...]:
        """Return the lines to show, the first of them the strongest."""
        raise TypeError(f"{type(self).__name__} does not say what it shows")

    def draw_more(self, painter: QPainter, line: QRectF) -> None:
        """Draw what goes with the lines, the last of which stands at `line`."""

    def ask_again(self, *, sure: bool = False) -> None:
        """Word the button that drops for a first press, or where `sure` for the second."""
        self._sure = sure
        self.drop.kind = Kind.DANGER if sure else Kind.PLAIN
        self.drop.set_words(f"{self._drop_words} for good" if sure else self._drop_words)
        self.place()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.setFixedHeight(theme.px(self.HEIGHT))
        self.place()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Hear Enter and Delete."""
        if event.key() in ENTER:
            self._take()
        elif event.key() == Qt.Key.Key_Delete:
            self._drop()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: ARG002, N802
        """A changed mind needs asking again."""
        self.ask_again()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Keep the buttons at the right."""
        self.place()

    def place(self) -> None:
        """Put both buttons at the row's end."""
        right, high = self.width() - theme.px(12), theme.px(34)
        for button in (self.drop, self.take):
            width = button.natural_width()
            button.setGeometry(right - width, (self.height() - high) // 2, width, high)
            right -= width + theme.px(8)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the lines on a card."""
        if not self.uid:
            return
        painter = QPainter(self)
        box = QRectF(self.rect())
        draw_card(painter, box)
        line = QRectF(theme.px(14), theme.px(9), self.take.x() - theme.px(24), theme.px(20))
        first, *others = self.lines()
        draw_line(painter, line, first, Type.BODY_STRONG, Ink.TEXT)
        for text in others:
            line.translate(0, theme.px(18))
            draw_line(painter, line, text, Type.SMALL, Ink.SOFT)
        self.draw_more(painter, line)
        if self.hasFocus():
            draw_focus(painter, box)

    def _take(self) -> None:
        if self.uid:
            self.taken_up.emit(self.uid)

    def _drop(self) -> None:
        if not self.uid:
            return
        if self._sure:
            self.dropped.emit(self.uid)
        self.ask_again(sure=not self._sure)
