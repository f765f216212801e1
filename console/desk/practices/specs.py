"""How sections are described: entries, their fields, and how a value becomes words and back.

Data, so that one piece of code reads, writes, checks and shows every field, and a test can go
through all of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from console.desk.practices.views import Put
from scripts.editing import edits
from scripts.editing.data import find
from scripts.faults import KeyPath
from scripts.fields import WEEKDAYS

WHOLE, HALF, THIRD, QUARTER = 60, 30, 20, 15
ON: Final = "yes"
DAYS: Final = tuple((day, day.capitalize()) for day in WEEKDAYS)

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Spec:
    """A field: where its value stands within the entry, and how it is put.

    An optional value that is emptied goes out of the file. `read` and `write` stand in where a
    field is more than one value of the file.
    """

    at: KeyPath
    label: str
    put: Put = Put.LINE
    options: Options = ()
    optional: bool = True
    share: int = WHOLE
    help: str = ""
    many: bool = False  # several words on one line
    number: bool = False  # figures are a number, not words
    default: str = ""  # what holds where nothing is written
    read: Callable[[Any, KeyPath], str] | None = None
    write: Callable[[str, KeyPath, str], str] | None = None
    said: str = ""  # its accessible name, where the label alone does not tell it from others
    about: tuple[KeyPath, ...] = ()  # further places whose faults belong here

    def value(self, data: Any, base: KeyPath) -> str:
        """Return the value as it is shown."""
        path = (*base, *self.at)
        if self.read is not None:
            return self.read(data, path)
        found = find(data, path)
        if found is None:
            return self.default
        if self.put is Put.TICK:
            return ON if found is True or found == "true" else ""
        if self.put is Put.MANY:
            return ",".join(str(each) for each in _as_list(found))
        if self.many:
            return joined([str(each) for each in _as_list(found)])
        return as_words(found)

    def write_to(self, text: str, base: KeyPath, given: str) -> str:
        """Return the text with what was given in this field."""
        path = (*base, *self.at)
        if given == self.value(edits.read(text), base):
            return text  # what stands there stays as it is written
        if self.write is not None:
            return self.write(text, path, given)
        return write_value(text, path, self._data(given), drop=self.optional)

    def _data(self, given: str) -> Any:
        if self.put is Put.TICK:
            on = given == ON
            return None if on == (self.default == ON) else on
        if self.put is Put.MANY:
            return [each for each in given.split(",") if each] or None
        if self.many:
            return split(given) or None
        words = clean(given)
        if not words or words == self.default:
            return None
        return int(words) if self.number and words.isdigit() and len(words) < 7 else words


@dataclass(frozen=True, slots=True)
class Add:
    """Something that can be added: to which list, under which words, what to begin with. With a
    `name`, it is a key of the block there instead, numbered where that is taken."""

    code: str
    label: str
    list_at: KeyPath
    value: Any
    behind: int | None = None  # after this place; None is the end
    name: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a section's outline."""

    path: KeyPath
    title: str
    detail: str = ""
    depth: int = 0
    specs: tuple[Spec, ...] = ()
    adds: tuple[Add, ...] = ()
    movable: bool = False
    nests: bool = False  # a question, that may go into a group
    name: KeyPath = field(default=())  # names the row where a path is shared

    @property
    def key(self) -> KeyPath:
        """What the row is known by."""
        return self.name or self.path


@dataclass(frozen=True, slots=True)
class Section:
    """One section: its entries, and what can be added to it when no entry is open."""

    code: str
    title: str
    items: Callable[[Any], list[Item]]
    owns: tuple[str, ...]  # first keys of the file whose faults belong here
    adds: Callable[[Any], tuple[Add, ...]] = lambda _: ()
    is_tree: bool = False  # too long to be shown whole: only the branch in hand is


def write_value(text: str, path: KeyPath, value: Any, *, drop: bool = True) -> str:
    """Return the text with a value, or without the key where there is none to write."""
    if value is not None:
        return edits.put(text, path, value)
    there = find(edits.read(text), path, edits) is not edits
    if not drop:
        return edits.put(text, path, "")
    return edits.take_out(text, path) if there else text


def clean(given: str) -> str:
    """Return words as a file keeps them: single spaces, nothing that is no character."""
    words = " ".join(given.split())
    return words.encode("utf-8", "replace").decode("utf-8")


def as_words(value: Any) -> str:
    """Return a value of the file as it is shown in a field."""
    if isinstance(value, bool):
        return ON if value else "no"
    if isinstance(value, dict):
        return ""
    if isinstance(value, list):
        return joined([str(each) for each in value])
    return str(value)


def joined(words: Sequence[str]) -> str:
    """Return several words in one line; a semicolon between where one of them has a comma."""
    if any("," in word for word in words):
        return "; ".join(words) + (";" if len(words) == 1 else "")
    return ", ".join(words)


def split(given: str) -> list[str]:
    """Return the words of a line, as `joined` wrote it or a person did."""
    parts = given.split(";" if ";" in given else ",")
    return [word for part in parts if (word := clean(part))]


def _as_list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else [found]


def day_words(data: Any, *path: str | int) -> str:
    """Return weekdays as they are shown: “Mon, Tue”."""
    return ", ".join(str(day).capitalize() for day in entries(data, path))


def entries(data: Any, path: KeyPath) -> list[Any]:
    """Return the list at a path, empty where there is none."""
    found = find(data, path)
    return found if isinstance(found, list) else []


def words_at(data: Any, *path: str | int) -> str:
    """Return the words at a path, "" where there are none."""
    found = find(data, path)
    return "" if found is None else as_words(found)
