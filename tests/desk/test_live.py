"""Two desks on the same records: each sees what the other does, without asking."""

import pytest

from softphone import wire
from tests.desk.conftest import MakeRoom
from tests.desk.room import Room

OTHER = "+15155550199"


@pytest.fixture
def two(make_room: MakeRoom, room: Room) -> tuple[Room, Room]:
    return room, make_room(records=room.records).open()


def owes(room: Room, call: str = "c1") -> None:
    room.ring(call, number=OTHER)
    room.over(call, wire.EndCause.ABANDONED)


def whys(room: Room) -> list[str]:
    return [each.why for each in room.callbacks]


def test_a_caller_lost_at_one_desk_is_owed_a_call_back_at_the_other(two: tuple[Room, Room]) -> None:
    one, other = two
    owes(one)
    one.qtbot.waitUntil(lambda: len(other.callbacks) == 1, timeout=5_000)
    other.desk.callback_done(other.callbacks[0].row)
    one.qtbot.waitUntil(lambda: one.callbacks == (), timeout=5_000)


def test_two_desks_do_not_call_the_same_caller_back(two: tuple[Room, Room]) -> None:
    one, other = two
    owes(one)
    one.qtbot.waitUntil(lambda: len(other.callbacks) == 1, timeout=5_000)
    one.desk.call_back(one.callbacks[0].row)
    placed = one.engine.asked(wire.PlaceCall)[-1]
    assert isinstance(placed, wire.PlaceCall)
    one.engine.tell(wire.CallPlaced("o1", placed.request, placed.target, one.engine.now, 0.0))
    one.qtbot.waitUntil(lambda: whys(other) == ["Dana Whitfield is calling them"], timeout=5_000)
    other.desk.call_back(other.callbacks[0].row)
    assert not other.engine.asked(wire.PlaceCall)
    assert "is calling them" in other.notices[-1].title


def test_the_second_who_says_a_caller_was_called_is_told(two: tuple[Room, Room]) -> None:
    one, other = two
    owes(one)
    one.qtbot.waitUntil(lambda: len(other.callbacks) == 1, timeout=5_000)
    row = other.callbacks[0].row
    one.desk.callback_done(one.callbacks[0].row)
    one.rest()
    other.clock.forward(seconds=30)
    other.desk.callback_done(row)
    other.qtbot.waitUntil(
        lambda: any("was first" in each.title for each in other.notices), timeout=5_000
    )
