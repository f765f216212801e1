"""Work kept on this machine while the records are away.

A file of one sealed line for each piece of work, forced to the disk before the desk is told it is
safe, and written to the records in order when they are back. A line is bound to its file and its
place there: one that was changed cannot be opened, and one that was moved, or whose neighbour was
taken away, is noticed.

Every piece can be written twice without harm, so the file is only removed when all of it stands in
the records; a kill at any moment costs nothing. Nothing in it is ever dropped: a booking whose time
was taken meanwhile becomes an urgent message, and what the records refuse, or what cannot be read,
is set aside (`aside`) and reported.
"""

import os
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Final, TypeAlias

import msgspec
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from console.store import files
from console.store.amending import amend
from console.store.aside import Aside, Item, Why, item
from console.store.audit.noting import note_deeds
from console.store.board.acts import act
from console.store.callbacks import callback_done, owe_callback
from console.store.calls import note_fact
from console.store.drafts import drop_draft, save_draft
from console.store.errors import (
    AgreementMissing,
    Conflict,
    RecordsError,
    SpoolFailed,
    UnknownPractice,
)
from console.store.escalating import write_reach
from console.store.finishing import finish_or_call_back
from console.store.recordings import answer_consent, end_recording
from console.store.rota import write_rota
from console.store.sealing import Sealer
from console.store.secrets import SPOOL, Secrets
from console.store.session import Records
from console.store.versions import drop_practice_draft, save_practice_draft
from console.store.waiting import write_waiting
from console.store.work import (
    AmendedMessage,
    AnsweredCall,
    AnsweredConsent,
    AnyWork,
    ChangedRota,
    ClosedCall,
    ConfirmedRota,
    DidOnBoard,
    DoneCallback,
    DroppedDraft,
    DroppedPracticeDraft,
    EndedRecording,
    EndedRota,
    FinishedCall,
    MeasuredCall,
    Noted,
    NotedReach,
    OpenedCall,
    OpenedEscalation,
    OwedCallback,
    PutOnWaitingList,
    PutThrough,
    SavedDraft,
    SavedPracticeDraft,
    TakenEscalation,
    TakenOffWaitingList,
    decode,
    encode,
)

