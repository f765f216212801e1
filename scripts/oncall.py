"""Who is on call at an instant, and who is next: a rota that never answers “nobody”.

Dated shifts come before weekly ones, weekly ones before the fallback. Shifts that follow one
another with the same people are one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from scripts.fields import WEEKDAYS
from scripts.hours import instant
from scripts.practice import Practice, Provider
from scripts.protocol import Tier

_HORIZON = 15  # days looked ahead for the end of a shift


@dataclass(frozen=True, slots=True)
class Rung:
    """One provider of the ladder, called `after` minutes without an answer."""

    provider: Provider
    after: int


@dataclass(frozen=True, slots=True)
class OnCall:
    """The ladder in force. `until` is UTC, None when it does not end within 15 days; `then` is
    the primary who takes over."""

    provider: Provider
    until: datetime | None
    rungs: tuple[Rung, ...]
    then: Provider | None = None

    @property
    def backup(self) -> Rung | None:
        """Who is called when the primary does not answer."""
        return self.rungs[1] if len(self.rungs) > 1 else None


_Shift = tuple[datetime, datetime, tuple[Tier, ...]]


def on_call_at(practice: Practice, moment: datetime) -> OnCall | None:
    """Return who is on call at an aware moment; None for a practice without a rota."""
    rota = practice.on_call
    if rota is None:
        return None
    dated = [
        (_utc(practice, shift.start), _utc(practice, shift.end), shift.tiers)
        for shift in rota.dated
    ]
    weekly = list(_weekly(practice, moment.astimezone(practice.zone).date()))
    now = _tiers(dated, weekly, rota.fallback, moment)
    until, after = _end(dated, weekly, rota.fallback, moment, now)
    rungs = tuple(Rung(practice.providers_by_id[tier.provider], tier.after) for tier in now)
    then = practice.provider(after[0].provider) if after else None
    return OnCall(rungs[0].provider, until, rungs, then)


def _utc(practice: Practice, local: datetime) -> datetime:
    return local.replace(tzinfo=practice.zone).astimezone(UTC)


def _weekly(practice: Practice, today: date) -> Iterator[_Shift]:
    rota = practice.on_call
    for number in range(-1, _HORIZON) if rota else ():
        day = today + timedelta(days=number)
        for shift in rota.weekly if rota else ():
            if WEEKDAYS[day.weekday()] in shift.days:
                last = day + timedelta(days=1) if shift.end <= shift.start else day
                start, end = instant(practice, day, shift.start), instant(practice, last, shift.end)
                yield start, end, shift.tiers


def _tiers(
    dated: list[_Shift], weekly: list[_Shift], fallback: tuple[Tier, ...], moment: datetime
) -> tuple[Tier, ...]:
    for shifts in (dated, weekly):
        for start, end, tiers in shifts:
            if start <= moment < end:
                return tiers
    return fallback


def _end(
    dated: list[_Shift],
    weekly: list[_Shift],
    fallback: tuple[Tier, ...],
    moment: datetime,
    now: tuple[Tier, ...],
) -> tuple[datetime | None, tuple[Tier, ...]]:
    last = moment + timedelta(days=_HORIZON - 2)
    edges = sorted({edge for start, end, _ in dated + weekly for edge in (start, end)})
    for edge in edges:
        if moment < edge <= last:
            tiers = _tiers(dated, weekly, fallback, edge)
            if tiers != now:
                return edge, tiers
    return None, ()
