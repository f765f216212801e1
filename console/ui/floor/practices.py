"""The table of practices: those whose callers wait stand first."""

from typing import Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    Qt,
)
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from console.desk.floor.building import percent
from console.desk.floor.views import PracticeRow
from console.floor.thresholds import Level
from console.ui.clock import Clock
from console.ui.floor.inks import GROUND, MARK, ON_GROUND, lasted
from console.ui.painting import LEFT, RIGHT, draw_card, draw_focus, draw_line, text_width
from console.ui.tables import be_plain
from console.ui.theme import Ink, Type, colour, theme

HEADS: Final = (
    "Practice", "Waiting", "Longest", "In 20 s", "Calls today", "Abandoned", "Avg answer",
)  # fmt: skip
SHORT: Final = ("Practice", "Wait", "Longest", "In 20 s", "Calls", "Gave up", "Avg")  # when narrow
SHARES: Final = (0.28, 0.11, 0.13, 0.11, 0.13, 0.12, 0.12)  # of the width
LONGEST, SHARE = 2, 3
Index = QModelIndex | QPersistentModelIndex
_TOP: Final = QModelIndex()


class PracticeModel(QAbstractTableModel):
    """The rows as they were last told."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self.rows: tuple[PracticeRow, ...] = ()

    def fill(self, rows: tuple[PracticeRow, ...]) -> None:
        """Show other rows."""
        if len(rows) != len(self.rows):
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()
            return
        self.rows = rows
        if rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(HEADS) - 1))

    def level(self, row: PracticeRow) -> Level:
        """Judge how long the practice's callers have waited."""
        since = row.longest_since
        waited = None if since is None else self._clock().timestamp() - since
        return row.limits.wait(waited)

    def cell(self, row: PracticeRow, column: int) -> str:
        """Return a cell's words."""
        longest = lasted(row.longest_since, self._clock().timestamp())
        return (
            row.name,
            str(row.waiting),
            longest and MARK[self.level(row)] + longest,
            percent(row.share) if row.share is not None else "",
            str(row.calls),
            str(row.abandoned),
            lasted(0.0, row.average_s) if row.average_s is not None else "",
        )[column]

    def rowCount(self, parent: Index = _TOP) -> int:  # noqa: N802
        """Return how many practices there are."""
        return 0 if parent.isValid() else len(self.rows)

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
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.cell(self.rows[index.row()], index.column())
        return None


class PracticePainter(QStyledItemDelegate):
    """Draws a cell."""

    def __init__(self, parent: QWidget, model: PracticeModel) -> None:
        super().__init__(parent)
        self._model = model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw ground, words and the line beneath."""
        row, column = self._model.rows[index.row()], index.column()
        level = self._model.level(row)
        box = QRectF(option.rect)
        painter.fillRect(box, colour(GROUND[level]))
        painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1),
                         colour(Ink.HAIRLINE))  # fmt: skip
        ink, role = Ink.TEXT, Type.BODY
        if column == LONGEST:
            ink, role = ON_GROUND[level], Type.BODY_STRONG if level > Level.GOOD else role
        elif column == 0:
            role = Type.BODY_STRONG
        line = box.adjusted(theme.px(10), 0, -theme.px(10), 0)
        words = self._model.cell(row, column)
        draw_line(painter, line, words, role, ink, align=LEFT if column == 0 else RIGHT)
        state = option.state
        if state & QStyle.StateFlag.State_HasFocus:
            draw_focus(painter, box, 4)


class PracticeTable(QWidget):
    """The card with its heads; the rows scroll."""

    HEAD = 32
    ROW = 36

    def __init__(self, parent: QWidget, clock: Clock) -> None:
        super().__init__(parent)
        self.model = PracticeModel(clock)
        self.view = QTableView(self)
        self.view.setModel(self.model)
        self.view.setItemDelegate(PracticePainter(self.view, self.model))
        self.view.setAccessibleName("Practices")
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        be_plain(self.view)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.horizontalHeader().hide()

    def fill(self, rows: tuple[PracticeRow, ...]) -> None:
        """Show other rows."""
        self.model.fill(rows)

    def natural_height(self) -> int:
        """Return the height at which every row is in sight."""
        return theme.px(self.HEAD) + theme.px(self.ROW) * len(self.model.rows) + 2

    def place(self) -> None:
        """Share the width out among the columns."""
        head = theme.px(self.HEAD)
        self.view.setGeometry(1, head, self.width() - 2, self.height() - head - 1)
        self.view.verticalHeader().setDefaultSectionSize(theme.px(self.ROW))
        for column, (left, right) in enumerate(self._columns()):
            self.view.setColumnWidth(column, right - left)

    def _columns(self) -> list[tuple[int, int]]:
        width, left, found = self.view.viewport().width(), 0.0, []
        for share in SHARES:
            found.append((round(left), round(left + share * width)))
            left += share * width
        return found

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Keep the columns in the card."""
        self.place()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the card and its heads."""
        painter = QPainter(self)
        draw_card(painter, QRectF(self.rect()))
        head = theme.px(self.HEAD)
        painter.fillRect(QRectF(1, head - 1, self.width() - 2, 1), colour(Ink.LINE))
        for column, (left, right) in enumerate(self._columns()):
            line = QRectF(1 + left + theme.px(10), 0, right - left - theme.px(20), head)
            align = RIGHT if column else LEFT
            fits = text_width(Type.HEAD, HEADS[column]) <= line.width()
            words = HEADS[column] if fits else SHORT[column]
            draw_line(painter, line, words, Type.HEAD, Ink.SOFT, align=align)
