"""Whose call has the headset: the joins between calls and the sound path, on the engine's thread.

One call at a time is in front. A held call is joined to nothing; muting cuts the way from the
microphone into the call and leaves the earpiece.
"""

import contextlib
from typing import Any

import pjsua2 as pj

from softphone.lines import Line
from softphone.pjsip import Phone
from softphone.sound.choose import NativeSound, choose, choose_or_silence
from softphone.sound.none import NoSound
from softphone.sound.path import SoundPath
from softphone.sound.port import SoundPort
from softphone.wire import Sound, SoundKind


class Audio:
    """The sound port, the path behind it and the call in front of it."""

    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        self._port: Any = SoundPort(NoSound())
        self._wanted = (SoundKind.NONE, "", "")
        self._begun: Line | None = None  # the call the path was last made ready for
        self.front: Line | None = None

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
        self._wanted = (kind, microphone, earpiece)
        native = self._phone.use_native_sound
        return self._take(choose_or_silence(kind, microphone, earpiece, native=native))

    def use_or_refuse(self, kind: SoundKind, microphone: str, earpiece: str) -> Sound:
        """Take a path, or raise `SoundUnavailable` and keep the one there is."""
        if kind is SoundKind.FILES:  # a recording still open under the same name is finished first
            self._path.call_ends()
        path = choose(kind, microphone, earpiece, native=self._phone.use_native_sound)
        self._wanted = (kind, microphone, earpiece)
        return self._take(path)

    def _take(self, path: SoundPath) -> Sound:
        old = self._path
        front = self.front
        if front is not None:
            self._part(front)
        self._port.path = path
        if old.sound.kind is SoundKind.NATIVE and path.sound.kind is not SoundKind.NATIVE:
            self._phone.use_own_clock()
        old.close()
        if front is not None:
            self.refresh(front)
            if self._begun is front:
                path.call_begins()
        return path.sound

    def join(self, line: Line) -> None:
        """Put a call in front."""
        if self.front is not None and self.front is not line:
            self.leave(self.front)
        self.front = line
        self.refresh(line)

    def leave(self, line: Line) -> None:
        """Take a call from the front."""
        if self.front is not line:
            return
        self._part(line)
        self._port.live = False
        self.front = None

    def call_begins(self, line: Line) -> None:
        """A call in front has just been answered."""
        if self.front is line:
            self._begun = line
            self._path.call_begins()

    def call_ends(self, line: Line) -> None:
        """A call has gone for good."""
        if self._begun is line:
            self._begun = None
            self._path.call_ends()

    def refresh(self, line: Line) -> None:
        """Join the front call's sound anew: its stream or its muting has changed."""
        if self.front is not line or line.phone is None:
            return
        media = line.phone.audio()
        if media is None:
            return
        microphone, earpiece = self._ends()
        with contextlib.suppress(pj.Error):  # the stream went in this very poll: OVER follows
            media.startTransmit(earpiece)
            if line.muted:
                microphone.stopTransmit(media)
            else:
                microphone.startTransmit(media)
        self._port.live = True

    def _part(self, line: Line) -> None:
        media = line.phone.audio() if line.phone is not None else None
        if media is None:
            return
        microphone, earpiece = self._ends()
        with contextlib.suppress(pj.Error):
            media.stopTransmit(earpiece)
        with contextlib.suppress(pj.Error):
            microphone.stopTransmit(media)

    def _ends(self) -> tuple[Any, Any]:
        if isinstance(self._path, NativeSound):
            return self._phone.native_media()
        return self._port, self._port

    def levels(self) -> tuple[float, float]:
        """Peaks since the last time, dBFS."""
        microphone, earpiece = self._port.levels()
        return microphone, earpiece

    def failure(self) -> Exception | None:
        """What broke in the port's callbacks since the last time."""
        failed, self._port.failed = self._port.failed, None
        return failed if isinstance(failed, Exception) else None

    def watch(self, now: float) -> Sound | None:
        """Look after the device; return the new sound when it had to be changed."""
        if self._path.alive(now):
            return None
        kind, _, _ = self._wanted
        native = self._phone.use_native_sound
        return self._take(choose_or_silence(kind, "", "", native=native))

    def close(self) -> None:
        """Close the path and free the port, before pjsua2 goes."""
        if self.front is not None:
            self.leave(self.front)
        self._path.close()
        self._port = None
