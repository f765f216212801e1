"""Rows of a sheet that are walked with the arrows: what is urgent, who has an account."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from console.ui.columns import SlimBar
from console.ui.painting import RIGHT, draw_card, draw_focus, draw_line, text_width
from console.ui.theme import Ink, Type, theme

Row = tuple[str, str, str, str]
"""A row's key, its name, what is told under it, and what stands at its right."""

SHOWN = 7  # rows at a time


class Rows(QWidget):
    """Rows, one of them chosen; one stop of the Tab key, Up and Down move in it."""

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self._name = name
        self.rows: tuple[Row, ...] = ()
        self.at = 0
        self._top = 0
        self._bar = SlimBar(self)
        self._bar.valueChanged.connect(self._scroll)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def fill(self, rows: Sequence[Row]) -> None:
        """Show rows; the one chosen stays so while it is there."""
        was = self.key
        self.rows = tuple(rows)
        keys = [row[0] for row in self.rows]
        self.at = keys.index(was) if was in keys else min(self.at, max(0, len(keys) - 1))
        self.setMaximumHeight(self.sizeHint().height())
        self.updateGeometry()
        self._move(0)

    @property
    def shown(self) -> int:
        """How many rows there is room for."""
        return max(1, (self.height() - theme.px(2)) // theme.px(56))

    def sizeHint(self) -> QSize:  # noqa: N802
        """Ask for room for some rows, and for what can be had in a low window."""
        return QSize(0, theme.px(56) * min(SHOWN, max(1, len(self.rows))) + theme.px(2))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Be no lower than two rows."""
        return QSize(0, theme.px(56) * min(2, max(1, len(self.rows))) + theme.px(2))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Keep the chosen row in sight."""
        self._move(0)

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.setMaximumHeight(self.sizeHint().height())
        self.updateGeometry()

    @property
    def key(self) -> str:
        """The key of the row chosen, "" with none."""
        return self.rows[self.at][0] if self.rows else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Move; every other key is the sheet's."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -SHOWN,
                 Qt.Key.Key_PageDown: SHOWN}  # fmt: skip
        if event.key() in steps:
            self._move(steps[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Home:
            self._move(-len(self.rows))
        elif event.key() == Qt.Key.Key_End:
            self._move(len(self.rows))
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Choose the row under the pointer."""
        row = int(event.position().y()) // theme.px(56) + self._top
        self._move(row - self.at)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: ARG002, N802
        """Show where the keyboard is."""
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: ARG002, N802
        """Show that it is elsewhere."""
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the rows in sight."""
        painter = QPainter(self)
        high, bar = theme.px(56), theme.px(14) if len(self.rows) > self.shown else 0
        draw_card(painter, QRectF(0, 0, self.width() - bar, self.height()), Ink.CARD)
        for number in range(self._top, min(len(self.rows), self._top + self.shown)):
            top = (number - self._top) * high
            box = QRectF(0, top, self.width() - bar, high + (1 if number else 0))
            self._draw_row(painter, box, number)

    def _draw_row(self, painter: QPainter, box: QRectF, number: int) -> None:
        _, name, under, right = self.rows[number]
        if number == self.at:
            draw_card(painter, box, Ink.BLUE_SOFT, Ink.BLUE)
        elif number > self._top:
            painter.fillRect(
                QRectF(box.left() + 1, box.top(), box.width() - 2, 1), Ink.HAIRLINE.colour
            )
        pad = theme.px(14)
        wide = text_width(Type.SMALL_STRONG, right)
        line = QRectF(pad, box.top() + theme.px(8), box.width() - 3 * pad - wide, theme.px(20))
        draw_line(painter, line, name, Type.BODY_STRONG, Ink.TEXT)
        line.translate(0, theme.px(20))
        draw_line(painter, line, under, Type.SMALL, Ink.SOFT)
        line = QRectF(box.left(), box.top(), box.width() - pad, box.height())
        draw_line(painter, line, right, Type.SMALL_STRONG, Ink.SOFT, align=RIGHT)
        if number == self.at and self.hasFocus():
            draw_focus(painter, box)

    def _move(self, by: int) -> None:
        self.at = max(0, min(len(self.rows) - 1, self.at + by))
        shown = self.shown
        self._top = max(min(self._top, self.at), self.at - shown + 1)
        self._bar.setVisible(len(self.rows) > shown)
        self._bar.setGeometry(self.width() - theme.px(10), 0, theme.px(10), self.height())
        self._bar.setRange(0, max(0, len(self.rows) - shown))
        self._bar.setPageStep(shown)
        self._bar.setValue(self._top)
        said = ", ".join(part for part in self.rows[self.at][1:] if part) if self.rows else "none"
        self.setAccessibleName(f"{self._name}: {said}")
        self.update()

    def _scroll(self, top: int) -> None:
        self._top = top
        self.update()
