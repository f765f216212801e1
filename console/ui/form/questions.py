"""One question of the form: its label, its field, what is wrong with the answer.

A question stays the same widget for as long as its step is on screen, because the desk sends the
whole form after each key pressed and the cursor must not notice.
"""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from console.desk.views import FieldKind, FieldView
from console.ui.edits import LineEdit, ParagraphEdit
from console.ui.notes import Notes
from console.ui.painting import Words, draw_bar, draw_card, draw_line, text_width
from console.ui.theme import Ink, Type, theme

NOTHING = "Nothing yet"


class Question(QWidget):
    """What every question has. Subclasses put a field between label and help."""

    answered = Signal(str, str)  # link id, answer
    entered = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.view: FieldView | None = None
        self.reserved = 0  # pixels at the label's right end that buttons lie over
        self._notes = Notes()

    @property
    def link_id(self) -> str:
        """Return the question's id, "" for one not in use."""
        return self.view.link_id if self.view else ""

    def fill(self, view: FieldView, *, fresh: bool) -> None:
        """Show a question; `fresh` when it was not on screen before."""
        old, self.view = self.view, view
        if fresh or old is None or old.label != view.label:
            self.name_field(view)
        self.take(view, fresh=fresh)
        if view != old:
            self.update()

    def name_field(self, view: FieldView) -> None:
        """Give the field its accessible name."""

    def take(self, view: FieldView, *, fresh: bool) -> None:
        """Put the answer into the field."""

    def focus(self) -> None:
        """Put the cursor into the field."""

    def label_height(self) -> int:
        """Return the height of the label's line."""
        return theme.px(22)

    def field_height(self, width: int) -> int:  # noqa: ARG002
        """Return the height of the field."""
        return theme.px(36)

    def height_for(self, width: int) -> int:
        """Return the height of label, field, help and problem."""
        if self.view is None:
            return 0
        notes = self._notes.lay(self.view.problem, self.view.help, width)
        room = theme.px(4) if notes else 0
        return self.label_height() + self.field_height(width) + notes + room

    def place(self) -> None:
        """Put the field under the label."""

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Fit the field to the width."""
        self.place()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.place()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw label, help and problem."""
        view = self.view
        if view is None:
            return
        painter = QPainter(self)
        line = QRectF(0, 0, self.width() - self.reserved, theme.px(18))
        draw_line(painter, line, view.label, Type.LABEL, Ink.LABEL)
        line.setLeft(text_width(Type.LABEL, view.label) + theme.px(8))
        if line.width() <= theme.px(30):
            pass
        elif view.already_stated:
            draw_line(painter, line, "✓ Already stated", Type.LABEL, Ink.GREEN_TEXT)
        elif view.not_asked:
            draw_line(painter, line, "– Not asked", Type.LABEL, Ink.SOFT)
        elif view.kind is FieldKind.FIXED:
            draw_line(painter, line, "filled in by the practice", Type.TINY, Ink.HINT)
        elif not view.required and view.kind is not FieldKind.DISPLAY:
            draw_line(painter, line, "optional", Type.TINY, Ink.HINT)
        top = self.label_height() + self.field_height(self.width()) + theme.px(4)
        self._notes.draw(painter, view.problem, view.help, top)


