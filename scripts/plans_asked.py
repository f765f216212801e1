"""Whether a plan is taken, as a caller asks it: by a part of its name, its initials, misspelt.

Yes and no are only said of what the practice wrote; of any other plan that it is not on the list.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, utils

from scripts.practice import Practice
from scripts.wordlist import words

_ASKING: Final = frozenset(
    words(
        "do does you your take takes taking accept accepts accepted insurance insured plan plans "
        "coverage covered cover network in i have has am is are with my we the a an of and or for "
        "by on under any health care work works use"
    )
)
_PAYERS: Final = (
    *("medicaid", "medicare", "tricare", "champva", "aetna", "cigna", "humana", "anthem", "uhc"),
    *("kaiser permanente", "blue cross", "blue shield", "bcbs", "unitedhealthcare", "molina"),
    *("ambetter", "wellcare", "oscar", "centene", "chip", "workers comp", "highmark"),
)
_MIN: Final = 82  # of 100: two words closer than this are one, misspelt
_BEGUN: Final = 95.0
_SHORT: Final = 4  # letters; initials have to be right


@dataclass(frozen=True, slots=True)
class PlanAsked:
    """A plan asked for. `taken` is None for one the practice says nothing of; `more` holds words
    of the question that the plan's name does not have."""

    plan: str
    taken: bool | None
    more: tuple[str, ...] = ()


def plan_asked(practice: Practice, query: str) -> PlanAsked | None:
    """Return the plan a question is about; None when it is about none."""
    wanted = [word for word in utils.default_process(query).split() if word not in _ASKING]
    if not wanted:
        return None
    best: tuple[float, int, PlanAsked] | None = None
    for plan, taken, name in _names(practice):
        said = utils.default_process(name).split()
        fits = [_fit(word, said) for word in wanted]
        met = sum(fits)
        # The closest, in the shortest name that has it: “Medicaid” is not “Medica”.
        if met and (best is None or (met, -len(said)) > best[:2]):
            missing = tuple(word for word, fit in zip(wanted, fits, strict=True) if not fit)
            best = (met, -len(said), PlanAsked(plan, taken, missing))
    if best is None or len(best[2].more) * 2 > len(wanted):
        return None
    return best[2]


def _names(practice: Practice) -> Iterable[tuple[str, bool | None, str]]:
    given = practice.insurance
    for plans, taken in ((given.accepted, True), (given.not_accepted, False)):
        for plan in plans:
            yield plan, taken, plan
            yield from ((plan, taken, name) for name in given.synonyms.get(plan, ()))
    yield from (
        (payer.title() if len(payer) > _SHORT else payer.upper(), None, payer) for payer in _PAYERS
    )


def _fit(word: str, said: Sequence[str]) -> float:
    """Return how well a word is one of a name's: 0 where it is none, 100 where it is the same."""
    best = 0.0
    for known in said:
        if known == word:
            return 100.0
        if len(word) >= _SHORT and known.startswith(word):
            best = max(best, _BEGUN)
        elif min(len(word), len(known)) >= _SHORT:
            ratio = fuzz.ratio(word, known)
            best = max(best, ratio if ratio >= _MIN else 0.0)
    return best
