"""A liaison's page: one practice's messages, calls and figures, to be read, and messages confirmed.

It lies over the page on which people sign in, and gives way to it while there is a call at this
desk.
"""

from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from console.desk.liaison.views import LiaisonView, Table
from console.ui.controls import KeyButton, Kind
from console.ui.figures.table import FiguresTable
from console.ui.painting import Words, draw_card, draw_line
from console.ui.theme import Ink, Type, colour, theme

PAD: Final = 24
PARTS: Final = {"messages": ("Messages", "M"), "calls": ("Calls", "C"), "figures": ("Figures", "F")}
NOTHING: Final = "Nothing yet."


class LiaisonPanel(QWidget):
    """M, C and F turn to a part, the arrows move in its table, R confirms the message in hand, O
    signs out. `confirmed` tells its key."""

    left = Signal()
    confirmed = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.view: LiaisonView | None = None
        self.part = "messages"
        self._calls_here = False
        self._key = 0  # of the message in hand
        self._foot = 0  # height of the card with the words of the row in hand
        self._whole = Words(Type.BODY, Ink.TEXT, 1.4)
        self.parts = {
            name: KeyButton(Kind.PLAIN, words, key, self) for name, (words, key) in PARTS.items()
        }
        for name, button in self.parts.items():
            button.clicked.connect(lambda _=False, name=name: self.turn(name))
        self.read = KeyButton(Kind.GO, "I have read it", "R", self)
        self.read.clicked.connect(self._confirm)
        self.out = KeyButton(Kind.PLAIN, "Sign out", "O", self)
        self.out.clicked.connect(self.left)
        self.table = FiguresTable(self)
        self.table.picked.connect(lambda _row: self._picked())
        self.hide()

    def fill(self, view: LiaisonView | None) -> None:
        """Show a practice as it was last read, None for nobody."""
        if view is None:
            self.part = "messages"
        self.view = view
        self._show()

    def give_way(self, *, calls_here: bool) -> None:
        """Let the page beneath be seen while there is a call at this desk."""
        if calls_here != self._calls_here:
            self._calls_here = calls_here
            self._show()

    def turn(self, part: str) -> None:
        """Show another part."""
        self.part = part
        self._show()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def keep_focus(self) -> None:
        """Take the keyboard back from the page beneath."""
        focus = self.window().focusWidget()
        if self.isVisible() and (focus is None or not self.isAncestorOf(focus)):
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def whole(self) -> str:
        """Return the words of the row in hand in full."""
        row, table = self.table.currentIndex().row(), self._table()
        return table.whole[row] if table is not None and 0 <= row < len(table.whole) else ""

    def place(self) -> None:
        """Put title, buttons, table and the words of the row in hand one under the other."""
        pad, top, high = theme.px(PAD), theme.px(84), theme.px(36)
        left = pad
        for button in self.parts.values():
            button.setGeometry(left, top, button.natural_width(), high)
            left += button.natural_width() + theme.px(8)
        self.read.setGeometry(left + theme.px(16), top, self.read.natural_width(), high)
        width = self.out.natural_width()
        self.out.setGeometry(self.width() - pad - width, top, width, high)
        top += high + theme.px(12)
        self._foot = self._foot_height(self.width() - 4 * pad)
        room = self.height() - top - self._foot - pad
        self.table.setGeometry(pad, top, self.width() - 2 * pad, room)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Share the new size out."""
        self.place()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.place()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Turn by letter; every other key stays here."""
        letter = event.text().upper()
        for name, (_, key) in PARTS.items():
            if letter == key:
                self.turn(name)
        if letter == self.out.key:
            self.left.emit()
        elif letter == self.read.key:
            self._confirm()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the title, who reads, and the words of the row in hand."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(Ink.PAGE))
        view = self.view
        if view is None:
            return
        pad = theme.px(PAD)
        line = QRectF(pad, theme.px(16), self.width() - 2 * pad, theme.px(34))
        draw_line(painter, line, view.practice, Type.TITLE, Ink.TEXT)
        line = QRectF(pad, line.bottom(), line.width(), theme.px(24))
        draw_line(painter, line, f"{view.person} · Liaison. {view.note}", Type.SMALL, Ink.SOFT)
        if not self._foot:
            return
        top = self.height() - self._foot - pad / 2
        box = QRectF(pad, top, self.width() - 2 * pad, self._foot)
        draw_card(painter, box, radius=8)
        table = self._table()
        words = self.whole() or (NOTHING if table is not None and not table.rows else "")
        self._whole.lay(words, box.width() - 2 * pad)
        painter.setClipRect(box)
        self._whole.draw(painter, box.left() + pad, box.top() + theme.px(14))

    @property
    def key(self) -> int:
        """What the message in hand is confirmed by, 0 where there is nothing to confirm."""
        table = self._table()
        return self._key if table is not None and self._key in table.open else 0

    def _confirm(self) -> None:
        if self.key:
            self.confirmed.emit(self.key)

    def _foot_height(self, width: float) -> int:
        """Return the height that the longest row's words take, 0 where there are none to show."""
        table = self._table()
        longest = max(table.whole, key=len, default=NOTHING) if table is not None else ""
        if not longest:
            return 0
        high = self._whole.lay(longest, width) + theme.px(28)
        return round(min(max(high, theme.px(60)), self.height() * 0.4))

    def _picked(self) -> None:
        row, table = self.table.currentIndex().row(), self._table()
        self._key = table.keys[row] if table is not None and 0 <= row < len(table.keys) else 0
        self.table.setAccessibleDescription(self.whole())
        self.read.setVisible(bool(self.key))
        self.update()

    def _show(self) -> None:
        view, table = self.view, self._table()
        shown = view is not None and not self._calls_here
        if table is not None and (table.heads, table.rows) != (
            self.table.cells.heads,
            self.table.cells.rows,
        ):
            was = self._key
            self.table.fill(table.heads, table.rows, words=table.words, shares=table.shares)
            if was in table.keys:  # what is in hand stays, wherever its row has gone
                row = self.table.cells.index(table.keys.index(was), 0)
                self.table.setCurrentIndex(row)
        if view is None:
            self.table.fill(("",), ())
        self.read.setVisible(bool(self.key))
        for name, button in self.parts.items():
            button.kind = Kind.PRIMARY if name == self.part else Kind.PLAIN
            button.setAccessibleDescription(
                f"{button.key}, shown" if name == self.part else button.key
            )
            button.update()
        self.setAccessibleName(f"{view.practice}, to be read" if view else "")
        self.table.setAccessibleName(PARTS[self.part][0])
        self.setVisible(shown)
        if shown:
            self.raise_()
            self.place()
            self.keep_focus()
        self.update()

    def _table(self) -> Table | None:
        return None if self.view is None else getattr(self.view, self.part)
