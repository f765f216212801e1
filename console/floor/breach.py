"""When a queue that is beyond its threshold is worth a sound: once, and not again before it has
been well in between. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Final

from console.floor.thresholds import USUAL_LIMITS, Level, Limits


@unique
class Hears(StrEnum):
    """At whose desks a queue in breach is heard."""

    SUPERVISORS = "supervisors"
    EVERYONE = "everyone"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class FloorRules:
    """What this desk was told of the floor."""

    limits: Limits = USUAL_LIMITS
    hears: Hears = Hears.SUPERVISORS


USUAL_RULES: Final = FloorRules()


@dataclass(slots=True)
class Breaches:
    """The queues in breach by their longest wait, as they were last looked at."""

    red: frozenset[str] = frozenset()
    _told: set[str] = field(default_factory=set)

    def look(self, waits: Mapping[str, list[float]], now: float, limits: Limits) -> frozenset[str]:
        """Look again; return the practices that have just turned red, and were green before. One
        that goes from red to yellow and back says nothing. `waits` is since when each one's callers
        wait, in the seconds of `now`."""
        levels = {
            practice: limits.of(practice).wait(now - min(since))
            for practice, since in waits.items()
            if since
        }
        self.red = frozenset(p for p, level in levels.items() if level is Level.ALARM)
        self._told = {p for p in self._told if levels.get(p, Level.QUIET) >= Level.WATCH}
        new = self.red - self._told
        self._told |= new
        return new
