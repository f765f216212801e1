"""A wallboard's two looks, light and dark, and its three sizes of type.

Sizes are parts of the screen's height. The least of them has capitals of 3.4 % of it: on a screen
of 55 inches, 685 mm high, seen from 5 m, that is 16 minutes of arc, the least that ISO 9241-303
allows for reading.
"""

from dataclasses import dataclass
from enum import Enum, unique
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication

from console.ui.theme import FAMILIES


@unique
class Tone(Enum):
    """What a colour says; never without a word or a mark beside it."""

    PAGE = "page"
    CARD = "card"
    LINE = "line"
    TEXT = "text"
    SOFT = "soft"
    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    BLUE = "blue"
    VIOLET = "violet"
    SLATE = "slate"
    RED_GROUND = "red ground"
    AMBER_GROUND = "amber ground"


INKS: Final = (Tone.TEXT, Tone.SOFT, Tone.GREEN, Tone.AMBER, Tone.RED)
"""Tones that words are written in; the rest are grounds and bars."""


@unique
class Size(Enum):
    """Type: its size as a part of the height, and its weight."""

    WORD = (0.048, 500)
    STRONG = (0.048, 700)
    FIGURE = (0.155, 700)


@dataclass(frozen=True, slots=True)
class Look:
    """Colours by what they say."""

    name: str
    colours: dict[Tone, QColor]

    def __getitem__(self, tone: Tone) -> QColor:
        return self.colours[tone]


def _look(name: str, **codes: str) -> Look:
    return Look(name, {tone: QColor(codes[tone.name.lower()]) for tone in Tone})


LIGHT: Final = _look(
    "light",
    page="#eef1f6",
    card="#ffffff",
    line="#d5dce5",
    text="#17202b",
    soft="#44536a",
    green="#17623c",
    amber="#845000",
    red="#96211a",
    blue="#0b6bcb",
    violet="#7c3aed",
    slate="#5b6b82",
    red_ground="#fdecea",
    amber_ground="#fff1d6",
)
DARK: Final = _look(
    "dark",
    page="#0d131b",
    card="#1a222e",
    line="#334253",
    text="#f4f7fa",
    soft="#b9c4d1",
    green="#6fdca0",
    amber="#ffc861",
    red="#ffa59d",
    blue="#6fb1ff",
    violet="#b79bff",
    slate="#9aabc0",
    red_ground="#4d1713",
    amber_ground="#40300b",
)


def chosen(name: str) -> Look:
    """Return the look of a setting: "light", "dark", or as the system has it."""
    if name == "system":
        scheme = QGuiApplication.styleHints().colorScheme()
        return DARK if scheme is Qt.ColorScheme.Dark else LIGHT
    return DARK if name == DARK.name else LIGHT


def font(size: Size, height: float) -> QFont:
    """Return the type for a screen of a height in pixels."""
    part, weight = size.value
    made = QFont(FAMILIES)
    made.setPixelSize(max(8, round(part * height)))
    made.setWeight(QFont.Weight(weight))
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    made.setFeature(QFont.Tag("tnum"), 1)  # a running time must not shake
    return made
