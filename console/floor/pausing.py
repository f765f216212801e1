"""Why an agent is paused, in the words that stand in the queue."""

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
