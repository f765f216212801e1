"""The sheet behind Ctrl+D: whom to call, and for which practice."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from console.desk.views import DialView
from console.ui.controls import KeyButton, Kind
from console.ui.edits import LineEdit
from console.ui.sheets.base import Sheet, WideButton, label
from console.ui.theme import Ink, Type, theme

_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class DialSheet(Sheet):
    """`dialled` is a number as typed, `searched` a practice's name as typed, `picked` the id of
    one. The arrows go through the practices from either field."""

    dialled = Signal(str)
    searched = Signal(str)
    picked = Signal(str)
    POOL = 5

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Call a number")
        self.view: DialView | None = None
        row = QHBoxLayout()
        self.number = self._field("Number to call", "(515) 555-0100")
        self.number.entered.connect(self._dial)
        self.number.textEdited.connect(lambda _: self._say(""))
        self.send = KeyButton(Kind.GO, "Call", "Enter", self)
        self.send.clicked.connect(self._dial)
        row.addWidget(self.number, 1)
        row.addWidget(self.send)
        self.column.addLayout(row)
        self.problem = label("", Type.BODY_STRONG, Ink.RED_TEXT, self)
        self.column.addWidget(self.problem)
        self.column.addWidget(label("They see the number of", Type.LABEL, Ink.LABEL, self))
        self.search = self._field("Find a practice", "Find a practice…")
        self.search.textEdited.connect(self.searched)
        self.search.entered.connect(self._to_number)
        self.column.addWidget(self.search)
        self.buttons = [WideButton("", "", self) for _ in range(self.POOL)]
        for place, button in enumerate(self.buttons):
            button.clicked.connect(lambda _=False, place=place: self._pick(place))
            self.column.addWidget(button)
        self.nobody = label("No practice has that name.", Type.BODY, Ink.SOFT, self)
        self.column.addWidget(self.nobody)
        note = "↑ and ↓ choose among them; Tab goes to the search."
        self.column.addWidget(label(note, Type.SMALL, Ink.SOFT, self))
        self.column.addStretch(1)

    def empty(self) -> None:
        """Begin a new call."""
        self.number.clear()
        self.search.clear()

    def fill(self, view: DialView) -> None:
        """Show the practices that fit, and which of them is called for."""
        self.view = view
        for place, button in enumerate(self.buttons):
            shown = place < len(view.practices)
            button.setVisible(shown)
            if shown:
                each = view.practices[place]
                chosen = each == view.chosen
                button.set_words(f"{'✓ ' * chosen}{each.name}, {each.number}")
                button.setAccessibleName(f"{each.name}, {each.number}{', chosen' * chosen}")
                button.kind = Kind.PRIMARY if chosen else Kind.PLAIN
                button.update()
        self.nobody.setVisible(not view.practices)
        self._say(view.problem)

    def first_stop(self) -> QWidget:
        """Start with the number."""
        return self.number

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Take the arrows of both fields."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = _STEPS.get(Qt.Key(event.key()))
            if step is not None:
                self._move(step)
                return True
        return super().eventFilter(watched, event)

    def _field(self, name: str, hint: str) -> LineEdit:
        field = LineEdit(self)
        field.setAccessibleName(name)
        field.setPlaceholderText(hint)
        field.setMinimumHeight(theme.px(38))
        field.installEventFilter(self)
        return field

    def _move(self, step: int) -> None:
        if self.view is None or self.view.chosen is None:
            return
        at = self.view.practices.index(self.view.chosen) + step
        if 0 <= at < len(self.view.practices):
            self._pick(at)

    def _pick(self, place: int) -> None:
        if self.view is not None:
            self.picked.emit(self.view.practices[place].practice_id)

    def _to_number(self) -> None:
        self.number.setFocus(Qt.FocusReason.OtherFocusReason)

    def _dial(self) -> None:
        if self.number.text().strip():
            self.dialled.emit(self.number.text())
        else:
            self._to_number()

    def _say(self, problem: str) -> None:
        self.problem.setText(f"✕ {problem}" if problem else "")
        self.problem.setVisible(bool(problem))
        self.number.wrong = bool(problem)
        self.number.update()
