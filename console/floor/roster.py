"""How many receptionists each hour of a day will need, out of what the last weeks were like.

The mean of the same weekday's hours is the demand. How patient callers are is estimated as is usual
for exponential patience with censored waits: all the time anybody waited, over how many gave up
(Mandelbaum and Zeltyn, “Service engineering in action”, 2007). With nobody who gave up there is no
estimate, and Erlang C alone is told.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from typing import Final

from console.floor.figures import Contact, Ending
from console.floor.staffing import Demand, Outlook, agents_for

WEEKS: Final = 4
HOUR_S: Final = 3600.0
AIM: Final = 0.8
USUAL_HANDLE_S: Final = 180.0  # until one call is over


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of the day to come: the calls expected, how long each takes, and what it needs, by
    Erlang C and, where callers' patience is known, by Erlang A."""

    hour: int
    calls: float
    handle_s: float
    by_c: Outlook
    by_a: Outlook | None


@dataclass(frozen=True, slots=True)
class Roster:
    """A day to come, hour by hour; `days` are those it was reckoned from."""

    day: date
    days: tuple[date, ...]
    patience_s: float | None
    hours: tuple[Hour, ...]


def days_like(day: date, *, weeks: int = WEEKS) -> tuple[date, ...]:
    """Return the same weekday of the weeks before, the latest first."""
    return tuple(day - timedelta(weeks=back) for back in range(1, weeks + 1))


def roster(
    contacts: Iterable[Contact],
    day: date,
    *,
    zone: tzinfo | None,
    known: Set[date],
    within_s: float = 20.0,
    share: float = AIM,
) -> Roster:
    """Return what a day needs. `known` are the days the contacts are of, those without a call too:
    a day nobody took calls on is not a day without callers."""
    days = tuple(each for each in days_like(day) if each in known)
    counts: dict[int, int] = {}
    handled = talked = gone = waited = 0.0
    for contact in contacts:
        local = contact.at.astimezone(zone)
        if local.date() not in days:
            continue
        counts[local.hour] = counts.get(local.hour, 0) + 1
        waited += contact.waited_s
        gone += contact.ending is Ending.ABANDONED
        if contact.talk_s is not None:
            handled += 1
            talked += contact.talk_s + contact.hold_s + contact.wrap_s
    handle_s = talked / handled if handled and talked else USUAL_HANDLE_S
    patience_s = waited / gone if gone and waited else None

    def need(patience: float | None, calls: float) -> Outlook:
        demand = Demand(calls, HOUR_S, handle_s, patience)
        return agents_for(demand, share=share, within_s=within_s)

    hours = tuple(
        Hour(
            hour,
            count / len(days),
            handle_s,
            need(None, count / len(days)),
            None if patience_s is None else need(patience_s, count / len(days)),
        )
        for hour, count in sorted(counts.items())
    )
    return Roster(day, days, patience_s, hours)
