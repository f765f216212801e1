"""Whose call has the headset: the joins between calls and the sound path, on the engine's thread.

One call at a time is in front; a conference adds a second, and joins the two to each other. A held
call is joined to nothing; muting cuts the way from the microphone into the call and leaves the
earpiece.
"""

import contextlib
import time
from typing import Any, Final, Protocol

import msgspec
import pjsua2 as pj

from softphone import log
from softphone.errors import SoundUnavailable
from softphone.lines import Line
from softphone.pjsip.endpoint import Phone
from softphone.sound.alert import alert
from softphone.sound.choice import Choice, moves_between
from softphone.sound.choose import NativeSound
from softphone.sound.files import FileSound
from softphone.sound.headset import HeadsetSound
from softphone.sound.levels import dbfs
from softphone.sound.none import NoSound
from softphone.sound.path import SoundPath
from softphone.sound.port import SoundPort
from softphone.sound.ringer import Ringer, read_tone
from softphone.sound.tones import Tone, Tones
from softphone.wire import (
    Ringing,
    Sound,
    SoundChanged,
    SoundDevices,
    SoundKind,
    SoundMove,
    UseSound,
)

CHANGE_WITHIN: Final = 3.5  # seconds; longer than a device is waited for that takes frames


class Listener(Protocol):
    """Who hears along with the desk: told when a call gets the headset, loses it, or goes."""

    def joined(self, line: Line, media: Any, microphone: Any, others: list[Any]) -> None:
        """A call has the headset, or its joins have changed; `others` are those it is with."""
        ...

    def parted(self, line: Line) -> None:
        """A call has lost the headset."""
        ...

    def gone(self, line: Line) -> None:
        """A call is over."""
        ...


