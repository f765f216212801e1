"""Calls answer themselves where the receptionist wants that, and only while one is there."""

from softphone import wire
from tests.desk.conftest import MakeRoom
from tests.desk.room import Room


def told(room: Room) -> list[tuple[bool, float]]:
    return [(c.on, c.after_s) for c in room.engine.asked(wire.SetAutoAnswer)]  # type: ignore[attr-defined]


def test_no_call_answers_itself_unless_asked_for(make_room: MakeRoom) -> None:
    room = make_room()
    room.desk.start()
    room.engine.welcome()
    room.engine.passes()
    assert told(room) == []


def test_it_follows_ready_and_the_lock_and_a_new_engine(make_room: MakeRoom) -> None:
    room = make_room(auto_answer_s=2.0)
    room.desk.start()
    room.engine.welcome()
    assert told(room) == [(True, 2.0)]
    room.engine.passes()
    room.rest()
    room.desk.set_ready(False)
    assert told(room)[-1] == (False, 2.0)
    room.desk.set_ready(True)
    assert told(room)[-1] == (True, 2.0)
    room.desk.lock()
    assert told(room)[-1] == (False, 2.0)
    assert len(told(room)) == 4
    room.engine.die()
    room.engine.welcome()
    assert len(told(room)) == 4, "the new one answers nothing by itself, and the desk is locked"


def test_a_call_that_answers_itself_is_a_call_like_any_other(make_room: MakeRoom) -> None:
    room = make_room(auto_answer_s=0.0).open()
    room.ring()
    room.engine.tell(wire.AutoAnswered("c1"))
    room.engine.answered("c1")
    assert room.card().can_hang_up
    assert room.pop is not None
    assert room.pop.call == "c1"
