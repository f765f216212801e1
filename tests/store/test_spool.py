import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy.orm import Session

from console.store.aside import Why, item
from console.store.callbacks import callbacks
from console.store.drafts import drafts
from console.store.errors import Away, RecordsAway, SpoolFailed
from console.store.finishing import finish_call, rows_of
from console.store.secrets import Handed
from console.store.session import Records
from console.store.spool import Replayed, Spool
from console.store.values import CallbackReason
from console.store.work import (
    AnsweredCall,
    AnyWork,
    Cancellation,
    ClosedCall,
    DoneCallback,
    DroppedDraft,
    OpenedCall,
    OwedCallback,
    Reschedule,
    SavedDraft,
    decode,
    encode,
)
from scripts.calltypes import Outcome
from softphone.wire import EndCause
from tests.records_file import SECRETS
from tests.store.builders import (
    CAME,
    NUMBER,
    SLOT,
    finished_call,
    new_booking,
    new_escalation,
    new_message,
)
from tests.store.conftest import Bare, Base, Count

HOUR = timedelta(hours=1)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool.jsonl", SECRETS)


def everything() -> list[AnyWork]:
    """One of each kind of work, with every kind of result."""
    move = Reschedule(booking_id=1, starts_at=SLOT + HOUR, ends_at=SLOT + 2 * HOUR)
    return [
        OpenedCall(uid="a", offered_at=CAME, caller_number=NUMBER, practice_id="riverside"),
        AnsweredCall(uid="a", at=CAME, agent="Dana"),
        ClosedCall(uid="a", at=CAME + HOUR, cause=EndCause.CALLER),
        SavedDraft(uid="da", call_uid="a", updated_at=CAME, record={"step": 1}),
        finished_call("a", booking=new_booking()),
        finished_call("b", booking=move),
        finished_call("c", booking=Cancellation(booking_id=2)),
        finished_call("d", message=new_message()),
        finished_call("e", escalation=new_escalation()),
        OwedCallback(uid="f", since=CAME, why=CallbackReason.LOST, number=NUMBER),
        OwedCallback(uid="g", since=CAME, why=CallbackReason.ABANDONED, call_uid="h"),
        DoneCallback(uid="f", at=CAME + HOUR),
        SavedDraft(uid="di", call_uid="i", updated_at=CAME, record={"step": 2}),
        SavedDraft(uid="dj", call_uid="j", updated_at=CAME, record={}),
        DroppedDraft(uid="dj"),
    ]


def test_every_kind_of_work_comes_back_as_it_went() -> None:
    for work in everything():
        assert decode(encode(work)) == work
        assert b"\n" not in encode(work)


def test_work_waits_over_a_restart_and_is_written_once_in_order(
    records: Records, spool: Spool, count: Count
) -> None:
    for work in everything():
        spool.keep(work)
    later = Spool(spool.path, SECRETS)
    assert later.waiting() == tuple(everything())
    assert later.replay(records) == Replayed(written=15)
    assert not spool.path.exists()
    assert later.replay(records) == Replayed()
    assert [count(t) for t in ("calls", "bookings", "messages", "escalations")] == [6, 2, 1, 1]
    with records.session() as session:
        assert [row.uid for row in callbacks(session)] == ["g"]
        assert [row.uid for row in drafts(session)] == ["di"]


def test_written_again_it_leaves_the_same_rows(records: Records, spool: Spool, other: Bare) -> None:
    for work in everything():
        spool.keep(work)
    content = spool.path.read_bytes()
    spool.replay(records)
    before = other.dump()
    spool.path.write_bytes(content)
    spool.replay(records)
    assert other.dump() == before


def test_the_file_stays_whole_while_the_records_are_away(
    base: Base, spool: Spool, other: Bare, count: Count
) -> None:
    impatient = base.open(busy_ms=50)
    spool.keep(finished_call("a"))
    content = spool.path.read_bytes()
    other.hold()
    with pytest.raises(RecordsAway):
        spool.replay(impatient)
    assert spool.path.read_bytes() == content
    other.let_go()
    assert spool.replay(impatient) == Replayed(written=1)
    impatient.close()
    assert count("calls") == 1


