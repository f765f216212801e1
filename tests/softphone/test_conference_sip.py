"""Three-way conference between real engines: who hears whom, and how it ends."""

from pathlib import Path

import pytest

from softphone import wire
from softphone.calls import CallState, ConferenceState
from softphone.wire import ConsultEnd, EndCause
from tests.softphone import sound
from tests.softphone.conftest import StartEngine
from tests.softphone.peer import EngineProcess
from tests.softphone.test_calls_sip import connect
from tests.softphone.test_consult_sip import consult_up

pytestmark = pytest.mark.sip

LOUD, QUIET = -20, -60  # dBFS


def speaking(start: StartEngine, folder: Path, name: str, hertz: float | None) -> EngineProcess:
    """Start an engine whose microphone gives a tone, or nothing."""
    if hertz is None:
        return start(name)
    tone = sound.write_tone(folder / f"{name}.wav", hertz, 60)
    return start(name, "--sound", "files", "--microphone", str(tone))


def conference(desk: EngineProcess, one: EngineProcess, two: EngineProcess) -> tuple[str, ...]:
    """Bring a conference up; return the desk's two ids and the far ends' own."""
    first, at_one = connect(desk, one)
    second, at_two = connect(desk, two)
    desk.wait_for(wire.CallHeld)
    desk.send(wire.Merge(second, first))
    states = [desk.wait_for(wire.ConferenceChanged).state for _ in range(2)]
    assert states == [ConferenceState.JOINING, ConferenceState.UP]
    return first, second, at_one, at_two


def test_all_three_hear_each_other(start: StartEngine, tmp_path: Path) -> None:
    desk = start("desk")
    one = speaking(start, tmp_path, "one", 440)
    two = start("two")
    conference(desk, one, two)
    two.wait_for(wire.SoundLevels, lambda e: e.earpiece > LOUD)
    desk.wait_for(wire.SoundLevels, lambda e: e.earpiece > LOUD)
    one.wait_for(wire.SoundLevels, lambda e: e.earpiece < QUIET)  # nobody hears themselves


def test_the_desk_is_heard_by_both_and_one_mute_cuts_it_for_both(
    start: StartEngine, tmp_path: Path
) -> None:
    desk = speaking(start, tmp_path, "desk", 600)
    one, two = start("one"), start("two")
    first, second, *_ = conference(desk, one, two)
    for far in (one, two):
        far.wait_for(wire.SoundLevels, lambda e: e.earpiece > LOUD)
    desk.send(wire.SetMute(first, True))
    assert {desk.wait_for(wire.MuteChanged).call for _ in range(2)} == {first, second}
    for far in (one, two):
        far.wait_for(wire.SoundLevels, lambda e: e.earpiece < QUIET)


def test_a_conference_is_held_and_resumed_as_one(start: StartEngine, tmp_path: Path) -> None:
    desk = start("desk")
    one, two = speaking(start, tmp_path, "one", 440), start("two")
    first, second, *_ = conference(desk, one, two)
    two.wait_for(wire.SoundLevels, lambda e: e.earpiece > LOUD)
    desk.send(wire.Hold(first))
    assert {desk.wait_for(wire.CallHeld).call for _ in range(2)} == {first, second}
    assert desk.wait_for(wire.ConferenceChanged).state is ConferenceState.HELD
    two.wait_for(wire.SoundLevels, lambda e: e.earpiece < QUIET)
    desk.send(wire.Resume(second))
    states = [desk.wait_for(wire.ConferenceChanged).state for _ in range(2)]
    assert states == [ConferenceState.JOINING, ConferenceState.UP]
    two.wait_for(wire.SoundLevels, lambda e: e.earpiece > LOUD)


def test_a_split_keeps_one_and_holds_the_other(start: StartEngine) -> None:
    desk, one, two = start("desk"), start("one"), start("two")
    first, second, *_ = conference(desk, one, two)
    calls = {call.call: call for call in desk.reconnect().calls}
    assert calls[first].conference_with == second
    assert calls[second].conference is ConferenceState.UP
    desk.send(wire.SplitConference(first))
    assert desk.wait_for(wire.ConferenceChanged).state is ConferenceState.OVER
    assert desk.wait_for(wire.CallHeld).call == second
    calls = {call.call: call for call in desk.reconnect().calls}
    assert calls[first].state is CallState.ACTIVE
    assert calls[first].conference_with == ""


