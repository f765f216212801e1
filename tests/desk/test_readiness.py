"""The desk says "Available" when the phone has proved itself, and says at once when it fails."""

import pytest

from console.desk.views import DeskState, Light
from scripts.calltypes import Outcome
from softphone import wire
from tests.desk.conftest import MakeRoom
from tests.desk.room import Room

REGISTERED = wire.Registration.REGISTERED
NO_HEADSET = wire.Sound(kind=wire.SoundKind.NONE, reason="No microphone was found")


def state(room: Room) -> DeskState:
    assert room.status is not None
    return room.status.state


def trouble(room: Room) -> str:
    assert room.status is not None
    return room.status.trouble


@pytest.fixture
def queue(make_room: MakeRoom) -> Room:
    """A desk with a PBX and its queue behind it."""
    return make_room(registration=REGISTERED).open()


def test_a_desk_is_available_once_the_phone_has_called_itself(make_room: MakeRoom) -> None:
    room = make_room()
    room.desk.start()
    room.engine.welcome()
    assert room.status is not None
    assert (state(room), room.status.state_label) == (DeskState.NOT_READY, "Testing…")
    assert not room.status.away
    room.engine.passes()
    assert (state(room), trouble(room)) == (DeskState.AVAILABLE, "")


def test_a_failed_test_is_named_with_its_mend_and_ctrl_r_tests_again(queue: Room) -> None:
    queue.desk.set_ready(True)
    queue.engine.passes(good=False, detail="The sound did not come through one way.")
    assert state(queue) is DeskState.NOT_READY
    assert "did not come through one way" in trouble(queue)
    assert "Ctrl+R" in trouble(queue)
    queue.ring()
    assert queue.engine.asked(wire.Decline) == [wire.Decline("c1")], "out of the queue"
    queue.desk.set_ready(True)
    queue.engine.passes()
    assert (state(queue), trouble(queue)) == (DeskState.AVAILABLE, "")


def test_no_failure_stops_a_direct_caller_from_ringing(room: Room) -> None:
    room.desk.set_ready(True)
    room.engine.passes(good=False)
    room.engine.tell(wire.SoundChanged(NO_HEADSET))
    room.ring()
    assert not room.engine.asked(wire.Decline)
    assert state(room) is DeskState.RINGING


def test_a_call_during_the_test_is_taken_and_the_refused_test_made_after_it(queue: Room) -> None:
    queue.desk.set_ready(True)
    queue.ring()
    assert not queue.engine.asked(wire.Decline)
    test = queue.engine.asked(wire.LoopTest)[-1]
    queue.engine.tell(wire.CommandRefused("loop_test", test.request, "There is a call."))  # type: ignore[attr-defined]
    assert not queue.notices, "the receptionist asked for no test"
    tests = len(queue.engine.asked(wire.LoopTest))
    queue.over("c1", wire.EndCause.ABANDONED)
    assert len(queue.engine.asked(wire.LoopTest)) == tests + 1
    assert state(queue) is DeskState.NOT_READY
    queue.engine.passes()
    assert state(queue) is DeskState.AVAILABLE


def test_no_verdict_is_a_failure(room: Room) -> None:
    room.desk.set_ready(True)
    room.desk._readiness._due.timeout.emit()
    assert state(room) is DeskState.NOT_READY
    assert "no verdict" in trouble(room)


def test_an_earlier_tests_verdict_counts_for_nothing(room: Room) -> None:
    room.desk.set_ready(True)
    early = room.engine.asked(wire.LoopTest)[-1]
    room.desk.set_ready(True)
    room.engine.tell(
        wire.SelfTestResult(wire.SelfTestKind.LOOP, True, "", early.request)  # type: ignore[attr-defined]
    )
    assert state(room) is DeskState.NOT_READY


def test_a_new_engine_is_tested_anew(room: Room) -> None:
    room.engine.die()
    assert state(room) is DeskState.NOT_READY
    room.engine.welcome()
    assert state(room) is DeskState.NOT_READY
    room.engine.passes()
    assert state(room) is DeskState.AVAILABLE


