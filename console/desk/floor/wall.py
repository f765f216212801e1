"""What a wallboard shows, frozen, out of the feed and the records: plain functions, without Qt.

A large screen is read by everybody in the room and through its window. It has counts, times and
practices' names: no caller, no number, no agent by name, nothing of health.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, unique
from typing import TYPE_CHECKING, Final

from console.desk.floor.building import Naming, desk_rows, doing_of, waits_of
from console.desk.floor.views import Doing
from console.floor.day import Counted, together
from console.floor.thresholds import USUAL, USUAL_LIMITS, Level, Limits, Thresholds
from console.floor.view import FeedState, FloorView

if TYPE_CHECKING:
    from console.store.floor import FloorRows

STATES: Final = (
    Doing.AVAILABLE,
    Doing.RINGING,
    Doing.ON_CALL,
    Doing.WRAP_UP,
    Doing.PAUSED,
    Doing.NOT_READY,
)
"""In the order they stand on the wall; who has a caller on hold is on a call."""


@unique
class Step(Enum):
    """Whether the wall shows the floor as it is."""

    CONNECTING = "connecting"
    LIVE = "live"
    RECORDS = "records"  # the desks' own calls: there is no PBX to hear
    OLD = "old"  # what is shown is what was last known


@dataclass(frozen=True, slots=True)
class Breach:
    """A queue that is beyond a threshold. `since` where its longest wait is, `share` where too few
    of its callers of today were answered in time."""

    practice: str
    waiting: int
    level: Level
    since: float | None = None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class OwedCalls:
    """Callers who gave up and are still owed a call; of the last, when it came and for whom."""

    callers: int = 0
    last_since: float | None = None
    last_practice: str = ""


@dataclass(frozen=True, slots=True)
class WallView:
    """The whole wall. Times are seconds since the epoch. `old_since` is when the picture was last
    right, 0 where it never was; `owed` is None while the records cannot say."""

    step: Step = Step.CONNECTING
    old_since: float = 0.0
    lag_s: float = 0.0
    trouble: str = ""
    waiting: int = 0
    waiting_level: Level = Level.QUIET
    longest_since: float | None = None
    longest_practice: str = ""
    share: float | None = None
    counted: int = 0
    counted_since: float = 0.0
    states: tuple[tuple[Doing, int], ...] = ()
    breaches: tuple[Breach, ...] = ()
    owed: OwedCalls | None = None
    limits: Thresholds = USUAL
    longest_limits: Thresholds = USUAL


def wall(
    view: FloorView | None,
    rows: "FloorRows",
    names: Naming,
    now: float,
    *,
    step: Step,
    midnight: float,
    old_since: float = 0.0,
    owed_known: bool = True,
    limits: Limits = USUAL_LIMITS,
) -> WallView:
    """Return the wall: the queues by the feed where there is one, the rest by the records."""
    waits = waits_of(view, rows)
    fed = view is not None and view.state is not FeedState.CONNECTING
    day = view.day if view is not None and fed else rows.day
    total = together(day)
    states = _states(view, rows, names, now)
    waiting = sum(len(each) for each in waits.values())
    longest = min(((min(each), practice) for practice, each in waits.items()), default=None)
    free = dict(states)[Doing.AVAILABLE]
    return WallView(
        step=step,
        old_since=old_since,
        lag_s=view.lag_s if view is not None else 0.0,
        trouble=view.trouble if view is not None else "",
        waiting=waiting,
        waiting_level=limits.usual.waiting(waiting, free),
        longest_since=longest[0] if longest else None,
        longest_practice=names[longest[1]] if longest else "",
        share=total.share,
        counted=total.offered,
        counted_since=view.since if view is not None and fed else midnight,
        states=states,
        breaches=_breaches(waits, day, names, now, limits),
        owed=_owed(rows, names) if owed_known else None,
        limits=limits.usual,
        longest_limits=limits.of(longest[1]) if longest else limits.usual,
    )


def _states(
    view: FloorView | None, rows: "FloorRows", names: Naming, now: float
) -> tuple[tuple[Doing, int], ...]:
    if view is not None:
        counts = Counter(doing_of(agent, agent.state(now)) for agent in view.agents)
    else:
        counts = Counter(row.doing for row in desk_rows(rows, names, now))
    counts[Doing.ON_CALL] += counts[Doing.ON_HOLD]
    return tuple((doing, counts[doing]) for doing in STATES)


def _breaches(
    waits: Mapping[str, list[float]],
    day: Mapping[str, Counted],
    names: Naming,
    now: float,
    limits: Limits,
) -> tuple[Breach, ...]:
    found = []
    for practice in {*waits, *day}:
        since = min(waits.get(practice, ()), default=None)
        share = day[practice].share if practice in day else None
        own = limits.of(practice)
        waited, answered = own.wait(None if since is None else now - since), own.share(share)
        level = max(waited, answered)
        if level < Level.WATCH:
            continue
        by_wait = waited >= answered
        found.append(
            Breach(
                practice=names[practice],
                waiting=len(waits.get(practice, ())),
                level=level,
                since=since if by_wait else None,
                share=None if by_wait else share,
            )
        )
    found.sort(key=lambda each: (-each.level, each.since or now, each.share or 0.0, each.practice))
    return tuple(found)


def _owed(rows: "FloorRows", names: Naming) -> OwedCalls:
    owed = rows.owed
    if owed.last_since is None:
        return OwedCalls()
    return OwedCalls(owed.callers, owed.last_since.timestamp(), names[owed.last_practice])
