"""What the engine notices by itself about a call: sound that stops, a caller kept waiting."""

import contextlib
from pathlib import Path

import pytest

from softphone import wire
from softphone.wire import Direction, SelfTestKind, SoundTrial
from tests.softphone import sound
from tests.softphone.conftest import MakeCaller, StartEngine
from tests.softphone.far_phone import FarPhone, media_address
from tests.softphone.peer import engine
from tests.softphone.test_calls_sip import connect
from tests.softphone.test_keys_sip import answered

pytestmark = pytest.mark.sip


def test_sound_that_stops_is_told_after_5_s_and_when_it_is_back(
    start: StartEngine, far_phone: FarPhone
) -> None:
    desk = start()
    call, invite = answered(desk, far_phone)
    there = media_address(invite)
    with far_phone.speaking(there):
        desk.wait_for(wire.SoundLevels, lambda e: e.earpiece > -20)
        desk.nothing_of(wire.AudioLost, during=0)
    lost = desk.wait_for(wire.AudioLost, timeout=7)
    assert (lost.call, lost.direction) == (call, Direction.IN)
    with far_phone.speaking(there):
        assert desk.wait_for(wire.AudioBack) == wire.AudioBack(call, Direction.IN)


def test_a_held_call_loses_no_sound(start: StartEngine) -> None:
    desk, far = start("desk", "--hold-reminder", "1", "--hold-alarm", "2.5"), start("far")
    ours, _ = connect(desk, far)
    desk.send(wire.Hold(ours))
    held = desk.wait_for(wire.CallHeld)
    reminder = desk.wait_for(wire.HoldReminder)
    assert (reminder.call, reminder.alarm) == (held.call, False)
    assert desk.wait_for(wire.HoldReminder).alarm
    assert desk.wait_for(wire.HoldReminder).alarm
    desk.send(wire.Resume(ours))
    desk.wait_for(wire.CallResumed)
    desk.nothing_of(wire.HoldReminder, during=1.6)
    desk.send(wire.Hold(ours))
    assert not desk.wait_for(wire.HoldReminder).alarm  # it begins anew
    desk.nothing_of(wire.AudioLost, during=5.5)
    far.nothing_of(wire.AudioLost, during=0)


@pytest.mark.timeout(60)
def test_a_microphone_that_gives_nothing_is_told_of_unless_muted(
    start: StartEngine, tmp_path: Path
) -> None:
    tone = sound.write_tone(tmp_path / "mic.wav", 440, 0.5)
    desk, far = start("desk", "--sound", "files", "--microphone", str(tone)), start("far")
    ours, _ = connect(desk, far)
    silent = desk.wait_for(wire.MicrophoneSilent, timeout=14)
    assert silent == wire.MicrophoneSilent(ours, True)
    desk.send(wire.SetMute(ours, True))
    assert desk.wait_for(wire.MicrophoneSilent) == wire.MicrophoneSilent(ours, False)
    desk.send(wire.SetMute(ours, False))
    assert desk.wait_for(wire.MicrophoneSilent).silent
    desk.send(wire.UseSound(wire.SoundKind.FILES, str(tone)))
    assert not desk.wait_for(wire.MicrophoneSilent).silent


def test_a_call_is_scored_when_it_ends(start: StartEngine, tmp_path: Path) -> None:
    tone = sound.write_tone(tmp_path / "mic.wav", 440, 30)
    options = ("--sound", "files", "--microphone", str(tone))
    desk, far = start("desk", *options), start("far", *options)
    ours, theirs = connect(desk, far)
    for _ in range(8):
        desk.wait_for(wire.SoundLevels, lambda e: e.earpiece > -20)
    desk.send(wire.HangUp(ours))
    for phone, call in ((desk, ours), (far, theirs)):
        quality = phone.wait_for(wire.CallQuality)
        assert quality.call == call
        assert quality.codec.upper() == ("OPUS" if "Opus" in phone.welcome.engine else "PCMU")
        assert quality.packets_in > 40
        assert quality.packets_out > 40
        assert quality.loss_percent < 5
        assert quality.mos > 3.8
        kinds = [type(e) for e in phone.wire.events if isinstance(e, wire.CallQuality)]
        assert len(kinds) == 1
        phone.wait_for(wire.CallEnded)


def test_lost_packets_lower_the_score(start: StartEngine, far_phone: FarPhone) -> None:
    desk = start()
    call, invite = answered(desk, far_phone)
    with far_phone.speaking(media_address(invite), drop_every=4):
        for _ in range(10):
            desk.wait_for(wire.SoundLevels)
    desk.send(wire.HangUp(call))
    far_phone.reply(far_phone.await_request("BYE"), 200)
    quality = desk.wait_for(wire.CallQuality)
    assert quality.loss_percent == pytest.approx(25, abs=6)
    assert quality.mos < 3.5


def test_a_call_never_answered_is_not_scored(start: StartEngine, caller: MakeCaller) -> None:
    desk = start()
    line = caller(desk)
    attempt = line.invite()
    desk.wait_for(wire.CallOffered)
    line.give_up(attempt)
    desk.wait_for(wire.CallEnded)
    desk.nothing_of(wire.CallQuality, during=0)


