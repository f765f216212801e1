"""`frontdesk floor`: the live picture of the queues, without a window."""

import argparse
import json
import signal
import sys
import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QCoreApplication, QTimer

from console.errors import WorldError
from console.floor.view import FeedState, FloorView, as_record
from console.queue_feed.feed import QueueFeed
from console.queue_feed.secret import NoSecret, manager_secret
from console.settings import load_settings

EVERY_MS: Final = 1000


def run_floor(arguments: argparse.Namespace) -> int:
    """Print the floor: once, or each second until told to stop. Raises `WorldError` where `--once`
    finds no PBX to ask."""
    settings = load_settings(arguments.settings).floor
    if not settings.host:
        raise WorldError("No queue feed", "Name the PBX in the settings: [floor] host.")
    secrets = arguments.safe.secrets()

    def secret(then: Callable[[str], None], otherwise: Callable[[str], None]) -> None:
        try:
            then(manager_secret(settings, secrets))
        except NoSecret as error:
            otherwise(str(error))

    application = QCoreApplication.instance() or QCoreApplication(sys.argv[:1])
    feed = QueueFeed(settings, secret)
    printer = _Printer(feed, once=arguments.once, as_json=arguments.json)
    before = signal.signal(signal.SIGINT, lambda *_: application.quit())
    QTimer.singleShot(0, feed.start)
    try:
        application.exec()
    finally:
        feed.stop()
        signal.signal(signal.SIGINT, before)
    if printer.failed:
        raise WorldError("The PBX gives no picture", printer.failed)
    return 0


class _Printer:
    """Prints the newest view; the first as soon as it is whole."""

    def __init__(self, feed: QueueFeed, *, once: bool, as_json: bool) -> None:
        self.failed = ""
        self._feed, self._once, self._as_json = feed, once, as_json
        self._printed = False
        feed.changed.connect(self._on_view)
        self._tick = QTimer(feed, interval=EVERY_MS)
        self._tick.timeout.connect(lambda: self._print(feed.view))

    def _on_view(self, view: FloorView) -> None:
        if self._printed:
            return
        if self._once and view.state is FeedState.AWAY:
            self.failed = view.trouble
        elif view.state is FeedState.LIVE:
            self._print(view)
        else:
            return
        self._printed = True
        if self._once:
            QCoreApplication.exit(0)
        else:
            self._tick.start()

    def _print(self, view: FloorView) -> None:
        now = time.time()
        print(json.dumps(as_record(view, now)) if self._as_json else _lines(view, now), flush=True)


def _lines(view: FloorView, now: float) -> str:
    longest = view.longest_since
    told = f"{len(view.waiting)} waiting"
    if longest is not None:
        told += f", the longest {now - longest:.0f} s"
    agents = (
        f"  {agent.name}: {agent.state(now).value}, {max(0.0, now - agent.since):.0f} s"
        for agent in sorted(view.agents, key=lambda agent: agent.name)
    )
    head = f"{told}; feed {view.state.value}, {view.lag_s * 1000:.0f} ms behind"
    return "\n".join((head, *agents))
