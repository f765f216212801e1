"""A practice found by its name while it is typed: half said, misspelt, its words in any order.

Names are looked up word by word, so that ten thousand practices cost as much as their few thousand
words: each word typed is compared with the words there are, not with every name.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from heapq import nsmallest
from operator import itemgetter
from typing import Final

from rapidfuzz import fuzz, process, utils

_ENOUGH: Final = 72  # of 100; below it two words are more likely different than misspelt
_BEGUN: Final = 96.0  # a word still being typed
_NOISE: Final = frozenset({"the", "of", "and", "dr", "doctor", "office", "practice"})
_MISSED: Final = 0.55  # a name has to fit at least so much of what was typed


class NameIndex:
    """The names of many things, each by its number. Several names may lead to one number."""

    def __init__(self, names: Iterable[tuple[int, str]]) -> None:
        found: dict[str, set[int]] = defaultdict(set)
        self._lengths: dict[int, int] = {}
        for number, name in names:
            said = _words(name)
            self._lengths[number] = min(self._lengths.get(number, 99), len(said))
            for word in said:
                found[word].add(number)
        self._numbers = {word: tuple(sorted(numbers)) for word, numbers in found.items()}
        self._sorted = sorted(found)

    def find(self, text: str, limit: int) -> Sequence[int]:
        """Return the numbers whose names fit best, best first; of equals, the shorter name."""
        typed = _words(text)
        wanted = [word for word in typed if word not in _NOISE] or typed
        scores: dict[int, float] = defaultdict(float)
        for word in wanted:
            best: dict[int, float] = {}
            for known, score in sorted(self._near(word), key=itemgetter(1)):
                best.update(dict.fromkeys(self._numbers[known], score))  # the best fit comes last
            for number, score in best.items():
                scores[number] += score * len(word)
        most = 100.0 * sum(map(len, wanted))
        lengths = self._lengths
        ranked = (
            (-score, lengths[number], number)
            for number, score in scores.items()
            if score >= _MISSED * most
        )
        return [number for _, _, number in nsmallest(limit, ranked)]

    def _near(self, word: str) -> Iterator[tuple[str, float]]:
        at = bisect_left(self._sorted, word)
        while at < len(self._sorted) and self._sorted[at].startswith(word):
            known = self._sorted[at]
            yield known, 100.0 if known == word else _BEGUN
            at += 1
        if len(word) > 2 and word.isalpha():  # a misspelt number is another number
            close = process.extract(
                word, self._sorted, scorer=fuzz.ratio, score_cutoff=_ENOUGH, limit=None
            )
            yield from ((known, float(score) - 1) for known, score, _ in close if known != word)


def _words(text: str) -> list[str]:
    return utils.default_process(text.replace("'", "").replace("’", "")).split()
