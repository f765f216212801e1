"""The records and this machine's own file, as one: the worker thread's side of the bookkeeping.

Whatever is to be written goes to the records; while they are away, into the file; where the file
will not take it either it stays in memory and is tried again. Once something waits, everything
goes into the file at once: nobody's work stands in a queue behind a lock that may never open.

Imported by that thread only, and late: the database's library takes longer to import than the
window may take to open.
"""

import hashlib
import platform
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import TypeVar

from sqlalchemy.orm import Session

from console.desk.earlier import earlier_items, repeat_of
from console.desk.kept import CallerFile, Overview, Saved, Standing, TimesTaken, TriedHold
from console.desk.looking_up import booked_times
from console.desk.on_record import deeds_of_a_pop, noted
from console.people.sealed import SealedPeople
from console.people.seat import Seat
from console.people.service import People
from console.store.aside import Aside
from console.store.bookings import bookings_for, busy_times
from console.store.calendars import times_read
from console.store.callbacks import CallbackRow, callback_done, callbacks
from console.store.drafts import DraftRow, drafts
from console.store.errors import (
    AgreementMissing,
    BookingGone,
    Conflict,
    RecordsError,
    SpoolFailed,
    TimeTaken,
    UnknownPractice,
)
from console.store.figures import service_level
from console.store.finishing import finish_call
from console.store.history import history, undelivered
from console.store.holds import hold_time, let_time_go
from console.store.live import Watch
from console.store.messages import pending_messages
from console.store.place import Place
from console.store.practices import PracticeFacts, upsert_practices
from console.store.presence import let_go, others, take_up
from console.store.recordings import RecordingRow, delete_recording, recordings
from console.store.secrets import PEOPLE, Secrets
from console.store.session import Records
from console.store.spool import Spool, write_work
from console.store.values import Consent
from console.store.versions import versioned
from console.store.work import (
    AnyWork,
    DoneCallback,
    FinishedCall,
    Noted,
    NotedDeed,
    OwedCallback,
    SavedDraft,
)
from scripts.openings import OpenTime
from scripts.practice import Practice

LOOK_AHEAD = timedelta(days=30)
_REFUSED = (TimeTaken, BookingGone, AgreementMissing, UnknownPractice)  # while the caller is there

T = TypeVar("T")


