"""The newest recordings, heard through the earpiece or deleted by who may."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from console.desk.views import PlaybackView, RecordingItem
from console.ui.controls import ENTER, KeyButton, Kind
from console.ui.painting import NO_PEN, draw_card, draw_focus, draw_line
from console.ui.sheets.base import Sheet, label
from console.ui.theme import Ink, Type, colour, theme

ROW = 74
SHOWN = 6  # rows high; the others are scrolled to


class RecordingRow(QWidget):
    """One recording. Enter plays it and stops it; Delete, pressed twice, deletes it for good."""

    played = Signal(str)
    deleted = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.item: RecordingItem | None = None
        self._playback: PlaybackView | None = None
        self._sure = False
        self.play = KeyButton(Kind.PRIMARY, "Play", "Enter", self)
        self.delete = KeyButton(Kind.PLAIN, "Delete", "Del", self)
        for button in (self.play, self.delete):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.play.clicked.connect(self._play)
        self.delete.clicked.connect(self._delete)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(theme.px(ROW))

    def fill(self, item: RecordingItem) -> None:
        """Show a recording."""
        self.item = item
        self._ask_again(sure=False)
        self._name()
        self.update()

    def show_playback(self, view: PlaybackView | None) -> None:
        """Show how far it has played, where it is this one that plays."""
        mine = view if view and self.item and view.recording == self.item.recording else None
        if mine == self._playback:
            return
        self._playback = mine
        self.play.set_words("Stop" if mine else "Play")
        self._name()
        self.place()
        self.update()

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.setFixedHeight(theme.px(ROW))
        self.place()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Hear Enter and Delete."""
        if event.key() in ENTER:
            self._play()
        elif event.key() == Qt.Key.Key_Delete:
            self._delete()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: ARG002, N802
        """A changed mind needs asking again."""
        self._ask_again(sure=False)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Keep the buttons at the right."""
        self.place()

    def place(self) -> None:
        """Put both buttons at the row's end."""
        right, high = self.width() - theme.px(12), theme.px(34)
        for button in (self.delete, self.play):
            width = button.natural_width()
            button.setGeometry(right - width, (self.height() - high) // 2, width, high)
            right -= width + theme.px(8)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw practice, caller, time and length, and how far it has played."""
        if self.item is None:
            return
        painter = QPainter(self)
        box = QRectF(self.rect())
        draw_card(painter, box)
        line = QRectF(theme.px(14), theme.px(9), self.play.x() - theme.px(24), theme.px(20))
        draw_line(painter, line, self.item.practice, Type.BODY_STRONG, Ink.TEXT)
        for text, ink in zip(self._lines(), (Ink.SOFT, Ink.SOFT), strict=True):
            line.translate(0, theme.px(18))
            draw_line(painter, line, text, Type.SMALL, ink)
        if self._playback is not None and self._playback.of_s > 0:
            share = min(1.0, self._playback.at_s / self._playback.of_s)
            track = QRectF(theme.px(14), box.height() - theme.px(7), line.width(), theme.px(4))
            painter.setPen(NO_PEN)
            painter.setBrush(colour(Ink.TRACK))
            painter.drawRoundedRect(track, 2, 2)
            track.setWidth(track.width() * share)
            painter.setBrush(colour(Ink.BLUE))
            painter.drawRoundedRect(track, 2, 2)
        if self.hasFocus():
            draw_focus(painter, box)

    def _lines(self) -> tuple[str, str]:
        item = self.item
        if item is None:
            return "", ""
        length = item.length
        if self._playback is not None:
            length = f"playing {clock(self._playback.at_s)} of {clock(self._playback.of_s)}"
        rest = " · ".join(part for part in (item.agent, item.note) if part)
        return f"{item.when} · {item.caller}", f"{length} · {rest}" if rest else length

    def _name(self) -> None:
        if self.item is not None:
            self.setAccessibleName(", ".join((self.item.practice, *self._lines())))

    def _play(self) -> None:
        if self.item is not None:
            self.played.emit(self.item.recording)

    def _delete(self) -> None:
        if self.item is None:
            return
        if self._sure:
            self.deleted.emit(self.item.recording)
        self._ask_again(sure=not self._sure)

    def _ask_again(self, *, sure: bool) -> None:
        self._sure = sure
        self.delete.kind = Kind.DANGER if sure else Kind.PLAIN
        self.delete.set_words("Delete for good" if sure else "Delete")
        self.place()


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
            row.played.connect(self.played)
            row.deleted.connect(self.deleted)
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
        self.area.setFixedHeight(shown * theme.px(ROW + 8))

    def show_playback(self, view: PlaybackView | None) -> None:
        """Show which plays, and how far it has come."""
        self._playback = view
        for row in self.rows:
            row.show_playback(view)

    def first_stop(self) -> QWidget:
        """Start on the newest."""
        return self.rows[0] if self.rows and self.rows[0].isVisible() else self.close_button
