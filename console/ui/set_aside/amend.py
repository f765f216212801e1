"""A piece of work to be amended: whose it is, its words, and whether its health details go."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from console.desk.set_aside.port import AmendAside, AsidePort
from console.ui.controls import ENTER, KeyButton, Kind
from console.ui.edits import LineEdit, ParagraphEdit
from console.ui.listing import FilterBox
from console.ui.sheets.base import label
from console.ui.theme import Ink, Type, theme

LINES: Final = ("callback_number", "patient_name", "caller_name")
LONG: Final = "reason"
WITHOUT: Final = "Alt+H"


class AmendPane(QWidget):
    """Ctrl+Enter saves it and tries again; Alt+H leaves its health details out."""

    def __init__(self, parent: QWidget, aside: AsidePort) -> None:
        super().__init__(parent)
        self._aside = aside
        self.view: AmendAside | None = None
        self._clean = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.title = label("", Type.BODY_STRONG, Ink.TEXT, self)
        self.problem = label("", Type.BODY_STRONG, Ink.RED_TEXT, self)
        column.addWidget(self.title)
        column.addWidget(self.problem)
        self.practice_head = label("Practice", Type.LABEL, Ink.LABEL, self)
        self.practice = FilterBox(self)
        self.practice.setAccessibleName("Practice")
        self.practice.setMinimumHeight(theme.px(38))
        self.practice.setMaxVisibleItems(16)
        column.addWidget(self.practice_head)
        column.addWidget(self.practice)
        self.heads = {name: label("", Type.LABEL, Ink.LABEL, self) for name in (*LINES, LONG)}
        self.edits: dict[str, QLineEdit | QPlainTextEdit] = {}
        for name in LINES:
            edit = LineEdit(self)
            edit.setMinimumHeight(theme.px(38))
            self._add(column, name, edit)
        long = ParagraphEdit(self)
        long.setTabChangesFocus(True)
        long.setMinimumHeight(theme.px(110))
        self._add(column, LONG, long)
        row = QHBoxLayout()
        self.without = KeyButton(Kind.PLAIN, "", WITHOUT, self)
        self.without.clicked.connect(self._toggle)
        pressed = QShortcut(QKeySequence(WITHOUT), self)  # of a list, Qt would search by the letter
        pressed.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        pressed.activated.connect(self.without.click)
        self.save = KeyButton(Kind.PRIMARY, "Save and try again", "Ctrl+Enter", self)
        self.save.clicked.connect(self.finish)
        row.addWidget(self.without)
        row.addStretch(1)
        row.addWidget(self.save)
        column.addLayout(row)

    def fill(self, view: AmendAside) -> None:
        """Show a piece of work; the same one again is told what is wrong with it."""
        again = self.view is not None and self.view.key == view.key and view.problem
        self.view, self._clean = view, view.clean
        self.title.setText(view.title)
        self.problem.setText(f"✕ {view.problem}" if view.problem else "")
        self.problem.setVisible(bool(view.problem))
        for each in (self.practice_head, self.practice):
            each.setVisible(bool(view.practices))
        self.practice.clear()
        for pick in view.practices:
            self.practice.addItem(pick.label, pick.code)
        self.practice.setCurrentIndex(max(0, self.practice.findData(view.practice)))
        given = {field.name: field for field in view.fields}
        for name, edit in self.edits.items():
            shown = name in given
            edit.setVisible(shown)
            self.heads[name].setVisible(shown)
            if shown:
                self.heads[name].setText(given[name].label)
                edit.setAccessibleName(given[name].label)
                _put(edit, given[name].text)
        self.without.setVisible(view.may_clean)
        self._word()
        if not again:
            self.first_stop().setFocus(Qt.FocusReason.OtherFocusReason)

    def first_stop(self) -> QWidget:
        """Begin at the first that can be changed."""
        stops = (self.practice, *self.edits.values(), self.save)
        return next(each for each in stops if not each.isHidden())

    def finish(self) -> None:
        """Save, as Ctrl+Enter does."""
        if self.view is not None:
            words = {field.name: _text(self.edits[field.name]) for field in self.view.fields}
            practice = str(self.practice.currentData() or "")
            self._aside.save(self.view.key, practice, words, self._clean)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter in a line saves nothing by accident."""
        if event.key() in ENTER and isinstance(self.window().focusWidget(), QLineEdit):
            return
        super().keyPressEvent(event)

    def _add(self, column: QVBoxLayout, name: str, edit: QLineEdit | QPlainTextEdit) -> None:
        self.edits[name] = edit
        edit.setFont(theme.font(Type.BODY))
        column.addWidget(self.heads[name])
        column.addWidget(edit, 1 if name == LONG else 0)

    def _toggle(self) -> None:
        if self.without.isHidden():
            return
        self._clean = not self._clean
        self._word()

    def _word(self) -> None:
        words = "Without its health details"
        self.without.set_words(f"✓ {words}" if self._clean else words)
        self.without.kind = Kind.PRIMARY if self._clean else Kind.PLAIN
        self.without.setAccessibleName(f"{words}, chosen" if self._clean else words)
        self.without.update()


def _text(edit: QLineEdit | QPlainTextEdit) -> str:
    return edit.toPlainText() if isinstance(edit, QPlainTextEdit) else edit.text()


def _put(edit: QLineEdit | QPlainTextEdit, text: str) -> None:
    if _text(edit) == text:
        return
    if isinstance(edit, QPlainTextEdit):
        edit.setPlainText(text)
    else:
        edit.setText(text)
