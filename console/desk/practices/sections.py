"""Every section in its order, and where a fault of the loader's belongs: no fault is without a
place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from console.desk.practices.calls import CALLS
from console.desk.practices.facts import (
    AGREEMENT,
    ANSWERS,
    GREETINGS,
    PRACTICE,
)
from console.desk.practices.hours import HOURS
from console.desk.practices.on_call import ON_CALL
from console.desk.practices.people import PEOPLE
from console.desk.practices.protocol import MESSAGES, RED_FLAGS
from console.desk.practices.specs import Item, Section, Spec
from scripts.faults import Fault, KeyPath

SECTIONS: Final = (
    PRACTICE,
    HOURS,
    GREETINGS,
    ANSWERS,
    PEOPLE,
    CALLS,
    RED_FLAGS,
    MESSAGES,
    ON_CALL,
    AGREEMENT,
)
BY_CODE: Final = {section.code: section for section in SECTIONS}


@dataclass(frozen=True, slots=True)
class Place:
    """A field of an entry of a section; `spec` is None where the whole entry is meant."""

    section: Section
    item: Item
    spec: Spec | None


class Outline(dict[str, list[Item]]):
    """The entries of every section by its code, each made when it is asked for: a letter typed in
    one section need not wait for the others."""

    def __init__(self, data: Any) -> None:
        super().__init__()
        self._data = data

    def __missing__(self, code: str) -> list[Item]:
        """Make a section's entries. What is not shaped as a practice has fewer of them."""
        found = self[code] = BY_CODE[code].items(self._data)
        return found


def placed(faults: Iterable[Fault], items: Mapping[str, list[Item]]) -> list[tuple[Fault, Place]]:
    """Return each fault with the field it is about, the nearest there is."""
    return [(fault, _place(fault.path, items)) for fault in faults]


def _place(path: KeyPath, items: Mapping[str, list[Item]]) -> Place:
    best: tuple[int, int, Place] | None = None
    for section in SECTIONS:
        for item in items[section.code]:
            for score, spec in _fits(path, item):
                if best is None or score > best[0]:
                    best = (score, 0, Place(section, item, spec))
    if best is not None:
        return best[2]
    return _anywhere(path, items)


def _fits(path: KeyPath, item: Item) -> Iterable[tuple[int, Spec | None]]:
    """Yield how well each field fits a fault's path: by what they share, the exact one first."""
    for spec in item.specs:
        for at in ((*item.path, *spec.at), *((*item.path, *other) for other in spec.about)):
            if at == path:
                yield 1000 + len(path), spec
            elif at and path[: len(at)] == at:
                yield 500 + 2 * len(at), spec  # the fault lies deeper than the field
            elif path and at[: len(path)] == path and spec.label:
                yield 100 + 2 * len(path) - min(len(at) - len(path), 9), spec
    if item.path and path[: len(item.path)] == item.path:
        yield 400 + 2 * len(item.path), None


def _anywhere(path: KeyPath, items: Mapping[str, list[Item]]) -> Place:
    """Return the first entry of the section that owns a fault's first key."""
    first = path[0] if path else ""
    owner = next((section for section in SECTIONS if first in section.owns), PRACTICE)
    found = items[owner.code] or items[PRACTICE.code]
    return Place(owner if items[owner.code] else PRACTICE, found[0], None)
