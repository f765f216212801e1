"""The sheet behind Ctrl+F: who is looked for, the callers who fit, and what came of one's calls."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from console.desk.callers.port import CallersPort, HistoryView, SearchView, Typed
from console.ui.controls import ENTER, KeyButton, Kind
from console.ui.edits import LineEdit
from console.ui.listing import FilterBox
from console.ui.sheets.base import Sheet, label
from console.ui.tables import be_rows
from console.ui.theme import Ink, Type, theme

FIELDS: Final = (
    ("name", "Name", "First and last name"),
    ("number", "Number", "(515) 555-0100"),
    ("born", "Birth date", "05/04/1979"),
)
HEADS: Final = ("Name", "Number", "Born", "Calls", "Last call")
SHARES: Final = (0.34, 0.2, 0.15, 0.08, 0.23)
ITEM_HEADS: Final = ("When", "What came of it", "In short")
ITEM_SHARES: Final = (0.17, 0.18, 0.65)


class Rows(QTableWidget):
    """Rows gone through by keys; Enter opens one, letters are the sheet's."""

    opened = Signal()
    ROW = 32

    def __init__(self, parent: QWidget, heads: tuple[str, ...], shares: tuple[float, ...]) -> None:
        super().__init__(0, len(heads), parent)
        self._shares = shares
        self.setHorizontalHeaderLabels(heads)
        be_rows(self)
        self.setWordWrap(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        self.cellDoubleClicked.connect(lambda *_: self.opened.emit())
        self.restyle()

    def fill(self, rows: tuple[tuple[str, ...], ...], at: int = 0) -> None:
        """Show these, with one of them in hand."""
        self.setRowCount(len(rows))
        for row, cells in enumerate(rows):
            for column, words in enumerate(cells):
                item = QTableWidgetItem(words)
                item.setToolTip(words)
                self.setItem(row, column, item)
        if rows:
            self.setCurrentCell(min(max(0, at), len(rows) - 1), 0)

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.setFont(theme.font(Type.SMALL))
        self.horizontalHeader().setFont(theme.font(Type.SMALL_STRONG))
        self.verticalHeader().setDefaultSectionSize(theme.px(self.ROW))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Share the width out."""
        super().resizeEvent(event)
        for column, share in enumerate(self._shares[:-1]):
            self.setColumnWidth(column, int(self.viewport().width() * share))

    def event(self, event: QEvent) -> bool:
        """Keep Page Up and Page Down from the form beneath."""
        moves = (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in moves
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter opens, Home and End go to the first and the last row, letters go to the sheet."""
        rows = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: self.rowCount() - 1}
        row = rows.get(Qt.Key(event.key()))
        if event.key() in ENTER:
            self.opened.emit()
        elif row is not None and self.rowCount():
            self.setCurrentCell(row, 0)
        elif event.text().strip():
            event.ignore()
        else:
            super().keyPressEvent(event)


