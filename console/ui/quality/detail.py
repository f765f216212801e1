"""The call in hand: its facts, what went wrong, its mark, and the reviewer's words."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from console.desk.quality.views import LEAST_MARK, MOST_MARK, Cause, ReviewView
from console.quality.causes import CAUSES, KEYS
from console.ui.controls import KeyButton, Kind
from console.ui.edits import ParagraphEdit
from console.ui.painting import draw_line
from console.ui.theme import Ink, Type, colour, theme

PAD = 16
FACT = 20
CAUSE = 34
NOTE = 64


class CauseButton(KeyButton):
    """A cause, ticked or not: by its ground and by a mark before its words."""

    def __init__(self, cause: Cause, parent: QWidget) -> None:
        super().__init__(Kind.PLAIN, CAUSES[cause], KEYS[cause], parent)
        self.cause = cause
        self.spread = True
        self.setCheckable(True)
        self.toggled.connect(lambda _: self._tell())
        self._tell()

    def _tell(self) -> None:
        on = self.isChecked()
        self.kind = Kind.DANGER_EDGE if on else Kind.PLAIN
        self.set_words(f"✕ {CAUSES[self.cause]}" if on else CAUSES[self.cause])
        self.setAccessibleName(CAUSES[self.cause])
        self.setAccessibleDescription(f"{self.key}, {'found' if on else 'not found'}")
        self.update()


class ReviewDetail(QWidget):
    """Shows a call; `saved` carries mark, causes and words, `heard` asks to hear it."""

    saved = Signal(int, object, str)
    heard = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.view: ReviewView | None = None
        self.mark = MOST_MARK
        self.setAccessibleName("The call in hand")
        self.causes = [CauseButton(cause, self) for cause in CAUSES]
        self.less = KeyButton(Kind.PLAIN, "Less", "-", self)
        self.more = KeyButton(Kind.PLAIN, "More", "+", self)
        self.hear = KeyButton(Kind.PLAIN, "Hear it", "P", self)
        self.note = ParagraphEdit(self)
        self.note.setAccessibleName("What to tell the receptionist")
        self.save = KeyButton(Kind.PRIMARY, "Save", "Ctrl+Return", self)
        self.less.clicked.connect(lambda: self._set_mark(self.mark - 1))
        self.more.clicked.connect(lambda: self._set_mark(self.mark + 1))
        self.hear.clicked.connect(self.heard)
        self.save.clicked.connect(self.tell)
        self.note.entered.connect(self.tell)
        self.fill(None)

    def fill(self, view: ReviewView | None) -> None:
        """Show another call, or none. The same call keeps what was typed and ticked."""
        same = view is not None and self.view is not None and (view.row, view.mark) == (
            self.view.row, self.view.mark
        )  # fmt: skip
        self.view = view
        if not same:
            self.mark = (view.mark if view else 0) or MOST_MARK
            for button in self.causes:
                button.setChecked(view is not None and button.cause in view.causes)
            self.note.setText(view.note if view else "")
        on = view is not None and view.may_mark
        for widget in (*self.causes, self.less, self.more):
            widget.setEnabled(on)
            widget.setVisible(view is not None)
        self.note.setVisible(view is not None)
        self.note.setReadOnly(not on)
        self.save.setVisible(on)
        self.hear.setVisible(view is not None and bool(view.recording))
        facts = view.facts if view else ()
        self.setAccessibleDescription("; ".join(f"{name} {value}" for name, value in facts))
        self.place()
        self.update()

    def press(self, text: str) -> bool:
        """Do what a single key stands for; tell whether it was one of ours."""
        for button in (*self.causes, self.less, self.more, self.hear):
            keys = (button.key, "=") if button is self.more else (button.key,)
            if text and text.upper() in keys and button.isVisible() and button.isEnabled():
                button.click()
                return True
        return False

    def tell(self) -> None:
        """Say what was found."""
        if self.view is not None and self.view.may_mark:
            found = frozenset(button.cause for button in self.causes if button.isChecked())
            self.saved.emit(self.mark, found, self.note.text())

    def _set_mark(self, mark: int) -> None:
        self.mark = max(LEAST_MARK, min(MOST_MARK, mark))
        self.less.setAccessibleDescription(f"-, the mark is {self.mark} of {MOST_MARK}")
        self.more.setAccessibleDescription(f"+, the mark is {self.mark} of {MOST_MARK}")
        self.update()

    # --- drawing -----------------------------------------------------------------------------

    def place(self) -> None:
        """Stack the parts; what does not fit the height is what was said last."""
        if self.view is None:
            return
        pad, width = theme.px(PAD), self.width() - 2 * theme.px(PAD)
        top = theme.px(46) + len(self.view.facts) * theme.px(FACT) + theme.px(8)
        if self.view.recording:
            self.hear.setGeometry(pad, top, self.hear.natural_width(), theme.px(CAUSE))
            top += theme.px(CAUSE) + theme.px(10)
        self._causes_at = top
        top += theme.px(20)
        for button in self.causes:
            button.setGeometry(pad, top, width, theme.px(CAUSE))
            top += theme.px(CAUSE) + theme.px(4)
        top += theme.px(8)
        self._mark_at = top
        wide = self.more.natural_width()
        self.more.setGeometry(pad + width - wide, top, wide, theme.px(CAUSE))
        less = self.less.natural_width()
        self.less.setGeometry(pad + width - wide - less - theme.px(6), top, less, theme.px(CAUSE))
        top += theme.px(CAUSE) + theme.px(8)
        self.note.setGeometry(pad, top + theme.px(20), width, theme.px(NOTE))
        self._note_at = top
        top += theme.px(20) + theme.px(NOTE) + theme.px(10)
        wide = self.save.natural_width()
        self.save.setGeometry(pad + width - wide, top, wide, theme.px(CAUSE))
        self.setMinimumHeight(top + theme.px(CAUSE) + theme.px(16))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Stack the parts in the new width."""
        self.place()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.place()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the ground, the facts and the headings."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(Ink.SIDE))
        pad, width = theme.px(PAD), self.width() - 2 * theme.px(PAD)
        line = QRectF(pad, theme.px(14), width, theme.px(24))
        if self.view is None:
            draw_line(painter, line, "No call in hand", Type.BODY, Ink.SOFT)
            return
        draw_line(painter, line, self.view.title, Type.NAME, Ink.TEXT)
        top = theme.px(46)
        for name, value in self.view.facts:
            line = QRectF(pad, top, theme.px(112), theme.px(FACT))
            draw_line(painter, line, name, Type.SMALL, Ink.SOFT)
            line = QRectF(pad + theme.px(116), top, width - theme.px(116), theme.px(FACT))
            draw_line(painter, line, value, Type.SMALL_STRONG, Ink.TEXT)
            top += theme.px(FACT)
        head = QRectF(pad, self._causes_at, width, theme.px(16))
        draw_line(painter, head, "What went wrong", Type.HEAD, Ink.SOFT)
        line = QRectF(pad, self._mark_at, width, theme.px(CAUSE))
        draw_line(painter, line, f"Mark: {self.mark} of {MOST_MARK}", Type.BODY_STRONG, Ink.TEXT)
        head = QRectF(pad, self._note_at, width, theme.px(16))
        words = "To the receptionist" if self.view.may_mark else "What the reviewer says"
        draw_line(painter, head, words, Type.HEAD, Ink.SOFT)

    def take_focus(self) -> None:
        """Put the cursor into the words."""
        if self.note.isVisible():
            self.note.setFocus(Qt.FocusReason.OtherFocusReason)
