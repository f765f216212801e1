"""A strip over the form with a running time in its heading, and one button at its right."""

from typing import Generic, TypeVar

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from console.ui.clock import Clock
from console.ui.columns import Panel
from console.ui.controls import KeyButton, Kind
from console.ui.keys import Act, sequence_of
from console.ui.theme import theme

TICK_MS = 250

V = TypeVar("V")


class CountdownPanel(Panel, Generic[V]):
    """Shown while there is a view. A subclass says the heading, and paints."""

    def __init__(self, parent: QWidget, clock: Clock, words: str, act: Act) -> None:
        super().__init__(parent)
        self.clock = clock
        self.view: V | None = None
        self._shown = ""
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self.count_down)
        self.button = KeyButton(Kind.PLAIN, words, sequence_of(act), self)

    def head(self) -> str:
        """Return how the time stands, in words; "" for no view."""
        raise TypeError(f"{type(self).__name__} does not say its heading")

    def wanted(self) -> bool:
        """Only while there is something to count down."""
        return self.view is not None

    def place(self) -> None:
        """Put the button at the right."""
        wide, high = self.button.natural_width(), theme.px(32)
        left = self.width() - wide - theme.px(12)
        self.button.setGeometry(left, (self.height() - high) // 2, wide, high)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Keep the button at the right."""
        self.place()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.place()

    def count_down(self) -> None:
        """Say the heading again where it has changed."""
        if self.view is None:
            self._tick.stop()
            return
        if not self._tick.isActive():
            self._tick.start()
        if self.head() != self._shown:
            self._shown = self.head()
            self.setAccessibleName(self._shown)
            self.update()