class TextQuestion(Question):
    """A question answered by a line of text: words, a number, a date, a telephone number."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.edit = LineEdit(self)
        self.edit.textEdited.connect(self._edited)
        self.edit.entered.connect(self.entered)
        self.edit.left.connect(self._left)
        self._told = True  # the desk has answered the last edit

    def name_field(self, view: FieldView) -> None:
        """Name the line after its question."""
        self.edit.setAccessibleName(view.label)
        self.edit.setPlaceholderText(view.hint)

    def take(self, view: FieldView, *, fresh: bool) -> None:
        """Show the answer, unless it is being typed at this moment."""
        self._told = True
        if fresh or not self.edit.hasFocus():
            if self.edit.text() != view.value:
                self.edit.setText(view.value)
            if fresh:
                self.edit.setModified(False)
        if self.edit.wrong != bool(view.problem):
            self.edit.wrong = bool(view.problem)
            self.edit.update()
        said = view.problem or view.help
        if said != self.edit.accessibleDescription():
            self.edit.setAccessibleDescription(said)

    def focus(self) -> None:
        """Put the cursor at the end of the line."""
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edit.end(False)

    def place(self) -> None:
        """Put the line under the label."""
        self.edit.setGeometry(0, self.label_height(), self.width(), theme.px(36))

    def _edited(self, text: str) -> None:
        self._told = False
        self.answered.emit(self.link_id, text)

    def _left(self) -> None:
        """Take over how the desk writes the answer, now that no cursor can be lost by it."""
        if self._told and self.view is not None and self.edit.text() != self.view.value:
            self.edit.setText(self.view.value)


class ParagraphQuestion(Question):
    """A question answered in several lines."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.edit = ParagraphEdit(self)
        self.edit.edited.connect(self._edited)
        self.edit.entered.connect(self.entered)

    def name_field(self, view: FieldView) -> None:
        """Name the field after its question."""
        self.edit.setAccessibleName(view.label)

    def take(self, view: FieldView, *, fresh: bool) -> None:
        """Show the answer, unless it is being typed at this moment."""
        if (fresh or not self.edit.hasFocus()) and self.edit.text() != view.value:
            self.edit.setText(view.value)
        if self.edit.wrong != bool(view.problem):
            self.edit.wrong = bool(view.problem)
            self.edit.viewport().update()

    def focus(self) -> None:
        """Put the cursor at the end."""
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edit.moveCursor(self.edit.textCursor().MoveOperation.End)

    def field_height(self, width: int) -> int:  # noqa: ARG002
        """Return the height of four lines."""
        return theme.px(92)

    def place(self) -> None:
        """Put the field under the label."""
        self.edit.setGeometry(0, self.label_height(), self.width(), theme.px(92))

    def _edited(self, text: str) -> None:
        self.answered.emit(self.link_id, text)


class DisplayQuestion(Question):
    """Words to read aloud; no answer."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = Words(Type.BIG, Ink.TEXT, 1.4)

    def label_height(self) -> int:
        """Return nothing: the words are the question."""
        return 0

    def field_height(self, width: int) -> int:
        """Return the height of the words."""
        return round(self._text.lay(self._said(), width - theme.px(28))) + theme.px(20)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the words on the ground of what is to be said."""
        if self.view is None:
            return
        painter = QPainter(self)
        high = self.field_height(self.width())
        box = QRectF(0, 0, self.width(), high)
        draw_card(painter, box, Ink.SAY, Ink.SAY_EDGE)
        draw_bar(painter, box, Ink.SAY_BAR, 4)
        self._text.draw(painter, theme.px(14), theme.px(10))
        self._notes.draw(painter, "", self.view.help, high + theme.px(4))

    def name_field(self, view: FieldView) -> None:
        """Let a screen reader find the words."""
        self.setAccessibleName(view.value or view.label)

    def _said(self) -> str:
        if self.view is None:
            return ""
        return self.view.value or self.view.label


class FixedQuestion(Question):
    """An answer that is the script's own: shown on a ground of its own, without a field, so that
    it does not look like something to type into."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = Words(Type.BODY_STRONG, Ink.TEXT, 1.3)

    def take(self, view: FieldView, *, fresh: bool) -> None:  # noqa: ARG002
        """Let a screen reader find the answer."""
        self.setAccessibleName(f"{view.label}: {view.value or NOTHING}")
        self.setAccessibleDescription("Filled in by the practice; not to be typed into")

    def field_height(self, width: int) -> int:
        """Return the height of the answer."""
        return round(self._text.lay(self._said(), width - theme.px(20))) + theme.px(16)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw label and answer."""
        super().paintEvent(event)
        painter = QPainter(self)
        high = self.field_height(self.width())
        draw_card(
            painter, QRectF(0, self.label_height(), self.width(), high), Ink.BUTTON, Ink.BUTTON
        )
        self._text.draw(painter, theme.px(10), self.label_height() + theme.px(8))

    def _said(self) -> str:
        return (self.view.value if self.view else "") or NOTHING
