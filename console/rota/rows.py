"""What is read of a file of shifts, whatever its form: rows, each with the line it stands on, and
sentences for what could not be read."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

LONGEST: Final = 8 * 1024 * 1024  # bytes of a file
MOST: Final = 5_000  # shifts
EACH_TIER: Final = 10  # minutes between one tier and the next, where a file has only their order


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """One shift: `names` as the file has them, any of which may be the person; its ends in UTC;
    when they are called, in minutes without an answer."""

    line: int
    names: tuple[str, ...]
    start: datetime
    end: datetime
    after: int = 0


@dataclass(slots=True)
class Sheet:
    """All of a file. `wrong` are sentences that begin with their line."""

    rows: list[ShiftRow] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def fault(self, line: int, sentence: str) -> None:
        """Note what is wrong with a line."""
        self.wrong.append(f"Line {line}: {sentence}")
