"""Buttons one after another, on as many lines as they need."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from console.ui.controls import KeyButton
from console.ui.theme import theme


class Flow(QWidget):
    """Holds buttons; those shown are laid out, and the widget is as high as they are."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._buttons: list[KeyButton] = []

    def add(self, button: KeyButton) -> None:
        """Take a button, shown or not, after the others."""
        button.setParent(self)
        self._buttons.append(button)

    def arrange(self) -> None:
        """Lay out the buttons that are shown."""
        left = top = 0
        high, gap = theme.px(36), theme.px(8)
        shown = [button for button in self._buttons if not button.isHidden()]
        for button in shown:
            wide = min(button.natural_width(), self.width())
            if left and left + wide > self.width():
                left, top = 0, top + high + gap
            button.setGeometry(left, top, wide, high)
            left += wide + gap
        self.setFixedHeight(top + high if shown else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Lay out in the new width."""
        self.arrange()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.arrange()
