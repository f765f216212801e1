"""What is asked before a version is saved: the differences, why, who signs, and from when."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from console.desk.practices.views import SignView
from console.ui.columns import SlimBar
from console.ui.controls import ENTER, KeyButton, Kind
from console.ui.edits import LineEdit
from console.ui.sheets.base import Sheet, label
from console.ui.theme import Ink, Type, colour, theme


class SignSheet(Sheet):
    """Saving and signing; after a conflict, whose edition goes on."""

    saved = Signal(str, str, str)  # note, signer, from when
    signed = Signal(int, str, str)  # number, signer, from when
    asked_room = Signal()  # it has become higher
    on_top = Signal()
    theirs = Signal()
    WIDTH = 680

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Save this version")
        self.view: SignView | None = None
        self.words = label("", Type.BODY_STRONG, Ink.TEXT, self)
        self.column.addWidget(self.words)
        self.area = QScrollArea(self)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setVerticalScrollBar(SlimBar(self.area))
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        palette = self.area.palette()
        palette.setColor(palette.ColorRole.Window, colour(Ink.CARD))
        self.area.setPalette(palette)
        self.column.addWidget(self.area, 1)
        self.lines = QWidget()
        self.lines.setLayout(QVBoxLayout())
        self.area.setWidget(self.lines)
        self.rehearsal = label("", Type.SMALL, Ink.LABEL, self)
        self.column.addWidget(self.rehearsal)
        self._heads: dict[LineEdit, QWidget] = {}
        self.note = self._line("Why it was changed", "For whoever looks at the versions later")
        self.signer = self._line("Signed by", "A name; empty saves it without signing")
        self.when = self._line("In force from", "Empty: at once. Else 2026-11-30 08:00, their time")
        row = QHBoxLayout()
        self.sign = KeyButton(Kind.PRIMARY, "Sign and save", "Ctrl+Enter", self)
        self.save = KeyButton(Kind.PLAIN, "Save without signing", "", self)
        self.top_button = KeyButton(Kind.PRIMARY, "Save mine on top", "M", self)
        self.theirs_button = KeyButton(Kind.PLAIN, "Go on from theirs", "T", self)
        for button in (self.sign, self.save, self.top_button, self.theirs_button):
            row.addWidget(button)
        row.addStretch(1)
        self.column.addLayout(row)
        self.sign.clicked.connect(self._sign)
        self.save.clicked.connect(lambda: self.saved.emit(self.note.text(), "", ""))
        self.top_button.clicked.connect(self.on_top)
        self.theirs_button.clicked.connect(self.theirs)

    def fill(self, view: SignView) -> None:
        """Show the question."""
        self.view = view
        self.set_title(view.title)
        self.words.setText(view.words)
        self.show_rehearsal("")
        layout = self.lines.layout()
        assert layout is not None
        while layout.count():
            item = layout.takeAt(0)
            if item is not None and (old := item.widget()) is not None:
                old.deleteLater()
        layout.setContentsMargins(0, 0, theme.px(8), 0)
        layout.setSpacing(theme.px(4))
        for change in view.changes:
            role, ink = (Type.HEAD, Ink.SOFT) if change.head else (Type.SMALL, Ink.TEXT)
            made = label(change.text if change.head else f"· {change.text}", role, ink, self.lines)
            layout.addWidget(made)
        layout.addWidget(label("", Type.TINY, Ink.SOFT, self.lines))
        said = "; ".join(change.text for change in view.changes)
        self.area.setAccessibleName("Differences")
        self.area.setAccessibleDescription(said)
        high = min(320, 26 * (len(view.changes) + 1)) if view.changes else 0
        self.area.setMinimumHeight(theme.px(high))
        self.area.setVisible(bool(view.changes))
        for edit in (self.note, self.signer, self.when):
            edit.clear()
        self.signer.setText(view.signer)
        asks = not view.conflict
        self.note.setVisible(asks and not view.number)
        for widget in (self.signer, self.when, self.sign):
            widget.setVisible(asks)
        for edit, head in self._heads.items():
            head.setVisible(not edit.isHidden())
        self.save.setVisible(asks and not view.number)
        self.top_button.setVisible(view.conflict)
        self.theirs_button.setVisible(view.conflict)
        self.sign.set_words("Sign" if view.number else "Sign and save")

    def show_rehearsal(self, words: str) -> None:
        """Show which calls would end otherwise."""
        self.rehearsal.setText(words)
        self.rehearsal.setVisible(bool(words))
        self.asked_room.emit()

    def first_stop(self) -> QWidget:
        """Begin at the note, or at what an earlier version is asked."""
        if self.view is not None and self.view.conflict:
            return self.top_button
        return self.note if self.note.isVisible() else self.signer

    def press_key(self, text: str) -> bool:
        """Hear single keys only where nothing is typed."""
        return super().press_key(text) if self.view and self.view.conflict else False

    def finish(self) -> None:
        """Sign, as Ctrl+Enter does."""
        if self.view is not None and not self.view.conflict:
            self._sign()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter in a line goes to the next; the last one signs nothing by accident."""
        if event.key() in ENTER and isinstance(self.focusWidget(), LineEdit):
            return
        super().keyPressEvent(event)

    def _sign(self) -> None:
        if self.view is None:
            return
        if not self.signer.text().strip():
            self.signer.wrong = True
            self.signer.setAccessibleDescription("Somebody has to sign: write a name")
            self.signer.setFocus(Qt.FocusReason.OtherFocusReason)
            self.signer.update()
            return
        self.signer.wrong = False
        if self.view.number:
            self.signed.emit(self.view.number, self.signer.text(), self.when.text())
        else:
            self.saved.emit(self.note.text(), self.signer.text(), self.when.text())

    def _line(self, name: str, hint: str) -> LineEdit:
        head = label(name, Type.LABEL, Ink.LABEL, self)
        edit = LineEdit(self)
        edit.setAccessibleName(name)
        edit.setPlaceholderText(hint)
        edit.setMinimumHeight(theme.px(36))
        block = QVBoxLayout()
        block.setSpacing(theme.px(3))
        block.addWidget(head)
        block.addWidget(edit)
        self.column.addLayout(block)
        self._heads[edit] = head
        return edit
