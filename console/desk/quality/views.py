"""Where window and desk meet about calls that are looked at again."""

from dataclasses import dataclass, field
from enum import StrEnum, unique

from console.quality.causes import LEAST_MARK, MOST_MARK, Cause

__all__ = ["LEAST_MARK", "MOST_MARK", "Cause"]  # the window names them too


@unique
class Tab(StrEnum):
    """What the page shows; the value is what its button says."""

    TO_REVIEW = "To review"
    REVIEWED = "Reviewed"
    MONTH = "Practices’ month"
    OWN = "Your calls"  # a receptionist's only one


@dataclass(frozen=True, slots=True)
class ReviewView:
    """One call. `facts` are pairs to read; `mark` 0 where nobody has marked it yet."""

    row: int
    cells: tuple[str, ...]
    title: str
    facts: tuple[tuple[str, str], ...]
    mark: int = 0
    causes: frozenset[Cause] = field(default_factory=frozenset)
    note: str = ""
    recording: str = ""
    may_mark: bool = False


@dataclass(frozen=True, slots=True)
class QualityPage:
    """The whole page: a table of calls, or of practices' months where `calls` is empty."""

    tab: Tab
    tabs: tuple[Tab, ...]
    heads: tuple[str, ...] = ()
    calls: tuple[ReviewView, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    days: str = ""
    note: str = ""
