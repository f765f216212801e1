"""The same changes on plain data: what an edited text has to say when it is read again."""

import copy
import json
from typing import Any

from scripts.faults import KeyPath


class NoSuchPlace(LookupError):
    """A path that leads nowhere in the file (a program's mistake, or a change made elsewhere)."""


def value_at(data: Any, path: KeyPath) -> Any:
    """Return what stands at a path, or raise `NoSuchPlace`."""
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            raise NoSuchPlace(path) from None
    return data


def find(data: Any, path: KeyPath, otherwise: Any = None) -> Any:
    """Return what stands at a path, or `otherwise` where nothing does."""
    try:
        return value_at(data, path)
    except NoSuchPlace:
        return otherwise


def with_value(data: Any, path: KeyPath, value: Any) -> Any:
    """Return the data with a value at a path; blocks that are missing on the way are made."""
    if not path:
        return copy.deepcopy(value)
    changed = copy.deepcopy(data)
    inner = changed
    for part in path[:-1]:
        if isinstance(inner, dict) and inner.get(part) is None:
            inner[part] = {}
        inner = value_at(inner, (part,))
    last = path[-1]
    key = isinstance(inner, dict) and isinstance(last, str)
    place = isinstance(inner, list) and isinstance(last, int) and last < len(inner)
    if not (key or place):
        raise NoSuchPlace(path)
    inner[last] = copy.deepcopy(value)
    return changed


def without(data: Any, path: KeyPath) -> Any:
    """Return the data without what stands at a path."""
    value_at(data, path)
    changed = copy.deepcopy(data)
    del value_at(changed, path[:-1])[path[-1]]
    return changed


def with_entry(data: Any, path: KeyPath, place: int, value: Any) -> Any:
    """Return the data with an entry put into the list at a path, which is made if missing."""
    entries = list(find(data, path) or ())
    entries.insert(place, value)
    return with_value(data, path, entries)


def with_move(data: Any, path: KeyPath, to: int) -> Any:
    """Return the data with a list's entry at another place of it."""
    where, place = path[:-1], path[-1]
    entries = list(value_at(data, where))
    if not isinstance(place, int) or not 0 <= to < len(entries):
        raise NoSuchPlace((*where, to))
    entries.insert(to, entries.pop(place))
    return with_value(data, where, entries)


def same(first: Any, second: Any) -> bool:
    """Whether two pieces of data are the same to a reader of files: true is not 1 there, and the
    order of keys is kept too."""
    return json.dumps(first) == json.dumps(second)
