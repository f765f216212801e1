"""The audit's heads, written to a folder every hour while the desk runs.

A folder on another machine, or one that can only be added to, holds against whoever owns the
database what its audit had come to (`console.store.audit.heads`).
"""

import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

from console.desk.bookkeeping import Bookkeeper
from console.desk.stage import utc_now

if TYPE_CHECKING:
    from console.desk.ledger import Ledger

FIRST_MS: Final = 60_000
HOUR_MS: Final = 3_600_000
LATELY: Final = timedelta(days=2)  # chains begun longer ago stand in an earlier file


class HeadsExport(QObject):
    """Exports after a minute, then every hour; a folder that is away is tried again the next."""

    def __init__(self, book: Bookkeeper, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._book = book
        self._folder = folder
        self._timer = QTimer(self, interval=HOUR_MS)
        self._timer.timeout.connect(self.export)

    def start(self) -> None:
        """Begin."""
        self._timer.start()
        QTimer.singleShot(FIRST_MS, self, self.export)

    def export(self) -> None:
        """Write the heads of what was begun lately, on the worker's thread."""
        now = utc_now()
        self._book.ask(lambda ledger: write_lately(ledger, self._folder, now))


def write_lately(ledger: "Ledger", folder: Path, now: datetime) -> bool:
    """Write the heads; tell whether they were."""
    from console.store.audit.heads import heads, write_heads  # noqa: PLC0415 - the worker's

    known = ledger.read(lambda session: heads(session, since=now - LATELY))
    if not known:
        return False
    try:
        name = f"heads-{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}.json"
        write_heads(folder / name, known, at=now)
    except OSError:
        return False
    return True
