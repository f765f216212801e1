"""How long to wait before what failed is tried again."""

from datetime import timedelta


def growing(tries: int, *, first: timedelta, longest: timedelta) -> timedelta:
    """Return the wait after so many failures, counted from 1: doubled with each."""
    doubled: int = 2 ** min(tries - 1, 10)
    return min(first * doubled, longest)
