"""An answer to a page, as a gateway brought it, and what makes one worth hearing."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

LATEST: Final = timedelta(minutes=5)
"""How old a signed request may be, and how far its clock may be ahead: what was caught on the way
is of no use later."""

LONGEST_TEXT: Final = 1_600  # characters, the longest text a gateway puts together from its parts
LONGEST_UID: Final = 120


class NotGenuine(Exception):
    """It does not come from the gateway it says, or it did so too long ago. The sentence is for
    whoever runs the gateway, and tells a forger nothing."""


class NotReadable(Exception):
    """It is genuine, and not in the form it should have."""


@dataclass(frozen=True, slots=True, repr=False)
class Heard:
    """One answer. `uid` is the gateway's own name for it, the same when it is brought again.

    `address` is where it came from; `channel` the way a page goes there. `named` are references it
    names, for a channel anybody can write to under any name: there it counts only with the item's
    own; None elsewhere. `key` is the very page it answers, where the channel says which: `address`
    is then the page's own, and `text` a verb alone.
    """

    uid: str
    channel: str
    address: str
    text: str
    named: frozenset[str] | None = None
    key: str = ""


def first_line(text: str) -> str:
    """Return what somebody wrote above what they quote."""
    for line in text.splitlines():
        said = line.strip()
        if said and not said.startswith(">"):
            return said[:LONGEST_TEXT]
    return ""


def named_in(*texts: str) -> frozenset[str]:
    """Return the references named in texts, as `console.escalation.pages` writes them."""
    return frozenset(found for text in texts for found in _REFERENCE.findall(text))


_REFERENCE: Final = re.compile(r"\b(?:page|ref) ([A-Z0-9]{5})\b")
