"""Which calls are recorded and when, on the engine's thread.

A recording runs while its call is in front of the desk and nobody has paused it: on hold, or while
somebody else is asked about the caller, neither the music nor the other conversation is heard. In a
conference the third party is heard too, on the far ends' side. Muting is heard as silence: the file
has what the caller heard of the desk.
"""

import contextlib
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pjsua2 as pj

from softphone import log, vault, wire
from softphone.errors import Refused
from softphone.lines import Line
from softphone.recording.taps import Taps
from softphone.recording.writer import Job, Result, Turn, Writer, make_job
from softphone.station import Station
from softphone.wire import RecordingState

HELD: Final = "held"
REST: Final = 1.0  # seconds until used taps are used again: the bridge lets go a tick later
FAREWELL: Final = 2.0  # seconds the disk is given at the engine's end


@dataclass(slots=True, eq=False)
class _Recording:
    line: Line
    job: Job
    pauses: set[str] = field(default_factory=set)  # why it does not run; empty: it runs
    section: int = 0
    told: tuple[RecordingState, str] | None = None
    joined: dict[tuple[int, int], tuple[Any, Any]] = field(default_factory=dict)


class Recorder:
    """Every recording of the engine."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._writer = Writer()
        self._running: dict[Line, _Recording] = {}
        self._ending: list[_Recording] = []
        self._resting: list[tuple[float, Taps]] = []
        self._taps: list[Taps] = []
        self._untold: list[wire.RecordingEnded] = []
        station.audio.listeners.append(self)

    # What is asked

    def start(self, line: Line, asked: wire.StartRecording) -> None:
        """Begin to record a call, or raise `Refused`. The file is opened on the writer's thread;
        `RecordingChanged` follows once it is there."""
        if not line.talking:
            raise Refused("Only a call that has been answered can be recorded.")
        if line in self._running:
            raise Refused("The call is being recorded already.")
        key = vault.read_key(asked.key)
        if key is None or not vault.is_id(asked.recording):
            raise Refused("The recording has no id or no key of the right kind.")
        job = make_job(asked.recording, Path(asked.folder), key, self._take_taps())
        self._running[line] = _Recording(line, job, {HELD, *asked.paused})
        line.recording = asked.recording
        job.turns.append(Turn(time.time(), "started", "", None))
        self._writer.add(job)
        self._station.audio.refresh(line)
        log.note("recording", call=line.id, state="started")

    def pause(self, line: Line, why: str) -> None:
        """Let a recording rest for a reason; several may hold at once."""
        self._need(line).pauses.add(why)
        self._turn(self._need(line), why)

    def resume(self, line: Line, why: str) -> None:
        """Take a reason away; the recording goes on when none is left."""
        found = self._need(line)
        found.pauses.discard(why)
        self._turn(found, why)

    def stop(self, line: Line) -> None:
        """End a recording; its call goes on."""
        self._end(self._need(line))

    # What happened to the sound

    def joined(self, line: Line, media: Any, microphone: Any, others: list[Any]) -> None:
        """A call has the headset, or its joins have changed; `others` are those it is with."""
        found = self._running.get(line)
        if found is None:
            return
        taps = found.job.taps
        ways = [(source, taps.far) for source in (media, *others)]
        if not line.muted:
            ways.append((microphone, taps.near))
        before, found.joined = found.joined, {}
        for source, sink in ways:
            with contextlib.suppress(pj.Error):  # the stream went in this very poll
                source.startTransmit(sink)
                found.joined[source.getPortId(), sink.getPortId()] = (source, sink)
        _part(way for ends, way in before.items() if ends not in found.joined)
        found.pauses.discard(HELD)
        self._turn(found, HELD)

    def parted(self, line: Line) -> None:
        """A call has lost the headset."""
        found = self._running.get(line)
        if found is not None:
            found.pauses.add(HELD)
            self._turn(found, HELD)
            _part(found.joined.values())
            found.joined = {}

    def gone(self, line: Line) -> None:
        """A call is over."""
        found = self._running.get(line)
        if found is not None:
            self._end(found)

    # The engine's turns

    def tick(self) -> None:
        """Tell what has come of the recordings."""
        for found in list(self._running.values()):
            if found.job.result is not None:  # the disk failed
                self._end(found)
            elif found.job.opened:
                self._tell(found)
        for found in [each for each in self._ending if each.job.result is not None]:
            self._ending.remove(found)
            self._resting.append((time.monotonic() + REST, found.job.taps))
            if found.job.result is not None:
                self._tell_end(found.line, found.job.result)

    def take_untold(self) -> tuple[wire.RecordingEnded, ...]:
        """Return what ended while no client was there, once."""
        untold, self._untold = tuple(self._untold), []
        return untold

    def close(self) -> None:
        """End every recording and see it onto the disk."""
        for found in list(self._running.values()):
            self._end(found)
        self._writer.close(FAREWELL)
        self.tick()

    def free(self) -> None:
        """Free the taps, once the bridge has stopped."""
        for taps in self._taps:
            taps.free()
        self._taps.clear()
        self._resting.clear()

    def _need(self, line: Line) -> _Recording:
        found = self._running.get(line)
        if found is None:
            raise Refused("The call is not being recorded.")
        return found

    def _take_taps(self) -> Taps:
        now = time.monotonic()
        for number, (free_at, taps) in enumerate(self._resting):
            if now >= free_at:
                del self._resting[number]
                taps.clear()
                return taps
        taps = Taps()
        self._taps.append(taps)
        return taps

    def _turn(self, found: _Recording, why: str) -> None:
        """Have the taps do what the pauses say."""
        taps = found.job.taps
        runs = taps.section is not None
        if runs == (not found.pauses):
            return
        if found.pauses:
            taps.section = None
            found.job.turns.append(Turn(time.time(), "paused", why, None))
        else:
            found.section += 1
            found.job.turns.append(Turn(time.time(), "resumed", why, found.section))
            taps.section = found.section

    def _end(self, found: _Recording) -> None:
        found.job.taps.section = None
        _part(found.joined.values())
        found.joined = {}
        del self._running[found.line]
        found.line.recording, found.line.recording_state = "", None
        found.job.ended_at = time.time()
        self._ending.append(found)
        self._writer.wake()

    def _tell(self, found: _Recording) -> None:
        runs = found.job.taps.section is not None
        state = RecordingState.ON if runs else RecordingState.PAUSED
        why = "" if runs else sorted(found.pauses, key=lambda each: each == HELD)[0]
        if found.told == (state, why):
            return
        found.told = (state, why)
        found.line.recording_state = state
        event = wire.RecordingChanged(found.line.id, found.job.recording, state, time.time(), why)
        self._station.tell(event)

    def _tell_end(self, line: Line, result: Result) -> None:
        event = wire.RecordingEnded(
            call=line.id,
            recording=result.recording,
            at=result.at,
            seconds=round(result.seconds, 3),
            size=result.size,
            sha256=result.sha256,
            reason=result.reason,
        )
        if not self._station.server.has_listener:
            self._untold.append(event)
        self._station.tell(event)
        log.note("recording", call=line.id, state="ended", seconds=round(result.seconds))


def _part(ways: Iterable[tuple[Any, Any]]) -> None:
    for source, sink in ways:
        with contextlib.suppress(pj.Error):  # the stream has gone first
            source.stopTransmit(sink)
