"""The page of reviews: the calls at the left, the one in hand at the right; or months."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from console.desk.quality.views import QualityPage, ReviewView, Tab
from console.ui.columns import SlimBar
from console.ui.controls import ENTER, KeyButton, Kind
from console.ui.figures.table import FiguresTable
from console.ui.painting import draw_card, draw_line
from console.ui.quality.detail import ReviewDetail
from console.ui.theme import Ink, Type, colour, theme

if TYPE_CHECKING:
    from console.desk.quality.keeper import QualityKeeper

PAD: Final = 16
GAP: Final = 8
ROW: Final = 34
KEYS: Final = {Tab.TO_REVIEW: "T", Tab.REVIEWED: "R", Tab.MONTH: "M", Tab.OWN: ""}
SHARES: Final = {
    Tab.TO_REVIEW: (16, 16, 24, 16, 20, 6, 6),
    Tab.REVIEWED: (26, 14, 20, 14, 8, 12, 14),
    Tab.OWN: (26, 14, 20, 14, 8, 12, 14),
}
WORDS: Final = {Tab.TO_REVIEW: 5, Tab.REVIEWED: 7, Tab.OWN: 7, Tab.MONTH: 1}


class QualityPanel(QWidget):
    """Asks the desk for calls to review; nothing is shown that it has not told."""

    title = "Reports"

    def __init__(self, parent: QWidget, desk: "QualityKeeper") -> None:
        super().__init__(parent)
        self.desk = desk
        self.view = QualityPage(Tab.TO_REVIEW, ())
        self.setAccessibleName("Reviews")
        self.tabs = {tab: KeyButton(Kind.PLAIN, tab.value, key, self) for tab, key in KEYS.items()}
        self.before = KeyButton(Kind.PLAIN, "Month before", "B", self)
        self.after = KeyButton(Kind.PLAIN, "Month after", "A", self)
        self.write = KeyButton(Kind.PLAIN, "To the words", "N", self)
        self.table = FiguresTable(self)
        self.table.setAccessibleName("Calls")
        self.area = QScrollArea(self)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setVerticalScrollBar(SlimBar(self.area))
        self.detail = ReviewDetail(self)
        self.area.setWidget(self.detail)
        self._listen()
        self.hide()

    def _listen(self) -> None:
        self.desk.changed.connect(self.show_page)
        self.table.picked.connect(self._pick)
        self.detail.saved.connect(self._mark)
        self.detail.heard.connect(lambda: self._with_call(lambda c: self.desk.hear(c.row)))
        self.write.clicked.connect(self.detail.take_focus)
        self.before.clicked.connect(lambda: self.desk.turn_month(-1))
        self.after.clicked.connect(lambda: self.desk.turn_month(1))
        for tab, button in self.tabs.items():
            button.clicked.connect(lambda _=False, each=tab: self._turn(each))

    # --- what the desk says ----------------------------------------------------------------

    def show_page(self, view: QualityPage) -> None:
        """Show the page; while others are read, what stands stays."""
        reading = not view.heads and view.tab is self.view.tab and bool(self.view.heads)
        self.view = view if not reading else self.view
        for tab, button in self.tabs.items():
            button.setVisible(tab in view.tabs)
            button.kind = Kind.PRIMARY if tab is view.tab else Kind.PLAIN
            said = f"{button.key}, chosen" if tab is view.tab else button.key
            button.setAccessibleDescription(said)
            button.update()
        month = view.tab is Tab.MONTH
        self.before.setVisible(month)
        self.after.setVisible(month)
        self.area.setVisible(not month)
        self.write.setVisible(any(call.may_mark for call in self.view.calls))
        if not reading:
            self.table.fill(
                view.heads, view.rows, words=WORDS[view.tab], shares=SHARES.get(view.tab, ())
            )
        self.setAccessibleDescription(" ".join(part for part in (view.days, view.note) if part))
        self.place()
        self.update()

    def save(self) -> None:
        """Write what was found in the call in hand."""
        self.detail.tell()

    def _turn(self, tab: Tab) -> None:
        self.desk.turn(tab)
        self.take_focus()

    def _pick(self, row: int) -> None:
        call = self.view.calls[row] if 0 <= row < len(self.view.calls) else None
        before = self.detail.view
        self.detail.fill(call)
        if call is not None and (before is None or before.row != call.row):
            self.desk.open(call.row)

    def _mark(self, mark: int, causes: object, note: str) -> None:
        self._with_call(lambda call: self.desk.mark(call.row, mark, causes, note))  # type: ignore[arg-type]
        self.take_focus()

    def _with_call(self, done: object) -> None:
        call: ReviewView | None = self.detail.view
        if call is not None and callable(done):
            done(call)

    # --- the page --------------------------------------------------------------------------

    def regions(self) -> list[QWidget]:
        """Return the page's parts in the order of the Tab key."""
        return [self]

    def take_focus(self) -> None:
        """Put the focus where work begins."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave_one(self) -> bool:
        """Leave the words for the list; tell whether the cursor was in them."""
        if self.detail.note.hasFocus():
            self.take_focus()
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Hear the single keys: the tabs', the months', the call's."""
        pressed = event.text().upper()
        buttons = (*self.tabs.values(), self.before, self.after, self.write)
        for button in buttons:
            if pressed and button.key == pressed and button.isVisible():
                button.click()
                return
        if event.key() in ENTER and self.write.isVisible():
            self.detail.take_focus()
        elif not self.detail.press(event.text()):
            super().keyPressEvent(event)

    def place(self) -> None:
        """Share the page out."""
        width, high, pad, gap = self.width(), self.height(), theme.px(PAD), theme.px(GAP)
        right = 0
        if self.view.tab is not Tab.MONTH:
            right = round(min(max(width * 0.29, theme.px(330)), theme.px(430), width * 0.42))
        self.area.setGeometry(width - right, 0, right, high)
        left, top = pad, theme.px(42)
        for button in (*self.tabs.values(), self.before, self.after, self.write):
            if not button.isHidden():
                wide = button.natural_width()
                button.setGeometry(left, top, wide, theme.px(ROW))
                left += wide + gap
        top += theme.px(ROW) + theme.px(12)
        inner = width - right - 2 * pad
        self.table.setGeometry(pad + 1, top + 1, inner - 2, max(theme.px(120), high - top - pad))
        self.table.place()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Share the new size out."""
        self.place()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.place()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the ground, the heading and the table's card."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(Ink.PAGE))
        pad = theme.px(PAD)
        line = QRectF(pad, theme.px(10), self.width() - 2 * pad, theme.px(26))
        head = self.view.days or "Calls looked at again"
        draw_line(painter, line, head, Type.NAME, Ink.TEXT)
        if self.view.note:
            note = line.adjusted(theme.px(220), 0, 0, 0)
            draw_line(painter, note, self.view.note, Type.SMALL, Ink.SOFT)
        draw_card(painter, QRectF(self.table.geometry()).adjusted(-1, -1, 1, 1))
