"""Whose call has the headset: the joins between calls and the sound path, on the engine's thread.

One call at a time is in front; a conference adds a second, and joins the two to each other. A held
call is joined to nothing; muting cuts the way from the microphone into the call and leaves the
earpiece.
"""

import contextlib
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final, Protocol

import pjsua2 as pj

from softphone.errors import SoundUnavailable
from softphone.lines import Line
from softphone.pjsip.endpoint import Phone
from softphone.sound.choose import NativeSound, choose, choose_or_silence
from softphone.sound.headset import HeadsetSound
from softphone.sound.none import NoSound
from softphone.sound.path import SoundPath
from softphone.sound.port import SoundPort
from softphone.sound.tones import Tone, Tones
from softphone.wire import Sound, SoundKind

FIRST_PAUSE: Final = 2.0  # seconds between two searches for a headset
LONGEST_PAUSE: Final = 30.0


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
        self._wanted = (SoundKind.NONE, "", "")
        self._search: Future[SoundPath] | None = None  # for a headset that has gone
        self._search_at = self._search_pause = 0.0
        self._searcher = ThreadPoolExecutor(1, "headset-search")
        self._begun: Line | None = None  # the call the path was last made ready for
        self._tones = Tones()
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
        return self._path.sound

    def use(self, kind: SoundKind, microphone: str, earpiece: str) -> Sound:
        """Take a path, or silence with the reason."""
        self._want(kind, microphone, earpiece)
        native = self._phone.use_native_sound
        return self._take(choose_or_silence(kind, microphone, earpiece, native=native))

    def use_or_refuse(self, kind: SoundKind, microphone: str, earpiece: str) -> Sound:
        """Take a path, or raise `SoundUnavailable` and keep the one there is."""
        if kind is SoundKind.FILES:  # a recording still open under the same name is finished first
            self._path.call_ends()
        path = choose(kind, microphone, earpiece, native=self._phone.use_native_sound)
        self._want(kind, microphone, earpiece)
        return self._take(path)

    def _want(self, kind: SoundKind, microphone: str, earpiece: str) -> None:
        self._wanted = (kind, microphone, earpiece)
        self._search = None
        self._search_at = time.monotonic() + FIRST_PAUSE
        self._search_pause = FIRST_PAUSE

    def _take(self, path: SoundPath) -> Sound:
        old = self._path
        joined = self._joined
        self._tones.stop()
        for line in joined:
            self._part(line)
        self._port.path = path
        if old.sound.kind is SoundKind.NATIVE and path.sound.kind is not SoundKind.NATIVE:
            self._phone.use_own_clock()
        old.close()
        for line in joined:
            self.refresh(line)
        if joined and self._begun in joined:
            path.call_begins()
        return path.sound

    @property
    def _joined(self) -> tuple[Line, ...]:
        return tuple(line for line in (self.front, self.second) if line is not None)

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
        microphone, earpiece = self._ends()
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
                listener.joined(line, media, self._ends()[0], self._others_media(line))

    def _part(self, line: Line) -> None:
        media = self._media(line)
        if media is None:
            return
        microphone, earpiece = self._ends()
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

    def _ends(self) -> tuple[Any, Any]:
        if isinstance(self._path, NativeSound):
            return self._phone.native_media()
        return self._port, self._port

    def play(self, tone: Tone, now: float) -> None:
        """Let the receptionist hear a tone, over whatever else they hear."""
        self._tones.play(tone, self._ends()[1], now)
        self._port.live = True

    def listen_to(self, sources: list[Any]) -> None:
        """Let the receptionist hear these, and no others that were given before."""
        before, earpiece = self._played, self._ends()[1]
        self._played = [(source, earpiece) for source in sources]
        for source, sink in before:
            with contextlib.suppress(pj.Error):  # the native device has been left since
                source.stopTransmit(sink)
        for source, sink in self._played:
            source.startTransmit(sink)
        self._port.live = self._sounding

    @property
    def _sounding(self) -> bool:
        return self.front is not None or self._tones.sounding or bool(self._played)

    @property
    def microphone_zeroes(self) -> float:
        """Seconds for which a microphone we read ourselves has given nothing but zeroes."""
        watched = self.sound.kind in (SoundKind.HEADSET, SoundKind.FILES)
        return float(self._port.seconds_of_zeroes) if watched else 0.0

    def levels(self) -> tuple[float, float]:
        """Peaks since the last time, dBFS."""
        microphone, earpiece = self._port.levels()
        return microphone, earpiece

    def failure(self) -> Exception | None:
        """What broke in the port's callbacks since the last time."""
        failed, self._port.failed = self._port.failed, None
        return failed if isinstance(failed, Exception) else None

    def watch(self, now: float) -> Sound | None:
        """Look after the headset; return the new sound when it had to be changed.

        One that has gone is replaced by silence at once, and looked for again on another thread:
        asking a sound system for its devices takes longer than a call may be left alone.
        """
        self._tones.watch(now)
        self._port.live = self._sounding
        if self._wanted[0] is not SoundKind.HEADSET:
            return None
        if not self._path.alive(now):
            self._search_at, self._search_pause = now, FIRST_PAUSE
            return self._take(NoSound("The headset does not answer any more; looking for it."))
        if self._search is not None:
            return self._found(now) if self._search.done() else None
        if self.sound.kind is SoundKind.NONE and now >= self._search_at:
            # the device by its name first: a receptionist's other headset is not on their head
            self._search = self._searcher.submit(_find_headset, *self._wanted[1:])
        return None

    def _found(self, now: float) -> Sound | None:
        search, self._search = self._search, None
        path = search.result() if search is not None else None
        if isinstance(path, HeadsetSound):
            self._search_pause = FIRST_PAUSE
            return self._take(path)
        self._search_at = now + self._search_pause
        self._search_pause = min(2 * self._search_pause, LONGEST_PAUSE)
        if path is None or path.sound == self.sound:
            return None
        return self._take(path)

    def close(self) -> None:
        """Close the path and free the port, before pjsua2 goes."""
        for line in self._joined:
            self.leave(line)
        self._tones.stop()
        self._phone.stop_clock()
        self._tones.close()
        self._path.close()
        self._searcher.shutdown(wait=True, cancel_futures=True)
        if self._search is not None and self._search.done() and not self._search.cancelled():
            self._search.result().close()
        self._port = None


def _find_headset(microphone: str, earpiece: str) -> SoundPath:
    """Open the headset, or silence with the reason. On the searching thread; touches no pjsua2."""
    try:
        return HeadsetSound(microphone, earpiece)
    except SoundUnavailable as error:
        return NoSound(str(error))
