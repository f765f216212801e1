"""`frontdesk wallboard`: makes the window, the feed and the way to the records, and runs them."""

import argparse
import signal
import sys
from datetime import UTC, datetime

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from console.desk.floor.feeding import make_feed
from console.desk.floor.wall_keeper import WallKeeper
from console.records.opening import opening
from console.settings import load_settings
from console.ui.theme import dress
from console.ui.wallboard.looks import chosen
from console.ui.wallboard.window import WallWindow
from console.wallboard.looking import Looking


def run_wallboard(arguments: argparse.Namespace) -> int:
    """Show the wallboard until its window is closed. Raises `WorldError` for wrong settings; what
    is away is said on the wall and asked again."""
    settings = load_settings(arguments.settings)
    where = opening(arguments)
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("Frontdesk")
    dress(application)
    signal.signal(signal.SIGINT, lambda *_: application.quit())
    signal.signal(signal.SIGTERM, lambda *_: application.quit())
    waker = QTimer(application, interval=250)  # a signal's handler runs between Python's own steps
    waker.timeout.connect(lambda: None)
    waker.start()
    looking = Looking(where, _now, application)
    feed = None
    if settings.floor.host:
        feed, let_go = make_feed(settings.floor, arguments.safe.secrets, application)
        application.aboutToQuit.connect(let_go)
    keeper = WallKeeper(feed, looking.look, looking.names, clock=_now, parent=application)
    window = WallWindow(keeper, _now, chosen(arguments.look or settings.wallboard.look))
    window.show() if arguments.window else window.showFullScreen()
    window.open()
    if feed is not None:
        feed.start()
    code = application.exec()
    if feed is not None:
        feed.stop()
    looking.close()
    return code


def _now() -> datetime:
    return datetime.now(UTC)
