"""Fields that are chosen and not typed: one of a list, a tick, any of several buttons."""

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from console.desk.practices.views import EditField, Put
from console.ui.controls import ChoiceButton
from console.ui.edits import draw_edge, is_ours
from console.ui.painting import draw_line
from console.ui.practices.fields import (
    ButtonField,
    Field,
    LineField,
    NoteField,
    ParagraphField,
    SourceField,
)
from console.ui.theme import Ink, Type, theme

ON = "yes"


class _Pick(QComboBox):
    """A list that drops down, drawn like the other fields."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.wrong = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMaxVisibleItems(14)
        self.restyle()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.setFont(theme.font(Type.BODY))
        self.view().setFont(theme.font(Type.BODY))

    def event(self, event: QEvent) -> bool:
        """Give the window's keys back to it: Alt+Down moves an entry, and opens no list."""
        key = isinstance(event, QKeyEvent) and is_ours(event)
        if key and event.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            event.ignore()
            return False
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Let the page scroll: a wheel must not change an answer on its way."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the edge, the choice and the mark of a list."""
        painter = QPainter(self)
        box = QRectF(self.rect())
        draw_edge(painter, box, focus=self.hasFocus(), wrong=self.wrong)
        line = box.adjusted(theme.px(11), 0, -theme.px(26), 0)
        draw_line(painter, line, self.currentText(), Type.BODY, Ink.TEXT)
        mark = QRectF(box.right() - theme.px(24), 0, theme.px(18), box.height())
        draw_line(painter, mark, "▾", Type.BODY, Ink.SOFT)


class PickField(Field):
    """One of a list."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.box = _Pick(self)
        self.box.activated.connect(self._chosen)

    def name_control(self, label: str) -> None:
        """Name the list after its label."""
        self.box.setAccessibleName(label or "Choice")

    def describe(self, words: str) -> None:
        """Tell what is wrong, and the hint."""
        self.box.setAccessibleDescription(words)

    def take(self, view: EditField, old: EditField | None) -> None:
        """Show the list and the choice; a value that is none of it stands there as it is."""
        codes = [code for code, _ in view.options]
        options = view.options
        if view.value not in codes:
            options = (*options, (view.value, view.value or "–"))
        if old is None or [self.box.itemData(i) for i in range(self.box.count())] != [
            code for code, _ in options
        ]:
            self.box.clear()
            for code, label in options:
                self.box.addItem(label, code)
        for number, (_, label) in enumerate(options):
            if self.box.itemText(number) != label:
                self.box.setItemText(number, label)
        at = [code for code, _ in options].index(view.value)
        if self.box.currentIndex() != at:
            self.box.setCurrentIndex(at)
        if self.box.wrong != bool(view.problem):
            self.box.wrong = bool(view.problem)
        self.box.update()

    def focus(self) -> None:
        """Put the focus on the list."""
        self.box.setFocus(Qt.FocusReason.OtherFocusReason)

    def place(self) -> None:
        """Put the list under the label."""
        self.box.setGeometry(0, self.label_height(), self.width(), theme.px(34))

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.box.restyle()
        super().restyle()

    def _chosen(self, at: int) -> None:
        self.tell(str(self.box.itemData(at)))


class _Tick(ChoiceButton):
    """A box that is ticked or not."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.many = True
        self.role = Type.SMALL_STRONG
        self.enter_presses = True


class TickField(Field):
    """Yes or no."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.button = _Tick(self)
        self.button.clicked.connect(self._pressed)

    def name_control(self, label: str) -> None:
        """Say what is ticked."""
        self.button.set_words(self.view.label if self.view is not None else label)

    def describe(self, words: str) -> None:
        """Tell what is wrong, and the hint."""
        self.button.setAccessibleDescription(words)

    def take(self, view: EditField, old: EditField | None) -> None:  # noqa: ARG002
        """Show whether it is ticked."""
        if self.button.isChecked() != (view.value == ON):
            self.button.setChecked(view.value == ON)

    @property
    def has_label(self) -> bool:
        """Return no: the button says it, and stands level with the lines beside it."""
        return False

    def focus(self) -> None:
        """Put the focus on the box."""
        self.button.setFocus(Qt.FocusReason.OtherFocusReason)

    def place(self) -> None:
        """Make the button as wide as its words, or as its share of the row."""
        wide = min(self.width(), self.button.natural_width())
        self.button.setGeometry(0, self.label_height(), wide, theme.px(34))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw problem and hint: the label is on the button."""
        view = self.view
        if view is None:
            return
        painter = QPainter(self)
        top = self.label_height() + theme.px(37)
        self._notes.draw(painter, view.problem, view.help, top)

    def _pressed(self) -> None:
        self.tell("" if self.view is not None and self.view.value == ON else ON)


class ManyField(Field):
    """Buttons, any of them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.buttons: list[_Tick] = []

    def take(self, view: EditField, old: EditField | None) -> None:  # noqa: ARG002
        """Show the buttons and which are ticked."""
        while len(self.buttons) < len(view.options):
            button = _Tick(self)
            button.clicked.connect(lambda _=False, each=button: self._press(each))
            self.buttons.append(button)
        ticked = view.value.split(",")
        for number, button in enumerate(self.buttons):
            on = number < len(view.options)
            button.setVisible(on)
            if on:
                button.code, label = view.options[number]
                button.set_words(label)
                button.setAccessibleName(f"{view.label}: {label}")
                button.setChecked(button.code in ticked)
        self.place()

    def focus(self) -> None:
        """Put the focus on the first button."""
        if self.buttons:
            self.buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def control_height(self, width: int) -> int:
        """Return the height of the rows of buttons."""
        return self._flow(width, move=False)

    def place(self) -> None:
        """Put the buttons in rows."""
        if self.width() > 0:
            self._flow(self.width(), move=True)

    def _flow(self, width: int, *, move: bool) -> int:
        gap, high, left, top = theme.px(6), theme.px(32), 0, self.label_height()
        for button in self.buttons[: len(self.view.options) if self.view else 0]:
            wide = min(width, button.natural_width())
            if left and left + wide > width:
                left, top = 0, top + high + gap
            if move:
                button.setGeometry(left, top, wide, high)
            left += wide + gap
        return top + high - self.label_height()

    def _press(self, button: _Tick) -> None:
        if self.view is None:
            return
        before = [code for code in self.view.value.split(",") if code]
        kept = [code for code, _ in self.view.options if (code in before) != (code == button.code)]
        unknown = [code for code in before if code not in dict(self.view.options)]
        self.tell(",".join((*kept, *unknown)))


CLASSES: dict[Put, type[Field]] = {
    Put.LINE: LineField,
    Put.PARAGRAPH: ParagraphField,
    Put.PICK: PickField,
    Put.MANY: ManyField,
    Put.TICK: TickField,
    Put.NOTE: NoteField,
    Put.SOURCE: SourceField,
    Put.BUTTON: ButtonField,
}
