"""What a level and a state look like: never a colour alone."""

from typing import Final

from console.desk.floor.views import Doing
from console.floor.thresholds import Level
from console.ui.theme import Ink

TEXT: Final = {
    Level.QUIET: Ink.TEXT,
    Level.GOOD: Ink.GREEN_TEXT,
    Level.WATCH: Ink.AMBER_TEXT,
    Level.ALARM: Ink.RED,
}
GROUND: Final = {
    Level.QUIET: Ink.CARD,
    Level.GOOD: Ink.CARD,
    Level.WATCH: Ink.AMBER_SOFT,
    Level.ALARM: Ink.RED_SOFT,
}
ON_GROUND: Final = {
    Level.QUIET: Ink.TEXT,
    Level.GOOD: Ink.GREEN_TEXT,
    Level.WATCH: Ink.AMBER_TEXT,
    Level.ALARM: Ink.RED_TEXT,
}
BAR: Final = {
    Level.QUIET: Ink.SLATE,
    Level.GOOD: Ink.GREEN,
    Level.WATCH: Ink.AMBER,
    Level.ALARM: Ink.RED,
}
MARK: Final = {Level.QUIET: "", Level.GOOD: "", Level.WATCH: "▲ ", Level.ALARM: "✕ "}
DOING: Final = {
    Doing.AVAILABLE: Ink.GREEN,
    Doing.RINGING: Ink.VIOLET,
    Doing.ON_CALL: Ink.BLUE,
    Doing.ON_HOLD: Ink.BLUE_DEEP,
    Doing.WRAP_UP: Ink.AMBER,
    Doing.PAUSED: Ink.SLATE,
    Doing.NOT_READY: Ink.EDGE,
}


def left(until: float, now: float) -> str:
    """Return what is left of a time, or how far it is over: "0:41 left", "▲ 0:12 over"."""
    if now < until:
        return f"{lasted(0.0, until - now + 0.999)} left"
    return f"▲ {lasted(until, now)} over"


def lasted(since: float | None, now: float) -> str:
    """Return how long something has lasted: "0:41", "12:03", "1:12:03"; "" for nothing."""
    if since is None:
        return ""
    seconds = max(0, int(now - since))
    minutes, hours = seconds // 60, seconds // 3600
    if hours:
        return f"{hours}:{minutes % 60:02}:{seconds % 60:02}"
    return f"{minutes}:{seconds % 60:02}"
