"""A message in a sheet of its own, to be amended; what somebody else wrote meanwhile beside it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from console.desk.board.port import AmendField, AmendView
from console.ui.controls import ENTER, KeyButton, Kind
from console.ui.edits import LineEdit, ParagraphEdit
from console.ui.sheets.base import Sheet, label
from console.ui.theme import Ink, Type, theme

LONG = "reason"
LINES = ("callback_number", "patient_name", "caller_name")


class AmendSheet(Sheet):
    """Filled when it opens, and told what is wrong; it writes nothing itself."""

    saved = Signal(dict)
    WIDTH = 760

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Amend the message")
        self.view: AmendView | None = None
        self.practice = label("", Type.BODY_STRONG, Ink.TEXT, self)
        self.conflict = label("", Type.SMALL_STRONG, Ink.AMBER_TEXT, self)
        self.others = label("", Type.SMALL, Ink.TEXT, self)
        for each in (self.practice, self.conflict, self.others):
            self.column.addWidget(each)
        self.edits: dict[str, QLineEdit | QPlainTextEdit] = {}
        self.heads = {name: label("", Type.LABEL, Ink.LABEL, self) for name in (*LINES, LONG)}
        self.notes = {name: label("", Type.SMALL, Ink.TEXT, self) for name in (*LINES, LONG)}
        for name in LINES:
            self._add(name, LineEdit(self))
        long = ParagraphEdit(self)
        long.setTabChangesFocus(True)
        long.setMinimumHeight(theme.px(150))
        self._add(LONG, long)
        row = QHBoxLayout()
        self.save = KeyButton(Kind.PRIMARY, "Save the amended message", "Ctrl+Enter", self)
        self.save.clicked.connect(self.finish)
        row.addWidget(self.save)
        hint = "Who had it before is sent a correction"
        row.addWidget(label(hint, Type.TINY, Ink.HINT, self), 1)
        self.column.addLayout(row)
        self.restyle()

    def fill(self, view: AmendView) -> None:
        """Show a message; the same one again keeps the cursor where it is."""
        self.view = view
        self.set_title(view.title)
        self.practice.setText(view.practice)
        others = "\n".join(view.others)
        for where, words in ((self.conflict, view.conflict), (self.others, others)):
            where.setText(words)
            where.setVisible(bool(words))
        for field in view.fields:
            self._fill(field)

    def finish(self) -> None:
        """Save, as Ctrl+Enter does."""
        self.saved.emit({name: _text(edit) for name, edit in self.edits.items()})

    def first_stop(self) -> QWidget:
        """Begin at what is wrong, or at the first line."""
        fields = self.view.fields if self.view is not None else ()
        wrong = next((field.name for field in fields if field.problem), LINES[0])
        return self.edits[wrong]

    def press_key(self, text: str) -> bool:  # noqa: ARG002 - everything is typed here
        """Hear no single keys."""
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter in a line writes nothing by accident."""
        if event.key() in ENTER and isinstance(self.focusWidget(), QLineEdit):
            return
        super().keyPressEvent(event)

    def restyle(self) -> None:
        """Take over a changed text size."""
        super().restyle()
        for edit in getattr(self, "edits", {}).values():
            edit.setFont(theme.font(Type.BODY))

    def _add(self, name: str, edit: QLineEdit | QPlainTextEdit) -> None:
        self.edits[name] = edit
        edit.setFont(theme.font(Type.BODY))
        block = QVBoxLayout()
        block.setSpacing(theme.px(3))
        for each in (self.heads[name], edit, self.notes[name]):
            block.addWidget(each)
        self.column.addLayout(block, 1 if name == LONG else 0)

    def _fill(self, field: AmendField) -> None:
        edit, note = self.edits[field.name], self.notes[field.name]
        self.heads[field.name].setText(field.label)
        if _text(edit) != field.text:
            if isinstance(edit, QPlainTextEdit):
                edit.setPlainText(field.text)
            else:
                edit.setText(field.text)
        theirs = f"Stands now: {field.theirs}" if field.theirs else ""
        note.setText(" · ".join(part for part in (field.problem, theirs) if part))
        note.setVisible(bool(note.text()))
        edit.setAccessibleName(field.label)
        edit.setAccessibleDescription(note.text())
        if field.problem and self.isVisible():
            edit.setFocus(Qt.FocusReason.OtherFocusReason)


def _text(edit: QLineEdit | QPlainTextEdit) -> str:
    return edit.toPlainText() if isinstance(edit, QPlainTextEdit) else edit.text()
