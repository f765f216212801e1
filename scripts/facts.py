"""The practice's own answers, found as the question is typed.

Nothing here is made up: every line is the practice's words or its hours, and a question it has no
words for finds nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from rapidfuzz import fuzz, process, utils

from scripts.facts_told import (
    Fact,
    faq_fact,
    hours_fact,
    insurance_fact,
    new_patients_fact,
    own_fact,
    street,
    whole_address,
)
from scripts.facts_worked_out import worked_out
from scripts.practice import Practice
from scripts.wordlist import words

_ENOUGH: Final = 72  # of 100; below it a match is more likely chance than a misspelling
_NOISE: Final = frozenset(
    words(
        "a an the is are do does you your i my me we can could to of in on at for and or what when "
        "where how who which there have has take accept get got need want any it be with please"
    )
)


def summary(practice: Practice, moment: datetime) -> tuple[Fact, ...]:
    """Return the lines shown before anything is asked: hours, address, insurance, new patients
    and what the practice pinned."""
    if practice.neutral:
        return ()
    facts = [
        hours_fact(practice, moment),
        Fact("Address", street(practice), whole_address(practice)),
        insurance_fact(practice),
        new_patients_fact(practice),
    ]
    facts += [faq_fact(practice, place) for place, item in enumerate(practice.faq) if item.pinned]
    return tuple(facts)


def search(practice: Practice, query: str, moment: datetime, limit: int = 6) -> tuple[Fact, ...]:
    """Return the answers that fit a question as typed, misspelt or half said, best first.

    An empty question finds the summary.
    """
    asked = utils.default_process(query).split()
    if not asked:
        return summary(practice, moment)
    found = {fact.label: fact for fact in worked_out(practice, query, moment)}
    wanted = [word for word in asked if word not in _NOISE] or asked
    for fact in _matches(practice, wanted, moment):
        if fact.label not in found or found[fact.label].score < fact.score:
            found[fact.label] = fact
    return tuple(sorted(found.values(), key=lambda fact: -fact.score)[:limit])


@dataclass(frozen=True, slots=True)
class _Catalogue:
    """What can be asked for: the words of each entry, and every word there is."""

    entries: tuple[tuple[str, frozenset[str]], ...]  # label, words
    words: tuple[str, ...]


def _catalogue(practice: Practice) -> _Catalogue:
    key = (practice.id, practice.version, id(practice))
    kept = _catalogues.get(key)
    if kept is None or kept[0] is not practice:
        if len(_catalogues) > _MOST:
            _catalogues.clear()
        kept = _catalogues[key] = (practice, _make_catalogue(practice))
    return kept[1]


_MOST: Final = 256
_catalogues: dict[tuple[str, str, int], tuple[Practice, _Catalogue]] = {}


def _make_catalogue(practice: Practice) -> _Catalogue:
    phrases = [
        *(
            ("Hours", word)
            for word in words("hours time open opening close closing lunch schedule")
        ),
        *(("Address", word) for word in words("address location located directions street")),
        ("Address", f"{practice.address} {practice.city}"),
        *(("Insurance", word) for word in words("insurance plans coverage network")),
        *(("New patients", text) for text in ("new patients", "taking patients", "register")),
        *(("Languages", word) for word in ("languages", "speak", *practice.languages)),
    ]
    phrases += [("Insurance", plan) for plan in practice.insurance.accepted]
    for entry in practice.faq:
        phrases += [(entry.label, entry.label), (entry.label, entry.question)]
        phrases += [(entry.label, synonym) for synonym in entry.synonyms]
    for provider in practice.providers:
        phrases.append((provider.spoken, f"{provider.name} {provider.spoken} doctor provider"))
    entries = tuple((label, _said(text)) for label, text in phrases)
    return _Catalogue(entries, tuple(sorted({w for _, said in entries for w in said})))


def _said(text: str) -> frozenset[str]:
    return frozenset(word for word in utils.default_process(text).split() if word not in _NOISE)


def _matches(practice: Practice, wanted: list[str], moment: datetime) -> list[Fact]:
    catalogue = _catalogue(practice)
    close = [_close(word, catalogue.words) for word in wanted]
    # A word the practice has nowhere (“wheres”) says little about which answer is meant.
    weights = [len(word) * (1.0 if near else 0.3) for word, near in zip(wanted, close, strict=True)]
    best: dict[str, float] = {}
    fits: dict[str, list[float]] = {}
    for label, known in catalogue.entries:
        fit = [max((near[w] for w in known if w in near), default=0.0) for near in close]
        # Of two that fit the same words, the one that says little else is meant.
        score = _weighed(fit, weights) - min(len(known), 10) * 0.3
        best[label] = max(best.get(label, 0.0), score)
        fits[label] = [max(pair) for pair in zip(fit, fits.get(label, fit), strict=True)]
    for label, fit in fits.items():
        # “blood work results”: said in words of several of an answer's phrases.
        best[label] = max(best[label], 0.9 * _weighed(fit, weights))
    return [
        _named(practice, label, score, moment) for label, score in best.items() if score >= _ENOUGH
    ]


def _weighed(fit: list[float], weights: list[float]) -> float:
    return sum(f * w for f, w in zip(fit, weights, strict=True)) / sum(weights)


def _close(word: str, known: tuple[str, ...]) -> dict[str, float]:
    near = {
        match: float(score)
        for match, score, _ in process.extract(
            word, known, scorer=fuzz.ratio, score_cutoff=76, limit=None
        )
    }
    if len(word) >= 3:  # still being typed
        near.update({full: 95.0 for full in known if full != word and full.startswith(word)})
    return near


def _named(practice: Practice, label: str, score: float, moment: datetime) -> Fact:
    fact = own_fact(practice, label, moment)
    return Fact(fact.label, fact.text, fact.full, score)
