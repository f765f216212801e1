"""Colours, type and measures of the window, in one place, so that contrast can be proved by a test
and the text size changed while a call is on.

Every pair of text and ground that the window uses stands in `PAIRS`; the test holds each to WCAG
2.1 AA (1.4.3: 4.5 to 1; 1.4.11: 3 to 1 for the edges of fields).
"""

from enum import Enum
from typing import Final

from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QPalette
from PySide6.QtWidgets import QApplication

import resources


class Ink(Enum):
    """Every colour of the window, by what it is for. `colour` is its shared `QColor`, held by the
    member itself: a pop asks for several hundred."""

    def __init__(self, code: str) -> None:
        self.colour = QColor(code)

    TOP_BAR = "#1a222e"
    ON_TOP_SOFT = "#b9c4d1"
    TOP_HOVER = "#2a3644"
    PAGE = "#eef1f6"
    SIDE = "#f8fafc"
    CARD = "#ffffff"
    LINE = "#d5dce5"
    HAIRLINE = "#e8ecf2"
    TEXT = "#17202b"
    SOFT = "#586780"
    LABEL = "#44536a"
    HINT = "#66748a"
    EDGE = "#8492a6"
    BUTTON = "#eff2f7"
    BUTTON_HOVER = "#e2e8f1"
    BUTTON_EDGE = "#cbd4df"
    CAP = "#fefefe"
    CAP_EDGE = "#bfc9d6"
    CAP_TEXT = "#3d4a5c"
    BLUE = "#0b6bcb"
    BLUE_DEEP = "#095aab"
    BLUE_SOFT = "#eaf3fd"
    GREEN = "#1f7a4d"
    GREEN_DEEP = "#18633e"
    GREEN_SOFT = "#ddf3e6"
    GREEN_TEXT = "#17623c"
    AMBER = "#d98e04"
    AMBER_SOFT = "#fff1d6"
    AMBER_TEXT = "#845000"
    RED = "#c4342b"
    RED_DEEP = "#a82921"
    RED_SOFT = "#fdecea"
    RED_EDGE = "#f0b4af"
    RED_TEXT = "#96211a"
    VIOLET = "#7c3aed"
    VIOLET_TEXT = "#6428c9"
    SLATE = "#5b6b82"
    TEAL = "#0e8a7d"
    SAY = "#fffdf2"
    SAY_EDGE = "#eadfae"
    SAY_BAR = "#d9a400"
    SAY_TEXT = "#7a5c00"
    LAMP_GOOD = "#2fb870"
    LAMP_WARN = "#c27803"
    TRACK = "#e2e8f0"
    OFF = "#6b7789"


PAIRS: Final = (
    (Ink.CARD, Ink.TOP_BAR),
    (Ink.CARD, Ink.TOP_HOVER),
    (Ink.ON_TOP_SOFT, Ink.TOP_BAR),
    (Ink.TEXT, Ink.PAGE),
    (Ink.TEXT, Ink.SIDE),
    (Ink.TEXT, Ink.CARD),
    (Ink.TEXT, Ink.BUTTON),
    (Ink.TEXT, Ink.BUTTON_HOVER),
    (Ink.TEXT, Ink.BLUE_SOFT),
    (Ink.TEXT, Ink.SAY),
    (Ink.SOFT, Ink.CARD),
    (Ink.SOFT, Ink.SIDE),
    (Ink.SOFT, Ink.PAGE),
    (Ink.SOFT, Ink.BUTTON),
    (Ink.SOFT, Ink.BLUE_SOFT),
    (Ink.AMBER_TEXT, Ink.PAGE),
    (Ink.BLUE, Ink.SIDE),
    (Ink.LABEL, Ink.CARD),
    (Ink.LABEL, Ink.SIDE),
    (Ink.HINT, Ink.CARD),
    (Ink.CAP_TEXT, Ink.CAP),
    (Ink.BLUE, Ink.CARD),
    (Ink.BLUE, Ink.BLUE_SOFT),
    (Ink.CARD, Ink.BLUE),
    (Ink.CARD, Ink.BLUE_DEEP),
    (Ink.CARD, Ink.GREEN),
    (Ink.CARD, Ink.GREEN_DEEP),
    (Ink.GREEN_TEXT, Ink.GREEN_SOFT),
    (Ink.GREEN_TEXT, Ink.CARD),
    (Ink.AMBER_TEXT, Ink.AMBER_SOFT),
    (Ink.AMBER_TEXT, Ink.CARD),
    (Ink.SAY_TEXT, Ink.SAY),
    (Ink.CARD, Ink.RED),
    (Ink.CARD, Ink.AMBER_TEXT),
    (Ink.CARD, Ink.RED_DEEP),
    (Ink.RED, Ink.CARD),
    (Ink.RED_TEXT, Ink.RED_SOFT),
    (Ink.RED_TEXT, Ink.CARD),
    (Ink.CARD, Ink.VIOLET),
    (Ink.VIOLET_TEXT, Ink.CARD),
    (Ink.CARD, Ink.SLATE),
    (Ink.OFF, Ink.CARD),
)
"""Text on its ground, wherever the window puts one on the other."""

