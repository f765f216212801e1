"""The sheet of a try to reach somebody: its steps as they come, the words to say, the choices."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLabel, QWidget

from console.desk.views import OptionView, ReachStep, ReachView, StepMark
from console.ui.clock import Clock, utc_now
from console.ui.controls import Kind
from console.ui.sheets.base import Sheet, WideButton, label
from console.ui.theme import Ink, Type, colour, theme

_MARKS = {
    StepMark.DONE: ("✓", Ink.GREEN_TEXT, "done"),
    StepMark.NOW: ("●", Ink.TEXT, "now"),
    StepMark.FAILED: ("✕", Ink.RED_TEXT, "failed"),
}
_STEPS = 9  # at most, of one try


class ReachSheet(Sheet):
    """`picked` names a choice. Esc puts the sheet away and ends nothing."""

    picked = Signal(str)
    WIDTH = 560
    POOL = 4

    def __init__(self, parent: QWidget, clock: Clock = utc_now) -> None:
        super().__init__(parent, "Reaching")
        self._clock = clock
        self._view: ReachView | None = None
        self.steps = [self._label(Type.BODY, Ink.TEXT) for _ in range(_STEPS)]
        self.time_left = self._label(Type.BODY_STRONG, Ink.TEXT)
        self.time_left.setAccessibleName("Time left")
        self.whom = self._label(Type.LABEL, Ink.LABEL)
        self.say = self._label(Type.ASK, Ink.TEXT)
        self.summary = self._label(Type.BODY, Ink.TEXT)
        self.buttons: list[WideButton] = []
        self.codes: dict[WideButton, str] = {}
        for _ in range(self.POOL):
            button = WideButton("", "", self)
            button.clicked.connect(lambda _=False, button=button: self._pick(button))
            self.column.addWidget(button)
            self.buttons.append(button)
        self.note = self._label(Type.SMALL, Ink.SOFT)
        self.column.addStretch(1)
        self._tick = QTimer(self, interval=250)
        self._tick.timeout.connect(self._count_down)

    def fill(self, view: ReachView) -> None:
        """Show how a try stands."""
        codes = [choice.code for choice in self._view.choices] if self._view else []
        self._view = view
        self.set_title(view.title)
        for number, line in enumerate(self.steps):
            line.setVisible(number < len(view.steps))
            if number < len(view.steps):
                _show_step(line, view.steps[number])
        for line, text in (
            (self.whom, view.whom),
            (self.say, f"“{view.say}”" if view.say else ""),
            (self.summary, view.summary),
            (self.note, view.note),
        ):
            line.setText(text)
            line.setVisible(bool(text))
        for number, button in enumerate(self.buttons):
            button.setVisible(number < len(view.choices))
            if number < len(view.choices):
                self._fill_button(button, view.choices[number], first=number == 0)
        self._count_down()
        if self.isVisible() and codes != [choice.code for choice in view.choices]:
            self.first_stop().setFocus()

    def first_stop(self) -> QWidget:
        """Start where Enter ends nothing: on the close button while the try goes on unanswered."""
        risky = self._view is None or [c.code for c in self._view.choices] == ["stop"]
        return self.close_button if risky else self.buttons[0]

    def _fill_button(self, button: WideButton, choice: OptionView, *, first: bool) -> None:
        button.kind = Kind.PRIMARY if first and choice.code != "stop" else Kind.PLAIN
        button.set_words(choice.label, choice.key)
        self.codes[button] = choice.code
        button.update()

    def _pick(self, button: WideButton) -> None:
        self.picked.emit(self.codes[button])

    def _count_down(self) -> None:
        until = self._view.until if self._view is not None else None
        self.time_left.setVisible(until is not None)
        if self._view is None or until is None:
            self._tick.stop()
            return
        seconds = max(0, round((until - self._clock()).total_seconds()))
        words = f"{self._view.ends} in 0:{seconds:02}"
        if self.time_left.text() != words:
            self.time_left.setText(words)
        if not self._tick.isActive():
            self._tick.start()

    def _label(self, role: Type, ink: Ink) -> QLabel:
        made = label("", role, ink, self)
        made.setMinimumHeight(theme.px(22))
        self.column.addWidget(made)
        return made


def _show_step(line: QLabel, step: ReachStep) -> None:
    mark, ink, word = _MARKS[step.mark]
    line.setText(f"{mark}  {step.text}")
    line.setAccessibleName(f"{step.text}, {word}")
    palette = line.palette()
    palette.setColor(palette.ColorRole.WindowText, colour(ink))
    line.setPalette(palette)
