"""The page of figures: which days, told apart by what; the figures at a glance, as a chart and as a
table; what each counts at the right."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from console.desk.figures.building import title as title_of
from console.desk.figures.views import Asked, Cut, FiguresPage, Period
from console.ui.clock import Clock
from console.ui.columns import Column
from console.ui.controls import KeyButton, Kind
from console.ui.figures.chart import ChartView
from console.ui.figures.meanings import Meanings
from console.ui.figures.table import FiguresTable
from console.ui.floor.tiles import Tiles
from console.ui.keys import Act, sequence_of
from console.ui.painting import draw_card, draw_line
from console.ui.theme import Ink, Type, colour, theme

if TYPE_CHECKING:
    from console.desk.figures.keeper import FiguresKeeper

PAD: Final = 16
GAP: Final = 8
ROW: Final = 34
TILES: Final = 90
PERIODS: Final = dict(zip(Period, "123456", strict=True))
CUTS: Final = dict(zip(Cut, "PRHDS", strict=True))
EXPORTS: Final = (("csv", "As CSV", "C"), ("pdf", "As PDF", "F"))


class FiguresPanel(QWidget):
    """Asks the desk for figures; nothing is shown that it has not told."""

    title = "Reports"

    def __init__(self, parent: QWidget, desk: "FiguresKeeper", clock: Clock) -> None:
        super().__init__(parent)
        self.desk = desk
        self.view = FiguresPage(Asked(), "")
        self.setAccessibleName("Figures")
        self.periods = {each: self._button(each.value, key) for each, key in PERIODS.items()}
        self.cuts = {each: self._button(title_of(each), key) for each, key in CUTS.items()}
        self.exports = {form: self._button(words, key) for form, words, key in EXPORTS}
        self.month = self._button("A month…", "M")
        self.quality = KeyButton(Kind.PLAIN, "Reviews", sequence_of(Act.QUALITY), self)
        self.tiles = Tiles(self, clock)
        self.chart = ChartView(self)
        self.table = FiguresTable(self)
        self.side = Column(self, Ink.SIDE)
        self.meanings = Meanings(self.side.stack)
        self.side.add(self.meanings)
        self._listen()
        self.hide()

    def _button(self, words: str, key: str) -> KeyButton:
        return KeyButton(Kind.PLAIN, words, key, self)

    def _listen(self) -> None:
        self.desk.changed.connect(self.show_figures)
        for period, button in self.periods.items():
            button.clicked.connect(lambda _=False, each=period: self._ask(period=each))
        for cut, button in self.cuts.items():
            button.clicked.connect(lambda _=False, each=cut: self._ask(cut=each))
        for form, button in self.exports.items():
            button.clicked.connect(lambda _=False, each=form: self.desk.export(each))
        self.month.clicked.connect(self.desk.months.open)

    # --- what the desk says ----------------------------------------------------------------

    def show_figures(self, view: FiguresPage) -> None:
        """Show the figures; while others are read, those that stand stay."""
        reading = not view.heads and not view.rows and self.view.heads and view.note == "Reading…"
        if reading:
            view = FiguresPage(
                view.asked, view.days, self.view.tiles, self.view.heads, self.view.rows,
                self.view.chart, self.view.meanings, view.note,
            )  # fmt: skip
        self.view = view
        self.tiles.fill(view.tiles)
        self.chart.fill(view.chart)
        if (view.heads, view.rows) != (self.table.cells.heads, self.table.cells.rows):
            self.table.fill(view.heads, view.rows)
        self.meanings.fill(view.meanings)
        for period, button in self.periods.items():
            _press(button, here=view.asked.period is period)
            button.setEnabled(view.asked.cut is not Cut.STAFFING)
        for cut, button in self.cuts.items():
            _press(button, here=view.asked.cut is cut)
        for button in self.exports.values():
            button.setEnabled(view.may_export)
        self.setAccessibleDescription(" ".join(part for part in (view.days, view.note) if part))
        self.update()

    def _ask(self, *, period: Period | None = None, cut: Cut | None = None) -> None:
        asked = self.view.asked
        self.desk.ask(Asked(period or asked.period, cut or asked.cut))
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- the page --------------------------------------------------------------------------

    def regions(self) -> list[QWidget]:
        """Return the page's parts in the order of the Tab key."""
        return [self]

    def take_focus(self) -> None:
        """Put the focus where work begins."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave_one(self) -> bool:
        """There is nothing within the page to go back from."""
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Hear the single keys of the buttons."""
        pressed = event.text().upper()
        buttons = (
            *self.periods.values(), *self.cuts.values(), *self.exports.values(), self.month
        )  # fmt: skip
        for button in buttons:
            if pressed and button.key == pressed and button.isEnabled():
                button.click()
                return
        super().keyPressEvent(event)

    def place(self) -> None:
        """Share the page out."""
        width, high, pad, gap = self.width(), self.height(), theme.px(PAD), theme.px(GAP)
        right = round(min(max(width * 0.22, theme.px(260)), theme.px(380), width * 0.34))
        self.side.setGeometry(width - right, 0, right, high)
        left = width - right - 2 * pad
        top = self._row(tuple(self.periods.values()), theme.px(42), left)
        others = (*self.cuts.values(), *self.exports.values(), self.month, self.quality)
        top = self._row(others, top, left)
        top += gap
        self.tiles.setGeometry(pad, top, left, theme.px(TILES))
        top += theme.px(TILES) + theme.px(12)
        rows = theme.px(52) + theme.px(30) * max(3, len(self.view.rows)) + theme.px(14)
        room = high - top - pad
        tall = max(theme.px(190), min(theme.px(300), room - rows))
        inset = theme.px(10)
        self.chart.setGeometry(pad + inset, top + inset, left - 2 * inset, tall - 2 * inset)
        top += tall + theme.px(12)
        self.table.setGeometry(pad + 1, top + 1, left - 2, max(theme.px(110), high - top - pad - 2))
        self.table.place()
        self.side.stack.arrange()

    def _row(self, buttons: tuple[KeyButton, ...], top: int, room: int) -> int:
        """Put buttons side by side, on as many lines as they need; return where the next begin."""
        left, pad, gap = theme.px(PAD), theme.px(PAD), theme.px(GAP)
        for button in buttons:
            wide = button.natural_width()
            if left > pad and left + wide > pad + room:
                left, top = pad, top + theme.px(ROW) + gap
            button.setGeometry(left, top, wide, theme.px(ROW))
            left += wide + gap
        return top + theme.px(ROW) + gap

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Share the new size out."""
        self.place()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.place()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the ground, the days, and the cards of chart and table."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(Ink.PAGE))
        painter.fillRect(QRectF(self.side.x() - 1, 0, 1, self.height()), colour(Ink.LINE))
        pad = theme.px(PAD)
        line = QRectF(pad, theme.px(10), self.side.x() - 2 * pad, theme.px(26))
        draw_line(painter, line, self.view.days, Type.NAME, Ink.TEXT)
        if self.view.note:
            note = line.adjusted(theme.px(320), 0, 0, 0)
            draw_line(painter, note, self.view.note, Type.SMALL, Ink.SOFT)
        inset = theme.px(10)
        draw_card(painter, QRectF(self.chart.geometry()).adjusted(-inset, -inset, inset, inset))
        draw_card(painter, QRectF(self.table.geometry()).adjusted(-1, -1, 1, 1))


def _press(button: KeyButton, *, here: bool) -> None:
    """Show which of several is chosen: by its ground, and in words."""
    button.kind = Kind.PRIMARY if here else Kind.PLAIN
    button.setAccessibleDescription(f"{button.key}, chosen" if here else button.key)
    button.update()
