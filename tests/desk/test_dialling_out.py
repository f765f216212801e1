"""A call to any number, under a practice's own: what the receptionist sees, and what is kept."""

import pytest

from console.desk.views import DialView, LineState
from scripts.calltypes import Outcome
from softphone import wire
from tests.desk.room import CALLER, LAKESHORE, MAPLE, RIVERSIDE, Room

PHARMACY = "+15155550188"


@pytest.fixture
def dial(room: Room) -> list[DialView | None]:
    seen: list[DialView | None] = []
    room.desk.dial_changed.connect(seen.append)
    return seen


def called(room: Room) -> wire.PlaceCall:
    """Return the last call asked for, once the engine has placed it."""
    asked = room.engine.asked(wire.PlaceCall)[-1]
    assert isinstance(asked, wire.PlaceCall)
    room.engine.now = room.clock().timestamp()
    room.engine.tell(wire.CallPlaced("o1", asked.request, asked.target, room.engine.now, 0.0))
    return asked


def test_the_called_one_sees_the_practices_number(room: Room, dial: list[DialView | None]) -> None:
    room.desk.start_dial()
    room.desk.find_practice("lakeshore")
    view = dial[-1]
    assert view is not None
    assert view.chosen is not None
    assert view.chosen.practice_id == LAKESHORE
    room.desk.dial("515 555 0188")
    assert dial[-1] is None
    assert room.cards == (), "nothing is shown before it happened"
    asked = called(room)
    assert (asked.target, asked.caller_number) == (PHARMACY, room.number_of(LAKESHORE))
    (card,) = room.cards
    assert card.state is LineState.DIALLING
    assert card.selected
    assert card.title == "(515) 555-0188"
    assert room.pop is not None
    assert room.pop.say == "Hello, this is Dana calling for Lakeshore Cardiology."


def test_a_call_made_is_saved_and_finished(room: Room) -> None:
    room.desk.start_dial()
    room.desk.dial(PHARMACY)
    called(room)
    room.engine.answered("o1")
    room.look_up_done()
    room.over("o1")
    assert room.card("o1").state is LineState.WRAP_UP
    room.desk.end_as(Outcome.ANSWERED)
    room.qtbot.waitUntil(lambda: "o1" in room.saved, timeout=20_000)
    room.rest()
    assert room.cards == ()
    row = room.call_row("o1")
    assert (row["direction"], row["outcome"], row["caller_number"]) == (
        "outgoing",
        "answered",
        PHARMACY,
    )
    assert row["answered_at"] is not None
    assert "Call made" in room.notices[-1].title


def test_nobody_reached_is_said_and_owes_no_call_back(room: Room) -> None:
    room.desk.start_dial()
    room.desk.dial(PHARMACY)
    called(room)
    ended = wire.CallEnded("o1", wire.EndCause.REFUSED, 486, room.engine.now, "The line is busy.")
    room.engine.tell(ended)
    room.rest()
    assert room.cards == ()
    assert (room.notices[-1].title, room.notices[-1].text) == (
        "(515) 555-0188 was not reached",
        "The line is busy.",
    )
    assert room.callbacks == ()


def test_the_practice_in_hand_is_offered_first(room: Room, dial: list[DialView | None]) -> None:
    room.take(to=MAPLE)
    room.desk.start_dial()
    view = dial[-1]
    assert view is not None
    assert view.chosen is not None
    assert view.chosen.practice_id == MAPLE
    others = [each.practice_id for each in view.practices if each.practice_id != MAPLE]
    room.desk.dial_for(others[0])
    room.desk.dial(PHARMACY)
    asked = room.engine.asked(wire.PlaceCall)[-1]
    assert isinstance(asked, wire.PlaceCall)
    assert asked.caller_number == room.number_of(others[0])


@pytest.mark.parametrize("typed", ["555", "12 34", "hello", "5155550188 ext 4"])
def test_what_is_no_number_is_not_dialled(
    room: Room, dial: list[DialView | None], typed: str
) -> None:
    room.desk.start_dial()
    room.desk.dial(typed)
    view = dial[-1]
    if typed == "555":  # three digits are an extension of the PBX
        assert view is None
        return
    assert view is not None
    assert view.problem.startswith("Type a whole number")
    assert room.engine.asked(wire.PlaceCall) == []


@pytest.mark.parametrize("number", ["911", "9911"])
def test_emergency_services_are_never_dialled_for_a_caller(
    room: Room, dial: list[DialView | None], number: str
) -> None:
    room.take()
    room.desk.start_dial()
    room.desk.dial(number)
    view = dial[-1]
    assert view is not None
    assert "never dialled from here" in view.problem
    room.desk.transfer_to(number)
    room.desk.consult(number)
    for kind in (wire.PlaceCall, wire.Transfer, wire.StartConsult):
        assert room.engine.asked(kind) == []
    assert "F7" in room.notices[-1].text


def test_no_practice_of_that_name(room: Room, dial: list[DialView | None]) -> None:
    room.desk.start_dial()
    room.desk.find_practice("zzzzqqq")
    room.desk.dial(PHARMACY)
    view = dial[-1]
    assert view is not None
    assert view.practices == ()
    assert view.problem.startswith("Choose the practice")
    room.desk.find_practice("")
    assert dial[-1] is not None
    assert dial[-1].practices


def test_every_line_taken_is_said(room: Room) -> None:
    room.desk.start_dial()
    room.desk.dial(PHARMACY)
    asked = room.engine.asked(wire.PlaceCall)[-1]
    assert isinstance(asked, wire.PlaceCall)
    room.engine.tell(wire.CommandRefused("place_call", asked.request, "Every line is taken."))
    assert room.notices[-1].text == "Every line is taken."
    assert room.cards == ()


def test_two_numbers_are_two_calls(room: Room) -> None:
    for number in (PHARMACY, CALLER):
        room.desk.start_dial()
        room.desk.dial(number)
    first, second = room.engine.asked(wire.PlaceCall)
    assert isinstance(first, wire.PlaceCall)
    assert isinstance(second, wire.PlaceCall)
    assert first.request != second.request
    room.engine.tell(wire.CallPlaced("o2", second.request, second.target, 0.0, 0.0))
    assert [card.title for card in room.cards] == ["(515) 555-0142"]
    room.engine.tell(wire.CallPlaced("o1", first.request, first.target, 0.0, 0.0))
    assert len(room.cards) == 2


def test_riverside_is_known_by_its_own_number_after_a_restart(room: Room) -> None:
    room.desk.start_dial()
    room.desk.find_practice("Riverside")
    room.desk.dial(PHARMACY)
    called(room)
    assert room.card("o1").practice == room.library.by_id(RIVERSIDE).name  # type: ignore[union-attr]
