"""The page itself: the left, the section in hand, the receptionist's screen, and the foot."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from console.desk.practices.views import Act as RowAct
from console.desk.practices.views import EditorView, PracticeLine
from console.ui.clock import Clock
from console.ui.controls import KeyButton, Kind
from console.ui.painting import RIGHT, draw_card, draw_line, text_width
from console.ui.practices.outline import OutlineArea
from console.ui.practices.preview_pane import PreviewPane
from console.ui.practices.side import Side
from console.ui.theme import Ink, Type, colour, theme

if TYPE_CHECKING:
    from console.desk.practices.desk import Practices

FOOT = 54
HEAD = 44
NARROW = 760  # pixels at scale 1 under which fields and screen do not stand side by side


class PracticesPage(QWidget):
    """Practices, to be looked for, edited, tried and saved."""

    title = "Practices"

    def __init__(self, parent: QWidget, desk: "Practices", clock: Clock) -> None:
        super().__init__(parent)
        self.desk = desk
        self.view: EditorView | None = None
        self._trying = False  # in a narrow window: the screen is shown in place of the fields
        self.setAccessibleName("Practices")
        self.side = Side(self)
        self.area = OutlineArea(self)
        self.body = self.area.body
        self.pane = PreviewPane(self, desk.preview, clock)
        self.foot = QWidget(self)
        self.undo = KeyButton(Kind.PLAIN, "Undo", "Ctrl+Z", self.foot)
        self.redo = KeyButton(Kind.PLAIN, "Redo", "Ctrl+Shift+Z", self.foot)
        self.problem = KeyButton(Kind.FLAG, "", "Ctrl+M", self.foot)
        self.problem.role = Type.SMALL_STRONG
        self.problem.spread = True
        self.save = KeyButton(Kind.PRIMARY, "Save version…", "Ctrl+S", self.foot)
        self.drop = KeyButton(Kind.PLAIN, "Discard draft", "", self.foot)
        self._speak()
        self.hide()

    def _speak(self) -> None:
        desk = self.desk
        desk.list_changed.connect(self.show_list)
        desk.editor_changed.connect(self.show_editor)
        self.side.searched.connect(desk.find)
        self.side.opened.connect(desk.open)
        self.side.section_wanted.connect(self._go_to)
        self.side.back_wanted.connect(desk.leave)
        self.side.new_wanted.connect(desk.new)
        self.body.edited.connect(desk.set_value)
        self.body.toggled.connect(desk.toggle)
        self.body.added.connect(desk.add)
        self.body.acted.connect(desk.act)
        self.undo.clicked.connect(desk.undo)
        self.redo.clicked.connect(desk.redo)
        self.problem.clicked.connect(desk.next_problem)
        self.save.clicked.connect(desk.publishing.ask_to_save)
        self.drop.clicked.connect(desk.throw_away)

    # --- what the desk says ------------------------------------------------------------------

    def show_list(self, lines: tuple[PracticeLine, ...]) -> None:
        """Show the practices."""
        self.side.fill_list(lines)

    def show_editor(self, view: EditorView | None) -> None:
        """Show the practice in hand, or none."""
        fresh = (view is None) != (self.view is None)
        section = _section(view) != _section(self.view)
        self.view = view
        self.side.fill_editor(view)
        if fresh:
            self._trying = False
        self.problem.setVisible(view is not None and bool(view.problems))
        if view is None:
            self.body.clear()
            if fresh:
                self.side.search.clear()
        else:
            self._fill(view)
        if fresh or section:
            self.place()
        elif view is not None:
            self._place_area()
            self.area.arrange()
            self._place_foot()
        if section:
            self.area.verticalScrollBar().setValue(0)
        if view is not None and view.focus:
            self.body.focus(view.focus)
        elif fresh and self.isVisible():
            self.take_focus()
        self.update()

    def _fill(self, view: EditorView) -> None:
        self.body.fill(view)
        self.pane.show_note(view.preview_note)
        for button, words, name in ((self.undo, view.undo, "Undo"), (self.redo, view.redo, "Redo")):
            if button.isEnabled() != bool(words):
                button.setEnabled(bool(words))
            button.setToolTip(words)
            button.setAccessibleName(f"{name}: {words}" if words else name)
        count = "1 mistake" if view.problems == 1 else f"{view.problems} mistakes"
        self.problem.set_words(f"✕ {count}: {view.first_problem}")
        for button, on in ((self.save, view.can_save), (self.drop, view.dirty)):
            if button.isEnabled() != on:
                button.setEnabled(on)

    def take_focus(self) -> None:
        """Put the focus where work begins."""
        if self.view is None:
            self.side.search.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.body.focus_row()

    # --- keys --------------------------------------------------------------------------------

    def leave_one(self) -> bool:
        """Go back from a practice to the list; tell whether there was one in hand."""
        if self.view is None:
            return False
        self.desk.leave()
        return True

    def search(self) -> None:
        """Go to the search of practices."""
        if self.view is not None:
            self.desk.leave()
        self.side.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.side.search.selectAll()

    def turn(self, by: int) -> None:
        """Go to the section before or after."""
        if self.view is None:
            return
        tabs = self.view.sections
        at = next((i for i, tab in enumerate(tabs) if tab.current), 0) + by
        if 0 <= at < len(tabs):
            self._go_to(tabs[at].code)

    def go_and_try(self) -> None:
        """Go to the receptionist's screen; in a narrow window it takes the fields' place, and the
        same key brings them back."""
        if self.view is None:
            return
        self._trying = not self._trying if self._is_narrow else True
        self.place()
        self.update()
        if self._trying:
            self.pane.focus()
        else:
            self.body.focus_row()

    @property
    def _is_narrow(self) -> bool:
        return self.width() - self.side.width() < theme.px(NARROW)

    def act(self, act: RowAct) -> None:
        """Copy, remove or move the entry in hand."""
        if self.view is not None:
            self.body.act(act)

    def add(self) -> None:
        """Add the first of what can be added here."""
        if self.view is not None and self.view.adds:
            self.desk.add(self.view.adds[0].code)

    def regions(self) -> list[QWidget]:
        """Return the page's parts in the order of the Tab key."""
        return [self.body, self.foot, self.pane, self.side]

    def _go_to(self, code: str) -> None:
        focus = self.window().focusWidget()
        on_side = focus is not None and self.side.isAncestorOf(focus)
        self.desk.go_to(code)
        if not on_side:
            self.body.focus_row()

    # --- layout ------------------------------------------------------------------------------

    def place(self) -> None:
        """Share the page out."""
        width, high = self.width(), self.height()
        left = round(min(max(width * 0.17, theme.px(220)), theme.px(280)))
        self.side.setGeometry(0, 0, left, high)
        room = width - left
        narrow = room < theme.px(NARROW)
        right = room if narrow else round(room * 0.5)
        middle = room if narrow else room - right - 2
        listed = self.view is None
        self.pane.setVisible(not listed and (self._trying or not narrow))
        self.area.setVisible(not listed and not (self._trying and narrow))
        self.foot.setVisible(self.area.isVisibleTo(self))
        self.pane.setGeometry(width - right, 0, right, high)
        self.area.setGeometry(left + 1, theme.px(HEAD), middle, high)
        self._place_area()
        self.area.arrange()
        self._place_foot()

    def _place_foot(self) -> None:
        middle, strip = self.area.width(), self._strip()
        tall = self._foot_height() + strip
        self.foot.setGeometry(self.area.x(), self.height() - tall, middle, tall)
        top, high = strip + theme.px(9), theme.px(36)
        gap, start = theme.px(8), theme.px(12)
        for button in (self.undo, self.redo):
            wide = button.natural_width()
            button.setGeometry(start, top, wide, high)
            start += wide + gap
        end = middle - theme.px(12)
        if self._foot_height() > theme.px(FOOT):
            top += theme.px(42)
        for button in (self.save, self.drop):
            wide = button.natural_width()
            end -= wide
            button.setGeometry(end, top, wide, high)
            end -= gap
        if strip:
            self.problem.setGeometry(theme.px(12), theme.px(4), middle - theme.px(24), high)

    def _strip(self) -> int:
        """Return the height of the line that says what is to be mended, 0 without."""
        return theme.px(44) if self.view is not None and self.view.problems else 0

    def _foot_height(self) -> int:
        """Return the height of one row of buttons, or of two where they do not fit."""
        buttons = (self.undo, self.redo, self.save, self.drop)
        wide = sum(button.natural_width() + theme.px(8) for button in buttons) + theme.px(24)
        return theme.px(FOOT) + (theme.px(42) if wide > self.area.width() else 0)

    def _place_area(self) -> None:
        foot, head = self._foot_height() + self._strip(), theme.px(HEAD)
        area = self.area
        area.setGeometry(area.x(), head, area.width(), self.height() - foot - head)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Share the new size out."""
        self.place()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.place()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw grounds, lines between them, and the section's name."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(Ink.PAGE if self.view is None else Ink.CARD))
        left = self.side.width()
        painter.fillRect(QRectF(left, 0, 1, self.height()), colour(Ink.LINE))
        if self.view is None:
            line = QRectF(left + theme.px(40), theme.px(60), self.width() - left, theme.px(30))
            draw_line(painter, line, "Choose a practice", Type.TITLE, Ink.TEXT)
            line.translate(0, theme.px(38))
            words = (
                "Type part of its name, then Enter. What you change is a draft until it is saved."
            )
            draw_line(painter, line, words, Type.BODY, Ink.SOFT)
            return
        if self.area.isHidden():
            return
        painter.fillRect(QRectF(self.pane.x() - 1, 0, 1, self.height()), colour(Ink.LINE))
        tab = next((tab for tab in self.view.sections if tab.current), None)
        head = QRectF(left + theme.px(24), 0, self.area.width() - theme.px(40), theme.px(HEAD))
        draw_line(painter, head, tab.title if tab else "", Type.ASK, Ink.TEXT)
        hint = "Ctrl+Page Up and Down turn the sections"
        if text_width(Type.TINY, hint) < head.width() / 2:
            draw_line(painter, head, hint, Type.TINY, Ink.HINT, align=RIGHT)
        if self._strip():
            strip = QRectF(self.problem.geometry().translated(self.foot.pos()))
            draw_card(painter, strip, Ink.RED_SOFT, Ink.RED_EDGE, radius=6)
        foot = self.height() - self._foot_height()
        painter.fillRect(QRectF(left + 1, foot, self.area.width(), 1), colour(Ink.HAIRLINE))


def _section(view: EditorView | None) -> object:
    tabs = view.sections if view is not None else ()
    return next((tab.code for tab in tabs if tab.current), None), view and view.practice_id
