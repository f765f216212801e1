"""The ladder of escalation: a state machine that never falls silent.

An `Item` is what the records keep of one escalation; `next_deed` says what has to be done about it
next and when, and `take` moves the item past that deed. Whoever writes the moved item in the same
transaction as the deed can be killed at any instruction: the next one finds the item where it was,
and the deed's key is the same whoever works it out.

    PAGING ──acknowledge──> ACKNOWLEDGED ──reach──> REACHED ──close──> CLOSED
       └─ the last step of the last round ─> HANDED ──acknowledge──┘

Acknowledged is not done: the provider is asked whether the patient was reached, and then a person
is. While an item is not CLOSED something is always due, so that nobody has to remember it. After a
pause nothing of the ladder is skipped: everybody who should have been paged is; of the reminders
that came due meanwhile one is put.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Final

ASK_PROVIDER_AFTER: Final = timedelta(minutes=15)  # "did you reach the patient?"
ASK_PROVIDER_TIMES: Final = 2
ASK_OWNER_EVERY: Final = timedelta(minutes=15)
CLOSE_AFTER: Final = timedelta(minutes=30)  # reached, and nobody has closed it
TELL_EVERY: Final = timedelta(minutes=5)
LEAST_LIFE: Final = timedelta(minutes=10)  # of a page, before it expires


class IllegalMove(Exception):
    """A move the item's stage does not allow; the sentence is for the person who asked."""


@unique
class Stage(StrEnum):
    """How far an item has come."""

    PAGING = "paging"
    HANDED = "handed"  # nobody answered: the named human has it
    ACKNOWLEDGED = "acknowledged"
    REACHED = "reached"  # the provider has spoken to the patient
    CLOSED = "closed"


@unique
class Act(StrEnum):
    """What is done."""

    PAGE = "page"
    CALL = "call"
    TELL = "tell"  # the named human: nobody answered
    ASK_PROVIDER = "ask_provider"  # "did you reach the patient?"
    ASK_OWNER = "ask_owner"  # the same, of the person who owns the item


