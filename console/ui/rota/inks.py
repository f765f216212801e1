"""What a person and a shift look like: a person's bar is their own, whatever it says in words."""

from typing import Final

from console.desk.rota.views import Mark, ShiftView
from console.ui.theme import Ink

PEOPLE: Final = (Ink.BLUE, Ink.TEAL, Ink.VIOLET, Ink.GREEN, Ink.SLATE, Ink.AMBER, Ink.RED_DEEP)
SIGNS: Final = {
    Mark.PLAIN: "",
    Mark.FALLBACK: "",
    Mark.CHANGED: "◆ ",
    Mark.GAP: "▲ ",
    Mark.OVERLAP: "✕ ",
}


def bar(shift: ShiftView) -> Ink:
    """Return the ink of a shift's bar."""
    return PEOPLE[shift.ink % len(PEOPLE)]


def ground(shift: ShiftView) -> tuple[Ink, Ink, Ink]:
    """Return fill, edge and text of a shift."""
    if shift.mark is Mark.GAP:
        if shift.soon:
            return Ink.AMBER_SOFT, Ink.AMBER, Ink.AMBER_TEXT
        return Ink.SIDE, Ink.LINE, Ink.SOFT
    if shift.mark is Mark.FALLBACK:
        return Ink.SIDE, Ink.LINE, Ink.SOFT
    if shift.mark is Mark.CHANGED:
        return Ink.BLUE_SOFT, Ink.BLUE, Ink.TEXT
    return (Ink.CARD, Ink.LINE, Ink.TEXT) if shift.tier == 0 else (Ink.BUTTON, Ink.LINE, Ink.TEXT)
