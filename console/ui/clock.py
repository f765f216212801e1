"""Running times as the window shows them; the clock itself is handed in, so a test can stop it."""

from collections.abc import Callable
from datetime import UTC, datetime
from math import ceil

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the time, aware, in UTC."""
    return datetime.now(UTC)


def timer(since: datetime | None, now: datetime) -> str:
    """Return how long something has run: "01:12", from an hour on "1:01:12"."""
    if since is None:
        return ""
    minutes, seconds = divmod(max(0, int((now - since).total_seconds())), 60)
    if minutes >= 60:
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return f"{minutes:02}:{seconds:02}"


def countdown(until: datetime, now: datetime) -> str:
    """Return what is left, or how far it is over: "0:41 left", "0:12 over"."""
    left = ceil((until - now).total_seconds())
    minutes, seconds = divmod(abs(left), 60)
    return f"{minutes}:{seconds:02} {'left' if left > 0 else 'over'}"


def wait(since: datetime | None, now: datetime) -> str:
    """Return how long a caller has waited: "0:41"."""
    text = timer(since, now)
    return text[1:] if len(text) == 5 and text.startswith("0") else text
