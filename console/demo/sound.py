"""What is spoken on the demo's calls, and the proof that it was heard.

In an unattended run each side sends a tone of its own before its words. What arrived at the other
end is recorded, and its loudest half second is measured: the level, and the frequency by the peak
of its spectrum.
"""

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np

RATE = 16_000  # Hz
TONE_S = 2.0
TONE_DBFS = -12.0
WINDOW_S = 0.5
QUIET_DBFS = -45.0
OFF_BY_HZ = 6.0  # the window's resolution is 2 Hz


@dataclass(frozen=True, slots=True)
class Heard:
    """The loudest half second that arrived. `dbfs` is its RMS level; 0 is full scale."""

    hz: float
    dbfs: float

    def is_tone(self, hz: float) -> bool:
        """Tell whether this is the tone that was sent."""
        return self.dbfs > QUIET_DBFS and abs(self.hz - hz) <= OFF_BY_HZ


SILENCE = Heard(0.0, -96.0)


def write_track(path: Path, *, speech: Path, tone_hz: float = 0.0) -> None:
    """Write what one side says: a tone, if one is wanted, then the words."""
    said = _read(speech)
    if tone_hz:
        times = np.arange(int(RATE * TONE_S)) / RATE
        tone = np.sin(2 * np.pi * tone_hz * times) * 10 ** (TONE_DBFS / 20)
        said = np.concatenate([tone, np.zeros(RATE // 10), said])
    samples = np.clip(said * 32767, -32768, 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())


def measure(path: Path) -> Heard:
    """Measure a recording; one that is missing or too short is silence."""
    if not path.exists() or path.stat().st_size <= 44:
        return SILENCE
    samples = _read(path)
    size = int(RATE * WINDOW_S)
    if len(samples) < size:
        return SILENCE
    power = np.concatenate([[0.0], np.cumsum(samples**2)])
    starts = np.arange(0, len(samples) - size + 1, size // 5)
    loudest = int(starts[np.argmax(power[starts + size] - power[starts])])
    window = samples[loudest : loudest + size]
    rms = float(np.sqrt(np.mean(window**2)))
    spectrum = np.abs(np.fft.rfft(window * np.hanning(size)))
    spectrum[: int(50 * WINDOW_S)] = 0  # below 50 Hz there is no voice, only offset
    return Heard(
        hz=round(float(np.argmax(spectrum)) / WINDOW_S, 1),
        dbfs=round(20 * float(np.log10(max(rms, 1.6e-5))), 1),
    )


def _read(path: Path) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Read a mono 16-bit WAV file as floats from -1 to 1 at `RATE`."""
    with wave.open(str(path), "rb") as file:
        rate = file.getframerate()
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768.0
    if rate == RATE:
        return samples.astype(np.float64)
    positions = np.arange(0, len(samples), rate / RATE)
    return np.asarray(np.interp(positions, np.arange(len(samples)), samples), np.float64)