def test_leaving_connects_the_two_and_frees_the_desk(start: StartEngine) -> None:
    desk, one, two = start("desk"), start("one", "--accept-transfers"), start("two")
    first, second, at_one, at_two = conference(desk, one, two)
    desk.send(wire.LeaveConference(first))
    states = [desk.wait_for(wire.ConferenceChanged).state for _ in range(2)]
    assert states == [ConferenceState.LEAVING, ConferenceState.OVER]
    ends = {e.call: e.cause for e in (desk.wait_for(wire.CallEnded) for _ in range(2))}
    assert ends == {first: EndCause.TRANSFERRED, second: EndCause.TRANSFERRED}
    assert two.wait_for(wire.CallReplaced).call == at_two
    assert one.wait_for(wire.CallEnded).call == at_one
    two.send(wire.HangUp(at_two))
    assert one.wait_for(wire.CallEnded).cause is EndCause.CALLER


def test_who_hangs_up_leaves_the_other_with_the_desk(start: StartEngine) -> None:
    desk, one, two = start("desk"), start("one"), start("two")
    first, second, at_one, _ = conference(desk, one, two)
    one.send(wire.HangUp(at_one))
    assert desk.wait_for(wire.CallEnded).call == first
    assert desk.wait_for(wire.ConferenceChanged).state is ConferenceState.OVER
    (left,) = desk.reconnect().calls
    assert (left.call, left.state, left.conference) == (second, CallState.ACTIVE, None)


def test_a_consult_becomes_a_conference(start: StartEngine) -> None:
    desk, far, provider = start("desk"), start("far"), start("provider")
    ours, _ = connect(desk, far)
    asked, _ = consult_up(desk, ours, provider)
    desk.send(wire.Merge(ours, asked))
    assert desk.wait_for(wire.ConsultEnded).how is ConsultEnd.MERGED
    states = [desk.wait_for(wire.ConferenceChanged).state for _ in range(2)]
    assert states == [ConferenceState.JOINING, ConferenceState.UP]
    desk.send(wire.Transfer(ours, "sip:a@127.0.0.1"))
    assert "in a conference" in desk.wait_for(wire.CommandRefused).reason


def test_a_third_call_answered_holds_the_whole_conference(start: StartEngine) -> None:
    desk, one, two = start("desk"), start("one"), start("two")
    first, second, *_ = conference(desk, one, two)
    third, _ = connect(desk, one)
    assert {desk.wait_for(wire.CallHeld).call for _ in range(2)} == {first, second}
    assert desk.wait_for(wire.ConferenceChanged).state is ConferenceState.HELD
    desk.send(wire.Merge(third, first))
    assert "in a conference" in desk.wait_for(wire.CommandRefused).reason
    desk.send(wire.LeaveConference(second))
    assert "on hold" in desk.wait_for(wire.CommandRefused).reason


def test_phones_that_will_not_be_sent_on_stay_in_the_conference(
    start: StartEngine, tmp_path: Path
) -> None:
    desk = start("desk")
    one = speaking(start, tmp_path, "one", 440)
    two = start("two")
    first, second, *_ = conference(desk, one, two)
    desk.send(wire.LeaveConference(first))
    states = [desk.wait_for(wire.ConferenceChanged) for _ in range(2)]
    assert [s.state for s in states] == [ConferenceState.LEAVING, ConferenceState.UP]
    assert "could not be connected without this desk" in states[1].reason
    assert {desk.wait_for(wire.TransferFailed).call for _ in range(2)} == {first, second}
    two.wait_for(wire.SoundLevels, lambda e: e.earpiece > LOUD)
    assert {call.state for call in desk.reconnect().calls} == {CallState.ACTIVE}


def test_only_the_far_end_that_lets_itself_be_sent_on_need_do_so(start: StartEngine) -> None:
    desk, one, two = start("desk"), start("one"), start("two", "--accept-transfers")
    first, second, *_ = conference(desk, one, two)
    desk.send(wire.LeaveConference(first))
    ends = {e.call: e.cause for e in (desk.wait_for(wire.CallEnded) for _ in range(2))}
    assert ends == {first: EndCause.TRANSFERRED, second: EndCause.TRANSFERRED}
    assert desk.reconnect().calls == ()
