"""What comes back from the records, in the desk's own words.

Apart from the code that reads and writes, so that the desk can be made before the database's
library has been imported.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from console.desk.live_call import BookedTime
from console.desk.own_calendar import TimesRead
from console.desk.views import EarlierItem, Repeat
from scripts.calltypes import Outcome
from scripts.openings import Busy

if TYPE_CHECKING:
    from console.store.callbacks import CallbackRow
    from console.store.finishing import FinishedRows
    from console.store.presence import Present


@dataclass(frozen=True, slots=True)
class Standing:
    """How the records are: a sentence when they are away, how much waits on this machine for them,
    how much was set aside there because they refused it for good, and how many bookings could not
    stand when they were written just now."""

    trouble: str = ""
    kept: int = 0
    aside: int = 0
    clashes: int = 0
    told: str = ""  # of somebody else who did the same first


@dataclass(frozen=True, slots=True)
class CallerFile:
    """What the records know for a call that has just come in. `busy` is a provider's id and the
    start and end of time that is taken, `read` when the practice's calendars were last read."""

    busy: tuple[Busy, ...] = ()
    read: TimesRead = field(default_factory=dict)
    bookings: tuple[BookedTime, ...] = ()
    earlier: tuple[EarlierItem, ...] = ()
    repeat: Repeat | None = None


@dataclass(frozen=True, slots=True)
class TimesTaken:
    """What is taken, and when the practice's calendars were last read, as in `CallerFile`."""

    busy: tuple[Busy, ...]
    read: TimesRead


@dataclass(frozen=True, slots=True)
class TriedHold:
    """Whether a time is held for the caller now, and what is taken besides."""

    held: bool
    taken: TimesTaken


@dataclass(frozen=True, slots=True)
class Overview:
    """The desk's own figures and who is owed a call back. While the records are `away` it holds
    only what this machine has kept: callbacks owed, and the `done` ones by their uid."""

    callbacks: "tuple[CallbackRow, ...]"
    share: float | None = None  # of the calls that were answered in time
    to_deliver: int = 0
    at_work: "Mapping[str, Present]" = field(default_factory=dict)  # others, by callback uid
    away: bool = False
    done: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Saved:
    """Where finished work went: into rows, or, with `rows` None, onto this machine."""

    outcome: Outcome
    rows: "FinishedRows | None"
