"""What the window shows a liaison, as frozen records."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Table:
    """Heads, rows, and how the width is shared out among the columns; `words` of them are text.
    `whole` has each row's words in full."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = ()
    shares: tuple[int, ...] = ()
    words: int = 1
    whole: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class LiaisonView:
    """One practice, to be read. `note` says what is the matter, or when it was read."""

    practice: str
    person: str
    note: str
    messages: Table
    calls: Table
    figures: Table
