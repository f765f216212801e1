"""Wrong PINs in a row: each makes the next try wait longer."""

from datetime import datetime

from console.people.delays import wait_s


class Tries:
    """Wrong tries at a desk's lock, by `console.people.delays`."""

    def __init__(self) -> None:
        self._wrong = 0
        self._last: datetime | None = None

    def wait(self, now: datetime) -> int:
        """Return the seconds until another try is taken, 0 when it may be now."""
        return wait_s(self._wrong, self._last, now)

    def missed(self, now: datetime) -> None:
        """Count a wrong try."""
        self._wrong += 1
        self._last = now

    def right(self) -> None:
        """Forget the wrong ones."""
        self._wrong, self._last = 0, None