def test_a_booking_whose_time_was_taken_meanwhile_becomes_a_message_and_blocks_nothing(
    records: Records, spool: Spool
) -> None:
    records.write(lambda s: finish_call(s, finished=finished_call(booking=new_booking())))
    spool.keep(finished_call("late", booking=new_booking(patient_name="Bo Example")))
    spool.keep(finished_call("next"))
    assert spool.replay(records) == Replayed(written=2, called_back=("late",))
    with records.session() as session:
        late, following = (rows_of(session, uid=uid) for uid in ("late", "next"))
    assert late is not None
    assert late.message_id is not None
    assert following is not None


def whys(spool: Spool) -> list[tuple[Why, str]]:
    return [(each.why, each.work.uid if each.work else "") for each in spool.aside.items()]


@pytest.mark.parametrize("left", [1, 20, 200])
def test_a_torn_last_line_is_set_aside_and_the_rest_is_written(
    records: Records, spool: Spool, left: int
) -> None:
    spool.keep(finished_call("a"))
    whole = spool.path.stat().st_size
    spool.keep(finished_call("b"))
    os.truncate(spool.path, whole + left)
    again = Spool(spool.path, SECRETS)
    assert again.torn == left
    assert whys(again) == [(Why.TORN, "")]
    again.keep(finished_call("c"))
    assert [work.uid for work in again.waiting()] == ["a", "c"]
    assert again.replay(records) == Replayed(written=2)
    assert len(whys(again)) == 1


@pytest.mark.parametrize("left", [0, 5, 30])
def test_a_file_torn_in_its_first_line_begins_anew(
    records: Records, spool: Spool, left: int
) -> None:
    spool.keep(finished_call("a"))
    os.truncate(spool.path, left)
    again = Spool(spool.path, SECRETS)
    again.keep(finished_call("b"))
    assert Spool(spool.path, SECRETS).replay(records) == Replayed(written=1)
    assert not spool.path.exists()


def test_a_last_line_that_only_misses_its_end_is_whole(spool: Spool) -> None:
    spool.keep(finished_call("a"))
    os.truncate(spool.path, spool.path.stat().st_size - 1)
    again = Spool(spool.path, SECRETS)
    again.keep(finished_call("b"))
    assert again.torn == 0
    assert [work.uid for work in again.waiting()] == ["a", "b"]


def test_what_the_records_refuse_is_set_aside_and_blocks_nothing(
    records: Records, spool: Spool
) -> None:
    no_agreement = finished_call("a", practice_id="lakeshore")
    unknown = finished_call("b", practice_id="nowhere", answers=())
    for work in (no_agreement, unknown, finished_call("c")):
        spool.keep(work)
    assert spool.replay(records) == Replayed(written=1, aside=2)
    assert not spool.path.exists()
    assert whys(spool) == [(Why.AGREEMENT, "a"), (Why.PRACTICE, "b")]
    assert spool.aside.count() == 2


def test_nothing_that_waits_or_is_set_aside_can_be_read_without_the_key(
    records: Records, spool: Spool
) -> None:
    spool.keep(finished_call("a", practice_id="lakeshore", message=new_message()))
    assert b"Ann" not in spool.path.read_bytes()
    assert b"Lisinopril" not in spool.path.read_bytes()
    spool.replay(records)
    assert b"Ann" not in spool.aside.path.read_bytes()
    stranger = Spool(spool.path, Handed(b"somebody else's"))
    assert [each.why for each in stranger.aside.items()] == [Why.UNREADABLE]


def changed(lines: list[bytes]) -> list[bytes]:
    middle = bytearray(lines[2])
    middle[20] = ord("A") if middle[20] != ord("A") else ord("B")
    return [*lines[:2], bytes(middle), *lines[3:]]


@pytest.mark.parametrize(
    ("tamper", "written", "why"),
    [
        (changed, ["a", "c"], {Why.UNREADABLE}),
        (lambda lines: [lines[0], lines[2], lines[1], lines[3]], ["b", "a", "c"], {Why.MISSING}),
        (lambda lines: [lines[0], lines[2], lines[3]], ["b", "c"], {Why.MISSING}),
        (lambda lines: [*lines, lines[1]], ["a", "b", "c", "a"], {Why.MISSING}),
    ],
)
def test_a_file_that_was_tampered_with_shows_it_and_loses_nothing_whole(
    records: Records, spool: Spool, tamper: Any, written: list[str], why: set[Why]
) -> None:
    for uid in "abc":
        spool.keep(finished_call(uid))
    lines = spool.path.read_bytes().splitlines(keepends=True)
    spool.path.write_bytes(b"".join(tamper(lines)))
    again = Spool(spool.path, SECRETS)
    assert [work.uid for work in again.waiting()] == written
    again.replay(records)
    assert {found for found, _ in whys(again)} == why


