"""Practice files, checked and made ready before the first call; no broken one reaches a desk.

A folder is loaded file by file: what is wrong with one practice's file never takes the telephones
of another down.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from rapidfuzz import process

from scripts import redflags, yamlfile
from scripts.checks import check
from scripts.faults import Fault, KeyPath, PracticeFileError, dotted
from scripts.fields import lighten
from scripts.names import NameIndex
from scripts.neutral import neutral_practice
from scripts.phone_numbers import dial_key, display
from scripts.practice import Practice

SAMPLES: Final = Path(__file__).parent / "library"
"""The folder of the sample practices."""

VERSION_LENGTH: Final = 12
"""Hexadecimal digits of a script's SHA-256 that a call keeps."""

_OURS: Final = ("version", "neutral", "service_line")


@dataclass(frozen=True)
class Library:
    """Every practice that can be answered for, in memory. `faults` says what was left out."""

    practices: tuple[Practice, ...]
    faults: tuple[Fault, ...] = ()
    files: Mapping[str, Path] = field(default_factory=dict, compare=False)  # by the practice's id
    _numbers: Mapping[str, Practice] = field(init=False, repr=False)
    _ids: Mapping[str, Practice] = field(init=False, repr=False)
    _names: NameIndex = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the practices by number, id and name."""
        numbers = {number: practice for practice in self.practices for number in practice.numbers}
        object.__setattr__(self, "_numbers", numbers)
        object.__setattr__(self, "_ids", {practice.id: practice for practice in self.practices})
        object.__setattr__(self, "_names", NameIndex(self._spoken()))

    def by_number(self, number: str) -> Practice | None:
        """The practice a number belongs to, as dialled or in E.164."""
        return self._numbers.get(number) or self._numbers.get(dial_key(number))

    def by_id(self, practice_id: str) -> Practice | None:
        """The practice with this id."""
        return self._ids.get(practice_id)

    def find_name(self, text: str, limit: int = 8) -> tuple[Practice, ...]:
        """The practices whose names fit what was typed so far, best first: words half typed,
        misspelt or in another order; the town may be among them."""
        return tuple(self.practices[number] for number in self._names.find(text, limit))

    def with_practices(self, others: Mapping[str, Practice]) -> "Library":
        """Return a library with others in the place of these practices, by their ids. Their names
        and numbers are the same: nothing is indexed anew."""
        made = copy(self)
        for name in ("_numbers", "_ids"):
            known = getattr(self, name)
            object.__setattr__(made, name, {k: others.get(p.id, p) for k, p in known.items()})
        practices = tuple(others.get(practice.id, practice) for practice in self.practices)
        object.__setattr__(made, "practices", practices)
        return made

    def _spoken(self) -> Iterator[tuple[int, str]]:
        for number, practice in enumerate(self.practices):
            yield number, f"{practice.name} {practice.city}"
            if practice.spoken_name != practice.name:
                yield number, f"{practice.spoken_name} {practice.city}"

    def neutral(self, number: str = "", timezone: str = "UTC") -> Practice:
        """Stand in for a number no practice has, so that its caller is answered too."""
        return neutral_practice(number, timezone)

    def for_number(self, number: str, timezone: str = "UTC") -> Practice:
        """The practice a number belongs to, or the neutral one."""
        return self.by_number(number) or self.neutral(number, timezone)

    @property
    def names(self) -> tuple[str, ...]:
        """The practices' names, in the order of their files."""
        return tuple(practice.name for practice in self.practices)


def load_practice(path: Path | str) -> Practice:
    """Return the practice in a file, or raise `PracticeFileError` with every fault in it."""
    return _load(Path(path))[0]


def load_text(text: str, name: str = "practice.yaml") -> Practice:
    """Return the practice a text describes, or raise `PracticeFileError` with every fault in it;
    `name` is what faults call it."""
    return _read(Path(name), text)[0]


def load_library(folder: Path | str = SAMPLES) -> Library:
    """Return every good practice of a folder's `*.yaml` and `*.yml`, and the others' faults.

    Raise `PracticeFileError` only when there is no such folder.
    """
    where = Path(folder)
    if not where.is_dir():
        raise PracticeFileError((Fault(where, 1, "", "is not a folder of practice files"),))
    files = sorted(path for path in where.iterdir() if path.suffix in (".yaml", ".yml"))
    loaded: list[tuple[Path, Practice, yamlfile.Lines]] = []
    faults: list[Fault] = []
    for path in files:
        try:
            loaded.append((path, *_load(path)))
        except PracticeFileError as error:
            faults.extend(error.faults)
    clashes = tuple(_clashes(loaded))
    refused = {fault.file for fault in clashes}
    good = tuple(practice for path, practice, _ in loaded if path not in refused)
    for practice in good:
        warm(practice)
    paths = {practice.id: path for path, practice, _ in loaded if path not in refused}
    return Library(good, (*faults, *clashes), paths)


def _load(path: Path) -> tuple[Practice, yamlfile.Lines]:
    return _read(path, yamlfile.text_of(path))


def version_of(text: str) -> str:
    """Return the short hash a call keeps of the script it was answered with."""
    return hashlib.sha256(text.encode()).hexdigest()[:VERSION_LENGTH]


