"""Where window and desk meet about changes of a rota: what one is, and what it would come to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique

from scripts.rota_plans import GAP, NEXT, Plan, Put, Swap, Vacation

__all__ = [
    "GAP",
    "NEXT",
    "EntryState",
    "EntryView",
    "Plan",
    "PreviewLine",
    "PreviewView",
    "Put",
    "Swap",
    "Vacation",
]


@unique
class EntryState(StrEnum):
    """How an entry stands; the value is the word for it."""

    NOW = "now"
    COMING = "to come"
    OVER = "over"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class EntryView:
    """What was entered together: `group` names it to end it. `start` and `end` are UTC."""

    group: str
    what: str  # "Dr. Marco Reyes in the place of Dr. Eva Lindqvist"
    when: str  # "Thu 3 Dec 17:00 to Fri 4 Dec 08:00"
    why: str
    made: str  # "override by A. Marsh, Thu 3 Dec 14:02"
    state: EntryState
    start: datetime
    end: datetime

    @property
    def can_end(self) -> bool:
        """Whether there is something left to end."""
        return self.state in (EntryState.NOW, EntryState.COMING)


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """A stretch (UTC) that would have others on call; `gap` where nobody but the fallback."""

    start: datetime
    end: datetime
    words: str  # "Thu 3 Dec 17:00 to Fri 4 Dec 08:00: Dr. Reyes instead of Dr. Lindqvist"
    gap: bool = False


@dataclass(frozen=True, slots=True)
class PreviewView:
    """What a plan would come to; or `problem`, the sentence for why it cannot be done."""

    lines: tuple[PreviewLine, ...] = ()
    problem: str = ""
    more: str = ""  # what lies further ahead than is looked
