"""The sheet at the end of a shift: what is urgent, and who takes it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from console.desk.people.views import HandOverView
from console.ui.people.rows import Rows
from console.ui.sheets.base import Sheet, WideButton, label
from console.ui.theme import Ink, Type


class HandOverSheet(Sheet):
    """Up and Down choose what is handed over, a digit to whom."""

    handed = Signal(str, str)  # the item's key, the login of who takes it
    WIDTH = 640

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Hand over before you go")
        words = (
            "These are urgent and yours. Choose one with the arrows, and press the key of who "
            "takes it. You are signed out when none is left."
        )
        self.column.addWidget(label(words, Type.SMALL, Ink.SOFT, self))
        self.rows = Rows(self, "Urgent")
        self.column.addWidget(self.rows)
        self.to = label("To", Type.LABEL, Ink.LABEL, self)
        self.column.addWidget(self.to)
        self.takers: list[WideButton] = []
        self._logins: dict[WideButton, str] = {}
        self.nobody = label(
            "Nobody else is signed in who could take them. Ask a colleague to sign in at another "
            "desk, then open this again.",
            Type.BODY_STRONG,
            Ink.RED_TEXT,
            self,
        )
        self.column.addWidget(self.nobody)
        self.column.addStretch(1)
        self.close_button.set_words("Stay")

    def fill(self, view: HandOverView) -> None:
        """Show what is left and who is there."""
        self.rows.fill(
            [
                (item.key, item.what, _joined(item.practice, item.number), item.since)
                for item in view.items
            ]
        )
        while len(self.takers) < len(view.takers):
            button = WideButton("", "", self)
            button.clicked.connect(lambda _=False, button=button: self._hand(button))
            self.column.insertWidget(3 + len(self.takers), button)
            self.takers.append(button)
        for number, button in enumerate(self.takers):
            shown = number < len(view.takers)
            button.setVisible(shown)
            if shown:
                taker = view.takers[number]
                button.set_words(taker.name, taker.key)
                self._logins[button] = taker.login
        self.to.setVisible(bool(view.takers))
        self.nobody.setVisible(not view.takers)

    def first_stop(self) -> QWidget:
        """Start on the first item."""
        return self.rows

    def _hand(self, button: WideButton) -> None:
        self.handed.emit(self.rows.key, self._logins[button])


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
