"""Words that put the 911 line on screen while the caller is still speaking.

A hit decides nothing: it shows a line the receptionist reads or dismisses on record. Missing one
is worse than showing one too many, so a denial (“no chest pain”) must be plain to be believed,
in the manner of NegEx (Chapman et al., J Biomed Inform 2001), and misspellings still count.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

from scripts.protocol import RedFlagRule
from scripts.redflag_words import BASE_RULES, REAL_WORDS
from scripts.wordlist import words

_TOKEN: Final = re.compile(r"[^\W_]+(?:\.\d+)?(?:['’][^\W_]+)*|[.!?;:,\n]")
_ENDS: Final = frozenset(".!?;\n")
_DENIALS: Final = frozenset(
    words(
        "no not denies denied deny denying without never none nor neither doesnt dont didnt isnt "
        "hasnt havent hadnt wasnt arent werent negative"
    )
)
# After these the denial is over: the caller has turned to what there is.
_TURNS: Final = frozenset(
    words(
        "but however has have having had now is are was yes though although except only started "
        "starting still just because since then with very really severe complains reports says "
        "feels getting got gets"
    )
)
# A denial of change, or none at all, is no denial of the trouble itself.
_NO_DENIAL: Final = frozenset(
    words(
        "sure change relief better improvement improving improved only just idea doubt going "
        "stopping getting matter longer able certain worse letting easing"
    )
)
_FILLERS: Final = frozenset(
    words("any a an the new of have had having has been her his my your or")
)
_REACH: Final = 7  # words a denial carries


@dataclass(frozen=True, slots=True)
class Hit:
    """One red flag found: its rule's name, and the caller's words that met it, in order."""

    flag: str
    words: tuple[str, ...] = field(repr=False)

    @property
    def sentence(self) -> str:
        """“stiff neck” with “fever” is a red flag here."""
        return f"{' with '.join(f'“{word}”' for word in self.words)} is a red flag here."


@dataclass(frozen=True, slots=True)
class _Token:
    word: str  # lower case, apostrophes out
    start: int
    end: int
    denied: bool


@dataclass(frozen=True, slots=True)
class _Found:
    first: int
    last: int
    said: str = field(repr=False)

    def moved(self, by: int) -> "_Found":
        return _Found(self.first + by, self.last + by, self.said) if by else self


@dataclass(frozen=True, slots=True)
class Line:
    """What one line of text holds of the rules, kept so that only a changed line is read again."""

    length: int  # in words and marks, its end with them
    places: Mapping[tuple[int, int], tuple[_Found, ...]] = field(repr=False)  # by rule and group


_Phrase = tuple[str, ...]


class RedFlags:
    """The rules of one practice, ready for every keystroke: the base set and its own."""

    def __init__(self, own: Iterable[RedFlagRule] = ()) -> None:
        self._rules = tuple(
            (rule.name, rule.within, tuple(_phrases(group) for group in rule.all_of))
            for rule in (*BASE_RULES, *own)
        )
        self._near = {rule for rule, (_, within, _) in enumerate(self._rules) if within}
        self._vocabulary = frozenset(
            word for _, _, groups in self._rules for group in groups for p in group for word in p
        )
        self._meant: dict[str, frozenset[str]] = {}

    def find(self, text: str) -> tuple[Hit, ...]:
        """Return the flags in `text`, one per rule, in the rules' order."""
        marked, begins = [], 0
        for line in map(self.read, text.split("\n")):
            marked.append((begins, line))
            begins += line.length
        return self.together(marked)

    def read(self, line: str) -> "Line":
        """Return what of the rules one line holds. A denial and a phrase keep to their line."""
        tokens = _tokens(line)
        meant = [self._meanings(token.word) for token in tokens]
        present = frozenset().union(*meant) if meant else frozenset()
        places: dict[tuple[int, int], tuple[_Found, ...]] = {}
        for rule, (_, _, groups) in enumerate(self._rules):
            for number, group in enumerate(groups):
                found = _find(group, line, tokens, meant, present)
                if found:
                    places[rule, number] = found
        return Line(len(tokens) + 1, places)

    def together(self, lines: Iterable[tuple[int, "Line"]]) -> tuple[Hit, ...]:
        """Return the flags in lines already read, each with where it begins among the words of
        all: the parts of a rule may lie in several."""
        places: dict[tuple[int, int], list[_Found]] = {}
        for begins, line in lines:
            for where, found in line.places.items():
                if where not in places:
                    places[where] = [f.moved(begins) for f in found]
                elif where[0] in self._near:  # elsewhere the first of several is enough
                    places[where].extend(f.moved(begins) for f in found)
        hits: list[Hit] = []
        for rule in sorted({rule for rule, _ in places}):
            name, within, groups = self._rules[rule]
            if all((rule, number) in places for number in range(len(groups))):
                met = _together([places[rule, number] for number in range(len(groups))], within)
                if met is not None:
                    ordered = sorted(set(met), key=lambda f: f.first)
                    hits.append(Hit(name, tuple(found.said for found in ordered)))
        return tuple(hits)

    def _meanings(self, word: str) -> frozenset[str]:
        known = self._meant.get(word)
        if known is None:
            if len(self._meant) > 20_000:  # a desk open for weeks must not grow for ever
                self._meant.clear()
            known = frozenset(v for v in self._vocabulary if _means(word, v))
            self._meant[word] = known
        return known


