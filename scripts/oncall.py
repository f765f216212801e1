"""Who is on call at an instant, and who is next: a rota that never answers “nobody”.

Dated shifts come before weekly ones, weekly ones before rotations, those before the fallback;
overrides then change who it is. What was entered during the day (`scripts.entered`) comes over the
file: its shifts before the dated ones, its changes after the file's overrides, the earliest first.
Shifts that follow one another with the same people are one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from scripts.entered import ChangeAct, Confirmation, EnteredChange, RotaInForce
from scripts.fields import WEEKDAYS
from scripts.hours import instant
from scripts.practice import Practice, Provider
from scripts.rota import Override, Rota, Rotation, Tier

_HORIZON = 15  # days looked ahead for the end of a shift
FALLBACK = "fallback"


@dataclass(frozen=True, slots=True)
class Rung:
    """One provider of the ladder, called `after` minutes without an answer."""

    provider: Provider
    after: int


@dataclass(frozen=True, slots=True)
class OnCall:
    """The ladder in force. `until` is UTC, None when it does not end within 15 days; `then` is
    the primary who takes over; `source` says what of the rota, or by whose word, it comes from;
    `confirmed` is when somebody last said that it is right."""

    provider: Provider
    until: datetime | None
    rungs: tuple[Rung, ...]
    then: Provider | None = None
    source: str = ""
    confirmed: Confirmation | None = None

    @property
    def backup(self) -> Rung | None:
        """Who is called when the primary does not answer."""
        return self.rungs[1] if len(self.rungs) > 1 else None


@dataclass(frozen=True, slots=True)
class Shift:
    """Time on call as it is written, before overrides; UTC."""

    start: datetime
    end: datetime
    tiers: tuple[Tier, ...]
    source: str

    def covers(self, moment: datetime) -> bool:
        """Whether a moment lies in it."""
        return self.start <= moment < self.end


@dataclass(frozen=True, slots=True)
class Change:
    """An override, of the file or entered, with its moments in UTC."""

    start: datetime
    end: datetime
    override: Override | EnteredChange

    def covers(self, moment: datetime) -> bool:
        """Whether it changes who is on call at a moment."""
        return self.start <= moment < self.end


@dataclass(frozen=True, slots=True)
class Laid:
    """The rota of some days, laid out in UTC: the closest layer first."""

    layers: tuple[tuple[Shift, ...], ...]
    turns: tuple[Shift, ...]  # each of one tier; those that run at once are one ladder
    changes: tuple[Change, ...]
    fallback: tuple[Tier, ...]
    zone: ZoneInfo
    entered: tuple[EnteredChange, ...] = ()  # shifts: those that hold at once are one ladder
    of: str = ""  # " of 3 Nov", the day of the practice's version

    def at(self, moment: datetime) -> tuple[tuple[Tier, ...], str]:
        """Return the tiers in force, and where they come from."""
        tiers, source = self.planned(moment)
        for change in self.changes:
            if change.covers(moment):
                changed = _changed(tiers, change.override)
                if changed != tiers:
                    tiers, source = changed, self._by(change.override, moment)
        return (tiers, source) if tiers else (self.fallback, FALLBACK)

    def planned(self, moment: datetime) -> tuple[tuple[Tier, ...], str]:
        """Return the same without overrides."""
        shifts = self.entered_at(moment)
        if shifts:
            ladder = [Tier(provider=each.provider, after=each.after) for each in shifts]
            return _from_zero(ladder), self._by(shifts[0], moment)
        for layer in self.layers:
            for shift in layer:
                if shift.covers(moment):
                    return shift.tiers, shift.source + self.of
        turns = [turn for turn in self.turns if turn.covers(moment)]
        if not turns:
            return self.fallback, FALLBACK
        tiers = sorted((tier for turn in turns for tier in turn.tiers), key=_after)
        return _from_zero(tiers), turns[0].source + self.of

    def entered_at(self, moment: datetime) -> list[EnteredChange]:
        """Return the shifts that were entered for a moment, whoever is called first first."""
        held = (each for each in self.entered if each.starts_at <= moment < each.until)
        return sorted(held, key=_entered_after)

    def _by(self, of: Override | EnteredChange, moment: datetime) -> str:
        """Return “override by A. Marsh, 14:02”, with the day where that is another than `moment`'s;
        of a file's the note."""
        if isinstance(of, Override):
            return of.note or "override"
        made = of.made_at.astimezone(self.zone)
        same = made.date() == moment.astimezone(self.zone).date()
        day = "" if same else f"{made.day} {made:%b} "
        return f"{of.kind.value} by {of.made_by}, {day}{made:%H:%M}"

    def edges(self) -> list[datetime]:
        """Return every moment at which somebody's time begins or ends."""
        shifts = (*(shift for layer in self.layers for shift in layer), *self.turns)
        found = {edge for shift in shifts for edge in (shift.start, shift.end)}
        found |= {edge for change in self.changes for edge in (change.start, change.end)}
        found |= {edge for each in self.entered for edge in (each.starts_at, each.until)}
        return sorted(found)


def on_call_at(practice: Practice, moment: datetime) -> OnCall | None:
    """Return who is on call at an aware moment; None for a practice without a rota."""
    rota = practice.on_call
    if rota is None:
        return None
    today = moment.astimezone(practice.zone).date()
    laid = lay(practice, rota, today, today + timedelta(days=_HORIZON - 1))
    now, source = laid.at(moment)
    until, after = _end(laid, moment, now)
    rungs = tuple(Rung(practice.providers_by_id[tier.provider], tier.after) for tier in now)
    then = practice.provider(after[0].provider) if after else None
    confirmed = rota.confirmed if isinstance(rota, RotaInForce) else None
    return OnCall(rungs[0].provider, until, rungs, then, source, confirmed)


