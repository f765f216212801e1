"""Calls as a receptionist sees them come and go."""

from pathlib import Path

import pytest

from console.desk.views import DeskState, Light, LineState
from scripts.calltypes import CallType
from softphone import wire
from softphone.calls import CallState
from tests.desk.conftest import MakeRoom
from tests.desk.room import CALLER, LAKESHORE, MAPLE, RIVERSIDE, Room
from tests.records_file import bare

EndCause = wire.EndCause


def snapshot(call: str, state: CallState, **more: object) -> wire.CallSnapshot:
    return wire.CallSnapshot(
        call=call,
        state=state,
        outgoing=False,
        caller=wire.Party(number=CALLER),
        dialled=wire.Dialled(number="+15155550100"),
        **{"offered_at": 1_795_536_000.0, **more},  # type: ignore[arg-type]
    )


def test_the_pop_comes_first_and_says_what_to_say(room: Room) -> None:
    room.told.clear()
    room.ring(to=RIVERSIDE)
    assert room.told[0] == "pop"
    assert room.pop is not None
    assert room.pop.banner.practice == "Riverside Family Medicine"
    assert "Dana" in room.pop.say
    assert room.card().state is LineState.RINGING
    assert room.card().title == "(515) 555-0142"
    assert room.status is not None
    assert room.status.state is DeskState.RINGING


def test_a_locked_database_delays_no_pop(room: Room) -> None:
    other = bare(room.records)
    other.execute("BEGIN EXCLUSIVE")
    try:
        room.ring("c1")
        room.over("c1", EndCause.ABANDONED)  # something that has to be written, and waits
        room.told.clear()
        room.ring("c2", number="+15155550199")
        assert room.told[0] == "pop"
        assert room.pop is not None
        assert room.pop.call == "c2"
    finally:
        other.execute("ROLLBACK")
        other.close()
    room.rest()


def test_nothing_changes_on_an_intent_and_everything_on_its_event(room: Room) -> None:
    room.ring()
    seen = room.cards
    room.desk.answer()
    assert room.engine.sent == [wire.Answer("c1")]
    assert room.cards == seen
    room.engine.answered("c1")
    assert room.card().state is LineState.ACTIVE
    for intent, event, state in (
        (room.desk.hold_or_resume, wire.CallHeld("c1", room.engine.now), LineState.HELD),
        (room.desk.hold_or_resume, wire.CallResumed("c1", room.engine.now), LineState.ACTIVE),
    ):
        before = room.cards
        intent()
        assert room.cards == before
        room.engine.tell(event)
        assert room.card().state is state
    room.desk.toggle_mute()
    assert not room.card().muted
    room.engine.tell(wire.MuteChanged("c1", True))
    assert room.card().muted
    room.desk.hang_up()
    assert room.card().state is LineState.ACTIVE
    room.over("c1", EndCause.DESK)
    assert room.card().state is LineState.WRAP_UP
    assert [type(command).__name__ for command in room.engine.sent] == [
        "Answer",
        "Hold",
        "Resume",
        "SetMute",
        "HangUp",
    ]


def test_a_number_no_practice_has_gets_a_neutral_greeting_and_no_health_questions(
    room: Room,
) -> None:
    room.take(to="+15155559999")
    assert room.pop is not None
    assert room.pop.banner.practice == "Number not on file"
    assert "+15155559999" in room.pop.banner.detail
    assert room.pop.banner.baa is False
    assert "Dana" in room.pop.say
    room.fill(CallType.QUESTION, {"name": "Ann Poe", "message": "Wants Dr. Lee"})
    saved = room.finish()
    assert saved.outcome == "message"
    row = room.call_row()
    assert (row["practice_id"], row["dialled_number"]) == (None, "+15155559999")


def test_no_form_of_an_unknown_number_ends_in_a_bug(room: Room) -> None:
    for count, kind in enumerate(CallType):
        call = f"n{count}"
        room.take(call, to="+15155559999")
        room.fill(kind)
        assert room.finish(call).outcome in ("message", "emergency")
        room.over(call)


def test_a_caller_without_a_number_is_taken_all_the_same(room: Room) -> None:
    room.take(number="")
    assert room.card().title == "Number withheld"
    room.fill(CallType.REFILL)
    assert room.finish().outcome == "message"
    assert room.call_row()["caller_number"] is None


