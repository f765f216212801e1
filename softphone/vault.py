"""The file a recording is kept in, sealed piece by piece as it grows.

A header in the clear says which recording it is and how it sounds; then come chunks, each sealed by
AES-256-GCM under the recording's own random key, which is used for nothing else and is never in the
file. A chunk's nonce is its number, and its header, number, kind and place in the sound are
authenticated with it: none can be changed, moved, left out or brought in from another file (the
STREAM construction, Hoang et al. 2015). The last chunk says how much there was: a file without it
was cut short. Whatever whole chunks a crash leaves can be read.

Sound is signed 16-bit, two channels side by side: the far end left, the desk right. This module is
read by the console too: it is as much a contract as the wire.
"""

import json
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

RATE: Final = 16000  # Hz
CHANNELS: Final = 2
FRAME: Final = 2 * CHANNELS  # bytes of one sample of both sides
KEY_BYTES: Final = 32
SUFFIX: Final = ".fdrec"

_MAGIC: Final = b"FDREC1\r\n"
_HEADER: Final = struct.Struct(">8s16sIB3x")
_HEAD: Final = struct.Struct(">IB")  # bytes that follow, kind
_BOUND: Final = struct.Struct(">BQQ")  # kind, number, place
_NONCE: Final = struct.Struct(">4xQ")
_TAG: Final = 16  # bytes of GCM's tag
_LONGEST: Final = 1 << 20  # bytes of a sealed chunk; a longer one is not ours
_SOUND, _MARK, _END = 1, 2, 3
_ID: Final = re.compile(r"[0-9a-f]{32}")


class VaultError(Exception):
    """A recording's file that cannot be read. The sentence says why."""


class Tampered(VaultError):
    """The file is not as it was written, or is another's, or the key is."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Some of the sound, from `place` on: samples of each side since the beginning."""

    place: int
    pcm: bytes


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened to the recording at `place`. `at` is seconds since the epoch."""

    place: int
    at: float
    what: str  # "started", "paused", "resumed"
    why: str = ""


@dataclass(frozen=True, slots=True)
class End:
    """The file is whole: it held `place` samples of each side, and ended at `at`."""

    place: int
    at: float


Piece = Sound | Mark | End


def is_id(recording: str) -> bool:
    """Whether a text can be a recording's id: 32 hexadecimal digits, and so a safe file name."""
    return _ID.fullmatch(recording) is not None


def read_key(written: str) -> bytes | None:
    """Return the key that 64 hexadecimal digits write; None where they do not."""
    try:
        key = bytes.fromhex(written)
    except ValueError:
        return None
    return key if len(key) == KEY_BYTES else None


def file_of(folder: Path, recording: str) -> Path:
    """Return where a recording is kept; its name says nothing of the call."""
    if not is_id(recording):
        raise ValueError("not a recording's id")
    return folder / f"{recording}{SUFFIX}"


class Sealer:
    """Turns what is recorded into what is written. Write `header` first."""

    def __init__(self, recording: str, key: bytes) -> None:
        self.header = _HEADER.pack(_MAGIC, bytes.fromhex(recording), RATE, CHANNELS)
        self._cipher = _cipher(key)
        self._number = 0
        self.place = 0

    def sound(self, pcm: bytes) -> bytes:
        """Seal whole samples of both sides."""
        if len(pcm) % FRAME:
            raise ValueError("half a sample")
        sealed = self._seal(_SOUND, pcm)
        self.place += len(pcm) // FRAME
        return sealed

    def mark(self, at: float, what: str, why: str = "") -> bytes:
        """Seal a mark at this place."""
        return self._seal(_MARK, _json({"at": at, "what": what, "why": why}))

    def end(self, at: float) -> bytes:
        """Seal the end."""
        return self._seal(_END, _json({"at": at, "place": self.place, "chunks": self._number}))

    def _seal(self, kind: int, plain: bytes) -> bytes:
        bound = self.header + _BOUND.pack(kind, self._number, self.place)
        sealed: bytes = self._cipher.encrypt(_NONCE.pack(self._number), plain, bound)
        self._number += 1
        return _HEAD.pack(len(sealed), kind) + sealed


def pieces(file: BinaryIO, recording: str, key: bytes) -> Iterator[Piece]:
    """Yield what a file holds, in order. The last is an `End` where the file is whole; without one
    it was cut short after the last whole chunk. Raises `Tampered` at what was not written so."""
    cipher = _cipher(key)
    header = file.read(_HEADER.size)
    if header != _HEADER.pack(_MAGIC, bytes.fromhex(recording), RATE, CHANNELS):
        raise Tampered("The file is not this recording's.")
    number = place = 0
    while len(head := file.read(_HEAD.size)) == _HEAD.size:
        length, kind = _HEAD.unpack(head)
        if not _TAG <= length <= _LONGEST:
            raise Tampered("The file has been changed: a chunk has no sensible length.")
        sealed = file.read(length)
        if len(sealed) < length:
            return  # torn off as it was being written
        piece = _piece(kind, _open(cipher, sealed, header, (kind, number, place)), number, place)
        if isinstance(piece, Sound):
            place += len(piece.pcm) // FRAME
        number += 1
        yield piece
        if isinstance(piece, End):
            if file.read(1):
                raise Tampered("The file has been changed: something follows its end.")
            return


def looks_whole(file: BinaryIO) -> bool:
    """Whether a file has its end, as far as can be told without its key."""
    file.seek(0, 2)
    size, at, kind = file.tell(), _HEADER.size, 0
    while kind != _END and at + _HEAD.size <= size:
        file.seek(at)
        length, kind = _HEAD.unpack(file.read(_HEAD.size))
        at += _HEAD.size + length
    return kind == _END and at == size


def _open(cipher: Any, sealed: bytes, header: bytes, bound: tuple[int, int, int]) -> bytes:
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - only where one is read

    try:
        plain: bytes = cipher.decrypt(_NONCE.pack(bound[1]), sealed, header + _BOUND.pack(*bound))
    except InvalidTag:
        raise Tampered("The file has been changed, or the key is another recording's.") from None
    return plain


def _piece(kind: int, plain: bytes, number: int, place: int) -> Piece:
    if kind == _SOUND:
        return Sound(place, plain)
    told = json.loads(plain)
    if kind == _MARK:
        return Mark(place, float(told["at"]), str(told["what"]), str(told["why"]))
    if (told["place"], told["chunks"]) != (place, number):
        raise Tampered("The file has been changed: its end speaks of another length.")
    return End(place, float(told["at"]))


def _json(told: dict[str, Any]) -> bytes:
    return json.dumps(told, separators=(",", ":")).encode()


def _cipher(key: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - 30 ms

    if len(key) != KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes")
    return AESGCM(key)
