"""The board's rows as a table: as many as have been read, and more when somebody gets that far."""

from datetime import datetime
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from console.desk.board.port import BoardLine, Tone
from console.ui.clock import Clock
from console.ui.theme import Ink, Type, theme

HEADS: Final = ("", "What", "Practice", "Owner", "Open for", "Touched", "Next")
MARKS: Final = {
    Tone.URGENT: "▲",
    Tone.UNDELIVERED: "✕",
    Tone.OVERDUE: "●",
    Tone.HELD: "‖",
    Tone.PLAIN: "",
}
_INKS: Final = {
    Tone.URGENT: Ink.RED_TEXT,
    Tone.UNDELIVERED: Ink.RED_TEXT,
    Tone.OVERDUE: Ink.AMBER_TEXT,
    Tone.HELD: Ink.SOFT,
    Tone.PLAIN: Ink.TEXT,
}
NOBODY: Final = "Nobody"
_TIMES: Final = (4, 6)  # the columns that move with the clock

Index = QModelIndex | QPersistentModelIndex
_TOP: Final = QModelIndex()


class BoardModel(QAbstractTableModel):
    """`wanted` asks for more rows than there are."""

    wanted = Signal()

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._more = False
        self._asked = False
        self.lines: tuple[BoardLine, ...] = ()

    def take(self, lines: tuple[BoardLine, ...], *, more: bool) -> None:
        """Show these. Where the same rows stand in the same places only their words change, and
        rows that come after them are added: nothing jumps under a hand."""
        keys, old = [line.key for line in lines], [line.key for line in self.lines]
        self._more, self._asked = more, False
        if keys[: len(old)] != old:
            self.beginResetModel()
            self.lines = lines
            self.endResetModel()
            return
        if len(keys) > len(old):
            self.beginInsertRows(_TOP, len(old), len(keys) - 1)
            self.lines = lines
            self.endInsertRows()
        else:
            self.lines = lines
        if old:
            self.dataChanged.emit(self.index(0, 0), self.index(len(old) - 1, len(HEADS) - 1))

    def tick(self) -> None:
        """Move the running times on."""
        for column in _TIMES if self.lines else ():
            last = self.index(len(self.lines) - 1, column)
            self.dataChanged.emit(self.index(0, column), last)

    def canFetchMore(self, parent: Index) -> bool:  # noqa: N802
        """Tell whether there are rows that have not been read."""
        return not parent.isValid() and self._more and not self._asked

    def fetchMore(self, parent: Index) -> None:  # noqa: N802
        """Ask for the next page, once."""
        if self.canFetchMore(parent):
            self._asked = True
            self.wanted.emit()

    def rowCount(self, parent: Index = _TOP) -> int:  # noqa: N802
        """Return how many rows have been read."""
        return 0 if parent.isValid() else len(self.lines)

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
        """Return a cell's words, its colour and its weight."""
        line = self.lines[index.row()]
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cells(line)[column]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(cell for cell in self.cells(line) if cell) if column == 0 else None
        if role == Qt.ItemDataRole.ForegroundRole and (column == 0 or line.tone is Tone.HELD):
            return _INKS[line.tone].colour
        if role == Qt.ItemDataRole.FontRole and (
            column < 2 or (column == 3 and line.owner == NOBODY and line.tone is Tone.URGENT)
        ):
            return theme.font(Type.SMALL_STRONG)
        return None

    def cells(self, line: BoardLine) -> tuple[str, ...]:
        """Return a row's words."""
        now = self._clock()
        mark = f"{MARKS[line.tone]} {line.tone}".strip()
        touched = f"{span(line.touched_at, now)} ago" if line.touched_by else "Never"
        what = f"{line.what} · {line.detail}" if line.detail else line.what
        return (mark, what, line.practice, line.owner, span(line.since, now), touched,
                coming(line, now))  # fmt: skip


def coming(line: BoardLine, now: datetime) -> str:
    """Return what comes next and in how long; overdue is said so."""
    if line.next_at is None:
        return line.next
    if line.next_at <= now:
        return f"{line.next}: {span(line.next_at, now)} overdue"
    return f"{line.next} in {span(now, line.next_at, short=True)}"


def span(start: datetime, end: datetime, *, short: bool = False) -> str:
    """Return a length of time: "45 s", "12 min", "3 h 05", "2 days"; minutes and seconds under an
    hour where it is `short`."""
    seconds = max(0, int((end - start).total_seconds()))
    minutes, rest = divmod(seconds, 60)
    if short and minutes < 60:
        return f"{minutes}:{rest:02}"
    if minutes < 1:
        return f"{rest} s"
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes:02}"
    days = hours // 24
    return "1 day" if days == 1 else f"{days} days"
