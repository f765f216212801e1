"""FHIRPath in a script: calculated answers and conditions that enableWhen cannot say.

The library (`fhirpathpy`) does the working out; this decides what may be asked of it. An
expression sees only the earlier questions it names by linkId, so what it costs is bounded by its
own text, loops cannot be written, and it is worked out again only when one of those answers has
changed. What the library gets wrong, or could be kept busy with, is refused when a file is loaded.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from scripts.wordlist import words

MAX_LENGTH: Final = 1000  # characters
MAX_TOKENS: Final = 300
MAX_DEPTH: Final = 12  # brackets within brackets
MAX_LOOPS: Final = 2  # where, select, all or exists within one another
MAX_NAMED: Final = 20  # questions one expression may look at

_TOKEN: Final = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<string>'(?:[^'\\]|\\.)*')"
    r"|(?P<date>@[0-9T][0-9T:.+Z-]*)"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?)"
    r"|(?P<env>%[A-Za-z]+)"
    r"|(?P<this>\$this\b)"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign><=|>=|!=|[-+*/&|=~<>(),.{}])"
)
_LOOPS: Final = frozenset({"where", "select", "all", "exists"})
_FUNCTIONS: Final = _LOOPS | frozenset(
    words(
        "empty not count first last tail skip take distinct isDistinct iif union combine intersect "
        "allTrue anyTrue allFalse anyFalse repeat length startsWith endsWith contains "
        "upper lower trim substring indexOf join toString toInteger toDecimal toBoolean toDate "
        "toDateTime toTime abs ceiling floor truncate round sqrt"
    )
)
_REFUSED: Final[Mapping[str, str]] = {
    "power": "power() gives nothing for a negative base or a broken exponent; multiply it out",
    "sum": "sum() fails on answers; add them with +",
    "avg": "avg() fails on answers; add them and divide",
    "min": "min() fails on answers; compare them with iif()",
    "max": "max() fails on answers; compare them with iif()",
    "single": "single() is not told apart from an answer when it fails; use first()",
    "now": "now() reads another clock than the call's; compare with a date that was asked",
    "today": "today() reads another clock than the call's; compare with a date that was asked",
    "timeOfDay": "timeOfDay() reads another clock than the call's; compare with a time asked",
    "descendants": "descendants() goes through everything; use repeat(item)",
    "children": "children() goes through everything; name the item",
    "aggregate": "aggregate() may grow without end; write the sum out",
    "matches": "matches() may take for ever on some words; use contains() or startsWith()",
    "replaceMatches": "replaceMatches() may take for ever on some words; leave it out",
    "replace": "replace() may grow without end; leave it out",
    "trace": "trace() writes what the caller said elsewhere; take it out",
    "ofType": "ofType() does not know the type of an answer; name it: valueInteger, valueString",
    "as": "as() does not know the type of an answer; name it: valueInteger, valueString",
    "is": "is() does not know the type of an answer; name it: valueInteger, valueString",
}
_PLACES: Final = 6  # decimal places of a calculated answer
_ROUND: Final = re.compile(r"\bround\s*\(\s*\)")


class BadExpression(ValueError):
    """An expression that cannot be used; its words are the sentence for the supervisor."""


class NotWorkedOut(Exception):
    """An expression that has no value for the answers as they are."""


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that may be used. `names` are the link ids it looks at, in its order."""

    text: str
    names: tuple[str, ...]
    _run: Callable[[Mapping[str, Any], Mapping[str, Any]], list[Any]] = field(repr=False)

    def values(self, response: Mapping[str, Any]) -> list[Any]:
        """Return what it comes to over a QuestionnaireResponse, or raise `NotWorkedOut`."""
        try:
            # The library raises plain Exception for words that do not go together.
            return self._run(response, {"resource": response, "context": response})
        except Exception as error:
            raise NotWorkedOut(self.text) from error


