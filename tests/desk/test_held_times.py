"""Two desks on the same records, whose callers want the same time."""

import pytest

from console.desk.views import FieldKind, FieldView
from scripts.calltypes import CallType, Outcome
from tests.desk.conftest import MakeRoom
from tests.desk.room import Room

HELD = "select count(*) from holds where until is not null"


@pytest.fixture
def two(make_room: MakeRoom, room: Room) -> tuple[Room, Room]:
    return room, make_room(records=room.records).open()


def slot(room: Room) -> FieldView:
    assert room.form is not None
    return next(each for each in room.form.fields if each.kind is FieldKind.OPEN_TIME)


def to_the_times(room: Room) -> FieldView:
    """Go as far as the step that offers times; return its field, nothing chosen."""
    room.desk.choose_type(CallType.NEW_APPOINTMENT)
    for _ in range(40):
        form = room.form
        assert form is not None
        if any(each.kind is FieldKind.OPEN_TIME for each in form.fields):
            return slot(room)
        field = room._open_field(form, {})
        if field is None:
            room.desk.next_step()
        else:
            room.desk.set_answer(field.link_id, room._answer(field, {}))
    raise AssertionError("no times were offered")


def codes(room: Room) -> list[str]:
    return [option.code for option in slot(room).options if "|" in option.code]


def choose(room: Room, code: str) -> None:
    room.desk.set_answer(slot(room).link_id, code)
    room.rest()


def test_a_time_chosen_at_one_desk_is_soon_offered_at_no_other(two: tuple[Room, Room]) -> None:
    one, other = two
    one.take()
    other.take("c2", number="+15155550199")
    to_the_times(one)
    to_the_times(other)
    wanted = codes(one)[0]
    assert wanted in codes(other)
    choose(one, wanted)
    assert slot(one).value == wanted
    one.qtbot.waitUntil(lambda: wanted not in codes(other), timeout=10_000)
    assert wanted in codes(one)


def test_the_second_who_chooses_a_time_is_told_at_once_and_offered_others(
    two: tuple[Room, Room],
) -> None:
    one, other = two
    one.take()
    other.take("c2", number="+15155550199")
    to_the_times(one)
    to_the_times(other)
    wanted = codes(one)[0]
    one.desk.set_answer(slot(one).link_id, wanted)
    other.desk.set_answer(slot(other).link_id, wanted)
    one.rest()
    other.rest()
    (first, second) = (one, other) if slot(one).value else (other, one)
    assert slot(first).value == wanted
    assert slot(second).value == ""
    assert second.notices[-1].title == "That time has just been taken"
    assert wanted not in codes(second)
    assert one.rows(HELD) == [(1,)]


def test_another_choice_lets_go_of_the_first_and_no_choice_of_both(room: Room) -> None:
    room.take()
    to_the_times(room)
    for code in codes(room)[:2]:
        choose(room, code)
        assert room.rows(HELD) == [(1,)]
    room.desk.set_answer(slot(room).link_id, "")
    room.rest()
    assert room.rows(HELD) == [(0,)]


def test_a_booked_time_is_held_no_more_it_is_booked(room: Room) -> None:
    room.take()
    room.fill(CallType.NEW_APPOINTMENT)
    room.rest()
    assert room.rows(HELD) == [(1,)]
    assert room.finish().outcome is Outcome.BOOKED
    assert room.rows("select uid from holds") == [("booking 1",)]


def test_a_call_that_ends_as_something_else_lets_its_time_go(room: Room) -> None:
    room.take()
    to_the_times(room)
    choose(room, codes(room)[0])
    room.desk.end_as(Outcome.HANG_UP)
    room.qtbot.waitUntil(lambda: "c1" in room.saved, timeout=10_000)
    room.rest()
    assert room.rows(HELD) == [(0,)]


def test_a_desk_that_closes_holds_nothing(room: Room) -> None:
    room.take()
    to_the_times(room)
    choose(room, codes(room)[0])
    room.close()
    assert room.rows("select count(*) from holds") == [(0,)]


def test_a_form_nobody_finishes_holds_its_time_for_ten_minutes(
    make_room: MakeRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.desk.held_times.RENEW_MS", 50)
    room = make_room().open()
    room.take()
    to_the_times(room)
    choose(room, codes(room)[0])
    room.over()
    ((first,),) = room.rows("select until from holds")
    room.qtbot.waitUntil(lambda: room.rows("select until from holds") != [(first,)], timeout=10_000)
    room.clock.forward(minutes=11)
    room.qtbot.waitUntil(lambda: room.rows(HELD) == [(0,)], timeout=10_000)
