"""A question answered by buttons: one of them, any of them, an open time, a booking.

The buttons are one stop of the Tab key, as radio buttons are; within it the arrows move, Space
presses, and so does each button's own key.
"""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from console.desk.views import MANY, FieldKind, FieldView
from console.ui.controls import ChoiceButton, KeyButton, Kind
from console.ui.edits import LineEdit
from console.ui.form.questions import Question
from console.ui.keys import Act, sequence_of
from console.ui.theme import theme

STEPS = {
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Up: -1,
}


MANY_KINDS = frozenset({FieldKind.CHOICES, FieldKind.OPEN_CHOICES})
OTHER_KEY = "O"


class ChoiceQuestion(Question):
    """A question with a button for each answer."""

    POOL = 6

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.buttons: list[ChoiceButton] = []
        for _ in range(self.POOL):
            self._add()
        self.earlier = KeyButton(Kind.LINK, "Earlier", sequence_of(Act.EARLIER_TIMES), self)
        self.more = KeyButton(Kind.LINK, "Later", sequence_of(Act.MORE_TIMES), self)
        self.wait = KeyButton(Kind.LINK, "Waiting list", sequence_of(Act.WAITING), self)
        for button in (self.earlier, self.more, self.wait):
            button.enter_presses = False
            button.hide()

    def name_field(self, view: FieldView) -> None:
        """Name the group after its question."""
        self.setAccessibleName(view.label)

    def take(self, view: FieldView, *, fresh: bool) -> None:
        """Show the buttons and which are chosen."""
        while len(self.buttons) < len(view.options):
            self._add()
        for button, option in zip(self.buttons, view.options, strict=False):
            button.code = option.code
            button.many = view.kind in MANY_KINDS
            button.set_words(option.label, option.key)
            button.setAccessibleName(f"{view.label}: {option.label}")
            if button.isChecked() != option.chosen:
                button.setChecked(option.chosen)
        for number, button in enumerate(self.buttons):
            if button.isHidden() == (number < len(view.options)):
                button.setVisible(number < len(view.options))
        times = view.kind is FieldKind.OPEN_TIME
        self.earlier.setVisible(times)
        self.more.setVisible(times and bool(view.more))
        self.wait.setVisible(times)
        if view.more:
            self.more.set_words(view.more)
        if fresh or not any(button.hasFocus() for button in self.buttons):
            chosen = [i for i, option in enumerate(view.options) if option.chosen]
            self._stop_at(chosen[0] if chosen else 0)
        self.place()

    def focus(self) -> None:
        """Put the focus on the chosen button, or the first."""
        for button in self.shown():
            if button.focusPolicy() & Qt.FocusPolicy.TabFocus:
                button.setFocus(Qt.FocusReason.TabFocusReason)
                return

    def shown(self) -> list[ChoiceButton]:
        """Return the buttons in use."""
        return self.buttons[: len(self.view.options)] if self.view else []

    def field_height(self, width: int) -> int:
        """Return the height of every row of buttons."""
        return self._flow(width, move=False)

    def place(self) -> None:
        """Put the buttons in rows."""
        if self.width() > 0:
            self._flow(self.width(), move=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Move by the arrows, press by a button's own key."""
        shown = self.shown()
        step = STEPS.get(Qt.Key(event.key()), 0)
        if step and shown:
            at = next((i for i, button in enumerate(shown) if button.hasFocus()), 0)
            at = (at + step) % len(shown)
            self._stop_at(at)
            shown[at].setFocus(Qt.FocusReason.TabFocusReason)
            return
        shift = Qt.KeyboardModifier.ShiftModifier  # Caps Lock, or a finger still on Shift
        plain = not event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | shift)
        for number, button in enumerate(shown):
            if plain and event.text() and event.text().upper() == button.key.upper():
                self._stop_at(number)
                button.setFocus(Qt.FocusReason.TabFocusReason)
                self._press(button)
                return
        event.ignore()

    def _press(self, button: ChoiceButton) -> None:
        if self.view is None:
            return
        if self.view.kind not in MANY_KINDS:
            self.answered.emit(self.link_id, button.code)
            return
        codes = [
            option.code
            for option in self.view.options
            if option.chosen != (option.code == button.code)
        ]
        self.answered.emit(self.link_id, MANY.join((*codes, *self.others())))

    def others(self) -> tuple[str, ...]:
        """Return answers beside the buttons."""
        return ()

    def _stop_at(self, number: int) -> None:
        for each, button in enumerate(self.buttons):
            stop = Qt.FocusPolicy.StrongFocus if each == number else Qt.FocusPolicy.ClickFocus
            if button.focusPolicy() != stop:
                button.setFocusPolicy(stop)

    def _flow(self, width: int, *, move: bool) -> int:
        gap, high = theme.px(8), theme.px(38)
        at = QPoint(0, self.label_height())
        extra = [button for button in (self.earlier, self.more, self.wait) if not button.isHidden()]
        for button in (*self.shown(), *extra):
            wide = min(width, max(button.natural_width(), theme.px(72)))
            if at.x() and at.x() + wide > width:
                at = QPoint(0, at.y() + high + gap)
            if move:
                button.setGeometry(at.x(), at.y(), wide, high)
            at.setX(at.x() + wide + gap)
        return at.y() + high - self.label_height()

    def _add(self) -> None:
        button = ChoiceButton(self)
        button.hide()
        button.clicked.connect(lambda _=False: self._press(button))
        self.buttons.append(button)


