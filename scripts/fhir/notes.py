"""What a reader of a strange form tells: what it could not carry, and what it would not read."""

from dataclasses import dataclass
from typing import Any, Final

_MOST_FAULTS: Final = 50


@dataclass(frozen=True, slots=True)
class Note:
    """One thing not carried over, and how often. `path` is where it was first met."""

    path: str
    sentence: str
    times: int = 1

    def __str__(self) -> str:
        """Return “item[3].item[0]: ...”, with how many others there are of the kind."""
        others = self.times - 1
        more = f" (and {others} more like it)" if others else ""
        return f"{self.path}: {self.sentence}{more}" if self.path else f"{self.sentence}{more}"


class BadQuestionnaire(Exception):
    """A Questionnaire that cannot be read. The world's mistake; `faults` are its sentences."""

    def __init__(self, faults: tuple[Note, ...]) -> None:
        super().__init__(faults)
        self.faults = faults

    def __str__(self) -> str:
        """Return every sentence, one to a line."""
        return "\n".join(str(fault) for fault in self.faults)


class Notes:
    """Notes as they come, those of one kind counted together: a thousand items with the same
    extension are one sentence."""

    def __init__(self) -> None:
        self._found: dict[Any, Note] = {}
        self.faults: list[Note] = []

    def add(self, path: str, sentence: str, kind: Any = None) -> None:
        """Tell of one thing not carried over."""
        key = (path, sentence) if kind is None else kind
        known = self._found.get(key)
        times = known.times + 1 if known else 1
        self._found[key] = Note(
            known.path if known else path, known.sentence if known else sentence, times
        )

    def fault(self, path: str, sentence: str) -> None:
        """Tell of something that cannot be read at all."""
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(Note(path, sentence))

    def all(self) -> tuple[Note, ...]:
        """Every note, in the order first met."""
        return tuple(self._found.values())

    def refuse(self) -> None:
        """Raise `BadQuestionnaire` where anything could not be read."""
        if self.faults:
            raise BadQuestionnaire(tuple(self.faults))
