"""The centre between calls: that the desk is ready, or why not, and how the queue stands."""

from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from console.desk.views import DeskState, Status
from console.ui.clock import Clock, wait
from console.ui.columns import Panel
from console.ui.controls import KeyButton, Kind
from console.ui.keys import Act, sequence_of
from console.ui.painting import CENTRE, NO_PEN, draw_card, draw_line
from console.ui.theme import Ink, Type, colour, theme


class IdlePanel(Panel):
    """Nothing to do but wait, and everything that is worth knowing meanwhile."""

    ready_wanted = Signal(bool)
    unfinished_wanted = Signal()
    help_wanted = Signal()

    def __init__(self, parent: QWidget, clock: Clock) -> None:
        super().__init__(parent)
        self._clock = clock
        self._status: Status | None = None
        self._figures: tuple[tuple[str, str], ...] = ()
        self.idle = True
        self.ready = KeyButton(Kind.PLAIN, "Not ready", sequence_of(Act.READY), self)
        self.unfinished = KeyButton(Kind.PLAIN, "", sequence_of(Act.UNFINISHED), self)
        self.help = KeyButton(Kind.PLAIN, "All keys", sequence_of(Act.HELP), self)
        self.ready.clicked.connect(self._ask)
        self.unfinished.clicked.connect(self.unfinished_wanted)
        self.help.clicked.connect(self.help_wanted)
        self.unfinished.hide()

    def fill(self, status: Status) -> None:
        """Show the desk's status."""
        self._status = status
        away = status.away
        self.ready.set_words("Take calls" if away else "Not ready")
        self.ready.kind = Kind.GO if away else Kind.PLAIN
        self.setAccessibleName(self._title())
        self.tick()
        if self.idle:
            self.update()
            self.place()

    def show_unfinished(self, count: int) -> None:
        """Offer the forms a restart left unfinished."""
        words = "1 unfinished form" if count == 1 else f"{count} unfinished forms"
        self.unfinished.set_words(words)
        self.unfinished.setVisible(count > 0)
        self.place()

    def tick(self) -> None:
        """Move the longest wait on."""
        status = self._status
        if status is None:
            return
        figures = (
            ("Waiting", str(status.waiting)),
            ("Longest wait", wait(status.longest_since, self._clock()) or "–"),
            ("Answered in 20 s", status.answered_in_20),
            ("Messages to deliver", str(status.to_deliver)),
        )
        if figures != self._figures:
            self._figures = figures
            self.setAccessibleDescription(", ".join(f"{name} {value}" for name, value in figures))
            self.update()

    def wanted(self) -> bool:
        """Only between calls."""
        return self.idle

    def height_for(self, width: int) -> int:  # noqa: ARG002
        """Return the height of title, figures and buttons; the column gives it all its room."""
        return theme.px(420)

    def place(self) -> None:
        """Put the buttons in a row under the figures."""
        gap = theme.px(10)
        buttons = [each for each in (self.ready, self.unfinished, self.help) if not each.isHidden()]
        widths = [button.natural_width() + theme.px(8) for button in buttons]
        left = (self.width() - sum(widths) - gap * (len(widths) - 1)) // 2
        top = self._top() + theme.px(292)
        for button, width in zip(buttons, widths, strict=True):
            button.setGeometry(left, top, width, theme.px(38))
            left += width + gap

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Keep everything in the middle."""
        self.place()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.place()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw mark, title, words and figures."""
        painter = QPainter(self)
        top = self._top()
        self._paint_mark(painter, top)
        line = QRectF(0, top + theme.px(76), self.width(), theme.px(40))
        draw_line(painter, line, self._title(), Type.TITLE, Ink.TEXT, align=CENTRE)
        line = QRectF(0, line.bottom() + theme.px(2), self.width(), theme.px(24))
        draw_line(painter, line, self._words(), Type.BODY, Ink.SOFT, align=CENTRE)
        gap = theme.px(12)
        width = min(theme.px(168), (self.width() - 3 * gap) / 4)
        left = (self.width() - 4 * width - 3 * gap) / 2
        for name, value in self._figures:
            box = QRectF(round(left), top + theme.px(166), round(width), theme.px(92))
            draw_card(painter, box)
            words = QRectF(box.left() + theme.px(14), box.top() + theme.px(14), box.width(), 16)
            words.setRight(box.right() - theme.px(6))
            draw_line(painter, words, name, Type.LABEL, Ink.SOFT)
            words.translate(0, theme.px(32))
            words.setHeight(theme.px(30))
            draw_line(painter, words, value, Type.FIGURE, Ink.TEXT)
            left += width + gap

    def _top(self) -> int:
        return max(theme.px(8), (self.height() - theme.px(340)) // 2 - theme.px(16))

    def _paint_mark(self, painter: QPainter, top: int) -> None:
        away = self._status is None or self._status.state is DeskState.NOT_READY
        side = theme.px(56)
        box = QRectF((self.width() - side) / 2, top + theme.px(8), side, side)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(NO_PEN)
        painter.setBrush(colour(Ink.TRACK if away else Ink.GREEN_SOFT))
        painter.drawEllipse(box)
        painter.setPen(QPen(colour(Ink.SLATE if away else Ink.GREEN), side / 14))
        unit, x, y = side / 16, box.left(), box.top()
        if away:
            for at in (6.3, 9.7):
                painter.drawLine(
                    QPointF(x + at * unit, y + 5.2 * unit), QPointF(x + at * unit, y + 10.8 * unit)
                )
        else:
            painter.drawPolyline(
                [
                    QPointF(x + a * unit, y + b * unit)
                    for a, b in ((4.8, 8.3), (7.1, 10.6), (11.4, 5.8))
                ]
            )

    def _title(self) -> str:
        status = self._status
        if status is None:
            return "Starting"
        if status.state is DeskState.AVAILABLE:
            return "Ready for calls"
        if status.testing:
            return status.state_label
        return "Not taking calls" if status.state is DeskState.NOT_READY else status.state_label

    def _words(self) -> str:
        status = self._status
        if status is None:
            return "Looking for the telephone"
        if status.trouble:
            return "See the red line at the top"
        if status.testing:
            return "Calls still ring here; the desk is available once the phone has proved itself"
        if status.state is DeskState.NOT_READY:
            return "No call rings here until you take calls again"
        if status.state is DeskState.WRAP_UP:
            return "No call comes until the wrap-up is over"
        return "The next call's greeting will be on screen before it is answered"

    def _ask(self) -> None:
        if self._status is not None:
            self.ready_wanted.emit(self._status.away)