def test_a_caller_who_hangs_up_while_it_rings_is_owed_a_call_back_until_it_is_made(
    room: Room,
) -> None:
    room.ring()
    room.clock.forward(seconds=9)
    room.over(cause=EndCause.ABANDONED)
    assert room.cards == ()
    assert room.pop is None
    room.rest()
    (owed,) = room.callbacks
    assert (owed.number, owed.practice) == ("(515) 555-0142", "Riverside Family Medicine")
    assert "Hung up" in owed.why
    room.qtbot.waitUntil(lambda: bool(room.call_row()), timeout=5_000)
    room.rest()
    assert room.call_row()["outcome"] == "abandoned"
    room.desk.callback_done(owed.row)
    room.rest()
    assert room.callbacks == ()


def test_who_calls_again_and_gets_through_is_owed_nothing(room: Room) -> None:
    room.ring("c1")
    room.over("c1", EndCause.ABANDONED)
    room.ring("x1", to=MAPLE)
    room.over("x1", EndCause.ABANDONED)
    room.rest()
    assert len(room.callbacks) == 2
    room.take("c2")
    room.rest()
    assert [owed.practice for owed in room.callbacks] == ["Maple Pediatrics"]


def test_a_caller_who_rang_out_is_owed_a_call_back_but_a_declined_one_goes_to_the_queue(
    make_room: MakeRoom,
) -> None:
    room = make_room(registration=wire.Registration.REGISTERED).open()
    room.ring("c1")
    room.over("c1", EndCause.UNANSWERED)
    room.ring("c2", number="+15155550143")
    room.desk.decline()
    assert room.engine.asked(wire.Decline) == [wire.Decline("c2")]
    room.over("c2", EndCause.DECLINED)
    room.rest()
    assert [owed.number for owed in room.callbacks] == ["(515) 555-0142"]


def test_ten_at_once_wait_are_offered_in_turn_and_none_is_lost(room: Room) -> None:
    for n in range(4):
        room.ring(f"c{n}", number=f"+1515555010{n}")
    for n in range(4, 10):
        room.wait_for_line(f"c{n}", number=f"+1515555010{n}")
    states = [card.state for card in room.cards]
    assert states.count(LineState.RINGING) == 4
    assert states.count(LineState.WAITING) == 6
    assert room.status is not None
    assert room.status.waiting == 10
    for n in (4, 5):
        room.over(f"c{n}", EndCause.ABANDONED)
    room.up("c0")
    room.desk.end_as("wrong_number")  # type: ignore[arg-type]
    room.rest()
    room.over("c0")
    room.clock.forward(seconds=30)
    room.ring("c6", number="+15155550106")
    assert room.card("c6").state is LineState.RINGING
    for n in (1, 2, 3, 6, 7, 8, 9):
        room.over(f"c{n}", EndCause.ABANDONED)
    room.rest()
    assert room.cards == ()
    assert {owed.number for owed in room.callbacks} == {f"(515) 555-010{n}" for n in range(1, 10)}


def test_a_caller_who_waited_is_greeted_by_the_hour_it_rings(room: Room) -> None:
    room.clock.now = room.clock.now.replace(hour=17, minute=59)  # 11:59, before lunch
    room.wait_for_line("c1")
    before = room.pop
    room.clock.forward(minutes=6)
    room.ring("c1")
    assert room.pop is not None
    assert before is not None
    assert room.pop.say
    assert room.card("c1").state is LineState.RINGING
    room.look_up_done()
    room.rest()
    row = room.call_row()
    assert str(row["waiting_since"]).startswith("2026-11-24 17:59")
    assert str(row["offered_at"]).startswith("2026-11-24 18:05")


def test_one_who_gave_up_waiting_never_rang_here(room: Room) -> None:
    room.ring("c1")
    room.wait_for_line("c2", number="+15155550143")
    room.over("c2", EndCause.ABANDONED)
    room.qtbot.waitUntil(lambda: bool(room.call_row("c2").get("waiting_since")), timeout=5_000)
    row = room.call_row("c2")
    assert row["offered_at"] is None
    assert row["outcome"] == "abandoned"


def test_one_given_up_too_early_who_rings_after_all_is_owed_one_call_back(room: Room) -> None:
    room.wait_for_line("c1")
    room.over("c1", EndCause.LOST)
    room.clock.forward(seconds=1)
    room.ring("c1")
    assert room.card("c1").state is LineState.RINGING
    room.over("c1", EndCause.ABANDONED)
    room.rest()
    assert len(room.callbacks) == 1
    room.qtbot.waitUntil(lambda: room.call_row("c1").get("outcome") is not None, timeout=5_000)
    assert room.call_row("c1")["outcome"] == "abandoned"
    assert room.call_row("c1")["end_cause"] == "abandoned"


