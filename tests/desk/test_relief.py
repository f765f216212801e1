"""The call window's panel says who is on call, from what, until when, who is next, and whether
somebody has confirmed it."""

from scripts.calltypes import CallType
from tests.desk.room import RIVERSIDE, Room


def test_the_panel_says_until_when_whoever_comes_next(room: Room) -> None:
    room.take(to=RIVERSIDE)
    room.rest()
    assert room.pop is not None
    on_call = room.pop.on_call
    assert on_call is not None
    assert on_call.name == "Dr. Ifeoma Okafor"
    # the rota changes at 17:00, and still says Okafor first
    assert on_call.until == "On call until Thu 00:00 · weekly rota · say “oh-KAH-for”"
    assert on_call.then == (
        "Then Dr. Luis Ortega after 15 min without an answer\n"
        "Next Dr. Luis Ortega · Not confirmed yet"
    )


def test_a_confirmation_and_a_hand_over_during_the_call_are_told(room: Room) -> None:
    room.take(to=RIVERSIDE)
    room.rest()
    assert room.desk.rota_changes.confirm(RIVERSIDE)
    room.rest()
    assert room.pop is not None
    assert room.pop.on_call is not None
    assert room.pop.on_call.then.endswith("Confirmed 10:00 by Dana Whitfield")
    room.clock.forward(hours=39)  # past Thursday's midnight
    room.desk.choose_type(CallType.QUESTION)
    room.rest()
    assert room.pop.on_call is not None
    assert room.pop.on_call.name == "Dr. Luis Ortega"
    assert room.pop.on_call.until.startswith("On call until Sat 00:00")