def plain_result(value: Any) -> str:
    """Return one value an expression came to, as it would be typed."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):  # a Coding, or a Quantity
        return str(value.get("code") or f"{value.get('value', '')} {value.get('unit', '')}")
    if isinstance(value, float | Decimal):
        rounded = round(Decimal(str(value)), _PLACES)
        return format(rounded.normalize(), "f")
    return str(value)


@lru_cache(maxsize=1024)
def compiled(text: str) -> Expression:
    """Return an expression ready to be worked out, or raise `BadExpression` with the mend."""
    names = _check(text)
    # Imported when the first script asks for it: no other pays the tenth of a second.
    import fhirpathpy  # noqa: PLC0415
    from fhirpathpy.models import models  # noqa: PLC0415

    if not _is_fhirpath(text):
        raise BadExpression(f"“{text}” cannot be read as FHIRPath; check it")
    run = fhirpathpy.compile(text, models["r4"])
    return Expression(text, names, run)


def _is_fhirpath(text: str) -> bool:
    # The library mends or overlooks what it cannot read and says nothing; its grammar does not.
    from antlr4 import CommonTokenStream, InputStream, Token  # noqa: PLC0415
    from fhirpathpy.parser.generated.FHIRPathLexer import FHIRPathLexer  # noqa: PLC0415
    from fhirpathpy.parser.generated.FHIRPathParser import FHIRPathParser  # noqa: PLC0415

    lexer = FHIRPathLexer(InputStream(text))
    lexer.removeErrorListeners()
    stream = CommonTokenStream(lexer)
    parser = FHIRPathParser(stream)
    parser.removeErrorListeners()
    parser.expression()
    return bool(parser.getNumberOfSyntaxErrors() == 0 and stream.LA(1) == Token.EOF)


def _check(text: str) -> tuple[str, ...]:
    if len(text) > MAX_LENGTH:
        raise BadExpression(f"has {len(text)} characters; an expression has at most {MAX_LENGTH}")
    tokens = list(_tokens(text))
    if len(tokens) > MAX_TOKENS:
        raise BadExpression(f"has {len(tokens)} parts; an expression has at most {MAX_TOKENS}")
    _check_brackets(tokens)
    for place, (kind, word) in enumerate(tokens):
        after = tokens[place + 1][1] if place + 1 < len(tokens) else ""
        _check_token(kind, word, tokens, place, after)
    if _ROUND.search(text):
        raise BadExpression("round() needs how many places: round(0)")
    return _names(tokens)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise BadExpression(f"“{text[at]}” has no meaning in an expression; take it out")
        at = match.end()
        if match.lastgroup != "space":
            yield str(match.lastgroup), match[0]


def _check_token(
    kind: str, word: str, tokens: list[tuple[str, str]], place: int, after: str
) -> None:
    if kind == "env" and word not in ("%resource", "%context"):
        raise BadExpression(f"{word} is not known; answers are found from %resource")
    if kind == "word" and word in ("is", "as"):
        raise BadExpression(_REFUSED[word].replace("()", ""))
    if kind == "number" and place + 1 < len(tokens) and tokens[place + 1][0] == "string":
        raise BadExpression(
            f"{word} {after} is a quantity, which cannot be reckoned with; use .value.value"
        )
    if kind != "word" or after != "(":
        return
    if word in ("and", "or", "xor", "implies", "div", "mod", "in"):
        return
    if word == "contains" and tokens[place - 1][1] != ".":
        return
    if word not in _FUNCTIONS:
        known = "is not known; leave it out"
        raise BadExpression(_REFUSED.get(word, f"{word}() {known}"))
    if word == "repeat" and [w for _, w in tokens[place + 2 : place + 4]] != ["item", ")"]:
        raise BadExpression("repeat() goes through items only; write repeat(item)")


def _check_brackets(tokens: list[tuple[str, str]]) -> None:
    opened: list[bool] = []
    for place, (_, word) in enumerate(tokens):
        if word == "(":
            opened.append(place > 0 and tokens[place - 1][1] in _LOOPS)
            if len(opened) > MAX_DEPTH:
                raise BadExpression(f"has more than {MAX_DEPTH} brackets within one another")
            if sum(opened) > MAX_LOOPS:
                names = ", ".join(sorted(_LOOPS))
                raise BadExpression(f"has more than {MAX_LOOPS} of {names} within one another")
        elif word == ")":
            if not opened:
                raise BadExpression("closes a bracket that was not opened")
            opened.pop()
    if opened:
        raise BadExpression("opens a bracket that is not closed")


def _names(tokens: list[tuple[str, str]]) -> tuple[str, ...]:
    found = [
        tokens[place + 2][1][1:-1]
        for place, (_, word) in enumerate(tokens[:-2])
        if word == "linkId" and tokens[place + 1][1] == "=" and tokens[place + 2][0] == "string"
    ]
    names = tuple(dict.fromkeys(found))
    if len([word for _, word in tokens if word == "linkId"]) != len(found):
        raise BadExpression("compares linkId with something else than a name; write linkId = 'age'")
    if not names:
        raise BadExpression("names no question; write %resource.repeat(item).where(linkId = 'age')")
    if len(names) > MAX_NAMED:
        raise BadExpression(f"looks at {len(names)} questions; {MAX_NAMED} is the most")
    return names
