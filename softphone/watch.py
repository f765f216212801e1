"""Watching calls that are up: a caller forgotten on hold, sound that does not flow or is bad, a
dead microphone.

Each watch is plain arithmetic on a clock handed in; `Watch` alone knows the engine.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from softphone import log, wire
from softphone.calls import CallState
from softphone.sound.tones import Tone
from softphone.station import Station
from softphone.wire import Direction, SoundKind

LOST_AFTER: Final = 5.0  # seconds without a packet
SILENT_AFTER: Final = 10.0  # seconds of zeroes from the microphone
LOOK_EVERY: Final = 0.5
SCORE_EVERY: Final = 10.0  # seconds between two words on how a call sounds


@dataclass(slots=True)
class HoldWatch:
    """Reminds of one held caller: once, then as an alarm, again after every such time."""

    reminder: float
    alarm: float
    _said: float = 0.0

    def check(self, held: float) -> tuple[int, bool] | None:
        """Return (seconds, whether it is an alarm) when something is due after `held` seconds."""
        due = self._next()
        if held < due:
            return None
        while self._next() <= held:
            self._said = self._next()
        return round(self._said), self._said >= self.alarm

    def _next(self) -> float:
        if self._said < self.reminder:
            return self.reminder
        return self.alarm if self._said < self.alarm else self._said + self.reminder


@dataclass(slots=True)
class FlowWatch:
    """Notices when one way of a call's sound stops, and when it flows again."""

    after: float = LOST_AFTER
    _count: int = -1
    _moved_at: float = 0.0
    lost: bool = False

    def check(self, now: float, count: int, *, expected: bool) -> bool | None:
        """Return True when the sound has just been lost, False when it has just come back.

        `count` is of packets so far; `expected` is whether there ought to be more.
        """
        if count != self._count or not expected:
            arrived, self._count, self._moved_at = count != self._count, count, now
            if self.lost and (arrived or not expected):
                self.lost = False
                return False
            return None
        if not self.lost and now - self._moved_at >= self.after:
            self.lost = True
            return True
        return None


@dataclass(slots=True)
class _Watched:
    hold: HoldWatch
    ways: dict[Direction, FlowWatch] = field(
        default_factory=lambda: {way: FlowWatch() for way in Direction}
    )
    microphone_silent: bool = False
    score_due: float = 0.0  # monotonic


class Watch:
    """Looks at every call twice a second."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._watched: dict[str, _Watched] = {}
        self._due = 0.0
        self._idle_silent = False

    def tick(self, now: float) -> None:
        """Look, when it is time to."""
        if now < self._due:
            return
        self._due = now + LOOK_EVERY
        lines = {line.id: line for line in self._station.lines if line.talking}
        for gone in self._watched.keys() - lines.keys():
            del self._watched[gone]
        for line in lines.values():
            watched = self._watched.get(line.id)
            if watched is None:
                watched = _Watched(self._hold_watch(), score_due=now + SCORE_EVERY)
                self._watched[line.id] = watched
            for event in self._look(line.id, watched, now):
                self._station.tell(event)
                if isinstance(event, wire.HoldReminder):
                    tone = Tone.HOLD_ALARM if event.alarm else Tone.HOLD_REMINDER
                    self._station.audio.play(tone, now)
            if now >= watched.score_due:
                watched.score_due = now + SCORE_EVERY
                self._station.tell_quality(line, final=False)
        self._look_idle(talking=bool(lines))

    def hears_nobody(self, call: str) -> bool:
        """Whether the far end's sound has been gone for a while, where there ought to be some."""
        watched = self._watched.get(call)
        return watched is not None and watched.ways[Direction.IN].lost

    def _look_idle(self, *, talking: bool) -> None:
        """A microphone that dies between two calls is told of before the next caller meets it."""
        zeroes = self._station.audio.microphone_zeroes
        of_a_headset = self._station.audio.sound.kind is SoundKind.HEADSET
        silent = of_a_headset and zeroes >= (
            SILENT_AFTER if talking else self._station.settings.idle_silent
        )
        if silent != self._idle_silent and not (silent and talking):
            self._idle_silent = silent
            self._station.tell(wire.MicrophoneSilent("", silent))

    def _hold_watch(self) -> HoldWatch:
        settings = self._station.settings
        return HoldWatch(settings.hold_reminder, settings.hold_alarm)

    def _look(self, call: str, watched: _Watched, now: float) -> Iterator[wire.Event]:
        line = self._station.lines.need(call)
        if line.held_since is None:
            watched.hold = self._hold_watch()
        elif (due := watched.hold.check(now - line.held_since)) is not None:
            yield wire.HoldReminder(call, *due)
        if line.phone is None or line.ending:
            return
        flows = line.state is CallState.ACTIVE and line.phone.sound_flows_both_ways()
        counted = line.phone.note_statistics()
        if counted is not None:
            counts = {Direction.IN: counted.packets_in, Direction.OUT: counted.packets_out}
            for way, flow in watched.ways.items():
                changed = flow.check(now, counts[way], expected=flows)
                if changed is True:
                    log.note("sound lost", call=call, where=way)
                    yield wire.AudioLost(call, way)
                elif changed is False:
                    yield wire.AudioBack(call, way)
        in_front = self._station.audio.front is line and line.state is CallState.ACTIVE
        zeroes = self._station.audio.microphone_zeroes
        silent = in_front and not line.muted and zeroes >= SILENT_AFTER
        if silent != watched.microphone_silent:
            watched.microphone_silent = silent
            yield wire.MicrophoneSilent(call, silent)
