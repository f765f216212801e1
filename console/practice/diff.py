"""`frontdesk practice diff`: what differs between two practice files, by section, in words."""

import json
import sys
from pathlib import Path

from scripts.diff import by_section, compare
from scripts.faults import PracticeFileError
from scripts.loader import load_practice

SAME, DIFFERENT, REFUSED = 0, 1, 2


def diff(old: Path, new: Path, *, as_json: bool) -> int:
    """Print the differences; return 0 where there are none, 1 where there are, 2 for a file that
    cannot be used, as diff does."""
    try:
        changes = compare(load_practice(old), load_practice(new))
    except PracticeFileError as error:
        print(error, file=sys.stderr)
        return REFUSED
    if as_json:
        records = [change.to_record() for change in changes]
        print(json.dumps(records, ensure_ascii=False, indent=2))
        return DIFFERENT if changes else SAME
    for section, its in by_section(changes).items():
        print(section.value)
        for change in its:
            print(f"  {change.sentence}")
    if not changes:
        print("No difference")
    return DIFFERENT if changes else SAME
