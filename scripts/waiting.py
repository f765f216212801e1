"""The waiting list: what a patient who found no time waits for, and whether a time that was given
up is it.

Pure arithmetic, as in `openings`: whether nobody has the time meanwhile is for the records to say
when it is held.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum, unique
from typing import Final

from scripts.openings import Busy, OpenTime, open_times
from scripts.practice import Practice

LONGEST: Final = timedelta(days=365)  # nobody is remembered longer
_NOON: Final = time(12)
_TO_CALL: Final = timedelta(hours=1)  # to reach somebody in, before the next has a turn
_CALLS_FROM: Final = time(8)  # 47 CFR 64.1200(c)(1) is for those who sell; taken as manners
_CALLS_UNTIL: Final = time(21)


@unique
class PartOfDay(StrEnum):
    """When somebody can come."""

    ANY = "any"
    MORNING = "morning"  # begins before noon
    AFTERNOON = "afternoon"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody waits for. `provider` is an id, None for any; `until` the last day, in the
    practice's own time, on which they still want it."""

    appointment_type: str
    until: date
    provider: str | None = None
    part: PartOfDay = PartOfDay.ANY
    new_patient: bool = False


def fitting(
    practice: Practice, wish: Wish, freed: OpenTime, *, busy: Sequence[Busy], now: datetime
) -> OpenTime | None:
    """Return the first time that a wish can be met with now that `freed` is free: one that lies in
    it, or begins or ends beside it where its neighbour is free too. None where there is none.

    `busy` is what is taken around it.
    """
    if wish.provider not in (None, freed.provider_id):
        return None
    kind = practice.appointment_type(wish.appointment_type)
    if kind is None:
        return None
    length = timedelta(minutes=kind.minutes)
    after = max(now, freed.start - length - timedelta(minutes=practice.booking.notice))
    last = freed.end.astimezone(practice.zone).date()
    days = (last - after.astimezone(practice.zone).date()).days + 1
    times = open_times(
        practice,
        appointment_type=kind.id,
        provider=freed.provider_id,
        busy=busy,
        after=after,
        days=days,
        new_patient=wish.new_patient,
    )
    return next(
        (
            each
            for each in times
            if each.start < freed.end and freed.start < each.end and _wanted(practice, wish, each)
        ),
        None,
    )


def call_by(practice: Practice, found: OpenTime, now: datetime) -> datetime:
    """Return by when somebody should have called: within the hour, at hours in which people are
    called, and before the time itself."""
    local = now.astimezone(practice.zone)
    if local.time() < _CALLS_FROM:
        local = datetime.combine(local.date(), _CALLS_FROM, practice.zone)
    elif local.time() >= _CALLS_UNTIL:
        local = datetime.combine(local.date() + timedelta(days=1), _CALLS_FROM, practice.zone)
    return min(local.astimezone(UTC) + _TO_CALL, found.start)


def sentence(practice: Practice, found: OpenTime) -> str:
    """Return “9:20 on Wednesday 2 December with Dr. Lee is free”."""
    local = found.start.astimezone(practice.zone)
    provider = practice.provider(found.provider_id)
    who = f" with {provider.spoken}" if provider else ""
    return f"{local.hour}:{local:%M} on {local:%A} {local.day} {local:%B}{who} is free"


def _wanted(practice: Practice, wish: Wish, found: OpenTime) -> bool:
    local = found.start.astimezone(practice.zone)
    morning = local.time() < _NOON
    return local.date() <= wish.until and (
        wish.part is PartOfDay.ANY or morning == (wish.part is PartOfDay.MORNING)
    )
