"""The number a desk has in feature codes (`*55101` listens to one): given once, and nobody else's
ever after, so that a supervisor who knows it by heart never listens to somebody else.

They are kept beside the configuration. A desk that is gone keeps its number for the day it comes
back.
"""

from collections.abc import Iterable, Mapping
from typing import Final

FIRST: Final = 101  # three digits for up to 899 desks


def numbered(users: Iterable[str], kept: Mapping[str, int]) -> dict[str, int]:
    """Return every desk's number, those of desks that are gone too."""
    found = dict(kept)
    for user in users:
        if user not in found:
            found[user] = max(found.values(), default=FIRST - 1) + 1
    return found
