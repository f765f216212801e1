"""The lock: it hides the screen, and never stands between a receptionist and a caller."""

from datetime import timedelta

from softphone import wire
from tests.desk.conftest import MakeRoom
from tests.desk.room import Room


def locked(room: Room) -> bool:
    assert room.status is not None
    return room.status.locked


def test_whoever_has_no_account_chooses_a_pin_for_this_run(make_room: MakeRoom) -> None:
    room = make_room().open()
    room.desk.lock()
    assert locked(room)
    assert room.status is not None
    assert room.status.lock_needs_pin
    room.desk.choose_pin("123")
    assert room.notices[-1].title == "Too short"
    assert locked(room)
    room.desk.choose_pin("2468")
    room.rest()
    assert not locked(room)
    room.desk.lock()
    assert not room.status.lock_needs_pin
    room.desk.choose_pin("1111")  # whoever walks by may not choose another
    room.rest()
    assert locked(room)
    room.desk.unlock("2468")
    room.rest()
    assert not locked(room)


def test_a_desk_nobody_touches_locks_itself_and_no_call_notices(make_room: MakeRoom) -> None:
    room = make_room(lock_after=timedelta(minutes=5)).open()
    session = room.desk.people.session
    room.take()
    room.engine.sent.clear()
    room.clock.forward(minutes=4)
    session.look()
    room.desk.people.seen()
    room.clock.forward(minutes=4, seconds=59)
    session.look()
    assert not locked(room)
    room.clock.forward(seconds=1)
    session.look()
    assert locked(room)
    assert room.engine.sent == []
    assert room.card().can_hang_up
    assert room.pop is not None
    assert room.pop.say


def test_wrong_pins_make_the_next_try_wait_longer(room: Room) -> None:
    room.desk.lock()
    room.desk.choose_pin("2468")
    room.rest()
    room.desk.lock()
    for _ in range(3):
        room.desk.unlock("0000")
        room.rest()
        assert room.notices[-1].title == "That opens nothing"
    room.desk.unlock("2468")
    room.rest()
    assert room.notices[-1].title == "Too many wrong tries"
    assert locked(room)
    room.clock.forward(seconds=3)
    room.desk.unlock("0000")
    room.rest()
    room.clock.forward(seconds=3)  # enough after three, not after four
    room.desk.unlock("2468")
    room.rest()
    assert locked(room)
    room.clock.forward(seconds=3)
    room.desk.unlock("2468")
    room.rest()
    assert not locked(room)


def test_many_tries_at_once_count_as_one_at_a_time(room: Room) -> None:
    room.desk.lock()
    room.desk.choose_pin("2468")
    room.rest()
    room.desk.lock()
    for guess in range(2460, 2470):
        room.desk.unlock(str(guess))
    room.rest()
    assert locked(room)
    assert len(room.notices) == 1


def test_calls_are_answered_and_ended_on_a_locked_desk(room: Room) -> None:
    room.desk.lock()
    room.ring()
    assert room.pop is not None
    room.up()
    room.desk.read_911()
    assert "911" in room.pop.say
    room.desk.hold_or_resume()
    room.desk.hang_up()
    assert [type(command) for command in room.engine.sent] == [
        wire.Answer,
        wire.Hold,
        wire.HangUp,
    ]


def test_a_pin_is_no_reason_to_wait_for_a_pop(room: Room) -> None:
    room.desk.lock()
    room.desk.choose_pin("2468")  # hashing takes tens of milliseconds, elsewhere
    room.told.clear()
    room.ring()
    assert room.told[0] == "pop"
    room.rest()
