"""The thread that seals what the taps heard and writes it: the only one that waits for the disk.

It wakes four times a second, pairs both sides' frames, seals them and appends to the file; a crash
costs the last half second. What comes of it is put in a list for the engine's thread to find.
"""

import contextlib
import hashlib
import os
import threading
import time
from array import array
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from softphone.recording.taps import FAR, NEAR, Taps
from softphone.vault import RATE, Sealer, file_of

EVERY: Final = 0.25  # seconds
SYNC_EVERY: Final = 5.0
_MOST_APART: Final = RATE // 5 * 2  # bytes by which one side may be ahead of the other
ROOM_LEFT: Final = 256 << 20  # bytes of the disk that a recording leaves free


@dataclass(frozen=True, slots=True)
class Turn:
    """The recording starts, pauses or goes on: sound of `section` follows, None when it rests."""

    at: float
    what: str
    why: str
    section: int | None


@dataclass(frozen=True, slots=True)
class Result:
    """How a file ended. `sha256` is of the whole file; "" where it could not be finished."""

    recording: str
    at: float
    seconds: float
    size: int  # bytes
    sha256: str
    reason: str = ""  # a sentence where the recording ended by itself


@dataclass(slots=True, eq=False)
class Job:
    """One recording under way, shared by the engine's thread and the writer's."""

    recording: str
    path: Path
    sealer: Sealer
    taps: Taps
    turns: deque[Turn] = field(default_factory=deque)
    ended_at: float | None = None
    opened: bool = False  # the file is there and being written
    result: Result | None = None
    descriptor: int = -1
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    size: int = 0
    sides: tuple[bytearray, bytearray] = field(default_factory=lambda: (bytearray(), bytearray()))
    section: int | None = None  # the one being written
    newest: int = 0  # the last one that has begun
    early: list[tuple[int, int, bytes]] = field(default_factory=list)  # heard, of one yet to begin
    synced_at: float = 0.0


class Writer:
    """One thread for every recording of the engine."""

    def __init__(self) -> None:
        self._jobs: deque[Job] = deque()
        self._wake = threading.Event()
        self._leaving = False
        self._thread = threading.Thread(target=self._run, name="recordings", daemon=True)

    def add(self, job: Job) -> None:
        """Take a recording on. For the engine's thread, as is everything but `_run`'s side."""
        self._jobs.append(job)
        if not self._thread.is_alive():
            self._thread.start()
        self.wake()

    def wake(self) -> None:
        """Have the thread look now."""
        self._wake.set()

    def close(self, within: float) -> None:
        """Finish what has ended, and leave; a disk that hangs is not waited for."""
        self._leaving = True
        self.wake()
        if self._thread.is_alive():
            self._thread.join(within)

    # The writer's own thread

    def _run(self) -> None:
        while True:
            self._wake.wait(EVERY if self._jobs else None)
            self._wake.clear()
            leaving = self._leaving
            for job in list(self._jobs):
                self.step(job)
                if job.result is not None:
                    self._jobs.remove(job)
            if leaving:
                return

    def step(self, job: Job) -> None:
        """Write what was heard of one recording since the last look."""
        ended_at = job.ended_at  # read first: what was heard before it is written still
        try:
            if not job.opened:
                self._open(job)
            self._take(job)
            if job.taps.overflowed or job.taps.failed:
                raise OSError(0, "the sound could not be kept up with")
            if ended_at is not None:
                self._finish(job, ended_at)
            elif time.monotonic() - job.synced_at > SYNC_EVERY:
                job.synced_at = time.monotonic()
                os.fsync(job.descriptor)
                _require_room(job.path)
        except OSError as error:
            self._give_up(job, error)

    @staticmethod
    def _open(job: Job) -> None:
        job.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _require_room(job.path)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        job.descriptor = os.open(job.path, flags, 0o600)
        job.synced_at = time.monotonic()
        _write(job, job.sealer.header)
        job.opened = True

    @staticmethod
    def _take(job: Job) -> None:
        """Write everything heard so far, turns at their places."""
        turns = len(job.turns)  # those known before the frames are looked at
        frames = job.taps.frames
        heard = job.early + [frames.popleft() for _ in range(len(frames))]
        at = 0
        for _ in range(turns):
            turn = job.turns.popleft()
            at = _sort(job, heard, at)
            _seal_sound(job, whole=True)
            _write(job, job.sealer.mark(turn.at, turn.what, turn.why))
            job.section = turn.section
            job.newest = max(job.newest, turn.section or 0)
        job.early = heard[_sort(job, heard, at) :]
        _seal_sound(job, whole=False)

    @staticmethod
    def _finish(job: Job, ended_at: float) -> None:
        _seal_sound(job, whole=True)
        _write(job, job.sealer.end(ended_at))
        os.fsync(job.descriptor)
        os.close(job.descriptor)
        job.descriptor = -1
        job.result = _result(job, ended_at, job.digest.hexdigest())

    @staticmethod
    def _give_up(job: Job, error: OSError) -> None:
        if job.descriptor >= 0:
            with contextlib.suppress(OSError):
                os.close(job.descriptor)
            job.descriptor = -1
        job.taps.section = None
        reason = f"The recording stopped: {error.strerror or 'the disk failed'}."
        job.result = _result(job, time.time(), "", reason)


def make_job(recording: str, folder: Path, key: bytes, taps: Taps) -> Job:
    """Return a recording yet to be given to the writer."""
    return Job(recording, file_of(folder, recording), Sealer(recording, key), taps)


def _sort(job: Job, heard: list[tuple[int, int, bytes]], at: int) -> int:
    """Give each side its frames of the section that is on; stop at the next one's. A frame of one
    that is over was on its way as the pause began, and is left out."""
    while at < len(heard):
        section, side, data = heard[at]
        if section > job.newest:
            break
        if section == job.section:
            job.sides[side].extend(data)
        at += 1
    return at


def _seal_sound(job: Job, *, whole: bool) -> None:
    """Seal what both sides have; `whole`, or where one has stopped, silence fills the shorter."""
    far, near = job.sides[FAR], job.sides[NEAR]
    apart = abs(len(far) - len(near))
    length = max(len(far), len(near)) if whole or apart > _MOST_APART else min(len(far), len(near))
    if not length:
        return
    both = array("h", bytes(2 * length))
    for number, side in enumerate((far, near)):
        ready = array("h", bytes(side[:length]).ljust(length, b"\0"))
        both[number::2] = ready
        del side[:length]
    _write(job, job.sealer.sound(both.tobytes()))


def _write(job: Job, data: bytes) -> None:
    job.digest.update(data)
    job.size += len(data)
    view = memoryview(data)
    while view:
        view = view[os.write(job.descriptor, view) :]


def _result(job: Job, at: float, sha256: str, reason: str = "") -> Result:
    return Result(job.recording, at, job.sealer.place / RATE, job.size, sha256, reason)


def _require_room(path: Path) -> None:
    if hasattr(os, "statvfs"):
        disk = os.statvfs(path.parent)
        if disk.f_bavail * disk.f_frsize < ROOM_LEFT:
            raise OSError(0, "the disk is almost full")
