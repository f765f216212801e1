"""Prompts played into a call: a voice for whoever has just been called, who has to press a key.

The far end hears a prompt beside the microphone; the receptionist hears the far end only. A call
that gets other media meanwhile has the prompt joined to it anew.
"""

import contextlib
from collections import deque
from dataclasses import dataclass
from typing import Any, Final

import pjsua2 as pj

from softphone import wire
from softphone.errors import Refused, SoundUnavailable
from softphone.lines import Line
from softphone.recording.player import PlayerPort
from softphone.sound.files import decode
from softphone.sound.port import FRAME_BYTES, FRAME_MS
from softphone.station import Station

_LONGEST: Final = 60_000 // FRAME_MS  # frames: a prompt is a sentence or two


@dataclass(slots=True)
class _Playing:
    """A prompt on its way into a call."""

    port: Any
    media: Any
    frames: tuple[bytes, ...]
    pause: int | None  # frames of silence before it begins again; None: once

    def begin(self) -> None:
        """Say it, from its start."""
        self.port.frames.extend(self.frames)

    def begin_again(self) -> bool:
        """Say it again after the pause; False where once was enough."""
        if self.pause is None:
            return False
        self.port.frames.extend([bytes(FRAME_BYTES)] * self.pause)
        self.begin()
        return True


class Prompts:
    """Every prompt that plays, at most one into each call; on the engine's thread."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._ports: list[Any] = []  # kept for good, as every port of ours
        self._playing: dict[str, _Playing] = {}
        station.audio.listeners.append(self)

    def play(self, line: Line, asked: wire.PlayPrompt) -> None:
        """Begin a prompt, or raise `Refused`."""
        media = line.phone.audio() if line.phone is not None and line.talking else None
        if media is None:
            raise Refused("A prompt can be played into a call that is up only.")
        try:
            frames = _frames(asked.file)
        except SoundUnavailable as error:
            raise Refused(str(error)) from error
        self.stop(line)
        again = round(asked.again_after_s * 1000 / FRAME_MS) if asked.again_after_s > 0 else None
        playing = _Playing(self._free_port(), media, frames, again)
        self._playing[line.id] = playing
        playing.begin()
        playing.port.startTransmit(media)

    def stop(self, line: Line) -> None:
        """Fall silent."""
        self._end(line.id, heard_out=False)

    def tick(self) -> None:
        """Begin again what is to be repeated; tell of what has been heard out."""
        for call, playing in list(self._playing.items()):
            if not playing.port.frames and not playing.begin_again():
                self._end(call, heard_out=True)

    def close(self) -> None:
        """Stop everything, at the engine's end."""
        for call in list(self._playing):
            self._end(call, heard_out=False)

    def free(self) -> None:
        """Free the ports, once the bridge has stopped."""
        self._ports.clear()

    # Told by the audio

    def joined(self, line: Line, media: Any, _microphone: Any, _others: list[Any]) -> None:
        """The call's sound may be another than before."""
        playing = self._playing.get(line.id)
        if playing is not None:
            playing.media = media
            with contextlib.suppress(pj.Error):  # gone in this very poll: its end follows
                playing.port.startTransmit(media)

    def parted(self, line: Line) -> None:
        """The receptionist speaks to somebody else; the prompt goes on."""

    def gone(self, line: Line) -> None:
        """The call is over."""
        self._end(line.id, heard_out=False)

    def _end(self, call: str, *, heard_out: bool) -> None:
        playing = self._playing.pop(call, None)
        if playing is None:
            return
        with contextlib.suppress(pj.Error):  # the call's own end of the bridge has gone
            playing.port.stopTransmit(playing.media)
        playing.port.frames.clear()
        self._station.tell(wire.PromptEnded(call, heard_out))

    def _free_port(self) -> Any:
        used = {id(playing.port) for playing in self._playing.values()}
        for port in self._ports:
            if id(port) not in used:
                return port
        port = PlayerPort(len(self._ports))
        port.frames = deque()
        self._ports.append(port)
        return port


def _frames(path: str) -> tuple[bytes, ...]:
    pcm = decode(path)
    whole = tuple(
        pcm[at : at + FRAME_BYTES].ljust(FRAME_BYTES, b"\0")
        for at in range(0, len(pcm), FRAME_BYTES)
    )
    if not whole or len(whole) > _LONGEST:
        raise Refused("A prompt lasts a minute at most, and is not empty.")
    return whole
