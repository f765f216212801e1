"""A rota laid out over days: each stint with its people, and where it has a gap or an overlap.

What `oncall` says of one moment, said of every moment between two: a stint ends where the people,
where they come from, or the shift as it is written changes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum, unique
from itertools import pairwise

from scripts.entered import EnteredChange, entered_in
from scripts.oncall import FALLBACK, Laid, Shift, lay, on_call_at
from scripts.practice import Practice, Provider
from scripts.rota import Override, Rota, Tier

AHEAD = timedelta(days=31)  # how far the next person is looked for
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stint:
    """A stretch with one ladder, in UTC. `planned` is the ladder without overrides, `overrides`
    those that changed it, the file's first, then those entered; `shift` says which shift as written
    it is part of: stints of one shift have the same."""

    start: datetime
    end: datetime
    tiers: tuple[Tier, ...]
    source: str
    planned: tuple[Tier, ...]
    overrides: tuple[Override | EnteredChange, ...]
    shift: tuple[object, ...]

    @property
    def is_fallback(self) -> bool:
        """Whether no shift covers it."""
        return self.source == FALLBACK


@unique
class Wrong(StrEnum):
    """What can be wrong with a stretch of a rota."""

    GAP = "gap"
    OVERLAP = "overlap"


@dataclass(frozen=True, slots=True)
class Trouble:
    """A stretch with nobody but the fallback, or with several shifts that both say who it is.
    `people` are those of the shifts, by id: of an overlap the first named is called."""

    wrong: Wrong
    start: datetime
    end: datetime
    people: tuple[str, ...]


def stints(practice: Practice, start: datetime, end: datetime) -> tuple[Stint, ...]:
    """Return the stints from one aware moment to another, without a hole; none where the practice
    has no rota. The first and the last are cut where the span begins and ends."""
    rota = practice.on_call
    if rota is None or end <= start:
        return ()
    laid = _laid(practice, rota, start, end)
    found: list[Stint] = []
    for since, until in _stretches(laid, start, end):
        one = _stint(laid, since, until)
        if found and _same(found[-1], one):
            found[-1] = replace(found[-1], end=until)
        else:
            found.append(one)
    return tuple(found)


def troubles(practice: Practice, start: datetime, end: datetime) -> tuple[Trouble, ...]:
    """Return gaps and overlaps between two aware moments. A practice that writes nothing but a
    fallback means it: that is no gap."""
    rota = practice.on_call
    if rota is None or end <= start:
        return ()
    laid = _laid(practice, rota, start, end)
    written = bool(rota.rotations or rota.weekly or rota.dated or entered_in(practice))
    found: list[Trouble] = []
    for since, until in _stretches(laid, start, end):
        tiers, source = laid.at(since)
        if source == FALLBACK:
            if not written:
                continue
            one = Trouble(Wrong.GAP, since, until, tuple(tier.provider for tier in tiers))
        else:
            doubled = _doubled(laid, since)
            if not doubled:
                continue
            one = Trouble(Wrong.OVERLAP, since, until, doubled)
        last = found[-1] if found else None
        if last and (last.wrong, last.people, last.end) == (one.wrong, one.people, one.start):
            found[-1] = replace(last, end=until)
        else:
            found.append(one)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Difference:
    """A stretch (UTC) in which others are on call than before; `gap` where nobody but the fallback
    is, and somebody was."""

    start: datetime
    end: datetime
    before: tuple[Tier, ...]
    after: tuple[Tier, ...]
    gap: bool = False


def differences(
    before: Practice, after: Practice, start: datetime, end: datetime
) -> tuple[Difference, ...]:
    """Return where two states of a practice's rota have others on call."""
    old, new = stints(before, start, end), stints(after, start, end)
    edges = sorted({start, end, *(s.start for s in old), *(s.start for s in new)})
    found: list[Difference] = []
    for since, until in pairwise(edges):
        was, now = _holding(old, since), _holding(new, since)
        gap = now.is_fallback and not was.is_fallback
        if was.tiers == now.tiers and not gap:
            continue
        one = Difference(since, until, was.tiers, now.tiers, gap)
        last = found[-1] if found else None
        if last and replace(last, end=until) == replace(one, start=last.start):
            found[-1] = replace(last, end=until)
        else:
            found.append(one)
    return tuple(found)


def _holding(found: Sequence[Stint], moment: datetime) -> Stint:
    return next(stint for stint in found if stint.start <= moment < stint.end)


def next_person(practice: Practice, moment: datetime) -> tuple[datetime, Provider] | None:
    """When somebody else is called first, and who, within `AHEAD`; a change of the later tiers
    alone is passed over."""
    found = on_call_at(practice, moment)
    until = found.until if found is not None else None
    while found is not None and until is not None and until <= moment + AHEAD:
        then = on_call_at(practice, until)
        if then is None:
            return None
        if then.provider.id != found.provider.id:
            return until, then.provider
        until = then.until
    return None


def _laid(practice: Practice, rota: Rota, start: datetime, end: datetime) -> Laid:
    first = start.astimezone(practice.zone).date() - _DAY
    return lay(practice, rota, first, end.astimezone(practice.zone).date() + _DAY)


def _stretches(laid: Laid, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    inner = (edge for edge in laid.edges() if start < edge < end)
    return pairwise([start, *inner, end])


def _stint(laid: Laid, since: datetime, until: datetime) -> Stint:
    tiers, source = laid.at(since)
    planned, _ = laid.planned(since)
    # Each alone would be wrong: a second one may change who the first brought in
    asked = tuple(change.override for change in laid.changes if change.covers(since))
    changed = asked if tiers != planned else ()
    return Stint(since, until, tiers, source, planned, changed, _shift(laid, since))


def _shift(laid: Laid, moment: datetime) -> tuple[object, ...]:
    """Return what tells the shift in force from its neighbours: the entry first, where it was
    entered. A turn of a rotation is one shift
    however many days it takes, so days are not told apart there."""
    entered = laid.entered_at(moment)
    if entered:
        return ("entered", *(each.uid for each in entered))
    for number, layer in enumerate(laid.layers):
        for shift in layer:
            if shift.covers(moment):
                return number, shift.start, shift.end
    return ("turn", *((turn.source, turn.tiers) for turn in laid.turns if turn.covers(moment)))


def _same(before: Stint, after: Stint) -> bool:
    return (
        before.tiers == after.tiers
        and before.source == after.source
        and before.shift == after.shift
        and before.overrides == after.overrides
    )


def _doubled(laid: Laid, moment: datetime) -> tuple[str, ...]:
    """Return who the shifts name that say it at once, where there is more than one."""
    entered = laid.entered_at(moment)
    if entered:
        afters = [each.after for each in entered]
        twice = [each.provider for each in entered if afters.count(each.after) > 1]
        people = tuple(dict.fromkeys(twice))
        return people if len(people) > 1 else ()
    for layer in laid.layers:
        on = [shift for shift in layer if shift.covers(moment)]
        if on:
            return _firsts(on) if len(on) > 1 else ()
    turns = [turn for turn in laid.turns if turn.covers(moment)]
    after = [turn.tiers[0].after for turn in turns]
    doubled = [turn for turn in turns if after.count(turn.tiers[0].after) > 1]
    return _firsts(doubled) if doubled else ()


def _firsts(shifts: Sequence[Shift]) -> tuple[str, ...]:
    """Return each one's first provider; of shifts that agree nothing is wrong."""
    people = tuple(dict.fromkeys(shift.tiers[0].provider for shift in shifts))
    return people if len(people) > 1 else ()