@lru_cache(maxsize=512)
def for_rules(own: tuple[RedFlagRule, ...]) -> RedFlags:
    """Return the matcher for a practice's own rules, made once."""
    return RedFlags(own)


def _phrases(group: Iterable[str]) -> tuple[_Phrase, ...]:
    return tuple(tuple(_plain(word) for word in phrase.split()) for phrase in group)


def _plain(word: str) -> str:
    return word.lower().replace("'", "").replace("’", "")


def _means(word: str, term: str) -> bool:
    if term == "#fever":
        return _is_fever(word)
    if term in ("#baby_weeks", "#baby_months"):
        return word.isdigit() and int(word) <= (12 if term == "#baby_weeks" else 2)
    stem = term.removesuffix("*")
    is_stem = stem != term
    if word == stem or (is_stem and word.startswith(stem)):
        return True
    if len(stem) < 5 or word in REAL_WORDS or word[0] != stem[0]:
        return False
    slack = 2 if len(stem) >= 9 else 1
    if is_stem:
        # The misspelling may sit in the stem, whatever the ending.
        cuts = range(len(stem) - 1, min(len(word), len(stem) + 1) + 1)
        return any(OSA.distance(word[:cut], stem, score_cutoff=slack) <= slack for cut in cuts)
    return OSA.distance(word, stem, score_cutoff=slack) <= slack


def _is_fever(word: str) -> bool:
    try:
        degrees = float(word.removesuffix("f"))
    except ValueError:
        return False
    return 100.4 <= degrees <= 108


def _tokens(text: str) -> list[_Token]:
    raw = [(_plain(m[0]), m.start(), m.end()) for m in _TOKEN.finditer(text)]
    words = [word for word, _, _ in raw]
    denied = _denied(words)
    return [_Token(word, start, end, denied[i]) for i, (word, start, end) in enumerate(raw)]


def _denied(words: list[str]) -> list[bool]:
    denied = [False] * len(words)
    for i, word in enumerate(words):
        if word in _DENIALS and _is_denial(words, i):
            for j in _reach(words, i):
                denied[j] = True
        elif word in ("no", "none", "denied", "denies", "negative") and _answers(words, i):
            # “chest pain: no” — the answer comes after the words it denies
            for j in range(i - 1, max(-1, i - 1 - _REACH), -1):
                if words[j] in _ENDS - {"?"}:
                    break
                denied[j] = True
    return denied


