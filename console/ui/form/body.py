"""The questions of the current step, filled in place and taken from pools.

The desk sends the whole form whenever anything in it changed. A question that was there stays the
same widget with its cursor; one that is new takes a spare widget of its kind.
"""

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QWidget

from console.desk.views import SHOWN_ONLY, FieldKind, FormView
from console.ui.controls import KeyButton, Kind
from console.ui.form.choices import ChoiceQuestion, OpenChoiceQuestion
from console.ui.form.questions import (
    DisplayQuestion,
    FixedQuestion,
    ParagraphQuestion,
    Question,
    TextQuestion,
)
from console.ui.form.read_back import ReadBackRow
from console.ui.keys import Act, sequence_of
from console.ui.theme import Ink, Type, colour, theme

CLASSES: dict[FieldKind, type[Question]] = {
    FieldKind.LINE: TextQuestion,
    FieldKind.PHONE: TextQuestion,
    FieldKind.DATE: TextQuestion,
    FieldKind.NUMBER: TextQuestion,
    FieldKind.QUANTITY: TextQuestion,
    FieldKind.TIME: TextQuestion,
    FieldKind.DATE_TIME: TextQuestion,
    FieldKind.PARAGRAPH: ParagraphQuestion,
    FieldKind.CHOICE: ChoiceQuestion,
    FieldKind.CHOICES: ChoiceQuestion,
    FieldKind.OPEN_TIME: ChoiceQuestion,
    FieldKind.BOOKING: ChoiceQuestion,
    FieldKind.OPEN_CHOICE: OpenChoiceQuestion,
    FieldKind.OPEN_CHOICES: OpenChoiceQuestion,
    FieldKind.DISPLAY: DisplayQuestion,
    FieldKind.FIXED: FixedQuestion,
}
POOLS = {
    TextQuestion: 8,
    ParagraphQuestion: 2,
    ChoiceQuestion: 4,
    OpenChoiceQuestion: 1,
    DisplayQuestion: 2,
    FixedQuestion: 0,
}
ROWS = 9
GAP = 12
Spot = tuple[QWidget, int, int, int, int]


