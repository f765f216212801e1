"""The board's sheet: filters, the rows, what can be done to the one in hand, and its time-line."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QVBoxLayout,
    QWidget,
)

from console.desk.board.port import (
    Asked,
    BoardAct,
    BoardLine,
    BoardPort,
    BoardView,
    Pick,
    QuestionView,
    RecordView,
)
from console.ui.board.flow import Flow
from console.ui.board.model import BoardModel
from console.ui.board.record import RecordPane
from console.ui.clock import Clock
from console.ui.controls import ENTER, KeyButton, Kind
from console.ui.listing import Filters, RowList
from console.ui.sheets.base import ALL_ROOM, Sheet, label
from console.ui.theme import Ink, Type, theme

FILTERS: Final = (("whose", "Whose"), ("practice", "Practice"), ("kind", "Kind"))
WIDTHS: Final = (118, 300, 170, 116, 76, 84, 230)  # at scale 1; what it is gets the rest
LEAST: Final = (80, 190, 72, 66, 62, 50, 84)  # in a narrow window
ACTS: Final = (
    (BoardAct.TAKE, "Take it", "T"),
    (BoardAct.HAND, "Hand to…", "H"),
    (BoardAct.ACKNOWLEDGE, "Provider has it…", "A"),
    (BoardAct.ESCALATE, "Next person now", "N"),
    (BoardAct.REACH, "Patient reached", "R"),
    (BoardAct.CLOSE, "Close it", "X"),
    (BoardAct.CONFIRM, "Confirmed", "C"),
    (BoardAct.DONE, "Done", "D"),
    (BoardAct.HOLD, "Put off…", "P"),
    (BoardAct.BOOK, "Book it", "K"),
    (BoardAct.PASS, "Next on the list", "N"),
    (BoardAct.WITHDRAW, "Off the list", "O"),
)


class BoardList(RowList):
    """The rows. Arrows, Page Up and Down, Home and End move; Enter opens the time-line; a letter
    is the sheet's."""

    opened = Signal()
    ROW = 32

    def __init__(self, parent: QWidget, model: BoardModel) -> None:
        super().__init__(parent, model, "Unfinished work")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.doubleClicked.connect(lambda _: self.opened.emit())
        self.restyle()

    def restyle(self) -> None:
        """Take over a changed text size."""
        super().restyle()
        self.place()

    def place(self) -> None:
        """Share the width out."""
        room = self.viewport().width()
        wide, least = sum(map(theme.px, WIDTHS)), sum(map(theme.px, LEAST))
        share = max(0.0, min(1.0, (room - least) / (wide - least)))
        for column, (most, fewest) in enumerate(zip(WIDTHS, LEAST, strict=True)):
            width = theme.px(fewest) + (theme.px(most) - theme.px(fewest)) * share
            rest = max(0, room - wide) if column == 1 else 0
            self.setColumnWidth(column, int(width) + rest)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Share the new width out."""
        super().resizeEvent(event)
        self.place()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter opens; a letter is the sheet's: Qt would look for a row that begins with it."""
        if event.key() in ENTER:
            self.opened.emit()
        elif event.text().strip():
            event.ignore()
        else:
            super().keyPressEvent(event)


