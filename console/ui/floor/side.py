"""The right of the floor: who on call is being reached, the day's calls, messages on their way."""

from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from console.desk.floor.views import EscalationRow
from console.floor.thresholds import Level
from console.ui.clock import Clock
from console.ui.columns import SectionPanel
from console.ui.floor.inks import BAR, MARK, TEXT, lasted
from console.ui.painting import CENTRE, RIGHT, draw_bar, draw_card, draw_line, text_width
from console.ui.theme import Ink, Type, colour, theme

CARD: Final = 76
GAP: Final = 12


class Escalations(SectionPanel):
    """A card for each escalation under way, the oldest first."""

    head = "Escalations open"

    def __init__(self, parent: QWidget, clock: Clock) -> None:
        super().__init__(parent)
        self._clock = clock
        self.rows: tuple[EscalationRow, ...] = ()

    def fill(self, rows: tuple[EscalationRow, ...]) -> None:
        """Show these."""
        if rows == self.rows:
            return
        anew = len(rows) != len(self.rows)
        self.rows = rows
        self.setAccessibleDescription(
            "; ".join(f"{row.who}, {row.practice}: {row.stands}" for row in rows) or "None"
        )
        if anew:
            self.relay()
        self.update()

    def card_height(self, width: int) -> int:  # noqa: ARG002
        """Return the height of all cards."""
        count = len(self.rows)
        return count * theme.px(CARD) + (count - 1) * theme.px(GAP) if count else theme.px(40)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the heading and a card for each."""
        painter = QPainter(self)
        head = QRectF(0, 0, self.width(), theme.px(16))
        draw_line(painter, head, self.head, Type.HEAD, Ink.SOFT)
        top = self.head_height()
        if not self.rows:
            box = QRectF(0, top, self.width(), theme.px(40))
            draw_card(painter, box)
            draw_line(painter, box.adjusted(theme.px(13), 0, 0, 0), "None", Type.BODY, Ink.SOFT)
        now = self._clock().timestamp()
        for row in self.rows:
            self._draw(painter, QRectF(0, top, self.width(), theme.px(CARD)), row, now)
            top += theme.px(CARD) + theme.px(GAP)

    def _draw(self, painter: QPainter, box: QRectF, row: EscalationRow, now: float) -> None:
        draw_card(painter, box)
        draw_bar(painter, box, BAR[row.level], theme.px(4))
        ran = lasted(row.since, now)
        line = QRectF(theme.px(15), box.top() + theme.px(10), box.width() - theme.px(28),
                      theme.px(20))  # fmt: skip
        draw_line(painter, line, ran, Type.NAME, Ink.TEXT, align=RIGHT)
        name = line.adjusted(0, 0, -text_width(Type.NAME, ran) - theme.px(8), 0)
        draw_line(painter, name, row.who, Type.NAME, Ink.TEXT)
        line.translate(0, theme.px(20))
        draw_line(painter, line, row.practice, Type.SMALL, Ink.SOFT)
        line.translate(0, theme.px(16))
        ink = Ink.SOFT if row.level is Level.GOOD else TEXT[row.level]
        draw_line(painter, line, MARK[row.level] + row.stands, Type.SMALL, ink)


class Hours(SectionPanel):
    """The day's calls as bars, hour by hour."""

    head = "Calls by hour, today"
    FIRST = 6  # the hour shown first, unless there were calls before

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.hours: tuple[int, ...] = ()

    def fill(self, hours: tuple[int, ...]) -> None:
        """Show the counts from midnight on."""
        if hours == self.hours:
            return
        self.hours = hours
        said = (f"{hour}:00 {count}" for hour, count in enumerate(hours) if count)
        self.setAccessibleDescription(", ".join(said) or "No calls yet")
        self.update()

    def card_height(self, width: int) -> int:  # noqa: ARG002
        """Return the chart's height."""
        return theme.px(136)

    def span(self) -> tuple[int, int]:
        """Return the first and the last hour shown: 6 to 20, and more where there were calls."""
        busy = [hour for hour, count in enumerate(self.hours) if count]
        return min([*busy, self.FIRST]), max([*busy, 20])

    def paint_card(self, painter: QPainter, box: QRectF) -> None:
        """Draw a bar for each hour, the highest with its count, and the hours beneath."""
        first, last = self.span()
        counts = [self.hours[h] if h < len(self.hours) else 0 for h in range(first, last + 1)]
        most = max(counts)
        inner = box.adjusted(theme.px(13), theme.px(22), -theme.px(13), -theme.px(26))
        step = inner.width() / len(counts)
        peak = counts.index(most)
        for number, count in enumerate(counts):
            left = round(inner.left() + number * step)
            right = round(inner.left() + (number + 1) * step - theme.px(4))
            high = round(inner.height() * count / most) if most else 0
            bar = QRectF(left, inner.bottom() - high, right - left, high)
            painter.fillRect(bar, colour(Ink.BLUE))
            if most and number == peak:
                line = QRectF(left - step, bar.top() - theme.px(17), 3 * step, theme.px(16))
                draw_line(painter, line, str(count), Type.LABEL, Ink.LABEL, align=CENTRE)
        painter.fillRect(QRectF(inner.left(), inner.bottom(), inner.width(), 1), colour(Ink.LINE))
        for hour in {first, 12, last}:
            middle = inner.left() + (hour - first + 0.5) * step - theme.px(2)
            line = QRectF(middle - theme.px(20), inner.bottom() + theme.px(4), theme.px(40),
                          theme.px(16))  # fmt: skip
            draw_line(painter, line, f"{hour:02}", Type.TINY, Ink.SOFT, align=CENTRE)


class MessageCounts(SectionPanel):
    """How many messages are on their way."""

    head = "Messages"
    ROW = 30

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: tuple[tuple[str, int, Level], ...] = ()

    def fill(self, rows: tuple[tuple[str, int, Level], ...]) -> None:
        """Show the counts."""
        if rows == self.rows:
            return
        self.rows = rows
        self.setAccessibleDescription(", ".join(f"{words} {count}" for words, count, _ in rows))
        self.relay()

    def card_height(self, width: int) -> int:  # noqa: ARG002
        """Return a line for each."""
        return len(self.rows) * theme.px(self.ROW) + theme.px(14)

    def paint_card(self, painter: QPainter, box: QRectF) -> None:
        """Draw a line for each."""
        pad, high = theme.px(13), theme.px(self.ROW)
        top = box.top() + theme.px(7)
        for number, (words, count, level) in enumerate(self.rows):
            line = QRectF(box.left() + pad, top, box.width() - 2 * pad, high)
            if number:
                painter.fillRect(QRectF(line.left(), top, line.width(), 1), colour(Ink.HAIRLINE))
            draw_line(painter, line, MARK[level] + words, Type.BODY, TEXT[level])
            draw_line(painter, line, str(count), Type.BODY_STRONG, TEXT[level], align=RIGHT)
            top += high