class FormBody(QWidget):
    """Questions and read-back rows under each other, half fields two in a row."""

    answered = Signal(str, str)
    stated = Signal(str)
    skipped = Signal(str)
    ticked = Signal(str)
    earlier_times = Signal(str)
    more_times = Signal(str)
    waiting = Signal()
    entered = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.view: FormView | None = None
        self.questions: list[Question] = []
        self.rows: list[ReadBackRow] = []
        self._spare: dict[type[Question], list[Question]] = {each: [] for each in POOLS}
        for kind, count in POOLS.items():
            self._spare[kind] = [self._make(kind) for _ in range(count)]
        self._all_rows = [self._make_row() for _ in range(ROWS)]
        self.stated_button = self._side_button("Already stated", Act.STATED)
        self.skip_button = self._side_button("Not asked", Act.SKIP)
        self.stated_button.clicked.connect(lambda: self.stated.emit(self._side_link()))
        self.skip_button.clicked.connect(lambda: self.skipped.emit(self._side_link()))
        self._side_of: Question | None = None
        palette = self.palette()
        palette.setColor(self.backgroundRole(), colour(Ink.CARD))
        self.setPalette(palette)
        self.setAutoFillBackground(True)

    def fill(self, view: FormView, *, fresh: bool) -> None:
        """Show a step; `fresh` when another was on screen before."""
        self.view = view
        kept = {} if fresh else {question.link_id: question for question in self.questions}
        old, self.questions = self.questions, []
        wanted: list[tuple[Question, bool]] = []
        for field in view.fields:
            question = kept.get(field.link_id)
            known = question is not None and isinstance(question, CLASSES[field.kind])
            wanted.append((question if question and known else self._take(field.kind), not known))
        for question in old:
            if question not in [each for each, _ in wanted]:
                self._give_back(question)
        for (question, new), field in zip(wanted, view.fields, strict=True):
            question.fill(field, fresh=new)
            self.questions.append(question)
        self._fill_rows(view)
        self.put_side_buttons()

    def clear(self) -> None:
        """Give every question back."""
        for question in self.questions:
            self._give_back(question)
        self.questions, self.view = [], None
        for row in self._all_rows:
            row.hide()
        self.rows = []
        self.put_side_buttons()

    def height_for(self, width: int) -> int:
        """Return the height every question needs."""
        spots = self._spots(width)
        return max((top + high for _, _, top, _, high in spots), default=0) + theme.px(4)

    def place(self) -> None:
        """Put every question where it belongs."""
        for widget, left, top, width, high in self._spots(self.width()):
            widget.setGeometry(left, top, width, high)
            if widget.isHidden():
                widget.show()
        self.put_side_buttons()

    def restyle(self) -> None:
        """Take over a changed text size."""
        for question in self.questions:
            question.restyle()

    def focused(self) -> Question | None:
        """Return the question the keyboard is in."""
        focus = self.window().focusWidget()
        return next((each for each in self.questions if focus and each.isAncestorOf(focus)), None)

    def focus(self, link_id: str) -> bool:
        """Put the cursor into a question, or the first read-back row; tell whether it could."""
        for question in self.questions:
            if question.link_id == link_id:
                question.focus()
                return True
        row = next((row for row in self.rows if row.item and row.item.link_id == link_id), None)
        if row is None and not link_id:
            row = next((row for row in self.rows if not row.isChecked()), None)
        if row is not None:
            row.setFocus(Qt.FocusReason.OtherFocusReason)
        return row is not None

    def open_time(self) -> ChoiceQuestion | None:
        """Return the step's open times, for the keys that page through them."""
        for question in self.questions:
            if isinstance(question, ChoiceQuestion) and not question.earlier.isHidden():
                return question
        return None

    def tick_by_key(self, key: str) -> bool:
        """Tick a read-back row by its own key, while the focus is among them."""
        row = next((row for row in self.rows if row.key == key), None)
        if row is None or row.item is None or not any(each.hasFocus() for each in self.rows):
            return False
        row.setFocus(Qt.FocusReason.TabFocusReason)
        self.ticked.emit(row.item.link_id)
        return True

    def put_side_buttons(self) -> None:
        """Show "already stated" and "not asked" beside the question the keyboard is in."""
        question = self.focused()
        view = question.view if question else None
        shown = view is not None and view.kind not in SHOWN_ONLY
        self._side_of = question if shown else None
        self._reserve(question if shown else None)
        right = question.geometry().right() + 1 if question else 0
        for button in (self.skip_button, self.stated_button):
            if question is not None and shown:
                width = button.natural_width() - theme.px(12)
                right -= width
                button.setGeometry(right, question.y() - theme.px(2), width, theme.px(22))
                button.raise_()
            if button.isHidden() == shown:
                button.setVisible(shown)

    def _reserve(self, focused: Question | None) -> None:
        """Keep the label of the question in hand from running under the buttons beside it."""
        room = self.skip_button.natural_width() + self.stated_button.natural_width() - theme.px(24)
        for question in self.questions:
            reserved = room if question is focused else 0
            if question.reserved != reserved:
                question.reserved = reserved
                question.update()

    def _spots(self, width: int) -> list[Spot]:
        gap, top = theme.px(GAP), 0
        spots: list[Spot] = []
        half = (width - theme.px(16)) // 2
        pair: Spot | None = None
        for question in self.questions:
            is_half = question.view is not None and question.view.half
            if is_half and pair is not None:
                high = question.height_for(half)
                spots.append((question, width - half, pair[2], half, high))
                top = max(top, pair[2] + high + gap)
                pair = None
                continue
            room = half if is_half else width
            spot: Spot = (question, 0, top, room, question.height_for(room))
            spots.append(spot)
            pair = spot if is_half else None
            top += spot[4] + gap
        for row in self.rows:
            high = row.height_for(width)
            spots.append((row, 0, top, width, high))
            top += high + theme.px(8)
        return spots

    def _fill_rows(self, view: FormView) -> None:
        while len(self._all_rows) < len(view.read_back):
            self._all_rows.append(self._make_row())
        self.rows = self._all_rows[: len(view.read_back)]
        was = [row.isChecked() for row in self.rows]
        for number, (row, item) in enumerate(zip(self.rows, view.read_back, strict=True), 1):
            row.fill(item, str(number) if number < 10 else "")
        for row in self._all_rows[len(self.rows) :]:
            row.hide()
        for row, ticked in zip(self.rows, was, strict=True):
            if row.hasFocus() and row.isChecked() and not ticked:
                self._go_to_unticked()

    def _go_to_unticked(self) -> None:
        """Go on to the next answer to be read back; on the last the focus stays."""
        row = next((row for row in self.rows if not row.isChecked()), None)
        if row is not None:
            row.setFocus(Qt.FocusReason.TabFocusReason)

    def _take(self, kind: FieldKind) -> Question:
        spare = self._spare[CLASSES[kind]]
        return spare.pop() if spare else self._make(CLASSES[kind])

    def _give_back(self, question: Question) -> None:
        question.hide()
        question.view = None
        self._spare[type(question)].append(question)

    def _make(self, kind: type[Question]) -> Question:
        question = kind(self)
        question.hide()
        question.answered.connect(self.answered)
        question.entered.connect(self.entered)
        if isinstance(question, ChoiceQuestion):
            question.earlier.clicked.connect(lambda: self.earlier_times.emit(question.link_id))
            question.more.clicked.connect(lambda: self.more_times.emit(question.link_id))
            question.wait.clicked.connect(self.waiting)
        return question

    def _make_row(self) -> ReadBackRow:
        row = ReadBackRow(self)
        row.hide()
        row.clicked.connect(lambda: self.ticked.emit(row.item.link_id if row.item else ""))
        return row

    def _side_button(self, words: str, act: Act) -> KeyButton:
        button = KeyButton(Kind.LINK, words, sequence_of(act), self)
        button.role = Type.LABEL
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # by key, or by pointer without moving focus
        button.hide()
        return button

    def _side_link(self) -> str:
        return self._side_of.link_id if self._side_of else ""


def scroll_areas(widget: QWidget) -> Iterable[QScrollArea]:
    """Return the scroll areas a widget is in, the nearest first."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            yield parent
        parent = parent.parentWidget()