EDGES: Final = ((Ink.EDGE, Ink.CARD), (Ink.BLUE, Ink.CARD), (Ink.BLUE, Ink.PAGE))
"""Edges that tell where a field is, or where the focus is."""


class Type(Enum):
    """Type sizes in pixels at scale 1, weight, and tracking in percent."""

    def __init__(self, size: float, weight: int, tracking: float) -> None:
        self.size = size
        self.weight = weight
        self.tracking = tracking
        self.slot = len(type(self).__members__)

    BRAND = (15, 700, -0.5)
    TOP_STRONG = (14, 700, -0.5)
    HEAD = (11, 600, 6)
    NAME = (14.5, 700, -0.5)
    BODY = (14, 400, -0.8)
    BODY_STRONG = (14, 600, -0.8)
    SMALL = (13, 400, -0.6)
    SMALL_STRONG = (13, 600, -0.6)
    TINY = (12, 400, -0.3)
    LABEL = (12, 600, -0.3)
    CAP = (11, 600, 0)
    PRACTICE = (22, 700, -1.2)
    SAY = (20, 400, -1.4)
    ASK = (17, 600, -1)
    TILE = (13.5, 600, -0.6)
    BIG = (16, 700, -0.8)
    FIGURE = (24, 700, -1)
    TITLE = (28, 700, -1.5)


FIGURES: Final = frozenset({Type.NAME, Type.BODY_STRONG, Type.TOP_STRONG, Type.TILE, Type.FIGURE})
"""Types whose figures are all of one width: a running timer must not shake."""


SCALES: Final = (0.9, 1.0, 1.1, 1.25, 1.4, 1.6)
GRID: Final = 8


class Theme:
    """Fonts and measures at the scale the receptionist chose; one for the whole window."""

    def __init__(self) -> None:
        self.scale = 1.0
        self.revision = 0  # counts the changes of scale: what was drawn for another is stale
        self._fonts: list[QFont] = []
        self._metrics: list[QFontMetricsF] = []

    def rescale(self, scale: float) -> None:
        """Use another text size; the window lays itself out again after this."""
        self.scale = scale
        self.revision += 1
        self._fonts.clear()
        self._metrics.clear()

    def px(self, size: float) -> int:
        """Return a measure of the design at the chosen text size."""
        return round(size * self.scale)

    def font(self, role: Type) -> QFont:
        """Return the font of a role, made once per scale."""
        if not self._fonts:
            self._fonts = [self._make(each) for each in Type]
        return self._fonts[role.slot]

    def metrics(self, role: Type) -> QFontMetricsF:
        """Return the measures of a role's font, made once per scale."""
        if not self._metrics:
            self._metrics = [QFontMetricsF(self.font(each)) for each in Type]
        return self._metrics[role.slot]

    def _make(self, role: Type) -> QFont:
        font = QFont(FAMILIES)
        font.setPixelSize(max(9, round(role.size * self.scale)))
        font.setWeight(QFont.Weight(role.weight))
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 100 + role.tracking)
        if role in FIGURES:
            font.setFeature(QFont.Tag("tnum"), 1)
        if role is Type.HEAD:
            font.setCapitalization(QFont.Capitalization.AllUppercase)
        return font


FAMILIES: Final = ["Inter", "Segoe UI", "Helvetica Neue", "Noto Sans", "sans-serif"]

theme = Theme()


def colour(ink: Ink) -> QColor:
    """Return the shared `QColor` of an ink; not to be changed by who gets it."""
    return ink.colour


def dress(app: QApplication) -> None:
    """Give the program its fonts, its style and its palette, whatever the desktop's are; once."""
    if app.property("dressed"):
        return
    app.setProperty("dressed", True)
    fonts = resources.FONTS
    for path in sorted(fonts.glob("*.otf")):
        QFontDatabase.addApplicationFont(str(path))
    app.setStyle("Fusion")
    app.setPalette(make_palette())
    app.setFont(theme.font(Type.BODY))


def make_palette() -> QPalette:
    """Return the palette every stock control is drawn with."""
    role = QPalette.ColorRole
    palette = QPalette()
    for name, ink in (
        (role.Window, Ink.PAGE),
        (role.WindowText, Ink.TEXT),
        (role.Base, Ink.CARD),
        (role.AlternateBase, Ink.SIDE),
        (role.Text, Ink.TEXT),
        (role.Button, Ink.BUTTON),
        (role.ButtonText, Ink.TEXT),
        (role.PlaceholderText, Ink.HINT),
        (role.Highlight, Ink.BLUE),
        (role.HighlightedText, Ink.CARD),
        (role.ToolTipBase, Ink.TOP_BAR),
        (role.ToolTipText, Ink.CARD),
        (role.Link, Ink.BLUE),
    ):
        palette.setColor(name, colour(ink))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, colour(Ink.OFF))
    return palette


def contrast(first: Ink, second: Ink) -> float:
    """Return the WCAG 2.1 contrast ratio of two inks, 1 to 21."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(ink: Ink) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    tone = colour(ink)
    red, green, blue = tone.redF(), tone.greenF(), tone.blueF()
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
