"""The ladder a practice has signed: who is paged or called, after how many minutes, how often, and
which human has it in the end.

A file may write several; the most specific that fits a call is climbed. What every practice gets
that wrote none is `DEFAULT_LADDER`.
"""

import re
from collections.abc import Iterable
from datetime import time
from enum import StrEnum, unique
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from scripts.calltypes import CallType, Mode
from scripts.fields import Model, NotEmpty, Slug, TimeOfDay, Words, wrong
from scripts.protocol import Priority

ON_CALL: Final = "on_call"
BACKUP: Final = "backup"
SUPERVISOR: Final = "supervisor"
ROLES: Final = frozenset({ON_CALL, BACKUP, SUPERVISOR})
"""Who can be named without an id: the first and the second on call at that moment, and the
answering service's own supervisor."""


@unique
class LadderAct(StrEnum):
    """What a step does."""

    PAGE = "page"
    CALL = "call"


_TOPIC: Final = re.compile(r"[-_A-Za-z0-9]{1,64}")
_SERVICE: Final = re.compile(r"[-_a-z0-9]{1,32}")


@unique
class Way(StrEnum):
    """How somebody is reached. For NTFY the address is a topic, for PAGERDUTY the name its
    service's key is kept under."""

    SMS = "sms"
    WCTP = "wctp"
    SNPP = "snpp"
    MAIL = "mail"
    CALL = "call"
    WEBHOOK = "webhook"
    NTFY = "ntfy"
    PAGERDUTY = "pagerduty"


class Reach(Model):
    """One way to reach somebody, and the address there."""

    by: Way
    address: Words

    @model_validator(mode="after")
    def _can_be_one(self) -> Self:
        if self.by is Way.NTFY and not _TOPIC.fullmatch(self.address):
            raise wrong("an ntfy topic is letters, digits, - and _, at most 64 of them")
        if self.by is Way.PAGERDUTY and not _SERVICE.fullmatch(self.address):
            raise wrong(
                "give the service a name of small letters, digits, - and _; its key is kept in the"
                " keyring under that name"
            )
        return self


class LadderStep(Model):
    """One step: `whom` is a role, a provider's or a contact's id; `after` counts from the round's
    start; `by` are the ways tried, in order, the person's own where none is written."""

    act: LadderAct = LadderAct.PAGE
    whom: Slug
    after: Annotated[int, Field(ge=0, le=24 * 60)] = 0  # minutes
    by: tuple[Way, ...] = ()


class Ladder(Model):
    """Steps climbed in rounds. `every` is a round's length; after the last round `human` has the
    item, a role or a contact, and is told until somebody takes it."""

    name: Words
    call_types: tuple[CallType, ...] = ()
    priorities: tuple[Priority, ...] = ()
    modes: tuple[Mode, ...] = ()
    start: Annotated[TimeOfDay | None, Field(alias="from")] = None
    end: Annotated[TimeOfDay | None, Field(alias="to")] = None
    steps: Annotated[tuple[LadderStep, ...], Field(max_length=20), NotEmpty]
    every: Annotated[int, Field(ge=1, le=24 * 60)]  # minutes
    rounds: Annotated[int, Field(ge=1, le=10)] = 1
    human: Slug = SUPERVISOR

    @model_validator(mode="after")
    def _never_silent(self) -> Self:
        after = [step.after for step in self.steps]
        if after[0] != 0 or sorted(after) != after:
            raise wrong("steps start at after: 0 and stand in the order of their time")
        if self.every < after[-1]:
            raise wrong(f"a round of {self.every} minutes ends before its last step")
        if (self.start is None) != (self.end is None):
            raise wrong("needs both from and to, or neither")
        return self

    @property
    def narrowness(self) -> int:
        """How many things about a call it asks for: the more, the more specific."""
        asked = (self.call_types, self.priorities, self.modes, self.start)
        return sum(1 for one in asked if one not in ((), None))

    def fits(self, call_type: CallType, priority: Priority, mode: Mode, clock: time) -> bool:
        """Whether it is meant for such a call at this local time of day."""
        return (
            (not self.call_types or call_type in self.call_types)
            and (not self.priorities or priority in self.priorities)
            and (not self.modes or mode in self.modes)
            and self._within(clock)
        )

    def _within(self, clock: time) -> bool:
        if self.start is None or self.end is None or self.start == self.end:
            return True
        if self.start < self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end  # past midnight


DEFAULT_LADDER: Final = Ladder.model_validate(
    {
        "name": "Default",
        "steps": [
            {"whom": ON_CALL},
            {"whom": ON_CALL, "after": 5},
            {"whom": BACKUP, "after": 10},
        ],
        "every": 15,
        "human": SUPERVISOR,
    }
)
"""Page, again after 5 minutes, the backup after 10, the supervisor after 15."""


def ladder_for(
    ladders: Iterable[Ladder], call_type: CallType, priority: Priority, mode: Mode, clock: time
) -> Ladder:
    """Return the most specific ladder that fits a call; of equals the first written."""
    fitting = [one for one in ladders if one.fits(call_type, priority, mode, clock)]
    return max(fitting, key=lambda one: one.narrowness, default=DEFAULT_LADDER)
