"""Work kept on this machine while the records are away.

A file of one line of JSON for each piece of work, forced to the disk before the desk is told it is
safe, and written to the records in order when they are back. Every piece can be written twice
without harm, so the file is only removed when all of it stands in the records; a kill at any moment
costs nothing. Nothing in it is ever dropped: a booking whose time was taken meanwhile becomes an
urgent message, and what the records refuse, or what cannot be read, is set aside in a file beside
it and reported.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from console.store.audit.noting import note_deeds
from console.store.callbacks import callback_done, owe_callback
from console.store.calls import note_fact
from console.store.drafts import drop_draft, save_draft
from console.store.errors import AgreementMissing, SpoolFailed, UnknownPractice
from console.store.finishing import finish_or_call_back
from console.store.messages import put_through
from console.store.recordings import answer_consent, end_recording
from console.store.session import Records
from console.store.versions import drop_practice_draft, save_practice_draft
from console.store.work import (
    AnsweredCall,
    AnsweredConsent,
    AnyWork,
    ClosedCall,
    DoneCallback,
    DroppedDraft,
    DroppedPracticeDraft,
    EndedRecording,
    FinishedCall,
    MeasuredCall,
    Noted,
    OpenedCall,
    OwedCallback,
    PutThrough,
    SavedDraft,
    SavedPracticeDraft,
    decode,
    encode,
)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of the work: how many pieces were written, how many bookings became messages,
    and how many lines were set aside, to be looked at by a person."""

    written: int = 0
    called_back: int = 0
    aside: int = 0


def write_work(session: Session, *, work: AnyWork) -> bool:
    """Write one piece of work that has waited; tell whether its booking became a message."""
    match work:
        case OpenedCall() | AnsweredCall() | ClosedCall() | MeasuredCall():
            note_fact(session, fact=work)
        case FinishedCall():
            rows = finish_or_call_back(session, finished=work)
            return work.booking is not None and rows.booking_id is None
        case OwedCallback():
            owe_callback(session, owed=work)
        case DoneCallback():
            callback_done(session, done=work)
        case PutThrough():
            put_through(session, through=work)
        case SavedDraft():
            save_draft(session, draft=work)
        case DroppedDraft():
            drop_draft(session, dropped=work)
        case AnsweredConsent():
            answer_consent(session, answered=work)
        case EndedRecording():
            end_recording(session, ended=work)
        case Noted():
            note_deeds(session, noted=work)
        case SavedPracticeDraft():
            save_practice_draft(session, draft=work)
        case DroppedPracticeDraft():
            drop_practice_draft(session, dropped=work)
    return False


class Spool:
    """The file, for one process. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        """Raises `SpoolFailed` where a line torn by a kill cannot be set aside."""
        self.path = path
        self.aside_path = path.with_name(path.name + ".aside")
        self.torn = 0  # bytes of a last line never confirmed to the desk, set aside
        self._file = threading.Lock()
        self._replaying = threading.Lock()
        with self._file, _on_disk():
            self._mend_tail()

    def keep(self, work: AnyWork) -> None:
        """Keep a piece of work; when this returns it is on the disk. Raises `SpoolFailed`."""
        line = encode(work) + b"\n"
        with self._file, _on_disk():
            self._mend_tail()
            _append(self.path, line)

    def waiting(self) -> tuple[AnyWork, ...]:
        """Return the work that waits, oldest first; lines that cannot be read are left out."""
        with self._file, _on_disk():
            lines = self._lines(0)
        return tuple(work for line in lines if (work := _read(line)) is not None)

    def replay(self, records: Records) -> Replayed:
        """Write all that waits, in order, each piece in a transaction of its own, then remove the
        file. Raises what `Records.write` raises while the records are away: the file then stays
        whole, and the next replay begins at its start."""
        written = called_back = offset = 0
        aside: list[bytes] = []
        with self._replaying:
            while lines := self._next(offset, aside):
                for line in lines:
                    offset += len(line)
                    became_message = _write(records, line)
                    if became_message is None:
                        aside.append(line)
                    else:
                        written += 1
                        called_back += became_message
        return Replayed(written=written, called_back=called_back, aside=len(aside))

    def _next(self, offset: int, aside: list[bytes]) -> list[bytes]:
        """Return the lines from there on; where there are none, end the file."""
        with self._file, _on_disk():
            lines = self._lines(offset)
            if not lines and offset:
                if aside:
                    _append(self.aside_path, b"".join(aside))
                self.path.unlink()
                _sync_folder(self.path)
            return lines

    def _lines(self, offset: int) -> list[bytes]:
        try:
            with self.path.open("rb") as file:
                file.seek(offset)
                return file.read().splitlines(keepends=True)
        except FileNotFoundError:
            return []

    def _mend_tail(self) -> None:
        """End a last line that is whole, and set aside one that is not."""
        lines = self._lines(0) if _tail_is_open(self.path) else []
        if not lines:
            return
        tail = lines[-1]
        if _read(tail) is not None:
            _append(self.path, b"\n")
            return
        _append(self.aside_path, tail + b"\n")
        os.truncate(self.path, self.path.stat().st_size - len(tail))
        self.torn += len(tail)


def _write(records: Records, line: bytes) -> bool | None:
    """Write a line; return whether its booking became a message, None for one to set aside."""
    work = _read(line)
    if work is None:
        return None
    try:
        return records.write(lambda session: write_work(session, work=work))
    except (AgreementMissing, UnknownPractice, IntegrityError):
        # Refused for good: left in the way, it would keep everything behind it from being written.
        return None


def _read(line: bytes) -> AnyWork | None:
    try:
        return decode(line)
    except msgspec.DecodeError:
        return None


def _tail_is_open(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            if file.seek(0, os.SEEK_END) == 0:
                return False
            file.seek(-1, os.SEEK_END)
            return file.read(1) != b"\n"
    except FileNotFoundError:
        return False


def _append(path: Path, data: bytes) -> None:
    """Add to a file of this account's only (mode 0600), and force it to the disk."""
    begun = not path.exists()
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o600), "ab", buffering=0) as file:
        before = file.seek(0, os.SEEK_END)
        try:
            view = memoryview(data)
            while view:
                view = view[file.write(view) :]
            os.fsync(file.fileno())
        except OSError:
            file.truncate(before)
            raise
    if begun:
        _sync_folder(path)


def _sync_folder(path: Path) -> None:
    """Force a file's name to the disk too, where the system has a way to."""
    if os.name != "posix":
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _on_disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SpoolFailed(error.strerror or "unknown") from error
