"""The table of figures: a row for each practice, receptionist, hour or day; all together last."""

from textwrap import wrap
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from console.ui.columns import SlimBar
from console.ui.theme import Type, theme

NAME: Final = 168  # pixels at scale 1
LEAST: Final = 60  # of the other columns
LETTERS: Final = 9  # of a head, before it goes on beneath
Index = QModelIndex | QPersistentModelIndex
_TOP: Final = QModelIndex()


class FiguresModel(QAbstractTableModel):
    """The cells as they were last told."""

    def __init__(self) -> None:
        super().__init__()
        self.heads: tuple[str, ...] = ()
        self.rows: tuple[tuple[str, ...], ...] = ()

    def fill(self, heads: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> None:
        """Show other cells."""
        self.beginResetModel()
        self.heads, self.rows = heads, rows
        self.endResetModel()

    def rowCount(self, parent: Index = _TOP) -> int:  # noqa: N802
        """Return how many rows there are."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _TOP) -> int:  # noqa: N802
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(self.heads)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's head."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and not section:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.DisplayRole:
            return "\n".join(wrap(self.heads[section], LETTERS, break_long_words=False))
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's words; for a screen reader with its head."""
        cell = self.rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cell
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.heads[index.column()]} {cell}" if index.column() else cell
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column():
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole:
            whole = index.row() == len(self.rows) - 1 and self.rows[index.row()][0] == "All"
            return QFont(theme.font(Type.SMALL_STRONG if whole or not index.column()
                                    else Type.SMALL))  # fmt: skip
        return None


class FiguresTable(QTableView):
    """Arrows move; a letter is the page's."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.cells = FiguresModel()
        self.setModel(self.cells)
        self.setAccessibleName("Figures")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBar(SlimBar(self))
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        )
        self.restyle()

    def fill(self, heads: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> None:
        """Show other cells."""
        row = self.currentIndex().row()
        anew = heads != self.cells.heads
        self.cells.fill(heads, rows)
        self.place()
        if rows:
            at = 0 if anew or row < 0 else min(row, len(rows) - 1)
            self.setCurrentIndex(self.cells.index(at, 0))

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.setFont(theme.font(Type.SMALL))
        self.horizontalHeader().setFont(theme.font(Type.LABEL))
        self.horizontalHeader().setFixedHeight(theme.px(52))
        self.verticalHeader().setDefaultSectionSize(theme.px(30))
        self.place()

    def place(self) -> None:
        """Share the width out; in a narrow window the table is scrolled sideways."""
        count = len(self.cells.heads) - 1
        if count < 1:
            return
        room = self.viewport().width()
        each = max(theme.px(LEAST), (room - theme.px(NAME)) // count)
        self.setColumnWidth(0, max(theme.px(NAME), room - each * count))
        for column in range(1, count + 1):
            self.setColumnWidth(column, each)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Share the new width out."""
        super().resizeEvent(event)
        self.place()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Leave letters and digits to the page: Qt would look for a row that begins with it."""
        if event.text().strip():
            event.ignore()
        else:
            super().keyPressEvent(event)
