"""Wrong PINs in a row: each makes the next try wait longer."""

from datetime import datetime, timedelta

_FREE_TRIES = 3
_LONGEST_S = 300


class Tries:
    """Wrong PINs in a row: the first three are free, each further one doubles the wait."""

    def __init__(self) -> None:
        self._wrong = 0
        self._until: datetime | None = None

    def wait(self, now: datetime) -> int:
        """Return the seconds until another try is taken, 0 when it may be now."""
        if self._until is None or now >= self._until:
            return 0
        return int((self._until - now).total_seconds()) + 1

    def missed(self, now: datetime) -> None:
        """Count a wrong PIN."""
        self._wrong += 1
        if self._wrong >= _FREE_TRIES:
            self._until = now + timedelta(
                seconds=min(_LONGEST_S, 2 ** (self._wrong - _FREE_TRIES + 1))
            )

    def right(self) -> None:
        """Forget the wrong ones."""
        self._wrong, self._until = 0, None
