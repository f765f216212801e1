"""Which of a week's calls are looked at again: some by lot, some by rule.

The lot is drawn by a hash, so that the same week gives the same calls on every desk and nobody can
choose: calls are put in the order of SHA-256 over seed, week and call, and each receptionist's
first ones are taken. Every suspected emergency is looked at; of the other rules, each
receptionist's first few in the same order.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from console.quality.causes import Why

BY_LOT: Final = 3  # of each receptionist's calls, each week
BY_RULE: Final = 3  # of each rule, likewise; every emergency
LONG_HOLD_S: Final = 120.0
SOON: Final = timedelta(hours=1)  # in which the same number calls again

_RULES: Final = (
    Why.EMERGENCY,
    Why.NOT_DELIVERED,
    Why.AMENDED,
    Why.ESCALATED,
    Why.CALLED_AGAIN,
    Why.LONG_HOLD,
)
"""In the order in which one call's reasons are named: the gravest first."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A finished call, by its row, and the rules it falls under."""

    row: int
    uid: str
    agent: str
    whys: frozenset[Why] = field(default_factory=frozenset)


def chosen(
    calls: Iterable[Candidate], *, week: date, seed: str = "", by_lot: int = BY_LOT
) -> Mapping[int, Why]:
    """Return which calls of the week that begins on this Monday are looked at, by row, and why.

    A call that a rule has chosen is not drawn as well: another is.
    """
    ordered = sorted(calls, key=lambda call: _lot(seed, week, call.uid))
    found: dict[int, Why] = {}
    for rule in _RULES:
        taken: dict[str, int] = {}
        for call in ordered:
            if rule not in call.whys or call.row in found:
                continue
            if rule is not Why.EMERGENCY and taken.get(call.agent, 0) >= BY_RULE:
                continue
            found[call.row] = rule
            taken[call.agent] = taken.get(call.agent, 0) + 1
    drawn: dict[str, int] = {}
    for call in ordered:
        if call.row not in found and drawn.get(call.agent, 0) < by_lot:
            found[call.row] = Why.SAMPLED
            drawn[call.agent] = drawn.get(call.agent, 0) + 1
    return found


def monday(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def _lot(seed: str, week: date, uid: str) -> bytes:
    return hashlib.sha256(f"{seed}\n{week.isoformat()}\n{uid}".encode()).digest()
