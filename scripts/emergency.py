"""The PSAP's ten-digit number for where the patient is, as the practice gave it.

911 dialled at the desk would reach the desk's own dispatch centre; the caller dials 911 where they
are, and this number is for the receptionist when they cannot.
"""

from rapidfuzz import fuzz, utils

from scripts.practice import Practice
from scripts.protocol import EmergencyLine

_ENOUGH = 86  # of 100; a wrong centre is worse than the whole list


def line_for(practice: Practice, place: str) -> EmergencyLine | None:
    """Return the line of the area a place is in, as typed; None when no area plainly fits."""
    wanted = utils.default_process(place)
    if not wanted:
        return None
    best: tuple[float, int, EmergencyLine] | None = None
    for line in practice.protocol.emergency_lines:
        for name in (line.area, *line.places):
            known = utils.default_process(name)
            score = _fit(wanted, known)
            # “West Des Moines” also holds “Des Moines”: of equals the longer name is meant.
            if score >= _ENOUGH and (best is None or (score, len(known)) > best[:2]):
                best = (score, len(known), line)
    return best[2] if best else None


def _fit(wanted: str, known: str) -> float:
    if known.isdigit():
        return 100.0 if known in wanted.split() else 0.0
    if f" {known} " in f" {wanted} ":
        return 100.0
    if len(known) > len(wanted):
        return fuzz.ratio(known, wanted)
    return fuzz.partial_ratio(known, wanted)