def lay(practice: Practice, rota: Rota, first: date, last: date) -> Laid:
    """Lay out what touches the local days from `first` to `last`, both included."""
    days = [first + timedelta(days=number) for number in range(-1, (last - first).days + 1)]
    since, until = datetime.combine(days[0], time()), datetime.combine(last, time(23, 59, 59))
    dated = tuple(
        Shift(_utc(practice, s.start), _utc(practice, s.end), s.tiers, "dated shift")
        for s in rota.dated
        if s.end >= since and s.start <= until
    )
    weekly = tuple(_weekly(practice, rota, days))
    turns = tuple(turn for rotation in rota.rotations for turn in _turns(practice, rotation, days))
    changes = [
        Change(_utc(practice, o.start), _utc(practice, o.end), o)
        for o in rota.overrides
        if o.end >= since and o.start <= until
    ]
    entered, of = _entered(practice, rota)
    changes += [Change(e.starts_at, e.until, e) for e in entered if e.act is not ChangeAct.SHIFT]
    return Laid(
        layers=(dated, weekly),
        turns=turns,
        changes=tuple(changes),
        fallback=rota.fallback,
        zone=practice.zone,
        entered=tuple(each for each in entered if each.act is ChangeAct.SHIFT),
        of=of,
    )


def _entered(practice: Practice, rota: Rota) -> tuple[list[EnteredChange], str]:
    """Return what was entered and can hold, and what its version's day adds to a source. Somebody
    whom the version in force does not have any more cannot be put on call."""
    if not isinstance(rota, RotaInForce):
        return [], ""
    held = [
        each
        for each in rota.entered
        if all(practice.provider(who) is not None for who in _COME[each.act](each))
    ]
    if rota.signed_at is None:
        return held, ""
    signed = rota.signed_at.astimezone(practice.zone)
    return held, f" of {signed.day} {signed:%b}"


_COME: Final[Mapping[ChangeAct, Callable[[EnteredChange], tuple[str, ...]]]] = {
    ChangeAct.ADD: lambda change: (change.provider,),
    ChangeAct.SHIFT: lambda change: (change.provider,),
    ChangeAct.REPLACE: lambda change: (change.by,),
    ChangeAct.SWAP: lambda change: (change.provider, change.by),
    ChangeAct.REMOVE: lambda _: (),
}
"""Who comes onto the rota by a change."""


def _utc(practice: Practice, local: datetime) -> datetime:
    return local.replace(tzinfo=practice.zone).astimezone(UTC)


def _weekly(practice: Practice, rota: Rota, days: Sequence[date]) -> Iterator[Shift]:
    for day in days if rota.weekly else ():
        for shift in rota.weekly:
            if WEEKDAYS[day.weekday()] in shift.days:
                last = day + timedelta(days=1) if shift.end <= shift.start else day
                start, end = instant(practice, day, shift.start), instant(practice, last, shift.end)
                yield Shift(start, end, shift.tiers, "weekly rota")


def _turns(practice: Practice, rotation: Rotation, days: Sequence[date]) -> Iterator[Shift]:
    """Yield a rotation day by day, from one hand-over to the next: turns are counted in days, so
    that summer time moves no hand-over."""
    for day in days:
        gone = (day - rotation.starts).days
        if gone < 0 or (rotation.weekdays and WEEKDAYS[day.weekday()] not in rotation.weekdays):
            continue
        who = rotation.people[gone // rotation.days % len(rotation.people)]
        start = instant(practice, day, rotation.hand_over)
        end = instant(practice, day + timedelta(days=1), rotation.hand_over)
        tiers = (Tier(provider=who, after=rotation.after),)
        yield Shift(start, end, tiers, f"rotation {rotation.name}")


def _after(tier: Tier) -> int:
    return tier.after


def _from_zero(tiers: Sequence[Tier]) -> tuple[Tier, ...]:
    """Return tiers in their order, each provider once, the first called at once."""
    once: dict[str, Tier] = {}
    for tier in tiers:
        once.setdefault(tier.provider, tier)
    listed = list(once.values())
    if listed and listed[0].after:
        listed[0] = listed[0].model_copy(update={"after": 0})
    return tuple(listed)


def _entered_after(change: EnteredChange) -> int:
    return change.after


def _changed(tiers: tuple[Tier, ...], of: Override | EnteredChange) -> tuple[Tier, ...]:
    by = of.by or ""
    match of.act.value:
        case "remove":
            left = [tier for tier in tiers if tier.provider != of.provider]
        case "replace":
            left = _with_others(tiers, {of.provider: by})
        case "swap":
            left = _with_others(tiers, {of.provider: by, by: of.provider})
        case "add":
            left = sorted((Tier(provider=of.provider, after=of.after), *tiers), key=_after)
        case other:
            raise AssertionError(other)
    return _from_zero(left)


def _with_others(tiers: Sequence[Tier], others: Mapping[str, str]) -> list[Tier]:
    return [
        tier.model_copy(update={"provider": others[tier.provider]})
        if tier.provider in others
        else tier
        for tier in tiers
    ]


def _end(
    laid: Laid, moment: datetime, now: tuple[Tier, ...]
) -> tuple[datetime | None, tuple[Tier, ...]]:
    last = moment + timedelta(days=_HORIZON - 2)
    for edge in laid.edges():
        if moment < edge <= last:
            tiers, _ = laid.at(edge)
            if tiers != now:
                return edge, tiers
    return None, ()
