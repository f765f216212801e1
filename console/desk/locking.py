"""The desk's PIN: kept as an Argon2id hash, checked off the window's thread, slower with each miss.

The lock hides what is on screen from whoever walks by. It is no account: it never stands between a
receptionist and a live call, the greeting or the 911 line.
"""

from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 4
_FREE_TRIES = 3
_hasher = PasswordHasher()  # RFC 9106's second recommended parameters are its defaults


def hash_pin(pin: str) -> str:
    """Return the hash to keep; takes about 50 ms, so not on the window's thread."""
    return _hasher.hash(pin)


def fits(pin: str, pin_hash: str) -> bool:
    """Tell whether the PIN is the one hashed; as slow as hashing."""
    try:
        return _hasher.verify(pin_hash, pin)
    except (VerificationError, InvalidHashError):
        return False


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
            self._until = now + timedelta(seconds=min(300, 2 ** (self._wrong - _FREE_TRIES + 1)))

    def right(self) -> None:
        """Forget the wrong ones."""
        self._wrong, self._until = 0, None
