"""What people enter about the on-call rotas."""

from typing import Annotated

import msgspec

from console.store.work.parts import Inconsistent, Moment, Part, Work
from scripts.entered import OF_TWO, ChangeAct, ChangeKind


class RotaPart(Part, frozen=True, kw_only=True):
    """One change of an entry, as `scripts.entered.EnteredChange` has it; `uid` is its own."""

    uid: str
    act: ChangeAct
    provider: str
    by: str = ""
    after: Annotated[int, msgspec.Meta(ge=0)] = 0  # minutes
    starts_at: Moment
    ends_at: Moment

    def __post_init__(self) -> None:
        if self.ends_at <= self.starts_at:
            raise Inconsistent("a change of the rota ends after it starts")
        if (self.act in OF_TWO) != bool(self.by):
            raise Inconsistent("a change of two people names both, and no other does")


class ChangedRota(Work, frozen=True, kw_only=True, tag="changed_rota"):
    """Changes that were entered together; `uid` is their group. `ends` are groups they stand in the
    place of, ended by the same deed."""

    practice_id: str
    service_line: str = ""
    kind: ChangeKind
    why: str
    person: str
    at: Moment
    changes: tuple[RotaPart, ...]
    ends: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.person or not self.changes:
            raise Inconsistent("an entry has changes, and somebody who made them")


class EndedRota(Work, frozen=True, kw_only=True, tag="ended_rota"):
    """A group of changes holds no more; `uid` is the deed's own."""

    group: str
    person: str
    why: str
    at: Moment

    def __post_init__(self) -> None:
        if not self.person:
            raise Inconsistent("an entry is ended by somebody")


class ConfirmedRota(Work, frozen=True, kw_only=True, tag="confirmed_rota"):
    """Somebody said that a provider is on call, and knows it; `uid` is the confirmation's own."""

    practice_id: str
    service_line: str = ""
    provider: str
    person: str
    at: Moment

    def __post_init__(self) -> None:
        if not self.person:
            raise Inconsistent("a confirmation is somebody's")
