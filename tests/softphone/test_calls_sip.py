"""Real calls between real engines, over loopback: what the desk and the caller notice."""

from pathlib import Path

import pytest

from softphone import wire
from softphone.calls import CallState
from softphone.wire import EndCause
from tests.softphone import sound
from tests.softphone.conftest import MakeCaller, StartEngine
from tests.softphone.peer import EngineProcess, NothingCame, Wire

pytestmark = pytest.mark.sip


def connect(desk: EngineProcess, far: EngineProcess) -> tuple[str, str]:
    """Bring a call up from `far` to `desk`; return its ids at both."""
    theirs = far.place(desk, caller_number="+15155550142")
    ours = desk.wait_for(wire.CallOffered).call
    desk.send(wire.Answer(ours))
    desk.wait_for(wire.CallAnswered, lambda e: e.call == ours)
    far.wait_for(wire.CallAnswered, lambda e: e.call == theirs)
    return ours, theirs


def test_the_desk_learns_who_calls_and_what_was_dialled(start: StartEngine) -> None:
    desk, far = start("desk"), start("far")
    far.place(
        desk,
        caller_number="+15155550142",
        caller_name='Dana "D" Whit',
        headers={"X-Frontdesk-Number": "+15155550100", "X-Pbx-Call-Id": "1700.42"},
    )
    offered = desk.wait_for(wire.CallOffered)
    assert offered.caller == wire.Party("+15155550142", 'Dana "D" Whit', "From")
    assert offered.dialled == wire.Dialled("+15155550100", "X-Frontdesk-Number")
    assert offered.pbx_call_id == "1700.42"
    assert far.wait_for(wire.CallAlerting).code == 180


