"""A recording written out as a WAV file, its pauses as silence of their length, so that every
moment stands where it was in the call."""

import os
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from softphone import vault

_SECOND = bytes(vault.RATE * vault.FRAME)
_LONGEST_PAUSE = 4 * 3600  # seconds; a clock that was set must not fill the disk


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: `whole` where nothing of the file was missing."""

    seconds: float
    paused_s: float
    whole: bool


def write_wav(sealed: BinaryIO, recording: str, key: bytes, to: Path) -> Written:
    """Open a recording and write it, for this account only (mode 0600).

    Raises `vault.Tampered` where the file was changed, and leaves nothing behind then; a file that
    was cut short is written as far as it goes.
    """
    frames = silent = 0
    whole = False
    descriptor = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file, wave.open(file, "wb") as out:
            out.setnchannels(vault.CHANNELS)
            out.setsampwidth(2)
            out.setframerate(vault.RATE)
            for piece, rest in _timed(vault.pieces(sealed, recording, key)):
                silent += _silence(out, rest)
                if isinstance(piece, vault.Sound):
                    out.writeframesraw(piece.pcm)
                    frames += len(piece.pcm) // vault.FRAME
                whole = isinstance(piece, vault.End)
    except vault.VaultError:
        to.unlink(missing_ok=True)
        raise
    return Written(frames / vault.RATE, silent / vault.RATE, whole)


def _timed(pieces: Iterator[vault.Piece]) -> Iterator[tuple[vault.Piece, float]]:
    """Yield each piece with the seconds of pause before it."""
    paused_at: float | None = None
    for piece in pieces:
        rest = 0.0
        if isinstance(piece, vault.Mark):
            if piece.what == "paused":
                paused_at = piece.at
            elif piece.what == "resumed" and paused_at is not None:
                rest, paused_at = min(max(0.0, piece.at - paused_at), _LONGEST_PAUSE), None
        yield piece, rest


def _silence(out: wave.Wave_write, seconds: float) -> int:
    """Write silence, a second at a time; return its samples."""
    left = samples = round(seconds * vault.RATE)
    while left:
        some = min(left, vault.RATE)
        out.writeframesraw(_SECOND[: some * vault.FRAME])
        left -= some
    return samples
