"""What was heard reaches the file whole, however the writer's looks fall between the frames."""

import tempfile
from collections import deque
from itertools import groupby
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from softphone import vault
from softphone.recording.taps import FAR, NEAR
from softphone.recording.writer import Job, Turn, Writer

ID, KEY = "c3" * 16, bytes(32)


class HeldTaps:
    """Taps without a bridge: a test puts the frames in."""

    def __init__(self) -> None:
        self.section: int | None = None
        self.frames: deque[tuple[int, int, bytes]] = deque()
        self.overflowed = False
        self.failed: Exception | None = None


def job_in(folder: str) -> Job:
    taps = HeldTaps()
    return Job(ID, vault.file_of(Path(folder), ID), vault.Sealer(ID, KEY), taps)  # type: ignore[arg-type]


class Desk:
    """The engine's side, one thing at a time, and what ought to come of it."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.newest = 0
        self.said: dict[int, tuple[list[bytes], list[bytes]]] = {}

    def resume(self) -> None:
        if self.job.taps.section is None:
            self.newest += 1
            self.said[self.newest] = ([], [])
            self.job.turns.append(Turn(float(self.newest), "resumed", "", self.newest))
            self.job.taps.section = self.newest

    def pause(self) -> None:
        if self.job.taps.section is not None:
            self.job.taps.section = None
            self.job.turns.append(Turn(0.0, "paused", "", None))

    def hear(self, both: bool) -> None:
        """A tick of the bridge: both sides' frames, or one that the other's will follow."""
        section = self.job.taps.section
        if section is None:
            return
        far, near = self.said[section]
        number = len(far)
        for side, frames in ((FAR, far), (NEAR, near)):
            if side is NEAR and not both:
                continue
            while len(frames) <= number:
                data = (section * 1000 + len(frames) * 2 + side + 1).to_bytes(2, "little") * 320
                frames.append(data)
                self.job.taps.frames.append((section, side, data))


moves = st.lists(st.sampled_from(["resume", "pause", "hear", "far only", "look"]), max_size=60)


@given(moves)
def test_each_part_holds_what_was_heard_in_it_and_nothing_of_another(moves: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        job = job_in(folder)
        desk, writer = Desk(job), Writer()
        for move in ["look", *moves]:
            if move == "look":
                writer.step(job)
            elif move == "hear":
                desk.hear(both=True)
            elif move == "far only":
                desk.hear(both=False)
            else:
                getattr(desk, move)()
        job.taps.section = None
        job.ended_at = 9.0
        writer.step(job)
        assert job.result is not None
        assert job.result.reason == ""
        with job.path.open("rb") as file:
            found = list(vault.pieces(file, ID, KEY))
    assert isinstance(found[-1], vault.End)
    assert job.result.seconds == found[-1].place / vault.RATE
    for section, (far, near) in enumerate(parts(found), start=1):
        said_far, said_near = (b"".join(frames) for frames in desk.said[section])
        assert far == said_far.ljust(len(near), b"\0")
        assert near == said_near.ljust(len(far), b"\0")
        assert len(far) == max(len(said_far), len(said_near))


def parts(pieces: list[vault.Piece]) -> list[tuple[bytes, bytes]]:
    """Both sides of what follows each “resumed”."""
    found: list[tuple[bytes, bytes]] = []
    for is_sound, run in groupby(pieces, lambda piece: isinstance(piece, vault.Sound)):
        if is_sound:
            pcm = b"".join(piece.pcm for piece in run if isinstance(piece, vault.Sound))
            samples = memoryview(pcm).cast("h")
            found[-1] = (samples[0::2].tobytes(), samples[1::2].tobytes())
        else:
            found += [(b"", b"") for p in run if isinstance(p, vault.Mark) and p.what == "resumed"]
    return found


def test_frames_that_came_as_the_pause_began_are_left_out() -> None:
    with tempfile.TemporaryDirectory() as folder:
        job = job_in(folder)
        desk, writer = Desk(job), Writer()
        desk.resume()
        desk.hear(both=True)
        desk.pause()
        writer.step(job)
        job.taps.frames.append((1, FAR, bytes(640)))
        job.ended_at = 9.0
        writer.step(job)
        assert job.result is not None
        assert job.result.seconds == 0.02


def test_a_side_that_stops_is_filled_with_silence() -> None:
    with tempfile.TemporaryDirectory() as folder:
        job = job_in(folder)
        writer = Writer()
        desk = Desk(job)
        desk.resume()
        for _ in range(20):
            desk.hear(both=False)
        writer.step(job)
        assert job.sealer.place == 20 * 320


def test_sound_that_cannot_be_kept_up_with_ends_the_recording_with_a_sentence() -> None:
    with tempfile.TemporaryDirectory() as folder:
        job = job_in(folder)
        job.taps.overflowed = True
        Writer().step(job)
        assert job.result is not None
        assert "kept up" in job.result.reason
