"""The audit's sheet: four filters, how many entries fit, and the list of them."""

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from console.desk.auditing.port import Asked, AuditPort, AuditView, Pick
from console.ui.audit.model import AuditModel
from console.ui.columns import SlimBar
from console.ui.edits import draw_edge
from console.ui.painting import draw_line
from console.ui.sheets.base import Sheet, label
from console.ui.theme import Ink, Type, theme

FILTERS = (("person", "Who"), ("practice", "Practice"), ("event", "Did"), ("day", "Day"))
_MOVES = frozenset({Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})
WIDTHS = (150, 150, 120, 190, 190)  # of all columns but the last, at scale 1


class AuditList(QTableView):
    """The entries. Up, Down, Page Up, Page Down, Home and End move; Tab leaves it."""

    def __init__(self, parent: QWidget, model: AuditModel) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setAccessibleName("Entries of the audit")
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
        # Fixed: Qt would ask every row for its height.
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        self.restyle()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.setFont(theme.font(Type.SMALL))
        self.horizontalHeader().setFont(theme.font(Type.SMALL_STRONG))
        self.verticalHeader().setDefaultSectionSize(theme.px(28))
        for column, width in enumerate(WIDTHS):
            self.setColumnWidth(column, theme.px(width))

    def event(self, event: QEvent) -> bool:
        """Keep Page Up and Page Down from the form beneath."""
        is_move = isinstance(event, QKeyEvent) and event.key() in _MOVES
        if is_move and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Home and End go to the first and the last entry, not to the row's ends."""
        last = self.model().rowCount() - 1
        rows = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: last}
        row = rows.get(Qt.Key(event.key()))
        if row is None or last < 0:
            super().keyPressEvent(event)
        else:
            self.setCurrentIndex(self.model().index(row, 0))


class FilterBox(QComboBox):
    """A filter, drawn like the window's other fields."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the edge, the choice and the mark of a list."""
        painter = QPainter(self)
        box = QRectF(self.rect())
        draw_edge(painter, box, focus=self.hasFocus(), wrong=False)
        line = box.adjusted(theme.px(11), 0, -theme.px(26), 0)
        draw_line(painter, line, self.currentText(), Type.BODY, Ink.TEXT)
        mark = QRectF(box.right() - theme.px(24), 0, theme.px(18), box.height())
        draw_line(painter, mark, "▾", Type.BODY, Ink.SOFT)


class AuditSheet(Sheet):
    """Asks the desk for what the filters say; nothing is shown that it has not told."""

    WIDTH = 1180

    def __init__(self, parent: QWidget, audit: AuditPort) -> None:
        super().__init__(parent, "Audit")
        self._audit = audit
        self._filling = False
        self.filters: dict[str, QComboBox] = {}
        row = QHBoxLayout()
        row.setSpacing(theme.px(10))
        for name, words in FILTERS:
            row.addLayout(self._filter(name, words))
        self.column.addLayout(row)
        self.count = label("", Type.SMALL, Ink.SOFT, self)
        self.column.addWidget(self.count)
        self.model = AuditModel()
        self.model.wanted.connect(audit.read_page)
        self.list = AuditList(self, self.model)
        self.column.addWidget(self.list, 1)
        audit.page_read.connect(self.model.take)

    def fill(self, view: AuditView) -> None:
        """Show what was found."""
        self._filling = True
        picks = (view.people, view.practices, view.events, view.days)
        for (name, _), choices in zip(FILTERS, picks, strict=True):
            _offer(self.filters[name], choices, str(getattr(view.asked, name)))
        self._filling = False
        many = "1 entry" if view.count == 1 else f"{view.count:,} entries"
        self.count.setText(f"{many}, the newest first. That it was read is on record as well.")
        self.model.begin(view.count)
        if view.count:
            self.list.setCurrentIndex(self.model.index(0, 0))

    def fit(self, area: QRectF) -> None:
        """Take all the room there is."""
        width = min(theme.px(self.WIDTH), int(area.width()) - 32)
        left = area.left() + (area.width() - width) / 2
        high = int(area.height()) - 32
        self.setGeometry(round(left), round(area.top()) + 16, width, high)
        self.place_close()

    def first_stop(self) -> QWidget:
        """Start in the list."""
        return self.list

    def _filter(self, name: str, words: str) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(theme.px(4))
        column.addWidget(label(words, Type.LABEL, Ink.LABEL, self))
        combo = FilterBox(self)
        combo.setAccessibleName(words)
        combo.setMinimumHeight(theme.px(34))
        combo.setFont(theme.font(Type.BODY))
        combo.setMaxVisibleItems(16)
        combo.currentIndexChanged.connect(self._ask)
        self.filters[name] = combo
        column.addWidget(combo)
        return column

    def _ask(self, _index: int) -> None:
        if not self._filling:
            chosen = {name: str(combo.currentData() or "") for name, combo in self.filters.items()}
            self._audit.ask(Asked(**chosen))


def _offer(combo: QComboBox, choices: tuple[Pick, ...], chosen: str) -> None:
    """Offer choices, where they are not offered already, with one chosen."""
    if [combo.itemData(row) for row in range(combo.count())] != [each.code for each in choices]:
        combo.clear()
        for each in choices:
            combo.addItem(each.label, each.code)
    combo.setCurrentIndex(max(0, combo.findData(chosen)))
