"""Words of a page put together from recordings: a number and a reference, said sign by sign."""

import tempfile
import wave
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from resources import PROMPTS, SPOKEN

_PAUSE: Final = "pause"
_GROUPS: Final = (
    3,
    3,
    4,
)  # a North American number, as it is said; another in threes from its start


def say_call_us(number: str, reference: str) -> list[Path]:
    """Return what somebody hears who has taken a page: whom to call, twice, and the reference."""
    said = [PROMPTS / "call_us.wav"]
    for _ in range(2):
        said += [_sign(_PAUSE), *_number(number)]
    return [*said, _sign(_PAUSE), PROMPTS / "reference.wav", *map(_sign, reference)]


def joined(parts: Iterable[Path], folder: Path) -> Path:
    """Return a sound file of all parts, one after the other, written into a folder. The parts are
    8 kHz, mono, 16 bits."""
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".wav", delete=False) as made:
        path = Path(made.name)
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        for part in parts:
            with wave.open(str(part), "rb") as sound:
                out.writeframes(sound.readframes(sound.getnframes()))
    return path


def _number(number: str) -> list[Path]:
    digits = "".join(sign for sign in number if sign.isdigit())
    if len(digits) == 11 and digits.startswith("1"):
        digits = digits[1:]
    groups = _GROUPS if len(digits) == 10 else (3,) * -(-len(digits) // 3)
    said: list[Path] = []
    for size in groups:
        said += [*map(_sign, digits[:size]), _sign(_PAUSE)]
        digits = digits[size:]
    return said[:-1]


def _sign(name: str) -> Path:
    return SPOKEN / f"{name}.wav"
