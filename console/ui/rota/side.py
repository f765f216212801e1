"""The left of the rota's page: the practices, each with what is wrong in its next hours."""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from console.desk.practices.views import PracticeLine
from console.ui.edits import LineEdit
from console.ui.painting import draw_line
from console.ui.practices.side import Rows
from console.ui.theme import Ink, Type, colour, theme


class RotaSide(QWidget):
    """`searched` is what was typed, `chosen` a practice's id."""

    searched = Signal(str)
    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._practice = ""
        self.search = LineEdit(self, "Ctrl+K")
        self.search.setPlaceholderText("Find a practice")
        self.search.setAccessibleName("Find a practice")
        self.search.textEdited.connect(self.searched)
        self.search.entered.connect(self._choose_first)
        self.rows = Rows(self, "Practices")
        self.rows.chosen.connect(self.chosen)

    def fill(self, lines: tuple[PracticeLine, ...]) -> None:
        """Show these practices."""
        for row, line in zip(self.rows.take(len(lines)), lines, strict=True):
            row.fill_practice(line)
        self.show_practice(self._practice)
        self.rows.arrange()

    def show_practice(self, practice: str) -> None:
        """Show which of them is laid out."""
        self._practice = practice
        for row in self.rows.rows:
            here = row.code == practice
            if row.current != here:
                row.current = here
                row.setAccessibleDescription("shown" if here else "")
                row.update()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.place()

    def place(self) -> None:
        """Put search and rows where they belong."""
        pad = theme.px(16)
        inner = self.width() - 2 * pad
        self.search.setGeometry(pad, theme.px(40), inner, theme.px(36))
        top = theme.px(88)
        self.rows.setGeometry(pad, top, inner + theme.px(8), self.height() - top)
        self.rows.arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Fit everything."""
        self.place()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the heading."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(Ink.SIDE))
        line = QRectF(theme.px(16), theme.px(14), self.width(), theme.px(18))
        draw_line(painter, line, "Rotas", Type.HEAD, Ink.SOFT)

    def _choose_first(self) -> None:
        first = next((row for row in self.rows.rows if not row.isHidden()), None)
        if first is not None:
            self.chosen.emit(first.code)
