"""The sheet behind Ctrl+Shift+R: why this desk takes a break."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from console.floor.pausing import BREAKS
from console.ui.sheets.base import Sheet, WideButton, label
from console.ui.theme import Ink, Type


class BreakSheet(Sheet):
    """One button, and one digit, for each reason."""

    picked = Signal(str)
    WIDTH = 400

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Take a break")
        self.buttons: list[WideButton] = []
        for number, reason in enumerate(BREAKS, start=1):
            button = WideButton(reason, str(number), self)
            button.clicked.connect(lambda _=False, each=reason: self.picked.emit(each))
            self.column.addWidget(button)
            self.buttons.append(button)
        note = "With a caller on the line it begins after the call. Ctrl+R ends it."
        self.column.addWidget(label(note, Type.SMALL, Ink.SOFT, self))

    def first_stop(self) -> QWidget:
        """Start on the first reason."""
        return self.buttons[0]

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Move with the arrows too."""
        if event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)