class BoardSheet(Sheet):
    """Asks the desk for what the filters say; nothing is shown that it has not told."""

    WIDTH = 1400
    HIGH = ALL_ROOM

    def __init__(self, parent: QWidget, board: BoardPort, clock: Clock) -> None:
        super().__init__(parent, "Board")
        self.board = board
        self._key = ""
        self.view: BoardView | None = None
        self.work = QWidget(self)
        work = QVBoxLayout(self.work)
        work.setContentsMargins(0, 0, 0, 0)
        self._filters = Filters(self.work, FILTERS, lambda chosen: board.ask(Asked(**chosen)))
        self.filters = self._filters.boxes
        work.addLayout(self._filters)
        self.note = label("", Type.SMALL_STRONG, Ink.AMBER_TEXT, self.work)
        work.addWidget(self.note)
        self.model = BoardModel(clock)
        self.model.wanted.connect(board.read_more)
        self.list = BoardList(self.work, self.model)
        self.list.opened.connect(self._open_record)
        self.list.selectionModel().currentRowChanged.connect(lambda *_: self._moved())
        work.addWidget(self.list, 1)
        self.detail = label("", Type.SMALL, Ink.TEXT, self.work)
        work.addWidget(self.detail)
        work.addWidget(self._make_foot())
        self.column.addWidget(self.work, 1)
        self.record = RecordPane(self)
        self.column.addWidget(self.record, 1)
        self.record.hide()
        self.record.exported.connect(board.export)
        self.record.reviewed.connect(board.have_reviewed)
        self._listen()

    def _listen(self) -> None:
        self.board.question_changed.connect(self.show_question)
        self.board.record_changed.connect(self.show_record)

    def _make_foot(self) -> QWidget:
        foot = QWidget(self.work)
        column = QVBoxLayout(foot)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        self.question = label("", Type.BODY_STRONG, Ink.TEXT, foot)
        column.addWidget(self.question)
        self.flow = Flow(foot)
        column.addWidget(self.flow)
        self.buttons: dict[BoardAct, KeyButton] = {}
        for act, words, key in ACTS:
            button = self.buttons[act] = KeyButton(Kind.PLAIN, words, key, self.flow)
            button.clicked.connect(lambda _=False, act=act: self._act(act))
            self.flow.add(button)
        self.amend = KeyButton(Kind.PLAIN, "Amend…", "E", self.flow)
        self.amend.clicked.connect(lambda: self.board.amend(self._key))
        self.call = KeyButton(Kind.PLAIN, "Call", "B", self.flow)
        self.call.clicked.connect(lambda: self.board.call(self._key))
        self.open_record = KeyButton(Kind.PLAIN, "Time-line", "Enter", self.flow)
        self.open_record.clicked.connect(self._open_record)
        for button in (self.amend, self.call, self.open_record):
            self.flow.add(button)
        self.choices: list[KeyButton] = []
        self._codes: dict[KeyButton, str] = {}
        self._asking: QuestionView | None = None
        return foot

    # --- what the desk says ----------------------------------------------------------------

    def fill(self, view: BoardView) -> None:
        """Show the rows; the one in hand stays in hand while it is there."""
        self.view = view
        self._filters.fill((view.whose, view.practices, view.kinds), view.asked)
        urgent = f", {view.urgent} urgent" if view.urgent else ""
        self.set_title(f"Board: {view.to_do:,} to do{urgent}")
        self.note.setText(view.note)
        self.note.setVisible(bool(view.note))
        was, at = self._key, max(0, self.list.currentIndex().row())
        self.model.take(view.lines, more=view.more)
        keys = [line.key for line in view.lines]
        if keys:
            row = keys.index(was) if was in keys else min(at, len(keys) - 1)
            if row != self.list.currentIndex().row():
                self.list.setCurrentIndex(self.model.index(row, 0))
        self._moved()

    def show_question(self, view: QuestionView | None) -> None:
        """Put a question in the place of the keys; None takes it back."""
        self._asking = view
        for button in self.choices:
            button.hide()
        if view is not None:
            for number, pick in enumerate(view.choices):
                self._offer_choice(number, pick)
            self.question.setText(view.nobody or f"{view.title}:")
        self._show_foot()
        first = self.choices[0] if view is not None and view.choices else self.list
        if self.isVisible():
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_record(self, view: RecordView | None) -> None:
        """Show a time-line in the place of the rows; None goes back to them."""
        self.work.setVisible(view is None)
        self.record.setVisible(view is not None)
        if view is not None:
            self.record.fill(view)
            self.record.list.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.isVisible():
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def tick(self) -> None:
        """Move the running times on."""
        if self.isVisible():
            self.model.tick()

    # --- what a person does ----------------------------------------------------------------

    def leave_one(self) -> bool:
        """Go back from a time-line or a question; tell whether there was one."""
        if not self.record.isHidden():
            self.board.leave_record()
        elif self._asking is not None:
            self.board.leave_question()
        else:
            return False
        return True

    @property
    def line(self) -> BoardLine | None:
        """The row in hand."""
        row = self.list.currentIndex().row()
        return self.model.lines[row] if 0 <= row < len(self.model.lines) else None

    def first_stop(self) -> QWidget:
        """Start in the list."""
        return self.list

    def _moved(self) -> None:
        line = self.line
        self._key = line.key if line is not None else ""
        self._show_foot()
        if line is None:
            self.detail.setText("Nothing is left to do here.")
            return
        paged = f"Paged: {line.paged}." if line.paged else ""
        touched = f"Last touched by {line.touched_by}." if line.touched_by else ""
        following = f"Next: {line.next}." if line.next and line.next_at else ""
        parts = (line.detail, paged, following, touched)
        self.detail.setText(" ".join(part.rstrip(".") + "." for part in parts if part))

    def _show_foot(self) -> None:
        line, asking = self.line, self._asking is not None
        for act, button in self.buttons.items():
            button.setVisible(not asking and line is not None and act in line.acts)
        label = line.call_label if line is not None and not asking else ""
        self.amend.setVisible(not asking and line is not None and line.can_amend)
        self.call.setVisible(bool(label))
        if label:
            self.call.set_words(label)
        self.open_record.setVisible(not asking and line is not None)
        self.question.setVisible(asking)
        self.flow.arrange()

    def _offer_choice(self, number: int, pick: Pick) -> None:
        if number == len(self.choices):
            button = KeyButton(Kind.PLAIN, "", "", self.flow)
            button.clicked.connect(lambda _=False, button=button: self._choose(button))
            self.flow.add(button)
            self.choices.append(button)
        button = self.choices[number]
        button.set_words(pick.label, pick.key)
        self._codes[button] = pick.code
        button.show()

    def _choose(self, button: KeyButton) -> None:
        self.board.choose(self._codes[button])

    def _act(self, act: BoardAct) -> None:
        if self._key:
            self.board.act(self._key, act)

    def _open_record(self) -> None:
        if self._key:
            self.board.open_record(self._key)
