"""A headset chosen, pulled out and plugged in again with a caller on the line; a ring on the
loudspeaker. Against a real sound server, with what both sides hear measured."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from resources import SOUNDS
from softphone import wire
from softphone.wire import Ringing, SelfTestKind, SoundKind, SoundMove, SoundPart, SoundTrial
from tests.softphone.conftest import StartEngine
from tests.softphone.peer import EngineProcess
from tests.softphone.pulse import RATE, SoundServer, longest_silence, share, sound_server
from tests.softphone.sound import read, write_tone

pytestmark = [
    pytest.mark.sound,
    pytest.mark.skipif(shutil.which("pulseaudio") is None, reason="no PulseAudio here"),
]
RING = str(SOUNDS / "ring" / "desk.wav")
CALLER = 1000  # Hz, what the caller says
SPOKEN = {"Jabra": 440, "Laptop": 700}  # Hz, what each microphone hears
UNPLUGGED_MS = 300  # a syllable: the most a caller may miss of a headset that is pulled out
CHANGED_MS = 80  # a frame or two on a loaded machine


@pytest.fixture
def pulse(tmp_path: Path) -> Iterator[SoundServer]:
    with sound_server(tmp_path / "pulse") as server:
        for name in SPOKEN:
            server.plug_earpiece(f"{name}_ear")
        for name, hertz in SPOKEN.items():
            server.plug_microphone(f"{name}_mic", hertz)
        yield server


@pytest.fixture
def desk(pulse: SoundServer, start: StartEngine) -> EngineProcess:
    return start("desk", *headset("Jabra_mic", "Jabra_ear", "Laptop_ear"))


def headset(microphone: str, earpiece: str, ringer: str, *more: str) -> tuple[str, ...]:
    devices = ("--microphone", microphone, "--earpiece", earpiece, "--ringer", ringer)
    return ("--sound", "headset", *devices, "--ring-tone", RING, *more)


def moved(desk: EngineProcess, part: SoundPart) -> wire.MovedSound:
    def is_of(event: wire.SoundChanged) -> bool:
        return any(move.part is part for move in event.moves)

    moves = desk.wait_for(wire.SoundChanged, is_of, timeout=8).moves
    return next(move for move in moves if move.part is part)


class Talk:
    """A call between the desk and a caller who says a tone and records what is heard."""

    def __init__(self, desk: EngineProcess, start: StartEngine, folder: Path) -> None:
        said = write_tone(folder / "said.wav", CALLER, 60)
        self.heard_at = folder / "heard.wav"
        files = ("--microphone", str(said), "--earpiece", str(self.heard_at))
        self.far = start("far", "--sound", "files", *files)
        self.call = self.far.place(desk)
        offered = desk.wait_for(wire.CallOffered)
        desk.send(wire.Answer(offered.call))
        desk.wait_for(wire.CallAnswered)
        self.far.wait_for(wire.CallAnswered)

    def over(self) -> np.ndarray:
        """Hang up; return what the caller heard."""
        self.far.send(wire.HangUp(self.call))
        self.far.wait_for(wire.CallEnded)
        return read(self.heard_at)


def of_tone(heard: np.ndarray, hertz: float) -> np.ndarray:
    """Return where 20 ms of a tone begin, in samples."""
    frames = np.arange(0, len(heard) - 320, 160)
    return frames[[share(heard[at : at + 320], hertz) > 0.9 for at in frames]]


def spell_of(heard: np.ndarray, hertz: float) -> tuple[int, int]:
    """Return where the longest spell of a tone begins and ends, in samples."""
    at = of_tone(heard, hertz)
    spells = np.split(at, np.flatnonzero(np.diff(at) > 160 * 12) + 1)
    longest = max(spells, key=len)
    assert len(longest) > 10, f"{hertz} Hz was never heard"
    return int(longest[0]), int(longest[-1])


def let(seconds: float) -> None:
    """Let sound be heard for a while: it is the thing measured."""
    time.sleep(seconds)


def test_a_pulled_microphone_is_stood_in_for_and_taken_again(
    desk: EngineProcess,
    pulse: SoundServer,
    start: StartEngine,
    tmp_path: Path,
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    talk = Talk(desk, start, tmp_path)
    let(0.8)
    pulse.pull("Jabra_mic")
    gone = moved(desk, SoundPart.MICROPHONE)
    assert (gone.was, gone.now, gone.why) == ("Jabra_mic", "Laptop_mic", SoundMove.UNPLUGGED)
    let(0.8)
    pulse.plug_microphone("Jabra_mic", SPOKEN["Jabra"])
    back = moved(desk, SoundPart.MICROPHONE)
    assert (back.was, back.now, back.why) == ("Laptop_mic", "Jabra_mic", SoundMove.BACK)
    let(3)  # a null sink may take a while to begin; until then the other goes on
    heard = talk.over()
    begins, ends = spell_of(heard, SPOKEN["Laptop"])
    leaving = heard[begins - RATE // 2 : begins + RATE // 4]
    returning = heard[ends - RATE // 4 : ends + RATE // 2]
    record_testsuite_property("unplugged_ms", longest_silence(leaving))
    record_testsuite_property("back_ms", longest_silence(returning))
    assert of_tone(heard, SPOKEN["Jabra"])[-1] > ends, "and the first one again"
    assert longest_silence(leaving) < UNPLUGGED_MS
    assert longest_silence(returning) < CHANGED_MS


def test_a_pulled_earpiece_is_stood_in_for_and_taken_again(
    desk: EngineProcess, pulse: SoundServer, start: StartEngine, tmp_path: Path
) -> None:
    jabra, laptop = pulse.record("Jabra_ear"), pulse.record("Laptop_ear")
    Talk(desk, start, tmp_path)
    jabra.await_tone(CALLER)
    pulse.pull("Jabra_ear")
    gone = moved(desk, SoundPart.EARPIECE)
    assert (gone.now, gone.why) == ("Laptop_ear", SoundMove.UNPLUGGED)
    laptop.await_tone(CALLER)
    pulse.plug_earpiece("Jabra_ear")
    again = pulse.record("Jabra_ear")
    assert moved(desk, SoundPart.EARPIECE).why is SoundMove.BACK
    again.await_tone(CALLER)
    laptop.await_silence()


def test_a_choice_in_a_call_leads_over_without_a_gap(
    desk: EngineProcess,
    start: StartEngine,
    tmp_path: Path,
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    talk = Talk(desk, start, tmp_path)
    let(1)
    desk.send(wire.UseSound(SoundKind.HEADSET, "Laptop_mic", "Laptop_ear", "Laptop_ear"))
    assert moved(desk, SoundPart.MICROPHONE).why is SoundMove.CHOSEN
    let(1)
    heard = talk.over()
    begins, _ = spell_of(heard, SPOKEN["Laptop"])
    around = heard[begins - RATE // 2 : begins + RATE // 2]
    record_testsuite_property("chosen_ms", longest_silence(around))
    assert longest_silence(around) < CHANGED_MS


def test_devices_are_listed_as_they_come_and_go(desk: EngineProcess, pulse: SoundServer) -> None:
    desk.send(wire.ListDevices())
    desk.wait_for(wire.SoundDevices, lambda e: e.microphones == ("Jabra_mic", "Laptop_mic"))
    pulse.plug_earpiece("Desk_speaker")
    desk.wait_for(wire.SoundDevices, lambda e: "Desk_speaker" in e.earpieces, timeout=4)
    pulse.pull("Laptop_ear")
    changed = desk.wait_for(wire.SoundChanged, lambda e: "Laptop_ear" in e.sound.missing, timeout=4)
    assert changed.sound.ringer not in ("", "Laptop_ear", "Jabra_ear"), "something else rings"


def test_a_call_rings_on_the_loudspeaker_alone_until_it_is_taken_or_gone(
    desk: EngineProcess, pulse: SoundServer, start: StartEngine
) -> None:
    ear, speaker = pulse.record("Jabra_ear"), pulse.record("Laptop_ear")
    far = start("far")
    ends: list[Callable[[str, str], None]] = [
        lambda mine, _: desk.send(wire.Decline(mine)),
        lambda _, theirs: far.send(wire.HangUp(theirs)),
        lambda mine, _: desk.send(wire.Answer(mine)),
    ]
    for end in ends:
        theirs = far.place(desk)
        mine = desk.wait_for(wire.CallOffered).call
        speaker.await_tone(659.26)
        assert np.abs(ear.samples()).max(initial=0) < 0.001, "not in the ear"
        at = time.monotonic()
        end(mine, theirs)
        speaker.await_silence()
        assert time.monotonic() - at < 1.0, "0.1 s of it is the silence waited for"
    desk.wait_for(wire.CallAnswered)
    far.place(desk)
    desk.wait_for(wire.CallOffered)
    ear.await_tone(440)  # the beep of a call that waits
    let(0.6)
    assert np.abs(speaker.samples()[-RATE // 2 :]).max() < 0.001, "a caller would hear it"


def test_ringing_is_soft_or_off_as_each_receptionist_likes(
    desk: EngineProcess, pulse: SoundServer, start: StartEngine
) -> None:
    speaker, far = pulse.record("Laptop_ear"), start("far")
    loudest = {}
    for how in (Ringing.NORMAL, Ringing.SOFT, Ringing.OFF):
        desk.send(wire.SetRinging(how))
        assert desk.wait_for(wire.SoundChanged, lambda e: not e.moves).sound.ringing is how
        far.place(desk)
        mine = desk.wait_for(wire.CallOffered).call
        let(1.2)
        loudest[how] = float(np.abs(speaker.samples()[-RATE:]).max())
        desk.send(wire.Decline(mine))
        speaker.await_silence()
    assert loudest[Ringing.OFF] < 0.001
    assert 20 * np.log10(loudest[Ringing.SOFT] / loudest[Ringing.NORMAL]) == pytest.approx(-14, 1)


def test_a_dead_microphone_fails_its_test_and_passes_when_it_is_heard(
    pulse: SoundServer, start: StartEngine
) -> None:
    pulse.plug_microphone("Muted_mic")
    options = headset("Muted_mic", "Jabra_ear", "", "--idle-silent", "1")
    desk = start("muted", *options)
    desk.send(wire.SoundTest("first"))
    verdicts = {each.kind: each for each in (desk.wait_for(wire.SelfTestResult) for _ in range(2))}
    assert verdicts[SelfTestKind.EARPIECE].good
    assert not verdicts[SelfTestKind.MICROPHONE].good
    assert "mute switch" in verdicts[SelfTestKind.MICROPHONE].detail
    assert desk.wait_for(wire.MicrophoneSilent) == wire.MicrophoneSilent("", True)
    pulse.speak("Muted_mic", 440)
    assert desk.wait_for(wire.MicrophoneSilent) == wire.MicrophoneSilent("", False)
    desk.send(wire.SoundTest("second"))
    assert desk.wait_for(wire.SelfTestResult, lambda e: e.request == "second").good


def test_a_tone_the_ring_and_oneself_can_be_tried(desk: EngineProcess, pulse: SoundServer) -> None:
    ear, speaker = pulse.record("Jabra_ear"), pulse.record("Laptop_ear")
    desk.send(wire.WatchLevels(True))
    desk.wait_for(wire.SoundLevels, lambda e: e.microphone > -30)
    desk.send(wire.TrySound(SoundTrial.TONE))
    ear.await_tone(1047)
    desk.wait_for(wire.SoundLevels, lambda e: e.earpiece > -40)
    assert desk.wait_for(wire.TrialEnded).what is SoundTrial.TONE
    desk.send(wire.TrySound(SoundTrial.RING))
    speaker.await_tone(659.26)
    desk.send(wire.TrySound(SoundTrial.RING, False))
    assert desk.wait_for(wire.TrialEnded).what is SoundTrial.RING
    speaker.await_silence()
    desk.send(wire.TrySound(SoundTrial.ALERT))
    speaker.await_tone(784)
    assert desk.wait_for(wire.TrialEnded).what is SoundTrial.ALERT
    desk.send(wire.TrySound(SoundTrial.HEAR))
    ear.await_tone(SPOKEN["Jabra"])
    desk.send(wire.TrySound(SoundTrial.HEAR, False))
    ear.await_silence()
    desk.send(wire.WatchLevels(False))


def test_no_headset_at_all_is_told_and_the_first_that_comes_is_taken(
    tmp_path: Path, start: StartEngine
) -> None:
    with sound_server(tmp_path / "bare") as bare:
        desk = start("bare", *headset("", "", ""))
        assert desk.welcome.sound.kind is SoundKind.NONE
        assert desk.welcome.sound.reason == "No microphone was found."
        bare.plug_earpiece("New_ear")
        half = desk.wait_for(wire.SoundChanged, lambda e: e.sound.earpiece == "New_ear", timeout=8)
        assert "microphone" in half.sound.reason, "half a headset is not one"
        bare.plug_microphone("New_mic", 440)
        whole = desk.wait_for(
            wire.SoundChanged, lambda e: e.sound.microphone == "New_mic", timeout=8
        )
        assert whole.sound.reason == ""
