"""How many receptionists it takes: Erlang C, and Erlang A where callers hang up.

Erlang C (A. K. Erlang, 1917; the M/M/N queue) takes it that everybody waits for ever, so it asks
for somewhat too many people. Erlang A (C. Palm, 1946; M/M/N+M; Garnett, Mandelbaum and Reiman,
“Designing a Call Center with Impatient Customers”, 2002) gives every caller a patience and tells
how many leave. Times are seconds; a load is in erlangs (calls a second times seconds a call).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MOST_AGENTS: Final = 5_000
_NEGLIGIBLE: Final = -30.0  # in natural logarithms


@dataclass(frozen=True, slots=True)
class Demand:
    """The calls of an interval: how many, over how long, how long each holds somebody (talk and
    wrap-up), and the mean patience of a caller, None for callers who never hang up."""

    calls: float
    interval_s: float
    handle_s: float
    patience_s: float | None = None

    @property
    def load(self) -> float:
        """The load in erlangs."""
        return self.calls / self.interval_s * self.handle_s


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is to be expected with a number of agents: shares of 1, seconds.

    `in_time` is the share of all callers answered within the target; `speed_s` the mean time to
    answer of everybody who called.
    """

    agents: int
    waits: float
    in_time: float
    speed_s: float
    abandons: float
    occupancy: float


def outlook(demand: Demand, agents: int, *, within_s: float = 20.0) -> Outlook:
    """Return what is to be expected. With Erlang C, a load the agents cannot carry makes everybody
    wait for ever: `in_time` 0, `speed_s` infinite."""
    if demand.calls <= 0:
        return Outlook(agents, 0.0, 1.0, 0.0, 0.0, 0.0)
    if agents <= 0:
        lost = 0.0 if demand.patience_s is None else 1.0
        return Outlook(agents, 1.0, 0.0, math.inf, lost, 0.0)
    if demand.patience_s is None:
        return _erlang_c(demand, agents, within_s)
    return _erlang_a(demand, agents, within_s, demand.patience_s)


def agents_for(
    demand: Demand,
    *,
    share: float = 0.8,
    within_s: float = 20.0,
    most_abandons: float = 1.0,
    most_occupancy: float = 1.0,
) -> Outlook:
    """Return the outlook with the fewest agents that answer `share` of callers within `within_s`,
    lose no more than `most_abandons` and are busy no more than `most_occupancy` of their time.

    Raises `ValueError` where not even `MOST_AGENTS` would do.
    """
    for agents in range(_fewest(demand), MOST_AGENTS + 1):
        found = outlook(demand, agents, within_s=within_s)
        good = found.in_time >= share and found.abandons <= most_abandons
        if good and found.occupancy <= most_occupancy:
            return found
    raise ValueError("no number of agents meets this target")


def rostered(agents: int, shrinkage: float) -> int:
    """Return how many to put on the roster for so many at their desks, when `shrinkage` of paid
    time (0 to under 1) goes to breaks, training and sickness."""
    if not 0 <= shrinkage < 1:
        raise ValueError("shrinkage is a share of paid time, from 0 to under 1")
    return math.ceil(agents / (1 - shrinkage) - 1e-9)


def _fewest(demand: Demand) -> int:
    """Return where the search may begin: below it a queue without patience has no steady state."""
    return 0 if demand.patience_s is not None or demand.calls <= 0 else int(demand.load) + 1


def _erlang_b(load: float, agents: int) -> float:
    """Return the share that finds every agent busy, were nobody to wait (Erlang B)."""
    busy = 1.0
    for number in range(1, agents + 1):
        busy = load * busy / (number + load * busy)
    return busy


def _erlang_c(demand: Demand, agents: int, within_s: float) -> Outlook:
    load = demand.load
    if load >= agents:
        return Outlook(agents, 1.0, 0.0, math.inf, 0.0, 1.0)
    blocked = _erlang_b(load, agents)
    occupancy = load / agents
    waits = blocked / (1 - occupancy * (1 - blocked))
    late = waits * math.exp(-(agents - load) * within_s / demand.handle_s)
    speed = waits * demand.handle_s / (agents - load)
    return Outlook(agents, waits, 1 - late, speed, 0.0, occupancy)


def _erlang_a(demand: Demand, agents: int, within_s: float, patience_s: float) -> Outlook:
    """By the chain's own steady state: with k waiting, callers leave at the rate of the agents and
    of k who lose patience."""
    arrive = demand.calls / demand.interval_s
    serve = agents / demand.handle_s
    leave = 1 / patience_s
    idle, queue = _steady_state(arrive, demand.handle_s, agents, leave)
    busy = min(sum(queue), 1.0)
    waiting = sum(k * share for k, share in enumerate(queue))
    abandons = leave * waiting / arrive
    in_time = idle + sum(
        share * soon
        for share, soon in zip(queue, _served_within(serve, leave, within_s), strict=False)
    )
    occupancy = arrive * (1 - abandons) * demand.handle_s / agents
    return Outlook(agents, busy, min(in_time, 1.0), waiting / arrive, abandons, min(occupancy, 1.0))


def _steady_state(
    arrive: float, handle_s: float, agents: int, leave: float
) -> tuple[float, list[float]]:
    """Return the share of time an agent is free, and that of each length of the queue, from none
    waiting with all agents busy upwards."""
    blocked = _erlang_b(arrive * handle_s, agents)  # all busy, of the states without a queue
    if blocked <= 0.0:
        return 1.0, []
    serve = agents / handle_s
    logs = [math.log(blocked)]  # in logarithms: a hopeless load makes numbers past any float
    highest = 0.0  # no smaller than that of an agent free
    while logs[-1] > highest + _NEGLIGIBLE or serve + len(logs) * leave < arrive:
        logs.append(logs[-1] + math.log(arrive / (serve + len(logs) * leave)))
        highest = max(highest, logs[-1])
    free = (1 - blocked) * math.exp(-highest)
    weights = [math.exp(each - highest) for each in logs]
    whole = free + sum(weights)
    return free / whole, [weight / whole for weight in weights]


def _served_within(serve: float, leave: float, within_s: float) -> Iterator[float]:
    """Yield, for a caller who finds k waiting, the chance to be answered within the time.

    The caller's turn comes after k + 1 departures at rates serve + k·leave … serve; with the
    caller's own patience that is serve / (serve + (k + 1)·leave) times the regularised incomplete
    beta function I_x(k + 1, b), here by its recurrence in k.
    """
    ratio = serve / leave
    x = -math.expm1(-leave * within_s)
    log_stay = -leave * within_s * (ratio + 1)  # of (1 - x)^b with b = ratio + 1
    beta = -math.expm1(log_stay)
    log_term = log_stay + math.log(ratio + 1) + (math.log(x) if x > 0 else -math.inf)
    k = 0
    while True:
        yield max(beta, 0.0) * ratio / (ratio + k + 1)
        k += 1
        beta -= math.exp(log_term)
        log_term += math.log((ratio + 1 + k) / (k + 1)) + (math.log(x) if x > 0 else -math.inf)
