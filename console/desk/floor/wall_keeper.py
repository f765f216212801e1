"""A wallboard's picture, kept live: hears the feed, asks the records, and says when it is old.

It serves the desk that opens a wallboard and the window of `frontdesk wallboard` alike, and works
only while somebody has it open.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from console.desk.floor.building import Naming
from console.desk.floor.wall import Step, WallView, wall
from console.floor.thresholds import USUAL_LIMITS, Limits
from console.floor.view import FeedState, FloorView

if TYPE_CHECKING:
    from console.queue_feed.feed import QueueFeed
    from console.store.floor import FloorRows

LOOK_MS: Final = 5_000  # how often the records are asked
OLD_S: Final = 20.0  # without an answer of theirs, the desks' own calls are no picture any more
Look = Callable[[Callable[["FloorRows | None"], None]], None]
"""Asks the records and hands on what they said, None while they are away."""


class WallKeeper(QObject):
    """The wall's picture. `changed` carries a `WallView` while it is open."""

    changed = Signal(object)

    def __init__(
        self,
        feed: "QueueFeed | None",
        look: Look,
        names: Callable[[], Naming],
        *,
        clock: Callable[[], datetime],
        limits: Limits = USUAL_LIMITS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._feed, self._look_up, self._names, self._clock = feed, look, names, clock
        self._limits = limits
        self._rows: FloorRows | None = None
        self._looked_at = 0.0
        self._live_at = 0.0
        self._open = self._asking = False
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._ask)
        if feed is not None:
            feed.changed.connect(self._on_view)

    def open(self) -> None:
        """Begin to keep the picture live."""
        self._open = True
        self._timer.start()
        self._ask()
        self._tell()

    def leave(self) -> None:
        """Nobody looks any more."""
        self._open = False
        self._timer.stop()

    def _on_view(self, view: FloorView) -> None:
        if view.state is FeedState.LIVE:
            self._live_at = view.heard
        self._tell()

    def _ask(self) -> None:
        if not self._asking:
            self._asking = True
            self._look_up(self._on_looked)
        self._tell()  # what is old is said even where the records hang

    def _on_looked(self, rows: "FloorRows | None") -> None:
        self._asking = False
        if rows is not None:
            self._rows, self._looked_at = rows, self._clock().timestamp()
        self._tell()

    def _tell(self) -> None:
        if self._open:
            self.changed.emit(self._view())

    def _view(self) -> WallView:
        now = self._clock()
        moment = now.timestamp()
        view = self._feed.view if self._feed is not None else None
        if view is not None and view.state is FeedState.LIVE:
            self._live_at = max(self._live_at, view.heard)
        known = self._looked_at > 0 and moment - self._looked_at <= OLD_S
        step, old_since = self._step(view, known=known)
        if self._rows is None:
            from console.store.floor import FloorRows  # noqa: PLC0415 - the database's library

            rows = FloorRows()
        else:
            rows = self._rows
        midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        return wall(
            view,
            rows,
            self._names(),
            old_since if step is Step.OLD and old_since else moment,
            step=step,
            midnight=midnight.timestamp(),
            old_since=old_since,
            owed_known=known,
            limits=self._limits,
        )

    def _step(self, view: FloorView | None, *, known: bool) -> tuple[Step, float]:
        if view is None:
            if known:
                return Step.RECORDS, 0.0
            return (Step.OLD, self._looked_at) if self._looked_at else (Step.CONNECTING, 0.0)
        if view.state is FeedState.LIVE:
            return Step.LIVE, 0.0
        if view.state is FeedState.AWAY or self._live_at:
            return Step.OLD, self._live_at
        return Step.CONNECTING, 0.0