class OpenChoiceQuestion(ChoiceQuestion):
    """Buttons, and under them a line for an answer that is none of them. The line has a key of its
    own while the focus is on the buttons; the arrows lead back."""

    POOL = 5

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.edit = LineEdit(self, OTHER_KEY)
        self.edit.textEdited.connect(self._edited)
        self.edit.entered.connect(self.entered)
        self.edit.setPlaceholderText("Another answer, in the caller's words")

    def name_field(self, view: FieldView) -> None:
        """Name the group and its line after the question."""
        super().name_field(view)
        self.edit.setAccessibleName(f"{view.label}: another answer")

    def take(self, view: FieldView, *, fresh: bool) -> None:
        """Show the buttons, and what was said that is none of them."""
        super().take(view, fresh=fresh)
        if (fresh or not self.edit.hasFocus()) and self.edit.text() != view.other:
            self.edit.setText(view.other)
        if self.edit.wrong != bool(view.problem):
            self.edit.wrong = bool(view.problem)
            self.edit.update()

    def focus(self) -> None:
        """Put the focus on the buttons, or into the line where that has the answer."""
        if self.view is not None and self.view.other:
            self.edit.setFocus(Qt.FocusReason.TabFocusReason)
            self.edit.end(False)
        else:
            super().focus()

    def others(self) -> tuple[str, ...]:
        """Return what is in the line."""
        text = self.edit.text().strip()
        return (text,) if text else ()

    def field_height(self, width: int) -> int:
        """Return the height of the buttons and the line."""
        return super().field_height(width) + theme.px(44)

    def place(self) -> None:
        """Put the line under the buttons."""
        super().place()
        top = self.label_height() + super().field_height(self.width()) + theme.px(8)
        self.edit.setGeometry(0, top, self.width(), theme.px(36))

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.edit.restyle()
        super().restyle()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Go into the line by its key; everything else is the buttons'."""
        if event.text().upper() == OTHER_KEY and not self.edit.hasFocus():
            self.edit.setFocus(Qt.FocusReason.TabFocusReason)
            self.edit.selectAll()
            return
        super().keyPressEvent(event)

    def _edited(self, text: str) -> None:
        if self.view is None:
            return
        chosen = [option.code for option in self.view.options if option.chosen]
        several = self.view.kind is FieldKind.OPEN_CHOICES and chosen
        self.answered.emit(self.link_id, MANY.join((*chosen, text)) if several else text)
