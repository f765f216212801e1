"""Prompts into a call between real engines: heard, stopped by a key, over by themselves."""

from pathlib import Path

import pytest

from resources import PROMPTS
from softphone import wire
from tests.softphone import sound
from tests.softphone.conftest import StartEngine
from tests.softphone.test_calls_sip import connect

pytestmark = pytest.mark.sip

TONE_HZ = 900


def test_a_prompt_is_heard_by_the_far_end_and_tells_its_end(
    start: StartEngine, tmp_path: Path
) -> None:
    tone, ear = sound.write_tone(tmp_path / "prompt.wav", TONE_HZ, 0.8), tmp_path / "ear.wav"
    desk = start("desk")
    far = start("far", "--sound", "files", "--earpiece", str(ear))
    ours, _ = connect(desk, far)
    desk.send(wire.PlayPrompt(ours, str(tone)))
    ended = desk.wait_for(wire.PromptEnded)
    assert ended == wire.PromptEnded(ours, heard_out=True)
    desk.send(wire.HangUp(ours))
    far.wait_for(wire.CallEnded)
    far.stop()
    heard = sound.sounding(sound.read(ear))
    assert sound.loudest_frequency(heard) == pytest.approx(TONE_HZ, abs=10)
    assert 0.6 < len(heard) / sound.RATE < 1.1


def test_a_prompt_is_repeated_until_it_is_stopped_by_a_key(start: StartEngine) -> None:
    desk, far = start("desk"), start("far")
    ours, theirs = connect(desk, far)
    desk.send(wire.PlayPrompt(ours, str(PROMPTS / "thank_you.wav"), again_after_s=0.5))
    far.send(wire.SendDtmf(theirs, "1"))
    assert desk.wait_for(wire.DtmfReceived).digit == "1"
    desk.send(wire.StopPrompt(ours))
    assert not desk.wait_for(wire.PromptEnded).heard_out
    desk.send(wire.PlayPrompt(ours, str(PROMPTS / "thank_you.wav")))
    desk.send(wire.HangUp(ours))
    assert not desk.wait_for(wire.PromptEnded).heard_out
    desk.wait_for(wire.CallEnded)


def test_what_cannot_be_played_is_refused_with_why(start: StartEngine, tmp_path: Path) -> None:
    desk, far = start("desk"), start("far")
    ours, _ = connect(desk, far)
    (tmp_path / "words.wav").write_text("no sound")
    for file in ("words.wav", "nothing.wav"):
        desk.send(wire.PlayPrompt(ours, str(tmp_path / file)))
        refused = desk.wait_for(wire.CommandRefused)
        assert (refused.command, refused.call) == ("play_prompt", ours)
    desk.send(wire.PlayPrompt("gone", str(PROMPTS / "thank_you.wav")))
    assert desk.wait_for(wire.CommandRefused).call == "gone"
