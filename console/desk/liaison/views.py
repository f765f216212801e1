"""What the window shows a liaison, as frozen records."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Table:
    """Heads, rows, and how the width is shared out among the columns; `words` of them are text.
    `whole` has each row's words in full, `keys` what each is known by, `open` those
    that can be confirmed."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = ()
    shares: tuple[int, ...] = ()
    words: int = 1
    whole: tuple[str, ...] = ()
    keys: tuple[int, ...] = ()
    open: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, repr=False)
class LiaisonView:
    """One practice, to be read. `note` says what is the matter, when it was read, or what came of
    confirming a message."""

    practice: str
    person: str
    note: str
    messages: Table
    calls: Table
    figures: Table
