"""Real calls recorded by real engines: what is in the file, and what is not."""

import contextlib
import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest

from softphone import vault, wire
from softphone.wire import RecordingState
from tests.softphone import sound
from tests.softphone.conftest import StartEngine
from tests.softphone.peer import EngineProcess
from tests.softphone.test_calls_sip import connect
from tests.softphone.test_conference_sip import speaking
from tests.softphone.test_consult_sip import consult_up
from tests.waiting import until

pytestmark = pytest.mark.sip

ID, OTHER_ID = "a1" * 16, "b2" * 16
KEY = "5e" * 32
DESK, FAR, THIRD = 600, 440, 1000  # Hz
SILENT = -60  # dBFS


class Recorded:
    """A recording's file as its reader finds it."""

    def __init__(self, folder: Path, recording: str = ID) -> None:
        self.file = vault.file_of(folder, recording)
        with self.file.open("rb") as opened:
            self.pieces = list(vault.pieces(opened, recording, bytes.fromhex(KEY)))
        pcm = b"".join(piece.pcm for piece in self.pieces if isinstance(piece, vault.Sound))
        both = np.frombuffer(pcm, "<i2").reshape(-1, 2) / 32768
        self.far, self.near = both[:, 0], both[:, 1]
        self.whole = any(isinstance(piece, vault.End) for piece in self.pieces)
        self.marks = [p for p in self.pieces if isinstance(p, vault.Mark)]

    @property
    def seconds(self) -> float:
        return len(self.far) / vault.RATE


def start_recording(
    desk: EngineProcess, call: str, folder: Path, recording: str = ID, **more: object
) -> None:
    desk.send(wire.StartRecording(call, recording, str(folder), KEY, **more))  # type: ignore[arg-type]


def wait_state(desk: EngineProcess, state: RecordingState, why: str | None = None) -> None:
    desk.wait_for(
        wire.RecordingChanged, lambda e: e.state is state and (why is None or e.why == why)
    )


def hears(desk: EngineProcess) -> None:
    """Wait until both sides' sound has reached the desk's own bridge."""
    desk.wait_for(wire.SoundLevels, lambda e: e.earpiece > -20 and e.microphone > -20)


def grown(path: Path, by: int) -> None:
    """Wait until a file has grown by so many bytes: sound has been written."""
    enough = path.stat().st_size + by
    until(lambda: path.stat().st_size >= enough, "the file does not grow")


def stopped(desk: EngineProcess, call: str) -> wire.RecordingEnded:
    desk.send(wire.StopRecording(call))
    return desk.wait_for(wire.RecordingEnded)