def test_a_line_of_another_file_does_not_fit_in(spool: Spool, tmp_path: Path) -> None:
    other = Spool(tmp_path / "other.jsonl", SECRETS)
    spool.keep(finished_call("a"))
    other.keep(finished_call("b"))
    with spool.path.open("ab") as file:
        file.write(other.path.read_bytes().splitlines(keepends=True)[1])
    assert [work.uid for work in Spool(spool.path, SECRETS).waiting()] == ["a"]


def test_work_that_0_1_kept_in_the_clear_is_sealed_and_written(
    records: Records, spool: Spool
) -> None:
    kept = [encode(finished_call(uid, message=new_message())) for uid in "ab"]
    spool.path.write_bytes(b"\n".join([*kept, kept[0][:50]]))
    spool.aside.path.write_bytes(encode(finished_call("old")) + b"\n")
    again = Spool(spool.path, SECRETS)
    assert b"Lisinopril" not in spool.path.read_bytes()
    assert [work.uid for work in again.waiting()] == ["a", "b"]
    assert whys(again) == [(Why.REFUSED, "old"), (Why.TORN, "")]
    assert b"Ann" not in spool.aside.path.read_bytes()
    assert again.replay(records) == Replayed(written=2)


def test_two_processes_keep_in_one_file(spool: Spool) -> None:
    other = Spool(spool.path, SECRETS)
    for number in range(6):
        (spool, other)[number % 2].keep(finished_call(f"k{number}"))
    fresh = Spool(spool.path, SECRETS)
    assert [work.uid for work in fresh.waiting()] == [f"k{number}" for number in range(6)]


def test_a_closed_keyring_keeps_nothing_and_says_so(tmp_path: Path) -> None:
    class Closed(Handed):
        def key(self, name: str, *, make: bool = True) -> bytes:
            raise RecordsAway(Away.KEYRING)

    with pytest.raises(SpoolFailed, match="keyring is closed"):
        Spool(tmp_path / "spool.jsonl", Closed(b"")).keep(finished_call("a"))


def test_what_was_set_aside_is_handed_over_or_let_go(spool: Spool) -> None:
    first, second = item(Why.REFUSED, b"{}"), item(Why.TORN, b"x")
    spool.aside.add((first, second))
    spool.aside.change((msgspec.structs.replace(first, handed_to="Sam Reyes"),))
    assert spool.aside.count() == 1
    assert [each.handed_to for each in spool.aside.items()] == ["Sam Reyes", ""]
    spool.aside.change((), gone=[first.id, second.id])
    assert spool.aside.items() == ()
    assert not spool.aside.path.exists()


def test_work_kept_during_a_replay_is_written_by_it(
    records: Records, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = records.write
    more = [finished_call("b"), finished_call("c")]

    def interrupted(work: Callable[[Session], bool]) -> bool:
        if more:
            spool.keep(more.pop())
        return write(work)

    monkeypatch.setattr(records, "write", interrupted)
    spool.keep(finished_call("a"))
    assert spool.replay(records) == Replayed(written=3)
    assert not spool.path.exists()


@contextmanager
def files_no_longer_than(size: int) -> Iterator[None]:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.skipif(sys.platform == "win32", reason="files cannot be limited")
def test_a_full_disk_is_told_and_spoils_nothing_kept_before(spool: Spool) -> None:
    spool.keep(finished_call("a"))
    size = spool.path.stat().st_size
    big = finished_call("b", message=new_message(reason="x" * 10_000))
    with files_no_longer_than(size + 1000), pytest.raises(SpoolFailed) as failed:
        spool.keep(big)
    assert failed.value.title == "This work could not be saved"
    assert "Leave the form open" in failed.value.mend
    assert spool.path.stat().st_size == size
    spool.keep(big)
    assert [work.uid for work in spool.waiting()] == ["a", "b"]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SpoolFailed):
        Spool(tmp_path / "nowhere" / "spool.jsonl", SECRETS).keep(finished_call())


@pytest.mark.skipif(sys.platform == "win32", reason="no such modes")
def test_the_file_is_this_account_s_only(spool: Spool) -> None:
    spool.keep(finished_call(outcome=Outcome.SALES))
    assert spool.path.stat().st_mode & 0o777 == 0o600
