"""The sheet behind O, S, V, Del and C: what is to change, and what would come of it."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from console.desk.rota.edit_views import EditKind, EditView, Typed, Way
from console.ui.controls import ENTER, ChoiceButton, KeyButton, Kind
from console.ui.edits import LineEdit
from console.ui.form.choices import STEPS
from console.ui.sheets.base import Sheet, WideButton, label
from console.ui.theme import Ink, Type, theme

_UP_AND_DOWN = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
SHOWN = 6  # lines of what would change
_DOES = {
    EditKind.OVERRIDE: "Write it",
    EditKind.SWAP: "Swap them",
    EditKind.VACATION: "Write it",
    EditKind.REMOVE: "Remove it",
    EditKind.CONFIRM: "Confirm",
}


class WayRow(QWidget):
    """How it is done: one stop of the Tab key, in which the arrows choose."""

    chosen = Signal(object)  # Way

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.buttons = [ChoiceButton(self) for _ in range(3)]
        self._ways: tuple[Way, ...] = ()
        for number, button in enumerate(self.buttons):
            button.role = Type.SMALL_STRONG
            button.clicked.connect(lambda _=False, each=number: self._pick(each))
            row.addWidget(button, 1)

    def fill(self, ways: tuple[Way, ...], way: Way | None) -> None:
        """Show the ways, and which it is."""
        self._ways = ways
        for number, button in enumerate(self.buttons):
            button.setVisible(number < len(ways))
            if number >= len(ways):
                continue
            here = ways[number] is way
            button.set_words(ways[number].value)
            button.setChecked(here)
            button.setMinimumHeight(theme.px(36))
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if here else Qt.FocusPolicy.ClickFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Choose by the arrows."""
        step = STEPS.get(Qt.Key(event.key()))
        if step is None or not self._ways:
            event.ignore()
            return
        at = next((n for n, button in enumerate(self.buttons) if button.hasFocus()), 0)
        at = (at + step) % len(self._ways)
        self._pick(at)
        self.buttons[at].setFocus(Qt.FocusReason.OtherFocusReason)

    def _pick(self, number: int) -> None:
        self.chosen.emit(self._ways[number])


