"""The sheet behind Alt+W: a patient is put on the waiting list, or taken off it."""

from itertools import pairwise
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from console.desk.waiting.views import CHOICES, LINES, WaitingView
from console.ui.controls import ENTER, KeyButton, Kind
from console.ui.edits import LineEdit
from console.ui.listing import FilterBox
from console.ui.sheets.base import Sheet, WideButton, label
from console.ui.theme import Ink, Type, theme

LABELS: Final = {
    "patient": "Patient",
    "number": "Callback number",
    "birth_date": "Birth date",
    "wishes": "In their words, what else matters",
    "kind": "Kind of visit",
    "provider": "With whom",
    "part": "When they can come",
    "until": "For how long they wait",
}
_ORDER: Final = (  # two to a row
    "patient", "birth_date", "number", "kind", "provider", "part", "until", "wishes"
)  # fmt: skip
POOL: Final = 3  # who stand on it already and are shown


class WaitingSheet(Sheet):
    """Filled when it opens, and told what is wrong; it writes nothing itself."""

    saved = Signal(dict)
    taken_off = Signal(str)
    WIDTH = 720

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Put on the waiting list")
        self.view: WaitingView | None = None
        self.practice = label("", Type.BODY_STRONG, Ink.TEXT, self)
        self.column.addWidget(self.practice)
        self.edits = {name: LineEdit(self) for name in LINES}
        self.boxes = {name: FilterBox(self) for name in CHOICES}
        self.notes = {name: label("", Type.SMALL, Ink.RED_TEXT, self) for name in LINES}
        self.heads: dict[str, QLabel] = {}
        for first in range(0, len(_ORDER), 2):
            self._add_row(_ORDER[first : first + 2])
        row = QHBoxLayout()
        self.save = KeyButton(Kind.PRIMARY, "Put on the waiting list", "Ctrl+Enter", self)
        self.save.clicked.connect(self.finish)
        row.addWidget(self.save)
        hint = "They are offered the first time that is given up and fits."
        row.addWidget(label(hint, Type.SMALL, Ink.SOFT, self), 1)
        self.column.addLayout(row)
        self.already = label("Waits already. Press to take off:", Type.LABEL, Ink.LABEL, self)
        self.column.addWidget(self.already)
        self.standing = [WideButton("", "", self) for _ in range(POOL)]
        for place, button in enumerate(self.standing):
            button.clicked.connect(lambda _=False, place=place: self._take_off(place))
            self.column.addWidget(button)
        stops = [self.edits.get(name) or self.boxes[name] for name in _ORDER]
        for before, after in pairwise((*stops, self.save, *self.standing)):
            self.setTabOrder(before, after)
        self.restyle()

    def fill(self, view: WaitingView) -> None:
        """Show what is filled in and what is wrong; what stands there already stays untouched."""
        fresh = self.view is None
        self.view = view
        self.practice.setText(view.practice)
        for name, picks in zip(
            CHOICES, (view.kinds, view.providers, view.parts, view.untils), strict=True
        ):
            box = self.boxes[name]
            if fresh:
                box.clear()
                for pick in picks:
                    box.addItem(pick.label, pick.code)
                box.setCurrentIndex(max(0, box.findData(view.given[name])))
        for name, edit in self.edits.items():
            if fresh:
                edit.setText(view.given[name])
            problem = view.problems.get(name, "")
            edit.wrong = bool(problem)
            edit.update()
            self.notes[name].setText(f"✕ {problem}" if problem else "")
            self.notes[name].setVisible(bool(problem))
            edit.setAccessibleDescription(problem)
        for widget in (self.edits["wishes"], self.heads["wishes"]):
            widget.setVisible(view.may_tell)
        self._show_standing(view)
        wrong = next((name for name in LINES if name in view.problems), None)
        if wrong is not None:
            self.edits[wrong].setFocus(Qt.FocusReason.OtherFocusReason)

    def empty(self) -> None:
        """Forget what was filled in."""
        self.view = None

    def finish(self) -> None:
        """Put them on the list, as Ctrl+Enter does."""
        typed = {name: edit.text() for name, edit in self.edits.items()}
        self.saved.emit(
            typed | {name: str(box.currentData() or "") for name, box in self.boxes.items()}
        )

    def first_stop(self) -> QWidget:
        """Begin with the first line that is empty."""
        first = next((e for e in self.edits.values() if not e.text()), None)
        return (
            first if first in (self.edits["patient"], self.edits["number"]) else self.boxes["part"]
        )

    def press_key(self, text: str) -> bool:  # noqa: ARG002 - everything is typed here
        """Hear no single keys."""
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter in a line writes nothing by accident."""
        if event.key() in ENTER and self.focusWidget() in self.edits.values():
            return
        super().keyPressEvent(event)

    def restyle(self) -> None:
        """Take over a changed text size."""
        super().restyle()
        for box in getattr(self, "boxes", {}).values():
            box.setFont(theme.font(Type.BODY))
            box.setMinimumHeight(theme.px(38))
        for edit in getattr(self, "edits", {}).values():
            edit.setFont(theme.font(Type.BODY))

    def _add_row(self, names: tuple[str, ...]) -> None:
        row = QHBoxLayout()
        row.setSpacing(theme.px(12))
        for name in names:
            field = self.edits.get(name) or self.boxes[name]
            field.setAccessibleName(LABELS[name])
            self.heads[name] = label(LABELS[name], Type.LABEL, Ink.LABEL, self)
            block = QVBoxLayout()
            block.setSpacing(theme.px(3))
            block.addWidget(self.heads[name])
            block.addWidget(field)
            if name in self.notes:
                block.addWidget(self.notes[name])
            block.addStretch(1)
            row.addLayout(block, 1)
        self.column.addLayout(row)

    def _show_standing(self, view: WaitingView) -> None:
        self.already.setVisible(bool(view.standing))
        for place, button in enumerate(self.standing):
            shown = place < len(view.standing)
            button.setVisible(shown)
            if shown:
                words = view.standing[place].words
                button.set_words(words)
                button.setAccessibleName(f"Take off the waiting list: {words}")

    def _take_off(self, place: int) -> None:
        if self.view is not None and place < len(self.view.standing):
            self.taken_off.emit(self.view.standing[place].key)
