"""What the PBX decided of a call before it rang here: which practice, and in which mode.

The mode is the one the call came under, at the moment it came to the PBX: that is what the caller
was promised, which phones rang, and what the practice is billed for. A caller who waited past the
closing time keeps it. Without the PBX's word the desk's own clock decides.
"""

from dataclasses import replace
from datetime import datetime

from scripts import hours
from scripts.calltypes import Mode
from scripts.hours import Coverage
from scripts.loader import Library
from scripts.practice import Practice
from softphone.wire import Dialled, Routing


def practice_of(library: Library, dialled: Dialled, routing: Routing, timezone: str) -> Practice:
    """Return the practice a call is for: by the number dialled, else as the PBX says, else the
    neutral one. A number the PBX has and this desk's edition does not yet is the practice's all the
    same."""
    found = library.for_number(dialled.number, timezone)
    if found.neutral and routing.practice:
        return library.by_id(routing.practice) or found
    return found


def coverage_of(practice: Practice, moment: datetime, routing: Routing) -> Coverage:
    """Return how a practice stands at a moment, for a call that came as the PBX says."""
    own, mode = hours.at(practice, moment), mode_of(routing)
    return own if practice.neutral or mode is None else replace(own, mode=mode)


def mode_of(routing: Routing) -> Mode | None:
    """Return the mode the PBX named; None where it named none that there is."""
    return next((mode for mode in Mode if mode.value == routing.mode), None)
