"""One call as this desk lives it, from its first ring until its record is saved.

It belongs to the window's thread. Its state moves by the engine's events only, through the shared
transition table; the form on it is an immutable interview, replaced at each answer.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from console.desk.own_calendar import Unheard
from console.desk.tape import Tape
from console.desk.views import EarlierItem, Repeat
from scripts.calltypes import CallType, Outcome
from scripts.greeting import phrase
from scripts.hours import Coverage
from scripts.practice import Practice, Provider
from scripts.triage import Interview
from softphone.calls import CallState, Move, after
from softphone.wire import (
    NOT_ROUTED,
    CallQuality,
    Dialled,
    Direction,
    EndCause,
    Party,
    Routing,
)


@dataclass(frozen=True, slots=True)
class BookedTime:
    """An appointment the caller already has, as the records gave it."""

    row: int
    provider_id: str
    appointment_type: str
    starts_at: datetime
    ends_at: datetime
    patient_name: str


@dataclass(frozen=True, slots=True)
class FlagEvent:
    """A red flag that was shown; `dismissed_at` when the receptionist closed it, on record."""

    name: str
    words: tuple[str, ...]
    shown_at: datetime
    dismissed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Relief:
    """When somebody else than now is called first, and who; None for nobody in the days looked
    at."""

    at: datetime | None = None
    who: Provider | None = None


@dataclass(slots=True, kw_only=True)
class LiveCall:
    """A call and everything the desk knows of it. Moments are aware UTC."""

    call: str
    state: CallState
    caller: Party
    dialled: Dialled
    practice: Practice
    coverage: Coverage
    greeting: str
    offered_at: datetime
    agent: str = ""  # the receptionist's first name, as callers hear it
    sip_call_id: str = ""
    pbx_call_id: str = ""
    routing: Routing = NOT_ROUTED  # what the PBX decided of it
    outgoing: bool = False  # this desk dialled it
    callback: str = ""  # what this desk called back for, where it did
    waiting_since: datetime | None = None  # when every line was taken as it came
    answered_at: datetime | None = None
    held_at: datetime | None = None
    held_s: float = 0.0  # on hold until then, all together; what a window before saw is not in it
    ended_at: datetime | None = None
    end_cause: EndCause | None = None
    muted: bool = False
    forwarded: bool = False  # sent to somebody else before an answer
    quality: CallQuality | None = None  # how it has sounded so far
    keys: str = ""  # the last keys the far end pressed
    silent_ways: frozenset[Direction] = frozenset()  # in which no sound has come for 5 s
    held_for: int = 0  # seconds on hold, as last reminded of; 0 before the first reminder
    hold_alarm: bool = False
    call_type: CallType | None = None
    interview: Interview | None = None
    flags: tuple[FlagEvent, ...] = ()
    facts_read: tuple[tuple[str, datetime], ...] = ()
    busy: tuple[tuple[str, datetime, datetime], ...] | None = None  # None while being looked up
    unheard: dict[str, Unheard] = field(default_factory=dict)  # whose times are to be confirmed
    bookings: tuple[BookedTime, ...] = ()  # by the caller's number
    found_bookings: tuple[BookedTime, ...] = ()  # by what the form says of the patient
    earlier: tuple[EarlierItem, ...] | None = None  # None while being looked up
    repeat: Repeat | None = None
    relief: Relief | None = None  # None while being looked up
    times_page: int = 0
    searched: bool = False  # whether a search of the practice's answers is on record
    check_back_at: datetime | None = None  # a caller who refuses 911 is asked after then
    told_to_check_at: datetime | None = None
    checks: tuple[datetime, ...] = ()  # when they were
    draft_saved_at: datetime | None = None
    transfer_to: str = ""
    outcome: Outcome | None = None  # set once the record is saved, or kept on this machine
    saving: bool = False
    closing_words: str = ""
    tape: Tape = field(default_factory=Tape)

    @property
    def known_bookings(self) -> tuple[BookedTime, ...]:
        """What the patient may mean, each once, earliest first."""
        each = {booked.row: booked for booked in (*self.bookings, *self.found_bookings)}
        return tuple(sorted(each.values(), key=lambda booked: (booked.starts_at, booked.row)))

    def move(self, move: Move) -> None:
        """Make a move of the transition table; an illegal one raises `IllegalMove`."""
        self.state = after(self.state, move)
        self.held_for, self.hold_alarm = 0, False
        if self.state is not CallState.ACTIVE:
            self.silent_ways = frozenset()

    def off_hold(self, at: datetime | None = None) -> None:
        """The caller is off hold, or over; `at` None where nobody said when."""
        if self.held_at is not None and at is not None:
            self.held_s += max(0.0, (at - self.held_at).total_seconds())
        self.held_at = None

    def phrase(self, words: str) -> str:
        """Return words of the script to say, with what they name put in."""
        return phrase(words, self.practice, self.coverage, self.agent)

    @property
    def first_heard_at(self) -> datetime:
        """When the caller began to wait for us: the clock of every service level."""
        return self.waiting_since or self.offered_at

    @property
    def has_rung(self) -> bool:
        """Whether it came as far as this desk: a caller who left while every line was taken, or
        still waits for one, has not."""
        return self.waiting_since is None or self.offered_at != self.waiting_since

    @property
    def is_up(self) -> bool:
        """Whether somebody is, or may soon be, on the line."""
        return self.state is not CallState.ENDED

    @property
    def was_answered(self) -> bool:
        """Whether the receptionist and the caller ever spoke."""
        return self.answered_at is not None

    @property
    def in_wrap_up(self) -> bool:
        """Whether the caller has gone but the record is not finished."""
        return not self.is_up and self.was_answered and self.outcome is None

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to do with it at this desk."""
        return not self.is_up and not self.in_wrap_up and not self.saving

    @property
    def baa_in_force(self) -> bool:
        """Whether health details may be asked for and kept on this call (45 CFR 164.502(e)).

        Taken at the moment of the call, so that an agreement that lapses takes effect on the next.
        """
        return self.practice.baa_in_force(self.coverage.local.date())


def moment(seconds: float) -> datetime:
    """Return the wire's seconds since the epoch as an aware moment."""
    return datetime.fromtimestamp(seconds, tz=UTC)
