"""Which edition of each practice is answered with at a moment.

A practice's files are one source, its signed versions in the records the other; where a practice
has versions they win, because somebody signed them. What is scheduled is made ready beforehand: at
its moment another library is taken from the shelf, which costs one comparison.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scripts.entered import Entered
from scripts.faults import Fault
from scripts.loader import Library
from scripts.phone_numbers import display
from scripts.practice import Practice


@dataclass(frozen=True, slots=True)
class Edition:
    """A version of a practice that holds from a moment (UTC) on."""

    practice: Practice
    number: int
    since: datetime


class Shelf:
    """The library in force, and those that follow. Belongs to one thread."""

    def __init__(self, library: Library, coming: Sequence[tuple[datetime, Library]] = ()) -> None:
        self._library = library
        self._coming = tuple(coming)
        self._entered = Entered()
        self._laid = library, library

    def at(self, moment: datetime) -> Library:
        """The library in force, with what was entered about its rotas. A moment once passed does
        not come back."""
        while self._coming and moment >= self._coming[0][0]:
            self._library = self._coming[0][1]
            self._coming = self._coming[1:]
        if self._laid[0] is not self._library:
            self._laid = self._library, self._entered.over_all(self._library)
        return self._laid[1]

    def lay(self, entered: Entered) -> None:
        """Lay what was entered about rotas over the library in force, and over those that come."""
        self._entered = entered
        self._laid = self._library, entered.over_all(self._library)

    @property
    def next_change(self) -> datetime | None:
        """When another library takes effect, as far as is known."""
        return self._coming[0][0] if self._coming else None

    def replace(self, other: "Shelf") -> None:
        """Hold what another shelf holds; what was entered stays."""
        self._library, self._coming = other._library, other._coming


def shelve(files: Library, editions: Iterable[Edition], now: datetime) -> Shelf:
    """Put the practices of files and of signed versions on a shelf, as they hold from now on."""
    ordered = sorted(editions, key=lambda edition: edition.since)
    chosen = {e.practice.id: e.practice for e in ordered if e.since <= now}
    library = together(files, tuple(chosen.values())) if chosen else files
    coming = []
    for moment in sorted({e.since for e in ordered if e.since > now}):
        chosen |= {e.practice.id: e.practice for e in ordered if e.since == moment}
        coming.append((moment, together(files, tuple(chosen.values()))))
    return Shelf(library, coming)


def together(files: Library, signed: Sequence[Practice]) -> Library:
    """Return signed practices and those of files that have none. A number that a signed practice
    has is not answered for another's file, and the library's faults say so."""
    ids = {practice.id for practice in signed}
    owners = {number: practice for practice in signed for number in practice.numbers}
    faults = list(files.faults)
    kept = []
    for practice in files.practices:
        if practice.id in ids:
            continue
        taken = next((number for number in practice.numbers if number in owners), "")
        if taken:
            wrong = f"{display(taken)} belongs to {owners[taken].name}; a number has one practice"
            faults.append(Fault(Path(f"{practice.id}.yaml"), 1, "numbers", wrong, ("numbers",)))
        else:
            kept.append(practice)
    return Library((*signed, *kept), tuple(faults), files.files)
