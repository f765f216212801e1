"""The records away, wrong, full, locked: what is said, and that no work is lost or kept twice."""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import update

from console.desk import ledger as ledger_module
from console.desk.ledger import Ledger
from console.store import sqlite
from console.store.errors import Away, RecordsAway, SpoolFailed
from console.store.hold_tables import HeldTime
from console.store.models import Booking, Callback, Draft, Message
from console.store.session import Records
from console.store.spool import Spool
from console.store.work import FinishedCall, NewBooking, OpenedCall, SavedDraft
from scripts.calltypes import CallType, Outcome
from softphone import wire
from tests.desk.conftest import MakeRoom
from tests.desk.room import MAPLE, Room
from tests.records_file import SECRETS, bare

EndCause = wire.EndCause


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock counts as away after 200 ms, so that tests need not wait 5 s."""
    plain = Records.open
    monkeypatch.setattr(
        Records,
        "open",
        classmethod(
            lambda cls, where, secrets: plain.__func__(cls, where, secrets=secrets, busy_ms=200)
        ),
    )


@contextmanager
def locked(records: Path) -> Iterator[None]:
    other = bare(records)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@contextmanager
def out_of_reach(monkeypatch: pytest.MonkeyPatch, reason: Away) -> Iterator[None]:
    """Have every write fail as the disk would."""

    def fail(*_: object) -> None:
        raise RecordsAway(reason)

    with monkeypatch.context() as patch:
        patch.setattr(Records, "write", fail)
        patch.setattr(Records, "probe", fail)
        yield


def trouble(room: Room) -> str:
    assert room.status is not None
    return room.status.trouble


def take_a_refill(room: Room, call: str = "c1") -> None:
    room.ring(call)
    room.up(call)
    room.rest()
    room.fill(CallType.REFILL, {"patient_name": "Ruth Olsen"})


def test_records_locked_in_a_call_keep_the_work_here_and_write_it_once_when_free(
    room: Room,
) -> None:
    with locked(room.records):
        take_a_refill(room)
        saved = room.finish()
        assert saved.rows is None
        assert "on this machine" in room.notices[-1].title
        assert "records are locked" in trouble(room)
        assert room.status is not None
        assert "kept on this machine" in room.status.saved
        room.over()
        assert room.cards == ()
    room.retry()
    assert trouble(room) == ""
    assert not room.spool.exists()
    assert room.stored(Message, "patient_name") == [("Ruth Olsen",)]
    assert room.rows("select outcome, ended_at is not null from calls") == [("message", 1)]
    room.retry()
    assert room.rows("select count(*) from messages") == [(1,)]


def test_a_lock_costs_a_call_one_wait_and_not_one_for_each_thing_to_write(room: Room) -> None:
    with locked(room.records):
        take_a_refill(room)
        room.rest()
        began = time.monotonic()
        for n in range(30):
            room.ring(f"x{n}", number=f"+151555502{n:02}")
            room.over(f"x{n}", EndCause.ABANDONED)
        room.rest()
        assert time.monotonic() - began < 5
        assert len(room.callbacks) == 30  # who is owed a call back is known all the same
    room.retry()
    assert room.rows("select count(*) from callbacks") == [(30,)]
    assert len(room.callbacks) == 30


def test_a_call_back_made_while_the_records_are_away_is_not_owed_again(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.ring("c1")
    room.over("c1", EndCause.ABANDONED)
    room.rest()
    with out_of_reach(monkeypatch, Away.UNREADABLE):
        room.ring("c2", number="+15155550143")
        room.over("c2", EndCause.ABANDONED)
        room.rest()
        assert len(room.callbacks) == 2
        for owed in room.callbacks:
            room.desk.callback_done(owed.row)
        room.rest()
        assert room.callbacks == ()
    room.retry()
    assert room.callbacks == ()
    assert room.rows("select status from callbacks") == [("done",), ("done",)]


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Away.FULL, "disk is full"),
        (Away.READ_ONLY, "cannot be written"),
        (Away.UNREADABLE, "cannot be read"),
    ],
)
def test_a_disk_that_fails_is_said_and_costs_nothing(
    room: Room, monkeypatch: pytest.MonkeyPatch, reason: Away, words: str
) -> None:
    with out_of_reach(monkeypatch, reason):
        take_a_refill(room)
        assert room.finish().rows is None
        assert words in trouble(room)
    room.retry()
    assert trouble(room) == ""
    assert room.rows("select count(*) from messages") == [(1,)]


def test_neither_records_nor_this_machine_leave_the_form_open(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_a_refill(room)

    def full(*_: object) -> None:
        raise SpoolFailed("No space left on device")

    with out_of_reach(monkeypatch, Away.FULL), monkeypatch.context() as patch:
        patch.setattr(Spool, "keep", full)
        room.desk.finish()
        room.qtbot.waitUntil(lambda: bool(room.notices), timeout=10_000)
        assert "could not be saved" in room.notices[-1].title
        assert "c1" not in room.saved
        assert room.form is not None
        assert room.form.can_finish
        room.ring("c2", number="+15155550143")
        room.over("c2", EndCause.ABANDONED)
        room.rest()
        assert [owed.number for owed in room.callbacks] == ["(515) 555-0143"]
    room.retry()
    assert room.finish().rows is not None
    room.rest()
    assert room.stored(Callback, "number") == [("+15155550143",)]
    assert trouble(room) == ""


def test_a_spool_that_cannot_be_read_stands_in_nobodys_way(make_room: MakeRoom) -> None:
    room = make_room()
    room.spool.mkdir()  # a folder in its place
    room.open()
    assert "cannot be read" in trouble(room)
    take_a_refill(room)
    assert room.finish().rows is not None


def test_what_the_records_refuse_for_good_is_set_aside_and_said(make_room: MakeRoom) -> None:
    room = make_room()
    spool = Spool(room.spool, SECRETS)
    spool.keep(OpenedCall(uid="old", offered_at=room.clock(), practice_id="closed_practice"))
    room.open()
    assert "1 item" in trouble(room)
    assert "frontdesk records aside" in trouble(room)
    room.retry()
    assert "1 item" in trouble(room)


def test_a_booking_kept_here_for_a_moment_still_gets_the_time_it_held(room: Room) -> None:
    room.take()
    room.fill(CallType.NEW_APPOINTMENT, {"patient_name": "Peter Novak"})
    room.rest()
    with locked(room.records):
        assert room.finish().rows is None
    assert room.rows("select uid from holds") == [("c1",)]
    room.retry()
    assert room.stored(Booking, "patient_name") == [("Peter Novak",)]
    assert room.rows("select uid from holds") == [("booking 1",)]


def test_a_booking_whose_time_went_meanwhile_becomes_an_urgent_message(room: Room) -> None:
    room.take()
    room.fill(CallType.NEW_APPOINTMENT, {"patient_name": "Peter Novak"})
    with locked(room.records):
        assert room.finish().rows is None
        assert "To be confirmed" in room.notices[-1].title
        assert "not confirmed yet" in room.notices[-1].text
    assert "Peter Novak" not in room.spool.read_text()
    waits = Spool(room.spool, SECRETS).waiting()
    finished = next(work for work in waits if isinstance(work, FinishedCall))
    assert isinstance(finished.booking, NewBooking)
    theirs = msgspec.structs.replace(finished.booking, patient_name="Another")
    twin = msgspec.structs.replace(finished, uid="twin", booking=theirs)
    records = Records.open(room.records, secrets=SECRETS)
    from console.store.spool import write_work

    # They are away for longer than a time is held.
    lapsed = room.clock() - timedelta(days=365)
    records.write(lambda session: session.execute(update(HeldTime).values(until=lapsed)))
    records.write(lambda session: write_work(session, work=twin))
    records.close()
    room.retry()
    assert room.stored(Booking, "patient_name") == [("Another",)]
    assert room.stored(Message, "patient_name", "priority") == [("Peter Novak", "urgent")]
    assert room.notices[-1].title == "1 booking could not be kept"
    room.retry()
    assert len([each for each in room.notices if "could not be kept" in each.title]) == 1


# --- at the start ------------------------------------------------------------------------------


def _another_programs(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("create table theirs (x)")
    database.close()


def _too_new(path: Path) -> None:
    Records.open(path, secrets=SECRETS).close()
    with closing(bare(path)) as database:
        database.execute("update alembic_version set version_num = '9999'")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: path.write_text("Dear diary"), "not Frontdesk's records"),
        (_another_programs, "not Frontdesk's records"),
        (_too_new, "newer Frontdesk"),
        (lambda path: path.mkdir(), "not Frontdesk's records"),
    ],
)
def test_wrong_records_at_the_start_are_said_and_calls_are_taken_all_the_same(
    make_room: MakeRoom, tmp_path: Path, spoil: object, words: str
) -> None:
    records = tmp_path / "elsewhere" / "records.sqlite"
    records.parent.mkdir()
    spoil(records)  # type: ignore[operator]
    room = make_room(records=records).open()
    assert words in trouble(room)
    take_a_refill(room)
    assert room.pop is not None
    assert room.finish().rows is None
    room.over()
    if records.is_dir():
        records.rmdir()
    else:
        records.unlink()
    room.retry()
    assert trouble(room) == ""
    assert room.stored(Message, "patient_name") == [("Ruth Olsen",)]


def test_a_missing_folder_is_named_and_mended_without_a_restart(
    make_room: MakeRoom, tmp_path: Path
) -> None:
    records = tmp_path / "on-the-server" / "records.sqlite"
    room = make_room(records=records).open()
    assert str(records.parent) in trouble(room)
    take_a_refill(room)
    room.finish()
    records.parent.mkdir()
    room.retry()
    assert trouble(room) == ""
    assert room.rows("select count(*) from messages") == [(1,)]


def test_records_locked_at_the_start_offer_the_unfinished_form_when_they_are_free(
    make_room: MakeRoom,
) -> None:
    before = make_room().open()
    before.take()
    before.desk.choose_type(CallType.REFILL)
    before.desk.set_answer("patient_name", "Ruth Olsen")
    before.rest()
    before.close()
    with locked(before.records):
        room = make_room().open()
        assert "locked" in trouble(room)
        assert room.unfinished == ()
        room.ring("c2", number="+15155550143")
        room.up("c2")
        assert room.pop is not None
    room.retry()
    assert [form.draft for form in room.unfinished] == ["c1"]


def test_work_kept_by_a_desk_before_is_written_by_the_next(make_room: MakeRoom) -> None:
    before = make_room().open()
    with locked(before.records):
        take_a_refill(before)
        before.finish()
        before.close()
        assert before.spool.exists()
    room = make_room().open()
    assert not room.spool.exists()
    assert room.stored(Message, "patient_name") == [("Ruth Olsen",)]


# --- the drafts --------------------------------------------------------------------------------


def test_the_newest_draft_is_written_however_the_threads_meet(room: Room) -> None:
    """Between the look whether one waits and the new one taking its place, the worker may take
    the old one away: the new one must not be left lying."""
    at = room.clock()
    written: list[object] = []
    for n in range(400):
        room.book.save_draft(_draft(n, at + timedelta(seconds=n)), written.append)
        if n % 7 == 0:
            room.rest()
    room.rest()
    assert room.stored(Draft, "record") == [({"n": 399},)]
    assert room.book._drafts == {}


def test_a_draft_that_comes_after_the_finish_is_not_brought_back(room: Room) -> None:
    room.take()
    room.desk.end_as(Outcome.SALES)
    room.rest()
    room.book.save_draft(_draft(1, room.clock(), uid="c1"), lambda _: None)
    room.rest()
    assert room.rows("select count(*) from drafts") == [(0,)]


def _draft(n: int, at: object, uid: str = "d1") -> SavedDraft:
    return SavedDraft(uid=uid, call_uid=uid, updated_at=at, record={"n": n})  # type: ignore[arg-type]


def test_a_bug_in_writing_leaves_the_form_and_is_not_hidden(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.take(to=MAPLE)
    room.fill(CallType.REFILL)

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch, room.qtbot.captureExceptions() as caught:
        patch.setattr(ledger_module, "finish_call", broken)
        room.desk.finish()
        room.rest()
    assert [kind for kind, *_ in caught] == [ZeroDivisionError]
    assert room.status is not None
    assert room.form is not None
    assert room.finish().rows is not None
    assert room.status.saved == "All work saved"


def test_everything_happens_on_one_thread_that_is_not_the_windows(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: set[str] = set()
    plain = Ledger.write

    def spy(self: Ledger, work: object) -> object:
        threads.add(threading.current_thread().name)
        return plain(self, work)  # type: ignore[arg-type]

    monkeypatch.setattr(Ledger, "write", spy)
    take_a_refill(room)
    room.over()
    room.rest()
    assert len(threads) == 1
    assert threading.current_thread().name not in threads


def test_the_files_are_for_this_account_only(room: Room) -> None:
    with locked(room.records):
        take_a_refill(room)
        room.finish()
        assert room.spool.stat().st_mode & 0o077 == 0
    assert room.records.stat().st_mode & 0o077 == 0
    assert os.access(room.records, os.W_OK)
    assert sqlite.APPLICATION_ID
