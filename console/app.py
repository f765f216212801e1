"""The composition root: every part is made here, once, and handed what it needs.

No part finds another by itself; what a test puts in a part's place it puts in here.
"""

import gc
import logging
import signal
import sys
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QTimer, QTimeZone
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from console.chosen_sound import SoundFile
from console.desk.auditing.exporting import HeadsExport
from console.desk.bookkeeping import Bookkeeper
from console.desk.desk import Desk
from console.desk.floor.feeding import make_feed
from console.desk.permissions import Person
from console.desk.taping import Tapes
from console.desk.warming import warm_pops
from console.desk.worker import Worker
from console.errors import WorldError
from console.leaving import Leaving
from console.phone.engine import Engine
from console.phone.process import EngineProcess
from console.queue_feed.feed import QueueFeed
from console.reports import report_by_place
from console.settings import FloorSettings, LineSettings, Settings
from console.store.secrets import Secrets
from console.ui.main_window import MainWindow
from console.worker.beside import BesideWorker
from scripts.faults import PracticeFileError
from scripts.loader import Library, load_library

log = logging.getLogger(__name__)


TITLE_BAR = 40  # pixels a window manager may put above a window


@dataclass(frozen=True, slots=True)
class Program:
    """The running parts, in the order they were made."""

    engine: Engine
    book: Bookkeeper
    desk: Desk
    window: MainWindow
    outgoing: BesideWorker | None = None

    def start(self) -> None:
        """Show the window and begin to take calls."""
        room, window = self.window.screen().availableSize(), self.window
        fits = room.width() >= window.width() and room.height() >= window.height() + TITLE_BAR
        if fits or QGuiApplication.platformName() == "offscreen":  # there is no edge to fall off
            window.show()
        else:
            window.showMaximized()  # or the status bar would be below the screen's edge
        self.desk.start()
        if self.outgoing is not None:
            self.outgoing.start()
        QTimer.singleShot(500, _settle_memory)

    def close(self) -> None:
        """Write down what the end means for calls still up, end the engine, then write what is
        still on its way."""
        self.desk.leave()
        self.engine.stop()
        if self.outgoing is not None:
            self.outgoing.stop()
        self.book.close()


def build(
    settings: Settings,
    library: Library,
    *,
    data: Path,
    process: EngineProcess,
    secrets: Callable[[], Secrets],
    person: Person | None = None,
) -> Program:
    """Make the program around an engine that is to be begun, or is begun already.

    `person` is at the desk without an account: a demo's or a measurement's receptionist. Without
    one, people sign in.
    """
    engine = Engine(data, process=process)
    book = Bookkeeper(
        place=settings.records_place,
        secrets=secrets,
        spool_path=data / "kept-work.jsonl",
        practices=library.practices,
    )
    zone = bytes(QTimeZone.systemTimeZoneId().data()).decode() or "UTC"
    desk = Desk(
        engine=engine,
        book=book,
        library=library,
        agent=settings.agent_name,
        timezone=zone,
        auto_answer_s=settings.calls.auto_answer_s,
        keys_by=settings.line.keys,
        tapes=Tapes(settings.recordings.folder_in(data), secrets),
        caller_id_by=settings.line.caller_id_by,
        sound=SoundFile(data, settings.sound),
        person=person,
        lock_after=timedelta(minutes=settings.desk.lock_after_min),
        feed=_queue_feed(settings.floor, secrets, book) if settings.floor.host else None,
        interface=settings.floor.interface_of(settings.line),
        queue_codes=settings.line.queue_codes,
        floor_rules=settings.floor.rules(),
        wrap_up=settings.wrap_up.rules(),
    )
    if settings.line.registrar:
        _register_when_joined(engine, settings.line)
    window = MainWindow(desk)
    window.warm(warm_pops(library, agent=settings.agent_name, timezone=zone, now=datetime.now(UTC)))
    window.may_close = desk.may_leave
    window.wallboard.look = settings.wallboard.look
    if settings.audit_heads:
        HeadsExport(book, Path(settings.audit_heads).expanduser(), desk).start()
    outgoing = None
    if person is None:  # a demo's escalations page nobody
        outgoing = BesideWorker(
            place=settings.records_place,
            secrets=secrets,
            settings=settings.delivery,
            library=lambda: desk.scripts.library,
        )
    return Program(engine, book, desk, window, outgoing)


def run_window(
    settings: Settings,
    data: Path,
    process: EngineProcess,
    *,
    secrets: Callable[[], Secrets],
    trusted: Future[None],
    leaving: Leaving,
    person: Person | None = None,
) -> int:
    """Make the program, run it until its window is closed, and return the exit code. Raises what
    `trusted` does before the window is shown."""
    application = make_application(leaving)
    folder = settings.practices_folder
    # Without one the practices come out of the records (see `console.start`).
    library = read_library(folder) if folder.is_dir() else Library(())
    for fault in library.faults:
        print(f"frontdesk: {fault}", file=sys.stderr)
    program = build(settings, library, data=data, process=process, secrets=secrets, person=person)
    leaving.rest_until(trusted)
    program.start()
    code = application.exec()
    program.close()
    return code


def make_application(leaving: Leaving | None = None) -> QApplication:
    """Make Qt's application, with Ctrl+C and SIGTERM ending it and bugs going to the log."""
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Frontdesk")
    report_by_place()
    sys.setswitchinterval(0.001)  # a pop must not wait 5 ms for the thread that keeps the records
    # Ctrl+C asks the window, which asks back with a caller on the line; SIGTERM asks nobody.
    signal.signal(signal.SIGINT, lambda *_: application.quit())
    if leaving is None:
        leaving = Leaving()
        leaving.heed()
    # Python runs a signal's handler only between its own instructions: give it some.
    waker = QTimer(application, interval=250)
    waker.timeout.connect(lambda: application.exit(0) if leaving.asked else None)
    waker.start()
    return application


def read_library(folder: Path) -> Library:
    """Read the practices, or raise `WorldError` where there is no folder of them."""
    try:
        return load_library(folder)
    except PracticeFileError as error:
        raise WorldError(
            "No practice files", f"{error} Name their folder with --practices."
        ) from error


def _queue_feed(
    floor: FloorSettings, secrets: Callable[[], Secrets], book: Bookkeeper
) -> QueueFeed:
    """Make the feed; the keyring's thread ends with the records'."""
    feed, let_go = make_feed(floor, secrets, book)
    book.closing.connect(let_go)
    return feed


def _register_when_joined(engine: Engine, line: LineSettings) -> None:
    """Register each time an engine is reached. The keyring may ask a person first, so it is opened
    on a thread of its own: calls already on the line must not wait for it."""
    keyring = Worker(engine)

    def password() -> str:
        from console.keychain import line_password  # noqa: PLC0415 - a keyring only where needed

        return line_password(line.user, line.registrar)

    def register(found: str) -> None:
        engine.send(line.account(found))

    engine.joined.connect(
        lambda _: keyring.run(
            password, then=register, otherwise=engine.failed.emit, expected=WorldError
        )
    )


def _settle_memory() -> None:
    """Take what start-up made out of the collector's sight, so that no pop waits for it."""
    gc.collect()
    gc.freeze()
