"""The entries found, as a table that reads only what is looked at.

A hundred thousand rows have a number each and nothing else until they come into sight; a page of
them is then asked for once, and the pages looked at last are kept.
"""

from collections import OrderedDict
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from console.desk.auditing.port import PAGE, AuditLine

HEADS: Final = ("When", "Who", "Did", "To what", "Practice", "Desk")
KEPT: Final = 20  # pages
_WAITING: Final = "…"

Index = QModelIndex | QPersistentModelIndex
_TOP: Final = QModelIndex()


class AuditModel(QAbstractTableModel):
    """`wanted` asks for the page that begins at a row."""

    wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._count = 0
        self._pages: OrderedDict[int, tuple[AuditLine, ...]] = OrderedDict()
        self._asked: set[int] = set()

    def begin(self, count: int) -> None:
        """Show another so many entries."""
        self.beginResetModel()
        self._count = count
        self._pages.clear()
        self._asked.clear()
        self.endResetModel()

    def take(self, first: int, lines: tuple[AuditLine, ...]) -> None:
        """Take a page that was asked for."""
        self._asked.discard(first)
        self._pages[first] = lines
        while len(self._pages) > KEPT:
            self._pages.popitem(last=False)
        last = min(first + len(lines), self._count) - 1
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(HEADS) - 1))

    def line(self, row: int) -> AuditLine | None:
        """Return a row's entry; None while it is being read."""
        first = row - row % PAGE
        page = self._pages.get(first)
        if page is not None:
            self._pages.move_to_end(first)
            return page[row - first] if row - first < len(page) else None
        if first not in self._asked:
            self._asked.add(first)
            self.wanted.emit(first)
        return None

    def rowCount(self, parent: Index = _TOP) -> int:  # noqa: N802
        """Return how many entries there are."""
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = _TOP) -> int:  # noqa: N802
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(HEADS)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's head."""
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return HEADS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's words."""
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        line = self.line(index.row())
        if line is None:
            return _WAITING if index.column() == 0 else ""
        cells = (line.when, line.person, line.did, line.what, line.practice, line.desk)
        return cells[index.column()]
