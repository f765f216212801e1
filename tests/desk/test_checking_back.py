"""911 refused: asked after every minute while they are on the line, and on record."""

from datetime import timedelta

from console.desk.checking_back import EVERY
from console.desk.views import CheckBackView, Light
from scripts.calltypes import CallType
from softphone import wire
from tests.desk.room import MAPLE, Room


def refuses(room: Room) -> None:
    room.take(to=MAPLE)
    room.desk.read_911()
    room.desk.set_answer("refused_911", "yes")
    look(room)


def look(room: Room, seconds: float = 0) -> None:
    """Let so much time pass, and the desk's own clock strike."""
    room.clock.forward(seconds=seconds)
    room.desk._checking_back.look()


def check(room: Room) -> CheckBackView | None:
    assert room.pop is not None
    return room.pop.check_back


def told(room: Room) -> int:
    return sum(notice.title == "Check back with the caller now" for notice in room.notices)


def test_the_minute_runs_and_is_told_when_it_is_over(room: Room) -> None:
    refuses(room)
    shown = check(room)
    assert shown is not None
    assert shown.due_at == room.clock.now + EVERY
    assert "dial 911" in shown.say
    look(room, 59)
    assert told(room) == 0
    look(room, 1)
    look(room, 1)
    assert told(room) == 1
    assert room.notices[-1].light is Light.BAD
    look(room, 60)
    assert told(room) == 2
    assert "61 seconds ago" in room.notices[-1].text
    room.desk.checked_back()
    shown = check(room)
    assert shown is not None
    assert (shown.due_at, shown.done) == (room.clock.now + EVERY, 1)


def test_every_check_is_on_record_also_those_before_the_escalation_was(room: Room) -> None:
    refuses(room)
    began = room.clock.now
    for _ in range(2):
        look(room, 60)
        room.desk.checked_back()
    room.fill(CallType.URGENT)
    room.finish()
    look(room, 30)
    room.desk.checked_back()
    room.rest()
    kept = room.rows("SELECT what, by, at FROM timeline WHERE what = 'checked_back' ORDER BY id")
    assert [row[:2] for row in kept] == [("checked_back", "Dana Whitfield")] * 3
    ats = [str(row[2])[:19] for row in kept]
    assert ats == [f"{began + timedelta(seconds=s):%Y-%m-%d %H:%M:%S}" for s in (60, 120, 150)]


def test_a_check_before_f9_is_in_the_time_line_once_it_is_begun(room: Room) -> None:
    refuses(room)
    look(room, 60)
    room.desk.checked_back()
    room.desk.escalate()
    room.desk.escalate()
    room.qtbot.waitUntil(lambda: bool(room.engine.asked(wire.StartConsult)), timeout=10_000)
    room.rest()
    assert ("checked_back",) in room.rows("SELECT what FROM timeline")


def test_who_will_call_911_after_all_is_not_asked_again(room: Room) -> None:
    refuses(room)
    room.desk.read_911()
    look(room)
    assert check(room) is None
    look(room, 120)
    assert told(room) == 0
    room.desk.checked_back()
    assert check(room) is None


def test_it_ends_with_the_call(room: Room) -> None:
    refuses(room)
    room.over()
    look(room, 120)
    assert check(room) is None
    assert told(room) == 0


def test_another_kind_of_call_is_never_asked(room: Room) -> None:
    room.take(to=MAPLE)
    room.desk.choose_type(CallType.URGENT)
    look(room, 120)
    assert check(room) is None
