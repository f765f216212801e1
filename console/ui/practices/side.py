"""The left of the page: the practices, or the sections of the one in hand."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QScrollArea, QWidget

from console.desk.practices.views import EditorView, PracticeLine, SectionTab
from console.ui.columns import SlimBar
from console.ui.controls import ENTER, KeyButton, Kind
from console.ui.edits import LineEdit
from console.ui.form.body import scroll_areas
from console.ui.painting import (
    RIGHT,
    Words,
    draw_bar,
    draw_card,
    draw_focus,
    draw_line,
    draw_pill,
    pill_width,
)
from console.ui.theme import Ink, Type, colour, theme

_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class SideRow(QAbstractButton):
    """A practice, or a section."""

    stepped = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.code = ""
        self.title, self.detail, self.mark = "", "", ""
        self.problems = 0
        self.current = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def fill_practice(self, line: PracticeLine) -> None:
        """Show a practice."""
        self.code, self.title, self.detail = line.practice_id, line.name, line.detail
        self.mark, self.problems, self.current = line.state, 0, False
        mark = f", {line.state}" if line.state else ""
        self.setAccessibleName(f"{line.name}, {line.detail}{mark}")
        self.update()

    def fill_section(self, tab: SectionTab) -> None:
        """Show a section."""
        self.code, self.title, self.detail = tab.code, tab.title, ""
        self.mark, self.problems, self.current = "", tab.problems, tab.current
        wrong = f", {tab.problems} mistakes" if tab.problems else ""
        state = ", shown" if tab.current else ""
        self.setAccessibleName(f"{tab.title}{wrong}{state}")
        self.update()

    def high(self) -> int:
        """Return the row's height."""
        return theme.px(46 if self.detail else 32)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Hear Enter and the arrows."""
        if event.key() in ENTER:
            self.click()
        elif event.key() in _STEPS and not event.modifiers():
            self.stepped.emit(_STEPS[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the row."""
        painter = QPainter(self)
        box = QRectF(self.rect())
        if self.current:
            draw_card(painter, box, Ink.BLUE_SOFT, Ink.BLUE_SOFT, radius=6)
            draw_bar(painter, box, Ink.BLUE, 4)
        elif self.underMouse():
            draw_card(painter, box, Ink.BUTTON, Ink.BUTTON, radius=6)
        right = box.right() - theme.px(8)
        pill = f"✕ {self.problems}" if self.problems else self.mark
        if pill:
            inks = (Ink.RED_SOFT, Ink.RED_TEXT) if self.problems else (
                Ink.AMBER_SOFT, Ink.AMBER_TEXT)  # fmt: skip
            where = QRectF(right - pill_width(pill), 0, pill_width(pill), theme.px(22))
            where.moveTop(round((box.height() - where.height()) / 2))
            draw_pill(painter, where, pill, *inks)
            right = where.left() - theme.px(6)
        left = theme.px(14)
        role = Type.BODY_STRONG if self.current or self.detail else Type.BODY
        line = QRectF(left, 0, right - left, box.height())
        if self.detail:
            line = QRectF(left, theme.px(5), right - left, theme.px(19))
            under = line.translated(0, theme.px(18))
            draw_line(painter, under, self.detail, Type.SMALL, Ink.SOFT)
        draw_line(painter, line, self.title, role, Ink.TEXT)
        if self.hasFocus():
            draw_focus(painter, box, 6)


class Rows(QScrollArea):
    """Rows one under another, scrolled."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBar(SlimBar(self))
        self.inner = QWidget(self.viewport())
        self.inner.setAccessibleName(name)
        self.setWidget(self.inner)
        self.rows: list[SideRow] = []
        palette = self.inner.palette()
        palette.setColor(self.inner.backgroundRole(), colour(Ink.SIDE))
        self.inner.setPalette(palette)
        self.inner.setAutoFillBackground(True)
        palette = self.palette()
        palette.setColor(palette.ColorRole.Window, colour(Ink.SIDE))
        self.setPalette(palette)

    def take(self, count: int) -> list[SideRow]:
        """Return so many rows, shown."""
        while len(self.rows) < count:
            row = SideRow(self.inner)
            row.clicked.connect(lambda _=False, each=row: self.chosen.emit(each.code))
            row.stepped.connect(lambda by, each=row: self._step(each, by))
            self.rows.append(row)
        for number, row in enumerate(self.rows):
            row.setVisible(number < count)
        return self.rows[:count]

    def arrange(self) -> None:
        """Put the rows one under another."""
        width, top = self.width() - theme.px(10), 0
        for row in self.rows:
            if not row.isHidden():
                row.setGeometry(0, top, width, row.high())
                top += row.high() + theme.px(2)
        self.inner.resize(width, max(top, self.height()))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Fit the rows to the width."""
        super().resizeEvent(event)
        self.arrange()

    def _step(self, row: SideRow, by: int) -> None:
        shown = [each for each in self.rows if not each.isHidden()]
        at = shown.index(row) + by
        if 0 <= at < len(shown):
            shown[at].setFocus(Qt.FocusReason.TabFocusReason)
            for area in scroll_areas(shown[at]):
                area.ensureWidgetVisible(shown[at], 0, 24)


