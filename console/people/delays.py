"""Wrong tries in a row make the next one wait: the first three are free, each further one doubles
the wait, up to a quarter of an hour.

A delay rather than a lock-out for good (NIST SP 800-63B 5.2.2 allows either): nobody can keep a
colleague out of the desk by typing that name wrongly for a minute, and at four tries an hour a
guess takes years.
"""

from datetime import datetime
from math import ceil
from typing import Final

FREE_TRIES: Final = 3
LONGEST_S: Final = 900


def delay_s(failed: int) -> int:
    """Return how long after so many wrong tries in a row the next may come, in seconds."""
    if failed < FREE_TRIES:
        return 0
    return min(LONGEST_S, 2 << min(failed - FREE_TRIES, 30))


def wait_s(failed: int, failed_at: datetime | None, now: datetime) -> int:
    """Return the whole seconds until another try is taken, 0 when it may be now.

    A clock set back since the last try costs no more than the delay itself.
    """
    delay = delay_s(failed)
    if not delay or failed_at is None:
        return 0
    left = delay - (now - failed_at).total_seconds()
    return max(0, min(delay, ceil(left)))


def in_words(seconds: int) -> str:
    """Return a wait as a sentence says it: "40 s", "2 min 5 s"."""
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return f"{rest} s"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"
