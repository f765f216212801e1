"""Values as a supervisor would write them in YAML: plain where that is safe, short lists and
blocks on one line, long words folded."""

import re
import textwrap
from typing import Any, Final

import yaml

from scripts.yaml_plain import plain_value

WIDTH: Final = 100
LONG: Final = 84  # characters of words that are folded over several lines
_STEP: Final = 2
_SAFE_START: Final = re.compile(r"[^\W_]|[“‘(’_]")
_UNSAFE: Final = re.compile(r": |:$| #|^---|^\.\.\.")
_UNSAFE_IN_FLOW: Final = re.compile(r"[,\[\]{}:#]")


def scalar(value: Any, *, flow: bool, quoted: bool = False) -> str:
    """Return one value on one line; `flow` inside brackets, `quoted` where it was before."""
    if isinstance(value, str):
        return value if not quoted and _is_plain(value, flow=flow) else _quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)


def in_line(value: Any) -> str:
    """Return a value on one line, in brackets where it has parts."""
    if isinstance(value, dict):
        parts = (f"{scalar(key, flow=True)}: {in_line(item)}" for key, item in value.items())
        return "{" + ", ".join(parts) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(in_line(item) for item in value) + "]"
    return scalar(value, flow=True)


def after_mark(value: Any, indent: int, used: int, *, flow_entries: bool = False) -> str:
    """Return what follows a key's colon or an entry's dash: on its line, `used` characters of
    which are taken, or in lines below it, indented deeper than `indent`."""
    if isinstance(value, dict | list) and value:
        short = in_line(value)
        if (is_small(value) or flow_entries) and used + len(short) < WIDTH:
            return f" {short}"
        return "\n" + block(value, indent + _STEP)
    if isinstance(value, str) and is_foldable(value) and used + len(value) > LONG:
        return f" >-\n{folded(value, indent + _STEP)}"
    return f" {in_line(value)}" if isinstance(value, dict | list) else f" {plain(value)}"


def plain(value: Any) -> str:
    """Return one value outside brackets."""
    return scalar(value, flow=False)


def block(value: dict[str, Any] | list[Any], indent: int) -> str:
    """Return the lines of a block, every one indented, without the last line's break."""
    return "\n".join(entry(item, indent) for item in pairs(value))


def pairs(value: dict[str, Any] | list[Any]) -> list[tuple[str | None, Any]]:
    """Return keys and values; a list's have no keys."""
    return list(value.items()) if isinstance(value, dict) else [(None, item) for item in value]


def entry(item: tuple[str | None, Any], indent: int, *, flow: bool = False) -> str:
    """Return one entry of a block with its indentation, `flow` on one line if it fits."""
    pad, (key, value) = " " * indent, item
    if key is not None:
        name = scalar(key, flow=False)
        return f"{pad}{name}:{after_mark(value, indent, indent + len(name) + 2)}"
    small = flow or is_small(value)
    if isinstance(value, dict) and value and not (small and indent + len(in_line(value)) < WIDTH):
        return f"{pad}- {block(value, indent + _STEP).lstrip(' ')}"
    return f"{pad}-{after_mark(value, indent, indent + 2, flow_entries=flow)}"


def folded(words: str, indent: int) -> str:
    """Return words as the lines of a folded block, every one indented."""
    pad = " " * indent
    lines = textwrap.wrap(
        words, max(40, WIDTH - indent), break_long_words=False, break_on_hyphens=False
    )
    return "\n".join(pad + line for line in lines)


def is_foldable(words: str) -> bool:
    """Whether folding gives the same words back."""
    return bool(words) and words == " ".join(words.split(" ")).strip() and _is_printable(words)


def is_small(value: Any) -> bool:
    """Whether a value is a list or block of single values, short enough for one line."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return all(not isinstance(part, dict | list) for part in parts)


def _is_printable(words: str) -> bool:
    return words.isprintable() and "  " not in words


def _is_plain(words: str, *, flow: bool) -> bool:
    if not words or not words.isprintable() or words != words.strip():
        return False
    if not _SAFE_START.match(words) or _UNSAFE.search(words):
        return False
    if flow and _UNSAFE_IN_FLOW.search(words):
        return False
    return bool(plain_value(words) == words)


def _quoted(words: str) -> str:
    written: str = yaml.safe_dump(words, default_style='"', width=10**9, allow_unicode=True)
    return written.strip()
