"""Tones made and measured: what a microphone file holds and what an earpiece file heard."""

import wave
from pathlib import Path

import numpy as np

RATE = 16000


def write_tone(path: Path, hertz: float, seconds: float, amplitude: float = 0.25) -> Path:
    """Write a sine as a 16 kHz mono WAV file."""
    times = np.arange(int(RATE * seconds)) / RATE
    samples = (amplitude * 32767 * np.sin(2 * np.pi * hertz * times)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return path


def read(path: Path) -> np.ndarray:
    """Return a recording's samples as -1 to 1."""
    with wave.open(str(path), "rb") as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768


def loudest_frequency(samples: np.ndarray) -> float:
    """Return the frequency with the most power, Hz."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.fft.rfftfreq(len(samples), 1 / RATE)[int(spectrum.argmax())])


def level_dbfs(samples: np.ndarray) -> float:
    """Return the root mean square level, dBFS."""
    rms = float(np.sqrt(np.mean(np.square(samples)))) if len(samples) else 0.0
    return 20 * float(np.log10(max(rms, 1e-5)))


def longest_silence(samples: np.ndarray, threshold: float = 0.02, frame: int = 160) -> float:
    """Return the longest pause between the first sound and the last, in seconds."""
    frames = samples[: len(samples) // frame * frame].reshape(-1, frame)
    loud = np.flatnonzero(np.abs(frames).max(axis=1) > threshold)
    return float((np.diff(loud).max(initial=1) - 1) * frame / RATE)


def sounding(samples: np.ndarray, threshold: float = 0.02, frame: int = 320) -> np.ndarray:
    """Return the samples of the frames that are not silent."""
    frames = samples[: len(samples) // frame * frame].reshape(-1, frame)
    return frames[np.abs(frames).max(axis=1) > threshold].ravel()
