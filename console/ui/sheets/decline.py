"""The sheet behind F12: a ringing caller told that the desk is busy, or sent to somebody else."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from console.desk.views import DeclineView
from console.ui.controls import KeyButton, Kind
from console.ui.edits import LineEdit
from console.ui.sheets.base import Sheet, WideButton, label
from console.ui.theme import Ink, Type, theme


class DeclineSheet(Sheet):
    """`busy` tells the caller so; `sent_on` names to whom the caller goes instead."""

    busy = Signal()
    sent_on = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Decline otherwise")
        self.who = label("", Type.BODY, Ink.TEXT, self)
        self.column.addWidget(self.who)
        self.say_busy = WideButton("Tell the caller this desk is busy", "B", self)
        self.say_busy.clicked.connect(self.busy)
        self.column.addWidget(self.say_busy)
        self.column.addWidget(label("Or forward the caller to", Type.LABEL, Ink.LABEL, self))
        self._first = self.column.count()
        self.targets: dict[WideButton, str] = {}
        self.buttons: list[WideButton] = []
        row = QHBoxLayout()
        self.number = LineEdit(self)
        self.number.setAccessibleName("Number to forward to")
        self.number.setPlaceholderText("(515) 555-0100")
        self.number.setMinimumHeight(theme.px(38))
        self.number.entered.connect(self._send_typed)
        self.send = KeyButton(Kind.PLAIN, "Forward", "Enter", self)
        self.send.clicked.connect(self._send_typed)
        row.addWidget(self.number, 1)
        row.addWidget(self.send)
        self.column.addLayout(row)
        note = "The caller rings on until you choose. Shift+F2 sends them back to the queue."
        self.column.addWidget(label(note, Type.SMALL, Ink.SOFT, self))
        self.column.addStretch(1)

    def fill(self, view: DeclineView) -> None:
        """Show who rings, and whom their practice names."""
        self.who.setText(f"{view.title} rings for {view.practice}.")
        while len(self.buttons) < len(view.choices):
            self._add()
        for number, button in enumerate(self.buttons):
            button.setVisible(number < len(view.choices))
            if number < len(view.choices):
                choice = view.choices[number]
                button.set_words(choice.label, choice.key)
                self.targets[button] = choice.target
        self.number.clear()

    def first_stop(self) -> QWidget:
        """Start on the button that asks nothing more."""
        return self.say_busy

    def _send_typed(self) -> None:
        number = self.number.text().strip()
        if number:
            self.sent_on.emit(number)
        else:
            self.number.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add(self) -> None:
        button = WideButton("", "", self)
        button.clicked.connect(lambda: self.sent_on.emit(self.targets[button]))
        self.column.insertWidget(self._first + len(self.buttons), button)
        self.buttons.append(button)
