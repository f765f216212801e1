"""What a week and a month have in common: shifts gone through by the arrows, one of them in hand.

They are drawn by hand out of what the desk has laid out, and only what is in sight is drawn: a
practice with thousands of shifts costs as much as one with a dozen.
"""

from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from console.desk.rota.views import RotaPage, ShiftView
from console.ui.controls import ENTER
from console.ui.theme import theme

STEPS: Final = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
PAGES: Final = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}


class Calendar(QWidget):
    """`picked` tells which shift is in hand, `opened` that all of it is to be said, `turned` that
    other days are wanted."""

    picked = Signal()
    opened = Signal()
    turned = Signal(int)
    moved = Signal(QRectF)  # what is to be in sight

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.view: RotaPage | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def shift(self) -> ShiftView | None:
        """The shift in hand."""
        number = self.number()
        shifts = self.view.shifts if self.view is not None else ()
        return shifts[number] if 0 <= number < len(shifts) else None

    def number(self) -> int:
        """Return the place of the shift in hand among the page's, -1 for none."""
        raise TypeError(type(self).__name__)

    def take(self, number: int) -> None:
        """Take a shift in hand, by its place among the page's."""
        raise TypeError(f"{type(self).__name__} takes nothing such as {number}")

    def take_moment(self, moment: datetime) -> None:
        """Take in hand who is called first at a moment."""
        for number, shift in enumerate(self.view.shifts if self.view is not None else ()):
            if shift.tier == 0 and shift.start <= moment < shift.end:
                self.take(number)
                self.tell()
                return

    def step(self, across: int, down: int) -> bool:
        """Go to the neighbour; tell whether there is one among these days."""
        raise TypeError(f"{type(self).__name__} goes nowhere by {across}, {down}")

    def hit(self, point: QPointF) -> bool:
        """Take in hand what lies at a point; tell whether there was anything."""
        raise TypeError(f"{type(self).__name__} has nothing at {point}")

    def spot(self) -> QRectF:
        """Return where what is in hand lies."""
        raise TypeError(type(self).__name__)

    def natural_height(self) -> int:
        """Return the least height at which everything can be read."""
        raise TypeError(type(self).__name__)

    def tell(self) -> None:
        """Say what is in hand, to whoever sees and to whoever listens."""
        shift = self.shift
        said = shift.said if shift is not None else "Nobody"
        if said != self.accessibleDescription():
            self.setAccessibleDescription(said)
            self.announce(said)
        self.moved.emit(self.spot())
        self.picked.emit()
        self.update()

    def announce(self, words: str) -> None:
        """Say something to whoever listens."""
        if self.hasFocus():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def event(self, event: QEvent) -> bool:
        """Keep Page Up and Page Down from the form beneath."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() in PAGES
            and not event.modifiers()
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Move, turn, open; letters are the page's."""
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key = Qt.Key(event.key())
        if plain and key in STEPS:
            across, down = STEPS[key]
            if self.step(across, down):
                self.tell()
            else:
                self.turned.emit(across or down)
        elif plain and key in PAGES:
            self.turned.emit(PAGES[key])
        elif plain and key in ENTER:
            self.opened.emit()
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take what was pointed at in hand."""
        if self.hit(event.position()):
            self.tell()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Say all of it."""
        if self.hit(event.position()):
            self.opened.emit()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.setMinimumHeight(0 if self.view is None else self.natural_height())
        self.update()


def words_room(box: QRectF) -> QRectF:
    """Return where a shift's words stand in its box."""
    return box.adjusted(theme.px(10), 0, -theme.px(4), 0)
