"""The sheets that belong to no call in hand: forms left unfinished, a whole answer to read, and
every key there is."""

from collections import Counter
from itertools import product

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QWidget

from console.desk.views import Fact, UnfinishedForm
from console.ui.columns import SlimBar
from console.ui.keys import DESK, KEYS, ROTA, SPOKEN, Act
from console.ui.keys import PRACTICES as PAGES
from console.ui.painting import draw_cap, draw_line
from console.ui.sheets.base import Sheet, label
from console.ui.sheets.kept_row import KeptRow
from console.ui.theme import Ink, Type, theme


class FormRow(KeptRow):
    """One unfinished form. Enter resumes it; Delete, pressed twice, throws it away."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Resume", "Discard")
        self.form: UnfinishedForm | None = None

    @property
    def uid(self) -> str:
        """Return the draft's id."""
        return self.form.draft if self.form is not None else ""

    def fill(self, form: UnfinishedForm) -> None:
        """Show a form."""
        self.form = form
        self.ask_again()
        self.setAccessibleName(f"{form.practice}, {form.caller}, {form.call_type}, {form.when}")
        self.take.setAccessibleName(f"Resume {form.practice}, {form.caller}")
        self.update()

    def lines(self) -> tuple[str, ...]:
        """Return practice, kind and caller, time and how much is answered."""
        form = self.form
        if form is None:
            return ()
        count = "1 answer" if form.answers == 1 else f"{form.answers} answers"
        return form.practice, f"{form.call_type} · {form.caller}", f"{form.when} · {count}"


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
            row.taken_up.connect(self.resumed)
            row.dropped.connect(self.discarded)
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
        self.area = QScrollArea(self)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setVerticalScrollBar(SlimBar(self.area))
        self.inner = QWidget(self.area)
        self.area.setWidget(self.inner)
        self.area.viewport().setAutoFillBackground(False)
        self.inner.setAutoFillBackground(False)
        grid = QGridLayout(self.inner)
        grid.setContentsMargins(0, 0, theme.px(14), 0)
        grid.setHorizontalSpacing(theme.px(40))
        grid.setVerticalSpacing(0)
        lines = [
            (key.sequence, key.group, key.label)
            for key in KEYS
            if self._told(key.act) and (key.group in {page, DESK} if page else key.group != PAGES)
        ]
        if not page:
            lines.append(("Ctrl+1…4", "Calls", "Go to a call"))
        lines += [line for line in SPOKEN if (line[1] == page if page else line[1] != ROTA)]
        rows = [0, 0]
        for group, side in _shared_out(lines):
            head = label(group, Type.HEAD, Ink.SOFT, self.inner)
            head.setMinimumHeight(theme.px(28))
            grid.addWidget(head, rows[side], side)
            rows[side] += 1
            for key, each, words in lines:
                if each == group:
                    grid.addWidget(KeyLine(key, words, self.inner), rows[side], side)
                    rows[side] += 1
        grid.setRowStretch(max(rows), 1)
        self.column.addWidget(self.area)

    def fit(self, area: QRectF) -> None:
        """Be as high as the keys are, and scroll where there is less room."""
        self.area.setMinimumHeight(0)
        self.area.setFixedHeight(
            min(self.inner.sizeHint().height(), int(area.height()) - theme.px(84) - 32)
        )
        super().fit(area)

    def event(self, event: QEvent) -> bool:
        """Keep Page Up and Page Down from the form beneath."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() in _SCROLLS
            and not event.modifiers()
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Scroll by the arrows and the page keys."""
        by = _SCROLLS.get(Qt.Key(event.key()))
        if by is None:
            super().keyPressEvent(event)
            return
        bar = self.area.verticalScrollBar()
        bar.setValue(bar.value() + round(by * self.area.height()))

    @staticmethod
    def _told(act: Act) -> bool:
        return act is not Act.SELECT_CALL


_SCROLLS = {
    Qt.Key.Key_Up: -0.1,
    Qt.Key.Key_Down: 0.1,
    Qt.Key.Key_PageUp: -0.9,
    Qt.Key.Key_PageDown: 0.9,
}
"""How far a key scrolls, in parts of what is seen."""


def _shared_out(lines: list[tuple[str, str, str]]) -> list[tuple[str, int]]:
    """Return the groups in their order, each with its column: as level as they can be, the first
    group at the left."""
    sizes = Counter(group for _, group, _ in lines)

    def tallest(sides: tuple[int, ...]) -> int:
        taken = [0, 0]
        for side, size in zip(sides, sizes.values(), strict=True):
            taken[side] += size + 1  # and its head
        return max(taken)

    every = product((0, 1), repeat=len(sizes) - 1)
    best = min(((0, *rest) for rest in every), key=tallest)
    return list(zip(sizes, best, strict=True))