_FORM: Final = b"frontdesk-kept-1"
_MOVED_BY: Final = 1000  # lines; how far a moved line is looked for


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of the work: how many pieces were written, the calls whose booking became a
    message, and how many pieces were set aside, to be looked at by a person."""

    written: int = 0
    called_back: tuple[str, ...] = ()
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
            with suppress(Conflict):  # somebody else's stands, and the caller has been called
                callback_done(session, done=work)
        case PutThrough() | OpenedEscalation() | NotedReach() | TakenEscalation():
            write_reach(session, work=work)
        case SavedDraft():
            save_draft(session, draft=work)
        case DroppedDraft():
            drop_draft(session, dropped=work)
        case AnsweredConsent():
            answer_consent(session, answered=work)
        case EndedRecording():
            end_recording(session, ended=work)
        case (
            Noted() | DidOnBoard() | AmendedMessage() | PutOnWaitingList() | TakenOffWaitingList()
            | ChangedRota() | EndedRota() | ConfirmedRota()
        ):  # fmt: skip
            _put_down(session, work)
        case SavedPracticeDraft():
            save_practice_draft(session, draft=work)
        case DroppedPracticeDraft():
            drop_practice_draft(session, dropped=work)
    return False


_PutDown: TypeAlias = (
    Noted
    | DidOnBoard
    | AmendedMessage
    | PutOnWaitingList
    | TakenOffWaitingList
    | ChangedRota
    | EndedRota
    | ConfirmedRota
)


def _put_down(session: Session, work: _PutDown) -> None:
    match work:
        case Noted():
            note_deeds(session, noted=work)
        case AmendedMessage():
            amend(session, amended=work)
        case DidOnBoard():
            act(session, deed=work, late=True)
        case PutOnWaitingList() | TakenOffWaitingList():
            write_waiting(session, work=work)
        case ChangedRota() | EndedRota() | ConfirmedRota():
            write_rota(session, work=work)


@dataclass(frozen=True, slots=True, repr=False)
class _Line:
    """One line of the file as it was found. `place` is the one it was sealed for."""

    raw: bytes
    place: int | None
    plain: bytes | None
    work: AnyWork | None


class Spool:
    """The file. Safe to use from several threads, and from several processes."""

    def __init__(self, path: Path, secrets: Secrets) -> None:
        """Raises `SpoolFailed` where a line torn by a kill cannot be set aside, and while the
        keyring is closed."""
        self.path = path
        self.torn = 0  # bytes of a last line never confirmed to the desk, set aside
        self._secrets = secrets
        self._sealer: Sealer | None = None
        self.aside = Aside(path.with_name(path.name + ".aside"), self._opened)
        self._alone = files.Alone(path)
        self._replaying = threading.Lock()
        self._name = b""  # of the file, made anew with it: no line of another fits in
        self._lines: list[_Line] = []
        self._seen = 0  # bytes of the file that `_lines` are of
        with self._alone.held():
            self._look()

    def keep(self, work: AnyWork) -> None:
        """Keep a piece of work; when this returns it is on the disk. Raises `SpoolFailed`."""
        plain = encode(work)
        with self._alone.held():
            self._look()
            raw = b"" if self._lines or self._seen else self._begin()
            place = len(self._lines)
            sealed = self._opened().seal(plain, self._bound(place)) + b"\n"
            files.append(self.path, raw + sealed)
            self._seen += len(raw) + len(sealed)
            self._lines.append(_Line(sealed, place, plain, work))

    def waiting(self) -> tuple[AnyWork, ...]:
        """Return the work that waits, oldest first; lines that cannot be read are left out."""
        with self._alone.held():
            self._look()
            return tuple(line.work for line in self._lines if line.work is not None)

    def replay(self, records: Records) -> Replayed:
        """Write all that waits, in order, each piece in a transaction of its own, then remove the
        file. Raises what `Records.write` raises while the records are away: the file then stays
        whole, and the next replay begins at its start."""
        called_back: list[str] = []
        aside: list[Item] = []
        done = 0
        with self._replaying:
            while lines := self._next(done, aside):
                for line in lines:
                    done += 1
                    refused = _write(records, line, called_back)
                    if refused is not None:
                        aside.append(refused)
        refused_for_good = len(aside)
        return Replayed(done - refused_for_good, tuple(called_back), refused_for_good)

    def _next(self, done: int, aside: list[Item]) -> list[_Line]:
        """Return the lines from there on; where there are none, end the file."""
        with self._alone.held():
            self._look()
            lines = self._lines[done:]
            if not lines and self._seen:
                lost = [item(Why.MISSING)] if _is_out_of_order(self._lines) else []
                self.aside.add((*aside, *lost))
                files.remove(self.path)
                self._forget()
            return lines

    # --- the file --------------------------------------------------------------------------

    def _opened(self) -> Sealer:
        if self._sealer is None:
            try:
                self._sealer = Sealer(self._secrets.key(SPOOL))
            except RecordsError as error:
                raise SpoolFailed(error.title) from error
        return self._sealer

    def _bound(self, place: int) -> bytes:
        return b"%s %s %d" % (_FORM, self._name, place)

    def _begin(self) -> bytes:
        self._name = token_hex(8).encode()
        return b"%s %s\n" % (_FORM, self._name)

    def _forget(self) -> None:
        self._name, self._lines, self._seen = b"", [], 0

    def _look(self) -> None:
        """Read the file again where another process has written to it."""
        try:
            size = self.path.stat().st_size
        except FileNotFoundError:
            size = 0
        if size == self._seen:
            return
        self._forget()
        raw = self.path.read_bytes() if size else b""
        head, ended, rest = raw.partition(b"\n")
        if not head.startswith(_FORM + b" "):
            self._seal_what_0_1_left(raw)
            return
        if not ended:  # torn before any line was confirmed
            files.remove(self.path)
            return
        self._name = head.removeprefix(_FORM + b" ")
        self._seen = len(head) + 1
        for line in rest.splitlines(keepends=True):
            self._take(line)

    def _take(self, raw: bytes) -> None:
        """Take a line up, ending or cutting off one that a kill has torn."""
        found = self._read(raw.rstrip(b"\n"), len(self._lines))
        if not raw.endswith(b"\n"):
            if found.plain is None:
                self.aside.add((item(Why.TORN, raw),))
                os.truncate(self.path, self._seen)
                self.torn += len(raw)
                return
            files.append(self.path, b"\n")
            raw += b"\n"
        self._lines.append(found)
        self._seen += len(raw)

    def _read(self, raw: bytes, place: int) -> _Line:
        """Open a line where it stands, or where it stood before somebody moved it."""
        sealer = self._opened()
        for at in (place, *range(place + _MOVED_BY), *range(place, place + _MOVED_BY)):
            plain = sealer.open(raw, self._bound(at))
            if plain is not None:
                return _Line(raw, at, plain, _decoded(plain))
        return _Line(raw, None, None, None)

    def _seal_what_0_1_left(self, raw: bytes) -> None:
        """Seal a file of lines in the clear, as 0.1 kept them; its torn end is set aside."""
        *whole, tail = raw.split(b"\n")
        if tail and _decoded(tail) is not None:
            whole.append(tail)
        elif tail:
            self.aside.add((item(Why.TORN, tail),))
            self.torn += len(tail)
        sealed = self._begin() if whole else b""
        for place, plain in enumerate(whole):
            sealed += self._opened().seal(plain, self._bound(place)) + b"\n"
        files.replace(self.path, sealed)
        self._forget()
        if sealed:
            self._look()


def _write(records: Records, line: _Line, called_back: list[str]) -> Item | None:
    """Write a line; return what is to be set aside of it."""
    work = line.work
    if work is None:
        return item(Why.UNREADABLE, line.raw if line.plain is None else line.plain)
    try:
        if records.write(lambda session: write_work(session, work=work)):
            called_back.append(work.uid)
    except (AgreementMissing, UnknownPractice, IntegrityError) as error:
        # Refused for good: left in the way, it would keep everything behind it from being written.
        return item(why_refused(error), line.plain or b"")
    return None


def why_refused(error: Exception) -> Why:
    """Return what a person reads of work the records would not take."""
    return _WHY.get(type(error), Why.REFUSED)


def _is_out_of_order(lines: list[_Line]) -> bool:
    return any(line.place not in (None, place) for place, line in enumerate(lines))


def _decoded(plain: bytes) -> AnyWork | None:
    try:
        return decode(plain)
    except msgspec.DecodeError:
        return None


_WHY: Final[dict[type[Exception], Why]] = {
    AgreementMissing: Why.AGREEMENT,
    UnknownPractice: Why.PRACTICE,
}
