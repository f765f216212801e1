"""Who is on call, as a practice writes it: turns taken, weekly hours, single dates, and changes.

The closest wins: a dated shift comes before a weekly one, a weekly one before a rotation, and the
fallback answers whenever none does. Overrides then add, replace or take out people.
"""

from enum import StrEnum, unique
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from scripts.fields import Day, LocalMoment, Model, NotEmpty, Slug, TimeOfDay, Weekday, Words, wrong

_LATER: Final = "tiers start at after: 0 and each next one is called later"


class Tier(Model):
    """One rung: who is called, and after how many minutes without an answer."""

    provider: Slug
    after: Annotated[int, Field(ge=0, le=240)] = 0  # minutes


def _rising(tiers: tuple[Tier, ...]) -> None:
    after = [tier.after for tier in tiers]
    if after[0] != 0 or sorted(set(after)) != after:
        raise wrong(_LATER)


class Shift(Model):
    """Time on call, weekly on `days`. An end not after its start is the next day's; the same start
    and end is a whole day."""

    days: tuple[Weekday, ...] = ()
    start: Annotated[TimeOfDay, Field(alias="from")]
    end: Annotated[TimeOfDay, Field(alias="to")]
    tiers: Annotated[tuple[Tier, ...], NotEmpty]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _rising(self.tiers)
        return self


class DatedShift(Model):
    """Time on call once, over a holiday or a swap; it comes before the weekly rota."""

    start: Annotated[LocalMoment, Field(alias="from")]
    end: Annotated[LocalMoment, Field(alias="to")]
    tiers: Annotated[tuple[Tier, ...], NotEmpty]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end <= self.start:
            raise wrong("ends before it starts")
        _rising(self.tiers)
        return self


class Rotation(Model):
    """People who take turns of `days` days, one after another, handed over at a local time.

    `starts` is the first day of the first person's first turn; before it nobody has one. `after`
    makes it a later tier. With `weekdays` turns count on, but only those days' hours are covered.
    """

    name: Words
    people: Annotated[tuple[Slug, ...], NotEmpty]
    starts: Day
    hand_over: TimeOfDay
    days: Annotated[int, Field(ge=1, le=366)] = 7
    after: Annotated[int, Field(ge=0, le=240)] = 0  # minutes
    weekdays: tuple[Weekday, ...] = ()


@unique
class OverrideAct(StrEnum):
    """What an override does with a provider."""

    ADD = "add"
    REPLACE = "replace"
    REMOVE = "remove"


class Override(Model):
    """A change for a while: a vacation, a swap, a helper. `by` comes in where `provider` is
    replaced; `after` says when somebody added is called."""

    start: Annotated[LocalMoment, Field(alias="from")]
    end: Annotated[LocalMoment, Field(alias="to")]
    act: OverrideAct
    provider: Slug
    by: Slug | None = None
    after: Annotated[int, Field(ge=0, le=240)] = 0  # minutes
    note: Words | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.end <= self.start:
            raise wrong("ends before it starts")
        if (self.act is OverrideAct.REPLACE) != (self.by is not None):
            raise wrong("by names who comes in, and belongs to act: replace")
        if self.after and self.act is not OverrideAct.ADD:
            raise wrong("after belongs to act: add")
        return self


class Rota(Model):
    """Who is on call. `fallback` answers whenever nothing else does, so that somebody always
    does."""

    fallback: Annotated[tuple[Tier, ...], NotEmpty]
    rotations: tuple[Rotation, ...] = ()
    weekly: tuple[Shift, ...] = ()
    dated: tuple[DatedShift, ...] = ()
    overrides: tuple[Override, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _rising(self.fallback)
        return self
