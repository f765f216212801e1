"""The sheet behind Enter: everything there is to say about a shift."""

from PySide6.QtWidgets import QGridLayout, QWidget

from console.desk.rota.views import ShiftView
from console.ui.sheets.base import Sheet, label
from console.ui.theme import Ink, Type, theme


class ShiftSheet(Sheet):
    """A shift's facts, one under another."""

    WIDTH = 560

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Shift")
        self.view: ShiftView | None = None
        self.grid = QGridLayout()
        self.grid.setColumnStretch(1, 1)
        self.column.addLayout(self.grid)
        self.column.addStretch(1)

    def fill(self, view: ShiftView) -> None:
        """Show a shift."""
        self.view = view
        self.set_title(view.name)
        while (item := self.grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.grid.setHorizontalSpacing(theme.px(18))
        self.grid.setVerticalSpacing(theme.px(8))
        for row, (name, value) in enumerate(view.facts[1:]):
            self.grid.addWidget(label(name, Type.BODY, Ink.SOFT, self), row, 0)
            said = label(value, Type.BODY_STRONG, Ink.TEXT, self)
            said.setAccessibleName(f"{name}: {value}")
            self.grid.addWidget(said, row, 1)
        self.close_button.setAccessibleDescription(f"Esc. {facts_of(view)}")


def facts_of(shift: ShiftView) -> str:
    """Return everything there is to say of a shift, for whoever listens."""
    return ". ".join(f"{name}: {value}" for name, value in shift.facts)
