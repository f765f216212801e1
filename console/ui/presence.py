"""Whether anybody is there: keys and the mouse, as they reach the window from the system.

Watched at the one native window, where only what a hand did arrives: a filter on the whole program
would be asked about every paint and layout of a pop.
"""

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QWindow

HANDS = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)
EVERY_S = 1.0


class Presence(QObject):
    """Tells `seen` at most once a second that there was a key or the mouse."""

    def __init__(self, seen: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._seen = seen
        self._told = 0.0
        self._watched: QWindow | None = None

    def watch(self, window: QWindow | None) -> None:
        """Watch a window, once it has a native one."""
        if window is not None and window is not self._watched:
            self._watched = window
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002, N802
        """Look, and keep nothing."""
        if event.type() in HANDS:
            now = time.monotonic()
            if now - self._told >= EVERY_S:
                self._told = now
                self._seen()
        return False
