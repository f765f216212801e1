"""A caller who calls again before anything was delivered, and callers of other practices."""

from sqlalchemy import text

from scripts.calltypes import CallType
from softphone import wire
from tests.desk.room import LAKESHORE, Room


def leave_a_message(room: Room, call: str) -> None:
    room.take(call)
    room.fill(CallType.REFILL, {"patient_name": "Ruth Olsen"})
    room.finish(call)
    room.over(call, wire.EndCause.CALLER)


def test_a_caller_who_calls_again_before_it_was_delivered_is_raised(room: Room) -> None:
    leave_a_message(room, "c1")
    room.clock.forward(minutes=20)
    room.take("c2")
    assert room.pop is not None
    assert room.pop.repeat is not None
    assert room.pop.repeat.title == "Repeat caller: nothing delivered yet"
    assert room.pop.repeat.text.startswith("1 message from this caller, since 24 Nov 10:0")
    assert "Ruth" not in room.pop.repeat.text


def test_once_it_is_delivered_nothing_is_raised(room: Room) -> None:
    leave_a_message(room, "c1")
    records = room.book._ledger()._open_records()
    records.write(lambda s: s.execute(text("UPDATE messages SET status = 'delivered'")))
    room.take("c2")
    assert room.pop is not None
    assert room.pop.repeat is None
    assert room.pop.earlier


def test_another_practice_is_not_told_of_it(room: Room) -> None:
    leave_a_message(room, "c1")
    room.take("c2", to=LAKESHORE)
    assert room.pop is not None
    assert room.pop.repeat is None
    assert room.pop.earlier == ()
