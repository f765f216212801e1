"""A QR code painted from its modules, and its secret said in words."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

_WORDS: Final = [
    "Alfa",
    "Bravo",
    "Charlie",
    "Delta",
    "Echo",
    "Foxtrot",
    "Golf",
    "Hotel",
    "India",
    "Juliett",
    "Kilo",
    "Lima",
    "Mike",
    "November",
    "Oscar",
    "Papa",
    "Quebec",
    "Romeo",
    "Sierra",
    "Tango",
    "Uniform",
    "Victor",
    "Whiskey",
    "X-ray",
    "Yankee",
    "Zulu",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
]
_SPOKEN: Final = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", _WORDS, strict=True))


def draw_qr(painter: QPainter, box: QRectF, modules: tuple[tuple[bool, ...], ...]) -> None:
    """Draw dark modules on white, each of whole pixels: a camera dislikes smoothed edges."""
    side = len(modules)
    pixels = max(1, int(box.width()) // side)
    left = round(box.left() + (box.width() - pixels * side) / 2)
    top = round(box.top() + (box.height() - pixels * side) / 2)
    painter.fillRect(box, Qt.GlobalColor.white)
    for y, row in enumerate(modules):
        for x, dark in enumerate(row):
            if dark:
                painter.fillRect(
                    left + x * pixels, top + y * pixels, pixels, pixels, Qt.GlobalColor.black
                )


def spell(groups: tuple[str, ...]) -> str:
    """Return a secret in words, group by group, as a screen reader says it."""
    return "; ".join(" ".join(_SPOKEN[letter] for letter in group) for group in groups)
