"""The wallboard's window: it shows and asks nothing of anybody.

D changes between light and dark, F11 fills the screen or leaves it, Esc closes. Whoever touches key
or mouse is told so for a few seconds.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from console.desk.floor.wall import WallView
from console.ui.clock import Clock
from console.ui.theme import Type, theme
from console.ui.wallboard.board import Board
from console.ui.wallboard.looks import DARK, LIGHT, Look, Tone
from console.ui.wallboard.words import words

if TYPE_CHECKING:
    from console.desk.floor.wall_keeper import WallKeeper

TITLE: Final = "Frontdesk wallboard"
HINT: Final = "D  light or dark      F11  full screen      Esc  close"
WITH_W: Final = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
HINT_MS: Final = 5_000


class WallWindow(QWidget):
    """The wall on its screen, live while it is open. `closed` comes when it is not any more."""

    closed = Signal()

    def __init__(self, keeper: "WallKeeper", clock: Clock, look: Look) -> None:
        super().__init__()
        self._keeper, self._clock = keeper, clock
        self.view = WallView()
        self.setWindowTitle(TITLE)
        self.setAccessibleName("Wallboard")
        self.board = Board(self)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.board)
        self.hint = QLabel(HINT, self)
        self.hint.setFont(theme.font(Type.BODY_STRONG))
        self.hint.setMargin(theme.px(8))
        self.hint.setAutoFillBackground(True)
        self.hint.hide()
        self._hide_hint = QTimer(self, interval=HINT_MS, singleShot=True)
        self._hide_hint.timeout.connect(self._put_hint_away)
        self._ticker = QTimer(self, interval=1000)
        self._ticker.timeout.connect(self.tick)
        self.setMouseTracking(True)
        for each in (self.board, *self.board.views.values()):
            each.setMouseTracking(True)
            each.installEventFilter(self)
        self.wear(look)
        self.resize(self.board.sizeHint())
        keeper.changed.connect(self.show_wall)

    def open(self) -> None:
        """Begin to show what is so now."""
        self._ticker.start()
        self._keeper.open()
        self._tell_keys()

    def show_wall(self, view: WallView) -> None:
        """Show the wall as it is now."""
        self.view = view
        self.tick()

    def tick(self) -> None:
        """Let the running times run on."""
        self.board.fill(words(self.view, self._clock().timestamp()))

    def wear(self, look: Look) -> None:
        """Use a look."""
        self.board.wear(look)
        palette = self.hint.palette()
        palette.setColor(palette.ColorRole.Window, look[Tone.TEXT])
        palette.setColor(palette.ColorRole.WindowText, look[Tone.CARD])
        self.hint.setPalette(palette)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Do what the hint says."""
        acts: dict[int, Callable[[], None]] = {
            Qt.Key.Key_D: self._change_look,
            Qt.Key.Key_F11: self._fill_screen,
            Qt.Key.Key_Escape: self._leave,
        }
        act = acts.get(event.key())
        if event.key() == Qt.Key.Key_W and event.modifiers() == WITH_W:
            act = acts[Qt.Key.Key_Escape]  # as the key that opened it from the desk
        self._tell_keys()
        if act is not None:
            act()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Tell the keys to whoever moves the mouse."""
        if event.type() == QEvent.Type.MouseMove:
            self._tell_keys()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the hint at the foot."""
        super().resizeEvent(event)
        self._place_hint()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Let nothing run any more."""
        self._ticker.stop()
        self._keeper.leave()
        self.closed.emit()
        super().closeEvent(event)

    def _change_look(self) -> None:
        self.wear(LIGHT if self.board.look is DARK else DARK)

    def _fill_screen(self) -> None:
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    def _leave(self) -> None:
        self.close()

    def _tell_keys(self) -> None:
        self.unsetCursor()
        self._place_hint()
        self.hint.show()
        self.hint.raise_()
        self._hide_hint.start()

    def _put_hint_away(self) -> None:
        self.hint.hide()
        if self.isFullScreen():
            self.setCursor(Qt.CursorShape.BlankCursor)

    def _place_hint(self) -> None:
        size = self.hint.sizeHint()
        self.hint.setGeometry(
            (self.width() - size.width()) // 2, self.height() - size.height(), size.width(),
            size.height(),
        )  # fmt: skip
