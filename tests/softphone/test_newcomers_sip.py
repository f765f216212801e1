"""A call that rings: turned away with a word of choice, answered by itself, made to be noticed."""

from pathlib import Path

import pytest

from softphone import wire
from softphone.wire import DeclineHow, EndCause
from tests.softphone import sound
from tests.softphone.conftest import MakeCaller, StartEngine
from tests.softphone.test_calls_sip import connect

pytestmark = pytest.mark.sip


@pytest.mark.parametrize(("how", "code"), [(DeclineHow.BUSY, 486), (DeclineHow.TEMPORARILY, 480)])
def test_a_call_is_declined_with_the_word_chosen(
    start: StartEngine, caller: MakeCaller, how: DeclineHow, code: int
) -> None:
    desk = start()
    line = caller(desk)
    attempt = line.invite()
    desk.send(wire.Decline(desk.wait_for(wire.CallOffered).call, how))
    line.wait_code(attempt, code)
    line.acknowledge(attempt, refusal=True)
    assert desk.wait_for(wire.CallEnded).cause is EndCause.DECLINED


def test_a_call_is_forwarded(start: StartEngine, caller: MakeCaller) -> None:
    desk = start()
    line = caller(desk)
    attempt = line.invite()
    call = desk.wait_for(wire.CallOffered).call
    desk.send(wire.Decline(call, DeclineHow.FORWARD, "5155550199"))
    assert "no PBX" in desk.wait_for(wire.CommandRefused).reason
    desk.send(wire.Decline(call, DeclineHow.FORWARD, "sip:oncall@192.0.2.7:5070"))
    moved = line.wait_code(attempt, 302)
    assert moved.headers("Contact") == ["<sip:oncall@192.0.2.7:5070>"]
    line.acknowledge(attempt, refusal=True)
    ended = desk.wait_for(wire.CallEnded)
    assert (ended.cause, ended.code) == (EndCause.DECLINED, 302)


def test_a_caller_who_waits_for_a_line_can_only_go_back_to_the_queue(
    start: StartEngine, caller: MakeCaller
) -> None:
    desk = start()
    line = caller(desk)
    for number in range(desk.welcome.max_calls):
        line.invite(number=f"+1515555010{number}")
        desk.wait_for(wire.CallOffered)
    line.invite(number="+15155550199")
    waiting = desk.wait_for(wire.CallWaiting).call
    desk.send(wire.Decline(waiting, DeclineHow.BUSY))
    assert "back to the queue" in desk.wait_for(wire.CommandRefused).reason
    desk.send(wire.Decline(waiting))
    assert desk.wait_for(wire.CallEnded).call == waiting


def test_a_call_is_answered_by_itself_with_a_tone_in_the_ear(
    start: StartEngine, tmp_path: Path
) -> None:
    ear = tmp_path / "ear.wav"
    desk = start("desk", "--sound", "files", "--earpiece", str(ear))
    far = start("far")
    desk.send(wire.SetAutoAnswer(True, 0.3))
    assert desk.wait_for(wire.AutoAnswerChanged) == wire.AutoAnswerChanged(True, 0.3)
    theirs = far.place(desk)
    offered = desk.wait_for(wire.CallOffered)
    assert desk.wait_for(wire.AutoAnswered).call == offered.call
    answered = desk.wait_for(wire.CallAnswered)
    assert 0.25 < answered.at - offered.at < 0.8
    desk.wait_for(wire.SoundLevels, lambda e: e.earpiece > -40)
    desk.wait_for(wire.SoundLevels, lambda e: e.earpiece < -60)
    far.nothing_of(wire.CallEnded, during=0)
    far.send(wire.HangUp(theirs))
    desk.wait_for(wire.CallEnded)
    desk.stop()
    heard = sound.sounding(sound.read(ear))
    assert 0.2 < len(heard) / sound.RATE < 0.5
    assert sound.loudest_frequency(heard[: sound.RATE // 10]) == pytest.approx(880, abs=15)
    assert sound.loudest_frequency(heard[-sound.RATE // 10 :]) == pytest.approx(1320, abs=15)


def test_auto_answer_leaves_a_second_call_ringing_and_can_be_taken_back(
    start: StartEngine, caller: MakeCaller
) -> None:
    desk = start()
    desk.send(wire.SetAutoAnswer(True))
    desk.wait_for(wire.AutoAnswerChanged)
    line = caller(desk)
    first = line.invite()
    line.answered_call(first)
    desk.wait_for(wire.AutoAnswered)
    desk.wait_for(wire.CallAnswered)
    line.invite(number="+15155550143")
    desk.wait_for(wire.CallOffered, lambda e: e.caller.number == "+15155550143")
    desk.nothing_of(wire.AutoAnswered, during=0)
    welcome = desk.reconnect()
    assert welcome.auto_answer
    desk.send(wire.SetAutoAnswer(True, 99))
    assert "0 to 30 s" in desk.wait_for(wire.CommandRefused).reason
    desk.send(wire.SetAutoAnswer(False))
    assert not desk.wait_for(wire.AutoAnswerChanged).on


def test_a_receptionist_who_talks_hears_a_discreet_beep(
    start: StartEngine, caller: MakeCaller, tmp_path: Path
) -> None:
    ear = tmp_path / "ear.wav"
    desk = start("desk", "--sound", "files", "--earpiece", str(ear))
    far = start("far")
    ours, _ = connect(desk, far)
    desk.wait_for(wire.SoundLevels, lambda e: e.earpiece < -60)
    caller(desk).invite()
    beep = desk.wait_for(wire.SoundLevels, lambda e: e.earpiece > -60)
    assert -45 < beep.earpiece < -15
    far.wait_for(wire.SoundLevels, lambda e: e.earpiece < -60)  # the caller hears nothing of it
    desk.wait_for(wire.SoundLevels, lambda e: e.earpiece < -60)
    desk.send(wire.HangUp(ours))
    desk.wait_for(wire.CallEnded)
    desk.stop()
    heard = sound.sounding(sound.read(ear))
    assert 0.1 < len(heard) / sound.RATE < 0.35
    assert sound.loudest_frequency(heard) == pytest.approx(440, abs=10)