@dataclass(frozen=True, slots=True)
class Step:
    """`act` (PAGE or CALL) on `whom` (a contact's id), `after` the round began; `by` names the
    channels in the order they are tried, () for the contact's own."""

    act: Act
    whom: str
    after: timedelta
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ladder:
    """The steps of a round in the order of their time, how long a round lasts, how many there are,
    and the human who has the item when the last is over."""

    steps: tuple[Step, ...]
    round_length: timedelta
    rounds: int
    human: str

    def __post_init__(self) -> None:
        """Raise `ValueError` for a ladder that could fall silent or run out of order."""
        after = [step.after for step in self.steps]
        if not self.steps or self.rounds < 1:
            raise ValueError("a ladder has at least one step and one round")
        if any(step.act not in (Act.PAGE, Act.CALL) for step in self.steps):
            raise ValueError("a step pages or calls somebody")
        if after != sorted(after) or after[0] < timedelta(0):
            raise ValueError("a ladder's steps are in the order of their time")
        if self.round_length < after[-1] or self.round_length <= timedelta(0):
            raise ValueError("a round ends after its last step")
        if not self.human:
            raise ValueError("a ladder ends at a named human")

    @property
    def length(self) -> int:
        """How many steps there are in all rounds."""
        return len(self.steps) * self.rounds

    def step(self, number: int) -> Step:
        """Return the step with this number, counted from 0 over all rounds."""
        return self.steps[number % len(self.steps)]

    def after(self, number: int) -> timedelta:
        """Return how long after the opening a step is due; `length` is the hand-over's number."""
        if number >= self.length:
            return self.round_length * self.rounds
        return self.round_length * (number // len(self.steps)) + self.step(number).after


@dataclass(frozen=True, slots=True)
class Item:
    """One escalation as the records keep it; times are aware.

    `taken` counts the ladder's steps already done. `turn` counts the stages entered, `since` is
    when the present one was, `asked` and `asked_at` the reminders put in it. `ahead` is how much
    sooner than signed the rest of the ladder runs, after somebody asked for the next person.
    """

    reference: str
    opened_at: datetime
    since: datetime
    stage: Stage = Stage.PAGING
    turn: int = 0
    taken: int = 0
    asked: int = 0
    asked_at: datetime | None = None
    ahead: timedelta = timedelta(0)
    provider: str = ""  # who acknowledged


@dataclass(frozen=True, slots=True)
class Deed:
    """Something to be done for an item, once. `key` is the same whoever works it out; a page that
    has not been read by `expires_at` is of no use any more."""

    key: str
    act: Act
    whom: str  # a contact's id; "" is the item's owner
    at: datetime
    by: tuple[str, ...] = ()
    expires_at: datetime | None = None


def open_item(reference: str, now: datetime) -> Item:
    """Return a new item; its first step is due at once if the ladder says so."""
    return Item(reference=reference, opened_at=now, since=now)


def next_deed(item: Item, ladder: Ladder) -> Deed | None:
    """Return what is to be done next and when; None for a closed item only."""
    match item.stage:
        case Stage.PAGING:
            return _step_of(item, ladder)
        case Stage.HANDED:
            return _reminder(item, Act.TELL, ladder.human, TELL_EVERY)
        case Stage.ACKNOWLEDGED if item.provider and item.asked < ASK_PROVIDER_TIMES:
            return _reminder(item, Act.ASK_PROVIDER, item.provider, ASK_PROVIDER_AFTER)
        case Stage.ACKNOWLEDGED:
            return _reminder(item, Act.ASK_OWNER, "", ASK_OWNER_EVERY)
        case Stage.REACHED:
            return _reminder(item, Act.ASK_OWNER, "", ASK_OWNER_EVERY, first=CLOSE_AFTER)
        case Stage.CLOSED:
            return None


def take(item: Item, ladder: Ladder, deed: Deed, now: datetime) -> Item:
    """Return the item past a deed done at `now`; raise `IllegalMove` for a deed that is not the
    item's next, so that two who work on one item cannot both go on."""
    expected = next_deed(item, ladder)
    if expected is None or expected.key != deed.key:
        raise IllegalMove("Somebody else has gone on with this escalation meanwhile.")
    if item.stage is Stage.PAGING and item.taken < ladder.length:
        return replace(item, taken=item.taken + 1)
    if item.stage is Stage.PAGING:
        item = _enter(item, Stage.HANDED, now)
    return replace(item, asked=item.asked + 1, asked_at=now)


def due(item: Item, ladder: Ladder, now: datetime) -> Iterator[tuple[Deed, Item]]:
    """Yield each deed due by `now`, in order, with the item as it stands after it. A page that
    leaves late lives as long as one that left in time."""
    while (deed := next_deed(item, ladder)) is not None and deed.at <= now:
        item = take(item, ladder, deed, now)
        if deed.expires_at is not None:
            deed = replace(deed, expires_at=deed.expires_at + (now - deed.at))
        yield deed, item


def acknowledge(item: Item, provider: str, now: datetime) -> Item:
    """Return the item as somebody has taken it; every page of it still under way is to stop.

    A second acknowledgement of the same person changes nothing; another person's takes over.
    """
    if item.stage in (Stage.REACHED, Stage.CLOSED):
        raise IllegalMove("The patient has been reached already.")
    if item.stage is Stage.ACKNOWLEDGED and item.provider == provider:
        return item
    return replace(_enter(item, Stage.ACKNOWLEDGED, now), provider=provider)


def escalate(item: Item, ladder: Ladder, now: datetime) -> Item:
    """Return the item with the next person's step due at once: whoever was paged, or had taken it,
    cannot. With nobody left the named human's turn comes at once."""
    if item.stage in (Stage.REACHED, Stage.CLOSED):
        raise IllegalMove("The patient has been reached already.")
    if item.stage is Stage.HANDED:
        raise IllegalMove("Everybody on the ladder has been tried; a person has it now.")
    asked = ladder.step(item.taken - 1).whom if item.taken else ladder.step(0).whom
    number = item.taken
    while number < ladder.length and ladder.step(number).whom == asked:
        number += 1
    if item.stage is Stage.ACKNOWLEDGED:
        item = replace(_enter(item, Stage.PAGING, now), provider="")
    ahead = item.opened_at + ladder.after(number) - now
    return replace(item, taken=number, ahead=ahead)


def reach(item: Item, now: datetime) -> Item:
    """Return the item as the provider has spoken to the patient."""
    if item.stage is Stage.CLOSED:
        raise IllegalMove("This escalation is closed.")
    if item.stage is Stage.REACHED:
        return item
    return _enter(item, Stage.REACHED, now)


def close(item: Item, now: datetime) -> Item:
    """Return the item as done. Only a patient who was reached closes it."""
    if item.stage is Stage.CLOSED:
        return item
    if item.stage is not Stage.REACHED:
        raise IllegalMove("Was the patient reached? Say so first, then close it.")
    return _enter(item, Stage.CLOSED, now)


def _step_of(item: Item, ladder: Ladder) -> Deed:
    at = item.opened_at + ladder.after(item.taken) - item.ahead
    if item.taken >= ladder.length:
        return Deed(_key(item, Act.TELL, item.taken), Act.TELL, ladder.human, at)
    step = ladder.step(item.taken)
    life = max(ladder.round_length, LEAST_LIFE)
    return Deed(_key(item, step.act, item.taken), step.act, step.whom, at, step.by, at + life)


def _reminder(
    item: Item, act: Act, whom: str, every: timedelta, *, first: timedelta | None = None
) -> Deed:
    if item.asked_at is None:
        at = item.since + (every if first is None else first)
    else:
        at = item.asked_at + every
    return Deed(_key(item, act, item.asked), act, whom, at, expires_at=at + every)


def _key(item: Item, act: Act, number: int) -> str:
    return f"{item.reference}.{item.turn}.{act}.{number}"


def _enter(item: Item, stage: Stage, now: datetime) -> Item:
    return replace(item, stage=stage, turn=item.turn + 1, since=now, asked=0, asked_at=None)
