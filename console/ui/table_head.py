"""Column heads as the rest of the window is drawn: words, and a line beneath, no frame."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from console.ui.theme import Ink, colour, theme


class FlatHead(QHeaderView):
    """The heads of a table's columns, aligned as its model says, in lines where they have some."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setHighlightSections(False)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:  # noqa: N802
        """Draw one head."""
        painter.fillRect(rect, colour(Ink.CARD))
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, colour(Ink.LINE))
        model, role = self.model(), Qt.ItemDataRole.TextAlignmentRole
        told = model.headerData(section, Qt.Orientation.Horizontal, role)
        align = self.defaultAlignment() if told is None else Qt.AlignmentFlag(told)
        words = model.headerData(section, Qt.Orientation.Horizontal)
        painter.setFont(self.font())
        painter.setPen(colour(Ink.SOFT))
        pad = theme.px(3)
        left = pad if align & Qt.AlignmentFlag.AlignLeft else 0
        painter.drawText(rect.adjusted(left, 0, -pad, 0), int(align), str(words or ""))
