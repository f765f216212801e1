"""What other desks do, on this desk within a second; and what this one is at, for theirs.

Changes come in bursts, so a short pause goes before each look. What somebody here takes up is
renewed while it lasts, so that a desk that dies is soon heard of no more.
"""

from PySide6.QtCore import QTimer

from console.desk.stage import Stage

PAUSE_MS = 200  # after a change, before the look
RENEW_MS = 15_000
CALLBACK = "callback"


class Live:
    """Keeps the overview up with other desks."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._closed = False
        self._at: set[tuple[str, str]] = set()  # kind and row
        self._pause = QTimer(stage.out, interval=PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(stage.refresh_overview)
        self._renew = QTimer(stage.out, interval=RENEW_MS)
        self._renew.timeout.connect(self._say_again)
        stage.book.changed.connect(self._on_changed)
        stage.book.closing.connect(self._on_closing)

    def take_up(self, kind: str, row: str) -> None:
        """Somebody here is at something now."""
        self._at.add((kind, row))
        self._stage.book.take_up(kind, row, self._stage.agent)
        self._renew.start()

    def let_go(self, kind: str, row: str) -> None:
        """Nobody here is at it any more."""
        if (kind, row) in self._at:
            self._at.discard((kind, row))
            self._stage.book.let_go(kind, row)
        if not self._at:
            self._renew.stop()

    def _on_closing(self) -> None:
        self._closed = True
        self._pause.stop()
        self._renew.stop()

    def _on_changed(self) -> None:
        if not self._closed and not self._pause.isActive():
            self._pause.start()

    def _say_again(self) -> None:
        for kind, row in self._at:
            self._stage.book.take_up(kind, row, self._stage.agent)