def _is_denial(words: list[str], at: int) -> bool:
    following = words[at + 1] if at + 1 < len(words) else ""
    if not following or following in _NO_DENIAL or following in _ENDS or following in ",:":
        return False
    if words[at] == "never" and "this" in words[at : at + 1 + _REACH]:
        return False  # “never had chest pain like this”
    return not following.startswith(("improv", "stop", "eas"))


def _answers(words: list[str], at: int) -> bool:
    before = words[at - 1] if at else ""
    after = words[at + 1] if at + 1 < len(words) else "."
    return before in ("?", ":") and after in (*_ENDS, ",")


def _reach(words: list[str], at: int) -> Iterator[int]:
    """Yield the places a denial at `at` carries to: within its clause, over a list that ends in
    “or”, and until the caller turns to what there is."""
    end = min(len(words), at + 1 + _REACH)
    for j in range(at + 1, end):
        word = words[j]
        if word in _ENDS or (word in _TURNS and not _continues(words, j, at)):
            return
        if word == "," and not _lists_on(words, j, end):
            return
        yield j


def _continues(words: list[str], j: int, at: int) -> bool:
    # “does not have chest pain”, “never had any swelling”: the verb belongs to the denial.
    return j == at + 1 or (j == at + 2 and words[at + 1] in _FILLERS)


def _lists_on(words: list[str], comma: int, end: int) -> bool:
    for word in words[comma + 1 : min(len(words), end + 2)]:
        if word in ("or", "nor"):
            return True
        if word in _ENDS or word in _TURNS or word in _DENIALS:
            return False
    return False


def _find(
    group: tuple[_Phrase, ...],
    line: str,
    tokens: list[_Token],
    meant: list[frozenset[str]],
    present: frozenset[str],
) -> tuple[_Found, ...]:
    found = [
        place
        for phrase in group
        if present.issuperset(phrase)
        for place in _places(phrase, line, tokens, meant)
    ]
    return tuple(sorted(found, key=lambda place: place.first))


def _places(
    phrase: _Phrase, line: str, tokens: list[_Token], meant: list[frozenset[str]]
) -> Iterator[_Found]:
    for first in range(len(tokens)):
        if phrase[0] in meant[first]:
            last = _run(phrase, first, tokens, meant)
            if last is not None and not _is_denied(phrase, first, last, tokens):
                yield _Found(first, last, line[tokens[first].start : tokens[last].end])


def _run(
    phrase: _Phrase, first: int, tokens: list[_Token], meant: list[frozenset[str]]
) -> int | None:
    """Return where the phrase that starts at `first` ends; up to two fillers may stand between
    its words (“stiff sore neck”)."""
    at = first
    for word in phrase[1:]:
        for gap in range(at + 1, min(at + 4, len(tokens))):
            if word in meant[gap]:
                at = gap
                break
            if tokens[gap].word in _ENDS:
                return None
        else:
            return None
    return at


def _is_denied(phrase: _Phrase, first: int, last: int, tokens: list[_Token]) -> bool:
    # “not breathing” carries its own “not”: only a denial before the phrase takes it away.
    if any(word in _DENIALS for word in phrase):
        return tokens[first].denied
    return tokens[first].denied or tokens[last].denied


def _together(places: list[list[_Found]], within: int) -> tuple[_Found, ...] | None:
    if not within:
        return tuple(found[0] for found in places)
    # In order of place: only those that begin near are looked at, however long the text.
    firsts = [[found.first for found in others] for others in places]
    for start in places[0]:
        chosen = [start]
        for others, begins in zip(places[1:], firsts[1:], strict=True):
            low = bisect_left(begins, start.first - within)
            high = bisect_right(begins, start.first + within)
            near = [f for f in others[low:high] if _span((*chosen, f)) <= within]
            if not near:
                break
            chosen.append(min(near, key=lambda f: _span((*chosen, f))))
        else:
            return tuple(chosen)
    return None


def _span(found: Iterable[_Found]) -> int:
    listed = tuple(found)
    return max(f.last for f in listed) - min(f.first for f in listed) + 1
