"""The composition root: every part is made here, once, and handed what it needs.

No part finds another by itself; what a test puts in a part's place it puts in here.
"""

import argparse
import gc
import logging
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

import msgspec
from PySide6.QtCore import QLockFile, QTimer, QTimeZone
from PySide6.QtWidgets import QApplication

from console.desk.bookkeeping import Bookkeeper
from console.desk.desk import Desk
from console.errors import WorldError
from console.keychain import line_password
from console.log import start_log
from console.phone.engine import Engine
from console.settings import LineSettings, Settings, data_folder, load_settings
from console.store.practices import PracticeFacts
from console.ui.main_window import MainWindow
from scripts import hours, phone_numbers
from scripts.faults import PracticeFileError
from scripts.greeting import say_greeting
from scripts.loader import Library, load_library
from scripts.oncall import on_call_at
from scripts.practice import Practice
from softphone import wire

log = logging.getLogger(__name__)

_WARM = 200  # practices whose pop is made once before the first call


@dataclass(frozen=True, slots=True)
class Program:
    """The running parts, in the order they were made."""

    engine: Engine
    book: Bookkeeper
    desk: Desk
    window: MainWindow

    def start(self) -> None:
        """Show the window and begin to take calls."""
        self.window.show()
        self.desk.start()
        QTimer.singleShot(500, _settle_memory)

    def close(self) -> None:
        """End the engine, then write what is still on its way."""
        self.engine.stop()
        self.book.close()


def build(
    settings: Settings, library: Library, *, data: Path, sound: Sequence[str] = ()
) -> Program:
    """Make the program. `sound` replaces the engine's sound options, for a demo."""
    engine = Engine(data, options=_engine_options(settings, sound))
    book = Bookkeeper(
        records_path=settings.records_path,
        spool_path=data / "kept-work.jsonl",
        practices=tuple(practice_facts(practice) for practice in library.practices),
    )
    zone = bytes(QTimeZone.systemTimeZoneId().data()).decode() or "UTC"
    desk = Desk(engine=engine, book=book, library=library, agent=settings.agent_name, timezone=zone)
    if settings.line.registrar:
        engine.joined.connect(lambda _: _register(engine, settings.line))
    warm(library, zone)
    return Program(engine, book, desk, MainWindow(desk))


def run_desk(arguments: argparse.Namespace) -> int:
    """Run the desk until its window is closed; return the exit code."""
    settings = _overridden(load_settings(arguments.settings), arguments)
    data = arguments.data or data_folder()
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    start_log(data / "logs")
    library = read_library(settings.practices_folder)
    for fault in library.faults:
        print(f"frontdesk: {fault}", file=sys.stderr)
    application = make_application()
    lock = QLockFile(str(data / "desk.lock"))
    if not lock.tryLock(0):
        raise WorldError(
            "Frontdesk is already open", f"Another window uses {data}. Close it, or use --data."
        )
    program = build(settings, library, data=data)
    program.start()
    code = application.exec()
    program.close()
    lock.unlock()
    return code


def make_application() -> QApplication:
    """Make Qt's application, with Ctrl+C ending it and bugs going to the log."""
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Frontdesk")
    sys.excepthook = _report_bug
    signal.signal(signal.SIGINT, lambda *_: application.quit())
    signal.signal(signal.SIGTERM, lambda *_: application.quit())
    # Python runs a signal's handler only between its own instructions: give it some.
    waker = QTimer(application, interval=250)
    waker.timeout.connect(lambda: None)
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


def practice_facts(practice: Practice) -> PracticeFacts:
    """Return what the records keep of a practice."""
    baa = practice.baa
    return PracticeFacts(
        id=practice.id,
        name=practice.name,
        timezone=practice.timezone,
        version=practice.version,
        baa_signed_on=baa.signed_on if baa else None,
        baa_ends_on=baa.ends_on if baa else None,
    )


def warm(library: Library, zone: str) -> None:
    """Touch what the first pop would otherwise load: calendars, templates, number formats."""
    now = datetime.now(UTC)
    for practice in (*library.practices[:_WARM], library.neutral("", zone)):
        hours.at(practice, now)
        say_greeting(practice, now, "Dana")
        on_call_at(practice, now)
        phone_numbers.display(practice.numbers[0])


def _overridden(settings: Settings, arguments: argparse.Namespace) -> Settings:
    """Return the settings with what the command line says instead."""
    line = {
        name: value
        for name, value in (("bind", arguments.bind), ("sip_port", arguments.sip_port))
        if value is not None
    }
    records = arguments.records or (arguments.data / "records.sqlite" if arguments.data else None)
    whole = {
        name: str(value)
        for name, value in (
            ("agent", arguments.agent),
            ("practices", arguments.practices),
            ("records", records),
        )
        if value is not None
    }
    sound = settings.sound
    if arguments.sound is not None:
        sound = msgspec.structs.replace(sound, kind=arguments.sound)
    return msgspec.structs.replace(
        settings, line=msgspec.structs.replace(settings.line, **line), sound=sound, **whole
    )


def _engine_options(settings: Settings, sound: Sequence[str]) -> tuple[str, ...]:
    line = ("--bind", settings.line.bind, "--sip-port", str(settings.line.sip_port))
    if sound:
        return (*line, *sound)
    chosen = settings.sound
    return (
        *line,
        *("--sound", chosen.kind),
        *("--microphone", chosen.microphone),
        *("--earpiece", chosen.earpiece),
    )


def _register(engine: Engine, line: LineSettings) -> None:
    try:
        password = line_password(line.user, line.registrar)
    except WorldError as error:
        engine.failed.emit(error)
        return
    engine.send(wire.UseAccount(user=line.user, registrar=line.registrar, password=password))


def _settle_memory() -> None:
    """Take what start-up made out of the collector's sight, so that no pop waits for it."""
    gc.collect()
    gc.freeze()


def _report_bug(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Log where a bug struck, never its message: that may hold what a caller said."""
    where = " < ".join(
        f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in reversed(traceback.extract_tb(trace))
    )
    log.error("bug", extra={"kind": f"{kind.__name__} at {where}"})
    if os.environ.get("FRONTDESK_TRACE"):
        traceback.print_exception(kind, error, trace)
    else:
        print(f"frontdesk: a bug of ours, {kind.__name__} at {where}", file=sys.stderr)
