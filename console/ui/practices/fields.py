"""One field of the editor: its label, what is typed or chosen, what is wrong with it and the mend.

A field stays the same widget while its entry is open: the page is sent again after each letter, and
the cursor must not notice.
"""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFontDatabase, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from console.desk.practices.views import EditField
from console.ui.controls import KeyButton, Kind
from console.ui.edits import LineEdit, ParagraphEdit
from console.ui.notes import Notes
from console.ui.painting import Words, draw_line
from console.ui.theme import Ink, Type, theme


class Field(QWidget):
    """What every field has. Subclasses put a control under the label."""

    edited = Signal(str, str)  # key, value

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.view: EditField | None = None
        self.head = 20  # pixels above the control: the label's line, if any in this row has one
        self._echo = False  # what is shown now came of what was just typed here
        self._notes = Notes()

    def fill(self, view: EditField) -> None:
        """Show a field."""
        old, self.view = self.view, view
        if old is None or (old.label, old.said) != (view.label, view.said):
            self.name_control(view.said or view.label)
        self.take(view, old)
        if old != view:
            self.describe(" ".join(part for part in (view.problem, view.help) if part))
            self.update()

    def name_control(self, label: str) -> None:
        """Give the control its accessible name."""

    def describe(self, words: str) -> None:
        """Give the control its accessible description: the mistake and the hint."""

    def take(self, view: EditField, old: EditField | None) -> None:
        """Put the value into the control."""

    def focus(self) -> None:
        """Put the cursor into the control."""

    def label_height(self) -> int:
        """Return the height of the label's line."""
        return theme.px(self.head)

    @property
    def has_label(self) -> bool:
        """Whether a line over the control says what it is."""
        return self.view is not None and bool(self.view.label)

    def control_height(self, width: int) -> int:  # noqa: ARG002
        """Return the height of the control."""
        return theme.px(34)

    def height_for(self, width: int) -> int:
        """Return the height of label, control, problem and hint."""
        if self.view is None:
            return 0
        notes = self._notes.lay(self.view.problem, self.view.help, width)
        gap = theme.px(3) if notes else 0
        return self.label_height() + self.control_height(width) + notes + gap

    def place(self) -> None:
        """Put the control under the label."""

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Fit the control to the width."""
        self.place()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.place()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw label, problem and hint."""
        view = self.view
        if view is None:
            return
        painter = QPainter(self)
        line = QRectF(0, 0, self.width(), theme.px(18))
        draw_line(painter, line, view.label, Type.LABEL, Ink.LABEL)
        top = self.label_height() + self.control_height(self.width()) + theme.px(3)
        self._notes.draw(painter, view.problem, view.help, top)

    def tell(self, value: str) -> None:
        """Say what is in the field now; what comes back at once is no news to its cursor."""
        if self.view is None:
            return
        self._echo = True
        self.edited.emit(self.view.key, value)
        self._echo = False


