"""What somebody means to do to a rota, made into the changes that do it: an override, a swap of two
people's shifts, a vacation.

Each is worked out on the rota as it stands, changes and all, and refused with a sentence where it
would do nothing or cannot be meant.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

from scripts.entered import OF_TWO, ChangeAct, ChangeKind, EnteredChange
from scripts.oncall_spans import Stint, next_person, stints
from scripts.practice import Practice

NEXT: Final = "next"
GAP: Final = "gap"
LONGEST: Final = timedelta(days=366)
MOST_MINUTES: Final = 240  # as in a practice's file
MOST_WORDS: Final = 200  # characters of a why


class NotPossible(ValueError):
    """It cannot be done; the sentence says why, and the mend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """An override: `act` with `provider` (and `by`) for a while. A time without a zone is the
    practice's own."""

    act: ChangeAct
    provider: str
    by: str = ""
    after: int = 0  # minutes, of somebody added
    start: datetime
    end: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """Two people change places, `first` for one stretch and `second` for another; where both are
    the same, in it."""

    first: str
    first_start: datetime
    first_end: datetime
    second: str
    second_start: datetime
    second_end: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Vacation:
    """Somebody is away: every shift of theirs goes to `to`, a provider's id; or with `NEXT` to
    whoever is next in each, with `GAP` to nobody, which is seen as a gap where no other tier is."""

    provider: str
    start: datetime
    end: datetime
    to: str = NEXT
    why: str


Plan: TypeAlias = Put | Swap | Vacation


@dataclass(frozen=True, slots=True)
class _Made:
    """What a change does, apart from when."""

    kind: ChangeKind
    act: ChangeAct
    provider: str
    by: str = ""
    after: int = 0


def planned(
    practice: Practice, plan: Plan, *, person: str, now: datetime, new_uid: Callable[[], str]
) -> tuple[EnteredChange, ...]:
    """Return the changes a plan comes to, one group; raise `NotPossible`."""
    if practice.on_call is None:
        raise NotPossible(f"{practice.name} has no rota. Write its on_call first.")
    if not plan.why.strip():
        raise NotPossible("Say why: it stands in the record beside your name.")
    if len(plan.why) > MOST_WORDS:
        raise NotPossible(f"The reason is too long; the most is {MOST_WORDS} characters.")
    maker = _Maker(practice, person, now, new_uid(), new_uid)
    match plan:
        case Put():
            return (maker.put(plan),)
        case Swap():
            return tuple(maker.swap(plan))
        case Vacation():
            return tuple(maker.vacation(plan))


