"""One change to a file's text, made where its value stands and nowhere else.

Places come from the marks of PyYAML's nodes. What cannot be done in place (an anchor in the way, a
block that would be left empty) raises `NoWay`; the caller then writes a larger part anew.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from scripts import yamlfile
from scripts.editing import writing
from scripts.faults import KeyPath

NAME: Final = Path("practice.yaml")  # what faults in a text call it
_BLOCK_STYLES: Final = ("|", ">")


class NoWay(Exception):
    """This change cannot be made in place."""


@dataclass(frozen=True, slots=True)
class _Slot:
    """Where a value stands: after its key's colon or its dash, to the end of what it says."""

    node: yaml.Node
    mark: int  # just behind the colon, the dash, or the start of the file
    start: int
    end: int
    indent: int  # of the key or the dash
    flow: bool


@lru_cache(maxsize=4)
def parsed(text: str) -> tuple[yaml.Node, Any]:
    """Return a text's nodes and data, neither to be changed: the text after one edit is that
    before the next."""
    root = yamlfile.compose(NAME, text)
    return root, yamlfile.data_of(NAME, root)


class Splice:
    """A text and its nodes, to be changed once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._root = parsed(text)[0]

    # --- changes ---------------------------------------------------------------------------

    def replace(self, path: KeyPath, value: Any) -> str:
        """Return the text with another value at a path that has one."""
        slot = self._slot(path)
        old = slot.node
        scalar = not isinstance(value, dict | list)
        if isinstance(old, yaml.ScalarNode) and scalar:
            return self._put_scalar(slot, old, value)
        if slot.flow or (scalar and not isinstance(value, str)):
            return self._cut(slot.mark, slot.end, f" {writing.in_line(value)}".lstrip(" "), slot)
        used = slot.mark - self._line_start(slot.mark) + 1
        return self._cut(slot.mark, slot.end, writing.after_mark(value, slot.indent, used), slot)

    def add_key(self, path: KeyPath, value: Any, order: tuple[str, ...]) -> str:
        """Return the text with a new key in a block, placed as `order` has it."""
        parent, key = self._node(path[:-1]), str(path[-1])
        if not isinstance(parent, yaml.MappingNode) or not parent.value:
            raise NoWay
        before = set(order[: order.index(key)]) if key in order else None
        behind = [
            place
            for place, (name, _) in enumerate(parent.value)
            if before is None or name.value in before
        ]
        place = behind[-1] + 1 if behind else 0
        if self._in_flow(path[:-1]):
            name = writing.scalar(key, flow=True)
            return self._into_flow(parent, place, f"{name}: {writing.in_line(value)}")
        place = max(place, 1)  # the first key may stand behind a dash
        indent = parent.value[0][0].start_mark.column
        return self._after_entry(parent, place - 1, writing.entry((key, value), indent))

    def add_entry(self, path: KeyPath, place: int, value: Any) -> str:
        """Return the text with a new entry in a list that has some."""
        parent = self._node(path)
        if not isinstance(parent, yaml.SequenceNode) or not parent.value:
            raise NoWay
        if self._in_flow(path):
            return self._into_flow(parent, place, writing.in_line(value))
        indent = parent.start_mark.column
        flat = all(isinstance(e, yaml.CollectionNode) and e.flow_style for e in parent.value)
        lines = writing.entry((None, value), indent, flow=flat)
        if place:
            return self._after_entry(parent, place - 1, lines)
        start = self._chunks(parent)[0][0]
        return f"{self._text[:start]}{lines}\n{self._text[start:]}"

    def take_out(self, path: KeyPath) -> str:
        """Return the text without an entry or a key; the last of a block raises `NoWay`."""
        parent, place = self._node(path[:-1]), self._place(path)
        if not isinstance(parent, yaml.CollectionNode) or len(parent.value) < 2:
            raise NoWay
        if self._in_flow(path[:-1]):
            return self._out_of_flow(parent, place)
        chunks = self._chunks(parent)
        start, end = chunks[place]
        prefix = self._dash_before(parent, place)
        if not prefix:
            return self._text[:start] + self._text[end:]
        # The key stands behind a dash: the next one takes its place there.
        following = self._text[end:]
        return self._text[:start] + prefix + following[len(prefix) :]

    def move(self, path: KeyPath, to: int) -> str:
        """Return the text with a list's entry at another place of it."""
        parent, place = self._node(path[:-1]), self._place(path)
        if not isinstance(parent, yaml.SequenceNode):
            raise NoWay
        order = list(range(len(parent.value)))
        order.insert(to, order.pop(place))
        if self._in_flow(path[:-1]):
            return self._reorder_flow(parent, order)
        chunks = self._chunks(parent)
        pieces = [self._piece(chunk) for chunk in chunks]
        moved = "".join(pieces[each] for each in order)
        return self._text[: chunks[0][0]] + moved + self._text[chunks[-1][1] :]

    def copy(self, path: KeyPath) -> str:
        """Return the text with an entry of a list written once more, right behind itself."""
        parent, place = self._node(path[:-1]), self._place(path)
        if not isinstance(parent, yaml.SequenceNode):
            raise NoWay
        item = parent.value[place]
        if self._in_flow(path[:-1]):
            words = self._text[item.start_mark.index : item.end_mark.index]
            return self._into_flow(parent, place + 1, words)
        start, end = self._chunks(parent)[place]
        piece = self._piece((start, self._line_end(self._content_end(item))))
        return self._text[:end] + piece + self._text[end:]

    # --- single values ---------------------------------------------------------------------

    def _put_scalar(self, slot: _Slot, old: yaml.ScalarNode, value: Any) -> str:
        text = isinstance(value, str)
        if text and old.style in _BLOCK_STYLES and writing.is_foldable(value):
            lines = writing.folded(value, self._block_indent(old, slot))
            return self._cut(slot.mark, slot.end, f" >-\n{lines}", slot)
        if old.style in _BLOCK_STYLES or slot.start == slot.end:
            used = slot.mark - self._line_start(slot.mark) + 1
            written = writing.after_mark(value, slot.indent, used)
            if slot.flow:
                written = f" {writing.scalar(value, flow=True)}"
            return self._cut(slot.mark, slot.end, written, slot)
        if text and not slot.flow and writing.is_foldable(value):
            used = slot.start - self._line_start(slot.start)
            if used + len(value) > writing.WIDTH and old.style is None:
                written = writing.after_mark(value, slot.indent, used)
                return self._cut(slot.mark, slot.end, written, slot)
        quoted = text and old.style is not None
        written = writing.scalar(value, flow=slot.flow, quoted=quoted)
        return self._text[: slot.start] + written + self._text[slot.end :]

    def _block_indent(self, node: yaml.ScalarNode, slot: _Slot) -> int:
        first = self._text.find("\n", node.start_mark.index) + 1
        line = self._text[first : self._line_end(first)]
        found = len(line) - len(line.lstrip(" "))
        return found if found > slot.indent and line.strip() else slot.indent + 2

    def _cut(self, mark: int, end: int, written: str, slot: _Slot) -> str:
        """Put words behind a mark; a comment between mark and value stays where it can."""
        between = self._text[mark : slot.start] if mark <= slot.start else ""
        if "#" in between and written.startswith("\n"):
            kept = between[: between.rindex("\n")] if "\n" in between else between
            return self._text[:mark] + kept + written + self._text[end:]
        if slot.flow and mark < slot.start:
            written = between + written.lstrip(" ")
        return self._text[:mark] + written + self._text[end:]

    # --- inside brackets -------------------------------------------------------------------

    def _spans(self, parent: yaml.CollectionNode) -> list[tuple[int, int]]:
        if isinstance(parent, yaml.MappingNode):
            return [(k.start_mark.index, v.end_mark.index) for k, v in parent.value]
        return [(item.start_mark.index, item.end_mark.index) for item in parent.value]

    def _into_flow(self, parent: yaml.CollectionNode, place: int, words: str) -> str:
        spans = self._spans(parent)
        if place < len(spans):
            at = spans[place][0]
            return f"{self._text[:at]}{words}, {self._text[at:]}"
        at = spans[-1][1]
        return f"{self._text[:at]}, {words}{self._text[at:]}"

    def _out_of_flow(self, parent: yaml.CollectionNode, place: int) -> str:
        spans = self._spans(parent)
        if place + 1 < len(spans):
            return self._text[: spans[place][0]] + self._text[spans[place + 1][0] :]
        return self._text[: spans[place - 1][1]] + self._text[spans[place][1] :]

    def _reorder_flow(self, parent: yaml.CollectionNode, order: list[int]) -> str:
        spans = self._spans(parent)
        words = [self._text[start:end] for start, end in spans]
        text, shift = self._text, 0
        for (start, end), each in zip(spans, order, strict=True):
            text = text[: start + shift] + words[each] + text[end + shift :]
            shift += len(words[each]) - (end - start)
        return text

    # --- blocks of lines -------------------------------------------------------------------

    def _chunks(self, parent: yaml.CollectionNode) -> list[tuple[int, int]]:
        """Return the lines of each entry: the comments right above it, itself, and the empty
        lines before the next one."""
        first = [e[0] if isinstance(e, tuple) else e for e in parent.value]
        starts = []
        for place, node in enumerate(first):
            line = self._line_start(self._entry_start(parent, node))
            starts.append(self._with_comments(line, node, parent, place))
        last = parent.value[-1]
        end = self._line_end(self._content_end(last[1] if isinstance(last, tuple) else last))
        return list(zip(starts, [*starts[1:], end], strict=True))

    def _entry_start(self, parent: yaml.CollectionNode, node: yaml.Node) -> int:
        if isinstance(parent, yaml.MappingNode):
            return int(node.start_mark.index)
        at = int(node.start_mark.index)
        line = self._line_start(at)
        column = parent.start_mark.column
        while self._text[line + column : line + column + 1] != "-":
            if line == 0:
                raise NoWay
            line = self._line_start(line - 1)
        if self._text[line : line + column].strip():
            raise NoWay  # a list's dash behind another's
        return line + column

    def _with_comments(
        self, line: int, node: yaml.Node, parent: yaml.CollectionNode, place: int
    ) -> int:
        mapping = isinstance(parent, yaml.MappingNode)
        column = node.start_mark.column if mapping else parent.start_mark.column
        if place == 0 and (parent is self._root or self._dash_before(parent, 0)):
            return line  # what stands above is the file's own, or the entry's around it
        while line:
            above = self._line_start(line - 1)
            words = self._text[above : line - 1]
            if not words.strip().startswith("#") or len(words) - len(words.lstrip()) != column:
                break
            line = above
        return line

    def _dash_before(self, parent: yaml.CollectionNode, place: int) -> str:
        """Return what stands before a block's key on its line where that is more than space."""
        if not isinstance(parent, yaml.MappingNode):
            return ""
        at = int(parent.value[place][0].start_mark.index)
        before = self._text[self._line_start(at) : at]
        return before if before.strip() else ""

    def _after_entry(self, parent: yaml.CollectionNode, place: int, lines: str) -> str:
        last = parent.value[place]
        at = self._line_end(self._content_end(last[1] if isinstance(last, tuple) else last))
        before = self._text[:at]
        if not before.endswith("\n"):
            before += "\n"
        return f"{before}{lines}\n{self._text[at:]}"

    def _piece(self, chunk: tuple[int, int]) -> str:
        piece = self._text[slice(*chunk)]
        return piece if piece.endswith("\n") else f"{piece}\n"

    def _content_end(self, node: yaml.Node) -> int:
        """Return where a value's own words end: a block's marks reach to the next token."""
        if isinstance(node, yaml.CollectionNode) and not node.flow_style:
            last = node.value[-1]
            return self._content_end(last[1] if isinstance(last, tuple) else last)
        start, end = int(node.start_mark.index), int(node.end_mark.index)
        if isinstance(node, yaml.ScalarNode) and node.style in _BLOCK_STYLES:
            return start + len(self._text[start:end].rstrip())
        return end

    # --- finding ---------------------------------------------------------------------------

    def _node(self, path: KeyPath) -> yaml.Node:
        node = self._root
        for part in path:
            found = child(node, part)
            if found is None:
                raise NoWay
            node = found
        return node

    def _place(self, path: KeyPath) -> int:
        parent = self._node(path[:-1])
        if isinstance(parent, yaml.MappingNode):
            keys = [key.value for key, _ in parent.value]
            if path[-1] in keys:
                return keys.index(path[-1])
        elif isinstance(path[-1], int) and path[-1] < len(parent.value):
            return path[-1]
        raise NoWay

    def _in_flow(self, path: KeyPath) -> bool:
        """Whether what is inside the collection at a path stands in brackets."""
        node, flow = self._root, bool(getattr(self._root, "flow_style", False))
        for part in path:
            found = child(node, part)
            if found is None:
                raise NoWay
            node = found
            flow = flow or bool(getattr(node, "flow_style", False))
        return flow

    def _slot(self, path: KeyPath) -> _Slot:
        if not path:
            raise NoWay
        parent, node = self._node(path[:-1]), self._node(path)
        flow = self._in_flow(path[:-1])
        start, end = int(node.start_mark.index), self._content_end(node)
        if isinstance(parent, yaml.MappingNode):
            key = parent.value[self._place(path)][0]
            mark = self._text.index(":", key.end_mark.index) + 1
            return _Slot(node, mark, start, end, key.start_mark.column, flow)
        if flow:
            return _Slot(node, start, start, end, 0, flow)
        mark = self._entry_start(parent, node) + 1  # type: ignore[arg-type]
        return _Slot(node, mark, start, end, parent.start_mark.column, flow)

    def _line_start(self, at: int) -> int:
        return self._text.rfind("\n", 0, at) + 1

    def _line_end(self, at: int) -> int:
        found = self._text.find("\n", at)
        return len(self._text) if found < 0 else found + 1


def child(node: yaml.Node, part: str | int) -> yaml.Node | None:
    """Return the node under a key or at a place of a list."""
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == part), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
        return node.value[part] if 0 <= part < len(node.value) else None
    return None
