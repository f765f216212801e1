"""What is entered about a rota during the day, beside the file the practice signed: changes for a
while, shifts brought in from elsewhere, and somebody's word that who is on call is right.

The signed file is never touched by them. `Entered.over` lays them over a practice in memory; from
then on whoever asks that practice who is on call is told with them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum, unique
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from scripts.practice import Practice
from scripts.rota import Rota

if TYPE_CHECKING:  # the loader checks forms, which ask who is on call
    from scripts.loader import Library


@unique
class ChangeAct(StrEnum):
    """What a change does while it lasts."""

    ADD = "add"  # `provider` too, after `after` minutes
    REPLACE = "replace"  # `by` in `provider`'s place
    REMOVE = "remove"  # nobody in `provider`'s place: the next moves up
    SWAP = "swap"  # `provider` and `by` in each other's place
    SHIFT = "shift"  # `provider` in place of whatever the file says; several are one ladder


@unique
class ChangeKind(StrEnum):
    """How a change came to be entered; the value is how its source names it."""

    OVERRIDE = "override"
    SWAP = "swap"
    VACATION = "vacation"
    IMPORT = "import"


OF_TWO: Final = frozenset({ChangeAct.REPLACE, ChangeAct.SWAP})


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredChange:
    """One change, from `starts_at` up to, not including, `ends_at` (UTC). Those of one `group` were
    entered together and are ended together; one that was ended holds until `ended_at`."""

    uid: str
    group: str
    practice: str  # its id
    service_line: str = ""  # "" for the practice's own rota
    kind: ChangeKind = ChangeKind.OVERRIDE
    act: ChangeAct
    provider: str
    by: str = ""
    after: int = 0  # minutes
    starts_at: datetime
    ends_at: datetime
    why: str = ""
    made_by: str = ""
    made_at: datetime
    ended_at: datetime | None = None
    ended_by: str = ""

    @property
    def until(self) -> datetime:
        """When it holds no more."""
        return self.ends_at if self.ended_at is None else min(self.ends_at, self.ended_at)

    @property
    def holds(self) -> bool:
        """Whether it ever does: one ended before it began never did."""
        return self.starts_at < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """Somebody's word, at a moment, that `provider` is on call and knows it."""

    practice: str
    service_line: str = ""
    provider: str
    by: str
    at: datetime


class RotaInForce(Rota):
    """A rota with what was entered about it. No file can write these."""

    entered: tuple[EnteredChange, ...] = ()
    confirmed: Confirmation | None = None
    signed_at: datetime | None = None  # since when the version it is of holds


@dataclass(frozen=True)
class Entered:
    """All that is entered about the rotas of all practices."""

    changes: tuple[EnteredChange, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()

    # --- one more of what is entered; each is the same again where it is known ----------------

    def with_changes(self, changes: Iterable[EnteredChange]) -> "Entered":
        """Return it with changes beside those there are."""
        known = {change.uid for change in self.changes}
        more = tuple(change for change in changes if change.uid not in known)
        return replace(self, changes=(*self.changes, *more)) if more else self

    def with_ended(self, group: str, at: datetime, by: str) -> "Entered":
        """Return it with what still holds of a group ended."""
        ends = [c for c in self.changes if c.group == group and not c.ended_at and c.ends_at > at]
        if not ends:
            return self
        ended = {change.uid: replace(change, ended_at=at, ended_by=by) for change in ends}
        return replace(self, changes=tuple(ended.get(c.uid, c) for c in self.changes))

    def with_confirmation(self, confirmation: Confirmation) -> "Entered":
        """Return it with a confirmation."""
        if confirmation in self.confirmations:
            return self
        return replace(self, confirmations=(*self.confirmations, confirmation))

    # --- over practices ------------------------------------------------------------------------

    def over(self, practice: Practice) -> Practice:
        """Return the practice with what was entered about its rota, in place of what a look before
        had laid over it."""
        rota = practice.on_call
        if rota is None:
            return practice
        whose = (practice.id, practice.service_line)
        changes, confirmed = self._changes.get(whose, ()), self._confirmed.get(whose)
        if isinstance(rota, RotaInForce):
            if (rota.entered, rota.confirmed) == (changes, confirmed):
                return practice
        elif not changes and confirmed is None:
            return practice
        return _laid(practice, entered=changes, confirmed=confirmed)

    def over_all(self, library: "Library") -> "Library":
        """Return a library of practices as they are written, with what was entered about them."""
        laid = {}
        for practice_id in {practice_id for practice_id, _ in (*self._changes, *self._confirmed)}:
            practice = library.by_id(practice_id)
            if practice is not None:
                laid[practice_id] = self.over(practice)
        return library.with_practices(laid) if laid else library

    @cached_property
    def _changes(self) -> dict[tuple[str, str], tuple[EnteredChange, ...]]:
        found: dict[tuple[str, str], list[EnteredChange]] = {}
        for change in sorted(self.changes, key=_when_made):
            if change.holds:
                found.setdefault((change.practice, change.service_line), []).append(change)
        return {whose: tuple(changes) for whose, changes in found.items()}

    @cached_property
    def _confirmed(self) -> dict[tuple[str, str], Confirmation]:
        ordered = sorted(self.confirmations, key=_when_said)
        return {(each.practice, each.service_line): each for each in ordered}


def with_changes(practice: Practice, more: Iterable[EnteredChange]) -> Practice:
    """Return a practice with changes beside those it has: how it would be."""
    known, confirmed = entered_in(practice), confirmed_in(practice)
    said = () if confirmed is None else (confirmed,)
    return Entered((*known, *more), said).over(practice)


def signed_on(practice: Practice, at: datetime) -> Practice:
    """Return a practice whose version holds since a moment: its rota's source says so."""
    return practice if practice.on_call is None else _laid(practice, signed_at=at)


def entered_in(practice: Practice) -> tuple[EnteredChange, ...]:
    """Return what was entered about a practice's rota, as it was laid over it."""
    rota = practice.on_call
    return rota.entered if isinstance(rota, RotaInForce) else ()


def confirmed_in(practice: Practice) -> Confirmation | None:
    """Return when somebody last said that a practice's rota is right."""
    rota = practice.on_call
    return rota.confirmed if isinstance(rota, RotaInForce) else None


def _laid(practice: Practice, **more: Any) -> Practice:
    rota = practice.on_call
    fields = {name: getattr(rota, name) for name in type(rota).model_fields} if rota else {}
    laid = RotaInForce.model_construct(**(fields | more))
    return practice.model_copy(update={"on_call": laid})


def _when_made(change: EnteredChange) -> tuple[datetime, str]:
    return change.made_at, change.uid


def _when_said(confirmation: Confirmation) -> datetime:
    return confirmation.at
