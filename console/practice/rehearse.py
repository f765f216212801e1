"""`frontdesk practice rehearse`: a changed file replayed over calls, before it is signed."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from console.practice.shapes import shapes_of
from scripts.faults import PracticeFileError
from scripts.loader import load_practice
from scripts.rehearse import Rehearsal, every_way, usual_moments
from scripts.rehearse import rehearse as replay

SAME, DIFFERENT, REFUSED = 0, 1, 2


def rehearse(old_file: Path, new_file: Path, shapes_file: Path | None, *, as_json: bool) -> int:
    """Print which calls would go another way; return 0 for none, 1 for some, 2 for a file that
    cannot be used. Without shapes every way through the forms is tried."""
    try:
        old, new = load_practice(old_file), load_practice(new_file)
    except PracticeFileError as error:
        print(error, file=sys.stderr)
        return REFUSED
    shapes = (
        shapes_of(shapes_file)
        if shapes_file
        else every_way(old, usual_moments(old, datetime.now(UTC)))
    )
    found = replay(old, new, shapes)
    if as_json:
        print(json.dumps(_record(found), ensure_ascii=False, indent=2))
    else:
        _tell(found)
    return DIFFERENT if found.differences else SAME


def _tell(found: Rehearsal) -> None:
    for difference in found.differences:
        share = f" [{difference.times} of {difference.tried}]" if difference.tried > 1 else ""
        print(f"{difference.sentence}{share}")
    differing = len({difference.shape.id for difference in found.differences})
    print(f"{found.shapes} calls gone through, {differing} would go another way")
    for shape in found.cut_short:
        print(f"{shape}: not every answer could be tried; there are too many", file=sys.stderr)


def _record(found: Rehearsal) -> dict[str, object]:
    return {
        "calls": found.shapes,
        "cut_short": list(found.cut_short),
        "differences": [difference.to_record() for difference in found.differences],
    }
