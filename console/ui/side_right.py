"""The right column: who is on call, the practice's own answers, its open times and its protocol.

Everything a receptionist may have to say about the practice without being asked twice.
"""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from console.desk.views import Fact, OnCallNow, OpenDay
from console.ui.columns import SectionPanel, draw_rows, park
from console.ui.controls import KeyButton, Kind
from console.ui.edits import LineEdit
from console.ui.keys import Act, sequence_of
from console.ui.painting import RIGHT, Words, draw_card, draw_focus, draw_line, text_width
from console.ui.theme import Ink, Type, colour, theme

PAD = 13


class OnCall(SectionPanel):
    """Who is on call, who is next, and the red key to reach them."""

    head = "On call now"

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._view: OnCallNow | None = None
        self._until = Words(Type.SMALL, Ink.SOFT, 1.3)
        self._then = Words(Type.SMALL, Ink.SOFT, 1.3)
        self.escalate = KeyButton(Kind.DANGER, "Escalate", sequence_of(Act.ESCALATE), self)
        self.escalate.role = Type.BIG
        self.escalate.spread = True

    def fill(self, view: OnCallNow | None) -> None:
        """Show who it is; None where nobody is known to be."""
        if view != self._view:
            self._view = view
            self.escalate.set_words(view.escalate_label if view else "Escalate")
            said = f"{view.name}. {view.until}. {view.then}" if view else "Nobody named"
            self.setAccessibleDescription(said)
            self.relay()

    def look(self) -> object:
        """Return who is shown."""
        return self._lines(), self._view.name if self._view else ""

    def card_height(self, width: int) -> int:
        """Return the height of names and button."""
        room = width - 2 * theme.px(PAD)
        until, then = self._lines()
        words = self._until.lay(until, room) + self._then.lay(then, room)
        return round(words) + theme.px(12 + 22 + 10 + 48 + 13)

    def paint_card(self, painter: QPainter, box: QRectF) -> None:
        """Draw the names."""
        pad = theme.px(PAD)
        line = QRectF(pad, box.top() + theme.px(11), box.width() - 2 * pad, theme.px(22))
        name = self._view.name if self._view else "Nobody is named"
        draw_line(painter, line, name, Type.BIG, Ink.TEXT)
        self._until.draw(painter, pad, line.bottom() + theme.px(1))
        self._then.draw(painter, pad, line.bottom() + theme.px(1) + self._until.height)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Keep the button at the card's foot."""
        pad, high = theme.px(PAD), theme.px(48)
        self.escalate.setGeometry(pad, self.height() - pad - high, self.width() - 2 * pad, high)

    def _lines(self) -> tuple[str, str]:
        if self._view is None:
            return "This practice has no rota for now", ""
        return self._view.until, self._view.then


class FactRow(KeyButton):
    """One of the practice's answers; pressed, it is shown in full."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Kind.LINK, "", "", parent)
        self.fact: Fact | None = None
        self.current = False
        self.first = True
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # reached from the search, by the arrows

    def look(self) -> tuple[object, ...]:
        """Return everything the row's looks depend on but its size."""
        return (*super().look(), self.fact, self.current, self.first)

    def draw(self, painter: QPainter) -> None:
        """Draw label and answer; the one Enter would take has a tint and an arrow."""
        if self.fact is None:
            return
        box = QRectF(self.rect())
        if not self.first:
            painter.fillRect(
                QRectF(theme.px(5), 0, box.width() - theme.px(10), 1), colour(Ink.HAIRLINE)
            )
        if self.current or self.underMouse():
            draw_card(painter, box, Ink.BLUE_SOFT, Ink.BLUE_SOFT, radius=5)
        line = box.adjusted(theme.px(5), 0, -theme.px(5), 0)
        label = f"› {self.fact.label}" if self.current else self.fact.label
        left = min(text_width(Type.BODY, label) + theme.px(10), line.width() * 0.6)
        value = line.adjusted(left, 0, 0, 0)
        draw_line(painter, value, self.fact.text, Type.BODY_STRONG, Ink.TEXT, align=RIGHT)
        line.setWidth(left - theme.px(6))
        draw_line(painter, line, label, Type.BODY, Ink.TEXT)
        if self.hasFocus():
            draw_focus(painter, box, 5)


