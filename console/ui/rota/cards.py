"""The cards around the calendar: who is on call now, the shift in hand, what is wrong soon."""

from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from console.desk.rota.views import Mark, OnCallHead, ShiftView, TroubleView
from console.ui.painting import draw_bar, draw_card, draw_line, draw_pill, pill_width, text_width
from console.ui.rota.inks import SIGNS, bar
from console.ui.theme import Ink, Type, theme

PAD: Final = 14
LINE: Final = 21


class HeadCard(QWidget):
    """Who is on call now, from what, until when, who is next, when it was last confirmed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.view: OnCallHead | None = None
        self.setAccessibleName("On call now")

    def fill(self, view: OnCallHead | None) -> None:
        """Show who it is."""
        if view != self.view:
            self.view = view
            self.setAccessibleDescription(view.said if view is not None else "Nobody is named")
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the name, then a column for each fact."""
        painter = QPainter(self)
        box = QRectF(self.rect())
        draw_card(painter, box)
        pad = theme.px(PAD)
        line = QRectF(pad + 4, theme.px(9), box.width() * 0.27, theme.px(18))
        draw_line(painter, line, "On call now", Type.HEAD, Ink.SOFT)
        view = self.view
        if view is None:
            line.translate(0, theme.px(19))
            draw_line(painter, line, "Nobody is named", Type.BIG, Ink.TEXT)
            return
        draw_bar(painter, box, Ink.AMBER if view.trouble else Ink.GREEN, theme.px(5))
        if view.trouble:
            left = line.left() + text_width(Type.HEAD, "ON CALL NOW") + theme.px(10)
            where = QRectF(left, theme.px(7), pill_width(view.trouble), theme.px(20))
            draw_pill(painter, where, view.trouble, Ink.AMBER_SOFT, Ink.AMBER_TEXT)
        name = QRectF(line.left(), theme.px(29), line.width(), theme.px(24))
        draw_line(painter, name, view.name, Type.BIG, Ink.TEXT)
        left = line.right() + theme.px(12)
        wide = (box.width() - left - pad) / len(view.facts)
        for number, (label, value) in enumerate(view.facts):
            at = QRectF(left + number * wide, theme.px(10), wide - theme.px(12), theme.px(18))
            draw_line(painter, at, label, Type.LABEL, Ink.SOFT)
            under = QRectF(at.left(), theme.px(30), at.width(), theme.px(22))
            strong = text_width(Type.BODY_STRONG, value) <= under.width()
            draw_line(painter, under, value, Type.BODY_STRONG if strong else Type.LABEL, Ink.TEXT)


class ShiftCard(QWidget):
    """The shift in hand, in short."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.view: ShiftView | None = None
        self.setAccessibleName("Shift in hand")

    def fill(self, view: ShiftView | None) -> None:
        """Show a shift."""
        self.view = view
        self.setAccessibleDescription(view.said if view is not None else "Nobody")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw who, when, and from what."""
        painter = QPainter(self)
        box = QRectF(self.rect())
        draw_card(painter, box)
        view, pad = self.view, theme.px(PAD)
        if view is None:
            draw_line(painter, box.adjusted(pad, 0, -pad, 0), "Nobody", Type.BODY, Ink.SOFT)
            return
        draw_bar(painter, box, bar(view), theme.px(4))
        facts = dict(view.facts)
        line = QRectF(pad, theme.px(8), box.width() - 2 * pad, theme.px(LINE))
        draw_line(painter, line, f"{SIGNS[view.mark]}{view.name}", Type.NAME, Ink.TEXT)
        lasts = f" ({facts['Lasts']})" if "Lasts" in facts else ""
        lines = (
            f"{facts['From']} to {facts['To']}{lasts}",
            f"{facts['From what']} · called: {facts['Called'].lower()}",
        )
        for words in lines:
            line.translate(0, theme.px(LINE) - 1)
            draw_line(painter, line, words, Type.SMALL, Ink.SOFT)


class TroubleCard(QWidget):
    """Gaps and overlaps of the next 72 hours; as many as there is room for."""

    HEAD: Final = "Next 72 hours"

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: tuple[TroubleView, ...] = ()
        self.setAccessibleName(self.HEAD)

    def fill(self, rows: tuple[TroubleView, ...]) -> None:
        """Show what is wrong."""
        self.rows = rows
        said = "; ".join(row.said for row in rows) or "No gap and no overlap"
        self.setAccessibleDescription(said)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the heading and a line for each."""
        painter = QPainter(self)
        box = QRectF(self.rect())
        draw_card(painter, box)
        pad = theme.px(PAD)
        line = QRectF(pad, theme.px(8), box.width() - 2 * pad, theme.px(LINE))
        if not self.rows:
            draw_line(painter, line, self.HEAD, Type.HEAD, Ink.SOFT)
            line.translate(0, theme.px(LINE))
            draw_line(painter, line, "✓ No gap and no overlap", Type.BODY, Ink.GREEN_TEXT)
            return
        count = f"{self.HEAD}: {len(self.rows)} to mend"
        draw_line(painter, line, count, Type.HEAD, Ink.SOFT)
        room = max(1, int((box.height() - theme.px(34)) // theme.px(LINE - 1)))
        for row in self.rows[:room]:
            line.translate(0, theme.px(LINE) - 1)
            ink = Ink.AMBER_TEXT if row.mark is Mark.GAP else Ink.RED_TEXT
            draw_line(painter, line, row.words, Type.SMALL, ink)
