"""The wallboard that a desk opens: on another screen where there is one, and in no call's way."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication, QScreen

from console.desk.views import CallCard, LineState, Status
from console.ui.wallboard.looks import chosen
from console.ui.wallboard.window import WallWindow

if TYPE_CHECKING:
    from console.ui.main_window import MainWindow


class WallHost(QObject):
    """Opens and closes the wallboard of a window. `look` is the setting's."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.look = "system"
        self.wall: WallWindow | None = None
        self._opener = ""
        window.desk.calls_changed.connect(self._give_way)
        window.desk.status_changed.connect(self._on_status)
        window.closing.connect(self.close)

    def toggle(self) -> None:
        """Open the wallboard full screen, or close it."""
        if self.wall is not None:
            self.close()
            return
        floor = self._window.desk.floor
        if not floor.may_open_wall():
            return
        status = self._window.status
        self._opener = status.agent if status is not None else ""
        wall = self.wall = WallWindow(floor.wall, self._window.clock, chosen(self.look))
        wall.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        wall.closed.connect(self._on_closed)
        screen = self._screen()
        if screen is not self._window.screen():  # the keyboard stays with the desk
            wall.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        wall.setGeometry(screen.geometry())
        wall.showFullScreen()
        wall.open()

    def close(self) -> None:
        """Close the wallboard, where it is open."""
        if self.wall is not None:
            self.wall.close()

    def _screen(self) -> QScreen:
        here = self._window.screen()
        return next((each for each in QGuiApplication.screens() if each is not here), here)

    def _give_way(self, cards: tuple[CallCard, ...]) -> None:
        """Let a caller who rings be seen, and the keys be the desk's again."""
        if self.wall is None or not any(card.state is LineState.RINGING for card in cards):
            return
        if self.wall.screen() is self._window.screen():
            self.close()
            self._window.activateWindow()
        elif self.wall.isActiveWindow():
            self._window.activateWindow()

    def _on_status(self, status: Status) -> None:
        """It stays through a lock, and goes with whoever opened it."""
        if self.wall is not None and status.agent != self._opener:
            self.close()

    def _on_closed(self) -> None:
        self.wall = None