@pytest.mark.parametrize("hear", [(), ("--hear", "192.0.2.0/24")])
def test_the_phone_calls_itself_and_hears_itself(start: StartEngine, hear: tuple[str, ...]) -> None:
    desk = start("desk", *hear)
    for request in ("first", "second"):
        desk.send(wire.LoopTest(request))
        result = desk.wait_for(wire.SelfTestResult)
        assert (result.kind, result.good, result.request) == (SelfTestKind.LOOP, True, request)
        assert "heard itself both ways" in result.detail
    for kind in (wire.CallOffered, wire.CallPlaced, wire.CallEnded, wire.CallQuality):
        desk.nothing_of(kind, during=0)
    assert desk.reconnect().calls == ()


def test_the_self_test_leaves_the_lines_free_and_the_sound_alone(
    start: StartEngine, caller: MakeCaller, tmp_path: Path
) -> None:
    ear = tmp_path / "ear.wav"
    desk = start("desk", "--sound", "files", "--earpiece", str(ear))
    desk.send(wire.LoopTest())
    assert desk.wait_for(wire.SelfTestResult).good
    line = caller(desk)
    for number in range(desk.welcome.max_calls):
        line.invite(number=f"+1515555010{number}")
    for _ in range(desk.welcome.max_calls):
        desk.wait_for(wire.CallOffered)
    desk.stop()
    assert len(sound.read(ear)) == 0


def test_a_caller_who_comes_during_the_self_test_is_offered(
    start: StartEngine, caller: MakeCaller
) -> None:
    desk = start()
    desk.send(wire.LoopTest())
    desk.send(wire.Ping(1))  # answered once the test is under way
    desk.wait_for(wire.Pong)
    caller(desk).invite()
    desk.wait_for(wire.CallOffered)
    assert desk.wait_for(wire.SelfTestResult).good


def test_the_self_test_gives_way_to_callers_who_need_its_lines(
    start: StartEngine, caller: MakeCaller
) -> None:
    desk = start()
    desk.send(wire.LoopTest("r"))
    desk.send(wire.Ping(1))  # answered once the test is under way
    desk.wait_for(wire.Pong)
    lines = desk.welcome.max_calls
    for number in range(lines):
        caller(desk).invite(number=f"+1515555010{number}")
    refused = desk.wait_for(wire.CommandRefused)
    assert (refused.command, refused.call) == ("loop_test", "r")
    for _ in range(lines):
        desk.wait_for(wire.CallOffered)
    desk.nothing_of(wire.SelfTestResult, during=0)


def test_no_self_test_during_a_call(start: StartEngine, caller: MakeCaller) -> None:
    desk = start()
    caller(desk).invite()
    desk.wait_for(wire.CallOffered)
    desk.send(wire.LoopTest("r"))
    refused = desk.wait_for(wire.CommandRefused)
    assert (refused.call, "while there is a call" in refused.reason) == ("r", True)


def test_nobody_can_pass_for_the_self_test(start: StartEngine, caller: MakeCaller) -> None:
    desk = start()
    desk.send(wire.LoopTest())
    desk.send(wire.Ping(1))  # answered once the test is under way
    desk.wait_for(wire.Pong)
    caller(desk).invite(headers={"X-Frontdesk-Loop": "0" * 32})
    desk.wait_for(wire.CallOffered)


def test_an_engine_may_leave_in_the_middle_of_a_self_test(tmp_path: Path) -> None:
    with engine(tmp_path) as desk:
        desk.send(wire.LoopTest())
        with contextlib.suppress(OSError):
            desk.send(wire.ShutDown())
        assert desk.process.wait(6) == 0


def test_a_caller_forgotten_on_hold_is_heard_of(start: StartEngine, tmp_path: Path) -> None:
    """The reminder is a quiet pair of notes, the alarm four that fall: told apart unseen."""
    ear, theirs = tmp_path / "ear.wav", tmp_path / "theirs.wav"
    hold = ("--hold-reminder", "0.6", "--hold-alarm", "1.8")
    desk = start("desk", "--sound", "files", "--earpiece", str(ear), *hold)
    far = start("far", "--sound", "files", "--earpiece", str(theirs))
    ours, _ = connect(desk, far)
    desk.send(wire.Hold(ours))
    desk.wait_for(wire.HoldReminder, lambda e: not e.alarm)
    for _ in range(2):  # when the second comes, the first has been heard
        desk.wait_for(wire.HoldReminder, lambda e: e.alarm)
    desk.send(wire.HangUp(ours))
    desk.wait_for(wire.CallEnded)
    desk.stop()
    far.stop()
    heard = sound.sounding(sound.read(ear))
    assert sound.loudest_frequency(heard[: sound.RATE // 10]) == pytest.approx(660, abs=15)
    rest = heard[round(0.32 * sound.RATE) :]
    assert sound.loudest_frequency(rest[: sound.RATE // 10]) == pytest.approx(990, abs=15)
    assert -45 < sound.level_dbfs(heard) < -15
    assert len(sound.sounding(sound.read(theirs))) == 0  # the caller hears nothing of it


def test_the_floors_alert_gives_way_to_a_call_without_a_word(start: StartEngine) -> None:
    desk, far = start("desk"), start("far")
    alert = wire.TrySound(SoundTrial.ALERT)
    connect(desk, far)
    desk.send(alert)
    assert desk.wait_for(wire.TrialEnded, timeout=0.5).what is SoundTrial.ALERT
    desk.nothing_of(wire.CommandRefused, during=0)
