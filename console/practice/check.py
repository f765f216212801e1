"""`frontdesk practice check`: every mistake in practice files, with file, line, key and mend."""

import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.faults import Fault, PracticeFileError
from scripts.loader import load_library, load_practice


def check(paths: Sequence[Path]) -> int:
    """Print what is wrong, or that nothing is; return 1 where something is."""
    good = 0
    faults: list[Fault] = []
    for path in paths:
        try:
            if path.is_dir():
                library = load_library(path)
                good += len(library.practices)
                faults += library.faults
            else:
                load_practice(path)
                good += 1
        except PracticeFileError as error:
            faults += error.faults
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{good} {'practice' if good == 1 else 'practices'} ready, {len(faults)} to mend")
    return 1 if faults else 0
