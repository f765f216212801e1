"""A wrap-up as it stands: how long it is given, and what keeps it. Pure.

After a caller has gone the form is finished in a time that is set. It ends with the form's outcome,
or with the time that was asked for besides; without an outcome it goes on, and is over its time.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class WrapUpRules:
    """How long a wrap-up is given, and how often and by how much it is extended."""

    lasts: timedelta = timedelta(seconds=60)
    more: timedelta = timedelta(seconds=60)
    times: int = 2


@dataclass(frozen=True, slots=True)
class Wrapping:
    """One wrap-up. `held_until` keeps it though the form is finished: time that was asked for, or
    that the queue gives of itself. `told` once it has been said that the time is over."""

    since: datetime
    until: datetime
    extended: int = 0
    held_until: datetime | None = None
    told: bool = False

    def extend(self, rules: WrapUpRules, now: datetime) -> "Wrapping":
        """Return it with more time, from its end or, where that is past, from now."""
        until = max(self.until, now) + rules.more
        return replace(self, until=until, extended=self.extended + 1, held_until=until, told=False)

    def at_least(self, until: datetime) -> "Wrapping":
        """Return it kept until the queue rings this desk again."""
        held = max(until, self.held_until) if self.held_until else until
        return replace(self, until=max(self.until, until), held_until=held)

    def at(self, now: datetime) -> "Wrapping":
        """Return it at a moment: what kept it may be over."""
        over = self.held_until is not None and now >= self.held_until
        return replace(self, held_until=None) if over else self

    @property
    def given_s(self) -> int:
        """How long it is given, together, in seconds."""
        return round((self.until - self.since).total_seconds())