def test_a_missing_headset_keeps_the_desk_out_of_the_queue_until_it_is_there(queue: Room) -> None:
    queue.engine.tell(wire.SoundChanged(NO_HEADSET))
    assert state(queue) is DeskState.NOT_READY
    assert "No microphone was found" in trouble(queue)
    assert "plug one in" in trouble(queue)
    queue.engine.tell(wire.SoundChanged(wire.Sound(kind=wire.SoundKind.HEADSET)))
    assert (state(queue), trouble(queue)) == (DeskState.AVAILABLE, "")


def test_silence_that_was_asked_for_is_no_failure(room: Room) -> None:
    room.engine.tell(wire.SoundChanged(wire.Sound(kind=wire.SoundKind.NONE)))
    assert (state(room), trouble(room)) == (DeskState.AVAILABLE, "")


def test_a_lost_registration_is_not_ready_and_trying_is_not_yet(queue: Room) -> None:
    queue.engine.tell(wire.RegistrationChanged(wire.Registration.FAILED, 403, "Forbidden"))
    assert state(queue) is DeskState.NOT_READY
    assert "Forbidden" in trouble(queue)
    queue.engine.tell(wire.RegistrationChanged(wire.Registration.TRYING))
    assert queue.status is not None
    assert (state(queue), queue.status.state_label) == (DeskState.NOT_READY, "Registering…")
    queue.engine.tell(wire.RegistrationChanged(REGISTERED))
    assert (state(queue), trouble(queue)) == (DeskState.AVAILABLE, "")


def test_an_engine_that_does_not_answer_is_not_ready(room: Room) -> None:
    room.engine.silent.emit(True)
    assert state(room) is DeskState.NOT_READY
    room.engine.silent.emit(False)
    assert state(room) is DeskState.AVAILABLE


@pytest.mark.parametrize(
    ("way", "words"),
    [(wire.Direction.IN, "No sound from the caller"), (wire.Direction.OUT, "sent your sound")],
)
def test_sound_that_stops_is_told_until_it_is_back(
    room: Room, way: wire.Direction, words: str
) -> None:
    room.take()
    room.engine.tell(wire.AudioLost("c1", way))
    assert words in trouble(room)
    assert "hang up and call them back" in trouble(room)
    assert state(room) is DeskState.ON_CALL
    room.engine.tell(wire.AudioBack("c1", way))
    assert trouble(room) == ""


def test_silence_both_ways_is_the_networks_and_ends_with_the_call(room: Room) -> None:
    room.take()
    for way in wire.Direction:
        room.engine.tell(wire.AudioLost("c1", way))
    assert "either way" in trouble(room)
    room.over()
    assert trouble(room) == ""


def test_a_dead_microphone_outlives_its_call_until_it_is_mended(queue: Room) -> None:
    queue.take()
    queue.engine.tell(wire.MicrophoneSilent("c1", True))
    assert "microphone gives no sound" in trouble(queue)
    queue.desk.hang_up()
    queue.over()
    queue.desk.end_as(Outcome.SILENT)
    queue.rest()
    assert state(queue) is DeskState.NOT_READY
    queue.ring("c2")
    assert queue.engine.asked(wire.Decline) == [wire.Decline("c2")]
    queue.desk.set_ready(True)
    queue.engine.passes()
    assert (state(queue), trouble(queue)) == (DeskState.AVAILABLE, "")


def test_a_microphone_that_is_heard_again_is_not_dead(room: Room) -> None:
    room.take()
    room.engine.tell(wire.MicrophoneSilent("c1", True))
    room.engine.tell(wire.SoundLevels(-96.0, -30.0))
    assert trouble(room)
    room.engine.tell(wire.SoundLevels(-40.0, -30.0))
    assert trouble(room) == ""


def test_a_held_caller_is_reminded_of_then_alarms(room: Room) -> None:
    room.take()
    room.engine.tell(wire.CallHeld("c1", room.engine.now))
    room.engine.tell(wire.HoldReminder("c1", 30, False))
    assert (room.card().held_for, room.card().hold_alarm) == ("0:30", False)
    assert not room.notices
    room.engine.tell(wire.HoldReminder("c1", 60, True))
    assert (room.card().held_for, room.card().hold_alarm) == ("1:00", True)
    assert room.notices[-1].title == "A caller has been on hold for 1:00"
    assert room.notices[-1].light is Light.BAD
    room.engine.tell(wire.CallResumed("c1", room.engine.now))
    assert (room.card().held_for, room.card().hold_alarm) == ("", False)
