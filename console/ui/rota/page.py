"""The rota's page: practices at the left, who is on call now above, the calendar, and beneath it
the shift in hand and what is wrong with the next hours."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from console.desk.rota.views import Asked, RotaPage, ShiftView, Span
from console.ui.columns import SlimBar
from console.ui.controls import KeyButton, Kind
from console.ui.painting import RIGHT, draw_card, draw_line, text_width
from console.ui.rota.calendar import Calendar
from console.ui.rota.cards import HeadCard, ShiftCard, TroubleCard
from console.ui.rota.month import MonthView
from console.ui.rota.side import RotaSide
from console.ui.rota.week import WeekView
from console.ui.theme import Ink, Type, colour, theme

if TYPE_CHECKING:
    from console.desk.practices.views import PracticeLine
    from console.desk.rota.keeper import RotaKeeper

PAD: Final = 16
GAP: Final = 8
TITLE: Final = 44
HEAD: Final = 62
ROW: Final = 34
FOOT: Final = 78


class RotaPanel(QWidget):
    """Asks the desk for rotas; nothing is shown that it has not told."""

    title = "Rota"
    opened = Signal(object)  # ShiftView

    def __init__(self, parent: QWidget, desk: "RotaKeeper") -> None:
        super().__init__(parent)
        self.desk = desk
        self.view = RotaPage(Asked(), "")
        self._days = QRectF()
        self._trouble: datetime | None = None  # the beginning of the one gone to last
        self._wanted: datetime | None = None  # to be in hand when the days are there
        self.setAccessibleName("Rota")
        self.side = RotaSide(self)
        self.head = HeadCard(self)
        self.spans = {
            Span.WEEK: KeyButton(Kind.PLAIN, "Week", "W", self),
            Span.MONTH: KeyButton(Kind.PLAIN, "Month", "M", self),
        }
        self.before = KeyButton(Kind.PLAIN, "Before", "PgUp", self)
        self.now = KeyButton(Kind.PLAIN, "Today", "T", self)
        self.after = KeyButton(Kind.PLAIN, "After", "PgDn", self)
        self.open = KeyButton(Kind.PLAIN, "All about it", "Enter", self)
        self.next = KeyButton(Kind.PLAIN, "Next to mend", "N", self)
        self.override = KeyButton(Kind.PLAIN, "Override", "O", self)
        self.swap = KeyButton(Kind.PLAIN, "Swap", "S", self)
        self.vacation = KeyButton(Kind.PLAIN, "Vacation", "V", self)
        self.remove = KeyButton(Kind.PLAIN, "Remove change", "Del", self)
        self.confirm = KeyButton(Kind.PLAIN, "Confirm", "C", self)
        self._swapping: ShiftView | None = None
        self.area = QScrollArea(self)
        self.week = WeekView(self.area)
        self.month = MonthView(self.area)
        self.shift = ShiftCard(self)
        self.troubles = TroubleCard(self)
        self._build_area()
        self._listen()
        self.hide()

    def _build_area(self) -> None:
        area = self.area
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setVerticalScrollBar(SlimBar(area))
        area.setWidget(self.week)
        self.month.hide()

    def _listen(self) -> None:
        desk = self.desk
        desk.changed.connect(self.show_rota)
        desk.list_changed.connect(self._show_list)
        self.side.searched.connect(desk.find)
        self.side.chosen.connect(self._choose)
        for span, button in self.spans.items():
            button.clicked.connect(lambda _=False, each=span: desk.lay_out(each))
        self.before.clicked.connect(lambda: desk.turn(-1))
        self.after.clicked.connect(lambda: desk.turn(1))
        self.now.clicked.connect(desk.today)
        self.next.clicked.connect(self._go_to_trouble)
        self.open.clicked.connect(self._open)
        editing = desk.editing
        self.override.clicked.connect(lambda: self._with_shift(editing.override))
        self.vacation.clicked.connect(lambda: self._with_shift(editing.vacation))
        self.remove.clicked.connect(lambda: self._with_shift(editing.remove))
        self.confirm.clicked.connect(lambda: self._with_shift(editing.confirm))
        self.swap.clicked.connect(self._swap)
        for calendar in (self.week, self.month):
            calendar.picked.connect(self._show_shift)
            calendar.opened.connect(self._open)
            calendar.turned.connect(desk.turn)
            calendar.moved.connect(self._keep_in_sight)

    # --- what the desk says ----------------------------------------------------------------

    def show_rota(self, view: RotaPage) -> None:
        """Show a practice's rota."""
        fresh = view.asked.span is not self.view.asked.span or not self.view.title
        self.view = view
        self.head.fill(view.head)
        self.troubles.fill(view.troubles)
        if self._swapping is not None and view.asked.practice != self.view.asked.practice:
            self._end_swap()
        self.side.show_practice(view.asked.practice)
        for span, button in self.spans.items():
            here = view.asked.span is span
            button.kind = Kind.PRIMARY if here else Kind.PLAIN
            button.setAccessibleDescription(f"{button.key}, shown" if here else button.key)
            button.update()
        self._show_acts(view)
        self._fill_calendar(view)
        self.setAccessibleDescription(f"{view.practice}, {view.title}. {view.note}")
        if fresh:
            self.place()
        self.update()

    def _fill_calendar(self, view: RotaPage) -> None:
        calendar = self.calendar
        if self.area.widget() is not calendar:
            focused = self._other.hasFocus()
            self.area.takeWidget().setParent(self)
            self._other.hide()
            self.area.setWidget(calendar)
            calendar.show()
            if focused:
                calendar.setFocus(Qt.FocusReason.OtherFocusReason)
        self.area.setVisible(bool(view.shifts))
        calendar.fill(view)
        if self._wanted is not None:
            calendar.take_moment(self._wanted)
            self._wanted = None
        if self._trouble is not None and not any(
            each.start == self._trouble for each in view.troubles
        ):
            self._trouble = None

    @property
    def calendar(self) -> WeekView | MonthView:
        """The week or the month, whichever is shown."""
        return self.week if self.view.asked.span is Span.WEEK else self.month

    @property
    def _other(self) -> Calendar:
        return self.month if self.calendar is self.week else self.week

    def _show_list(self, lines: "tuple[PracticeLine, ...]") -> None:
        self.side.fill(lines)

    def _show_acts(self, view: RotaPage) -> None:
        """Show what can be done here, to who may."""
        before = self.acts()
        self.next.setVisible(bool(view.troubles))
        for button in (self.override, self.swap, self.vacation, self.remove, self.confirm):
            button.setVisible(view.may_edit and bool(view.shifts))
        if self.acts() != before:
            self.place()

    def _show_shift(self) -> None:
        shift = self.calendar.shift
        self.shift.fill(shift)
        self.remove.setEnabled(shift is not None and bool(shift.change))

    # --- what a person does ----------------------------------------------------------------------

    def search(self) -> None:
        """Go to the search of practices."""
        self.side.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.side.search.selectAll()

    def _choose(self, practice: str) -> None:
        self.desk.choose(practice)
        if self.side.search.text():
            self.side.search.clear()
            self.desk.find("")
        self.take_focus()

    def _with_shift(self, done: Callable[[str, ShiftView], None]) -> None:
        shift = self.calendar.shift
        if shift is not None:
            self._end_swap()
            done(self.view.asked.practice, shift)

    def _swap(self) -> None:
        """Take the shift in hand as the first of two, or as the second."""
        shift, first = self.calendar.shift, self._swapping
        if shift is None:
            return
        if first is None:
            self._swapping = shift
            self.swap.set_words("Swap with this one")
            self.swap.kind = Kind.PRIMARY
            self.place()
            self.update()
            self.calendar.announce(self._swap_words())
            return
        self.desk.editing.swap(self.view.asked.practice, first, shift)
        if first.provider != shift.provider:
            self._end_swap()

    def _end_swap(self) -> None:
        if self._swapping is not None:
            self._swapping = None
            self.swap.set_words("Swap")
            self.swap.kind = Kind.PLAIN
            self.place()
            self.update()

    def _swap_words(self) -> str:
        first = self._swapping
        if first is None:
            return ""
        facts = dict(first.facts)
        return f"Swapping {first.name}, {facts['From']}: go to the other shift, S; Esc leaves it"

    def _open(self) -> None:
        shift = self.calendar.shift
        if shift is not None:
            self.opened.emit(shift)

    def _go_to_trouble(self) -> None:
        """Go to the next gap or overlap, and from the last to the first."""
        found = self.view.troubles
        if not found:
            return
        later = [each for each in found if self._trouble is None or each.start > self._trouble]
        self._trouble = self._wanted = (later or list(found))[0].start
        self.desk.go_to(self._trouble)
        self.take_focus()

    # --- the page --------------------------------------------------------------------------

    def regions(self) -> list[QWidget]:
        """Return the page's parts in the order of the Tab key."""
        return [self]

    def take_focus(self) -> None:
        """Put the focus where work begins."""
        self.calendar.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave_one(self) -> bool:
        """Leave the practices for the calendar; tell whether the focus was in them."""
        if self._swapping is not None:
            self._end_swap()
            return True
        focus = self.window().focusWidget()
        if focus is not None and self.side.isAncestorOf(focus):
            if self.side.search.text():
                self.side.search.clear()
                self.desk.find("")
            self.take_focus()
            return True
        return False

    def acts(self) -> tuple[KeyButton, ...]:
        """Return what can be done with the shift in hand, and about what is wrong."""
        buttons = (self.open, self.override, self.swap, self.vacation, self.remove, self.confirm)
        return tuple(each for each in (*buttons, self.next) if not each.isHidden())

    def buttons(self) -> tuple[KeyButton, ...]:
        """Return the buttons with a single key."""
        acts = (self.override, self.swap, self.vacation, self.confirm, self.next)
        return (*self.spans.values(), self.now, *acts)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Hear the single keys of the buttons."""
        if event.key() == Qt.Key.Key_Delete and self.remove.isVisible():
            self._with_shift(self.desk.editing.remove)
            return
        pressed = event.text().upper()
        for button in self.buttons():
            if pressed and button.key == pressed and button.isVisible() and button.isEnabled():
                button.click()
                return
        super().keyPressEvent(event)

    def _keep_in_sight(self, spot: QRectF) -> None:
        middle = spot.center().toPoint()
        self.area.ensureVisible(middle.x(), middle.y(), 0, theme.px(60))

    # --- layout ------------------------------------------------------------------------------

    def place(self) -> None:
        """Share the page out."""
        width, high, pad, gap = self.width(), self.height(), theme.px(PAD), theme.px(GAP)
        left = round(min(max(width * 0.18, theme.px(230)), theme.px(300)))
        self.side.setGeometry(0, 0, left, high)
        start, room = left + 1 + pad, width - left - 1 - 2 * pad
        top = theme.px(TITLE)
        self.head.setGeometry(start, top, room, theme.px(HEAD))
        top += theme.px(HEAD) + theme.px(12)
        at = start
        for button in (*self.spans.values(), self.before, self.now, self.after):
            wide = button.natural_width()
            button.setGeometry(at, top, wide, theme.px(ROW))
            at += wide + gap
        self._days = QRectF(at + theme.px(6), top, start + room - at, theme.px(ROW))
        top += theme.px(ROW) + theme.px(10)
        foot = theme.px(FOOT)
        bottom = high - pad - foot - gap
        acts = self._rows(start, room)
        bottom -= len(acts) * (theme.px(ROW) + gap)
        for number, row in enumerate(acts):
            for button, left_edge, wide in row:
                down = bottom + gap + number * (theme.px(ROW) + gap)
                button.setGeometry(left_edge, down, wide, theme.px(ROW))
        self.area.setGeometry(start + 1, top + 1, room - 2, max(theme.px(120), bottom - top - 2))
        split = round(room * 0.5)
        self.shift.setGeometry(start, high - pad - foot, split - gap, foot)
        self.troubles.setGeometry(start + split, high - pad - foot, room - split, foot)

    def _rows(self, start: int, room: int) -> list[list[tuple[KeyButton, int, int]]]:
        """Put what is done with a shift side by side, on as many rows as it needs."""
        rows: list[list[tuple[KeyButton, int, int]]] = [[]]
        left = start
        for button in self.acts():
            wide = button.natural_width()
            if rows[-1] and left + wide > start + room:
                rows.append([])
                left = start
            rows[-1].append((button, left, wide))
            left += wide + theme.px(GAP)
        return rows

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Share the new size out."""
        self.place()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.place()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the ground, the practice, the days and the calendar's card."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(Ink.PAGE))
        left = self.side.width()
        painter.fillRect(QRectF(left, 0, 1, self.height()), colour(Ink.LINE))
        room = QRectF(self.head.x(), theme.px(6), self.head.width(), theme.px(34))
        draw_line(painter, room, self.view.practice, Type.PRACTICE, Ink.TEXT)
        if text_width(Type.PRACTICE, self.view.practice) < room.width() / 1.6:
            draw_line(painter, room, self.view.zone, Type.SMALL, Ink.SOFT, align=RIGHT)
        if self._swapping is not None:
            draw_line(painter, self._days, f"⇄ {self._swap_words()}", Type.SMALL_STRONG, Ink.TEXT)
        else:
            draw_line(painter, self._days, self.view.title, Type.BIG, Ink.TEXT)
        card = QRectF(self.area.geometry()).adjusted(-1, -1, 1, 1)
        draw_card(painter, card)
        if self.view.note:
            line = card.adjusted(theme.px(24), theme.px(20), -theme.px(24), 0)
            line.setHeight(theme.px(30))
            draw_line(painter, line, self.view.note, Type.BODY, Ink.TEXT)