def test_two_calls_keep_their_forms_apart(room: Room) -> None:
    room.take("c1", to=RIVERSIDE)
    room.desk.choose_type(CallType.REFILL)
    room.desk.set_answer("patient_name", "Ruth Olsen")
    room.engine.tell(wire.CallHeld("c1", room.engine.now))
    room.take("c2", to=LAKESHORE, number="+12315550171")
    assert room.form is None
    room.desk.choose_type(CallType.NEW_APPOINTMENT)
    room.desk.set_answer("patient_name", "Walter Brandt")
    room.desk.select_call("c1")
    assert room.form is not None
    assert (room.form.call, room.form.call_type) == ("c1", CallType.REFILL)
    assert room.field("patient_name").value == "Ruth Olsen"
    assert room.pop is not None
    assert room.pop.banner.practice == "Riverside Family Medicine"
    room.desk.select_call("c2")
    assert room.field("patient_name").value == "Walter Brandt"
    assert room.card("c2").selected


def test_a_second_call_that_rings_takes_nothing_from_the_screen(room: Room) -> None:
    room.take("c1")
    room.desk.choose_type(CallType.REFILL)
    form, pop = room.form, room.pop
    room.ring("c2", to=MAPLE)
    assert (room.form, room.pop) == (form, pop)
    assert room.card("c2").state is LineState.RINGING
    room.up("c2")
    assert room.card("c2").selected
    assert room.form is None


def test_a_desk_that_is_not_ready_turns_calls_back_to_its_queue_unseen(
    make_room: MakeRoom,
) -> None:
    room = make_room(registration=wire.Registration.REGISTERED).open()
    room.desk.set_ready(False)
    assert room.status is not None
    assert room.status.state is DeskState.NOT_READY
    room.ring()
    assert room.engine.asked(wire.Decline) == [wire.Decline("c1")]
    assert room.cards == ()
    assert room.pop is None
    room.over(cause=EndCause.DECLINED)
    room.rest()
    assert room.callbacks == ()
    room.desk.set_ready(True)
    room.ring("c2")
    assert room.card("c2").state is LineState.RINGING


def test_without_a_queue_behind_it_a_desk_that_is_not_ready_still_rings(room: Room) -> None:
    room.desk.set_ready(False)
    room.ring()
    assert room.engine.asked(wire.Decline) == []
    assert room.card().state is LineState.RINGING
    room.desk.decline()
    room.over(cause=EndCause.DECLINED)
    room.rest()
    assert len(room.callbacks) == 1  # nobody else will take it


def test_the_engine_dies_in_a_call_and_the_form_is_untouched(room: Room) -> None:
    room.take()
    room.desk.choose_type(CallType.REFILL)
    room.desk.set_answer("patient_name", "Ruth Olsen")
    room.engine.die()
    assert room.form is not None
    assert room.field("patient_name").value == "Ruth Olsen"
    assert room.card().state is LineState.WRAP_UP
    assert room.status is not None
    assert "started again" in room.status.trouble
    assert room.notices[-1].light is Light.BAD
    assert "1 caller is kept" in room.notices[-1].text
    room.rest()
    (owed,) = room.callbacks
    assert owed.number == "(515) 555-0142"
    room.engine.welcome()
    room.engine.passes()
    assert room.status.trouble == ""
    room.fill(CallType.REFILL)
    assert room.finish().outcome == "message"
    assert room.cards == ()
    row = room.call_row()
    assert row["end_cause"] == "lost"


def test_a_port_in_use_is_said_and_goes_away_when_the_line_opens(room: Room) -> None:
    room.engine.fail("The softphone cannot start", "SIP port 5060 is taken by another program.")
    assert room.status is not None
    assert "5060" in room.status.trouble
    assert room.status.state is DeskState.NOT_READY
    room.engine.welcome()
    room.engine.passes()
    assert room.status.trouble == ""
    assert room.status.state is DeskState.AVAILABLE


def test_a_softphone_that_does_not_answer_is_said(room: Room) -> None:
    room.engine.silent.emit(True)
    assert room.status is not None
    assert "does not answer" in room.status.trouble
    room.engine.silent.emit(False)
    assert room.status.trouble == ""


def test_a_window_that_comes_back_shows_the_calls_the_engine_held(room: Room) -> None:
    at = room.clock().timestamp()
    room.engine.welcome(
        calls=[
            snapshot("up", CallState.ACTIVE, offered_at=at, answered_at=at + 3),
            snapshot("waits", CallState.WAITING, offered_at=at),
            snapshot("rings", CallState.RINGING, offered_at=at),
        ]
    )
    assert {card.call: card.state for card in room.cards} == {
        "up": LineState.ACTIVE,
        "waits": LineState.WAITING,
        "rings": LineState.RINGING,
    }
    assert room.pop is not None
    room.rest()
    assert room.call_row("up")["answered_at"] is not None
    assert room.call_row("waits")["waiting_since"] is not None