def _read(path: Path, text: str) -> tuple[Practice, yamlfile.Lines]:
    data, lines = yamlfile.parse(path, text)
    if not isinstance(data, dict):
        raise PracticeFileError((Fault(path, 1, "", "is not a practice: write key: value lines"),))
    ours = [key for key in _OURS if key in data]
    faults = [_fault(path, lines, (key,), "is set by the program; take it out") for key in ours]
    plain = {key: value for key, value in data.items() if key not in _OURS}
    try:
        practice = Practice.model_validate({**plain, "version": version_of(text)})
    except ValidationError as error:
        faults.extend(_from_pydantic(path, lines, plain, error))
        raise PracticeFileError(_in_order(faults)) from error
    faults.extend(_fault(path, lines, where, wrong) for where, wrong in check(practice))
    if faults:
        raise PracticeFileError(_in_order(faults))
    return practice, lines


def _in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(dict.fromkeys(faults), key=lambda fault: (fault.line, fault.key)))


def _fault(path: Path, lines: yamlfile.Lines, where: KeyPath, wrong: str) -> Fault:
    return Fault(path, yamlfile.line_of(lines, where), dotted(where), wrong, where)


def _from_pydantic(
    path: Path, lines: yamlfile.Lines, data: Any, error: ValidationError
) -> Iterable[Fault]:
    for item in error.errors(include_url=False):
        if item["type"] == "too_short" and item["input"]:
            continue  # it has entries, each with a fault of its own
        where = _in_file(data, item["loc"])
        yield _fault(path, lines, where, _sentence(item))


def _in_file(data: Any, location: tuple[str | int, ...]) -> KeyPath:
    """Return the part of pydantic's location that a person finds in the file."""
    found: list[str | int] = []
    for number, part in enumerate(location):
        if part == "[key]":
            continue
        inside = (isinstance(data, Mapping) and part in data) or (
            isinstance(data, list) and isinstance(part, int) and part < len(data)
        )
        if inside:
            data = data[part]
        elif number < len(location) - 1 or not isinstance(data, Mapping):
            continue  # a union's branch, or an index into something that is not a list
        found.append(part)
    return tuple(found)


_SENTENCES: Final[Mapping[str, str]] = {
    "missing": "is missing; write it",
    "enum": "“{given}” is not known; write one of {expected}",
    "bool_type": "“{given}” is neither true nor false",
    "bool_parsing": "“{given}” is neither true nor false",
    "int_type": "“{given}” is not a whole number; write figures",
    "int_parsing": "“{given}” is not a whole number; write figures",
    "int_from_float": "“{given}” is not a whole number; write one",
    "float_type": "“{given}” is not a number; write figures",
    "float_parsing": "“{given}” is not a number; write figures",
    "greater_than": "{given} is too small; it has to be more than {gt}",
    "greater_than_equal": "{given} is too small; the least is {ge}",
    "less_than_equal": "{given} is too large; the most is {le}",
    "string_type": "“{given}” is not words; put them in quotes",
    "decimal_type": "“{given}” is not a number; write figures",
    "decimal_parsing": "“{given}” is not a number; write figures",
    "decimal_max_places": "{given} is too fine; the most is {decimal_places} decimal places",
    "string_too_long": "is too long; the most is {max_length} characters",
    "tuple_type": "has to be a list; start each entry with “- ”",
    "list_type": "has to be a list; start each entry with “- ”",
    "dict_type": "has to be a block of key: value lines",
    "model_type": "has to be a block of key: value lines",
    "model_attributes_type": "has to be a block of key: value lines",
    "too_short": "is empty; give at least one",
    "string_pattern_mismatch": "“{given}” does not fit; write {pattern}",
}


def _sentence(item: Mapping[str, Any]) -> str:
    if item["type"] == "extra_forbidden":
        near = process.extractOne(str(item["loc"][-1]), _KEYS, score_cutoff=75)
        return f"is not a known key; {f'did you mean “{near[0]}”?' if near else 'take it out'}"
    template = _SENTENCES.get(item["type"])
    if template is None:
        return str(item["msg"])
    context = {key: str(value) for key, value in item.get("ctx", {}).items()}
    if "pattern" in context:
        context["pattern"] = context["pattern"].strip("^$()").replace("|", " or ")
    return template.format(given=item["input"], **context)


def _known_keys() -> tuple[str, ...]:
    keys: set[str] = set()
    waiting, seen = [Practice.model_json_schema(by_alias=True)], set[int]()
    while waiting:
        schema = waiting.pop()
        if id(schema) in seen:
            continue
        seen.add(id(schema))
        keys.update(schema.get("properties", {}))
        waiting.extend(part for part in schema.values() if isinstance(part, dict))
    return tuple(sorted(keys - set(_OURS)))


_KEYS: Final = _known_keys()


def _clashes(
    loaded: list[tuple[Path, Practice, yamlfile.Lines]],
) -> Iterable[Fault]:
    """Yield a fault for every id or number that a file before it already has: the first keeps
    it, so that one new file cannot silence a practice that worked."""
    ids: dict[str, Path] = {}
    numbers: dict[str, Path] = {}
    for path, practice, lines in loaded:
        if practice.id in ids:
            other = ids[practice.id].name
            yield _fault(
                path, lines, ("id",), f"“{practice.id}” is taken by {other}; choose another"
            )
        ids.setdefault(practice.id, path)
        for place, number in enumerate(practice.numbers):
            if number in numbers:
                other = numbers[number].name
                wrong = f"{display(number)} belongs to {other} already; a number has one practice"
                yield _fault(path, lines, ("numbers", place), wrong)
            numbers.setdefault(number, path)


def warm(practice: Practice) -> None:
    """Make what is made once, so that the first call does not pay for it; let go of what nobody
    asks a practice that is kept."""
    lighten(practice)
    redflags.for_rules(practice.protocol.red_flags)
    _ = practice.zone, practice.providers_by_id, practice.types_by_id
