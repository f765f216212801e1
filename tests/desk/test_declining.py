"""A ringing caller turned away otherwise: busy, or to somebody else."""

import pytest

from console.desk.views import DeclineView
from softphone import wire
from tests.desk.conftest import MakeRoom
from tests.desk.room import RIVERSIDE, Room


@pytest.fixture
def offered(room: Room) -> list[DeclineView | None]:
    seen: list[DeclineView | None] = []
    room.desk.decline_changed.connect(seen.append)
    return seen


def test_the_caller_is_told_busy(room: Room, offered: list[DeclineView | None]) -> None:
    room.ring()
    room.desk.start_decline()
    view = offered[-1]
    assert view is not None
    assert (view.title, view.practice) == ("(515) 555-0142", "Riverside Family Medicine")
    room.desk.decline_busy()
    assert offered[-1] is None
    assert room.engine.sent[-1] == wire.Decline("c1", wire.DeclineHow.BUSY)
    room.over("c1", wire.EndCause.DECLINED)
    room.rest()
    assert [owed.number for owed in room.callbacks] == ["(515) 555-0142"], "told busy: call back"


def test_the_caller_is_sent_to_whom_the_practice_names(
    room: Room, offered: list[DeclineView | None]
) -> None:
    room.ring()
    room.desk.start_decline()
    view = offered[-1]
    assert view is not None
    room.desk.forward(view.choices[0].target)
    assert room.engine.sent[-1] == wire.Decline(
        "c1", wire.DeclineHow.FORWARD, view.choices[0].target
    )
    room.over("c1", wire.EndCause.DECLINED)
    room.rest()
    assert room.callbacks == (), "somebody else has the caller"


@pytest.mark.parametrize(("typed", "dialled"), [("5155550188", "+15155550188"), ("204", "204")])
def test_the_caller_is_sent_to_a_number(room: Room, typed: str, dialled: str) -> None:
    room.ring()
    room.desk.start_decline("c1")
    room.desk.forward(typed)
    sent = room.engine.sent[-1]
    assert isinstance(sent, wire.Decline)
    assert sent.target == dialled


@pytest.mark.parametrize("typed", ["911", "nobody"])
def test_a_slip_of_the_finger_sends_nobody_anywhere(
    room: Room, offered: list[DeclineView | None], typed: str
) -> None:
    room.ring()
    room.desk.start_decline()
    room.desk.forward(typed)
    assert offered[-1] is not None, "the choice stays open"
    assert room.engine.asked(wire.Decline) == []
    assert room.notices[-1].title == "No number to forward to"


def test_the_choice_goes_with_the_caller(room: Room, offered: list[DeclineView | None]) -> None:
    room.ring()
    room.desk.start_decline()
    room.over("c1", wire.EndCause.ABANDONED)
    assert offered[-1] is None
    room.desk.decline_busy()
    assert room.engine.asked(wire.Decline) == []


def test_the_choice_is_about_the_call_it_was_opened_for(room: Room) -> None:
    room.take()
    room.ring("c2", number="+15155550143")
    room.desk.start_decline()
    room.desk.decline_busy()
    assert room.engine.sent[-1] == wire.Decline("c2", wire.DeclineHow.BUSY)


def test_a_forward_the_engine_refuses_leaves_the_caller_ringing_and_owed(room: Room) -> None:
    room.ring()
    room.desk.start_decline()
    room.desk.forward("5155550188")
    room.engine.tell(wire.CommandRefused("decline", "c1", "There is no PBX to dial through."))
    assert room.card().can_answer
    room.over("c1", wire.EndCause.ABANDONED)
    room.rest()
    assert len(room.callbacks) == 1


def test_with_nobody_ringing_nothing_is_offered(
    make_room: MakeRoom, offered: list[DeclineView | None], room: Room
) -> None:
    room.take(to=RIVERSIDE)
    room.desk.start_decline()
    assert offered == []
