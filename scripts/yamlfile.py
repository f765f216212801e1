"""A practice file read as plain data, with the line of every key kept.

YAML's traps are taken out: `no` and `on` are words, 12:30 is not 750, a key given twice is a
mistake, and a file that unfolds to more than a script can need is refused before it does.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from scripts.faults import Fault, KeyPath, PracticeFileError, dotted
from scripts.yaml_plain import Odd, plain_value, read_plainly

MAX_BYTES: Final = 1_000_000
MAX_NODES: Final = 50_000
MAX_DEPTH: Final = 40

_DEEPEST: Final = 200
_INDENT: Final = " " * (_DEEPEST + 1)
_STAIRS: Final = re.compile(r"(?:[-?:]\s+){40}")

_MAP: Final = "tag:yaml.org,2002:map"
_LIST: Final = "tag:yaml.org,2002:seq"
_WORDS: Final = "tag:yaml.org,2002:str"
_PLAIN: Final = "plain"


# The scanner in C, where the installed PyYAML has it, reads a file ten times as fast.
if TYPE_CHECKING:
    _Base = yaml.SafeLoader
else:
    _Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):
    """YAML without its types: a plain scalar stays marked as one, and is read here."""

    def resolve(self, kind: type[yaml.Node], _value: Any, implicit: Any) -> str:
        """Return the tag of a value that wrote none."""
        if kind is yaml.ScalarNode:
            return _PLAIN if implicit[0] else _WORDS
        return _MAP if kind is yaml.MappingNode else _LIST

    def descend_resolver(self, current_node: Any, current_index: Any) -> None:
        """Keep no path: nothing here is told by where it stands."""

    def ascend_resolver(self) -> None:
        """Keep no path: nothing here is told by where it stands."""


class Lines:
    """Where each value of a file stands, looked up only when something is wrong with it."""

    def __init__(self, path: Path, text: str, root: yaml.Node | None = None) -> None:
        self._path = path
        self._text = text
        self._read = root

    @property
    def _root(self) -> yaml.Node:
        if self._read is None:
            self._read = compose(self._path, self._text)
        return self._read

    def of(self, path: KeyPath) -> int:
        """The line of a path, or of the nearest thing around it; lines count from 1."""
        node, line = self._root, self._root.start_mark.line + 1
        for part in path:
            found = _inside(node, part)
            if found is None:
                break
            node, line = found
        return line


def _inside(node: yaml.Node, part: str | int) -> tuple[yaml.Node, int] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == part:
                return value, key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        item = node.value[part]
        return item, item.start_mark.line + 1
    return None


def parse(path: Path, text: str) -> tuple[Any, Lines]:
    """Return the data of a file already read; `path` is only named in faults."""
    _refuse_depth(path, text)
    try:
        return read_plainly(text, _Base, nodes=MAX_NODES, depth=MAX_DEPTH), Lines(path, text)
    except (yaml.YAMLError, Odd):  # read again with its lines, to be told of or allowed
        node = compose(path, text)
        return data_of(path, node), Lines(path, text, node)


def compose(path: Path, text: str) -> yaml.Node:
    """Return the nodes of a file already read, each with its place in the text."""
    _refuse_depth(path, text)
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        raise PracticeFileError((_syntax(path, text, error),)) from error
    except yaml.YAMLError as error:
        raise PracticeFileError((Fault(path, 1, "", f"is not YAML: {error}"),)) from error
    if node is None:
        raise PracticeFileError((Fault(path, 1, "", "is empty; a practice has to be described"),))
    return node


def data_of(path: Path, node: yaml.Node) -> Any:
    """Return what nodes stand for; `path` is only named in faults."""
    reader = _Reader(path)
    data = reader.value(node, ())
    if reader.faults:
        raise PracticeFileError(tuple(reader.faults))
    return data


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
    return lines.of(path)


def text_of(path: Path) -> str:
    """Return a file's text, or raise `PracticeFileError` where it is too large or no UTF-8."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            wrong = f"has {size:,} bytes; a practice file has at most {MAX_BYTES:,}"
            raise PracticeFileError((Fault(path, 1, "", wrong),))
        return path.read_bytes().decode("utf-8")
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
        self.faults: list[Fault] = []
        self._nodes = 0

    def value(self, node: yaml.Node, path: KeyPath) -> Any:
        self._nodes += 1
        if self._nodes > MAX_NODES or len(path) > MAX_DEPTH:
            if self._nodes <= MAX_NODES + 1 or len(path) == MAX_DEPTH + 1:
                self._fault(node, path, "unfolds to more than a script can need; write it out")
                self._nodes += MAX_NODES
            return None
        tag = node.tag
        if tag == _PLAIN:
            return plain_value(node.value)
        if tag == _WORDS:
            return node.value
        if tag == _MAP and isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if tag == _LIST and isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, place)) for place, item in enumerate(node.value)]
        self._fault(node, path, f"has the tag {tag}, which is not known; take it out")
        return None

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
                same = (k for k, _ in node.value if k.value == key)
                first = next(same).start_mark.line + 1
                self._fault(key_node, here, f"is given twice, first in line {first}; keep one")
                continue
            found[key] = self.value(value_node, here)
        return found

    def _fault(self, node: yaml.Node, path: KeyPath, wrong: str) -> None:
        line = node.start_mark.line + 1
        self.faults.append(Fault(self.path, line, dotted(path), wrong, path))