class LineField(Field):
    """A line of text."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.edit = LineEdit(self)
        self.edit.textEdited.connect(self.tell)
        self.edit.left.connect(self._left)

    def name_control(self, label: str) -> None:
        """Name the line after its label."""
        self.edit.setAccessibleName(label or "Value")

    def describe(self, words: str) -> None:
        """Tell what is wrong, and the hint."""
        self.edit.setAccessibleDescription(words)

    def take(self, view: EditField, old: EditField | None) -> None:
        """Show the value, but leave alone what is being typed."""
        fresh = old is None or old.value != view.value or not self.edit.hasFocus()
        if fresh and not self._echo and self.edit.text() != view.value:
            self.edit.setText(view.value)
        if self.edit.wrong != bool(view.problem):
            self.edit.wrong = bool(view.problem)
            self.edit.update()

    def focus(self) -> None:
        """Put the cursor into the line, its words chosen."""
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edit.selectAll()

    def place(self) -> None:
        """Put the line under the label."""
        self.edit.setGeometry(0, self.label_height(), self.width(), theme.px(34))

    def _left(self) -> None:
        if self.view is not None and self.edit.text() != self.view.value:
            self.edit.setText(self.view.value)


class ParagraphField(Field):
    """Words of several lines; Enter stays in them, for the file keeps one paragraph."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.edit = ParagraphEdit(self)
        self.edit.edited.connect(self.tell)
        self._shape = Words(Type.BODY, Ink.TEXT, 1.3)

    def name_control(self, label: str) -> None:
        """Name the field after its label."""
        self.edit.setAccessibleName(label or "Words")

    def describe(self, words: str) -> None:
        """Tell what is wrong, and the hint."""
        self.edit.setAccessibleDescription(words)

    def take(self, view: EditField, old: EditField | None) -> None:
        """Show the value, but leave alone what is being typed."""
        fresh = old is None or old.value != view.value or not self.edit.hasFocus()
        if fresh and not self._echo and self.edit.text() != view.value:
            self.edit.setText(view.value)
        if self.edit.wrong != bool(view.problem):
            self.edit.wrong = bool(view.problem)
            self.edit.viewport().update()

    def focus(self) -> None:
        """Put the cursor at the end."""
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edit.moveCursor(self.edit.textCursor().MoveOperation.End)

    def control_height(self, width: int) -> int:
        """Return the height of the words, two lines at least and eight at most."""
        words = self._shape.lay(self.view.value if self.view else "", max(60, width - 22))
        line = theme.metrics(Type.BODY).lineSpacing()
        lines = min(8, max(2, round(words / max(1.0, line)) + 1))
        return round(lines * line) + theme.px(16)

    def place(self) -> None:
        """Put the field under the label."""
        high = self.control_height(self.width())
        self.edit.setGeometry(0, self.label_height(), self.width(), high)


class SourceField(ParagraphField):
    """The file, to read."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.edit.setReadOnly(True)
        self.edit.setLineWrapMode(self.edit.LineWrapMode.NoWrap)
        self.restyle()

    def control_height(self, width: int) -> int:  # noqa: ARG002
        """Return the height of every line."""
        count = (self.view.value.count("\n") if self.view else 0) + 3
        return round(count * self.edit.fontMetrics().lineSpacing()) + theme.px(16)

    def restyle(self) -> None:
        """Take over a changed text size, in letters of one width."""
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(theme.px(12))
        self.edit.setFont(font)
        self.place()


class NoteField(Field):
    """Words to read; a mistake that belongs to the whole entry."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = Words(Type.SMALL, Ink.LABEL, 1.35)

    def describe(self, words: str) -> None:
        """Let a screen reader find the words."""
        said = self.view.value if self.view is not None else ""
        self.setAccessibleName(" ".join(part for part in (said, words) if part))

    def label_height(self) -> int:
        """Return the room over the words: level with those of the lines beside them."""
        beside = self.view is not None and self.view.share < 60
        return theme.px(self.head + 8) if beside else 0

    @property
    def has_label(self) -> bool:
        """Return no."""
        return False

    def control_height(self, width: int) -> int:
        """Return the height of the words."""
        words = self.view.value if self.view is not None else ""
        return round(self._text.lay(words, max(40, width))) if words else 0

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the words."""
        super().paintEvent(event)
        if self.view is not None and self.view.value:
            self._text.lay(self.view.value, max(40, self.width()))
            self._text.draw(QPainter(self), 0, self.label_height())


class ButtonField(Field):
    """Something to do."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.button = KeyButton(Kind.PLAIN, "", "", self)
        self.button.clicked.connect(lambda: self.tell(self.view.value if self.view else ""))

    def name_control(self, label: str) -> None:
        """Say what it does."""
        self.button.set_words(label)

    @property
    def has_label(self) -> bool:
        """Return no: the button says it."""
        return False

    def focus(self) -> None:
        """Put the focus on the button."""
        self.button.setFocus(Qt.FocusReason.OtherFocusReason)

    def place(self) -> None:
        """Make the button as wide as its words."""
        wide = min(self.width(), self.button.natural_width())
        self.button.setGeometry(0, self.label_height(), wide, theme.px(34))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw nothing: the button says it."""
