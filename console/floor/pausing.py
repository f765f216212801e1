"""Why an agent is paused, in the words that stand in the queue."""

import re
from enum import StrEnum, unique
from typing import Final

MISSED: Final = "Auto-Pause"  # Asterisk's own, for who let a call ring out
BREAKS: Final = ("Break", "Lunch", "Meeting", "Training", "Other work")


@unique
class Pause(StrEnum):
    """What a desk says of itself; the rest are breaks."""

    LOCKED = "Locked"
    NOT_READY = "Not ready"
    PHONE = "Phone failed"
    WRAP_UP = "Wrapping up"


_WRAPPING: Final = re.compile(rf"{Pause.WRAP_UP}(?:, (\d{{1,5}}) s)?")


def wrap_up_for(seconds: int) -> str:
    """Return the reason of a wrap-up that is given so long, for every floor to count down."""
    return f"{Pause.WRAP_UP}, {seconds} s"


def wrap_up_of(reason: str) -> float | None:
    """Return how long a wrap-up is given, in seconds from its beginning: 0 where nobody said, None
    where the reason is another."""
    found = _WRAPPING.fullmatch(reason)
    return None if found is None else float(found[1] or 0)
