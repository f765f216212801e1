"""Who is on call at an instant, and who is next: a rota that never answers “nobody”.

Dated shifts come before weekly ones, weekly ones before rotations, those before the fallback;
overrides then change who it is. Shifts that follow one another with the same people are one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from scripts.fields import WEEKDAYS
from scripts.hours import instant
from scripts.practice import Practice, Provider
from scripts.rota import Override, OverrideAct, Rota, Rotation, Tier

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
    the primary who takes over; `source` says what of the rota it comes from."""

    provider: Provider
    until: datetime | None
    rungs: tuple[Rung, ...]
    then: Provider | None = None
    source: str = ""

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
    """An override with its moments in UTC."""

    start: datetime
    end: datetime
    override: Override

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

    def at(self, moment: datetime) -> tuple[tuple[Tier, ...], str]:
        """Return the tiers in force, and where they come from."""
        tiers, source = self.planned(moment)
        for change in self.changes:
            if change.covers(moment):
                changed = _changed(tiers, change.override)
                if changed != tiers:
                    tiers, source = changed, change.override.note or "override"
        return (tiers, source) if tiers else (self.fallback, FALLBACK)

    def planned(self, moment: datetime) -> tuple[tuple[Tier, ...], str]:
        """Return the same without overrides."""
        for shifts in self.layers:
            for shift in shifts:
                if shift.covers(moment):
                    return shift.tiers, shift.source
        turns = [turn for turn in self.turns if turn.covers(moment)]
        if not turns:
            return self.fallback, FALLBACK
        tiers = sorted((tier for turn in turns for tier in turn.tiers), key=_after)
        return _from_zero(tiers), turns[0].source

    def edges(self) -> list[datetime]:
        """Return every moment at which somebody's time begins or ends."""
        shifts = (*(shift for layer in self.layers for shift in layer), *self.turns)
        found = {edge for shift in shifts for edge in (shift.start, shift.end)}
        found |= {edge for change in self.changes for edge in (change.start, change.end)}
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
    return OnCall(rungs[0].provider, until, rungs, then, source)


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
    changes = tuple(
        Change(_utc(practice, o.start), _utc(practice, o.end), o)
        for o in rota.overrides
        if o.end >= since and o.start <= until
    )
    return Laid((dated, weekly), turns, changes, rota.fallback)


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


def _changed(tiers: tuple[Tier, ...], override: Override) -> tuple[Tier, ...]:
    match override.act:
        case OverrideAct.REMOVE:
            left = [tier for tier in tiers if tier.provider != override.provider]
        case OverrideAct.REPLACE:
            left = [
                tier.model_copy(update={"provider": override.by})
                if tier.provider == override.provider
                else tier
                for tier in tiers
            ]
        case OverrideAct.ADD:
            added = Tier(provider=override.provider, after=override.after)
            left = sorted((added, *tiers), key=_after)
    return _from_zero(left)


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
