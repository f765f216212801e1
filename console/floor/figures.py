"""What became of callers over days, and what of it each figure counts.

A contact is one caller's call, however many desks it rang at: the records and the PBX's own log are
both read into contacts, so that the same arithmetic gives the same figures from either.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum, unique
from typing import Final

WITHIN_S: Final = 20.0  # 80/20
SHORT_S: Final = 5.0  # who gives up sooner has hardly waited


@unique
class Ending(StrEnum):
    """How a caller's wait ended."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"  # the caller hung up
    PASSED_ON = "passed_on"  # the practice's own fallback answered
    CALL_BACK = "call_back"  # the caller asked to be called back
    UNANSWERED = "unanswered"  # rang out, or the line was lost: the caller did not choose to go


@dataclass(frozen=True, slots=True)
class Contact:
    """One caller's call. `waited_s` is from the first ring to the answer, or to the end of waiting;
    talk, hold and wrap-up are of an answered call that is over, else None."""

    call: str
    at: datetime  # the first ring
    ending: Ending
    waited_s: float
    practice: str = ""
    agent: str = ""
    talk_s: float | None = None
    hold_s: float = 0.0
    wrap_s: float = 0.0
    transferred: bool = False
    settled: bool | None = None  # None where it was no such call, or is not known
    again: bool | None = None  # the same number called again within a day; None: not known


@dataclass(frozen=True, slots=True)
class Presence:
    """Somebody signed in at a desk, from and until."""

    agent: str
    since: datetime
    until: datetime


@dataclass(slots=True)
class Figures:
    """The counts of one practice, receptionist, hour or day, and the figures they make. Seconds;
    shares are parts of 1, None where there was nothing to divide by."""

    offered: int = 0
    answered: int = 0
    within: int = 0  # answered in time
    abandoned: int = 0
    short: int = 0  # of the abandoned, those within `SHORT_S`
    passed_on: int = 0
    call_backs: int = 0
    unanswered: int = 0
    waited_s: float = 0.0  # by the answered
    handled: int = 0  # answered and over
    talk_s: float = 0.0
    hold_s: float = 0.0
    wrap_s: float = 0.0
    transferred: int = 0
    judged: int = 0  # of which it is known whether they were settled
    settled: int = 0
    followed: int = 0  # of which it is known whether the number called again
    again: int = 0
    staffed_s: float | None = None  # somebody signed in, all together; None: not known here

    def add(self, contact: Contact, *, within_s: float, short_s: float) -> None:
        """Count a contact."""
        self.offered += 1
        match contact.ending:
            case Ending.ANSWERED:
                self.answered += 1
                self.within += contact.waited_s <= within_s
                self.waited_s += contact.waited_s
            case Ending.ABANDONED:
                self.abandoned += 1
                self.short += contact.waited_s <= short_s
            case Ending.PASSED_ON:
                self.passed_on += 1
            case Ending.CALL_BACK:
                self.call_backs += 1
            case Ending.UNANSWERED:
                self.unanswered += 1
        if contact.talk_s is not None:
            self.handled += 1
            self.talk_s += contact.talk_s
            self.hold_s += contact.hold_s
            self.wrap_s += contact.wrap_s
            self.transferred += contact.transferred
        if contact.settled is not None:
            self.judged += 1
            self.settled += contact.settled
        if contact.again is not None:
            self.followed += 1
            self.again += contact.again

    @property
    def service_level(self) -> float | None:
        """Answered in time, of all offered."""
        return _part(self.within, self.offered)

    @property
    def service_level_but_short(self) -> float | None:
        """Answered in time, of all but those who gave up at once."""
        return _part(self.within, self.offered - self.short)

    @property
    def speed_s(self) -> float | None:
        """The average speed of answer."""
        return _part(self.waited_s, self.answered)

    @property
    def abandon_rate(self) -> float | None:
        """Given up, of all offered."""
        return _part(self.abandoned, self.offered)

    @property
    def abandon_rate_but_short(self) -> float | None:
        """Given up, leaving out on both sides those who gave up at once."""
        return _part(self.abandoned - self.short, self.offered - self.short)

    @property
    def handle_s(self) -> float | None:
        """The average handle time."""
        return _part(self.talk_s + self.hold_s + self.wrap_s, self.handled)

    @property
    def wrap_up_s(self) -> float | None:
        """The average wrap-up."""
        return _part(self.wrap_s, self.handled)

    @property
    def occupancy(self) -> float | None:
        """Time with callers and their forms, of time signed in."""
        if self.staffed_s is None:
            return None
        return _part(self.talk_s + self.hold_s + self.wrap_s, self.staffed_s)

    @property
    def transfer_rate(self) -> float | None:
        """Transferred, of those handled."""
        return _part(self.transferred, self.handled)

    @property
    def first_call(self) -> float | None:
        """Settled in the call itself."""
        return _part(self.settled, self.judged)

    @property
    def again_rate(self) -> float | None:
        """Whose number called again within a day."""
        return _part(self.again, self.followed)


