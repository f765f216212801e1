"""The headset sheet: microphone, earpiece and ringer chosen apart, each with something to hear or
see at once, so that a receptionist knows before the first caller does."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from console.desk.views import DeviceChoice, HeadsetPart, HeadsetView
from console.ui.columns import SlimBar
from console.ui.controls import ChoiceButton, KeyButton, Kind
from console.ui.meter import draw_meter
from console.ui.painting import draw_line
from console.ui.sheets.base import Sheet, label
from console.ui.theme import Ink, Type, theme

TRIALS = {
    "microphone": ("hear", "Hear yourself", "Stop listening", "H"),
    "earpiece": ("tone", "Play a tone", "Stop the tone", "T"),
    "ringer": ("ring", "Ring", "Stop ringing", "R"),
}
RINGINGS = (("off", "Off", "O"), ("soft", "Soft", "S"), ("normal", "Normal", "N"))
ROWS = 4  # devices to be seen without scrolling


class DeviceButton(ChoiceButton):
    """One device. Up and Down go to its neighbours, Space or Enter takes it."""

    def __init__(self, area: "DeviceList", inner: QWidget) -> None:
        super().__init__(inner)
        self._area = area
        self.role = Type.SMALL_STRONG
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.restyle()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.setFixedHeight(theme.px(34))

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Be seen."""
        super().focusInEvent(event)
        self._area.ensureWidgetVisible(self, 0, theme.px(8))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Move on the arrows."""
        if event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self._area.move_from(self, 1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)


class DeviceList(QScrollArea):
    """The devices one part can be, the chosen one ticked."""

    picked = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBar(SlimBar(self))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self._inner = QWidget()
        self.rows = QVBoxLayout(self._inner)
        self.rows.setContentsMargins(2, 2, 2, 2)
        self.rows.setSpacing(theme.px(6))
        self.rows.addStretch(1)
        self.setWidget(self._inner)
        self.viewport().setAutoFillBackground(False)
        self._inner.setAutoFillBackground(False)
        self.buttons: list[DeviceButton] = []
        self._choices: tuple[DeviceChoice, ...] = ()
        self.restyle()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.setFixedHeight(ROWS * theme.px(40) + 4)

    def fill(self, part: HeadsetPart) -> None:
        """Show these devices; the focus stays where it is."""
        self._choices = part.choices
        while len(self.buttons) < len(part.choices):
            self._add()
        for number, button in enumerate(self.buttons):
            shown = number < len(part.choices)
            button.setVisible(shown)
            if shown:
                choice = part.choices[number]
                button.set_words(choice.label)
                button.setToolTip(choice.label)
                button.setChecked(choice.chosen)
                button.setEnabled(not part.named)
                ticked = ", chosen" if choice.chosen else ""
                button.setAccessibleName(f"{part.label}: {choice.label}{ticked}")

    def move_from(self, button: DeviceButton, by: int) -> None:
        """Give the focus to a neighbour."""
        at = self.buttons.index(button) + by
        if 0 <= at < len(self._choices):
            self.buttons[at].setFocus(Qt.FocusReason.TabFocusReason)

    def _add(self) -> None:
        button = DeviceButton(self, self._inner)
        place = len(self.buttons)
        button.clicked.connect(lambda _=False: self.picked.emit(self._choices[place].name))
        self.rows.insertWidget(place, button)
        self.buttons.append(button)


class Meter(QWidget):
    """How loud one side is; told in words too."""

    def __init__(self, name: str, ink: Ink, parent: QWidget) -> None:
        super().__init__(parent)
        self._name, self._ink = name, ink
        self._level = -96.0
        self.restyle()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.setFixedHeight(theme.px(34))

    def show_level(self, level: float) -> None:
        """Move; dBFS."""
        self._level = level
        heard = "nothing" if level <= -95 else _decibels(level)
        self.setAccessibleName(f"{self._name}: {heard}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the bar, and the level in figures."""
        painter = QPainter(self)
        words = "silent" if self._level <= -95 else _decibels(self._level)
        right = theme.px(54)
        box = QRectF(0, 0, self.width() - right, self.height())
        draw_meter(painter, box, self._level, self._ink)
        figure = QRectF(self.width() - right + theme.px(8), 0, right, self.height())
        draw_line(painter, figure, words, Type.SMALL, Ink.SOFT)


def _decibels(level: float) -> str:
    return f"{round(level)} dB".replace("-", "−")