def test_calls_that_came_and_went_while_no_window_was_there_are_owed_a_call_back(
    make_room: MakeRoom,
) -> None:
    room = make_room()
    room.desk.start()
    at = room.clock().timestamp()
    room.engine.welcome(
        missed=[
            snapshot("m1", CallState.ENDED, ended_at=at + 9, cause=EndCause.ABANDONED),
        ]
    )
    room.rest()
    room.rest()
    assert [owed.number for owed in room.callbacks] == ["(515) 555-0142"]
    assert room.cards == ()
    assert room.call_row("m1")["outcome"] == "abandoned"


def test_a_call_answered_and_ended_while_no_window_was_there_waits_for_its_form(
    make_room: MakeRoom,
) -> None:
    room = make_room()
    room.desk.start()
    at = room.clock().timestamp()
    gone = snapshot("m1", CallState.ENDED, answered_at=at, ended_at=at + 9, cause=EndCause.CALLER)
    room.engine.welcome(missed=[gone])
    room.rest()
    assert room.card("m1").state is LineState.WRAP_UP


def test_a_call_the_engine_no_longer_speaks_of_is_over(room: Room) -> None:
    room.take("c1")
    room.ring("c2", number="+15155550143")
    room.engine.welcome(calls=[])
    assert room.card("c1").state is LineState.WRAP_UP
    room.rest()
    assert {owed.number for owed in room.callbacks} == {"(515) 555-0142", "(515) 555-0143"}


def test_a_call_this_desk_placed_is_shown_again_and_is_nobody_to_call_back(room: Room) -> None:
    ours = wire.Party(number=room.number_of(RIVERSIDE))
    placed = snapshot("o1", CallState.ACTIVE)
    facts = {"outgoing": True, "caller": ours, "dialled": wire.Dialled(number=CALLER)}
    room.engine.welcome(calls=[wire.CallSnapshot(**{**_fields(placed), **facts})])
    (card,) = room.cards
    assert card.outgoing
    assert (card.title, card.practice) == ("(515) 555-0142", "Riverside Family Medicine")
    room.over("o1", wire.EndCause.LOST)
    room.rest()
    assert room.call_row("o1")["direction"] == "outgoing"
    assert room.callbacks == ()


@pytest.mark.parametrize(
    "event",
    [
        wire.CallEnded("x", EndCause.CALLER, 0, 0.0),
        wire.CallAnswered("x", 0.0),
        wire.DtmfReceived("x", "1"),
    ],
)
def test_another_clients_call_is_none_of_this_desks(room: Room, event: wire.Event) -> None:
    room.engine.tell(event)
    assert room.cards == ()


def test_a_broken_practice_file_is_named(make_room: MakeRoom, tmp_path: Path) -> None:
    from scripts.loader import SAMPLES, load_library

    folder = tmp_path / "practices"
    folder.mkdir()
    for file in SAMPLES.glob("*.yaml"):
        (folder / file.name).write_text(file.read_text())
    (folder / "broken.yaml").write_text("id: broken\nname: Broken\n")
    room = make_room(library=load_library(folder)).open()
    assert room.status is not None
    assert "broken.yaml" in room.status.trouble
    room.ring()
    assert room.pop is not None


def test_closing_with_a_caller_on_the_line_asks_first(room: Room) -> None:
    assert room.desk.may_leave()
    room.take()
    assert not room.desk.may_leave()
    assert room.notices[-1].title == "A caller is on the line"
    room.clock.forward(seconds=60)
    assert not room.desk.may_leave()
    room.clock.forward(seconds=2)
    assert room.desk.may_leave()


def test_closing_owes_those_on_the_line_a_call_back(make_room: MakeRoom, tmp_path: Path) -> None:
    room = make_room().open()
    room.ring("c1")
    room.take("c2", number="+15155550143")
    room.close()
    again = make_room().open()
    assert {owed.number for owed in again.callbacks} == {"(515) 555-0142", "(515) 555-0143"}
    assert [form.draft for form in again.unfinished] == ["c2"]
    assert again.unfinished[0].call_type == ""
    again.desk.resume_form("c2")
    assert again.card("c2").state is LineState.WRAP_UP
    again.fill(CallType.QUESTION)
    assert again.finish("c2").outcome in ("answered", "message")


def _fields(record: wire.CallSnapshot) -> dict[str, object]:
    return {name: getattr(record, name) for name in record.__struct_fields__}
