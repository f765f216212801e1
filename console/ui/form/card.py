"""The form's card: where it stands, what to ask, the questions, the red flag, and the way on.

Next, back and the rest are intents; what the card shows comes back from the desk.
"""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QScrollArea, QWidget

from console.desk.views import FormView, RedFlag, StepView
from console.ui.columns import Panel, SlimBar
from console.ui.controls import ENTER, KeyButton, Kind
from console.ui.form.body import FormBody
from console.ui.keys import Act, sequence_of
from console.ui.painting import (
    CENTRE,
    NO_PEN,
    RIGHT,
    Words,
    draw_card,
    draw_focus,
    draw_line,
    text_width,
)
from console.ui.theme import Ink, Type, colour, theme

PAD = 16


class StepPill(QAbstractButton):
    """One step of the form."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.step: StepView | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def fill(self, step: StepView) -> None:
        """Show a step."""
        if step != self.step:
            self.step = step
            state = ", current" if step.current else ", done" if step.done else ""
            self.setAccessibleName(f"Step {step.number}, {step.title}{state}")
            self.setToolTip("Ctrl+Page Up and Ctrl+Page Down move between steps")
            self.update()

    def words(self) -> str:
        """Return number and title, a tick before a step that is done."""
        if self.step is None:
            return ""
        tick = "✓ " if self.step.done and not self.step.current else ""
        return f"{tick}{self.step.number} {self.step.title}"

    def natural_width(self) -> int:
        """Return the pill's width."""
        return round(text_width(Type.SMALL_STRONG, self.words())) + theme.px(20)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter goes to the step."""
        if event.key() in ENTER:
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the pill."""
        if self.step is None:
            return
        painter = QPainter(self)
        box = QRectF(self.rect())
        fill, ink = Ink.BUTTON, Ink.SOFT
        if self.step.current:
            fill, ink = Ink.BLUE, Ink.CARD
        elif self.step.done:
            fill, ink = Ink.GREEN_SOFT, Ink.GREEN_TEXT
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(NO_PEN)
        painter.setBrush(colour(fill))
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        draw_line(painter, box, self.words(), Type.SMALL_STRONG, ink, align=CENTRE)
        if self.hasFocus():
            draw_focus(painter, box, box.height() / 2)