def instant(practice: Practice, moment: datetime) -> datetime:
    """Return a moment in UTC; one without a zone is the practice's own time."""
    local = moment if moment.tzinfo else moment.replace(tzinfo=practice.zone)
    return local.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class _Maker:
    practice: Practice
    person: str
    now: datetime
    group: str
    new_uid: Callable[[], str]

    def put(self, plan: Put) -> EnteredChange:
        """Return an override's change."""
        start, end = self._span(plan.start, plan.end)
        who = self._name(plan.provider)
        if (plan.act in OF_TWO) != bool(plan.by):
            raise NotPossible("Say who comes in." if plan.act in OF_TWO else "Nobody comes in.")
        if plan.by and self._name(plan.by) == who:
            raise NotPossible(f"{who} cannot take their own place; name somebody else.")
        for comes in (plan.by,) if plan.act is ChangeAct.REPLACE else (plan.provider, plan.by):
            self._can_be_reached(comes, plan.act)
        if not 0 <= plan.after <= MOST_MINUTES:
            raise NotPossible(f"Minutes are from 0 to {MOST_MINUTES}.")
        if plan.after and plan.act not in (ChangeAct.ADD, ChangeAct.SHIFT):
            raise NotPossible("Only somebody who is added is called some minutes later.")
        if plan.act in (ChangeAct.REPLACE, ChangeAct.REMOVE):
            self._stands(plan.provider, start, end)
        if plan.act is ChangeAct.SWAP:
            self._stands(plan.provider, start, end, plan.by)
        made = _Made(ChangeKind.OVERRIDE, plan.act, plan.provider, plan.by, plan.after)
        return self._change(made, (start, end), plan.why)

    def swap(self, plan: Swap) -> Iterator[EnteredChange]:
        """Yield a swap's changes: one where the two stretches are one, or run into each other."""
        first = self._span(plan.first_start, plan.first_end)
        second = self._span(plan.second_start, plan.second_end)
        if self._name(plan.first) == self._name(plan.second):
            raise NotPossible("A swap is between two people; name somebody else.")
        for comes in (plan.first, plan.second):
            self._can_be_reached(comes, ChangeAct.SWAP)
        self._stands(plan.first, *first)
        self._stands(plan.second, *second)
        spans = [first, second]
        if first[0] < second[1] and second[0] < first[1]:  # twice over the same time is not at all
            spans = [(min(first[0], second[0]), max(first[1], second[1]))]
        made = _Made(ChangeKind.SWAP, ChangeAct.SWAP, plan.first, plan.second)
        for span in sorted(spans):
            yield self._change(made, span, plan.why)

    def vacation(self, plan: Vacation) -> Iterator[EnteredChange]:
        """Yield a vacation's changes."""
        start, end = self._span(plan.start, plan.end)
        who = self._name(plan.provider)
        self._stands(plan.provider, start, end)
        act, by = ChangeAct.REMOVE, ""
        if plan.to not in (NEXT, GAP):
            if self._name(plan.to) == who:
                raise NotPossible(f"{who} cannot stand in for themselves; name somebody else.")
            self._can_be_reached(plan.to, ChangeAct.REPLACE)
            act, by = ChangeAct.REPLACE, plan.to
        if plan.to != NEXT:
            made = _Made(ChangeKind.VACATION, act, plan.provider, by)
            yield self._change(made, (start, end), plan.why)
            return
        for stint in self._of(plan.provider, start, end):
            after = self._who_is_next(plan.provider, stint)
            act = ChangeAct.REPLACE if after else ChangeAct.REMOVE
            made = _Made(ChangeKind.VACATION, act, plan.provider, after)
            yield self._change(made, (stint.start, stint.end), plan.why)

    def _who_is_next(self, provider: str, stint: Stint) -> str:
        """Return who comes into somebody's place; "" where another tier moves up by itself."""
        if len(stint.tiers) > 1:
            return ""
        following = next_person(self.practice, stint.start)
        if following is None:
            others = (p.id for p in self.practice.providers if p.id != provider and p.phone)
            return next(others, "")
        return following[1].id

    def _change(self, made: "_Made", span: tuple[datetime, datetime], why: str) -> EnteredChange:
        return EnteredChange(
            uid=self.new_uid(),
            group=self.group,
            practice=self.practice.id,
            service_line=self.practice.service_line,
            kind=made.kind,
            act=made.act,
            provider=made.provider,
            by=made.by,
            after=made.after,
            starts_at=span[0],
            ends_at=span[1],
            why=" ".join(why.split()),
            made_by=self.person,
            made_at=self.now,
        )

    def _span(self, start: datetime, end: datetime) -> tuple[datetime, datetime]:
        begins, ends = instant(self.practice, start), instant(self.practice, end)
        if ends <= begins:
            raise NotPossible("It ends before it starts; write the later time second.")
        if ends <= self.now:
            raise NotPossible("It is over already; what was, cannot be changed.")
        if ends - begins > LONGEST:
            raise NotPossible("It is longer than a year; write it in the practice’s file.")
        return begins, ends

    def _name(self, provider_id: str) -> str:
        provider = self.practice.provider(provider_id)
        if provider is None:
            raise NotPossible(f"“{provider_id}” is no provider of {self.practice.name}.")
        return provider.full

    def _can_be_reached(self, provider_id: str, act: ChangeAct) -> None:
        provider = self.practice.provider(provider_id)
        if act is ChangeAct.REMOVE or provider is None:
            return
        if provider.phone is None:
            raise NotPossible(f"{provider.full} has no phone in the practice’s file; add it first.")

    def _of(self, provider: str, start: datetime, end: datetime) -> list[Stint]:
        """Return the stints in which somebody stands, at whatever tier."""
        found = stints(self.practice, start, end)
        return [each for each in found if any(tier.provider == provider for tier in each.tiers)]

    def _stands(self, provider: str, start: datetime, end: datetime, other: str = "") -> None:
        if not self._of(provider, start, end) and not (other and self._of(other, start, end)):
            raise NotPossible(
                f"{self._name(provider)} is not on call at any time of that; look at the dates."
            )