class PartColumn(QWidget):
    """One part: its devices, which is in use, and what can be tried."""

    def __init__(self, part: str, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._part = part
        self._what, self._say, self._stop, key = TRIALS[part]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addWidget(label(title, Type.HEAD, Ink.SOFT, self))
        self.devices = DeviceList(self)
        column.addWidget(self.devices)
        self.note = label("", Type.SMALL, Ink.SOFT, self)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop)
        column.addWidget(self.note)
        self.meter: Meter | None = None
        if part != "ringer":
            ink = Ink.GREEN if part == "microphone" else Ink.BLUE
            self.meter = Meter(f"{title} level", ink, self)
            column.addWidget(self.meter)
        else:
            column.addSpacing(theme.px(42))  # as high as the meters, so that the buttons line up
        self.trial = KeyButton(Kind.PLAIN, self._say, key, self)
        column.addWidget(self.trial)
        column.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    @property
    def what(self) -> str:
        """What is tried here."""
        return self._what

    def fill(self, part: HeadsetPart, view: HeadsetView) -> None:
        """Show a part."""
        self.devices.fill(part)
        self.note.setText(part.note)
        self.trial.set_words(self._stop if view.trial == self._what else self._say)


class HeadsetSheet(Sheet):
    """`chosen(part, device)`, `ringing_chosen(how)`, `tried(what)`."""

    chosen = Signal(str, str)
    ringing_chosen = Signal(str)
    tried = Signal(str)
    WIDTH = 1110

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Headset")
        row = QHBoxLayout()
        row.setSpacing(theme.px(22))
        self.parts: dict[str, PartColumn] = {}
        titles = {"microphone": "Microphone", "earpiece": "Earpiece", "ringer": "Ringer"}
        for part, title in titles.items():
            column = PartColumn(part, title, self)
            column.devices.picked.connect(lambda name, part=part: self.chosen.emit(part, name))
            column.trial.clicked.connect(lambda _=False, what=column.what: self.tried.emit(what))
            row.addWidget(column, 1)
            self.parts[part] = column
        self.trouble = label("", Type.BODY_STRONG, Ink.RED_TEXT, self)
        self.column.addWidget(self.trouble)
        self.column.addLayout(row)
        self.ringings: dict[str, ChoiceButton] = {}
        self.column.addLayout(self._ringing_row())
        now = "A choice counts at once and is kept. ↑ and ↓ choose, Space or Enter takes."
        self.column.addWidget(label(now, Type.SMALL, Ink.SOFT, self))
        self.echo = label("", Type.SMALL, Ink.TEXT, self)
        self.buttons = label("", Type.SMALL, Ink.TEXT, self)
        self.column.addWidget(self.echo)
        self.column.addWidget(self.buttons)
        self.column.addStretch(1)

    def fill(self, view: HeadsetView) -> None:
        """Show what there is and what is chosen."""
        for part in view.parts:
            self.parts[part.part].fill(part, view)
        for how, button in self.ringings.items():
            button.setChecked(how == view.ringing)
            button.setEnabled(not view.ringing_named)
            ticked = ", chosen" if how == view.ringing else ""
            button.setAccessibleName(f"Calls ring: {how}{ticked}")
        self.echo.setText(view.echo)
        self.buttons.setText(view.buttons)
        self.trouble.setText(f"✕ {view.trouble}" if view.trouble else "")
        self.trouble.setVisible(bool(view.trouble))

    def show_levels(self, microphone: float, earpiece: float) -> None:
        """Move both meters; dBFS."""
        if self.isVisible():
            for part, level in (("microphone", microphone), ("earpiece", earpiece)):
                meter = self.parts[part].meter
                if meter is not None:
                    meter.show_level(level)

    def first_stop(self) -> QWidget:
        """Start on the microphone in use, or what is chosen."""
        buttons = [b for b in self.parts["microphone"].devices.buttons if not b.isHidden()]
        return next((b for b in buttons if b.isChecked() and b.isEnabled()), self.close_button)

    def restyle(self) -> None:
        """Take over a changed text size."""
        super().restyle()
        for area in self.findChildren(DeviceList):
            area.restyle()
            for button in area.buttons:
                button.restyle()
        for meter in self.findChildren(Meter):
            meter.restyle()
        for each in self.findChildren(ChoiceButton):
            if not isinstance(each, DeviceButton):
                each.setFixedSize(each.natural_width(), theme.px(34))

    def _ringing_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        words = label("Calls ring", Type.LABEL, Ink.LABEL, self)
        words.setWordWrap(False)
        row.addWidget(words)
        for how, said, key in RINGINGS:
            button = ChoiceButton(self)
            button.role = Type.SMALL_STRONG
            button.set_words(said, key)
            button.setFixedSize(button.natural_width(), theme.px(34))
            button.clicked.connect(lambda _=False, how=how: self.ringing_chosen.emit(how))
            row.addWidget(button)
            self.ringings[how] = button
        row.addStretch(1)
        return row
