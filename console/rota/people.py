"""Whom a file of shifts means: its names against the practice's providers."""

import re
import unicodedata
from typing import Final

from rapidfuzz import fuzz, process

from console.rota.rows import ShiftRow
from scripts.practice import Practice, Provider

_TITLES: Final = frozenset({"dr", "doctor", "md", "do", "np", "pa", "pac", "rn", "mr", "ms", "mrs",
                            "phd", "facc", "faap", "dnp", "fnp", "cnm", "crnp"})  # fmt: skip
_CLOSE: Final = 75  # of 100; below it a name is no slip of the keys


class People:
    """A practice's providers by what they may be called."""

    def __init__(self, practice: Practice) -> None:
        self._practice = practice
        self._called: dict[str, set[str]] = {}
        for provider in practice.providers:
            for called in _called(provider):
                self._called.setdefault(called, set()).add(provider.id)

    def whom(self, row: ShiftRow) -> str:
        """Return the provider's id a row means; raise `LookupError` with a sentence."""
        several: set[str] = set()
        for name in row.names:
            found = self._called.get(plain(name), set())
            if len(found) == 1:
                return next(iter(found))
            several |= found
        if several:
            people = " or ".join(sorted(self._name(each) for each in several))
            raise LookupError(f"“{row.names[0]}” may be {people}; write the whole name.")
        raise LookupError(self._unknown(row.names[0]))

    def _unknown(self, name: str) -> str:
        best = process.extractOne(plain(name), list(self._called), scorer=fuzz.ratio,
                                  score_cutoff=_CLOSE)  # fmt: skip
        sentence = f"“{name}” is no provider of {self._practice.name}"
        if best is not None:
            meant = " or ".join(sorted(self._name(each) for each in self._called[best[0]]))
            return f"{sentence}; did you mean {meant}?"
        known = ", ".join(provider.full for provider in self._practice.providers)
        return f"{sentence}; there are {known}."

    def _name(self, provider_id: str) -> str:
        return self._practice.providers_by_id[provider_id].full


def plain(name: str) -> str:
    """Return a name without titles, signs, accents and capitals; “Okafor, Ifeoma” turned round."""
    last, comma, first = name.partition(",")
    if comma and first.strip() and not set(_words(first)) <= _TITLES:
        name = f"{first} {last}"
    return " ".join(word for word in _words(name) if word not in _TITLES)


def _words(text: str) -> list[str]:
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.findall(r"[a-z0-9']+", bare.casefold())


def _called(provider: Provider) -> set[str]:
    words = plain(provider.name).split()
    found = {provider.id.replace("_", " "), plain(provider.name), plain(provider.spoken)}
    if len(words) > 1:
        found |= {words[-1], f"{words[0][0]} {words[-1]}", f"{words[-1]} {words[0][0]}"}
    return found
