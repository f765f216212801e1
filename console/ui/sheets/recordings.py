"""The newest recordings, heard through the earpiece or deleted by who may."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from console.desk.views import PlaybackView, RecordingItem
from console.ui.painting import NO_PEN
from console.ui.sheets.base import Sheet, label
from console.ui.sheets.kept_row import KeptRow
from console.ui.theme import Ink, Type, colour, theme

SHOWN = 6  # rows high; the others are scrolled to


class RecordingRow(KeptRow):
    """One recording. Enter plays it and stops it; Delete, pressed twice, deletes it for good."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Play", "Delete")
        self.item: RecordingItem | None = None
        self._playback: PlaybackView | None = None

    @property
    def uid(self) -> str:
        """Return the recording's id."""
        return self.item.recording if self.item is not None else ""

    def fill(self, item: RecordingItem) -> None:
        """Show a recording."""
        self.item = item
        self.ask_again()
        self._name()
        self.update()

    def show_playback(self, view: PlaybackView | None) -> None:
        """Show how far it has played, where it is this one that plays."""
        mine = view if view and self.item and view.recording == self.item.recording else None
        if mine == self._playback:
            return
        self._playback = mine
        self.take.set_words("Stop" if mine else "Play")
        self._name()
        self.place()
        self.update()

    def lines(self) -> tuple[str, ...]:
        """Return practice, time and caller, length and how far it has played."""
        item = self.item
        if item is None:
            return ()
        length = item.length
        if self._playback is not None:
            length = f"playing {clock(self._playback.at_s)} of {clock(self._playback.of_s)}"
        rest = " · ".join(part for part in (length, item.agent, item.note) if part)
        return item.practice, f"{item.when} · {item.caller}", rest

    def draw_more(self, painter: QPainter, line: QRectF) -> None:
        """Draw a bar as long as what has been played."""
        if self._playback is None or self._playback.of_s <= 0:
            return
        share = min(1.0, self._playback.at_s / self._playback.of_s)
        track = QRectF(line.x(), self.height() - theme.px(7), line.width(), theme.px(4))
        painter.setPen(NO_PEN)
        painter.setBrush(colour(Ink.TRACK))
        painter.drawRoundedRect(track, 2, 2)
        track.setWidth(track.width() * share)
        painter.setBrush(colour(Ink.BLUE))
        painter.drawRoundedRect(track, 2, 2)

    def _name(self) -> None:
        self.setAccessibleName(", ".join(self.lines()))


def clock(seconds: float) -> str:
    """Return a length as it is shown: `3:12`."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


class RecordingsSheet(Sheet):
    """The newest recordings."""

    played = Signal(str)
    deleted = Signal(str)
    WIDTH = 700

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Recordings")
        words = "Heard through the headset, while there is no call. Each time is put on record."
        self.column.addWidget(label(words, Type.SMALL, Ink.SOFT, self))
        self.nothing = label("Nothing has been recorded.", Type.BODY, Ink.TEXT, self)
        self.column.addWidget(self.nothing)
        self.area = QScrollArea(self)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list = QWidget()
        self._rows = QVBoxLayout(self._list)
        self._rows.setContentsMargins(0, 0, theme.px(6), 0)
        self._rows.setSpacing(theme.px(8))
        self._rows.addStretch(1)
        self.area.setWidget(self._list)
        self.area.viewport().setAutoFillBackground(False)
        self._list.setAutoFillBackground(False)
        self.column.addWidget(self.area)
        self.rows: list[RecordingRow] = []
        self._playback: PlaybackView | None = None

    def fill(self, items: tuple[RecordingItem, ...]) -> None:
        """Show these."""
        while len(self.rows) < len(items):
            row = RecordingRow(self._list)
            row.taken_up.connect(self.played)
            row.dropped.connect(self.deleted)
            self.rows.append(row)
            self._rows.insertWidget(len(self.rows) - 1, row)
        for number, row in enumerate(self.rows):
            row.setVisible(number < len(items))
            if number < len(items):
                row.fill(items[number])
                row.show_playback(self._playback)
        self.nothing.setVisible(not items)
        self.area.setVisible(bool(items))
        shown = min(SHOWN, len(items))
        self.area.setFixedHeight(shown * theme.px(RecordingRow.HEIGHT + 8))

    def show_playback(self, view: PlaybackView | None) -> None:
        """Show which plays, and how far it has come."""
        self._playback = view
        for row in self.rows:
            row.show_playback(view)

    def first_stop(self) -> QWidget:
        """Start on the newest."""
        return self.rows[0] if self.rows and self.rows[0].isVisible() else self.close_button
