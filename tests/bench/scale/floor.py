"""The floor's feed in a process of its own, as a supervisor's desk has it, and how late it is.

For every event of the queues: how old it was when it was in the picture, and when the view that
tells of it went out. Run as `python -m tests.bench.scale.floor PORT CA_FILE SECRET_FILE OUT`.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTimer

from console.floor.ami import Message
from console.floor.day import together
from console.floor.picture import Gone
from console.floor.view import FeedState, FloorView
from console.queue_feed.feed import QueueFeed
from console.settings import FloorSettings
from tests.bench.scale.memory import resident

EVERY_MS = 5_000
KEPT = 400_000


class WatchedFeed(QueueFeed):
    """The feed, with each event's age kept."""

    def __init__(self, settings: FloorSettings, secret: str) -> None:
        super().__init__(settings, lambda then, _: then(secret))
        self.events = 0
        self.ages: list[float] = []
        self.shown: list[float] = []
        self._pending: list[float] = []
        self.changed.connect(lambda _: self._on_shown())
        self.owed = 0  # who gave up and can be called back
        self.abandoned.connect(self._on_gone)

    def _take(self, message: Message) -> None:
        super()._take(message)
        told = message.number("Timestamp")
        if told is None or not message.event or self._state is not FeedState.LIVE:
            return
        self.events += 1
        if len(self.ages) < KEPT:
            self.ages.append(time.time() - told)
            self._pending.append(told)

    def _on_gone(self, gone: Gone) -> None:
        self.owed += bool(gone.number)

    def _on_shown(self) -> None:
        now = time.time()
        self.shown += [now - told for told in self._pending]
        self._pending.clear()


def main(port: int, ca_file: str, secret: str, out: Path) -> None:
    """Hear until told to stop; the counts and ages go to a file."""
    application = QCoreApplication([])
    feed = WatchedFeed(FloorSettings(host="localhost", port=port, ca_file=ca_file), secret)
    memory: list[tuple[float, float]] = []
    most = {"waiting": 0, "events_s": 0.0}
    last = [0, time.monotonic()]

    def seen(view: FloorView) -> None:
        most["waiting"] = max(most["waiting"], len(view.waiting))
        if view.state is FeedState.LIVE and not memory:
            memory.append((time.monotonic(), resident(os.getpid())))
            print("ready", flush=True)

    def tick() -> None:
        now = time.monotonic()
        memory.append((now, resident(os.getpid())))
        rate = (feed.events - last[0]) / (now - last[1])
        most["events_s"] = max(most["events_s"], rate)
        last[:] = [feed.events, now]

    def end(*_: object) -> None:
        counted = together(feed.view.day)
        out.write_text(
            json.dumps(
                {
                    "events": feed.events,
                    "most_events_s": most["events_s"],
                    "most_waiting": most["waiting"],
                    "ages": feed.ages,
                    "shown": feed.shown,
                    "memory": memory,
                    "answered": counted.answered,
                    "abandoned": counted.abandoned,
                    "owed": feed.owed,
                    "state": feed.view.state.value,
                }
            )
        )
        feed.stop()
        application.quit()

    feed.changed.connect(seen)
    timer = QTimer(application, interval=EVERY_MS)
    timer.timeout.connect(tick)
    timer.start()
    waker = QTimer(application, interval=200)
    waker.timeout.connect(lambda: None)
    waker.start()
    signal.signal(signal.SIGTERM, end)
    QTimer.singleShot(0, feed.start)
    application.exec()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]).read_text(), Path(sys.argv[4]))
