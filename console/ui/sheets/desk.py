"""The sheets that belong to no call in hand: forms left unfinished, a whole answer to read, and
every key there is."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from console.desk.views import Fact, UnfinishedForm
from console.ui.controls import ENTER, KeyButton, Kind
from console.ui.keys import DESK, KEYS, SPOKEN, Act
from console.ui.keys import PRACTICES as PAGES
from console.ui.painting import draw_cap, draw_card, draw_focus, draw_line
from console.ui.sheets.base import Sheet, label
from console.ui.theme import Ink, Type, theme


class FormRow(QWidget):
    """One unfinished form. Enter resumes it; Delete, pressed twice, throws it away."""

    resumed = Signal(str)
    discarded = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.form: UnfinishedForm | None = None
        self._sure = False
        self.resume = KeyButton(Kind.PRIMARY, "Resume", "Enter", self)
        self.discard = KeyButton(Kind.PLAIN, "Discard", "Del", self)
        self.resume.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.discard.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.resume.clicked.connect(self._resume)
        self.discard.clicked.connect(self._discard)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(theme.px(76))

    def fill(self, form: UnfinishedForm) -> None:
        """Show a form."""
        self.form = form
        self._ask_again(sure=False)
        self.setAccessibleName(f"{form.practice}, {form.caller}, {form.call_type}, {form.when}")
        self.resume.setAccessibleName(f"Resume {form.practice}, {form.caller}")
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Hear Enter and Delete."""
        if event.key() in ENTER:
            self._resume()
        elif event.key() == Qt.Key.Key_Delete:
            self._discard()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: ARG002, N802
        """A changed mind needs asking again."""
        self._ask_again(sure=False)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Keep the buttons at the right."""
        self.place()

    def place(self) -> None:
        """Put both buttons at the row's end."""
        right, high = self.width() - theme.px(12), theme.px(34)
        for button in (self.discard, self.resume):
            width = button.natural_width()
            button.setGeometry(right - width, (self.height() - high) // 2, width, high)
            right -= width + theme.px(8)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw practice, caller, kind and time."""
        if self.form is None:
            return
        painter = QPainter(self)
        box = QRectF(self.rect())
        draw_card(painter, box)
        room = self.resume.x() - theme.px(24)
        line = QRectF(theme.px(14), theme.px(10), room, theme.px(20))
        draw_line(painter, line, self.form.practice, Type.BODY_STRONG, Ink.TEXT)
        line.translate(0, theme.px(19))
        words = f"{self.form.call_type} · {self.form.caller}"
        draw_line(painter, line, words, Type.SMALL, Ink.SOFT)
        line.translate(0, theme.px(18))
        count = "1 answer" if self.form.answers == 1 else f"{self.form.answers} answers"
        draw_line(painter, line, f"{self.form.when} · {count}", Type.SMALL, Ink.SOFT)
        if self.hasFocus():
            draw_focus(painter, box)

    def _resume(self) -> None:
        if self.form is not None:
            self.resumed.emit(self.form.draft)

    def _discard(self) -> None:
        if self.form is None:
            return
        if self._sure:
            self.discarded.emit(self.form.draft)
        self._ask_again(sure=not self._sure)

    def _ask_again(self, *, sure: bool) -> None:
        self._sure = sure
        self.discard.kind = Kind.DANGER if sure else Kind.PLAIN
        self.discard.set_words("Discard for good" if sure else "Discard")
        self.discard.setAccessibleName(self.discard.text())
        self.place()


class UnfinishedSheet(Sheet):
    """Forms a crash or a restart left unfinished."""

    resumed = Signal(str)
    discarded = Signal(str)
    WIDTH = 640

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Unfinished forms")
        words = "These were open when the desk last stopped. Every answer was kept."
        self.column.addWidget(label(words, Type.SMALL, Ink.SOFT, self))
        self.rows: list[FormRow] = []
        self.column.addStretch(1)
        self.close_button.set_words("Later")

    def fill(self, forms: tuple[UnfinishedForm, ...]) -> None:
        """Show the forms."""
        while len(self.rows) < len(forms):
            row = FormRow(self)
            row.resumed.connect(self.resumed)
            row.discarded.connect(self.discarded)
            self.rows.append(row)
            self.column.insertWidget(len(self.rows), row)
        for number, row in enumerate(self.rows):
            row.setVisible(number < len(forms))
            if number < len(forms):
                row.fill(forms[number])

    def first_stop(self) -> QWidget:
        """Start on the first form."""
        return self.rows[0] if self.rows else self.close_button


class FactSheet(Sheet):
    """A whole answer, large enough to be read aloud."""

    WIDTH = 680

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "")
        self.text = label("", Type.SAY, Ink.TEXT, self)
        self.column.addWidget(self.text)
        self.column.addStretch(1)

    def fill(self, fact: Fact) -> None:
        """Show an answer."""
        self.set_title(fact.label)
        self.text.setText(fact.full or fact.text)
        self.setAccessibleDescription(self.text.text())


class KeyLine(QWidget):
    """A key and what it does."""

    def __init__(self, key: str, words: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._key, self._words = key, words
        self.setAccessibleName(f"{key}: {words}")
        self.setFixedHeight(theme.px(25))

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.setFixedHeight(theme.px(25))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw words, and the key at the right."""
        painter = QPainter(self)
        box = QRectF(self.rect())
        left = draw_cap(painter, box.right() - 1, box.center().y(), self._key)
        line = QRectF(0, 0, left - theme.px(8), box.height())
        draw_line(painter, line, self._words, Type.SMALL, Ink.TEXT)


class KeysSheet(Sheet):
    """Every key of the desk, or of a page beside it, from the one table."""

    WIDTH = 860

    def __init__(self, parent: QWidget, page: str = "") -> None:
        super().__init__(parent, f"Keys: {page.lower()}" if page else "Keys")
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(40))
        grid.setVerticalSpacing(0)
        lines = [
            (key.sequence, key.group, key.label)
            for key in KEYS
            if self._told(key.act) and (key.group in {page, DESK} if page else key.group != PAGES)
        ]
        if not page:
            lines += [("Ctrl+1…4", "Calls", "Go to a call"), *SPOKEN]
        groups = list(dict.fromkeys(group for _, group, _ in lines))
        rows = [0, 0]
        for group in groups:
            side = 0 if rows[0] <= rows[1] else 1
            head = label(group, Type.HEAD, Ink.SOFT, self)
            head.setMinimumHeight(theme.px(28))
            grid.addWidget(head, rows[side], side)
            rows[side] += 1
            for key, each, words in lines:
                if each == group:
                    grid.addWidget(KeyLine(key, words, self), rows[side], side)
                    rows[side] += 1
        self.column.addLayout(grid)
        self.column.addStretch(1)

    @staticmethod
    def _told(act: Act) -> bool:
        return act is not Act.SELECT_CALL
