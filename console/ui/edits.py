"""Text fields, drawn like the rest of the window.

They give the window's own keys back (Qt's line edit would keep Ctrl+K and others for itself) and
leave Enter to whoever holds the field.
"""

from PySide6.QtCore import QEvent, QMargins, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QPlainTextEdit, QWidget

from console.ui.controls import ENTER
from console.ui.keys import SEQUENCES
from console.ui.painting import cap_width, draw_cap, draw_card, draw_line, picture
from console.ui.theme import Ink, Type, theme

_OURS = frozenset(QKeySequence(sequence).toString() for sequence in SEQUENCES)
_EDITING = frozenset({"PgUp", "PgDown"})


def is_ours(event: QKeyEvent) -> bool:
    """Tell whether a key belongs to the window and not to the text."""
    pressed = QKeySequence(event.keyCombination()).toString()
    return pressed in _OURS and pressed not in _EDITING


def draw_edge(painter: QPainter, box: QRectF, *, focus: bool, wrong: bool) -> None:
    """Draw a field's edge: thick and blue with the cursor in it, thick and red when wrong."""
    ink = Ink.BLUE if focus else Ink.RED if wrong else Ink.EDGE
    draw_card(painter, box, Ink.CARD, ink, radius=6, width=2 if focus or wrong else 1)


class LineEdit(QLineEdit):
    """A line of text. `left` is emitted when the cursor leaves, `entered` on Enter."""

    left = Signal()
    entered = Signal()

    def __init__(self, parent: QWidget, key: str = "") -> None:
        super().__init__(parent)
        self.wrong = False
        self._key = key
        self.setFrame(False)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover, False)
        palette = self.palette()
        palette.setColor(palette.ColorRole.Base, Qt.GlobalColor.transparent)
        self.setPalette(palette)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.restyle()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.setFont(theme.font(Type.BODY))
        right = theme.px(14) + round(cap_width(self._key)) if self._key else theme.px(8)
        self.setTextMargins(QMargins(theme.px(9), 0, right, 0))

    def event(self, event: QEvent) -> bool:
        """Give the window's keys back to it."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and is_ours(event)
        ):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Tell of Enter; everything else is text."""
        if event.key() in ENTER:
            self.entered.emit()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Tell that the cursor has left."""
        super().focusOutEvent(event)
        self.left.emit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the edge, then the text, then the key; an empty field at rest as a picture."""
        painter = QPainter(self)
        if not self.text() and not self.hasFocus() and self.isEnabled():
            look = ("line", self._key, self.placeholderText(), self.wrong)
            picture(painter, look, (self.width(), self.height()), self._draw_empty, Ink.CARD)
            return
        box = QRectF(self.rect())
        draw_edge(painter, box, focus=self.hasFocus(), wrong=self.wrong)
        painter.end()
        super().paintEvent(event)
        if self._key:
            painter.begin(self)
            draw_cap(painter, box.right() - theme.px(9), box.center().y(), self._key)

    def _draw_empty(self, painter: QPainter) -> None:
        box = QRectF(self.rect())
        draw_edge(painter, box, focus=False, wrong=self.wrong)
        margins = self.textMargins()
        line = box.adjusted(margins.left() + 2, 0, -margins.right() - 2, 0)
        draw_line(painter, line, self.placeholderText(), Type.BODY, Ink.HINT)
        if self._key:
            draw_cap(painter, box.right() - theme.px(9), box.center().y(), self._key)


class ParagraphEdit(QPlainTextEdit):
    """Several lines of text. Enter is `entered`; Shift+Enter a new line."""

    left = Signal()
    entered = Signal()
    edited = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.wrong = False
        self._filling = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        palette = self.palette()
        palette.setColor(palette.ColorRole.Base, Qt.GlobalColor.transparent)
        self.setPalette(palette)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.textChanged.connect(self._tell)
        self.restyle()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.setFont(theme.font(Type.BODY))
        self.document().setDocumentMargin(theme.px(8))

    def text(self) -> str:
        """Return the text."""
        return self.toPlainText()

    def setText(self, text: str) -> None:  # noqa: N802
        """Put a text in, without saying it was edited."""
        self._filling = True
        self.setPlainText(text)
        self._filling = False

    def event(self, event: QEvent) -> bool:
        """Give the window's keys back to it."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and is_ours(event)
        ):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Tell of Enter; Shift+Enter and everything else is text."""
        if event.key() in ENTER and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.entered.emit()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Tell that the cursor has left."""
        super().focusOutEvent(event)
        self.viewport().update()
        self.left.emit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the edge, then the text."""
        painter = QPainter(self.viewport())
        box = QRectF(self.viewport().rect())
        draw_edge(painter, box, focus=self.hasFocus(), wrong=self.wrong)
        painter.end()
        super().paintEvent(event)

    def _tell(self) -> None:
        if not self._filling:
            self.edited.emit(self.toPlainText())
