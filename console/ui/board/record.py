"""An item's time-line, to be read with the arrows and written into a file."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from console.desk.board.port import RecordView
from console.ui.controls import KeyButton, Kind
from console.ui.sheets.base import label
from console.ui.tables import be_rows
from console.ui.theme import Ink, Type, theme

HEADS = ("When", "What", "Answer")
WIDTHS = (140, 520)  # of all columns but the last, at scale 1


class Lines(QTableWidget):
    """What happened, a line each; letters are the sheet's."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Let the sheet hear its single keys."""
        if event.text().strip():
            event.ignore()
        else:
            super().keyPressEvent(event)


class RecordPane(QWidget):
    """The time-line in the place of the board's rows."""

    exported = Signal(str)  # "text" or "json"
    reviewed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.title = label("", Type.BODY_STRONG, Ink.TEXT, self)
        self.summary = label("", Type.SMALL, Ink.TEXT, self)
        self.list = self._make_list()
        for each in (self.title, self.summary):
            column.addWidget(each)
        column.addWidget(self.list, 1)
        foot = QHBoxLayout()
        self.as_text = KeyButton(Kind.PLAIN, "Write as text", "W", self)
        self.as_json = KeyButton(Kind.PLAIN, "Write as JSON", "J", self)
        self.as_text.clicked.connect(lambda: self.exported.emit("text"))
        self.as_json.clicked.connect(lambda: self.exported.emit("json"))
        self.review = KeyButton(Kind.PLAIN, "Have the call reviewed", "V", self)
        self.review.clicked.connect(self.reviewed)
        self.hint = label("Esc goes back to the rows", Type.TINY, Ink.HINT, self)
        for widget in (self.as_text, self.as_json, self.review, self.hint):
            foot.addWidget(widget)
        foot.addStretch(1)
        column.addLayout(foot)

    def _make_list(self) -> QTableWidget:
        made = Lines(0, len(HEADS), self)
        made.setHorizontalHeaderLabels(HEADS)
        made.setAccessibleName("Time-line")
        be_rows(made)
        made.horizontalHeader().setStretchLastSection(True)
        made.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        return made

    def fill(self, view: RecordView) -> None:
        """Show a time-line."""
        self.title.setText(view.title)
        self.summary.setText(view.summary)
        self.list.setRowCount(len(view.lines))
        for row, cells in enumerate(view.lines):
            for column, words in enumerate(cells):
                self.list.setItem(row, column, QTableWidgetItem(words))
        if view.lines:
            self.list.setCurrentCell(0, 0)
        for button in (self.as_text, self.as_json):
            button.setVisible(view.may_export)
        self.review.setVisible(view.may_review)
        self.restyle()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.list.setFont(theme.font(Type.SMALL))
        self.list.horizontalHeader().setFont(theme.font(Type.SMALL_STRONG))
        self.list.verticalHeader().setDefaultSectionSize(theme.px(28))
        for column, width in enumerate(WIDTHS):
            self.list.setColumnWidth(column, theme.px(width))
