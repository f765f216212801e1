"""How long a caller was on hold, all together, is on record with the call."""

from softphone import wire
from tests.desk.room import Room
from tests.records_file import asked


def test_hold_is_added_up_to_the_end_of_the_call(room: Room) -> None:
    room.take("c1")
    start = room.clock().timestamp()
    room.engine.tell(wire.CallHeld("c1", start + 10))
    room.engine.tell(wire.CallResumed("c1", start + 40))
    room.engine.tell(wire.CallHeld("c1", start + 60))  # and hangs up there
    room.clock.forward(seconds=75)
    room.over("c1")
    room.rest()
    assert asked(room.records, "SELECT held_s FROM calls") == [(45.0,)]
