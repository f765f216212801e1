"""A caller who is owed a call is called, under the practice's own number and onto its form."""

import pytest

from console.desk.views import DeskState, Light, LineState
from scripts.calltypes import CallType, Outcome
from softphone import wire
from tests.desk.conftest import MakeRoom
from tests.desk.room import CALLER, MAPLE, Room


@pytest.fixture
def owing(make_room: MakeRoom) -> Room:
    """A desk that owes one caller of Maple Pediatrics a call."""
    room = make_room(registration=wire.Registration.REGISTERED).open()
    room.ring("c1", to=MAPLE)
    room.over("c1", wire.EndCause.ABANDONED)
    room.rest()
    assert len(room.callbacks) == 1
    return room


def dial(room: Room) -> wire.PlaceCall:
    room.desk.call_back(room.callbacks[0].row)
    placed = room.engine.asked(wire.PlaceCall)[-1]
    assert isinstance(placed, wire.PlaceCall)
    room.engine.now = room.clock().timestamp()
    room.engine.tell(wire.CallPlaced("o1", placed.request, placed.target, room.engine.now, 0.0))
    return placed


def end(room: Room, cause: wire.EndCause, reason: str = "") -> None:
    room.engine.tell(wire.CallEnded("o1", cause, 486, room.clock().timestamp(), reason))
    room.rest()


def test_the_practices_own_number_calls_and_its_pop_is_there(owing: Room) -> None:
    placed = dial(owing)
    assert placed.target == CALLER
    assert placed.caller_number == owing.number_of(MAPLE)
    assert owing.card("o1").state is LineState.DIALLING
    assert owing.card("o1").can_hang_up
    assert owing.pop is not None
    assert owing.pop.banner.practice == "Maple Pediatrics"
    assert "Dana calling for Maple Pediatrics" in owing.pop.say
    assert owing.status is not None
    assert owing.status.state is DeskState.ON_CALL


def test_a_finished_form_is_a_call_back_done(owing: Room) -> None:
    dial(owing)
    owing.engine.tell(wire.CallAlerting("o1", 180, 0.0))
    owing.engine.answered("o1")
    owing.look_up_done()
    owing.rest()
    assert len(owing.callbacks) == 1, "that somebody answers is not enough"
    owing.fill(CallType.QUESTION)
    owing.finish("o1")
    assert owing.callbacks == ()
    row = owing.call_row("o1")
    assert (row["direction"], row["practice_id"]) == ("outgoing", MAPLE)


def test_an_ending_without_a_form_does_too(owing: Room) -> None:
    dial(owing)
    owing.engine.answered("o1")
    end(owing, wire.EndCause.CALLER)
    assert owing.card("o1").state is LineState.WRAP_UP
    owing.desk.end_as(Outcome.WRONG_NUMBER)
    owing.rest()
    assert owing.callbacks == ()


@pytest.mark.parametrize("cause", [wire.EndCause.REFUSED, wire.EndCause.UNANSWERED,
                                   wire.EndCause.DESK, wire.EndCause.LOST])  # fmt: skip
def test_a_caller_who_is_not_reached_stays_owed(owing: Room, cause: wire.EndCause) -> None:
    dial(owing)
    end(owing, cause, "The line is busy.")
    notice = owing.notices[-1]
    assert (notice.title, notice.light) == ("The caller was not reached", Light.WARN)
    assert notice.text.startswith("The line is busy.")
    assert len(owing.callbacks) == 1
    assert owing.cards == ()
    assert owing.call_row("o1")["direction"] == "outgoing", "in no service level"
    dial(owing)
    assert len(owing.engine.asked(wire.PlaceCall)) == 2


def test_the_engines_sentence_is_shown_where_it_cannot_dial(owing: Room) -> None:
    owing.desk.call_back(owing.callbacks[0].row)
    request = owing.engine.asked(wire.PlaceCall)[-1].request  # type: ignore[attr-defined]
    owing.engine.tell(wire.CommandRefused("place_call", request, "A number needs a PBX."))
    assert owing.notices[-1].text == "A number needs a PBX."
    assert len(owing.callbacks) == 1


def test_nobody_is_called_twice_at_once(owing: Room) -> None:
    dial(owing)
    owing.desk.call_back(owing.callbacks[0].row)
    assert len(owing.engine.asked(wire.PlaceCall)) == 1


def test_a_lost_call_back_is_owed_once(owing: Room) -> None:
    dial(owing)
    owing.engine.answered("o1")
    owing.engine.die()
    owing.rest()
    assert len(owing.callbacks) == 1
