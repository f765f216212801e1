"""An item's time-line, shown and written into a file: who, what, when, by which channel, with which
answer, how long it took; also when nobody could be notified."""

import json
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QStandardPaths

from console.desk.board import looking
from console.desk.board.port import BoardSignals, RecordView
from console.desk.board.words import KINDS
from console.desk.permissions import Permission
from console.desk.stage import Stage
from console.desk.views import Light
from console.store.audit.events import Event

if TYPE_CHECKING:
    from console.store.board.record import ItemRecord, RecordLine
    from console.store.board.rows import BoardItem

_SAID: Final = {
    "opened": "Opened",
    "page": "Paged {whom} by {by}",
    "call": "{by} is to call {whom}",
    "tell": "Nobody answered: told {whom}",
    "ask_provider": "Asked {whom} whether the patient was reached, by {by}",
    "ask_owner": "Asked {whom} whether the patient was reached",
    "acknowledge": "{whom} has it; put down by {by}",
    "checked_back": "911 refused: {by} asked after the patient",
    "answer": "An answer came by {by}",
    "escalate": "Passed on to the next person by {by}",
    "reach": "Patient reached; put down by {by}",
    "close": "Closed by {by}",
    "dial": "{by} called {whom}",
    "answered": "The telephone of {whom} was answered",
    "no_answer": "{whom} did not answer",
    "busy": "{whom} was busy",
    "refused": "{whom} could not be called",
    "no_key": "Nobody pressed 1 at the telephone of {whom}",
    "wrong_pin": "The PIN of {whom} was wrong three times",
    "hung_up": "{whom} hung up",
    "stopped": "{by} ended the call to {whom}",
    "calls_back": "{whom} calls the patient back",
    "joined": "Caller, {whom} and {by} spoke together",
    "put_through": "{by} put the caller through to {whom}",
    "caller_left": "The caller hung up while {whom} was called",
    "lost": "The softphone stopped while {whom} was called",
    "try": "Sent to {whom} by {by}",
    "take": "Taken by {by}",
    "hand": "Handed to {whom} by {by}",
    "hold": "Put off by {by}",
    "done": "Done by {by}",
    "confirm": "Confirmed with {by}",
}


def documents() -> Path:
    """Return where this person keeps their documents."""
    place = QStandardPaths.StandardLocation.DocumentsLocation
    return Path(QStandardPaths.writableLocation(place) or Path.home())


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
        words = self.as_json(record) if form == "json" else self.as_text(record)
        ending = "json" if form == "json" else "txt"
        name = f"time-line-{record.reference or record.row}-{at:%Y%m%dT%H%M%SZ}.{ending}"
        path = self.folder() / name
        self._stage.book.ask(
            lambda _: _write(path, words),
            then=lambda _: self._written(record, path),
            otherwise=lambda error: self._not_written(path, error),
            expected=OSError,
        )

    def as_text(self, record: "ItemRecord") -> str:
        """Return the time-line as lines to read."""
        head = [self._title(record), self._summary(record), ""]
        body = [
            "  ".join(part for part in (f"{line.at.astimezone():%Y-%m-%d %H:%M:%S %Z}",
                                         said(line), self._answer(line)) if part)
            for line in record.lines
        ]  # fmt: skip
        return "\n".join([*head, *body, ""])

    def as_json(self, record: "ItemRecord") -> str:
        """Return the time-line for another program; times are UTC, ISO 8601."""
        whole = {
            "kind": record.kind.value,
            "reference": record.reference,
            "practice": record.practice_id,
            "opened_at": record.opened_at.isoformat(),
            "notified": record.notified,
            "lines": [
                {
                    "at": line.at.isoformat(),
                    "what": line.what,
                    "whom": line.whom,
                    "by": line.by,
                    "answer": line.answer,
                    "took_s": line.took.total_seconds() if line.took is not None else None,
                }
                for line in record.lines
            ],
        }
        return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"

    def _show(self, record: "ItemRecord | None") -> None:
        if record is None:
            self._stage.say("The time-line cannot be read", "The records are away.", Light.WARN)
            return
        self._record = record
        may = self._stage.rights.may(
            Permission.EXPORT, now=self._stage.clock(), practice=record.practice_id
        )
        self._out.record_changed.emit(
            RecordView(
                title=self._title(record),
                summary=self._summary(record),
                lines=tuple(
                    (_when(line.at, record.opened_at), said(line), self._answer(line))
                    for line in record.lines
                ),
                may_export=may,
            )
        )

    def _title(self, record: "ItemRecord") -> str:
        name = record.reference or KINDS[record.kind]
        practice = self._stage.library.by_id(record.practice_id or "")
        return f"Time-line of {name}" + (f", {practice.name}" if practice else "")

    def _summary(self, record: "ItemRecord") -> str:
        opened = f"Opened {record.opened_at.astimezone():%a %d %b %Y %H:%M:%S}."
        if record.notified is None:
            return opened
        return f"{opened} " + ("" if record.notified else "Nobody has been notified.")

    def _answer(self, line: "RecordLine") -> str:
        took = f"{line.took / timedelta(seconds=1):.1f} s" if line.took is not None else ""
        return ", ".join(part for part in (line.answer.replace("_", " "), took) if part)

    def _written(self, record: "ItemRecord", path: Path) -> None:
        self._stage.record.did(
            Event.EXPORTED,
            kind=record.kind.value,
            row=str(record.row),
            practice=record.practice_id,
            detail="timeline",
        )
        self._stage.say("The time-line is written", f"{path.name}, in {path.parent}.")

    def _not_written(self, path: Path, error: Exception) -> None:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "It is full."
        self._stage.say(
            "The time-line was not written",
            f"{path.parent}: {why}. Make room or give this account the right to write there.",
            Light.BAD,
        )


def said(line: "RecordLine") -> str:
    """Return what happened in one line, in words."""
    words = _SAID.get(line.what, line.what.replace("_", " "))
    whom, by = line.whom or "somebody", line.by or "the program"
    return words.format(whom=whom, by=by)


def _when(at: datetime, opened: datetime) -> str:
    local = at.astimezone()
    after = int((at - opened).total_seconds())
    minutes, seconds = divmod(max(0, after), 60)
    return f"{local:%H:%M:%S}  +{minutes}:{seconds:02}"


def _write(path: Path, words: str) -> None:
    """Write a file for this account only; what stands there already is left alone."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(words)
