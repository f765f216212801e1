"""The sheet of the callers who wait: one brought to the front, or to a desk that is free."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from console.desk.floor.views import CallerRow, Doing, FloorPage
from console.ui.clock import Clock
from console.ui.floor.inks import lasted
from console.ui.painting import RIGHT, draw_card, draw_focus, draw_line
from console.ui.sheets.base import Sheet, WideButton, label
from console.ui.theme import Ink, Type, theme

MOST: Final = 8  # rows, and desks, that are shown at once
ROW: Final = 44


class CallerLine(QAbstractButton):
    """One who waits; chosen as the focus comes to them."""

    def __init__(self, parent: QWidget, clock: Clock) -> None:
        super().__init__(parent)
        self._clock = clock
        self.caller: CallerRow | None = None
        self.chosen = False
        self.setFixedHeight(theme.px(ROW))

    def fill(self, caller: CallerRow, *, chosen: bool) -> None:
        """Show a caller."""
        self.caller, self.chosen = caller, chosen
        ran = lasted(caller.since, self._clock().timestamp())
        told = f"{caller.practice}, waits {ran}, place {caller.place} in {caller.queue}"
        self.setAccessibleName(f"{told}, chosen" if chosen else told)
        self.update()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.setFixedHeight(theme.px(ROW))

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Be chosen."""
        super().focusInEvent(event)
        self.click()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw practice, place and how long they have waited."""
        if self.caller is None:
            return
        painter = QPainter(self)
        box = QRectF(self.rect()).adjusted(0, 0, -1, -1)
        edge = Ink.BLUE if self.chosen else Ink.LINE
        draw_card(painter, box, Ink.CARD, edge)
        line = box.adjusted(theme.px(12), 0, -theme.px(12), 0)
        ran = lasted(self.caller.since, self._clock().timestamp())
        draw_line(painter, line, ran, Type.NAME, Ink.TEXT, align=RIGHT)
        line.setRight(line.right() - theme.px(60))
        mark = "● " if self.chosen else ""
        words = f"{mark}{self.caller.practice} · place {self.caller.place} in {self.caller.queue}"
        draw_line(painter, line, words, Type.BODY, Ink.TEXT)
        if self.hasFocus():
            draw_focus(painter, box)


class WaitingSheet(Sheet):
    """`moved` brings a caller to the front (""), or to a desk."""

    moved = Signal(str, str)  # a call, an interface or ""
    WIDTH = 620

    def __init__(self, parent: QWidget, clock: Clock) -> None:
        super().__init__(parent, "Callers who wait")
        self._chosen = ""
        self._free: tuple[tuple[str, str], ...] = ()
        self.note = label("", Type.SMALL, Ink.SOFT, self)
        self.lines = [CallerLine(self, clock) for _ in range(MOST)]
        for line in self.lines:
            line.clicked.connect(self._chooses(line))
            self.column.addWidget(line)
        self.column.addWidget(self.note)
        self.front = WideButton("To the front of the queue", "F", self)
        self.front.clicked.connect(lambda: self._move(""))
        self.column.addWidget(self.front)
        self.desks: list[WideButton] = []
        for number in range(MOST):
            button = WideButton("", "", self)
            button.clicked.connect(lambda _=False, at=number: self._move(self._free[at][0]))
            self.column.addWidget(button)
            self.desks.append(button)

    def fill(self, page: FloorPage) -> None:
        """Show who waits now; who was chosen stays so while they wait."""
        shown = page.callers[:MOST]
        if self._chosen not in {each.call_id for each in shown}:
            self._chosen = shown[0].call_id if shown else ""
        for number, line in enumerate(self.lines):
            line.setVisible(number < len(shown))
            if number < len(shown):
                line.fill(shown[number], chosen=shown[number].call_id == self._chosen)
        free = [row for row in page.agents if row.doing is Doing.AVAILABLE and row.interface]
        self._free = tuple((row.interface, row.name) for row in free[:MOST])
        self.front.setVisible(bool(shown))
        for number, button in enumerate(self.desks):
            button.setVisible(bool(shown) and number < len(self._free))
            if number < len(self._free):
                button.set_words(f"To {self._free[number][1]}", str(number + 1))
        self.note.setText(_note(len(page.callers), len(free)))

    def first_stop(self) -> QWidget:
        """Start on who has waited longest."""
        return self.close_button if self.lines[0].isHidden() else self.lines[0]

    def _chooses(self, line: CallerLine) -> Callable[[], None]:
        def choose() -> None:
            if line.caller is not None:
                self._chosen = line.caller.call_id
                for each in self.lines:
                    if each.caller is not None:
                        each.fill(each.caller, chosen=each.caller.call_id == self._chosen)

        return choose

    def _move(self, interface: str) -> None:
        if self._chosen:
            self.moved.emit(self._chosen, interface)


def _note(callers: int, free: int) -> str:
    if not callers:
        return "Nobody waits."
    more = f" The {MOST} who have waited longest are shown." if callers > MOST else ""
    nobody = "" if free else " No desk is free."
    return f"Up and down choose a caller; F or a digit moves them.{more}{nobody}"
