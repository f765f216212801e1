"""Turns the table of keys into shortcuts of the window, one for each, told apart by their act."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from console.ui.keys import KEYS, Act, Key

REPEATING = frozenset({Act.TEXT_LARGER, Act.TEXT_SMALLER, Act.EARLIER_TIMES, Act.MORE_TIMES})


def bind(window: QWidget, acts: Mapping[Act, Callable[[Key], None]]) -> list[QShortcut]:
    """Give a window every key of the table; a held-down key does its act once."""
    made = []
    for key in KEYS:
        for sequence in (key.sequence, *key.others):
            shortcut = QShortcut(QKeySequence(sequence), window)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.setAutoRepeat(key.act in REPEATING)
            shortcut.activated.connect(lambda key=key: acts[key.act](key))
            made.append(shortcut)
    return made
