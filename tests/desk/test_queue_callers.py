"""Callers who left the PBX's queue: owed a call back once, whoever tells of them."""

from datetime import timedelta
from pathlib import Path

import pytest

from console.floor.picture import Gone
from console.store.models import Call, Callback
from softphone.wire import EndCause
from tests.desk.conftest import MakeRoom
from tests.desk.fake_feed import FakeFeed
from tests.desk.room import CALLER, MAPLE, RIVERSIDE, Room
from tests.records_file import told


@pytest.fixture
def feed() -> FakeFeed:
    return FakeFeed()


@pytest.fixture
def desk(make_room: MakeRoom, feed: FakeFeed) -> Room:
    room = make_room(feed=feed).open()
    room.desk.queue_callers.spread_ms = 0
    return room


def left(room: Room, call: str = "1764.7", *, number: str = CALLER, wait: float = 41) -> Gone:
    return Gone(call, RIVERSIDE, number, wait, room.clock().timestamp())


def owed(room: Room) -> list[tuple[str, str]]:
    room.rest()
    return told(Path(room.records), Callback, "number", "why")


def test_who_gives_up_in_the_queue_is_owed_a_call_back_with_the_wait(
    desk: Room, feed: FakeFeed
) -> None:
    feed.abandoned.emit(left(desk))
    desk.qtbot.waitUntil(lambda: bool(desk.callbacks), timeout=5_000)
    (row,) = desk.callbacks
    assert (row.number, row.practice) == ("(515) 555-0142", "Riverside Family Medicine")
    assert row.why == "Hung up after 0:41"
    assert row.due_at == row.since + timedelta(minutes=15)
    assert (desk.clock() - row.since).total_seconds() == pytest.approx(41, abs=1)
    desk.rest()
    ((outcome, waited),) = told(Path(desk.records), Call, "outcome", "waited_s")
    assert (outcome, waited) == ("abandoned", pytest.approx(41, abs=1))


def test_who_asked_the_pbx_to_be_called_back_is(desk: Room, feed: FakeFeed) -> None:
    feed.wished.emit(left(desk, wait=300))
    desk.qtbot.waitUntil(lambda: bool(desk.callbacks), timeout=5_000)
    assert desk.callbacks[0].why == "No line was free"


def test_told_twice_or_by_the_desk_it_rang_at_they_are_owed_one(desk: Room, feed: FakeFeed) -> None:
    desk.ring("c1")
    desk.over("c1", EndCause.ABANDONED)
    desk.rest()
    feed.abandoned.emit(left(desk, "pbx-c1"))
    feed.abandoned.emit(left(desk, "pbx-c1"))
    feed.abandoned.emit(left(desk, "1764.9", number="+15155550199"))
    desk.qtbot.waitUntil(lambda: len(desk.callbacks) == 2, timeout=5_000)
    assert sorted(owed(desk)) == [(CALLER, "abandoned"), ("+15155550199", "abandoned")]


def test_without_a_number_they_are_on_record_and_nobody_to_call(desk: Room, feed: FakeFeed) -> None:
    feed.abandoned.emit(left(desk, number=""))
    desk.qtbot.waitUntil(
        lambda: told(Path(desk.records), Call, "pbx_call_id") == [("1764.7",)], timeout=5_000
    )
    assert owed(desk) == []


def test_a_desk_that_closes_writes_what_waits(desk: Room, feed: FakeFeed) -> None:
    desk.desk.queue_callers.spread_ms = 300
    feed.abandoned.emit(left(desk))
    desk.close()
    desk.qtbot.wait(500)  # nothing comes of the timer any more
    assert told(Path(desk.records), Callback, "number", "why") == [(CALLER, "abandoned")]


def test_who_calls_again_and_gets_through_is_owed_nothing(desk: Room, feed: FakeFeed) -> None:
    feed.abandoned.emit(left(desk))
    desk.qtbot.waitUntil(lambda: bool(desk.callbacks), timeout=5_000)
    desk.take("c2", to=MAPLE)
    desk.rest()
    assert desk.callbacks  # for another practice
    desk.over("c2")
    desk.take("c3", to=RIVERSIDE)
    desk.rest()
    assert desk.callbacks == ()


def statuses(room: Room) -> list[tuple[str, str]]:
    room.rest()
    return sorted(told(Path(room.records), Callback, "uid", "status"))


def test_who_got_through_before_it_was_written_is_owed_nothing(desk: Room, feed: FakeFeed) -> None:
    gone = left(desk)
    desk.clock.forward(seconds=2)
    desk.take("c2", to=RIVERSIDE)  # each desk waits some seconds before it writes
    desk.over("c2")
    desk.rest()
    feed.abandoned.emit(gone)
    desk.qtbot.waitUntil(lambda: statuses(desk) == [("queue-1764.7", "done")], timeout=5_000)
    assert desk.callbacks == ()


def test_of_several_calls_of_one_number_the_one_that_waited_longest_is_owed(
    desk: Room, feed: FakeFeed
) -> None:
    for call, wait, number in (
        ("1764.1", 4, CALLER),
        ("1764.2", 41, CALLER),
        ("1764.3", 9, CALLER),
        ("1764.4", 3, "+15155550199"),
    ):
        feed.abandoned.emit(left(desk, call, wait=wait, number=number))
        desk.qtbot.waitUntil(
            lambda call=call: (f"queue-{call}") in [uid for uid, _ in statuses(desk)]
        )
        desk.clock.forward(minutes=1)
    assert statuses(desk) == [
        ("queue-1764.1", "done"),
        ("queue-1764.2", "owed"),
        ("queue-1764.3", "done"),
        ("queue-1764.4", "owed"),
    ]
    desk.take("c2", to=RIVERSIDE)
    desk.rest()
    assert [row.number for row in desk.callbacks] == ["(515) 555-0199"]
