"""What can be told of in the audit.

Events are kept as plain text: a new word needs no migration, and an old entry keeps the word it was
written with.
"""

import re
from enum import StrEnum, unique
from typing import Final

_CODES: Final = {
    "kind": re.compile(r"[a-z_]{0,32}"),
    "row": re.compile(r"[A-Za-z0-9_.:@-]{0,128}"),
    "detail": re.compile(r"[a-z0-9_.:,-]{0,128}"),
}


@unique
class Event(StrEnum):
    """What was done."""

    # With what the records hold.
    SAW = "saw"
    SEARCHED = "searched"
    ADDED = "added"
    CHANGED = "changed"
    SIGNED = "signed"  # a version of a practice's script
    FINISHED = "finished"
    RESUMED = "resumed"
    DISCARDED = "discarded"
    EXPORTED = "exported"
    PRINTED = "printed"
    PAGED = "paged"
    SENT = "sent"
    LISTENED = "listened"
    DELETED = "deleted"
    HELD = "held"  # kept from deletion for a court or an investigation
    RELEASED = "released"  # from such a hold

    # With other people's calls, by a supervisor.
    LISTENED_IN = "listened_in"
    COACHED = "coached"
    JOINED = "joined"
    TOOK_OVER = "took_over"
    HUNG_UP = "hung_up"
    MOVED_CALLER = "moved_caller"  # one who waits, to the front or to a desk

    # By whom.
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    UNLOCK_FAILED = "unlock_failed"
    REFUSED = "refused"  # somebody asked for what their role may not do
    BROKE_GLASS = "broke_glass"
    GLASS_CLOSED = "glass_closed"
    HANDED_OVER = "handed_over"

    # With the records as a whole.
    BACKED_UP = "backed_up"
    RESTORED = "restored"
    MOVED = "moved"
    CHECKED = "checked"
    KEYS_ROTATED = "keys_rotated"
    DESK_ADMITTED = "desk_admitted"
    DESK_SHUT_OUT = "desk_shut_out"

    # By the audit itself.
    CHAIN_BEGAN = "chain_began"
    CHAIN_ENDED = "chain_ended"
    ANCHORED = "anchored"  # another chain's head was seen to be this


def no_code(**parts: str) -> str:
    """Return which of `kind`, `row` and `detail` is not the code it should be, "" for none: a
    sentence somebody typed has no place in the audit."""
    return next((name for name, text in parts.items() if not _CODES[name].fullmatch(text)), "")
