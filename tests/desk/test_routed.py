"""What the PBX decided of a call holds at the desk: in the pop, the greeting and the records."""

import pytest

from console.desk.views import LineState
from scripts.calltypes import CallType
from softphone.wire import Routing
from tests.desk.conftest import MakeRoom
from tests.desk.room import CALLER, LAKESHORE, MAPLE, RIVERSIDE, Room


def ring(room: Room, routing: Routing, to: str) -> None:
    """A call rings at 10:00 on a Tuesday, when Riverside is open and covered as primary."""
    room.engine.now = room.clock().timestamp()
    room.engine.offer("c1", number=CALLER, to=to, routing=routing)


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("overflow", "overflow coverage"),
        ("after_hours", "after-hours coverage"),
        ("", "primary coverage"),  # by the desk's own clock
        ("night_shift", "primary coverage"),  # no mode there is
    ],
)
def test_the_mode_is_the_pbxs(room: Room, mode: str, words: str) -> None:
    ring(room, Routing(RIVERSIDE, mode), room.number_of(RIVERSIDE))
    assert room.pop is not None
    assert words in room.pop.banner.detail
    assert room.pop.banner.open_label == "Open"  # which is the clock's
    room.look_up_done()
    room.rest()
    assert room.call_row()["mode"] == words.split(maxsplit=1)[0].replace("-", "_")


def test_the_mode_stays_to_the_end_of_the_record(make_room: MakeRoom) -> None:
    room = make_room().open()
    ring(room, Routing(RIVERSIDE, "overflow"), room.number_of(RIVERSIDE))
    room.up()
    room.rest()
    room.fill(CallType.REFILL, {"patient_name": "Ruth Olsen"})
    room.rest()
    room.close()  # as a window that is gone: the form is taken up by the next
    room = make_room(clock=room.clock).open()
    (form,) = room.unfinished
    room.desk.resume_form(form.draft)
    room.rest()
    room.desk.finish()
    room.qtbot.waitUntil(lambda: bool(room.saved))
    room.rest()
    assert room.call_row()["mode"] == "overflow"


def test_a_number_this_desk_does_not_know_yet_is_the_practice_the_pbx_names(room: Room) -> None:
    ring(room, Routing(MAPLE, "primary"), "+15155550777")
    assert room.pop is not None
    assert room.pop.banner.practice == "Maple Pediatrics"
    assert "primary coverage" in room.pop.banner.detail


@pytest.mark.parametrize("practice", ["", "of_another_pbx"])
def test_a_number_nobody_knows_is_on_no_file(room: Room, practice: str) -> None:
    ring(room, Routing(practice, "overflow"), "+15155550777")
    assert room.pop is not None
    assert room.pop.banner.practice == "Number not on file"
    assert room.cards[0].state is LineState.RINGING


def test_the_pop_says_which_of_several_numbers_was_dialled(room: Room) -> None:
    room.ring(to=LAKESHORE)
    assert room.pop is not None
    assert "dialled (231) 555-0140" in room.pop.banner.detail
