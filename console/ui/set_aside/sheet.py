"""The sheet behind Ctrl+Shift+U: work the records refused, each with its plain reason, and what can
be done with it."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from console.desk.set_aside.port import AmendAside, AsideLine, AsidePort, AsideView
from console.ui.board.flow import Flow
from console.ui.controls import ENTER, KeyButton, Kind
from console.ui.edits import LineEdit
from console.ui.set_aside.amend import AmendPane
from console.ui.sheets.base import ALL_ROOM, Sheet, label
from console.ui.sheets.callers import Rows
from console.ui.theme import Ink, Type, theme

HEADS: Final = ("Set aside", "What", "Practice", "How it stands")
SHARES: Final = (0.15, 0.33, 0.24, 0.28)
NOTHING: Final = "The records have taken all of this desk’s work."


class AsideSheet(Sheet):
    """T tries the one in hand again, A amends it, W asks why and writes it off."""

    WIDTH = 1080
    HIGH = ALL_ROOM

    def __init__(self, parent: QWidget, aside: AsidePort) -> None:
        super().__init__(parent, "Work set aside")
        self._aside = aside
        self._key = ""
        self.view: AsideView | None = None
        self.work = QWidget(self)
        work = QVBoxLayout(self.work)
        work.setContentsMargins(0, 0, 0, 0)
        work.setSpacing(theme.px(8))
        self.note = label("", Type.SMALL_STRONG, Ink.AMBER_TEXT, self.work)
        self.list = Rows(self.work, HEADS, SHARES)
        self.list.setAccessibleName("Work the records refused")
        self.list.currentCellChanged.connect(lambda *_: self._moved())
        self.why = label("", Type.BODY_STRONG, Ink.TEXT, self.work)
        self.mend = label("", Type.BODY, Ink.TEXT, self.work)
        work.addWidget(self.note)
        work.addWidget(self.list, 3)
        work.addWidget(self.why)
        work.addWidget(self.mend)
        work.addWidget(self._make_parts(), 2)
        work.addWidget(self._make_foot())
        self.column.addWidget(self.work, 1)
        self.amend = AmendPane(self, aside)
        self.column.addWidget(self.amend, 1)
        self.amend.hide()
        aside.amend_changed.connect(self.show_amend)

    def fill(self, view: AsideView) -> None:
        """Show all of it; the one in hand stays in hand while it is there."""
        self.view = view
        self.set_title(f"Work set aside: {view.open} to see to" if view.open else "Work set aside")
        self.note.setText(view.note)
        self.note.setVisible(bool(view.note))
        self._ask_why(asking=False)
        was, at = self._key, self.list.currentRow()
        keys = [line.key for line in view.lines]
        self.list.fill(
            tuple(line.cells for line in view.lines), keys.index(was) if was in keys else at
        )
        self._moved()

    def empty(self) -> None:
        """Let go of what was read."""
        self.view, self._key = None, ""
        self.list.fill(())
        self._moved()

    def show_amend(self, view: AmendAside | None) -> None:
        """Show a piece of work to be amended in the place of the list; None goes back."""
        self.work.setVisible(view is None)
        self.amend.setVisible(view is not None)
        if view is not None:
            self.amend.fill(view)
        elif self.isVisible():
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave_one(self) -> bool:
        """Go back from amending, or from the question why; tell whether there was one."""
        if not self.amend.isHidden():
            self._aside.leave_amend()
        elif not self.reason.isHidden():
            self._ask_why(asking=False)
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            return False
        return True

    @property
    def line(self) -> AsideLine | None:
        """The one in hand."""
        lines = self.view.lines if self.view is not None else ()
        row = self.list.currentRow()
        return lines[row] if 0 <= row < len(lines) else None

    def first_stop(self) -> QWidget:
        """Start in the list."""
        return self.list

    def press_key(self, text: str) -> bool:
        """Hear the single keys, but not while something is typed."""
        focus = self.focusWidget()
        if isinstance(focus, QLineEdit) or not self.amend.isHidden():
            return False
        return super().press_key(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter in the line of the reason has been heard there."""
        if event.key() in ENTER and isinstance(self.focusWidget(), QLineEdit):
            return
        super().keyPressEvent(event)

    def restyle(self) -> None:
        """Take over a changed text size."""
        super().restyle()
        for rows in self.findChildren(Rows):
            rows.restyle()

    def _make_parts(self) -> QScrollArea:
        self.parts = label("", Type.SMALL, Ink.TEXT, self.work)
        self.parts.setAlignment(Qt.AlignmentFlag.AlignTop)
        area = QScrollArea(self.work)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.parts)
        area.viewport().setAutoFillBackground(False)
        self.parts.setAutoFillBackground(False)
        area.setAccessibleName("What stands in it")
        return area

    def _make_foot(self) -> QWidget:
        foot = QWidget(self.work)
        column = QVBoxLayout(foot)
        column.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        self.reason = LineEdit(foot)
        self.reason.setAccessibleName("Why nothing is to come of it")
        self.reason.setPlaceholderText("Why is nothing to come of it? Enter writes it off")
        self.reason.setMinimumHeight(theme.px(38))
        self.reason.entered.connect(self._write_off)
        row.addWidget(self.reason, 1)
        column.addLayout(row)
        self.flow = Flow(foot)
        column.addWidget(self.flow)
        self.try_again = KeyButton(Kind.PLAIN, "Try again", "T", self.flow)
        self.try_again.clicked.connect(lambda: self._aside.try_again(self._key))
        self.change = KeyButton(Kind.PLAIN, "Amend…", "A", self.flow)
        self.change.clicked.connect(lambda: self._aside.amend(self._key))
        self.off = KeyButton(Kind.PLAIN, "Write off…", "W", self.flow)
        self.off.clicked.connect(lambda: self._ask_why(asking=True))
        for button in (self.try_again, self.change, self.off):
            self.flow.add(button)
        self.reason.hide()
        return foot

    def _moved(self) -> None:
        line = self.line
        if (line is None or line.key != self._key) and not self.reason.isHidden():
            self._ask_why(asking=False)
        self._key = line.key if line is not None else ""
        self.why.setText(line.why if line is not None else NOTHING)
        self.mend.setText(line.mend if line is not None else "")
        self.mend.setVisible(bool(self.mend.text()))
        parts = line.parts if line is not None else ()
        self.parts.setText("\n".join(f"{head}: {text}" for head, text in parts))
        self.list.setAccessibleDescription(self.why.text())
        shown = {
            self.try_again: line is not None and line.may_try,
            self.change: line is not None and line.may_amend,
            self.off: line is not None and line.may_write_off,
        }
        for button, visible in shown.items():
            button.setVisible(visible)
        self.flow.arrange()

    def _ask_why(self, *, asking: bool) -> None:
        self.flow.setVisible(not asking)
        self.reason.setVisible(asking)
        self.reason.clear()
        if asking:
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def _write_off(self) -> None:
        if self._key:
            self._aside.write_off(self._key, self.reason.text())
