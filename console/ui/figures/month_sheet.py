"""The sheet behind M on the page of reports: a practice's month, as PDF and CSV."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from console.desk.figures.months import MonthView
from console.ui.controls import ENTER, KeyButton, Kind
from console.ui.edits import LineEdit
from console.ui.listing import FilterBox
from console.ui.sheets.base import Sheet, label
from console.ui.theme import Ink, Type, theme

LABELS: Final = {"practice": "Practice", "month": "Month", "folder": "Into the folder"}


class MonthSheet(Sheet):
    """Filled when it opens; it writes nothing itself."""

    wanted = Signal(dict)
    WIDTH = 560

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "A practice’s month")
        self.view: MonthView | None = None
        self.boxes = {name: FilterBox(self) for name in ("practice", "month")}
        self.folder = LineEdit(self)
        self.folder.entered.connect(self.finish)
        for name, field in (*self.boxes.items(), ("folder", self.folder)):
            self.column.addWidget(label(LABELS[name], Type.LABEL, Ink.LABEL, self))
            field.setAccessibleName(LABELS[name])
            self.column.addWidget(field)
        self.problem = label("", Type.SMALL, Ink.RED_TEXT, self)
        self.column.addWidget(self.problem)
        words = "Callers, bookings, new patients and messages; nobody’s name, number or words."
        self.column.addWidget(label(words, Type.SMALL, Ink.SOFT, self))
        self.write = KeyButton(Kind.PRIMARY, "Write PDF and CSV", "Ctrl+Enter", self)
        self.write.clicked.connect(self.finish)
        self.column.addWidget(self.write)
        self.restyle()

    def fill(self, view: MonthView) -> None:
        """Show what can be chosen; what was typed stays where something was wrong with it."""
        if not view.problems:
            for name, picks in (("practice", view.practices), ("month", view.months)):
                box = self.boxes[name]
                box.clear()
                for pick in picks:
                    box.addItem(pick.label, pick.code)
                box.setCurrentIndex(max(0, box.findData(view.given[name])))
            self.folder.setText(view.given["folder"])
        self.view = view
        problem = view.problems.get("folder", "")
        self.problem.setText(f"✕ {problem}" if problem else "")
        self.problem.setVisible(bool(problem))
        self.folder.wrong = bool(problem)
        self.folder.setAccessibleDescription(problem)
        self.folder.update()
        if problem and self.isVisible():
            self.folder.setFocus(Qt.FocusReason.OtherFocusReason)

    def finish(self) -> None:
        """Have it written, as Ctrl+Enter does."""
        chosen = {name: str(box.currentData() or "") for name, box in self.boxes.items()}
        self.wanted.emit(chosen | {"folder": self.folder.text()})

    def first_stop(self) -> QWidget:
        """Begin with the practice."""
        return self.boxes["practice"]

    def press_key(self, text: str) -> bool:  # noqa: ARG002 - a path is typed here
        """Hear no single keys."""
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter goes on to the next field."""
        if event.key() in ENTER and isinstance(self.focusWidget(), FilterBox):
            self.focusNextChild()
            return
        super().keyPressEvent(event)

    def restyle(self) -> None:
        """Take over a changed text size."""
        super().restyle()
        for each in (*getattr(self, "boxes", {}).values(), getattr(self, "folder", None)):
            if each is not None:
                each.setFont(theme.font(Type.BODY))
                each.setMinimumHeight(theme.px(38))
