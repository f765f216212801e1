"""What differs between two editions of a practice, in plain words, for whoever signs the newer.

Lines moved, quotes changed, keys written in another order: nothing of that is a difference. What is
told is what callers and receptionists would notice.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Any

from scripts.calltypes import CallType
from scripts.practice import Practice
from scripts.told.things import Section, Thing
from scripts.told.whole import told


@unique
class Kind(StrEnum):
    """What became of a thing."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `part` says what of the thing changed, "" for the thing itself; `before`
    and `after` are words, "" where there is nothing. `key` is where it stands: in the newer
    edition, and of something removed in the older; `old_key` where it stood, "" when added."""

    section: Section
    kind: Kind
    name: str
    part: str
    before: str
    after: str
    key: str
    old_key: str = ""
    call_type: CallType | None = None

    @property
    def sentence(self) -> str:
        """“Monday: was 08:00–17:00, now 08:00–12:00”."""
        if self.kind is Kind.ADDED:
            return f"{self.name}: added, {self.after}"
        if self.kind is Kind.REMOVED:
            return f"{self.name}: taken out, was {self.before}"
        if self.kind is Kind.MOVED:
            return f"{self.name}: moved, now {self.after}"
        part = f", {self.part}" if self.part else ""
        before, after = self.before or "nothing", self.after or "nothing"
        return f"{self.name}{part}: was {before}, now {after}"

    def to_record(self) -> dict[str, Any]:
        """Return the change as plain JSON."""
        return {
            "section": self.section.value,
            "kind": self.kind.value,
            "name": self.name,
            "part": self.part,
            "before": self.before,
            "after": self.after,
            "key": self.key,
            "old_key": self.old_key,
            "call_type": self.call_type.value if self.call_type else None,
            "sentence": self.sentence,
        }


def compare(old: Practice, new: Practice) -> tuple[Change, ...]:
    """Return every difference, section by section, in the order of the newer edition; what was
    taken out comes last in its section."""
    before, after = _named(told(old)), _named(told(new))
    changes: list[Change] = []
    for key, thing in after.items():
        if key in before:
            changes += _changed(before[key], thing)
        else:
            changes.append(_added(thing))
    changes += [_removed(thing) for key, thing in before.items() if key not in after]
    changes += _moved(before, after)
    order = list(Section)
    return tuple(sorted(changes, key=lambda change: order.index(change.section)))


def by_section(changes: Iterable[Change]) -> Mapping[Section, tuple[Change, ...]]:
    """Return changes under their sections; a section without one is not there."""
    found: dict[Section, list[Change]] = defaultdict(list)
    for change in changes:
        found[change.section].append(change)
    return {section: tuple(found[section]) for section in Section if section in found}


def _named(things: Iterable[Thing]) -> dict[tuple[Section, str, int], Thing]:
    """Name each thing; of several with one id (two notes for one call type) the first, second."""
    seen: dict[tuple[Section, str], int] = defaultdict(int)
    named: dict[tuple[Section, str, int], Thing] = {}
    for thing in things:
        if not any(thing.parts.values()):
            continue  # a fact that is not given
        key = (thing.section, thing.id)
        named[*key, seen[key]] = thing
        seen[key] += 1
    return named


def _added(thing: Thing) -> Change:
    return Change(
        thing.section,
        Kind.ADDED,
        thing.name,
        "",
        "",
        thing.whole,
        thing.key,
        call_type=thing.call_type,
    )


def _removed(thing: Thing) -> Change:
    return Change(
        thing.section,
        Kind.REMOVED,
        thing.name,
        "",
        thing.whole,
        "",
        thing.key,
        thing.key,
        thing.call_type,
    )


def _changed(old: Thing, new: Thing) -> Iterator[Change]:
    for part in dict.fromkeys((*new.parts, *old.parts)):
        before, after = old.parts.get(part, ""), new.parts.get(part, "")
        if before != after:
            yield Change(
                new.section,
                Kind.CHANGED,
                new.name,
                part,
                before,
                after,
                new.key,
                old.key,
                new.call_type,
            )


def _moved(
    before: Mapping[tuple[Section, str, int], Thing],
    after: Mapping[tuple[Section, str, int], Thing],
) -> Iterator[Change]:
    """Yield the fewest things that have to be moved to bring the older order to the newer."""
    orders: dict[str, list[tuple[Section, str, int]]] = defaultdict(list)
    for key, thing in after.items():
        if thing.order and key in before:
            orders[thing.order].append(key)
    places = {key: place for place, key in enumerate(before)}
    for keys in orders.values():
        stays = {keys[at] for at in _longest_rise([places[key] for key in keys])}
        for at, key in enumerate(keys):
            if key in stays:
                continue
            old, new = before[key], after[key]
            where = f"after {after[keys[at - 1]].name}" if at else "first"
            if old.parts.get("stands in") == new.parts.get("stands in"):
                yield Change(
                    new.section,
                    Kind.MOVED,
                    new.name,
                    "",
                    "",
                    where,
                    new.key,
                    old.key,
                    new.call_type,
                )


def _longest_rise(values: Sequence[int]) -> list[int]:
    """Return the places of a longest rising run within `values` (patience sorting)."""
    tails: list[int] = []  # the least end of a run of each length
    ends: list[int] = []  # its place in values
    before: list[int] = [-1] * len(values)
    for place, value in enumerate(values):
        length = bisect_left(tails, value)
        before[place] = ends[length - 1] if length else -1
        tails[length : length + 1] = [value]
        ends[length : length + 1] = [place]
    found: list[int] = []
    at = ends[-1] if ends else -1
    while at >= 0:
        found.append(at)
        at = before[at]
    return found[::-1]
