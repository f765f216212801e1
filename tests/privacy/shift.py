"""A whole shift at the real desk with its window, in a process of its own, its callers marked.

`python -m tests.privacy.shift FOLDER` takes calls of every kind that ends somewhere else, and has
everything go wrong that can: the records away, work refused, the softphone dead, bugs of ours in
every thread, libraries that talk. The window's titles and the notifications it gave are written to
FOLDER/told.json.
"""

import json
import logging
import sys
import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, qWarning
from PySide6.QtDBus import QDBusError, QDBusMessage, QDBusPendingCall
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QApplication, QWidget

from console.app import make_application
from console.desk import ledger
from console.dumps import no_core_dumps
from console.log import start_log
from console.store.errors import Away, RecordsAway
from console.store.session import Records
from console.ui.main_window import MainWindow
from scripts.calltypes import CallType, Outcome
from scripts.loader import SAMPLES, load_library
from softphone import wire
from tests.desk.room import LAKESHORE, MAPLE, Room
from tests.privacy.marks import NAME, NUMBER, SYMPTOM

SAID = {"patient_name": NAME, "caller_name": NAME, "symptom": SYMPTOM, "reason": SYMPTOM}


class Waiter:
    """What a room needs of `qtbot`."""

    @staticmethod
    def waitUntil(done: Callable[[], bool], timeout: int = 5000) -> None:  # noqa: N802
        until = time.monotonic() + timeout / 1000
        while not done():
            if time.monotonic() > until:
                raise TimeoutError
            QCoreApplication.processEvents()
            time.sleep(0.002)


class Titles(QObject):
    """Every title a window ever had."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() in (QEvent.Type.WindowTitleChange, QEvent.Type.Show):
            title = getattr(watched, "windowTitle", None) or getattr(watched, "title", None)
            self.seen.add(str(title()) if title else "")
        return False


class Bus:
    """The session's bus, as far as notifications go: it keeps them and shows none."""

    def __init__(self) -> None:
        self.told: list[str] = []

    @staticmethod
    def isConnected() -> bool:  # noqa: N802
        return True

    def asyncCall(self, message: QDBusMessage, _timeout: int) -> QDBusPendingCall:  # noqa: N802
        self.told.append(repr(message.arguments()))
        return QDBusPendingCall.fromError(QDBusError(QDBusError.ErrorType.Failed, ""))


class Talkative:
    """Something that fails when it is let go."""

    def __del__(self) -> None:
        raise ValueError(f"{NAME} {NUMBER} {SYMPTOM}")


def a_form(room: Room, call: str, kind: CallType, **given: str) -> None:
    room.take(call, number=NUMBER)
    room.desk.choose_type(kind)
    assert room.form is not None
    room.fill(kind, SAID | given)


def calls(room: Room) -> None:
    """Calls that end well, each in another way."""
    a_form(room, "message", CallType.REFILL)
    room.finish("message")
    room.over("message")
    a_form(room, "symptom", CallType.SYMPTOM)
    room.finish("symptom")
    room.over("symptom")
    room.take("question", number=NUMBER)
    room.desk.search_facts(f"{NAME} {SYMPTOM}")
    room.desk.transfer_to(f"{NAME} {NUMBER}")
    room.desk.end_as(Outcome.WRONG_NUMBER)
    room.rest()
    room.over("question")
    room.take("elsewhere", to=LAKESHORE, number=NUMBER)
    room.fill(CallType.REFILL, SAID)
    room.finish("elsewhere")
    room.over("elsewhere")
    room.ring("abandoned", to=MAPLE, number=NUMBER)
    room.over("abandoned", wire.EndCause.ABANDONED)
    room.rest()


def faults(room: Room) -> None:
    """The records away and back, work refused, the softphone dead, a form left unfinished."""
    write, probe = Records.write, Records.probe

    def away(*_: Any) -> None:
        raise RecordsAway(Away.FULL)

    Records.write, Records.probe = away, away  # type: ignore[method-assign]
    a_form(room, "spooled", CallType.REFILL)
    room.finish("spooled")
    room.over("spooled")
    kept = room.spool.read_bytes()
    (room.folder / "spool-as-it-was").write_bytes(kept)
    Records.write, Records.probe = write, probe  # type: ignore[method-assign]
    room.retry()
    a_form(room, "unfinished", CallType.NEW_APPOINTMENT)
    room.rest()
    room.engine.die()
    room.rest()


def bugs(room: Room) -> None:
    """Bugs of ours and talk of others', each with a mark in its words."""
    said = f"{NAME} {NUMBER} {SYMPTOM}"

    def broken(*_: Any, **__: Any) -> None:
        raise ValueError(said)

    history, ledger.history = ledger.history, broken  # type: ignore[assignment]
    room.ring("bug", number=NUMBER)
    Waiter.waitUntil(lambda: not room.book._worker._pool._work_queue.qsize(), 5000)
    QCoreApplication.processEvents()
    ledger.history = history
    thread = threading.Thread(target=broken)
    thread.start()
    thread.join()
    Talkative()
    qWarning(said)
    warnings.warn(said, UserWarning, stacklevel=1)
    logging.getLogger("sqlalchemy.engine").error("%s", said)
    logging.getLogger("console.desk").error("%d", said)
    logging.getLogger("console.desk").error("bug", extra={"caller": said, "kind": "ValueError"})
    try:
        broken()
    except ValueError:
        logging.getLogger("console.desk").exception("a bug")
    sys.excepthook(*_raised(broken))


def _raised(broken: Callable[[], None]) -> tuple[Any, Any, Any]:
    try:
        broken()
    except ValueError:
        return sys.exc_info()
    raise AssertionError


def main(folder: Path) -> None:
    """Work the shift."""
    no_core_dumps()
    start_log(folder / "logs")
    application: QApplication = make_application()
    titles = Titles()
    application.installEventFilter(titles)
    room = Room(Waiter(), folder, load_library(SAMPLES))  # type: ignore[arg-type]
    window = MainWindow(room.desk)
    window.show()
    Waiter.waitUntil(lambda: QApplication.activeWindow() is window)
    bus = Bus()
    window.toasts.use_bus(bus)
    in_front = QWidget()
    in_front.show()
    in_front.activateWindow()
    Waiter.waitUntil(lambda: QApplication.activeWindow() is in_front)
    room.open()
    calls(room)
    faults(room)
    bugs(room)
    titles.seen |= {each.title() for each in application.allWindows() if isinstance(each, QWindow)}
    told = {"titles": sorted(titles.seen - {""}), "notifications": bus.told}
    (folder / "told.json").write_text(json.dumps(told))
    room.close()
    window.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
