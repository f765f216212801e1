"""What came of the callers today, practice by practice, counted as the queue tells it.

A caller is counted once answered or gone, never while waiting. The wait runs from the first ring in
the first queue. In time is up to and including `THRESHOLD_S`, of all who were counted, those who
gave up too: 80/20 is usually read so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

THRESHOLD_S: Final = 20.0


@dataclass(frozen=True, slots=True)
class Counted:
    """Callers of a day; `waited_s` is what the answered have waited together, in seconds."""

    answered: int = 0
    within: int = 0  # answered in time
    abandoned: int = 0
    waited_s: float = 0.0

    @property
    def offered(self) -> int:
        """Those answered and those who gave up."""
        return self.answered + self.abandoned

    @property
    def share(self) -> float | None:
        """The part answered in time, 0 to 1; None before the first caller."""
        return self.within / self.offered if self.offered else None

    @property
    def abandon_rate(self) -> float | None:
        """The part that gave up, 0 to 1."""
        return self.abandoned / self.offered if self.offered else None

    @property
    def average_s(self) -> float | None:
        """The average speed of answer: what the answered waited, in seconds."""
        return self.waited_s / self.answered if self.answered else None

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(
            self.answered + other.answered,
            self.within + other.within,
            self.abandoned + other.abandoned,
            self.waited_s + other.waited_s,
        )


@dataclass(slots=True)
class Day:
    """Counts by practice, "" for callers of none. `since` is when counting began, seconds since
    the epoch."""

    since: float
    practices: dict[str, Counted] = field(default_factory=dict)

    def answered(self, practice: str, waited_s: float) -> None:
        """Count a caller somebody took."""
        before = self.practices.get(practice, Counted())
        self.practices[practice] = before + Counted(
            answered=1, within=int(waited_s <= THRESHOLD_S), waited_s=waited_s
        )

    def abandoned(self, practice: str) -> None:
        """Count a caller who gave up."""
        before = self.practices.get(practice, Counted())
        self.practices[practice] = replace(before, abandoned=before.abandoned + 1)


def together(practices: Mapping[str, Counted]) -> Counted:
    """Return all practices' counts as one."""
    return sum(practices.values(), Counted())
