"""JSON that nobody here wrote, read without trusting it: its size, its depth and its numbers are
bounded before a parser that recurses meets them."""

import json
import re
from decimal import Decimal
from typing import Any, Final

MAX_BYTES: Final = 10_000_000
MAX_DEPTH: Final = 120  # brackets within brackets; an item level takes two
_PARTS: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"|[\[\]{}]', re.DOTALL)
_LONGEST: Final = 40  # digits


class BadJson(ValueError):
    """What cannot be read as JSON; its words are the sentence for people."""


def parse(text: str) -> Any:
    """Return the data of a JSON text, numbers as `int` or `Decimal`; raise `BadJson`."""
    if len(text) > MAX_BYTES:
        raise BadJson(f"has {len(text):,} characters; {MAX_BYTES:,} is the most")
    _refuse_depth(text)
    try:
        return json.loads(
            text.removeprefix("\ufeff"),
            parse_int=_integer,
            parse_float=_decimal,
            parse_constant=_constant,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        raise BadJson(f"is not JSON: {error.msg} in line {error.lineno}") from error


def _refuse_depth(text: str) -> None:
    depth = 0
    for match in _PARTS.finditer(text):
        if match[0] in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                line = text.count("\n", 0, match.start()) + 1
                raise BadJson(f"is nested more than {MAX_DEPTH} deep in line {line}")
        elif match[0] in "]}":
            depth -= 1


def _integer(figures: str) -> int | Decimal:
    if len(figures) > _LONGEST:
        raise BadJson(f"has a number of {len(figures)} digits; {_LONGEST} is the most")
    return int(figures)


def _decimal(figures: str) -> Decimal:
    number = Decimal(figures[: _LONGEST + 1])
    exponent = number.as_tuple().exponent
    if len(figures) > _LONGEST or not isinstance(exponent, int) or abs(exponent) > _LONGEST:
        raise BadJson("has a number too long to be kept")
    return number


def _constant(name: str) -> Any:
    raise BadJson(f"has {name}, which is not a number of JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadJson(f"has the key “{twice[:60]}” twice in one object")
    return found
