"""What stands in the sheet's fields, made into a plan for a rota: plain functions, without Qt."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from console.desk.oncall.telling import name, when
from console.desk.oncall.views import GAP, NEXT, Plan, PreviewLine, PreviewView, Put, Swap, Vacation
from console.desk.rota.edit_views import EditKind, EditView, Typed, Way
from console.desk.rota.typed import NotAMoment, read_moment, shown
from console.desk.rota.views import Mark, ShiftView
from scripts.entered import ChangeAct, Entered, confirmed_in, entered_in
from scripts.oncall import on_call_at
from scripts.oncall_spans import differences, next_person
from scripts.practice import Practice, Provider
from scripts.rota import Tier
from scripts.rota_plans import LONGEST, NotPossible

LISTED: Final = 5
_NOT_YET: Final = "–"  # stands for the reason while none is typed: the preview does not wait for it
_OVERRIDES: Final = (Way.REPLACE, Way.ADD, Way.TAKE_OUT)
_FILLS: Final = (Way.SHIFT, Way.ADD)
_VACATIONS: Final = (Way.NEXT, Way.ONE, Way.GAP)
_OF_SOMEBODY: Final = frozenset({Way.REPLACE, Way.ADD, Way.SHIFT, Way.ONE})
_ACTS: Final = {
    Way.REPLACE: ChangeAct.REPLACE,
    Way.ADD: ChangeAct.ADD,
    Way.TAKE_OUT: ChangeAct.REMOVE,
    Way.SHIFT: ChangeAct.SHIFT,
}


@dataclass(frozen=True, slots=True)
class Doing:
    """What is being done, and with which shift; with two of a swap."""

    kind: EditKind
    shift: ShiftView
    second: ShiftView | None = None


def ways(kind: EditKind, shift: ShiftView) -> tuple[Way, ...]:
    """Return how it can be done."""
    if kind is EditKind.VACATION:
        return _VACATIONS
    if kind is not EditKind.OVERRIDE:
        return ()
    return _FILLS if shift.mark in (Mark.GAP, Mark.FALLBACK) else _OVERRIDES


def filled_in(practice: Practice, doing: Doing, now: datetime) -> Typed:
    """Return the fields as they are when the sheet opens: the hours of the shift that are left."""
    offered, shift = ways(doing.kind, doing.shift), doing.shift
    start, end = (each.astimezone(practice.zone) for each in (max(shift.start, now), shift.end))
    return Typed(way=offered[0] if offered else None, start=shown(start), end=shown(end))


def picked(practice: Practice, shift: ShiftView, typed: Typed) -> Typed:
    """Return what was typed with somebody chosen: whoever fits first, unless another who fits has
    been."""
    if typed.way not in _OF_SOMEBODY:
        return typed
    found = [each.id for each in _fitting(practice, shift, typed)]
    if typed.person in found:
        return typed
    first = found[0] if found and typed.search.strip() else ""
    return replace(typed, person=first)


def view(practice: Practice, doing: Doing, typed: Typed, opening: int) -> EditView:
    """Return the sheet, without what would change."""
    kind, somebody = doing.kind, typed.way in _OF_SOMEBODY
    found = _fitting(practice, doing.shift, typed) if somebody else ()
    return EditView(
        kind=kind,
        opening=opening,
        about=_about(practice, doing),
        typed=typed,
        ways=ways(kind, doing.shift),
        people=tuple((each.id, each.full) for each in found[:LISTED]),
        asks_person=somebody,
        asks_times=kind in (EditKind.OVERRIDE, EditKind.VACATION),
        asks_after=typed.way in (Way.ADD, Way.SHIFT),
        asks_why=kind is not EditKind.CONFIRM,
    )


def asks_for_somebody(shown: EditView) -> bool:
    """Tell whether nobody has been typed yet: that is where it begins, and no mistake."""
    return shown.asks_person and not shown.typed.person and not shown.typed.search.strip()


def plan(practice: Practice, doing: Doing, typed: Typed, now: datetime) -> Plan:
    """Return the plan; raise `NotPossible` for what cannot be one."""
    kind, shift, second = doing.kind, doing.shift, doing.second
    why = typed.why.strip() or _NOT_YET
    if kind is EditKind.SWAP:
        assert second is not None
        return Swap(
            first=shift.provider, first_start=max(shift.start, now), first_end=shift.end,
            second=second.provider, second_start=max(second.start, now), second_end=second.end,
            why=why,
        )  # fmt: skip
    near = shift.start.astimezone(practice.zone)
    try:
        start = read_moment(typed.start, near=near)
        end = read_moment(typed.end, near=near, ends=True)
    except NotAMoment as error:
        raise NotPossible(str(error)) from error
    way = typed.way
    if way in _OF_SOMEBODY and not typed.person:
        raise NotPossible("Type part of a name: nobody is chosen yet.")
    if kind is EditKind.VACATION:
        to = {Way.NEXT: NEXT, Way.GAP: GAP}.get(way, typed.person) if way is not None else NEXT
        return Vacation(provider=shift.provider, start=start, end=end, to=to, why=why)
    assert way is not None
    of_two = way is Way.REPLACE
    return Put(
        act=_ACTS[way],
        provider=typed.person if way in (Way.ADD, Way.SHIFT) else shift.provider,
        by=typed.person if of_two else "",
        after=_minutes(typed.after) if way in (Way.ADD, Way.SHIFT) else 0,
        start=start,
        end=end,
        why=why,
    )


def without(practice: Practice, group: str, now: datetime) -> PreviewView:
    """Return what would change if a change were ended now."""
    known, confirmed = entered_in(practice), confirmed_in(practice)
    own = [each for each in known if each.group == group]
    if not own:
        return PreviewView(problem="This change is gone already: somebody else has ended it.")
    ended = Entered(known, (confirmed,) if confirmed is not None else ()).with_ended(group, now, "")
    until = min(max(each.ends_at for each in own), now + LONGEST)
    found = differences(practice, ended.over(practice), now, until) if until > now else ()
    lines = tuple(
        PreviewLine(
            each.start,
            each.end,
            f"{when(practice, each.start)} to {when(practice, each.end)}: "
            f"{_people(practice, each.after)} instead of {_people(practice, each.before)}"
            f"{' (a gap: only the fallback)' if each.gap else ''}",
            each.gap,
        )
        for each in found
    )
    if lines:
        return PreviewView(lines)
    return PreviewView(problem="It is over, or changes nothing any more.")


def who_it_is(practice: Practice, now: datetime) -> PreviewView:
    """Return who is on call now, to be confirmed."""
    found = on_call_at(practice, now)
    if found is None:
        return PreviewView(problem="This practice has no rota.")
    following = next_person(practice, now)
    until = f" until {when(practice, following[0])}" if following is not None else ""
    words = f"{found.provider.full} is on call{until}, was asked, and knows it."
    return PreviewView((PreviewLine(now, following[0] if following else now, words),))


def _fitting(practice: Practice, shift: ShiftView, typed: Typed) -> tuple[Provider, ...]:
    """Return whose name has what was typed, without whoever it is about."""
    asked = typed.search.casefold().split()
    whose = shift.provider if typed.way in (Way.REPLACE, Way.ONE) else ""
    return tuple(
        each
        for each in practice.providers
        if each.id != whose and all(part in each.full.casefold() for part in asked)
    )


def _about(practice: Practice, doing: Doing) -> str:
    kind, shift, second = doing.kind, doing.shift, doing.second
    span = f"{when(practice, shift.start)} to {when(practice, shift.end)}"
    if second is not None:
        other = f"{when(practice, second.start)} to {when(practice, second.end)}"
        return f"{shift.name}, {span}, and {second.name}, {other}, change places."
    if kind is EditKind.VACATION:
        return f"{shift.name} is away: every shift in these days goes to somebody else."
    if kind is EditKind.CONFIRM:
        return practice.name
    return f"{shift.name}, {span}"


def _people(practice: Practice, tiers: Sequence[Tier]) -> str:
    return ", then ".join(name(practice, tier.provider) for tier in tiers)


def _minutes(text: str) -> int:
    if not text.strip():
        return 0
    if not text.strip().isdecimal():
        raise NotPossible(f"“{text.strip()}” is not a number of minutes.")
    return int(text)
