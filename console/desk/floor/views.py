"""What the supervisor's page shows, frozen. Times are seconds since the epoch: the page lets them
run by its own clock."""

from dataclasses import dataclass
from enum import StrEnum, unique

from console.floor.supervision import Act
from console.floor.thresholds import USUAL, Level, Thresholds


@unique
class Doing(StrEnum):
    """What an agent does; the value is how it is said."""

    AVAILABLE = "Available"
    RINGING = "Ringing"
    ON_CALL = "On a call"
    ON_HOLD = "Caller on hold"
    WRAP_UP = "Wrapping up"
    PAUSED = "Break"
    NOT_READY = "Not ready"


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure. `since` makes it a running time; `word` says what its colour says."""

    head: str
    value: str
    level: Level = Level.QUIET
    word: str = ""
    since: float | None = None


@dataclass(frozen=True, slots=True)
class PracticeRow:
    """A practice's line of the table; "" where there is nothing to say."""

    practice: str
    name: str
    waiting: int
    longest_since: float | None
    share: float | None
    calls: int
    abandoned: int
    average_s: float | None
    limits: Thresholds = USUAL


@dataclass(frozen=True, slots=True)
class AgentRow:
    """An agent's card. `interface` is "" where no queue knows the agent, and nothing can be asked
    of it. `until` ends a wrap-up."""

    interface: str
    name: str
    doing: Doing
    detail: str  # a practice, or the reason of a break
    since: float
    missed: int = 0
    paused: bool = False
    until: float = 0.0
    beside: str = ""  # "Ruth Calder listens"

    @property
    def talks(self) -> bool:
        """Whether a caller is on the line."""
        return self.doing in (Doing.ON_CALL, Doing.ON_HOLD)


@dataclass(frozen=True, slots=True)
class CallerRow:
    """A caller who waits. `place` is in the queue they stand in, from 1."""

    call_id: str
    practice: str
    queue: str
    since: float
    place: int


@dataclass(frozen=True, slots=True)
class AtView:
    """What this desk's supervisor is at; `since` once the PBX does it."""

    act: Act
    interface: str
    words: str
    since: float | None


@dataclass(frozen=True, slots=True)
class EscalationRow:
    """Somebody on call who is being reached."""

    who: str
    practice: str
    stands: str  # "Paged 2×, not yet answered"
    since: float
    level: Level


@dataclass(frozen=True, slots=True)
class FloorPage:
    """The whole page. `hours` counts calls hour by hour from midnight; `note` says where the
    figures come from, `stale` whether they are old."""

    tiles: tuple[Tile, ...] = ()
    practices: tuple[PracticeRow, ...] = ()
    agents: tuple[AgentRow, ...] = ()
    escalations: tuple[EscalationRow, ...] = ()
    hours: tuple[int, ...] = ()
    messages: tuple[tuple[str, int, Level], ...] = ()
    note: str = ""
    stale: bool = False
    callers: tuple[CallerRow, ...] = ()
    at: AtView | None = None
    may_act: bool = False  # whoever looks may act on what they see
    sound: str = ""  # of a queue in breach: "on", "off", or "" where it is not heard here
