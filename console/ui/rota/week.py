"""A week: a row for each day by its hours, and in it a band for each tier.

A day of 23 or 25 hours is as wide as any other, with hours of its own along it.
"""

from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from console.desk.rota.views import DayView, Mark, Patch, Piece, RotaPage, ShiftView
from console.ui.painting import (
    CENTRE,
    RIGHT,
    draw_bar,
    draw_card,
    draw_focus,
    draw_line,
    draw_pill,
    pill_width,
    text_width,
)
from console.ui.rota.calendar import Calendar, words_room
from console.ui.rota.inks import SIGNS, bar, ground
from console.ui.theme import Ink, Type, colour, theme

GUTTER: Final = 104
HEAD: Final = 24
BAND: Final = 22
GAP: Final = 3
ODD: Final = 15  # the room for a day's own hours
TIERS: Final = ("1st", "2nd", "3rd")


class WeekView(Calendar):
    """Seven days."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Week, shifts by the hour")
        self._day = 0
        self._tier = 0
        self._piece = 0  # its place in the day

    # --- what is in hand -----------------------------------------------------------------------

    def fill(self, view: RotaPage) -> None:
        """Show a week; what was in hand stays so, or what is on now is taken."""
        before = self.shift
        same = self.view is not None and self.view.asked == view.asked
        self.view = view
        if not (same and before is not None and self._find(before)):
            self._take_now()
        self.restyle()
        self.tell()

    def number(self) -> int:
        """Return the place of the shift in hand."""
        piece = self._at()
        return piece.shift if piece is not None else -1

    def take(self, number: int, day: int = 0) -> None:
        """Take a shift in hand where it begins among these days, or in a day."""
        for at, each in enumerate(self._days()):
            for place, piece in enumerate(each.pieces):
                if piece.shift == number and at >= day:
                    self._day, self._tier, self._piece = at, piece.tier, place
                    return

    def step(self, across: int, down: int) -> bool:
        """Go to the shift before or after in this tier, or to the band above or beneath."""
        here = self._at()
        if here is None:
            return False
        return self._along(here, across) if across else self._beside(here, down)

    def hit(self, point: QPointF) -> bool:
        """Take the shift at a point."""
        for day, each in enumerate(self._days()):
            for place, piece in enumerate(each.pieces):
                if self._box(day, piece).contains(point):
                    self._day, self._tier, self._piece = day, piece.tier, place
                    return True
        return False

    def spot(self) -> QRectF:
        """Return where the piece in hand lies."""
        piece = self._at()
        return self._box(self._day, piece) if piece is not None else QRectF()

    def _days(self) -> tuple[DayView, ...]:
        return self.view.days if self.view is not None else ()

    def _at(self) -> Piece | None:
        days = self._days()
        if self._day < len(days) and self._piece < len(days[self._day].pieces):
            return days[self._day].pieces[self._piece]
        return None

    def _find(self, shift: ShiftView) -> bool:
        """Take in hand what is where a shift was; tell whether there is something."""
        assert self.view is not None
        for number, each in enumerate(self.view.shifts):
            if each.tier == shift.tier and each.start <= shift.start < each.end:
                self.take(number, self._day if each.start == shift.start else 0)
                return True
        return False

    def _take_now(self) -> None:
        """Take who is on call now, or the first of the week."""
        for day, each in enumerate(self._days()):
            for place, piece in enumerate(each.pieces):
                if (
                    each.now is not None
                    and piece.tier == 0
                    and piece.left <= each.now < piece.right
                ):
                    self._day, self._tier, self._piece = day, 0, place
                    return
        self._day, self._tier, self._piece = 0, 0, 0

    def _along(self, here: Piece, by: int) -> bool:
        assert self.view is not None
        of_tier = [n for n, each in enumerate(self.view.shifts) if each.tier == here.tier]
        at = of_tier.index(here.shift) + by
        if not 0 <= at < len(of_tier):
            return False
        self.take(of_tier[at])
        return True

    def _beside(self, here: Piece, by: int) -> bool:
        """Go to the next band that has somebody at the same hour."""
        middle = (here.left + here.right) / 2
        day, tier, tiers = self._day, here.tier, self.view.tiers if self.view is not None else 1
        while True:
            tier += by
            if not 0 <= tier < tiers:
                day, tier = day + by, 0 if by > 0 else tiers - 1
            if not 0 <= day < len(self._days()):
                return False
            for place, piece in enumerate(self._days()[day].pieces):
                if piece.tier == tier and piece.left <= middle < piece.right:
                    self._day, self._tier, self._piece = day, tier, place
                    return True

    # --- where things are ------------------------------------------------------------------------

    def natural_height(self) -> int:
        """Return the least height at which each band holds a line."""
        tiers = self.view.tiers if self.view is not None else 1
        odd = sum(theme.px(ODD) for day in self._days() if day.note)
        return theme.px(HEAD) + 7 * (tiers * theme.px(BAND) + theme.px(2 * GAP)) + odd

    def _row(self, day: int) -> QRectF:
        head = theme.px(HEAD)
        high = (self.height() - head) / max(1, len(self._days()))
        top = head + day * high
        return QRectF(0, round(top), self.width(), round(top + high) - round(top))

    def _hours(self, day: int) -> QRectF:
        """Return where a day's hours run."""
        row, gutter = self._row(day), theme.px(GUTTER)
        odd = theme.px(ODD) if self._days()[day].note else 0
        return row.adjusted(gutter, theme.px(GAP) + odd, -theme.px(8), -theme.px(GAP))

    def _box(self, day: int, piece: Piece) -> QRectF:
        hours, tiers = self._hours(day), self.view.tiers if self.view is not None else 1
        high = hours.height() / tiers
        left = round(hours.left() + piece.left * hours.width())
        right = round(hours.left() + piece.right * hours.width())
        top = round(hours.top() + piece.tier * high)
        bottom = round(hours.top() + (piece.tier + 1) * high) - 2
        return QRectF(left, top, max(3, right - left - 1), bottom - top)

    # --- drawing -------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the days that are in sight."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), colour(Ink.CARD))
        if self.view is None or not self.view.days:
            return
        clip = QRectF(event.rect())
        self._draw_head(painter)
        for day, each in enumerate(self.view.days):
            if self._row(day).intersects(clip):
                self._draw_day(painter, day, each)

    def _draw_head(self, painter: QPainter) -> None:
        assert self.view is not None
        plain = next((day for day in self.view.days if not day.note), self.view.days[0])
        hours = self._hours(0)
        for share, hour in plain.ticks:
            x = hours.left() + share * hours.width()
            line = QRectF(x - theme.px(20), 0, theme.px(40), theme.px(HEAD))
            draw_line(painter, line, hour, Type.CAP, Ink.SOFT, align=CENTRE)

    def _draw_day(self, painter: QPainter, day: int, each: DayView) -> None:
        row, hours = self._row(day), self._hours(day)
        if each.today:
            painter.fillRect(row, colour(Ink.SIDE))
        painter.fillRect(QRectF(0, row.top(), row.width(), 1), colour(Ink.LINE))
        for share, hour in each.ticks:
            x = round(hours.left() + share * hours.width())
            painter.fillRect(QRectF(x, row.top(), 1, row.height()), colour(Ink.HAIRLINE))
            if each.note:
                line = QRectF(x + 3, row.top() + 1, theme.px(30), theme.px(ODD) + 2)
                draw_line(painter, line, hour, Type.CAP, Ink.SOFT)
        self._draw_gutter(painter, day, each)
        assert self.view is not None
        for piece in each.pieces:
            self._draw_piece(painter, self._box(day, piece), piece, self.view.shifts[piece.shift])
        for patch in each.patches:
            self._draw_patch(painter, hours, patch)
        if each.now is not None:
            x = round(hours.left() + each.now * hours.width())
            painter.fillRect(QRectF(x - 1, row.top() + 1, 2, row.height() - 1), colour(Ink.RED))
        if day == self._day and (piece_in_hand := self._at()) is not None:
            box = self._box(day, piece_in_hand)
            if self.hasFocus():
                draw_focus(painter, box.adjusted(-1, -1, 1, 1), 5)
            else:
                draw_edge(painter, box)

    def _draw_gutter(self, painter: QPainter, day: int, each: DayView) -> None:
        row = self._row(day)
        room = QRectF(theme.px(12), row.top(), theme.px(GUTTER - 44), row.height())
        line = QRectF(room.left(), row.top() + theme.px(5), theme.px(GUTTER), theme.px(20))
        ink = Ink.BLUE if each.today else Ink.TEXT
        draw_line(painter, line, each.head, Type.BODY_STRONG, ink)
        under = line.translated(0, theme.px(18))
        if each.today:
            draw_line(painter, under, "Today", Type.CAP, Ink.BLUE)
        elif each.note:
            draw_line(painter, under, each.note.partition(":")[0], Type.CAP, Ink.AMBER_TEXT)
        tiers = self.view.tiers if self.view is not None else 1
        hours = self._hours(day)
        for tier in range(tiers if tiers > 1 else 0):
            name = TIERS[tier] if tier < len(TIERS) else f"{tier + 1}th"
            high = hours.height() / tiers
            band = QRectF(hours.left() - theme.px(40), hours.top() + tier * high,
                          theme.px(34), high)  # fmt: skip
            draw_line(painter, band, name, Type.CAP, Ink.SOFT, align=RIGHT)

    def _draw_piece(self, painter: QPainter, box: QRectF, piece: Piece, shift: ShiftView) -> None:
        fill, edge, ink = ground(shift)
        draw_card(painter, box, fill, edge, radius=4)
        if piece.begins and shift.mark is not Mark.GAP:
            draw_bar(painter, box, bar(shift), theme.px(4))
        line = words_room(box)
        strong = Type.SMALL_STRONG if shift.tier == 0 else Type.SMALL
        if not piece.begins:
            draw_line(painter, line, "←", Type.SMALL, ink)
            line.setLeft(line.left() + theme.px(15))
        for words in _words(shift):
            wide = text_width(strong, words)
            if wide <= line.width():
                break
        draw_line(painter, line, words, strong, ink)
        rest = line.adjusted(wide + theme.px(10), 0, 0, 0)
        if text_width(Type.CAP, shift.hours) <= rest.width():
            draw_line(painter, rest, shift.hours, Type.CAP, Ink.SOFT if ink is Ink.TEXT else ink)

    def _draw_patch(self, painter: QPainter, hours: QRectF, patch: Patch) -> None:
        """Draw that two shifts say who it is, over the bands' foot."""
        left = hours.left() + patch.left * hours.width()
        wide = (patch.right - patch.left) * hours.width()
        fill, ink = (Ink.RED_SOFT, Ink.RED_TEXT) if patch.soon else (Ink.AMBER_SOFT, Ink.AMBER_TEXT)
        fitting = (words for words in (patch.words, "✕ Overlap") if pill_width(words) <= wide)
        words = next(fitting, "✕")
        high = theme.px(18)
        width = max(pill_width(words), theme.px(18))
        box = QRectF(round(left), round(hours.bottom() - high), width, high)
        draw_pill(painter, box, words, fill, ink)


def _words(shift: ShiftView) -> tuple[str, ...]:
    """Return what stands in a shift's box: as much as fits is taken, the longest first."""
    sign = SIGNS[shift.mark]
    if shift.mark in (Mark.GAP, Mark.FALLBACK):
        word = f"{sign}{shift.mark.value}"
        return (
            f"{word} · {shift.name}",
            f"{word} · {shift.short}",
            word,
            sign.strip() or shift.short,
        )
    return f"{sign}{shift.name}", f"{sign}{shift.short}"


def draw_edge(painter: QPainter, box: QRectF) -> None:
    """Draw that something is in hand while the focus is elsewhere."""
    for left, top, wide, high in (
        (box.left(), box.top(), box.width(), 2.0),
        (box.left(), box.bottom() - 2, box.width(), 2.0),
        (box.left(), box.top(), 2.0, box.height()),
        (box.right() - 2, box.top(), 2.0, box.height()),
    ):
        painter.fillRect(QRectF(left, top, wide, high), colour(Ink.EDGE))
