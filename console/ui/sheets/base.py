"""A panel laid over the centre and the right column, never over the calls at the left.

Not dialogs of their own: a window manager may put a dialog behind, or on the other screen, and a
receptionist with a caller waiting would type into nothing.
"""

from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QVBoxLayout, QWidget

from console.ui.controls import ENTER, KeyButton, Kind
from console.ui.painting import draw_card, draw_line
from console.ui.theme import Ink, Type, colour, theme


def label(text: str, role: Type, ink: Ink, parent: QWidget | None = None) -> QLabel:
    """Return a plain label in one of the window's types."""
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    made.setFont(theme.font(role))
    made.setProperty("role", role.name)
    palette = made.palette()
    palette.setColor(palette.ColorRole.WindowText, colour(ink))
    made.setPalette(palette)
    return made


ALL_ROOM: Final = 100_000
"""The height of a sheet that takes all there is."""


class Sheet(QWidget):
    """A panel with a title, its content in a column, and Esc to leave."""

    closed = Signal()
    left = Signal()  # by Esc or its button, and not because it did its work
    WIDTH = 520
    HIGH: int | None = None  # of a list, at scale 1; None: as high as it needs to be

    def __init__(self, parent: QWidget, title: str) -> None:
        super().__init__(parent)
        self._title = title
        self.setAccessibleName(title)
        self.column = QVBoxLayout(self)
        self.close_button = KeyButton(Kind.PLAIN, "Close", "Esc", self)
        self.close_button.clicked.connect(self.closed)
        self.restyle()
        self.hide()

    def set_title(self, title: str) -> None:
        """Head the panel otherwise."""
        self._title = title
        self.setAccessibleName(title)
        self.update()

    def restyle(self) -> None:
        """Take over a changed text size."""
        pad = theme.px(24)
        self.column.setContentsMargins(pad, theme.px(64), pad, theme.px(20))
        self.column.setSpacing(theme.px(10))
        for field in self.findChildren(QLineEdit):
            field.setMinimumHeight(theme.px(38))
        for each in self.findChildren(QLabel):
            each.setFont(theme.font(Type[str(each.property("role") or "BODY")]))

    def fit(self, area: QRectF) -> None:
        """Put the panel in the middle of an area, as high as it needs to be, or at its top."""
        width = min(theme.px(self.WIDTH), int(area.width()) - 32)
        most = int(area.height()) - 32
        if self.HIGH is None:
            self.column.activate()
            grows = self.column.hasHeightForWidth()
            high = self.column.heightForWidth(width) if grows else self.column.sizeHint().height()
            high = min(high, most)
            top = area.top() + max(16.0, (area.height() - high) / 2.6)
        else:
            high, top = min(theme.px(self.HIGH), most), area.top() + 16
        left = area.left() + (area.width() - width) / 2
        self.setGeometry(round(left), round(top), width, high)
        self.place_close()

    def place_close(self) -> None:
        """Keep the close button in the corner."""
        wide = self.close_button.natural_width()
        self.close_button.setGeometry(
            self.width() - wide - theme.px(16), theme.px(16), wide, theme.px(32)
        )

    def first_stop(self) -> QWidget:
        """Return what has the focus when the panel opens."""
        return self.close_button

    def press_key(self, text: str) -> bool:
        """Press what a single key stands for; tell whether there was anything."""
        for button in self.findChildren(KeyButton):
            if text and button.key.upper() == text.upper() and button.isVisible():
                button.click()
                return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Hear the single keys; keep every other from the window beneath."""
        if not self.press_key(event.text()) and event.key() in ENTER:
            focus = self.focusWidget()
            if isinstance(focus, QAbstractButton):
                focus.click()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Keep clicks from the window beneath."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the panel and its title."""
        painter = QPainter(self)
        draw_card(painter, QRectF(self.rect()), edge=Ink.EDGE, radius=10)
        right = self.close_button.x() - theme.px(8)
        line = QRectF(theme.px(24), theme.px(16), right - theme.px(24), theme.px(32))
        draw_line(painter, line, self._title, Type.ASK, Ink.TEXT)


class WideButton(KeyButton):
    """A button across the sheet: words at the left, key at the right."""

    def __init__(self, words: str, key: str, parent: QWidget) -> None:
        super().__init__(Kind.PLAIN, words, key, parent)
        self.role = Type.BODY_STRONG
        self.spread = True
        self.setMinimumHeight(theme.px(44))


class Scrim(QWidget):
    """Dims what a sheet covers; a click on it closes nothing, a caller may be mid-sentence."""

    SHADE = QColor(16, 24, 36, 110)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Dim."""
        QPainter(self).fillRect(event.rect(), self.SHADE)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Keep clicks from the window beneath."""
