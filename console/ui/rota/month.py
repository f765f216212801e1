"""A month: for each day who has it, and who has the night after it."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from console.desk.rota.views import CellView, HalfView, Mark, RotaPage
from console.ui.painting import draw_bar, draw_card, draw_focus, draw_line, text_width
from console.ui.rota.calendar import Calendar
from console.ui.rota.inks import SIGNS, bar, ground
from console.ui.rota.week import draw_edge
from console.ui.theme import Ink, Type, colour, theme

HEAD: Final = 24
DATE: Final = 22
LINE: Final = 24
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HALVES: Final = ("Day", "Night")


class MonthView(Calendar):
    """Four to six weeks."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Month, days and nights")
        self._cell = 0
        self._half = 0
        self._in_full = False  # whether every name fits: one way for all of them

    # --- what is in hand -----------------------------------------------------------------------

    def fill(self, view: RotaPage) -> None:
        """Show a month; the day in hand stays so, or today is taken."""
        before = self._cells()[self._cell].day if self._cells() else None
        same = self.view is not None and self.view.asked == view.asked
        self.view = view
        if not same or before is None or not self._take_day(before):
            self._take_today()
        self.restyle()
        self.tell()

    def number(self) -> int:
        """Return the place of the shift in hand."""
        cells = self._cells()
        return cells[self._cell].halves[self._half].shift if self._cell < len(cells) else -1

    def take(self, number: int) -> None:
        """Take the first day or night a shift has."""
        for at, cell in enumerate(self._cells()):
            for half, each in enumerate(cell.halves):
                if each.shift == number:
                    self._cell, self._half = at, half
                    return

    def step(self, across: int, down: int) -> bool:
        """Go a day on, or from day to night and a week on."""
        if across:
            cell, half = self._cell + across, self._half
        else:
            half = self._half + down
            cell = self._cell if half in (0, 1) else self._cell + 7 * down
            half %= 2
        if not 0 <= cell < len(self._cells()):
            return False
        self._cell, self._half = cell, half
        return True

    def hit(self, point: QPointF) -> bool:
        """Take the day or night at a point."""
        for at in range(len(self._cells())):
            if self._box(at).contains(point):
                night = self._line(at, 1).top()
                self._cell, self._half = at, int(point.y() >= night)
                return True
        return False

    def spot(self) -> QRectF:
        """Return where the day or night in hand lies."""
        return self._line(self._cell, self._half) if self._cells() else QRectF()

    def _cells(self) -> tuple[CellView, ...]:
        return self.view.cells if self.view is not None else ()

    def _take_day(self, day: object) -> bool:
        for at, cell in enumerate(self._cells()):
            if cell.day == day:
                self._cell = at
                return True
        return False

    def _take_today(self) -> None:
        asked = self.view.asked.day if self.view is not None else None
        found = [at for at, cell in enumerate(self._cells()) if cell.today]
        if asked is not None and not any(
            self._cells()[at].day.month == asked.month for at in found
        ):
            found = [at for at, cell in enumerate(self._cells()) if cell.day == asked]
        self._cell, self._half = (found or [0])[0], 0

    # --- where things are ------------------------------------------------------------------------

    def natural_height(self) -> int:
        """Return the least height at which day and night can be read."""
        weeks = len(self._cells()) // 7
        return theme.px(HEAD) + weeks * (theme.px(DATE) + 2 * theme.px(LINE) + theme.px(6))

    def _box(self, at: int) -> QRectF:
        head, weeks = theme.px(HEAD), max(1, len(self._cells()) // 7)
        row, column = divmod(at, 7)
        high, wide = (self.height() - head) / weeks, self.width() / 7
        left, top = round(column * wide), round(head + row * high)
        return QRectF(left, top, round((column + 1) * wide) - left,
                      round(head + (row + 1) * high) - top)  # fmt: skip

    def _line(self, at: int, half: int) -> QRectF:
        box = self._box(at)
        top = box.top() + theme.px(DATE)
        high = min((box.height() - theme.px(DATE) - theme.px(4)) / 2, theme.px(34))
        return QRectF(box.left() + theme.px(5), round(top + half * high),
                      box.width() - theme.px(9), round(high) - theme.px(2))  # fmt: skip

    # --- drawing -------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the days that are in sight."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), colour(Ink.CARD))
        clip = QRectF(event.rect())
        wide = self.width() / 7
        room = wide - theme.px(40) - text_width(Type.CAP, HALVES[1])
        shifts = self.view.shifts if self.view is not None else ()
        self._in_full = all(text_width(Type.SMALL, s.name) <= room for s in shifts if not s.tier)
        for number, name in enumerate(WEEKDAYS):
            line = QRectF(number * wide + theme.px(9), 0, wide, theme.px(HEAD))
            draw_line(painter, line, name, Type.CAP, Ink.SOFT)
        for at, cell in enumerate(self._cells()):
            if self._box(at).intersects(clip):
                self._draw_cell(painter, at, cell)

    def _draw_cell(self, painter: QPainter, at: int, cell: CellView) -> None:
        box = self._box(at)
        if not cell.inside or cell.today:
            painter.fillRect(box, colour(Ink.BLUE_SOFT if cell.today else Ink.SIDE))
        painter.fillRect(QRectF(box.left(), box.top(), box.width(), 1), colour(Ink.LINE))
        if at % 7:
            painter.fillRect(QRectF(box.left(), box.top(), 1, box.height()), colour(Ink.HAIRLINE))
        line = QRectF(box.left() + theme.px(9), box.top() + 1, box.width(), theme.px(DATE))
        words = f"{cell.head} · Today" if cell.today else cell.head
        ink = Ink.BLUE if cell.today else Ink.TEXT if cell.inside else Ink.SOFT
        draw_line(painter, line, words, Type.SMALL_STRONG, ink)
        for half, each in enumerate(cell.halves):
            self._draw_half(painter, self._line(at, half), half, each)
        if at == self._cell:
            where = self._line(at, self._half)
            if self.hasFocus():
                draw_focus(painter, where, 5)
            else:
                draw_edge(painter, where)

    def _draw_half(self, painter: QPainter, box: QRectF, half: int, each: HalfView) -> None:
        assert self.view is not None
        if each.shift < 0:
            return
        shift = self.view.shifts[each.shift]
        fill, edge, ink = ground(shift)
        draw_card(painter, box, fill, edge, radius=4)
        if shift.mark is not Mark.GAP:
            draw_bar(painter, box, bar(shift), theme.px(4))
        line = box.adjusted(theme.px(9), 0, -theme.px(4), 0)
        head = HALVES[half]
        soft = Ink.SOFT if ink is Ink.TEXT else ink
        wide = text_width(Type.CAP, HALVES[1]) + theme.px(6)
        draw_line(painter, line, head, Type.CAP, soft)
        line.setLeft(line.left() + wide)
        more = f" +{each.more}" if each.more else ""
        name = shift.name if self._in_full else shift.short
        words = f"{SIGNS[each.mark]}{name}{more}"
        if shift.mark is Mark.GAP:
            words = f"{SIGNS[shift.mark]}Gap · {name}"
        elif each.mark is Mark.GAP:  # not most of it, but some
            words = f"{SIGNS[each.mark]}{name}, gap"
        draw_line(painter, line, words, Type.SMALL, ink)