class CallersSheet(Sheet):
    """Asks the desk for who fits what was typed; nothing is shown that it has not told."""

    WIDTH = 980
    HIGH = 640

    def __init__(self, parent: QWidget, callers: CallersPort) -> None:
        super().__init__(parent, "Find a caller")
        self._callers = callers
        self.view: SearchView | None = None
        self.work = QWidget(self)
        work = QVBoxLayout(self.work)
        work.setContentsMargins(0, 0, 0, 0)
        work.setSpacing(theme.px(8))
        work.addLayout(self._make_fields())
        self.problem = label("", Type.BODY_STRONG, Ink.RED_TEXT, self.work)
        self.note = label("", Type.SMALL, Ink.SOFT, self.work)
        self.list = Rows(self.work, HEADS, SHARES)
        self.list.setAccessibleName("Callers who fit")
        self.list.opened.connect(self._open)
        for each in (self.problem, self.note):
            work.addWidget(each)
        work.addWidget(self.list, 1)
        self.column.addWidget(self.work, 1)
        self.history = QWidget(self)
        self.column.addWidget(self.history, 1)
        self._make_history()
        self.history.hide()
        callers.history_changed.connect(self.show_history)

    def fill(self, view: SearchView) -> None:
        """Show the search as it stands; once it has found somebody the first is in hand."""
        new = self.view is None
        self.view = view
        codes = [pick.code for pick in view.practices]
        if [self.practice.itemData(row) for row in range(self.practice.count())] != codes:
            self.practice.clear()
            for pick in view.practices:
                self.practice.addItem(pick.label, pick.code)
        self.practice.setCurrentIndex(max(0, self.practice.findData(view.typed.practice)))
        for name, edit in self.edits.items():
            if new or not view.searched:
                edit.setText(getattr(view.typed, name))
            edit.wrong = name == view.wrong
            edit.setAccessibleDescription(view.problem if edit.wrong else "")
            edit.update()
        self.problem.setText(f"✕ {view.problem}" if view.problem else "")
        self.problem.setVisible(bool(view.problem))
        self.note.setText(view.note)
        self.note.setVisible(bool(view.note))
        self.list.fill(tuple(line.cells for line in view.lines))
        self.list.setVisible(bool(view.lines))
        if self.isVisible():
            self.first_stop().setFocus(Qt.FocusReason.OtherFocusReason)

    def empty(self) -> None:
        """Let go of whoever was looked for and found."""
        self.view = None
        for edit in self.edits.values():
            edit.clear()
        self.list.fill(())
        self.items.fill(())

    def show_history(self, view: HistoryView | None) -> None:
        """Show what came of one's calls in the place of the callers; None goes back."""
        self.history.setVisible(view is not None)
        self.work.setVisible(view is None)
        if view is not None:
            self.who.setText(view.title)
            self.summary.setText(view.summary)
            self.items.fill(tuple((item.when, item.title, item.detail) for item in view.items))
            self._read_item()
            self.items.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.isVisible():
            self.items.fill(())
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave_one(self) -> bool:
        """Go back from a history; tell whether there was one."""
        if self.history.isHidden():
            return False
        self._callers.leave_history()
        return True

    def first_stop(self) -> QWidget:
        """Start in the field that is wrong, the list when it has anybody, else with the name."""
        view = self.view
        if view is not None and view.wrong:
            return self.edits[view.wrong]
        return self.list if view is not None and view.lines else self.edits["name"]

    def press_key(self, text: str) -> bool:  # noqa: ARG002 - everything is typed here
        """Hear no single keys."""
        return False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Down goes from a field into the list."""
        down = (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Down
        )
        if down and watched in self.edits.values() and self.list.rowCount():
            self.list.setFocus(Qt.FocusReason.TabFocusReason)
            return True
        return super().eventFilter(watched, event)

    def restyle(self) -> None:
        """Take over a changed text size."""
        super().restyle()
        for rows in self.findChildren(Rows):
            rows.restyle()

    def _make_fields(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(10))
        grid.setVerticalSpacing(theme.px(4))
        grid.addWidget(label("Practice", Type.LABEL, Ink.LABEL, self.work), 0, 0, 1, 4)
        self.practice = FilterBox(self.work)
        self.practice.setAccessibleName("Practice")
        self.practice.setMinimumHeight(theme.px(38))
        self.practice.setMaxVisibleItems(16)
        grid.addWidget(self.practice, 1, 0, 1, 4)
        self.edits: dict[str, LineEdit] = {}
        for column, (name, words, hint) in enumerate(FIELDS):
            edit = self.edits[name] = LineEdit(self.work)
            edit.setAccessibleName(words)
            edit.setPlaceholderText(hint)
            edit.setMinimumHeight(theme.px(38))
            edit.entered.connect(self._search)
            edit.installEventFilter(self)
            grid.addWidget(label(words, Type.LABEL, Ink.LABEL, self.work), 2, column)
            grid.addWidget(edit, 3, column)
            grid.setColumnStretch(column, 5 if name == "name" else 3)
        self.go = KeyButton(Kind.GO, "Find", "Enter", self.work)
        self.go.clicked.connect(self._search)
        grid.addWidget(self.go, 3, len(FIELDS))
        return grid

    def _make_history(self) -> None:
        column = QVBoxLayout(self.history)
        column.setContentsMargins(0, 0, 0, 0)
        self.who = label("", Type.BODY_STRONG, Ink.TEXT, self.history)
        self.summary = label("", Type.SMALL, Ink.SOFT, self.history)
        self.items = Rows(self.history, ITEM_HEADS, ITEM_SHARES)
        self.items.setAccessibleName("What came of their calls")
        self.items.currentCellChanged.connect(lambda *_: self._read_item())
        self.whole = label("", Type.BODY, Ink.TEXT, self.history)
        for each in (self.who, self.summary):
            column.addWidget(each)
        column.addWidget(self.items, 1)
        column.addWidget(self.whole)
        foot = QHBoxLayout()
        self.back = KeyButton(Kind.PLAIN, "Back to the callers", "Esc", self.history)
        self.back.clicked.connect(self.leave_one)
        foot.addWidget(self.back)
        foot.addStretch(1)
        column.addLayout(foot)

    def _read_item(self) -> None:
        row = self.items.currentRow()
        cell = self.items.item(row, len(ITEM_HEADS) - 1) if row >= 0 else None
        self.whole.setText(cell.text() if cell is not None else "")

    def _search(self) -> None:
        said = {name: edit.text() for name, edit in self.edits.items()}
        self._callers.search(Typed(str(self.practice.currentData() or ""), **said))

    def _open(self) -> None:
        if self.list.currentRow() >= 0:
            self._callers.open_history(self.list.currentRow())
