"""An item's time-line, shown and written into a file: who, what, when, by which channel, with which
answer, how long it took; also when nobody could be notified. Who reads it and finds something
amiss has the call looked at again."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from console.desk.board import looking
from console.desk.board.port import BoardSignals, RecordView
from console.desk.documents import documents, say_not_written, say_written
from console.desk.permissions import Permission
from console.desk.stage import Stage
from console.desk.views import Light
from console.own_file import write_new
from console.store.audit.events import Event
from console.store.board import telling
from console.store.errors import RecordsError

if TYPE_CHECKING:
    from console.store.board.record import ItemRecord
    from console.store.board.rows import BoardItem


class Exporting:
    """The one time-line that is open."""

    def __init__(
        self, out: BoardSignals, stage: Stage, folder: Callable[[], Path] = documents
    ) -> None:
        self._out = out
        self._stage = stage
        self.folder = folder
        self._record: ItemRecord | None = None

    def open(self, item: "BoardItem") -> None:
        """Read and show an item's."""
        kind, row = item.place.kind, item.place.row
        look = partial(looking.record, kind=kind, row=row)
        self._stage.record.saw(kind.value, [(str(row), item.practice_id)])
        self._stage.book.ask(look, then=self._show)

    def leave(self) -> None:
        """Close it."""
        if self._record is not None:
            self._record = None
            self._out.record_changed.emit(None)

    def export(self, form: str) -> None:
        """Write it as text or JSON into the person's documents, for who may export."""
        record = self._record
        if record is None:
            return
        if not self._stage.allowed(Permission.EXPORT, practice=record.practice_id):
            self._stage.record.did(Event.REFUSED, kind="board", detail="export")
            return
        at = self._stage.clock()
        as_text = partial(telling.as_text, practice=self._practice(record))
        words = telling.as_json(record) if form == "json" else as_text(record)
        ending = "json" if form == "json" else "txt"
        name = f"time-line-{record.reference or record.row}-{at:%Y%m%dT%H%M%SZ}.{ending}"
        path = self.folder() / name
        self._stage.book.ask(
            lambda _: write_new(path, words.encode()),
            then=lambda _: self._written(record, path),
            otherwise=partial(say_not_written, self._stage, "The time-line was", path),
            expected=OSError,
        )

    def have_reviewed(self) -> None:
        """Put the call it came of among those a supervisor looks at again."""
        record = self._record
        if record is None or not record.call_uid:
            return
        if not self._stage.allowed(Permission.REVIEW_CALLS, practice=record.practice_id):
            self._stage.record.did(Event.REFUSED, kind="board", detail="review")
            return
        ask = partial(
            looking.have_reviewed,
            call_uid=record.call_uid,
            person=self._stage.agent,
            at=self._stage.clock(),
        )
        self._stage.book.ask(
            ask,
            then=lambda _: self._stage.say(
                "The call is to be reviewed", "Ctrl+Shift+Q has it.", Light.GOOD
            ),
            otherwise=self._not_asked,
            expected=RecordsError,
        )

    def _not_asked(self, error: Exception) -> None:
        assert isinstance(error, RecordsError)
        self._stage.say(error.title, f"{error.message} {error.mend}".strip(), Light.WARN)

    def _show(self, record: "ItemRecord | None") -> None:
        if record is None:
            self._stage.say("The time-line cannot be read", "The records are away.", Light.WARN)
            return
        self._record = record
        may = partial(self._stage.rights.may, now=self._stage.clock(), practice=record.practice_id)
        self._out.record_changed.emit(
            RecordView(
                title=telling.title(record, self._practice(record)),
                summary=telling.summary(record),
                lines=tuple(
                    (_when(line.at, record.opened_at), telling.said(line), telling.answer(line))
                    for line in record.lines
                ),
                may_export=may(Permission.EXPORT),
                may_review=bool(record.call_uid) and may(Permission.REVIEW_CALLS),
            )
        )

    def _practice(self, record: "ItemRecord") -> str:
        practice = self._stage.library.by_id(record.practice_id or "")
        return practice.name if practice is not None else ""

    def _written(self, record: "ItemRecord", path: Path) -> None:
        self._stage.record.did(
            Event.EXPORTED,
            kind=record.kind.value,
            row=str(record.row),
            practice=record.practice_id,
            detail="timeline",
        )
        say_written(self._stage, "The time-line is", path)


def _when(at: datetime, opened: datetime) -> str:
    local = at.astimezone()
    after = int((at - opened).total_seconds())
    minutes, seconds = divmod(max(0, after), 60)
    return f"{local:%H:%M:%S}  +{minutes}:{seconds:02}"
