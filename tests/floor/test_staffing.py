"""Erlang C against published figures, Erlang A against calls that were simulated one by one."""

import heapq
import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.floor.staffing import Demand, Outlook, agents_for, outlook, rostered

HALF_HOUR = Demand(calls=100, interval_s=1800, handle_s=180)  # 10 erlangs


def test_erlang_c_by_the_textbook() -> None:
    """100 calls of 3 minutes in half an hour, 14 agents: the worked example that the field's
    guides give, 17.4 % wait, 88.8 % within 20 s, 7.8 s to answer."""
    found = outlook(HALF_HOUR, 14)
    assert found.waits == pytest.approx(0.174, abs=0.0005)
    assert found.in_time == pytest.approx(0.888, abs=0.0005)
    assert found.speed_s == pytest.approx(7.8, abs=0.05)
    assert found.occupancy == pytest.approx(10 / 14)
    assert agents_for(HALF_HOUR).agents == 14
    assert agents_for(HALF_HOUR, most_occupancy=0.6).agents == 17


def simulated(demand: Demand, agents: int, within_s: float, calls: int = 120_000) -> Outlook:
    """Every call for itself: first come, first served, each with a patience of its own."""
    chance = random.Random(7)
    assert demand.patience_s is not None
    free = [0.0] * agents
    now = waited = busy = 0.0
    late = lost = queued = 0
    for _ in range(calls):
        now += chance.expovariate(demand.calls / demand.interval_s)
        turn = max(now, free[0])
        patience = chance.expovariate(1 / demand.patience_s)
        queued += turn > now
        if turn - now > patience:
            lost += 1
            waited += patience
            continue
        waited += turn - now
        late += turn - now > within_s
        length = chance.expovariate(1 / demand.handle_s)
        busy += length
        heapq.heapreplace(free, turn + length)
    in_time = (calls - lost - late) / calls
    occupancy = busy / now / agents
    return Outlook(agents, queued / calls, in_time, waited / calls, lost / calls, occupancy)


@pytest.mark.parametrize(
    ("demand", "agents"),
    [
        (Demand(100, 1800, 180, patience_s=90), 10),
        (Demand(100, 1800, 180, patience_s=300), 12),
        (Demand(40, 1800, 240, patience_s=30), 4),
        (Demand(2000, 3600, 150, patience_s=120), 85),
    ],
)
def test_erlang_a_is_what_happens_call_by_call(demand: Demand, agents: int) -> None:
    wanted, found = simulated(demand, agents, 20), outlook(demand, agents, within_s=20)
    assert found.waits == pytest.approx(wanted.waits, abs=0.02)
    assert found.in_time == pytest.approx(wanted.in_time, abs=0.02)
    assert found.abandons == pytest.approx(wanted.abandons, abs=0.01)
    assert found.speed_s == pytest.approx(wanted.speed_s, rel=0.08)
    assert found.occupancy == pytest.approx(wanted.occupancy, abs=0.02)


def test_callers_of_endless_patience_are_erlang_c() -> None:
    patient = Demand(100, 1800, 180, patience_s=1e7)
    found, wanted = outlook(patient, 14), outlook(HALF_HOUR, 14)
    assert found.waits == pytest.approx(wanted.waits, abs=1e-4)
    assert found.in_time == pytest.approx(wanted.in_time, abs=1e-4)
    assert found.speed_s == pytest.approx(wanted.speed_s, rel=1e-3)


def test_more_work_than_people() -> None:
    assert outlook(HALF_HOUR, 10).speed_s == math.inf
    assert outlook(HALF_HOUR, 0).in_time == 0
    hurried = Demand(100, 1800, 180, patience_s=60)
    assert 0.3 < outlook(hurried, 6).abandons < 0.5
    assert outlook(hurried, 0).abandons == 1


def test_no_calls_take_nobody() -> None:
    assert agents_for(Demand(0, 1800, 180)).agents == 0


def test_a_target_nobody_can_meet_is_refused() -> None:
    with pytest.raises(ValueError, match="no number"):
        agents_for(Demand(100, 1800, 180), share=1.1)


def test_the_roster_makes_up_for_breaks() -> None:
    assert rostered(14, 0.3) == 20
    assert rostered(7, 0.0) == 7
    with pytest.raises(ValueError, match="share"):
        rostered(7, 1.0)


@settings(max_examples=400, deadline=None)
@given(
    st.floats(0.1, 3000),
    st.floats(20, 900),
    st.one_of(st.none(), st.floats(5, 3600)),
    st.integers(1, 400),
    st.floats(0, 120),
)
def test_one_more_agent_never_makes_it_worse(
    calls: float, handle: float, patience: float | None, agents: int, within: float
) -> None:
    demand = Demand(calls, 3600, handle, patience)
    fewer = outlook(demand, agents, within_s=within)
    more = outlook(demand, agents + 1, within_s=within)
    for found in (fewer, more):
        assert 0 <= found.in_time <= 1
        assert 0 <= found.waits <= 1
        assert -1e-9 <= found.abandons <= 1
        assert 0 <= found.occupancy <= 1
    assert more.in_time >= fewer.in_time - 1e-6
    assert more.speed_s <= fewer.speed_s + 1e-6
    assert more.abandons <= fewer.abandons + 1e-9