def test_sound_goes_both_ways_at_the_right_pitch_and_level(
    start: StartEngine, tmp_path: Path
) -> None:
    files = {}
    for name, hertz in (("desk", 440), ("far", 1000)):
        microphone = sound.write_tone(tmp_path / f"{name}-mic.wav", hertz, 2.0)
        files[name] = tmp_path / f"{name}-ear.wav"
        sound_options = ("--microphone", str(microphone), "--earpiece", str(files[name]))
        start(name, "--sound", "files", *sound_options)
    desk, far = start.processes
    ours, _ = connect(desk, far)
    heard = desk.wait_for(wire.SoundLevels, lambda e: e.earpiece > -20 and e.microphone > -20)
    assert heard.earpiece == pytest.approx(-12, abs=3)
    # both tones are over when the levels fall silent again
    desk.wait_for(wire.SoundLevels, lambda e: e.earpiece < -60 and e.microphone < -60)
    far.wait_for(wire.SoundLevels, lambda e: e.earpiece < -60 and e.microphone < -60)
    desk.send(wire.HangUp(ours))
    for engine in (desk, far):
        engine.wait_for(wire.CallEnded)
        engine.stop()
    for name, hertz in (("desk", 1000), ("far", 440)):
        heard_samples = sound.sounding(sound.read(files[name]))
        assert len(heard_samples) / sound.RATE == pytest.approx(2.0, abs=0.25)
        middle = heard_samples[sound.RATE // 2 : -sound.RATE // 4]
        assert sound.loudest_frequency(middle) == pytest.approx(hertz, abs=3)
        assert sound.level_dbfs(middle) == pytest.approx(-15, abs=2)


def test_hold_stops_the_sound_and_resume_brings_it_back(start: StartEngine, tmp_path: Path) -> None:
    tone = sound.write_tone(tmp_path / "mic.wav", 440, 30)
    desk, far = start("desk", "--sound", "files", "--microphone", str(tone)), start("far")
    ours, _ = connect(desk, far)
    far.wait_for(wire.SoundLevels, lambda e: e.earpiece > -20)
    desk.send(wire.Hold(ours))
    desk.wait_for(wire.CallHeld)
    far.wait_for(wire.SoundLevels, lambda e: e.earpiece <= -60)
    desk.send(wire.Resume(ours))
    desk.wait_for(wire.CallResumed)
    far.wait_for(wire.SoundLevels, lambda e: e.earpiece > -20)


def test_mute_stops_the_microphone_only(start: StartEngine, tmp_path: Path) -> None:
    tone = sound.write_tone(tmp_path / "mic.wav", 440, 30)
    options = ("--sound", "files", "--microphone", str(tone))
    desk, far = start("desk", *options), start("far", *options)
    ours, _ = connect(desk, far)
    far.wait_for(wire.SoundLevels, lambda e: e.earpiece > -20)
    desk.send(wire.SetMute(ours, True))
    assert desk.wait_for(wire.MuteChanged) == wire.MuteChanged(ours, True)
    far.wait_for(wire.SoundLevels, lambda e: e.earpiece <= -60)
    desk.wait_for(wire.SoundLevels, lambda e: e.earpiece > -20)
    desk.send(wire.SetMute(ours, False))
    desk.wait_for(wire.MuteChanged)
    far.wait_for(wire.SoundLevels, lambda e: e.earpiece > -20)


def test_sound_can_be_changed_in_the_middle_of_a_call(start: StartEngine, tmp_path: Path) -> None:
    tone = sound.write_tone(tmp_path / "mic.wav", 440, 30)
    desk, far = start("desk"), start("far")
    ours, _ = connect(desk, far)
    desk.send(wire.UseSound(wire.SoundKind.FILES, str(tone)))
    assert desk.wait_for(wire.SoundChanged).sound.kind == "files"
    far.wait_for(wire.SoundLevels, lambda e: e.earpiece > -20)
    desk.send(wire.UseSound(wire.SoundKind.FILES, str(tmp_path / "missing.wav")))
    assert "does not exist" in desk.wait_for(wire.CommandRefused).reason
    desk.send(wire.HangUp(ours))
    assert desk.wait_for(wire.CallEnded).cause is EndCause.DESK


def test_keys_arrive_at_the_far_end(start: StartEngine) -> None:
    desk, far = start("desk"), start("far")
    ours, _ = connect(desk, far)
    desk.send(wire.SendDtmf(ours, "1#a"))
    assert [far.wait_for(wire.DtmfReceived).digit for _ in range(3)] == ["1", "#", "A"]


def test_a_declined_call_goes_on_to_the_next_desk(start: StartEngine, caller: MakeCaller) -> None:
    desk = start()
    line = caller(desk)
    attempt = line.invite()
    desk.send(wire.Decline(desk.wait_for(wire.CallOffered).call))
    line.wait_code(attempt, 480)
    line.acknowledge(attempt, refusal=True)
    assert desk.wait_for(wire.CallEnded).cause is EndCause.DECLINED


def test_a_caller_who_gives_up_is_told_as_abandoned(start: StartEngine, caller: MakeCaller) -> None:
    desk = start()
    line = caller(desk)
    attempt = line.invite()
    desk.wait_for(wire.CallOffered)
    line.give_up(attempt)
    ended = desk.wait_for(wire.CallEnded)
    assert (ended.cause, ended.code) == (EndCause.ABANDONED, 487)


def test_a_call_nobody_answers_is_given_up(start: StartEngine, caller: MakeCaller) -> None:
    desk = start("desk", "--ring-timeout", "0.3")
    line = caller(desk)
    attempt = line.invite()
    line.wait_code(attempt, 480)
    line.acknowledge(attempt, refusal=True)
    assert desk.wait_for(wire.CallEnded).cause is EndCause.UNANSWERED


def test_the_caller_hangs_up(start: StartEngine) -> None:
    desk, far = start("desk"), start("far")
    _, theirs = connect(desk, far)
    far.send(wire.HangUp(theirs))
    ended = desk.wait_for(wire.CallEnded)
    assert (ended.cause, ended.code) == (EndCause.CALLER, 0)


def test_answering_a_second_call_holds_the_first(start: StartEngine) -> None:
    desk, far = start("desk"), start("far")
    first, _ = connect(desk, far)
    second, _ = connect(desk, far)
    assert desk.wait_for(wire.CallHeld).call == first
    desk.send(wire.Resume(first))
    assert desk.wait_for(wire.CallHeld).call == second
    assert desk.wait_for(wire.CallResumed).call == first


def test_a_caller_without_a_number_still_gets_through(
    start: StartEngine, caller: MakeCaller
) -> None:
    desk = start()
    caller(desk).invite(from_value='"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1')
    assert desk.wait_for(wire.CallOffered).caller == wire.Party("", "", "From")


def test_the_call_goes_on_when_the_window_dies(start: StartEngine, tmp_path: Path) -> None:
    tone = sound.write_tone(tmp_path / "mic.wav", 440, 30)
    desk = start("desk", "--sound", "files", "--microphone", str(tone), "--keep", "0.2")
    far = start("far")
    ours, _ = connect(desk, far)
    desk.wire.close()
    far.wait_for(wire.SoundLevels, lambda e: e.earpiece > -20)
    for _ in range(4):  # 0.6 s and more: longer than an engine without a call would keep
        far.wait_for(wire.SoundLevels, lambda e: e.earpiece > -20)
    (call,) = desk.reconnect().calls
    assert (call.call, call.state) == (ours, CallState.ACTIVE)
    assert call.caller.number == "+15155550142"
    desk.send(wire.HangUp(ours))
    assert desk.wait_for(wire.CallEnded).call == ours


def test_an_engine_left_alone_leaves_and_takes_its_file_with_it(start: StartEngine) -> None:
    desk = start("desk", "--keep", "0.2")
    desk.wire.close()
    assert desk.process.wait(5) == 0
    assert not desk.rendezvous_path.exists()


def test_every_client_hears_everything(start: StartEngine, caller: MakeCaller) -> None:
    desk = start()
    second = Wire(desk.rendezvous)
    second.wait_for(wire.Welcome)
    caller(desk).invite()
    assert second.wait_for(wire.CallOffered) == desk.wait_for(wire.CallOffered)
    second.close()


def test_a_blind_transfer_reaches_the_other_phone(start: StartEngine) -> None:
    desk, far, provider = start("desk"), start("far", "--accept-transfers"), start("provider")
    ours, theirs = connect(desk, far)
    host, port = provider.sip
    desk.send(wire.Transfer(ours, f"sip:doctor@{host}:{port}"))
    desk.wait_for(wire.TransferStarted)
    reached = provider.wait_for(wire.CallOffered)
    provider.send(wire.Answer(reached.call))
    provider.wait_for(wire.CallAnswered)
    assert desk.wait_for(wire.CallEnded).cause is EndCause.TRANSFERRED
    assert far.wait_for(wire.CallEnded).call == theirs
    provider.send(wire.HangUp(reached.call))
    assert far.wait_for(wire.CallEnded).cause is EndCause.CALLER


def test_a_transfer_that_fails_leaves_the_caller_on_the_line(start: StartEngine) -> None:
    desk, far, provider = start("desk"), start("far", "--accept-transfers"), start("provider")
    ours, theirs = connect(desk, far)
    host, port = provider.sip
    desk.send(wire.Transfer(ours, f"sip:doctor@{host}:{port}"))
    provider.send(wire.Decline(provider.wait_for(wire.CallOffered).call))
    failed = desk.wait_for(wire.TransferFailed)
    assert (failed.call, failed.code) == (ours, 480)
    (call,) = desk.reconnect().calls
    assert call.state is CallState.ACTIVE
    far.send(wire.HangUp(theirs))
    assert desk.wait_for(wire.CallEnded).cause is EndCause.CALLER


def test_a_stranger_cannot_make_the_desk_dial(start: StartEngine, caller: MakeCaller) -> None:
    desk = start()
    line = caller(desk)
    attempt = line.invite()
    desk.send(wire.Answer(desk.wait_for(wire.CallOffered).call))
    line.answered_call(attempt)
    line.request(attempt, "REFER", 2, Refer_To="<sip:900@192.0.2.7>")
    refused = line.wait(attempt, lambda m: m.method == "REFER" and m.code >= 200)
    assert refused.code == 403
    with pytest.raises(NothingCame):
        desk.wait_for(wire.CallPlaced, timeout=0.3)


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (wire.Answer("nobody"), "no such call"),
        (wire.PlaceCall("r", "5155550142"), "no PBX"),
        (wire.PlaceCall("r", "sip:a@b c"), "not a SIP address"),
        (wire.PlaceCall("r", "sip:a@127.0.0.1", headers={"Via": "x"}), "cannot be added"),
        (wire.PlaceCall("r", "sip:a@127.0.0.1", headers={"X-A": "1\r\nB: 2"}), "cannot be sent"),
        (wire.UseAccount("desk", "pbx.example/"), "host name or address"),
        (wire.UseAccount("desk", "pbx.example", srtp=wire.Srtp.REQUIRED), "choose TLS"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_sentence(
    start: StartEngine, command: wire.Command, sentence: str
) -> None:
    desk = start()
    desk.send(command)
    assert sentence in desk.wait_for(wire.CommandRefused).reason
    desk.send(wire.Ping(7))
    assert desk.wait_for(wire.Pong).number == 7


def test_a_taken_port_is_said_in_a_sentence(start: StartEngine, tmp_path: Path) -> None:
    desk = start()
    port = desk.sip[1]
    with pytest.raises(AssertionError, match=f"SIP port {port} is taken by another program"):
        start("second", "--sip-port", str(port))
    assert not (tmp_path / "second.json").exists()
