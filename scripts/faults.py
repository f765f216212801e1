"""What is wrong with a practice file, in words its supervisor can act on.

A fault names the file, the line, the key and the mend; a file is refused with all its faults at
once, so it takes one round to put right and not ten.
"""

from dataclasses import dataclass, field
from pathlib import Path

KeyPath = tuple[str | int, ...]
"""Where a value stands: keys and list places from the top of the file."""


def dotted(path: KeyPath) -> str:
    """Return a path as people write it: `forms.refill.steps[1].questions[0].linkId`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong. `line` counts from 1; `key` is "" when the whole file is meant, and `path`
    says the same part by part."""

    file: Path
    line: int
    key: str
    wrong: str
    path: KeyPath = field(default=(), compare=False)

    def __str__(self) -> str:
        """Return “maple_pediatrics.yaml, line 41, hours.mon.opens: “8 am” is not a time; ...”."""
        place = f"{self.file.name}, line {self.line}"
        return f"{place}, {self.key}: {self.wrong}" if self.key else f"{place}: {self.wrong}"


class PracticeFileError(Exception):
    """A practice file, or several, that cannot be used. The world's mistake, not the program's."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(faults)
        self.faults = faults

    def __str__(self) -> str:
        """Return every fault, a sentence to a line, in the order of the file."""
        return "\n".join(str(fault) for fault in self.faults)
