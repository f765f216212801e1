"""What the long lists share: rows gone through by keys, and the filters above them."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, Protocol

from PySide6.QtCore import QAbstractItemModel, QEvent, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from console.ui.edits import draw_edge
from console.ui.painting import draw_line
from console.ui.sheets.base import label
from console.ui.tables import be_rows
from console.ui.theme import Ink, Type, theme

_MOVES: Final = frozenset({Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})


class Choice(Protocol):
    """Something a filter offers."""

    @property
    def code(self) -> str:
        """What is asked with."""

    @property
    def label(self) -> str:
        """What is read."""


class RowList(QTableView):
    """Rows of one height. Up, Down, Page Up, Page Down, Home and End move; Tab leaves it."""

    ROW = 28  # at scale 1

    def __init__(self, parent: QWidget, model: QAbstractItemModel, name: str) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setAccessibleName(name)
        be_rows(self)
        self.setWordWrap(False)
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.setFont(theme.font(Type.SMALL))
        self.horizontalHeader().setFont(theme.font(Type.SMALL_STRONG))
        self.verticalHeader().setDefaultSectionSize(theme.px(self.ROW))

    def event(self, event: QEvent) -> bool:
        """Keep Page Up and Page Down from the form beneath."""
        is_move = isinstance(event, QKeyEvent) and event.key() in _MOVES
        if is_move and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Home and End go to the first and the last row, not to the row's ends."""
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


class Filters(QHBoxLayout):
    """Filters side by side; `chosen` is told of what a person chose, and of nothing else."""

    def __init__(
        self,
        parent: QWidget,
        names: Iterable[tuple[str, str]],
        chosen: Callable[[dict[str, str]], object],
    ) -> None:
        super().__init__()
        self.boxes: dict[str, QComboBox] = {}
        self._chosen = chosen
        self._filling = False
        self.setSpacing(theme.px(10))
        for name, words in names:
            self.addLayout(self._make(parent, name, words))

    def fill(self, picks: Iterable[Sequence[Choice]], asked: object) -> None:
        """Offer choices, in the filters' order, with those chosen that `asked` has by name."""
        self._filling = True
        for (name, combo), choices in zip(self.boxes.items(), picks, strict=True):
            codes = [choice.code for choice in choices]
            if [combo.itemData(row) for row in range(combo.count())] != codes:
                combo.clear()
                for choice in choices:
                    combo.addItem(choice.label, choice.code)
            combo.setCurrentIndex(max(0, combo.findData(str(getattr(asked, name)))))
        self._filling = False

    def _make(self, parent: QWidget, name: str, words: str) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(theme.px(4))
        column.addWidget(label(words, Type.LABEL, Ink.LABEL, parent))
        combo = self.boxes[name] = FilterBox(parent)
        combo.setAccessibleName(words)
        combo.setMinimumHeight(theme.px(34))
        combo.setFont(theme.font(Type.BODY))
        combo.setMaxVisibleItems(16)
        combo.currentIndexChanged.connect(self._tell)
        column.addWidget(combo)
        return column

    def _tell(self, _index: int) -> None:
        if not self._filling:
            self._chosen({name: str(box.currentData() or "") for name, box in self.boxes.items()})