class Answers(SectionPanel):
    """The practice's answers, searched as they are typed; closed once a symptom is told."""

    head = "Practice answers"
    searched = Signal(str)
    opened = Signal(object)  # Fact
    POOL = 7

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.locked = ""
        self._facts: tuple[Fact, ...] = ()
        self._current = -1
        self._first_row = 0
        self._reason = Words(Type.SMALL, Ink.AMBER_TEXT, 1.35)
        self.search = LineEdit(self, sequence_of(Act.SEARCH))
        self.search.setPlaceholderText("Search answers…")
        self.search.setAccessibleName("Search the practice's answers")
        self.search.setAccessibleDescription(sequence_of(Act.SEARCH))
        self.search.textEdited.connect(self._edited)
        self.search.entered.connect(self._open_current)
        self.search.installEventFilter(self)
        self.rows: list[FactRow] = []
        for _ in range(self.POOL):
            row = FactRow(self)
            row.first = not self.rows
            row.clicked.connect(lambda _=False, row=row: self._open(row.fact))
            self.rows.append(row)

    def fill(self, facts: tuple[Fact, ...], locked: str) -> None:
        """Show a practice's usual answers, or why none may be read."""
        if locked != self.locked:
            self.locked = locked
            self.search.setEnabled(not locked)
            self.setAccessibleDescription(locked)
            self.place()
            self.relay()
        self.show_found(() if locked else facts)

    def clear(self) -> None:
        """Forget the search: another call has come to the front."""
        if self.search.text():
            self.search.clear()

    def show_found(self, facts: tuple[Fact, ...]) -> None:
        """Show what was found; the first is what Enter takes."""
        facts = () if self.locked else facts[: self.POOL]
        current = 0 if facts and self.search.text() else -1
        if facts == self._facts and current == self._current:
            return
        self._facts = facts
        for number, row in enumerate(self.rows):
            fact = facts[number] if number < len(facts) else None
            if fact != row.fact:
                row.fact = fact
                row.setAccessibleName(f"{fact.label}: {fact.text}" if fact else "")
                row.update()
        self.place()
        self._choose(current)
        self.relay()

    def look(self) -> object:
        """Return what is behind the controls."""
        return self.locked, bool(self._facts), bool(self.search.text())

    def card_height(self, width: int) -> int:
        """Return the height of the search and its rows, or of the reason."""
        if self.locked:
            room = width - 2 * theme.px(PAD)
            return round(self._reason.lay(self.locked, room)) + theme.px(26)
        return theme.px(13 + 36 + 8 + 8) + max(1, len(self._facts)) * theme.px(28)

    def place(self) -> None:
        """Put the search and the rows where they belong."""
        pad, top = theme.px(PAD), self.head_height() + theme.px(13)
        if self.locked:
            park(self.search)
        else:
            self.search.setGeometry(pad, top, self.width() - 2 * pad, theme.px(36))
        top += theme.px(36 + 8)
        self._first_row = top
        for row in self.rows:
            if row.fact is None:
                park(row)
                continue
            row.setGeometry(theme.px(8), top, self.width() - theme.px(16), theme.px(28))
            top += theme.px(28)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Fit search and rows."""
        self.place()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.place()

    def paint_card(self, painter: QPainter, box: QRectF) -> None:
        """Draw what is not a control: the reason, or that nothing was found."""
        pad = theme.px(PAD)
        if self.locked:
            draw_card(painter, box, Ink.AMBER_SOFT, Ink.SAY_EDGE)
            self._reason.draw(painter, pad, box.top() + pad)
        elif not self._facts:
            line = QRectF(pad, self._first_row, box.width() - 2 * pad, theme.px(28))
            words = "No answer found" if self.search.text() else "No answers on file"
            draw_line(painter, line, words, Type.SMALL, Ink.SOFT)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Move among the rows with the arrows while the cursor stays in the search."""
        if isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            if step and self._facts:
                self._choose(max(0, min(len(self._facts) - 1, self._current + step)))
                return True
        return super().eventFilter(watched, event)

    def _edited(self, text: str) -> None:
        self.searched.emit(text)

    def _choose(self, number: int) -> None:
        self._current = number
        for each, row in enumerate(self.rows):
            if row.current != (each == number):
                row.current = each == number
                row.update()

    def _open_current(self) -> None:
        if self._facts:
            self._open(self._facts[max(0, self._current)])

    def _open(self, fact: Fact | None) -> None:
        if fact is not None:
            self.opened.emit(fact)


class OpenTimes(SectionPanel):
    """The practice's next open times, by day."""

    head = "Open times"

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._days: tuple[OpenDay, ...] | None = ()
        self._rows: list[tuple[str, str]] = []

    def fill(self, days: tuple[OpenDay, ...] | None) -> None:
        """Show the days; None while they are being looked up."""
        if days != self._days:
            self._days = days
            self._rows = [(day.day, " · ".join(day.times)) for day in days or ()]
            said = "; ".join(f"{day} {times}" for day, times in self._rows)
            self.setAccessibleDescription(said)
            self.relay()

    def look(self) -> object:
        """Return the days."""
        return self._days is None, tuple(self._rows)

    def card_height(self, width: int) -> int:  # noqa: ARG002
        """Return a row for each day."""
        return max(1, len(self._rows)) * theme.px(28) + theme.px(12)

    def paint_card(self, painter: QPainter, box: QRectF) -> None:
        """Draw a row for each day."""
        if self._rows:
            draw_rows(painter, box, self._rows, Type.BODY)
            return
        words = "Looking up…" if self._days is None else "No open times"
        line = box.adjusted(theme.px(PAD), 0, 0, 0)
        draw_line(painter, line, words, Type.SMALL, Ink.SOFT)


class ProtocolNote(SectionPanel):
    """What the practice wants done, in its own words."""

    head = "Protocol note"

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = ""
        self._words = Words(Type.BODY, Ink.TEXT, 1.4)

    def fill(self, text: str) -> None:
        """Show the note."""
        if text != self._text:
            self._text = text
            self.setAccessibleDescription(text)
            self.relay()

    def wanted(self) -> bool:
        """Only where the practice left one."""
        return self.on and bool(self._text)

    def look(self) -> object:
        """Return the note."""
        return self._text

    def card_height(self, width: int) -> int:
        """Return the note's height."""
        room = width - 2 * theme.px(PAD)
        return round(self._words.lay(self._text, room)) + theme.px(24)

    def paint_card(self, painter: QPainter, box: QRectF) -> None:
        """Draw the note."""
        self._words.draw(painter, theme.px(PAD), box.top() + theme.px(12))


class Quiet(SectionPanel):
    """What will be here once there is a call."""

    head = "Practice"

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._words = Words(Type.SMALL, Ink.SOFT, 1.45)
        self.setAccessibleDescription(QUIET)

    def card_height(self, width: int) -> int:
        """Return the words' height."""
        return round(self._words.lay(QUIET, width - 2 * theme.px(PAD))) + theme.px(26)

    def paint_card(self, painter: QPainter, box: QRectF) -> None:
        """Draw the words."""
        self._words.draw(painter, theme.px(PAD), box.top() + theme.px(13))


QUIET = (
    "With a call, the practice stands here: who is on call, its own answers, its open times, "
    "and what its protocol asks."
)
