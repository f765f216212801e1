"""A practice file read as plain data, with the line of every key kept.

YAML's traps are taken out: `no` and `on` are words, 12:30 is not 750, a key given twice is a
mistake, and a file that unfolds to more than a script can need is refused before it does.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from scripts.faults import Fault, KeyPath, PracticeFileError, dotted

MAX_BYTES: Final = 1_000_000
MAX_NODES: Final = 50_000
MAX_DEPTH: Final = 40

_DEEPEST: Final = 200
_INDENT: Final = " " * (_DEEPEST + 1)
_STAIRS: Final = re.compile(r"(?:[-?:]\s+){40}")

_NOT_WORDS: Final = frozenset("-+0123456789tTfFnN~")
_WORDS_TAG: Final = "tag:yaml.org,2002:str"
_KINDS: Final = frozenset({"map", "seq", "str", "int", "float", "bool", "null"})

Lines = dict[KeyPath, int]


# The scanner in C, where the installed PyYAML has it, reads a file ten times as fast.
if TYPE_CHECKING:
    _Base = yaml.SafeLoader
else:
    _Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):
    """YAML 1.2's core values only (yaml.org/spec/1.2.2, 10.3.2), and no tags."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - the base class keeps it so

    def resolve(self, kind: type[yaml.Node], value: str, implicit: Any) -> str:
        """Return a value's tag. Most values are words, told by how they begin."""
        if kind is yaml.ScalarNode and implicit[0] and value and value[0] not in _NOT_WORDS:
            return _WORDS_TAG
        tag: str = super().resolve(kind, value, implicit)  # type: ignore[no-untyped-call]
        return tag

    def descend_resolver(self, current_node: Any, current_index: Any) -> None:
        """Keep no path: nothing here is told by where it stands."""

    def ascend_resolver(self) -> None:
        """Keep no path: nothing here is told by where it stands."""


def _resolvers() -> None:
    for tag, pattern, first in (
        ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
        ("int", r"[-+]?[0-9]+", "-+0123456789"),
        ("float", r"[-+]?[0-9]+\.[0-9]+", "-+0123456789"),
        ("null", r"null|Null|NULL|~|", ["~", "n", "N", ""]),
    ):
        _Loader.add_implicit_resolver(
            f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), list(first)
        )


_resolvers()


def read(path: Path) -> tuple[Any, Lines]:
    """Return a file's data and the line of each key path, or raise `PracticeFileError`."""
    return parse(path, _text(path))


def parse(path: Path, text: str) -> tuple[Any, Lines]:
    """Return the data of a file already read; `path` is only named in faults."""
    reader = _Reader(path)
    _refuse_depth(path, text)
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        raise PracticeFileError((_syntax(path, text, error),)) from error
    except yaml.YAMLError as error:
        raise PracticeFileError((Fault(path, 1, "", f"is not YAML: {error}"),)) from error
    if node is None:
        raise PracticeFileError((Fault(path, 1, "", "is empty; a practice has to be described"),))
    data = reader.value(node, ())
    if reader.faults:
        raise PracticeFileError(tuple(reader.faults))
    return data, reader.lines


def _refuse_depth(path: Path, text: str) -> None:
    """Refuse nesting no script needs, before a parser that recurses meets it."""
    depth = 0
    for number, line in enumerate(text.splitlines(), start=1):
        opened = 0
        if depth or "[" in line or "{" in line:
            opened = line.count("[") + line.count("{")
            depth = max(0, depth + opened - line.count("]") - line.count("}"))
        too_deep = max(depth, opened) > _DEEPEST or line.startswith(_INDENT)
        # Forty marks of a list or a key on one line take eighty characters.
        if too_deep or (len(line) >= 80 and _STAIRS.search(line)):
            raise PracticeFileError((Fault(path, number, "", "is nested too deeply"),))


def line_of(lines: Lines, path: KeyPath) -> int:
    """Return the line of a path, or of the nearest thing around it."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _text(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            wrong = f"has {size:,} bytes; a practice file has at most {MAX_BYTES:,}"
            raise PracticeFileError((Fault(path, 1, "", wrong),))
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        wrong = "is not UTF-8; save it as UTF-8 text"
        raise PracticeFileError((Fault(path, line, "", wrong),)) from error
    except OSError as error:
        wrong = f"cannot be read: {error.strerror or error}"
        raise PracticeFileError((Fault(path, 1, "", wrong),)) from error


def _syntax(path: Path, text: str, error: yaml.MarkedYAMLError) -> Fault:
    mark = error.problem_mark or error.context_mark
    problem = error.problem or "cannot be read"
    lines = text.splitlines()
    if mark and mark.line < len(lines) and "\t" in lines[mark.line][: mark.column + 1]:
        problem = "a tab stands where spaces belong; indent with spaces"
    elif "mapping values are not allowed" in problem:
        problem = "a second “:” on the line; put the words in quotes"
    elif "found undefined alias" in problem:
        problem = f"{problem}; anchors have to come first"
    return Fault(path, mark.line + 1 if mark else 1, "", f"is not YAML: {problem}")


class _Reader:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: Lines = {}
        self.faults: list[Fault] = []
        self._nodes = 0

    def value(self, node: yaml.Node, path: KeyPath) -> Any:
        self._nodes += 1
        self.lines.setdefault(path, node.start_mark.line + 1)
        if self._nodes > MAX_NODES or len(path) > MAX_DEPTH:
            if self._nodes <= MAX_NODES + 1 or len(path) == MAX_DEPTH + 1:
                self._fault(node, path, "unfolds to more than a script can need; write it out")
                self._nodes += MAX_NODES
            return None
        if node.tag.removeprefix("tag:yaml.org,2002:") not in _KINDS:
            self._fault(node, path, f"has the tag {node.tag}, which is not known; take it out")
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, i)) for i, item in enumerate(node.value)]
        return _scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if self._nodes > MAX_NODES:
                break
            if not isinstance(key_node, yaml.ScalarNode):
                self._fault(key_node, path, "a key has to be a word")
                continue
            key = str(key_node.value)
            here = (*path, key)
            if key in found:
                first = self.lines[here]
                self._fault(key_node, here, f"is given twice, first in line {first}; keep one")
                continue
            self.lines[here] = key_node.start_mark.line + 1
            found[key] = self.value(value_node, here)
        return found

    def _fault(self, node: yaml.Node, path: KeyPath, wrong: str) -> None:
        self.faults.append(Fault(self.path, node.start_mark.line + 1, dotted(path), wrong))


def _scalar(node: yaml.Node) -> Any:
    kind = node.tag.removeprefix("tag:yaml.org,2002:")
    text = str(node.value)
    match kind:
        case "null":
            return None
        case "bool":
            return text.lower() == "true"
        # A number with a leading zero or a sign is a number to a telephone, not to a sum.
        case "int" if text == "0" or text[0] in "-123456789":
            return int(text) if len(text) < 16 else text
        case "float":
            return float(text)
    return text