class RedFlagBar(QWidget):
    """A red flag in what was typed: one key reads the 911 line, one dismisses it on record."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.flag: RedFlag | None = None
        self._words = Words(Type.BODY_STRONG, Ink.RED_TEXT, 1.3)
        self.read = KeyButton(Kind.FLAG, "Read it", sequence_of(Act.READ_911), self)
        self.dismiss = KeyButton(Kind.FLAG, "Dismiss, on record", "Esc", self)
        for button in (self.read, self.dismiss):
            button.role = Type.BODY_STRONG
        self.hide()

    def fill(self, flag: RedFlag | None) -> None:
        """Show a flag, or none."""
        if flag != self.flag:
            self.flag = flag
            self.setAccessibleName(f"Red flag: {flag.text}" if flag else "")
            self.setVisible(flag is not None)
            self.update()

    def height_for(self, width: int) -> int:
        """Return the height, 0 without a flag; in a narrow form the keys get their own row."""
        if self.flag is None:
            return 0
        words = round(self._words.lay(self.flag.text, self._room(width)))
        if self._is_narrow(width):
            return words + theme.px(10 + 6 + 32 + 6)
        return max(theme.px(42), words + theme.px(20))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Keep the buttons at the right."""
        right = self.width() - theme.px(6)
        for button in (self.dismiss, self.read):
            width = button.natural_width() - theme.px(12)
            top = (self.height() - theme.px(32)) // 2
            if self._is_narrow(self.width()):
                top = self.height() - theme.px(38)
            button.setGeometry(right - width, top, width, theme.px(32))
            right -= width

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the bar."""
        if self.flag is None:
            return
        painter = QPainter(self)
        draw_card(painter, QRectF(self.rect()), Ink.RED_SOFT, Ink.RED_EDGE, radius=6)
        height = self._words.lay(self.flag.text, self._room(self.width()))
        narrow = self._is_narrow(self.width())
        top = theme.px(10) if narrow else (self.height() - height) / 2
        self._words.draw(painter, theme.px(13), top)

    def _is_narrow(self, width: int) -> bool:
        return width - self._buttons() < theme.px(240)

    def _buttons(self) -> int:
        return self.read.natural_width() + self.dismiss.natural_width() - theme.px(24)

    def _room(self, width: int) -> float:
        beside = 0 if self._is_narrow(width) else self._buttons()
        return width - beside - theme.px(13 + 10)


class FormCard(Panel):
    """The guided form."""

    step_wanted = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.view: FormView | None = None
        self._key: object = None
        self._saved = ""
        self.tight = False  # a low window: what the form ends as stands in the foot's own line
        self._focus = ""
        self._ask = Words(Type.ASK, Ink.TEXT, 1.3)
        self._ends = Words(Type.SMALL, Ink.LABEL, 1.3)
        self._hint = Words(Type.SMALL_STRONG, Ink.AMBER_TEXT, 1.3)
        self.pills = [self._make_pill() for _ in range(7)]
        self.area = QScrollArea(self)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setVerticalScrollBar(SlimBar(self.area))
        self.body = FormBody(self.area.viewport())
        self.area.setWidget(self.body)
        palette = self.area.palette()
        palette.setColor(palette.ColorRole.Window, colour(Ink.CARD))
        self.area.setPalette(palette)
        self.flag = RedFlagBar(self)
        self.next = KeyButton(Kind.PRIMARY, "Next", "Enter", self)
        self.back = KeyButton(Kind.PLAIN, "Back", sequence_of(Act.BACK), self)
        self.finish = KeyButton(Kind.PLAIN, "Save and finish", "Ctrl+Enter", self)
        self.next.role = Type.BODY_STRONG
        self.setAccessibleName("Form")

    def fill(self, view: FormView | None) -> None:
        """Show the form, or none."""
        self.view = view
        if view is None:
            if self._key is not None:
                self._key = None
                self.body.clear()
                self.relay()
            return
        key = (view.call, view.call_type, [step.number for step in view.steps if step.current])
        fresh, self._key = key != self._key, key
        if fresh or view.draft_saved:
            self._saved = view.draft_saved
        self._fill_pills(view)
        self.flag.fill(view.red_flag)
        self.next.set_words(view.next_label)
        for button, on in ((self.back, view.can_back), (self.finish, view.can_finish)):
            if button.isEnabled() != on:
                button.setEnabled(on)
        self.finish.kind = Kind.PRIMARY if view.can_finish else Kind.PLAIN
        self.next.kind = Kind.PLAIN if view.can_finish else Kind.PRIMARY
        self.next.setVisible(bool(view.next_label))
        self.setAccessibleDescription(view.say)
        self.body.fill(view, fresh=fresh)
        self.relay()
        self._focus = view.focus or ("" if fresh else self._focus)
        if fresh:
            self.area.verticalScrollBar().setValue(0)
            self._settle()
            self.take_focus()

    def take_focus(self) -> None:
        """Put the cursor where the step begins."""
        self.body.focus(self._focus)

    def show_saved(self, text: str) -> None:
        """Show when the draft was saved."""
        self._saved = text
        self.update(0, self.finish.y(), self.width(), self.finish.height())

    def wanted(self) -> bool:
        """Only with a form."""
        return self.view is not None

    def height_for(self, width: int) -> int:
        """Return the height that shows every question."""
        inner = width - 2 * theme.px(PAD)
        return self._top(inner) + self.body.height_for(inner) + self._foot(inner)

    def least_height(self) -> int:
        """Return the height below which the centre scrolls."""
        inner = self.width() - 2 * theme.px(PAD)
        return self._top(inner) + theme.px(150) + self._foot(inner)

    def place(self) -> None:
        """Put every part where it belongs."""
        if self.view is None:
            return
        pad = theme.px(PAD)
        inner = self.width() - 2 * pad
        left = pad
        for pill in self.pills:
            if not pill.isHidden():
                width = pill.natural_width()
                pill.setGeometry(left, theme.px(16), width, theme.px(24))
                left += width + theme.px(6)
        top, foot = self._top(inner), self._foot(inner)
        high = max(theme.px(60), self.height() - top - foot)
        self.area.setGeometry(pad, top, inner, high)
        self._settle()
        flag = self.flag.height_for(inner)
        below = self.height() - theme.px(14) - self._foot_rows(inner)
        if flag:
            self.flag.setGeometry(pad, top + high + theme.px(8), inner, flag)
        self._place_foot(pad, below)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Fit everything to the card."""
        self.place()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.body.restyle()

    def relay(self) -> None:
        """Ask for room, and fit what there is meanwhile."""
        super().relay()
        self.place()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter from a choice is the next step; a digit ticks a read-back row."""
        if event.key() in ENTER and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.body.entered.emit()
        elif not (event.text() and self.body.tick_by_key(event.text())):
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the card, what to ask, and the foot's words."""
        view = self.view
        if view is None:
            return
        painter = QPainter(self)
        draw_card(painter, QRectF(self.rect()))
        pad = theme.px(PAD)
        inner = self.width() - 2 * pad
        self._ask.draw(painter, pad, theme.px(16 + 24 + 12))
        foot = self.finish.geometry()
        first = self.back.y()
        ends = self._ends_height(inner)
        top = first - theme.px(8) - round(ends + self._hint.height)
        self._hint.draw(painter, pad, top)
        if ends:
            self._ends.draw(painter, pad, top + self._hint.height)
        left = self.back.geometry().right() + theme.px(8) if first == foot.y() else pad
        right = foot.x() - theme.px(10)
        line = QRectF(left, foot.y(), max(0, right - left), foot.height())
        words = (view.ends_as or self._saved) if self.tight else self._saved
        draw_line(painter, line, words, Type.SMALL, Ink.SOFT, align=RIGHT)

    def _ends_height(self, inner: int) -> float:
        """Return the height of the line that says how the call will be kept."""
        if self.tight or self.view is None:
            return 0.0
        return self._ends.lay(self.view.ends_as, inner)

    def _top(self, inner: int) -> int:
        say = self._ask.lay(self.view.say if self.view else "", inner)
        return theme.px(16 + 24 + 12) + round(say) + (theme.px(8) if say else 0)

    def _foot(self, inner: int) -> int:
        view = self.view
        words = 0.0
        if view is not None:
            words = self._ends_height(inner) + self._hint.lay(view.finish_hint, inner)
        flag = self.flag.height_for(inner)
        room = round(words) + (theme.px(8) if words else 0) + (flag + theme.px(8) if flag else 0)
        return room + theme.px(8 + 14) + self._foot_rows(inner)

    def _foot_rows(self, inner: int) -> int:
        """Return the height of the foot's one row of buttons, or two where they do not fit."""
        return theme.px(38) if self._fits(inner) else theme.px(38 + 8 + 38)

    def _fits(self, inner: int) -> bool:
        buttons = (self.next, self.back, self.finish)
        widths = sum(each.natural_width() for each in buttons if not each.isHidden())
        return widths + theme.px(40) <= inner

    def _place_foot(self, left: int, top: int) -> None:
        high, gap = theme.px(38), theme.px(10)
        start = left
        for button in (self.next, self.back):
            if not button.isHidden():
                width = button.natural_width() + theme.px(4)
                button.setGeometry(start, top, width, high)
                start += width + gap
        width = self.finish.natural_width()
        if not self._fits(self.width() - 2 * left):
            top += theme.px(38 + 8)
        self.finish.setGeometry(self.width() - left - width, top, width, high)

    def _settle(self) -> None:
        width = self.area.width()
        if self.body.height_for(width) > self.area.height():
            width -= self.area.verticalScrollBar().sizeHint().width() + theme.px(4)
        self.body.resize(width, self.body.height_for(width))
        self.body.place()

    def _fill_pills(self, view: FormView) -> None:
        while len(self.pills) < len(view.steps):
            self.pills.append(self._make_pill())
        for number, pill in enumerate(self.pills):
            if number < len(view.steps):
                pill.fill(view.steps[number])
            pill.setVisible(number < len(view.steps))

    def _make_pill(self) -> StepPill:
        pill = StepPill(self)
        pill.hide()
        pill.clicked.connect(lambda: self.step_wanted.emit(pill.step.number if pill.step else 0))
        return pill
