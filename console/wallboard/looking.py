"""The wallboard's questions to the records, on a thread of its own: it reads and never writes.

Records that are away are asked again at the next look; the wall says meanwhile that they are.
"""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject
from sqlalchemy import select

from console.desk.floor.building import NO_PRACTICE
from console.desk.worker import Worker
from console.errors import WorldError
from console.records.opening import Opening
from console.store.errors import RecordsError
from console.store.floor import FloorRows, floor_rows
from console.store.models import Practice
from console.store.place import FilePlace
from console.store.session import Records

Found = tuple[FloorRows, dict[str, str]]


class RecordNames:
    """Practices' names as the records have them; a PBX may know one that they do not."""

    def __init__(self, known: dict[str, str]) -> None:
        self._known = known

    def __getitem__(self, practice: str) -> str:
        return self._known.get(practice, practice or NO_PRACTICE)


class Looking(QObject):
    """Asks the records. `names` are those of the last answer; `trouble` why there was none."""

    def __init__(self, opening: Opening, clock: Callable[[], datetime], parent: QObject) -> None:
        super().__init__(parent)
        self._opening, self._clock = opening, clock
        self._worker = Worker(self)
        self._records: Records | None = None  # the worker's own
        self._names = RecordNames({})
        self.trouble = ""

    def names(self) -> RecordNames:
        """Return the practices' names."""
        return self._names

    def look(self, then: Callable[[FloorRows | None], None]) -> None:
        """Look at the floor; None while the records are away."""
        now = self._clock()
        midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)

        def found(rows_and_names: Found) -> None:
            rows, known = rows_and_names
            self._names, self.trouble = RecordNames(known), ""
            then(rows)

        def away(error: Exception) -> None:
            self.trouble = str(error)
            then(None)

        self._worker.run(
            lambda: self._find(midnight, now),
            then=found,
            otherwise=away,
            expected=(WorldError, RecordsError),
        )

    def close(self) -> None:
        """Let go of the records."""
        self._worker.run(self._shut)
        self._worker.close()

    def _find(self, midnight: datetime, now: datetime) -> Found:
        records = self._records
        if records is None:
            place = self._opening.place
            if isinstance(place, FilePlace) and not place.path.is_file():
                raise WorldError("There are no records", f"There is no file {place}.")
            records = self._records = self._opening.open()
        with records.session() as session:
            names = {row.id: row.name for row in session.scalars(select(Practice))}
            return floor_rows(session, midnight=midnight, now=now), names

    def _shut(self) -> None:
        if self._records is not None:
            self._records.close()
