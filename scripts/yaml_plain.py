"""A file with nothing odd in it, read in one pass over the YAML parser's events.

It takes half the time of reading nodes, which keep their lines: those are made when a file has
something to be told of.
"""

import re
from collections.abc import Callable
from typing import Any, Final

import yaml

_CONSTANTS: Final = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", "")),
}
_FIGURES: Final = frozenset("-+0123456789")
_INT: Final = re.compile(r"[-+]?[0-9]+")
_FLOAT: Final = re.compile(r"[-+]?[0-9]+\.[0-9]+")


class Odd(Exception):
    """An anchor, a tag, a key given twice: nothing for a plain reader."""


def read_plainly(text: str, loader_type: type[yaml.SafeLoader], *, nodes: int, depth: int) -> Any:
    """Return the data of a text; raise `Odd`, or `yaml.YAMLError`, for what a plain reader leaves
    to the other: at most so many `nodes`, so deep."""
    loader = loader_type(text)
    try:
        return _Plain(loader.get_event, nodes).document(depth)
    finally:
        loader.dispose()


class _Plain:
    """Data from a parser's events. What it makes is what `yamlfile` makes of the nodes."""

    def __init__(self, get_event: Callable[[], Any], nodes: int) -> None:
        self._next = get_event
        self._left = nodes

    def document(self, depth: int) -> Any:
        get_event = self._next
        get_event()  # the stream's start
        if type(get_event()) is not yaml.DocumentStartEvent:
            raise Odd
        data = self._value(get_event(), depth)
        get_event()  # the document's end
        if type(get_event()) is not yaml.StreamEndEvent:
            raise Odd
        return data

    def _value(self, event: Any, deeper: int) -> Any:
        kind = type(event)
        if kind is yaml.AliasEvent or event.anchor is not None or event.tag is not None:
            raise Odd
        self._left -= 1
        if self._left < 0 or deeper < 0:
            raise Odd
        if kind is yaml.ScalarEvent:
            return plain_value(event.value) if event.implicit[0] else event.value
        if kind is yaml.MappingStartEvent:
            return self._mapping(deeper - 1)
        return self._sequence(deeper - 1)

    def _mapping(self, deeper: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        get_event, value = self._next, self._value
        while type(event := get_event()) is yaml.ScalarEvent:
            key = event.value
            if key in found or event.anchor is not None or event.tag is not None:
                raise Odd
            found[key] = value(get_event(), deeper)
        if type(event) is not yaml.MappingEndEvent:
            raise Odd
        return found

    def _sequence(self, deeper: int) -> list[Any]:
        found: list[Any] = []
        get_event, value = self._next, self._value
        while type(event := get_event()) is not yaml.SequenceEndEvent:
            found.append(value(event, deeper))
        return found


def plain_value(text: str) -> Any:
    """Return what a word without quotes stands for (YAML 1.2 core, yaml.org/spec/1.2.2, 10.3.2).

    A number with a leading zero or a sign is a number to a telephone, not to a sum.
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] in _FIGURES:
        if _INT.fullmatch(text):
            return (
                int(text) if len(text) < 16 and (text == "0" or text[0] in "-123456789") else text
            )
        if _FLOAT.fullmatch(text):
            return float(text)
    return text
