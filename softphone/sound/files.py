"""A WAV file as microphone and a WAV file as earpiece: demonstrations and measured tests.

Each newly answered call hears the microphone file once from its start, then silence. The earpiece
file holds the time that calls were joined, one after another.
"""

import wave
from pathlib import Path

from softphone.errors import SoundUnavailable
from softphone.sound.devices import miniaudio
from softphone.sound.path import RATE
from softphone.wire import Sound, SoundKind


class FileSound:
    """Sound from and to files. Either may be "" for none."""

    ready = True

    def __init__(self, microphone: str = "", earpiece: str = "") -> None:
        self._speech = decode(microphone) if microphone else b""
        self._at = len(self._speech)  # silent until a call begins
        self._recorder = _recorder(earpiece) if earpiece else None
        self.sound = Sound(SoundKind.FILES, microphone, earpiece)

    @property
    def microphone(self) -> "FileSound":
        """Itself."""
        return self

    @property
    def earpiece(self) -> "FileSound":
        """Itself."""
        return self

    def read(self, size: int) -> bytes:
        """The next piece of the file; silence after its end."""
        piece = self._speech[self._at : self._at + size]
        self._at += size
        return piece if len(piece) == size else piece + bytes(size - len(piece))

    def write(self, frame: bytes) -> None:
        """Append to the recording."""
        recorder = self._recorder
        if recorder is not None:
            recorder.writeframesraw(frame)

    def call_begins(self) -> None:
        """Rewind the microphone file."""
        self._at = 0

    def call_ends(self) -> None:
        """Make the recording whole up to here: an empty write brings the header up to date."""
        if self._recorder is not None:
            self._recorder.writeframes(b"")

    def close(self) -> None:
        """Close the recording."""
        recorder, self._recorder = self._recorder, None
        if recorder is not None:
            recorder.close()


def decode(path: str) -> bytes:
    """Read any sound file miniaudio knows as 16 kHz mono."""
    if not Path(path).is_file():
        raise SoundUnavailable(f"The sound file {path} does not exist.")
    try:
        decoded = miniaudio.decode_file(
            path, output_format=miniaudio.SampleFormat.SIGNED16, nchannels=1, sample_rate=RATE
        )
    except miniaudio.MiniaudioError as error:
        raise SoundUnavailable(f"The sound file {path} is not a sound file.") from error
    return bytes(decoded.samples.tobytes())


def _recorder(path: str) -> wave.Wave_write:
    try:
        recorder = wave.open(path, "wb")  # noqa: SIM115 - open for as long as the path is in use
    except OSError as error:
        raise SoundUnavailable(f"The earpiece file {path} cannot be written.") from error
    recorder.setnchannels(1)
    recorder.setsampwidth(2)
    recorder.setframerate(RATE)
    recorder.writeframes(b"")
    return recorder
