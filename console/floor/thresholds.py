"""When a figure of the floor is worth a look, and when an alarm: usually, and of a practice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, unique
from typing import Final


@unique
class Level(IntEnum):
    """How a figure stands; the higher the worse."""

    QUIET = 0  # nothing to say of it
    GOOD = 1
    WATCH = 2
    ALARM = 3


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The usual ones of an answering service with 80/20 as its aim. Seconds, or parts of 1."""

    wait_watch_s: float = 20.0
    wait_alarm_s: float = 40.0
    share_good: float = 0.8
    share_alarm: float = 0.7
    abandon_watch: float = 0.03
    abandon_alarm: float = 0.05

    def wait(self, seconds: float | None) -> Level:
        """Judge the longest wait."""
        if seconds is None:
            return Level.QUIET
        if seconds >= self.wait_alarm_s:
            return Level.ALARM
        return Level.WATCH if seconds >= self.wait_watch_s else Level.QUIET

    def waiting(self, callers: int, free: int) -> Level:
        """Judge how many wait by how many desks could take one now."""
        if callers > free:
            return Level.ALARM if callers > 2 * free + 4 else Level.WATCH
        return Level.QUIET

    def share(self, part: float | None) -> Level:
        """Judge the part answered in time."""
        if part is None:
            return Level.QUIET
        if part >= self.share_good:
            return Level.GOOD
        return Level.ALARM if part < self.share_alarm else Level.WATCH

    def abandoned(self, part: float | None) -> Level:
        """Judge the part that gave up."""
        if part is None:
            return Level.QUIET
        if part >= self.abandon_alarm:
            return Level.ALARM
        return Level.WATCH if part >= self.abandon_watch else Level.QUIET


USUAL: Final = Thresholds()


@dataclass(frozen=True, slots=True)
class Limits:
    """The thresholds in force: a practice's own where it has some, else the usual."""

    usual: Thresholds = USUAL
    own: Mapping[str, Thresholds] = field(default_factory=dict)

    def of(self, practice: str) -> Thresholds:
        """Return a practice's."""
        return self.own.get(practice, self.usual)


USUAL_LIMITS: Final = Limits()
