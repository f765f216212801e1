"""How fast calls may reach pjsua2: INVITE and CANCEL at a hundred a second end it after 64."""

from dataclasses import dataclass


@dataclass(slots=True)
class Pace:
    """A token bucket. Times are seconds of one monotonic clock."""

    per_second: float
    burst: float
    _level: float = -1.0
    _at: float = 0.0

    def _refill(self, now: float) -> None:
        if self._level < 0:
            self._level = self.burst
        else:
            self._level = min(self.burst, self._level + (now - self._at) * self.per_second)
        self._at = now

    def take(self, now: float) -> bool:
        """Take one token; False when there is none yet."""
        self._refill(now)
        if self._level < 1:
            return False
        self._level -= 1
        return True

    def wait(self, now: float) -> float:
        """Seconds until there is a token again."""
        self._refill(now)
        return max(0.0, (1 - self._level) / self.per_second)