class Ledger:
    """Reads and writes; belongs to one thread."""

    def __init__(
        self,
        *,
        place: Place,
        secrets: Secrets,
        spool_path: Path,
        practices: Sequence[Practice],
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        """`changed` is called on a thread of its own when any desk has written something."""
        self._place = place
        self._secrets = secrets
        self._spool_path = spool_path
        self._practices = practices
        self._changed = changed
        self._desk = token_hex(8)  # this run's name to the others
        self._watch: Watch | None = None
        self._records: Records | None = None
        self._spool: Spool | None = None
        self._behind = True  # something may wait, or the records were last seen away
        self._shown: tuple[NotedDeed, ...] = ()  # to somebody, and not yet put on record
        self._unkept: list[AnyWork] = []  # what neither of the two would take
        self._trouble = ""
        sealed = SealedPeople(spool_path.parent / "people.sealed", self._sealing_key)
        seat = Seat(place, secrets)
        self.people = People(self._reachable, sealed, _desk_name(spool_path.parent), seat)

    # --- writing ---------------------------------------------------------------------------

    def catch_up(self) -> Standing:
        """Open the records if they are not, and write what waits for them."""
        try:
            records = self._open_records()
            records.probe()
            self._trouble = ""
            clashes = self._replay(records)
            self._write_unkept(records)
            self._behind = False
        except RecordsError as error:
            self._behind = True
            self._trouble = _sentence(error)
            return self._standing()
        return replace(self._standing(), clashes=clashes)

    def write(self, work: AnyWork) -> Standing:
        """Write a piece of work, or keep it. It is never lost and never raises what the world
        did: the standing says it."""
        if not self._behind:
            try:
                self._open_records().write(partial(_write_told, work=work))
            except Conflict as conflict:
                return replace(self._standing(), told=_who_was_first(conflict))
            except RecordsError as error:
                self._trouble = _sentence(error)
            else:
                return self._standing()
        return self._put_by(work)

    def do(self, work: AnyWork, now: Callable[[Session], T]) -> tuple[T | None, Standing]:
        """Write a piece of work by `now`, while somebody waits for what comes of it; None where it
        was kept instead, to be written when the records are back."""
        if not self._behind:
            try:
                return self._open_records().write(now), self._standing()
            except RecordsError as error:
                self._trouble = _sentence(error)
        return None, self._put_by(work)

    def finish(self, finished: FinishedCall) -> tuple[Saved, Standing]:
        """Write a finished call, or keep it. Raises `TimeTaken`, `BookingGone`, `AgreementMissing`
        and `UnknownPractice`, and `SpoolFailed` when nothing would take it."""
        if not self._behind:
            try:
                rows = self._open_records().write(lambda s: finish_call(s, finished=finished))
            except _REFUSED:
                raise
            except RecordsError as error:
                self._trouble = _sentence(error)
            else:
                return Saved(finished.outcome, rows), self._standing()
        self._keep(finished)
        return Saved(finished.outcome, None), self._standing()

    def take_over(self, practices: Sequence[Practice]) -> None:
        """Have the records know these practices as their versions in force describe them."""
        facts = [practice_facts(practice) for practice in practices]
        if facts:
            self._read_with(
                lambda records: records.write(
                    lambda session: upsert_practices(session, practices=facts)
                )
            )

    def change(self, work: Callable[[Session], T]) -> T:
        """Run one transaction that cannot wait for its answer. Raises `RecordsError`."""
        return self._open_records().write(work)

    def set_aside(self) -> Aside:
        """Return what this machine kept and the records refused. Raises `SpoolFailed`."""
        return self._open_spool().aside

    def close(self) -> None:
        """Let go of the records."""
        self.people.seat.leave()
        if self._watch is not None:
            self._watch.close()
        if self._records is not None:
            self._records.close()

    # --- who is at what --------------------------------------------------------------------

    def take_up(self, kind: str, row: str, person: str) -> None:
        """Tell the other desks that somebody here is at something. While the records are away
        there is nobody to tell."""
        now = datetime.now(UTC)
        self._read_with(
            lambda records: records.write(
                lambda s: take_up(s, kind=kind, row=row, desk=self._desk, person=person, now=now)
            )
        )

    def let_go(self, kind: str, row: str) -> None:
        """Tell them that it is over."""
        self._read_with(
            lambda records: records.write(lambda s: let_go(s, kind=kind, row=row, desk=self._desk))
        )

    # --- times held for callers; None while the records are away ----------------------------

    def hold_time(
        self,
        call: str,
        practice: str,
        time: OpenTime,
        after: datetime,
        *,
        own: Sequence[int] = (),
    ) -> TriedHold | None:
        """Hold a time for a call, or hold it on; tell whether it was got, and what is taken. `own`
        are the patient's bookings, whose events the practice may have moved."""
        now = datetime.now(UTC)  # a lease is of the real moment

        def hold(session: Session) -> None:
            hold_time(
                session,
                call=call,
                practice=practice,
                provider=time.provider_id,
                starts_at=time.start,
                ends_at=time.end,
                now=now,
            )

        def tried(records: Records) -> bool:
            try:
                records.write(hold)
            except TimeTaken:
                return False
            return True

        held = self._read_with(tried)
        taken = self.taken(practice, after, besides=call, own=own) if held is not None else None
        return None if held is None or taken is None else TriedHold(held, taken)

    def let_time_go(self, call: str) -> None:
        """Let go of what a call holds; while the records are away it runs out by itself."""
        self._read_with(lambda records: records.write(lambda s: let_time_go(s, call=call)))

    def taken(
        self, practice: str, after: datetime, *, besides: str, own: Sequence[int] = ()
    ) -> TimesTaken | None:
        """Find which times are booked, taken at the practice, or held for another call than this
        one."""
        return self.read(lambda session: _taken(session, practice, after, besides, own))

    # --- looking up; None while the records are away ---------------------------------------

    def caller_file(
        self, practice: Practice, number: str, now: datetime, call: str = ""
    ) -> CallerFile | None:
        """Find what the records know for a call; the time it holds itself is not taken."""

        def look(session: Session) -> CallerFile:
            if not number:
                taken = _taken(session, practice.id, now, call, ())
                return CallerFile(busy=taken.busy, read=taken.read)
            booked = bookings_for(session, practice=practice.id, number=number, after=now)
            taken = _taken(session, practice.id, now, call, [each.id for each in booked])
            earlier = history(session, practice=practice.id, number=number)
            kept = recordings(
                session, practice=practice.id, number=number, heard_only=True, limit=5
            )
            self._shown = deeds_of_a_pop(practice.id, (b.id for b in booked), earlier)
            return CallerFile(
                busy=taken.busy,
                read=taken.read,
                bookings=booked_times(booked),
                earlier=earlier_items(practice, earlier, kept),
                repeat=repeat_of(
                    practice, undelivered(session, practice=practice.id, number=number)
                ),
            )

        return self.read(look)

    def note_shown(self, person: str, at: datetime) -> Standing:
        """Put on record that somebody was shown what was last looked up."""
        shown, self._shown = self._shown, ()
        return self.write(noted(person, at, shown)) if shown else self._standing()

    def overview(self, since: datetime) -> Overview:
        """Count the calls since then, what is to be delivered and who is owed a call back; from
        what this machine has kept while the records are away."""

        def look(session: Session) -> Overview:
            return Overview(
                callbacks=callbacks(session),
                share=service_level(session, since=since).share,
                to_deliver=pending_messages(session),
                at_work=others(session, kind="callback", desk=self._desk, now=datetime.now(UTC)),
            )

        return self._with_kept(self.read(look))

    def drafts(self) -> tuple[DraftRow, ...] | None:
        """Find the forms a restart left unfinished."""
        return self.read(drafts)

    def recordings(self, limit: int) -> tuple[RecordingRow, ...] | None:
        """Find the newest recordings that can be heard."""
        return self.read(lambda session: recordings(session, heard_only=True, limit=limit))

    def delete_recording(self, recording: str, person: str, at: datetime) -> bool | None:
        """Destroy a recording's key."""
        return self._read_with(
            lambda records: records.write(
                lambda session: delete_recording(session, uid=recording, person=person, at=at)
            )
        )

    def consent(self, call: str) -> Consent | None:
        """Find what a call's caller last said about recording."""
        found = self.read(lambda session: recordings(session, call_uid=call, limit=1))
        return found[0].consent if found else None

    # --- within ----------------------------------------------------------------------------

    def _sealing_key(self) -> bytes | None:
        """Return the key that seals who may sign in here, None while the keyring gives none."""
        try:
            return self._secrets.key(PEOPLE)
        except RecordsError:
            return None

    def _reachable(self) -> Records | None:
        """Return the records, None while they are away: nobody waits for a sign-in behind a lock
        that may not open."""
        return None if self._behind else self._records

    def _open_records(self) -> Records:
        if self._records is None:
            records = Records.open(self._place, secrets=self._secrets)
            with records.session() as session:
                signed = versioned(
                    session
                )  # what was signed stands, whatever this desk's files say
            facts = [practice_facts(each) for each in self._practices if each.id not in signed]
            records.write(lambda session: upsert_practices(session, practices=facts))
            self._records = records
            self._watch = records.watch(self._changed)
        return self.people.seat.records or self._records

    def _open_spool(self) -> Spool:
        if self._spool is None:
            self._spool = Spool(self._spool_path, self._secrets)
        return self._spool

    def _replay(self, records: Records) -> int:
        """Write what waits in the file; return how many bookings became messages. A file that
        cannot be read stands in nobody's way: each piece of work can be written before its
        neighbours."""
        try:
            return len(self._open_spool().replay(records).called_back)
        except SpoolFailed:
            self._trouble = f"Work kept on this machine cannot be read: {self._spool_path}."
            return 0

    def _write_unkept(self, records: Records) -> None:
        while self._unkept:
            work = self._unkept[0]
            try:
                records.write(partial(write_work, work=work))
            except (AgreementMissing, UnknownPractice):
                self._open_spool().keep(work)  # which sets it aside, for a person to look at
            del self._unkept[0]

    def _put_by(self, work: AnyWork) -> Standing:
        """Keep work on this machine, or in memory where that fails."""
        try:
            self._keep(work)
        except SpoolFailed as error:
            self._trouble = _sentence(error)
            self._hold(work)
        return self._standing()

    def _keep(self, work: AnyWork) -> None:
        self._behind = True
        self._open_spool().keep(work)

    def _hold(self, work: AnyWork) -> None:
        if isinstance(work, SavedDraft):  # only the newest state of a form matters
            self._unkept = [held for held in self._unkept if held.uid != work.uid]
        self._unkept.append(work)

    def _standing(self) -> Standing:
        waiting = sum(not isinstance(work, Noted) for work in (*self._kept(), *self._unkept))
        return Standing(self._trouble, waiting, self._aside())

    def _kept(self) -> tuple[AnyWork, ...]:
        if self._behind and self._spool is not None:
            with suppress(SpoolFailed):
                return self._spool.waiting()
        return ()

    def _aside(self) -> int:
        return 0 if self._spool is None else self._spool.aside.count()

    def _with_kept(self, found: Overview | None) -> Overview:
        """Return what was found with the callbacks that still wait to be written."""
        owed: dict[str, CallbackRow] = {}
        done: set[str] = set()
        known = {row.uid: row for row in found.callbacks} if found else {}
        for work in (*self._kept(), *self._unkept):
            if isinstance(work, OwedCallback):
                owed[work.uid] = CallbackRow(
                    id=-len(owed) - 1,  # no row yet: unlike any the records give
                    uid=work.uid,
                    practice_id=work.practice_id,
                    number=work.number,
                    since=work.since,
                    why=work.why,
                )
            elif isinstance(work, DoneCallback):
                done.add(work.uid)
        rows = tuple(row for uid, row in {**owed, **known}.items() if uid not in done)
        if found is None:
            return Overview(callbacks=rows, away=True, done=frozenset(done))
        return replace(found, callbacks=tuple(sorted(rows, key=lambda row: row.since)))

    def read(self, look: Callable[[Session], T]) -> T | None:
        def with_session(records: Records) -> T:
            with records.session() as session:
                return look(session)

        return self._read_with(with_session)

    def read_as_signed_in(self, look: Callable[[Session], T]) -> T | None:
        """Look something up for who is signed in only to read; None while the records are away."""
        records = self.people.seat.reading(self._records)
        if records is None:
            return None
        try:
            with records.session() as session:
                return look(session)
        except RecordsError:
            return None

    def write_as_signed_in(self, work: Callable[[Session], T]) -> T | None:
        """Write what who is signed in only to read may; None while the records are away."""
        records = self.people.seat.reading(self._records)
        if records is None:
            return None
        try:
            return records.write(work)
        except RecordsError:
            return None

    def _read_with(self, look: Callable[[Records], T]) -> T | None:
        if self._records is None:
            return None  # `catch_up` opens them, and says why it cannot
        try:
            return look(self.people.seat.records or self._records)
        except RecordsError as error:
            self._trouble = _sentence(error)
            return None


def _taken(
    session: Session, practice: str, after: datetime, besides: str, own: Sequence[int]
) -> TimesTaken:
    until = after + LOOK_AHEAD
    busy = busy_times(
        session, practice=practice, after=after, until=until, besides=besides, own=own
    )
    return TimesTaken(
        tuple((each.provider, each.starts_at, each.ends_at) for each in busy),
        times_read(session, practice=practice),
    )


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


def open_ledger(
    place: Place,
    secrets: Secrets,
    spool_path: Path,
    practices: Sequence[Practice],
    changed: Callable[[], None] = lambda: None,
) -> Ledger:
    """Return the ledger, its folder made (for this account only) where there is none."""
    with suppress(OSError):  # a folder that cannot be made is told by the first write into it
        spool_path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Ledger(
        place=place,
        secrets=secrets,
        spool_path=spool_path,
        practices=practices,
        changed=changed,
    )


def _write_told(session: Session, work: AnyWork) -> None:
    """Write while somebody is there to be told of a conflict."""
    if isinstance(work, DoneCallback):
        callback_done(session, done=work)
    else:
        write_work(session, work=work)


def _who_was_first(conflict: Conflict) -> str:
    return f"{conflict.theirs['done_by'] or 'Somebody else'} had called them back already."


def _desk_name(folder: Path) -> str:
    """Return what tells this desk from others, also from one of another account on this machine."""
    digest = hashlib.sha256(str(folder.absolute()).encode()).hexdigest()
    return f"{platform.node()}-{digest[:8]}"


def _sentence(error: RecordsError) -> str:
    return f"{error.title}. {error.message}"
