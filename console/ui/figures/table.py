"""The table of the reports: figures, or calls; words stand at the left, numbers at the right."""

from textwrap import wrap
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QTableView, QWidget

from console.ui.table_head import FlatHead
from console.ui.tables import be_rows
from console.ui.theme import Type, theme

NAME: Final = 168  # pixels at scale 1
LEAST: Final = 60  # of the other columns
LETTERS: Final = 9  # of a head, before it goes on beneath
LETTER: Final = 7.0  # pixels one of them takes
LINE: Final = 15
Index = QModelIndex | QPersistentModelIndex
_TOP: Final = QModelIndex()


class FiguresModel(QAbstractTableModel):
    """The cells as they were last told."""

    def __init__(self) -> None:
        super().__init__()
        self.words = 1  # columns of words, from the left
        self.letters = LETTERS
        self.heads: tuple[str, ...] = ()
        self.rows: tuple[tuple[str, ...], ...] = ()

    def fill(self, heads: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> None:
        """Show other cells."""
        self.beginResetModel()
        self.heads, self.rows = heads, rows
        self.endResetModel()

    def head_lines(self, section: int) -> list[str]:
        """Return a column's head in lines as long as the column is wide."""
        return wrap(self.heads[section], self.letters, break_long_words=False)

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
        if role == Qt.ItemDataRole.TextAlignmentRole and section < self.words:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.DisplayRole:
            return "\n".join(self.head_lines(section))
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's words; for a screen reader with its head."""
        cell = self.rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cell
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.heads[index.column()]} {cell}" if index.column() else cell
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() >= self.words:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole:
            whole = index.row() == len(self.rows) - 1 and self.rows[index.row()][0] == "All"
            return QFont(theme.font(Type.SMALL_STRONG if whole or not index.column()
                                    else Type.SMALL))  # fmt: skip
        return None


class FiguresTable(QTableView):
    """Arrows move; a letter is the page's. `picked` tells the row in hand, -1 for none."""

    picked = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shares: tuple[int, ...] = ()
        self.cells = FiguresModel()
        self.setModel(self.cells)
        self.setAccessibleName("Figures")
        be_rows(self)
        self.setWordWrap(False)
        self.setHorizontalHeader(FlatHead(self))
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        )
        self.restyle()

    def fill(
        self,
        heads: tuple[str, ...],
        rows: tuple[tuple[str, ...], ...],
        *,
        words: int = 1,
        shares: tuple[int, ...] = (),
    ) -> None:
        """Show other cells; `words` columns from the left are text, `shares` the columns' parts of
        the width where they are not alike."""
        row = self.currentIndex().row()
        anew = heads != self.cells.heads
        self.cells.words, self._shares = words, shares
        self.cells.fill(heads, rows)
        self.place()
        if rows:
            at = 0 if anew or row < 0 else min(row, len(rows) - 1)
            self.setCurrentIndex(self.cells.index(at, 0))
        self.picked.emit(self.currentIndex().row())

    def currentChanged(self, index: Index, before: Index) -> None:  # noqa: N802
        """Tell which row is in hand."""
        super().currentChanged(index, before)
        if index.row() != before.row() and index.isValid():
            self.picked.emit(index.row())

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.setFont(theme.font(Type.SMALL))
        self.horizontalHeader().setFont(theme.font(Type.CAP))
        self.verticalHeader().setDefaultSectionSize(theme.px(30))
        self.place()

    def place(self) -> None:
        """Share the width out; in a narrow window the table is scrolled sideways."""
        count = len(self.cells.heads) - 1
        if count < 1:
            return
        room = self.viewport().width()
        alike = max(theme.px(LEAST), (room - theme.px(NAME)) // count)
        self.cells.letters = max(LETTERS, int(alike / theme.px(LETTER)))
        lines = max(len(self.cells.head_lines(column)) for column in range(count + 1))
        self.horizontalHeader().setFixedHeight(theme.px(LINE) * lines + theme.px(9))
        if self._shares:
            whole = sum(self._shares)
            for column, share in enumerate(self._shares):
                self.setColumnWidth(column, max(theme.px(46), room * share // whole))
            return
        self.setColumnWidth(0, max(theme.px(NAME), room - alike * count))
        for column in range(1, count + 1):
            self.setColumnWidth(column, alike)

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
