"""Draws practices' pops out of sight, so that their next call's pop is copied and not drawn.

A practice's greeting, answers and protocol look the same at every call; drawn once at the
window's size they are kept as pictures (see `painting.picture`).
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer

from console.desk.views import Pop

MOST = 12  # practices; more than the pictures' store holds would push out the first
QUIET = 400  # ms without another change of size before drawing again
PAUSE = 40  # ms between two practices, so that a call never waits for more than one


class Warmer(QObject):
    """Draws each practice's pop at once, and again one by one when the window's size changes."""

    def __init__(self, parent: QObject, draw: Callable[[Pop], None]) -> None:
        super().__init__(parent)
        self._draw = draw
        self._pops: tuple[Pop, ...] = ()
        self._due: list[Pop] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._next)

    def warm(self, pops: Sequence[Pop]) -> None:
        """Draw these now; to be called before the window is shown."""
        self._pops = tuple(pops[:MOST])
        for pop in self._pops:
            self._draw(pop)

    def again(self) -> None:
        """Draw them at the window's new size, when it has settled."""
        if self._pops:
            self._due = list(self._pops)
            self._timer.start(QUIET)

    def _next(self) -> None:
        if self._due:
            self._draw(self._due.pop(0))
            self._timer.start(PAUSE)
