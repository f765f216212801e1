"""A call that rings, or urgent work that comes, while the window is behind others: a notification
of the system's own.

It says that and nothing else: notifications are read over shoulders, mirrored to
telephones and kept in lists. On Linux the desktop's portal shows it (org.freedesktop.portal
.Notification); elsewhere, and where there is no portal, the icon in the system's tray does. A
desktop that has neither still has the window raised and its task-bar entry lit.
"""

import sys

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from console.ui.painting import NO_PEN
from console.ui.theme import Ink, Type, colour, theme

TITLE = "Frontdesk"
TEXT = "A call is ringing"
WORK = "Urgent work is waiting"
PORTAL = "org.freedesktop.portal.Desktop"
PATH = "/org/freedesktop/portal/desktop"
INTERFACE = "org.freedesktop.portal.Notification"
_ID = "frontdesk-ringing"
_ANSWER_WITHIN_MS = 2000
_SHOWN_MS = 15_000


class Toasts(QObject):
    """Shows the one notification there is, and takes it away. `opened` when it was clicked."""

    opened = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._shown = ""  # what it says
        self._bus: object = None
        self._waiting: object = None  # for the portal's answer; it must live until then
        self._tray: QSystemTrayIcon | None = None

    def ring(self) -> None:
        """Tell, unless the window is in front: there a receptionist sees it anyway."""
        if self._shown != TEXT:
            self._tell(TEXT)

    def tell_of_work(self) -> None:
        """Tell of urgent work; a call that rings goes before it."""
        if not self._shown:
            self._tell(WORK)

    def quiet(self) -> None:
        """Take it away: nothing rings any more."""
        if self._shown == TEXT:
            self.take_away()

    def take_away(self) -> None:
        """Take it away, whatever it says."""
        if not self._shown:
            return
        self._shown = ""
        if self._tray is not None:
            self._tray.hide()
        if self._bus is not None:
            self._call("RemoveNotification", [_ID])

    def use_bus(self, bus: object) -> None:
        """Speak to this bus instead of the session's."""
        self._bus = bus

    def _tell(self, text: str) -> None:
        if self._window.isActiveWindow():
            return
        self._shown = text
        if not self._by_portal():
            self._by_tray()

    def _by_portal(self) -> bool:
        if self._bus is None:
            if not sys.platform.startswith("linux"):
                return False
            from PySide6.QtDBus import QDBusConnection  # noqa: PLC0415 - for a ring, not a start

            self._bus = QDBusConnection.sessionBus()
        if not self._bus.isConnected():  # type: ignore[attr-defined]
            self._bus = None
            return False
        told = {"title": TITLE, "body": self._shown, "priority": "urgent"}
        self._waiting = waiting = self._call("AddNotification", [_ID, told])
        waiting.finished.connect(self._on_answer)  # type: ignore[attr-defined]
        return True

    def _call(self, method: str, arguments: list[object]) -> object:
        from PySide6.QtDBus import QDBusMessage, QDBusPendingCallWatcher  # noqa: PLC0415

        message = QDBusMessage.createMethodCall(PORTAL, PATH, INTERFACE, method)
        message.setArguments(arguments)
        call = self._bus.asyncCall(message, _ANSWER_WITHIN_MS)  # type: ignore[attr-defined]
        return QDBusPendingCallWatcher(call, self)

    def _on_answer(self, watcher: object) -> None:
        if watcher.isError() and self._shown:  # type: ignore[attr-defined]
            self._bus = None
            self._by_tray()

    def _by_tray(self) -> None:
        if not QSystemTrayIcon.isSystemTrayAvailable() or not QSystemTrayIcon.supportsMessages():
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(_icon(), self)
            self._tray.setToolTip(TITLE)
            self._tray.messageClicked.connect(self.opened)
            self._tray.activated.connect(lambda _: self.opened.emit())
        self._tray.show()
        self._tray.showMessage(TITLE, self._shown, _icon(), _SHOWN_MS)


def _icon() -> QIcon:
    picture = QPixmap(64, 64)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(NO_PEN)
    painter.setBrush(colour(Ink.BLUE))
    painter.drawRoundedRect(QRectF(2, 2, 60, 60), 14, 14)
    font = theme.font(Type.ASK)
    font.setPixelSize(42)
    painter.setFont(font)
    painter.setPen(colour(Ink.CARD))
    painter.drawText(QRectF(0, 0, 64, 64), Qt.AlignmentFlag.AlignCenter, "F")
    painter.end()
    return QIcon(picture)