@unique
class Unit(StrEnum):
    """What a figure is in."""

    COUNT = "calls"
    SHARE = "%"
    TIME = "seconds"


@dataclass(frozen=True, slots=True)
class Definition:
    """A figure: its code (the name of `Figures`' own), its head in a table, its unit, what it
    counts, and what each source knows of it."""

    code: str
    head: str
    unit: Unit
    words: str
    records: str
    queue_log: str


_RANG: Final = "from the first ring at any desk"
_ENTERED: Final = "from entering the first queue, in whole seconds"
_NOT_LOGGED: Final = "not in the PBX’s log"

DEFINITIONS: Final = (
    Definition(
        "offered", "Calls", Unit.COUNT,
        "Callers whose wait is over, each once, however many desks the call rang at.",
        "calls that rang at a desk, by the PBX’s call id",
        "callers who entered a queue, by the call’s id",
    ),
    Definition(
        "answered", "Answered", Unit.COUNT, "Callers a receptionist took.",
        "calls with an answer", "CONNECT",
    ),
    Definition(
        "service_level", "In {within} s", Unit.SHARE,
        "Answered up to and including {within} s after the first ring, of all callers; those who "
        "gave up count as not answered. The usual aim is 80 % in 20 s.",
        _RANG, _ENTERED,
    ),
    Definition(
        "service_level_but_short", "In {within} s, no short", Unit.SHARE,
        "The same, leaving out callers who gave up within {short} s.",
        _RANG, _ENTERED,
    ),
    Definition(
        "speed_s", "Avg answer", Unit.TIME,
        "Average speed of answer: what callers who were answered waited.",
        _RANG, _ENTERED,
    ),
    Definition(
        "abandoned", "Gave up", Unit.COUNT, "Callers who hung up before an answer.",
        "ended by the caller before an answer", "ABANDON, or left between two queues",
    ),
    Definition(
        "abandon_rate", "Gave up %", Unit.SHARE, "Callers who hung up before an answer, of all.",
        "as above", "as above",
    ),
    Definition(
        "abandon_rate_but_short", "Gave up %, no short", Unit.SHARE,
        "The same, leaving out those within {short} s, above and below the line.",
        "as above", "as above",
    ),
    Definition(
        "handle_s", "Handle time", Unit.TIME,
        "Talk, hold and wrap-up of calls that are over, on average.",
        "answer to hang-up, and on until the form is saved", "talk with hold; wrap-up by its pause",
    ),
    Definition(
        "wrap_up_s", "Wrap-up", Unit.TIME,
        "From hang-up until the form is saved, on average; none where it was saved before.",
        "hang-up to saved form", "pauses called “Wrapping up”",
    ),
    Definition(
        "occupancy", "Occupancy", Unit.SHARE,
        "Time with callers and their forms, of the time signed in, breaks included.",
        "shifts", _NOT_LOGGED,
    ),
    Definition(
        "transfer_rate", "Transfers", Unit.SHARE, "Calls that ended transferred, of those over.",
        "ended by transfer", "BLINDTRANSFER, ATTENDEDTRANSFER",
    ),
    Definition(
        "first_call", "Settled at once", Unit.SHARE,
        "First-call outcome: ended answered, booked, moved or cancelled, with nothing left for "
        "anybody else; of all finished calls but wrong numbers, sales, silent ones and hang-ups.",
        "the call’s outcome", _NOT_LOGGED,
    ),
    Definition(
        "again_rate", "Called again", Unit.SHARE,
        "Answered calls whose number called the same practice again within 24 hours.",
        "the number’s blind index", _NOT_LOGGED,
    ),
)  # fmt: skip
"""Every figure, in the order in which it is shown."""