class Audio:
    """The sound port, the path behind it and the call in front of it."""

    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        self._port: Any = SoundPort(NoSound())
        self._choice = Choice(phone)
        self._hard_at = 0.0  # when a change that nobody's frames led over is made all the same
        self._begun: Line | None = None  # the call the path was last made ready for
        self._tones = Tones()
        self.buttons = ""  # the headset whose own buttons are heard
        self.tried = False  # a receptionist listens to themselves
        self.ring_is_tried = False
        self.front: Line | None = None
        self.second: Line | None = None  # the other far end of a conference
        self.listeners: list[Listener] = []
        self._played: list[tuple[Any, Any]] = []  # a recording's ends, and the earpiece

    @property
    def _path(self) -> SoundPath:
        path: SoundPath = self._port.path
        return path

    @property
    def sound(self) -> Sound:
        """What the engine speaks through."""
        whole = self._choice.whole(self._path.sound)
        return msgspec.structs.replace(whole, buttons=self.buttons) if self.buttons else whole

    @property
    def ringer(self) -> Ringer:
        """The loudspeaker."""
        return self._choice.ringer

    @property
    def can_ring(self) -> bool:
        """Whether a call that comes is to be rung."""
        return self._choice.can_ring

    # What is spoken through

    def use(self, wanted: UseSound, *, ring_tone: str = "", ringing: Ringing) -> Sound:
        """Take a path, or silence with the reason: calls must be taken regardless."""
        self.ringer.how = ringing
        try:
            self.ringer.tone = read_tone(ring_tone) if ring_tone else b""
        except SoundUnavailable as error:
            log.failure("ring tone", error)
        try:
            path = self._choice.open(wanted)
        except SoundUnavailable as error:
            self._choice.want(wanted)
            path = NoSound(str(error))
        return self._take(path)

    def use_or_refuse(self, wanted: UseSound) -> SoundChanged:
        """Take a path, or raise `SoundUnavailable` and keep the one there is."""
        if wanted.kind is SoundKind.FILES:  # a recording still open under the same name is finished
            self._path.call_ends()
        was_headset, before = self._choice.of_a_headset, self._choice.halves
        path = self._choice.open(wanted)
        sound = self._take(path)
        if was_headset and not self._choice.of_a_headset:
            self._choice.keeper.leave()
        moves = moves_between(before, self._choice.halves) if was_headset else ()
        return SoundChanged(sound, moves if self._choice.of_a_headset else ())

    def set_ringing(self, how: Ringing) -> SoundChanged:
        """Choose how loudly calls ring."""
        self.ringer.how = how
        if not self.ring_is_tried:
            self.ringer.stop()  # and begins again as loudly as is wanted now
        return SoundChanged(self.sound)

    def devices(self, *, anew: bool = False) -> SoundDevices:
        """Return which devices there are."""
        if anew:
            self._choice.list_anew()
        self._choice.told = self._choice.keeper.listing.names()
        return SoundDevices(*self._choice.told)

    def _take(self, path: SoundPath, *, dead: bool = False) -> Sound:
        """Change over to a path; `dead` says that what was used before is no more."""
        old = self._path
        ends_change = isinstance(old, NativeSound) or isinstance(path, NativeSound)
        joined = self._joined
        if ends_change:
            self._tones.stop()
            for line in joined:
                self._part(line)
        files = isinstance(old, FileSound) or isinstance(path, FileSound)
        hard = dead or files or ends_change or not (joined or self.tried)
        self._port.change(path, hard=hard)
        self._hard_at = time.monotonic() + CHANGE_WITHIN
        if isinstance(old, NativeSound) and not isinstance(path, NativeSound):
            self._phone.use_own_clock()
        if old is not path:
            old.close()
        if ends_change:
            for line in joined:
                self.refresh(line)
        moved = isinstance(old, HeadsetSound) and isinstance(path, HeadsetSound)
        if joined and self._begun in joined and not moved:
            path.call_begins()
        return self.sound

    @property
    def _joined(self) -> tuple[Line, ...]:
        return tuple(line for line in (self.front, self.second) if line is not None)

    # Who speaks through it

    def join(self, line: Line) -> None:
        """Put a call in front, alone."""
        for other in self._joined:
            if other is not line:
                self.leave(other)
        self.front = line
        self.refresh(line)

    def bridge(self, line: Line, other: Line) -> None:
        """Join two calls and the desk."""
        self.join(line)
        self.second = other
        self.refresh(other)
        self.refresh(line)

    def leave(self, line: Line) -> None:
        """Take a call from the front; the other of a conference stays."""
        if line not in self._joined:
            return
        self._part(line)
        if self.front is line:
            self.front = self.second
        self.second = None
        for listener in self.listeners:
            listener.parted(line)
        self._tell_joined()
        self._port.live = self._sounding

    def call_begins(self, line: Line) -> None:
        """A call in front has just been answered."""
        if self.front is line:
            self._begun = line
            self._path.call_begins()

    def call_ends(self, line: Line) -> None:
        """A call has gone for good."""
        for listener in self.listeners:
            listener.gone(line)
        if self._begun is line:
            self._begun = None
            self._path.call_ends()

    def refresh(self, line: Line) -> None:
        """Join a front call's sound anew: its stream or its muting has changed."""
        media = self._media(line) if line in self._joined else None
        if media is None:
            return
        microphone, earpiece = self.ends()
        with contextlib.suppress(pj.Error):  # the stream went in this very poll: OVER follows
            media.startTransmit(earpiece)
            if line.muted:
                microphone.stopTransmit(media)
            else:
                microphone.startTransmit(media)
            for other in self._others_media(line):
                media.startTransmit(other)
                other.startTransmit(media)
        self._port.live = True
        self._tell_joined()

    def _tell_joined(self) -> None:
        for line in self._joined:
            media = self._media(line)
            for listener in self.listeners if media is not None else ():
                listener.joined(line, media, self.ends()[0], self._others_media(line))

    def _part(self, line: Line) -> None:
        media = self._media(line)
        if media is None:
            return
        microphone, earpiece = self.ends()
        ways = [(media, earpiece), (microphone, media)]
        for other in self._others_media(line):
            ways += [(media, other), (other, media)]
        for source, sink in ways:
            with contextlib.suppress(pj.Error):
                source.stopTransmit(sink)

    def _media(self, line: Line) -> Any | None:
        return line.phone.audio() if line.phone is not None else None

    def _others_media(self, line: Line) -> list[Any]:
        others = [self._media(other) for other in self._joined if other is not line]
        return [media for media in others if media is not None]

    def ends(self) -> tuple[Any, Any]:
        """Return the microphone and the earpiece in the bridge."""
        if isinstance(self._path, NativeSound):
            return self._phone.native_media()
        return self._port, self._port

    def play(self, tone: Tone, now: float) -> None:
        """Let the receptionist hear a tone, over whatever else they hear."""
        self._tones.play(tone, self.ends()[1], now)
        self._port.live = True

    def listen_to(self, sources: list[Any]) -> None:
        """Let the receptionist hear these, and no others that were given before."""
        before, earpiece = self._played, self.ends()[1]
        self._played = [(source, earpiece) for source in sources]
        for source, sink in before:
            with contextlib.suppress(pj.Error):  # the native device has been left since
                source.stopTransmit(sink)
        for source, sink in self._played:
            source.startTransmit(sink)
        self._port.live = self._sounding

    @property
    def _sounding(self) -> bool:
        return self.front is not None or self._tones.sounding or bool(self._played) or self.tried

    # Ringing, and trying it out

    def ring(self) -> None:
        """Ring the loudspeaker."""
        self.ringer.ring(self._path.sound.earpiece)

    def try_ring(self) -> None:
        """Let the receptionist hear the ring as it is set, or softly where it is off."""
        self.ringer.stop()
        self.ring_is_tried = True
        how = Ringing.SOFT if self.ringer.how is Ringing.OFF else self.ringer.how
        self.ringer.ring(self._path.sound.earpiece, how)

    def alert(self) -> None:
        """Sound two notes on the ringer, as loudly as calls ring there."""
        self.ring_is_tried = True
        self.ringer.ring(self._path.sound.earpiece, tone=alert)

    def end_ring_trial(self) -> None:
        """Stop; a call that rings meanwhile rings on at the next look."""
        self.ring_is_tried = False
        self.ringer.stop()

    # What is known of it

    @property
    def microphone_heard_at(self) -> float:
        """When a headset's microphone last gave anything but zeroes, monotonic; 0 for never."""
        half = self._choice.keeper.microphone.half
        return half.heard_at if half is not None and half.calls_back else 0.0

    @property
    def earpiece_worked_at(self) -> float:
        """When a headset's earpiece last asked for sound, monotonic; 0 for never."""
        half = self._choice.keeper.earpiece.half
        return half.called_back if half is not None and half.calls_back else 0.0

    @property
    def microphone_zeroes(self) -> float:
        """Seconds for which a microphone we read ourselves has given nothing but zeroes."""
        half = self._choice.keeper.microphone.half
        if self._choice.of_a_headset:
            return time.monotonic() - half.heard_at if half is not None else 0.0
        watched = self._path.sound.kind is SoundKind.FILES
        return float(self._port.seconds_of_zeroes) if watched else 0.0

    def levels(self) -> tuple[float, float]:
        """Peaks since the last time, dBFS."""
        keeper = self._choice.keeper
        microphone, earpiece = self._port.levels()
        if self._choice.of_a_headset:
            mouth, ear = keeper.microphone.half, keeper.earpiece.half
            microphone = dbfs(mouth.take_peak() if mouth is not None else 0)
            earpiece = dbfs(ear.take_peak() if ear is not None else 0)
        return microphone, earpiece

    def failure(self) -> Exception | None:
        """What broke in the port's callbacks since the last time."""
        failed, self._port.failed = self._port.failed, None
        return failed if isinstance(failed, Exception) else None

    def watch(self, now: float) -> list[SoundChanged | SoundDevices]:
        """Look after tones and devices; return what there is to tell."""
        self._tones.watch(now)
        self._port.live = self._sounding
        if not self._port.settled and now >= self._hard_at:
            self._port.change(self._path, hard=True)  # nobody's frames led over: muted, or parted
        if not self._choice.of_a_headset:
            return []
        news: list[SoundChanged | SoundDevices] = []
        found = self._choice.watch(now)
        if found is not None:
            path, moves = found
            dead = any(move.why is not SoundMove.BACK for move in moves)
            news.append(SoundChanged(self._take(path, dead=dead), moves))
        if self._choice.keeper.listing.names() != self._choice.told:
            if found is None:  # a ringer, or a device that was chosen, has come or gone
                news.append(SoundChanged(self.sound))
            news.append(self.devices())
        return news

    def close(self) -> None:
        """Close the path and free the port, before pjsua2 goes."""
        for line in self._joined:
            self.leave(line)
        self._tones.stop()
        self._phone.stop_clock()
        self._tones.close()
        self._path.close()
        self._choice.close()
        self._port = None
