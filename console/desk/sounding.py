"""How a call sounds, in a word and a figure: a bad network told from a bad headset."""

from typing import Final

from console.desk.views import Light
from softphone.wire import CallQuality

# ITU-T G.107 annex B: nearly everybody satisfied from 4.0, some not below, many below 3.6,
# nearly all dissatisfied below 3.1
_WORDS: Final = (
    (4.0, "good", Light.GOOD),
    (3.6, "fair", Light.GOOD),
    (3.1, "poor", Light.WARN),
    (0.0, "bad", Light.BAD),
)


def sound_words(quality: CallQuality | None) -> tuple[str, Light]:
    """Return `Sound good (4.3)` and how grave that is; no words while nothing has been heard."""
    if quality is None or not quality.packets_in:
        return "", Light.GOOD
    score = round(quality.mos, 1)
    word, light = next((word, light) for least, word, light in _WORDS if score >= least)
    lost = f", {quality.loss_percent:.0f} % lost" if quality.loss_percent >= 1 else ""
    return f"Sound {word} ({score:.1f}{lost})", light