@unique
class By(StrEnum):
    """What figures are told apart by."""

    PRACTICE = "practice"
    AGENT = "agent"
    HOUR = "hour"  # of the day, 0 to 23
    DAY = "day"  # ISO date


@dataclass(frozen=True, slots=True)
class Table:
    """Figures, told apart and all together. Keys are practices' ids, receptionists' names, hours
    as "00" to "23" or ISO dates; "" is a number of no practice, or nobody."""

    by: By
    rows: Mapping[str, Figures]
    whole: Figures
    within_s: float = WITHIN_S
    short_s: float = SHORT_S


def table(
    contacts: Iterable[Contact],
    by: By,
    *,
    zone: tzinfo | None,
    present: Iterable[Presence] | None = None,
    within_s: float = WITHIN_S,
    short_s: float = SHORT_S,
) -> Table:
    """Count contacts by practice, receptionist, hour or day of a zone's clock, this machine's own
    for None. `present` None says
    that nobody knows who was signed in: there is then no occupancy, nor is there any of a practice,
    whose callers share the receptionists with others'."""
    rows: dict[str, Figures] = {}
    whole = Figures()
    for contact in contacts:
        key = _key(contact, by, zone)
        figures = rows.get(key)
        if figures is None:
            figures = rows[key] = Figures()
        figures.add(contact, within_s=within_s, short_s=short_s)
        whole.add(contact, within_s=within_s, short_s=short_s)
    if present is not None:
        spread = (part for each in present for part in _spread(each, by, zone))
        whole.staffed_s = _staff(spread, rows)
    return Table(by, dict(sorted(rows.items())), whole, within_s, short_s)


def described(definition: Definition, table: Table) -> tuple[str, str]:
    """Return a figure's head and its words, with the table's own seconds in them."""
    seconds = {"within": f"{table.within_s:g}", "short": f"{table.short_s:g}"}
    return definition.head.format(**seconds), definition.words.format(**seconds)


def _key(contact: Contact, by: By, zone: tzinfo | None) -> str:
    match by:
        case By.PRACTICE:
            return contact.practice
        case By.AGENT:
            return contact.agent
        case By.HOUR:
            return f"{contact.at.astimezone(zone).hour:02}"
        case By.DAY:
            return contact.at.astimezone(zone).date().isoformat()


def _staff(spread: Iterable[tuple[str | None, float]], rows: dict[str, Figures]) -> float:
    """Share the time of who was signed in among the rows; return all of it."""
    whole = 0.0
    for key, seconds in spread:
        whole += seconds
        if key is not None and (figures := rows.get(key)) is not None:
            figures.staffed_s = (figures.staffed_s or 0.0) + seconds
    return whole


def _spread(present: Presence, by: By, zone: tzinfo | None) -> Iterator[tuple[str | None, float]]:
    """Yield the time of a presence by row: whole, or hour by hour of the zone's clock."""
    if by in (By.PRACTICE, By.AGENT):
        key = present.agent if by is By.AGENT else None
        yield key, max(0.0, (present.until - present.since).total_seconds())
        return
    at = present.since
    while at < present.until:
        local = at.astimezone(zone)
        # To the next full hour by the clock on the wall; zones differ by quarters too
        ahead = timedelta(hours=1) - timedelta(
            minutes=local.minute, seconds=local.second, microseconds=local.microsecond
        )
        until = min(at + ahead, present.until)
        key = f"{local.hour:02}" if by is By.HOUR else local.date().isoformat()
        yield key, (until - at).total_seconds()
        at = until


def _part(count: float, of: float) -> float | None:
    return count / of if of > 0 else None