class Side(QWidget):
    """The list with its search; or the practice in hand, its state and its sections."""

    searched = Signal(str)
    opened = Signal(str)
    section_wanted = Signal(str)
    back_wanted = Signal()
    new_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.editor: EditorView | None = None
        self._name = Words(Type.ASK, Ink.TEXT, 1.2, most=2)
        self._state = Words(Type.SMALL, Ink.SOFT, 1.3, most=3)
        self.search = LineEdit(self, "Ctrl+K")
        self.search.setPlaceholderText("Find a practice")
        self.search.setAccessibleName("Find a practice")
        self.search.textEdited.connect(self.searched)
        self.search.entered.connect(self._open_first)
        self.practices = Rows(self, "Practices")
        self.practices.chosen.connect(self.opened)
        self.sections = Rows(self, "Sections")
        self.sections.chosen.connect(self.section_wanted)
        self.back = KeyButton(Kind.LINK, "All practices", "Esc", self)
        self.back.role = Type.SMALL_STRONG
        self.back.clicked.connect(self.back_wanted)
        self.copy = KeyButton(Kind.LINK, "New practice like this", "", self)
        self.copy.role = Type.SMALL_STRONG
        self.copy.clicked.connect(self.new_wanted)

    def fill_list(self, lines: tuple[PracticeLine, ...]) -> None:
        """Show the practices."""
        for row, line in zip(self.practices.take(len(lines)), lines, strict=True):
            row.fill_practice(line)
        self.practices.arrange()

    def fill_editor(self, view: EditorView | None) -> None:
        """Show the practice in hand, or the list."""
        self.editor = view
        listed = view is None
        self.search.setVisible(listed)
        self.practices.setVisible(listed)
        for widget in (self.sections, self.back, self.copy):
            widget.setVisible(not listed)
        if view is not None:
            rows = self.sections.take(len(view.sections))
            for row, tab in zip(rows, view.sections, strict=True):
                row.fill_section(tab)
        self.place()
        self.update()

    def place(self) -> None:
        """Put everything where it belongs."""
        pad = theme.px(16)
        inner = self.width() - 2 * pad
        if self.editor is None:
            self.search.setGeometry(pad, theme.px(40), inner, theme.px(36))
            top = theme.px(88)
            self.practices.setGeometry(pad, top, inner + theme.px(8), self.height() - top)
            self.practices.arrange()
            return
        wide = self.back.natural_width() - theme.px(14)
        self.back.setGeometry(pad - theme.px(6), theme.px(8), wide, theme.px(28))
        name = self._name.lay(self.editor.name, inner)
        state = self._state.lay(self.editor.state, inner)
        top = theme.px(44) + round(name + state) + theme.px(16)
        foot = theme.px(40)
        self.sections.setGeometry(pad, top, inner + theme.px(8), self.height() - top - foot)
        self.sections.arrange()
        wide = self.copy.natural_width() - theme.px(14)
        self.copy.setGeometry(pad - theme.px(6), self.height() - foot, wide, theme.px(30))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Fit everything."""
        self.place()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.place()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the heading, or the practice's name and state."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(Ink.SIDE))
        pad = theme.px(16)
        if self.editor is None:
            line = QRectF(pad, theme.px(14), self.width() - 2 * pad, theme.px(18))
            draw_line(painter, line, "Practices", Type.HEAD, Ink.SOFT)
            count = sum(1 for row in self.practices.rows if not row.isHidden())
            draw_line(painter, line, str(count), Type.LABEL, Ink.SOFT, align=RIGHT)
            return
        self._name.draw(painter, pad, theme.px(44))
        self._state.draw(painter, pad, theme.px(46) + self._name.height)

    def _open_first(self) -> None:
        first = next((row for row in self.practices.rows if not row.isHidden()), None)
        if first is not None:
            self.opened.emit(first.code)