def test_both_sides_are_recorded_each_on_its_own_channel(
    start: StartEngine, tmp_path: Path
) -> None:
    desk = speaking(start, tmp_path, "desk", DESK)
    far = speaking(start, tmp_path, "far", FAR)
    ours, _ = connect(desk, far)
    hears(desk)
    folder = tmp_path / "recordings"
    start_recording(desk, ours, folder)
    wait_state(desk, RecordingState.ON)
    grown(vault.file_of(folder, ID), 4 * vault.RATE)
    ended = stopped(desk, ours)
    found = Recorded(folder)
    assert found.whole
    assert found.seconds == pytest.approx(ended.seconds)
    middle = slice(vault.RATE // 4, -vault.RATE // 4)
    assert sound.loudest_frequency(found.far[middle]) == pytest.approx(FAR, abs=8)
    assert sound.loudest_frequency(found.near[middle]) == pytest.approx(DESK, abs=8)
    assert ended.size == found.file.stat().st_size
    assert found.file.stat().st_mode & 0o077 == 0
    assert [path.name for path in folder.iterdir()] == [f"{ID}.fdrec"]
    desk.send(wire.HangUp(ours))
    desk.wait_for(wire.CallEnded)


def test_a_pause_leaves_no_sample_and_says_so(start: StartEngine, tmp_path: Path) -> None:
    desk, far = start("desk"), speaking(start, tmp_path, "far", FAR)
    ours, _ = connect(desk, far)
    desk.wait_for(wire.SoundLevels, lambda e: e.earpiece > -20)
    start_recording(desk, ours, tmp_path)
    wait_state(desk, RecordingState.ON)
    grown(vault.file_of(tmp_path, ID), vault.RATE)
    desk.send(wire.PauseRecording(ours, "asked"))
    wait_state(desk, RecordingState.PAUSED, "asked")
    size = settled(vault.file_of(tmp_path, ID))
    desk.send(wire.PauseRecording(ours, "sensitive"))
    desk.send(wire.ResumeRecording(ours, "asked"))  # the other reason still stands
    desk.nothing_of(wire.RecordingEnded, during=1.0)
    assert vault.file_of(tmp_path, ID).stat().st_size == size
    desk.send(wire.ResumeRecording(ours, "sensitive"))
    wait_state(desk, RecordingState.ON)
    stopped(desk, ours)
    found = Recorded(tmp_path)
    paused = next(mark for mark in found.marks if mark.what == "paused")
    again = next(mark for mark in found.marks if mark.at > paused.at)
    assert (again.what, again.place) == ("resumed", paused.place)
    assert again.at - paused.at >= 1.0
    desk.send(wire.HangUp(ours))
    desk.wait_for(wire.CallEnded)


def settled(path: Path) -> int:
    """The file's size once what was heard before a pause is in it."""
    size, since = path.stat().st_size, time.monotonic()
    while time.monotonic() - since < 0.6:
        if path.stat().st_size != size:
            size, since = path.stat().st_size, time.monotonic()
        time.sleep(0.02)
    return size


def test_hold_music_and_the_consult_are_left_out_until_they_are_joined(
    start: StartEngine, tmp_path: Path
) -> None:
    desk, far = start("desk"), speaking(start, tmp_path, "far", FAR)
    provider = speaking(start, tmp_path, "provider", THIRD)
    ours, _ = connect(desk, far)
    start_recording(desk, ours, tmp_path)
    wait_state(desk, RecordingState.ON)
    grown(vault.file_of(tmp_path, ID), vault.RATE)
    asked, _ = consult_up(desk, ours, provider)
    wait_state(desk, RecordingState.PAUSED, "held")
    desk.wait_for(wire.SoundLevels, lambda e: e.earpiece > -20)  # the provider speaks
    held_at = settled(vault.file_of(tmp_path, ID))
    desk.nothing_of(wire.RecordingEnded, during=0.5)
    assert vault.file_of(tmp_path, ID).stat().st_size == held_at
    desk.send(wire.Merge(ours, asked))
    wait_state(desk, RecordingState.ON)
    grown(vault.file_of(tmp_path, ID), 8 * vault.RATE)
    desk.send(wire.HangUp(ours))
    desk.wait_for(wire.RecordingEnded)
    found = Recorded(tmp_path)
    assert found.whole
    joined = [mark for mark in found.marks if mark.what == "resumed"][-1].place
    assert power(found.far[:joined], THIRD) < power(found.far[:joined], FAR) / 100
    together = found.far[joined + vault.RATE // 2 :]
    assert power(together, THIRD) > power(together, FAR) / 30


def power(samples: np.ndarray, hertz: float) -> float:
    times = np.arange(len(samples)) / vault.RATE
    return float(abs(np.exp(-2j * np.pi * hertz * times) @ samples) / max(1, len(samples)))


def test_a_muted_desk_is_recorded_as_silence(start: StartEngine, tmp_path: Path) -> None:
    desk, far = speaking(start, tmp_path, "desk", DESK), start("far")
    ours, _ = connect(desk, far)
    desk.send(wire.SetMute(ours, True))
    desk.wait_for(wire.MuteChanged)
    start_recording(desk, ours, tmp_path)
    wait_state(desk, RecordingState.ON)
    grown(vault.file_of(tmp_path, ID), 4 * vault.RATE)
    desk.send(wire.SetMute(ours, False))
    grown(vault.file_of(tmp_path, ID), 8 * vault.RATE)
    stopped(desk, ours)
    near = Recorded(tmp_path).near
    assert sound.level_dbfs(near[: vault.RATE // 2]) < SILENT
    assert sound.level_dbfs(near[-vault.RATE // 2 :]) > -20
    desk.send(wire.HangUp(ours))
    desk.wait_for(wire.CallEnded)


def test_an_engine_killed_leaves_a_part_that_can_be_read(
    start: StartEngine, tmp_path: Path
) -> None:
    desk, far = start("desk"), speaking(start, tmp_path, "far", FAR)
    ours, _ = connect(desk, far)
    desk.wait_for(wire.SoundLevels, lambda e: e.earpiece > -20)
    start_recording(desk, ours, tmp_path)
    wait_state(desk, RecordingState.ON)
    grown(vault.file_of(tmp_path, ID), 8 * vault.RATE)
    os.kill(desk.process.pid, signal.SIGKILL)
    desk.process.wait(5)
    start.processes.remove(desk)
    found = Recorded(tmp_path)
    assert not found.whole
    assert found.seconds > 1.5
    assert sound.loudest_frequency(found.far[vault.RATE // 2 :]) == pytest.approx(FAR, abs=8)


def test_an_engine_that_leaves_finishes_the_file(start: StartEngine, tmp_path: Path) -> None:
    desk, far = start("desk"), start("far")
    ours, _ = connect(desk, far)
    start_recording(desk, ours, tmp_path)
    wait_state(desk, RecordingState.ON)
    grown(vault.file_of(tmp_path, ID), vault.RATE)
    desk.stop()
    assert Recorded(tmp_path).whole


def test_a_call_that_ends_ends_its_recording_and_a_new_window_hears_of_both(
    start: StartEngine, tmp_path: Path
) -> None:
    desk, far = start("desk"), start("far")
    ours, theirs = connect(desk, far)
    start_recording(desk, ours, tmp_path, paused=("sensitive",))
    wait_state(desk, RecordingState.PAUSED, "sensitive")
    (call,) = desk.reconnect().calls
    assert (call.recording, call.recording_state) == (ID, RecordingState.PAUSED)
    desk.wire.close()
    far.send(wire.HangUp(theirs))
    far.wait_for(wire.CallEnded)
    until(lambda: ended_well(tmp_path), "the recording never ended", 30)
    time.sleep(0.3)  # the engine's own look at it
    (ended,) = desk.reconnect().recorded
    assert (ended.call, ended.recording, ended.seconds) == (ours, ID, 0.0)
    assert desk.reconnect().recorded == ()


def ended_well(folder: Path) -> bool:
    with contextlib.suppress(OSError, vault.VaultError):
        return Recorded(folder).whole
    return False


def test_two_calls_are_kept_apart(start: StartEngine, tmp_path: Path) -> None:
    desk = start("desk")
    one = speaking(start, tmp_path, "one", FAR)
    two = speaking(start, tmp_path, "two", THIRD)
    first, _ = connect(desk, one)
    start_recording(desk, first, tmp_path)
    wait_state(desk, RecordingState.ON)
    grown(vault.file_of(tmp_path, ID), 4 * vault.RATE)
    second, _ = connect(desk, two)
    desk.wait_for(wire.CallHeld)
    start_recording(desk, second, tmp_path, OTHER_ID)
    desk.wait_for(wire.RecordingChanged, lambda e: e.recording == OTHER_ID)
    grown(vault.file_of(tmp_path, OTHER_ID), 4 * vault.RATE)
    for call in (first, second):
        desk.send(wire.HangUp(call))
    for _ in range(2):
        desk.wait_for(wire.RecordingEnded)
    heard, other = Recorded(tmp_path), Recorded(tmp_path, OTHER_ID)
    assert power(heard.far, THIRD) < power(heard.far, FAR) / 100
    assert power(other.far, FAR) < power(other.far, THIRD) / 100


@pytest.mark.parametrize(
    ("key", "recording", "folder"),
    [("5e" * 31, ID, ""), (KEY, "../x", ""), (KEY, ID, "/proc/nowhere")],
)
def test_what_cannot_be_recorded_is_said_and_the_call_goes_on(
    start: StartEngine, tmp_path: Path, key: str, recording: str, folder: str
) -> None:
    desk, far = start("desk"), start("far")
    ours, _ = connect(desk, far)
    desk.send(wire.StartRecording(ours, recording, folder or str(tmp_path / "made"), key))
    if folder:
        assert "stopped" in desk.wait_for(wire.RecordingEnded).reason
    else:
        assert "no id or no key" in desk.wait_for(wire.CommandRefused).reason
    assert [call.recording for call in desk.reconnect().calls] == [""]
    desk.send(wire.PauseRecording(ours, "asked"))
    assert "not being recorded" in desk.wait_for(wire.CommandRefused).reason
    desk.send(wire.HangUp(ours))
    desk.wait_for(wire.CallEnded)


def test_a_recording_is_played_into_the_earpiece_and_gives_way_to_a_call(
    start: StartEngine, tmp_path: Path
) -> None:
    sealer = vault.Sealer(ID, bytes.fromhex(KEY))
    times = np.arange(vault.RATE * 4) / vault.RATE
    both = np.stack([np.sin(2 * np.pi * hz * times) * 8000 for hz in (FAR, THIRD)], axis=1)
    pcm = both.astype("<i2").tobytes()
    vault.file_of(tmp_path, ID).write_bytes(sealer.header + sealer.sound(pcm) + sealer.end(1.0))
    ear = tmp_path / "ear.wav"
    desk = start("desk", "--sound", "files", "--earpiece", str(ear))
    far = start("far")
    desk.send(wire.PlayRecording(ID, str(tmp_path), KEY, from_s=2.5))
    assert desk.wait_for(wire.PlaybackChanged).of_s == 4.0
    over = desk.wait_for(wire.PlaybackChanged, lambda e: not e.playing)
    assert (over.at_s, over.reason) == (4.0, "")
    desk.send(wire.PlayRecording(ID, str(tmp_path), KEY))
    desk.wait_for(wire.PlaybackChanged, lambda e: e.playing)
    far.place(desk)
    assert desk.wait_for(wire.PlaybackChanged, lambda e: not e.playing).reason
    desk.send(wire.PlayRecording(ID, str(tmp_path), KEY))
    assert "no call" in desk.wait_for(wire.CommandRefused).reason
    desk.stop()
    heard = sound.sounding(sound.read(ear))
    assert min(power(heard, FAR), power(heard, THIRD)) > 0.02


def test_a_file_that_was_changed_is_not_played(start: StartEngine, tmp_path: Path) -> None:
    sealer = vault.Sealer(ID, bytes.fromhex(KEY))
    file = bytearray(sealer.header + sealer.sound(bytes(6400)) + sealer.end(1.0))
    file[60] ^= 1
    vault.file_of(tmp_path, ID).write_bytes(file)
    desk = start("desk")
    desk.send(wire.PlayRecording(ID, str(tmp_path), KEY))
    assert "changed" in desk.wait_for(wire.PlaybackChanged, lambda e: not e.playing).reason
