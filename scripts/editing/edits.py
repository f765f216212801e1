"""The changes a supervisor can make to a practice's text, each giving the text after it.

Every one is tried in place first; where that cannot be, or would say something else than what was
asked, the smallest block around it is written anew. What comes back always reads as was asked.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from scripts.editing import data as plain
from scripts.editing import writing
from scripts.editing.order import keys_at
from scripts.editing.splice import NoWay, Splice, parsed
from scripts.faults import KeyPath, PracticeFileError


class CannotEdit(ValueError):
    """A text that is no YAML, or a change that would make it larger than a practice file may be."""


def read(text: str) -> Any:
    """Return the data of a text, not to be changed; raise `CannotEdit` where it is no YAML."""
    try:
        return parsed(text)[1]
    except PracticeFileError as error:
        raise CannotEdit(str(error)) from error


def put(text: str, path: KeyPath, value: Any) -> str:
    """Return the text with a value at a path; blocks missing on the way are made."""
    before = read(text)
    wanted = plain.with_value(before, path, value)
    if plain.same(before, wanted):
        return text
    there = len(path)
    while there and plain.find(before, path[:there], NoWay) is NoWay:
        there -= 1
    if there == len(path):
        return _settled(text, wanted, path, partial(_replace, path=path, value=value))
    first = path[: there + 1]
    filled = plain.value_at(wanted, first)
    wanted = _ordered(before, wanted, first)
    return _settled(text, wanted, first, partial(_add_key, path=first, value=filled))


def take_out(text: str, path: KeyPath) -> str:
    """Return the text without the key or the entry at a path."""
    wanted = plain.without(read(text), path)
    return _settled(text, wanted, path, lambda splice: splice.take_out(path))


def insert(text: str, path: KeyPath, place: int, value: Any) -> str:
    """Return the text with an entry put into the list at a path, which is made if missing."""
    before = read(text)
    entries = plain.find(before, path)
    if not entries:
        return put(text, path, [value])
    wanted = plain.with_entry(before, path, place, value)
    return _settled(
        text, wanted, (*path, place), lambda splice: splice.add_entry(path, place, value)
    )


def move(text: str, path: KeyPath, to: int) -> str:
    """Return the text with a list's entry at another place of it."""
    wanted = plain.with_move(read(text), path, to)
    return _settled(text, wanted, path, lambda splice: splice.move(path, to))


def copy(text: str, path: KeyPath) -> str:
    """Return the text with a list's entry written once more behind itself."""
    before = read(text)
    value, place = plain.value_at(before, path), path[-1]
    if not isinstance(place, int):
        raise plain.NoSuchPlace(path)
    wanted = plain.with_entry(before, path[:-1], place + 1, value)
    return _settled(text, wanted, path, lambda splice: splice.copy(path))


def _replace(splice: Splice, *, path: KeyPath, value: Any) -> str:
    return splice.replace(path, value)


def _add_key(splice: Splice, *, path: KeyPath, value: Any) -> str:
    return splice.add_key(path, value, keys_at(path[:-1]))


def _ordered(before: Any, wanted: Any, path: KeyPath) -> Any:
    """Return the data with a new key where the models' order has it."""
    block, key = path[:-1], path[-1]
    order = keys_at(block)
    filled: dict[str, Any] = plain.value_at(wanted, block)
    keys = list(plain.value_at(before, block))
    if key in order:
        known = set(order[: order.index(str(key))])
        behind = [place for place, name in enumerate(keys) if name in known]
        keys.insert(max(behind[-1] + 1 if behind else 0, min(1, len(keys))), str(key))
    else:
        keys.append(str(key))
    ordered = {name: filled[name] for name in keys}
    return plain.with_value(wanted, block, ordered)


def _settled(text: str, wanted: Any, path: KeyPath, in_place: Callable[[Splice], str]) -> str:
    for attempt in _attempts(text, wanted, path, in_place):
        try:
            changed = attempt()
        except (NoWay, ValueError):
            continue
        try:
            found = parsed(changed)[1]
        except PracticeFileError:
            continue
        if plain.same(found, wanted):
            return changed
    raise CannotEdit("the file would be too large, or nested too deeply, for a practice's script")


def _attempts(
    text: str, wanted: Any, path: KeyPath, in_place: Callable[[Splice], str]
) -> Iterator[Callable[[], str]]:
    yield lambda: in_place(Splice(text))
    for depth in range(len(path) - 1, 0, -1):
        around = path[:depth]
        value = plain.find(wanted, around, NoWay)
        if value is not NoWay:
            yield partial(_anew, text, around, value)
    yield lambda: f"{writing.block(wanted, 0)}\n" if wanted else "{}\n"


def _anew(text: str, path: KeyPath, value: Any) -> str:
    return Splice(text).replace(path, value)