class RotaEditSheet(Sheet):
    """`typed` carries the fields after each key, `written` that it is to be written."""

    typed = Signal(object)  # Typed
    written = Signal(object)  # Typed
    WIDTH = 640
    POOL = 5

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Override")
        self.view: EditView | None = None
        self._way: Way | None = None
        self._person = ""
        self.about = label("", Type.BODY, Ink.SOFT, self)
        self.column.addWidget(self.about)
        self.ways = WayRow(self)
        self.ways.chosen.connect(self._choose_way)
        self.column.addWidget(self.ways)
        self.search = self._field("Who, part of the name", "Who? Part of the name, ↑ and ↓ choose")
        self.column.addWidget(self.search)
        self.people = [WideButton("", "", self) for _ in range(self.POOL)]
        for place, button in enumerate(self.people):
            button.setMinimumHeight(theme.px(34))
            button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            button.clicked.connect(lambda _=False, each=place: self._choose(each))
            self.column.addWidget(button)
        self._add_times()
        self.why = self._field("Why", "Why? It stands in the record beside your name")
        self.column.addWidget(self.why)
        self.note = label("", Type.BODY_STRONG, Ink.AMBER_TEXT, self)
        self.problem = label("", Type.BODY_STRONG, Ink.RED_TEXT, self)
        self.head = label("What changes", Type.HEAD, Ink.SOFT, self)
        self.lines = label("", Type.BODY, Ink.TEXT, self)
        for each in (self.note, self.problem, self.head, self.lines):
            self.column.addWidget(each)
        foot = QHBoxLayout()
        self.write = KeyButton(Kind.PRIMARY, "Write it", "Ctrl+Return", self)
        self.write.clicked.connect(self.finish)
        foot.addStretch(1)
        foot.addWidget(self.write)
        self.column.addLayout(foot)
        self.column.addStretch(1)

    def _add_times(self) -> None:
        row = QHBoxLayout()
        self.start = self._field("From, the practice’s time", "2026-11-24 17:00")
        self.end = self._field("To, the practice’s time", "2026-11-25 07:00")
        self.after = self._field("After how many minutes without an answer", "0")
        self.named: list[tuple[QWidget, LineEdit]] = []
        parts = (("From", self.start, 3), ("to", self.end, 3), ("after min", self.after, 1))
        for name, field, share in parts:
            words = label(name, Type.LABEL, Ink.LABEL, self)
            words.setWordWrap(False)
            self.named.append((words, field))
            row.addWidget(words)
            row.addWidget(field, share)
        self.column.addLayout(row)

    def _field(self, name: str, hint: str) -> LineEdit:
        field = LineEdit(self)
        field.setAccessibleName(name)
        field.setPlaceholderText(hint)
        field.setMinimumHeight(theme.px(36))
        field.installEventFilter(self)
        field.textEdited.connect(lambda _: self._tell())
        field.entered.connect(self._on_enter)
        return field

    # --- what the desk says ----------------------------------------------------------------------

    def fill(self, view: EditView) -> None:
        """Show the sheet; the fields are filled when it opens, and a person's own after that."""
        fresh = self.view is None or self.view.opening != view.opening
        self.view = view
        self._way, self._person = view.typed.way, view.typed.person
        if fresh:
            self._fill_fields(view.typed)
        self.set_title(view.kind.value)
        self.about.setText(view.about)
        self.ways.setVisible(bool(view.ways))
        self.ways.fill(view.ways, view.typed.way)
        self._fill_people(view)
        self.search.setVisible(view.asks_person)
        for words, field in self.named:
            on = view.asks_after if field is self.after else view.asks_times
            words.setVisible(on)
            field.setVisible(on)
        self.why.setVisible(view.asks_why)
        self._fill_outcome(view)

    def _fill_fields(self, typed: Typed) -> None:
        self.search.setText(typed.search)
        self.start.setText(typed.start)
        self.end.setText(typed.end)
        self.after.setText(typed.after)
        self.why.setText(typed.why)

    def _fill_people(self, view: EditView) -> None:
        for place, button in enumerate(self.people):
            shown = view.asks_person and place < len(view.people)
            button.setVisible(shown)
            if not shown:
                continue
            code, name = view.people[place]
            here = code == view.typed.person
            button.set_words(f"{'✓ ' * here}{name}")
            button.setAccessibleName(f"{name}{', chosen' * here}")
            button.kind = Kind.PRIMARY if here else Kind.PLAIN
            button.update()

    def _fill_outcome(self, view: EditView) -> None:
        self.note.setText(view.note)
        self.note.setVisible(bool(view.note))
        self.problem.setText(f"✕ {view.problem}" if view.problem else "")
        self.problem.setVisible(bool(view.problem))
        shown = view.lines[:SHOWN]
        if len(view.lines) > SHOWN:
            shown += (f"and {len(view.lines) - SHOWN} more",)
        self.lines.setText("\n".join(shown))
        confirm = view.kind is EditKind.CONFIRM
        self.head.setText("You say that" if confirm else "What changes")
        self.head.setVisible(bool(shown))
        self.lines.setVisible(bool(shown))
        self.write.set_words(_DOES[view.kind])
        self.write.setEnabled(view.can_write)
        waits = bool(view.lines) and not view.can_write and not view.problem
        said = " ".join((view.note, view.problem, *shown)).strip()
        self.setAccessibleDescription(f"{said} Say why, then write it." if waits else said)

    # --- what a person does ----------------------------------------------------------------------

    def first_stop(self) -> QWidget:
        """Start with who it is, or with why; a confirmation with its button."""
        view = self.view
        if view is not None and view.asks_person:
            return self.search
        if view is not None and view.asks_why:
            return self.start if view.kind is EditKind.VACATION else self.why
        return self.write

    def finish(self) -> None:
        """Have it written."""
        if self.write.isEnabled() or self.why.text().strip():
            self.written.emit(self._typed())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Take the arrows of the fields: they go through the people."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = _UP_AND_DOWN.get(Qt.Key(event.key()))
            if step is not None and self.view is not None and self.view.asks_person:
                self._move(step)
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter on a choice goes on to the next field."""
        focus = self.focusWidget()
        if event.key() in ENTER and isinstance(focus, ChoiceButton):
            self.focusNextChild()
        else:
            super().keyPressEvent(event)

    def _typed(self) -> Typed:
        return Typed(
            way=self._way,
            search=self.search.text(),
            person=self._person,
            start=self.start.text(),
            end=self.end.text(),
            after=self.after.text(),
            why=self.why.text(),
        )

    def _tell(self) -> None:
        self.typed.emit(self._typed())

    def _choose_way(self, way: Way) -> None:
        self._way = way
        self._tell()

    def _move(self, step: int) -> None:
        assert self.view is not None
        codes = [code for code, _ in self.view.people]
        at = codes.index(self._person) + step if self._person in codes else 0
        if 0 <= at < len(codes):
            self._choose(at)

    def _choose(self, place: int) -> None:
        if self.view is not None and place < len(self.view.people):
            self._person = self.view.people[place][0]
            self._tell()

    def _on_enter(self) -> None:
        """Go from field to field; from the last one write, where nothing is missing."""
        focus = self.focusWidget()
        if focus is self.why:
            self.finish()
        else:
            self.focusNextChild()
