"""A section's entries as rows, the open one with its fields under it: the middle of the page."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QScrollArea, QWidget

from console.desk.practices.views import Act, EditField, EditorView, OutlineRow
from console.ui.columns import SlimBar
from console.ui.controls import ENTER, KeyButton, Kind
from console.ui.form.body import scroll_areas
from console.ui.painting import (
    RIGHT,
    draw_bar,
    draw_card,
    draw_focus,
    draw_line,
    draw_pill,
    pill_width,
    text_width,
)
from console.ui.practices.choosing import CLASSES
from console.ui.practices.fields import Field
from console.ui.theme import Ink, Type, colour, theme

ROW_HIGH = 34
INDENT = 20
GAP = 10
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class Row(QAbstractButton):
    """One entry. Enter or Space opens and closes it; the arrows go to the next."""

    stepped = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.view: OutlineRow | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def fill(self, view: OutlineRow) -> None:
        """Show an entry."""
        if view == self.view:
            return
        self.view = view
        wrong = f", {_mistakes(view.problems)}" if view.problems else ""
        state = "open" if view.is_open else "closed"
        self.setAccessibleName(f"{view.title}{wrong}, {state}")
        self.setAccessibleDescription(view.detail)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Hear Enter and the arrows."""
        if event.key() in ENTER:
            self.click()
        elif event.key() in _STEPS and not event.modifiers():
            self.stepped.emit(_STEPS[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the entry's line."""
        view = self.view
        if view is None:
            return
        painter = QPainter(self)
        box = QRectF(self.rect())
        if view.is_open:
            draw_card(painter, box, Ink.BLUE_SOFT, Ink.BLUE_SOFT, radius=6)
            draw_bar(painter, box, Ink.BLUE, 4)
        elif self.underMouse():
            draw_card(painter, box, Ink.BUTTON, Ink.BUTTON, radius=6)
        left = theme.px(12 + INDENT * view.depth)
        mark = QRectF(left, 0, theme.px(14), box.height())
        draw_line(painter, mark, "▾" if view.is_open else "▸", Type.SMALL, Ink.SOFT)
        left += theme.px(18)
        right = box.right() - theme.px(10)
        if view.problems:
            words = f"✕ {view.problems}"
            pill = QRectF(0, 0, pill_width(words), theme.px(22))
            pill.moveTopLeft(box.topLeft())
            pill.moveTop(round((box.height() - pill.height()) / 2))
            pill.moveLeft(right - pill.width())
            draw_pill(painter, pill, words, Ink.RED_SOFT, Ink.RED_TEXT)
            right = pill.left() - theme.px(8)
        role = Type.BODY_STRONG if view.depth < 2 or view.is_open else Type.BODY
        room = right - left
        title = min(text_width(role, view.title) + 1, room * 0.72 if view.detail else room)
        draw_line(painter, QRectF(left, 0, title, box.height()), view.title, role, Ink.TEXT)
        line = QRectF(left + title + theme.px(12), 0, 0, box.height())
        line.setRight(right)
        if line.width() > theme.px(40):
            draw_line(painter, line, view.detail, Type.SMALL, Ink.SOFT, align=RIGHT)
        if self.hasFocus():
            draw_focus(painter, box, 6)


class Body(QWidget):
    """The rows and the fields of the open one."""

    edited = Signal(str, str)
    toggled = Signal(object)  # KeyPath
    added = Signal(str)
    acted = Signal(object, object)  # Act, KeyPath

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.view: EditorView | None = None
        self.rows: list[Row] = []
        self.fields: list[Field] = []
        self.adds: list[KeyButton] = []
        self.acts: dict[Act, KeyButton] = {}
        self._open_key: object = None
        self._card = QRectF()
        for act, words, key in (
            (Act.UP, "Up", "Alt+Up"),
            (Act.DOWN, "Down", "Alt+Down"),
            (Act.OUT, "Out of the group", "Alt+Shift+Left"),
            (Act.IN, "Into the group", "Alt+Shift+Right"),
            (Act.COPY, "Copy", "Ctrl+Shift+D"),
            (Act.REMOVE, "Remove", "Ctrl+Del"),
        ):
            button = KeyButton(Kind.LINK, words, key, self)
            button.role = Type.LABEL
            button.clicked.connect(lambda _=False, each=act: self.act(each))
            button.hide()
            self.acts[act] = button
        palette = self.palette()
        palette.setColor(self.backgroundRole(), colour(Ink.CARD))
        self.setPalette(palette)
        self.setAutoFillBackground(True)

    def fill(self, view: EditorView) -> None:
        """Show a section."""
        here = (view.practice_id, next((t.code for t in view.sections if t.current), ""))
        opened = next((row.path for row in view.rows if row.is_open), None)
        key = (here, opened, tuple((field.key, field.put) for field in view.fields))
        had_row = next((row for row in self.rows if row.hasFocus()), None)
        had_path = had_row.view.path if had_row is not None and had_row.view else None
        self.view = view
        self._fill_rows(view)
        if key != self._open_key:
            self._make_fields(view, same=self._is_same(key))
            self._open_key = key
        for field, value in zip(self.fields, view.fields, strict=True):
            field.fill(value)
        self._fill_adds(view)
        self._fill_acts()
        if had_path is not None and not view.focus:
            self._keep_on_row(had_path, opened)

    def clear(self) -> None:
        """Show nothing."""
        self.view, self._open_key = None, None
        for widget in (*self.rows, *self.fields, *self.adds, *self.acts.values()):
            widget.hide()
        self.fields = []

    def act(self, act: Act) -> None:
        """Do something with the open entry, or with the one the focus is on."""
        row = self.row_in_hand()
        if row is not None and act in row.acts:
            self.acted.emit(act, row.path)

    def row_in_hand(self) -> OutlineRow | None:
        """Return the entry the focus is on, else the open one."""
        if self.view is None:
            return None
        focused = next((row.view for row in self.rows if row.hasFocus()), None)
        return focused or next((row for row in self.view.rows if row.is_open), None)

    def focus(self, key: str) -> bool:
        """Put the cursor into a field; tell whether there is one."""
        keys = {field.view.key: field for field in self.fields if field.view is not None}
        near = [field for name, field in keys.items() if _under(key, name)]
        field = keys.get(key) or (near[0] if near else None)
        if field is None:
            return False
        field.focus()
        for area in scroll_areas(field):
            area.ensureWidgetVisible(field, 0, 40)
        return True

    def focus_row(self) -> None:
        """Put the focus on the open entry, or the first."""
        shown = [row for row in self.rows if not row.isHidden()]
        opened = next((row for row in shown if row.view and row.view.is_open), None)
        target = opened or (shown[0] if shown else None)
        if target is not None:
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- layout ----------------------------------------------------------------------------

    def lay(self, width: int) -> int:
        """Place everything at a width; return the height."""
        top, pad = theme.px(8), theme.px(12)
        self._card = QRectF()
        shown = self.view.rows if self.view is not None else ()
        for row in self.rows[: len(shown)]:
            row.setGeometry(pad, top, width - 2 * pad, theme.px(ROW_HIGH))
            top += theme.px(ROW_HIGH + 2)
            if row.view is not None and row.view.is_open:
                top = self._lay_open(width, top)
        left = pad
        top += theme.px(6)
        for button in self.adds:
            if button.isHidden():
                continue
            wide = button.natural_width()
            if left > pad and left + wide > width - pad:
                left, top = pad, top + theme.px(40)
            button.setGeometry(left, top, wide, theme.px(34))
            left += wide + theme.px(8)
        return top + theme.px(34 + 16)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw a line down the side of the fields of the open entry."""
        if not self._card.isEmpty():
            QPainter(self).fillRect(self._card, colour(Ink.BLUE_SOFT))

    def _lay_open(self, width: int, top: int) -> int:
        left = theme.px(12 + 14)
        room = width - left - theme.px(16)
        start = top
        top += theme.px(4)
        top = self._lay_acts(left, room, top)
        for line in self._lines():
            high, gap = 0, theme.px(GAP)
            head = 20 if any(field.has_label for field in line) else 2
            x: float = left
            for field in line:
                field.head = head
                share = field.view.share if field.view is not None else 60
                span = (room + gap) * share / 60 - gap
                tall = field.height_for(round(span))
                field.setGeometry(round(x), top, round(span), tall)
                field.place()
                x += span + gap
                high = max(high, tall)
            top += high + theme.px(8)
        self._card = QRectF(theme.px(12), start - theme.px(2), 4, top - start)
        return top + theme.px(6)

    def _lay_acts(self, left: int, room: int, top: int) -> int:
        """Put what can be done with the entry in a row, or in two where there is little room."""
        x, high, any_shown = left, theme.px(26), False
        for button in self.acts.values():
            if button.isHidden():
                continue
            wide = button.natural_width() - theme.px(10)
            if x > left and x + wide > left + room:
                x, top = left, top + high
            button.setGeometry(x - theme.px(9), top, wide, high)
            x += wide
            any_shown = True
        return top + theme.px(30) if any_shown else top

    def _lines(self) -> list[list[Field]]:
        lines: list[list[Field]] = []
        used = 61
        for field in self.fields:
            share = field.view.share if field.view is not None else 60
            if used + share > 60:
                lines.append([])
                used = 0
            lines[-1].append(field)
            used += share
        return lines

    # --- within ----------------------------------------------------------------------------

    def _is_same(self, key: tuple[object, ...]) -> bool:
        return isinstance(self._open_key, tuple) and self._open_key[:2] == key[:2]

    def _make_fields(self, view: EditorView, *, same: bool) -> None:
        """Take over the fields that stay, so that a cursor in one of them stays too."""
        kept = {
            (field.view.key, field.view.put): field
            for field in self.fields
            if same and field.view is not None
        }
        fields: list[Field] = []
        for each in view.fields:
            known = kept.pop((each.key, each.put), None)
            fields.append(known if known is not None else self._make(each))
        gone = [field for field in self.fields if field not in fields]
        self.fields = fields
        for field in gone:
            field.hide()
            field.deleteLater()

    def _make(self, view: EditField) -> Field:
        field = CLASSES[view.put](self)
        field.edited.connect(self.edited)
        field.show()
        return field

    def _fill_rows(self, view: EditorView) -> None:
        while len(self.rows) < len(view.rows):
            row = Row(self)
            row.clicked.connect(lambda _=False, each=row: self._toggle(each))
            row.stepped.connect(lambda by, each=row: self._step(each, by))
            self.rows.append(row)
        for number, row in enumerate(self.rows):
            if number < len(view.rows):
                row.fill(view.rows[number])
            row.setVisible(number < len(view.rows))

    def _fill_adds(self, view: EditorView) -> None:
        while len(self.adds) < len(view.adds):
            button = KeyButton(Kind.PLAIN, "", "", self)
            number = len(self.adds)
            button.clicked.connect(lambda _=False, at=number: self._add(at))
            self.adds.append(button)
        for number, button in enumerate(self.adds):
            on = number < len(view.adds)
            button.setVisible(on)
            if on:
                label = view.adds[number].label
                button.set_words(f"+ {label}", "Ctrl+N" if not number else "")
                button.setAccessibleName(f"Add: {label}")

    def _fill_acts(self) -> None:
        opened = next((r for r in self.view.rows if r.is_open), None) if self.view else None
        for act, button in self.acts.items():
            button.setVisible(opened is not None and act in opened.acts)

    def _add(self, at: int) -> None:
        if self.view is not None and at < len(self.view.adds):
            self.added.emit(self.view.adds[at].code)

    def _toggle(self, row: Row) -> None:
        if row.view is not None:
            self.toggled.emit(row.view.path)

    def _step(self, row: Row, by: int) -> None:
        shown = [each for each in self.rows if not each.isHidden()]
        at = shown.index(row) + by
        if 0 <= at < len(shown):
            shown[at].setFocus(Qt.FocusReason.TabFocusReason)
            for area in scroll_areas(shown[at]):
                area.ensureWidgetVisible(shown[at], 0, 24)

    def _keep_on_row(self, path: object, opened: object) -> None:
        """Keep the focus on the entry it was on, wherever it stands now."""
        for wanted in (opened, path):
            row = next((r for r in self.rows if r.view and r.view.path == wanted), None)
            if row is not None and not row.isHidden():
                row.setFocus(Qt.FocusReason.OtherFocusReason)
                return


class OutlineArea(QScrollArea):
    """The body, scrolled."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBar(SlimBar(self))
        self.body = Body(self.viewport())
        self.setWidget(self.body)
        palette = self.palette()
        palette.setColor(palette.ColorRole.Window, colour(Ink.CARD))
        self.setPalette(palette)

    def arrange(self) -> None:
        """Lay the body out at the area's width."""
        width = self.width() - self.verticalScrollBar().sizeHint().width() - theme.px(2)
        high = self.body.lay(width)
        self.body.resize(width, max(high, self.height()))
        self.body.update()


def _mistakes(count: int) -> str:
    return "1 mistake" if count == 1 else f"{count} mistakes"


def _under(key: str, field: str) -> bool:
    return bool(field) and (key.startswith(f"{field}/") or field.startswith(f"{key}/"))
