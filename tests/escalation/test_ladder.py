"""The ladder, by the book and at random: never silent, nothing twice, nothing skipped."""

import contextlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.escalation import ladder as rungs
from console.escalation.ladder import Act, Deed, IllegalMove, Item, Ladder, Stage, Step

NOON = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


DEFAULT = Ladder(
    steps=(
        Step(Act.PAGE, "okafor", minutes(0), ("sms",)),
        Step(Act.CALL, "okafor", minutes(5)),
        Step(Act.PAGE, "ortega", minutes(10), ("sms",)),
    ),
    round_length=minutes(15),
    rounds=1,
    human="supervisor",
)


def run(item: Item, ladder: Ladder, until: datetime) -> tuple[list[Deed], Item]:
    """Everything done by `until`, each deed at the moment it came due."""
    done = []
    while (deed := rungs.next_deed(item, ladder)) is not None and deed.at <= until:
        item = rungs.take(item, ladder, deed, deed.at)
        done.append(deed)
    return done, item


def told(deeds: list[Deed]) -> list[str]:
    return [f"{(deed.at - NOON) // minutes(1)} {deed.act} {deed.whom}" for deed in deeds]


def test_zero_five_ten_and_a_supervisor_at_fifteen() -> None:
    done, item = run(rungs.open_item("R7", NOON), DEFAULT, NOON + minutes(26))
    assert told(done) == [
        "0 page okafor",
        "5 call okafor",
        "10 page ortega",
        "15 tell supervisor",
        "20 tell supervisor",
        "25 tell supervisor",
    ]
    assert item.stage is Stage.HANDED


def test_rounds_repeat_before_the_human_has_it() -> None:
    done, _ = run(rungs.open_item("R7", NOON), replace(DEFAULT, rounds=2), NOON + minutes(30))
    assert told(done)[3:] == [
        "15 page okafor",
        "20 call okafor",
        "25 page ortega",
        "30 tell supervisor",
    ]


def test_acknowledged_is_not_done() -> None:
    item = rungs.acknowledge(rungs.open_item("R7", NOON), "okafor", NOON)
    done, item = run(item, DEFAULT, NOON + minutes(60))
    assert told(done) == [
        "15 ask_provider okafor",
        "30 ask_provider okafor",
        "45 ask_owner ",
        "60 ask_owner ",
    ]
    with pytest.raises(IllegalMove, match="Was the patient reached"):
        rungs.close(item, NOON + minutes(61))
    item = rungs.reach(item, NOON + minutes(61))
    done, item = run(item, DEFAULT, NOON + minutes(110))
    assert told(done) == ["91 ask_owner ", "106 ask_owner "]
    item = rungs.close(item, NOON + minutes(110))
    assert rungs.next_deed(item, DEFAULT) is None


def test_who_cannot_take_it_passes_it_to_the_next_person_at_once() -> None:
    _, item = run(rungs.open_item("R7", NOON), DEFAULT, NOON + minutes(1))
    item = rungs.escalate(item, DEFAULT, NOON + minutes(2))
    done, _ = run(item, DEFAULT, NOON + minutes(8))
    assert told(done) == ["2 page ortega", "7 tell supervisor"]


def test_who_had_taken_it_may_give_it_back() -> None:
    _, item = run(rungs.open_item("R7", NOON), DEFAULT, NOON)
    item = rungs.acknowledge(item, "okafor", NOON + minutes(3))
    item = rungs.escalate(item, DEFAULT, NOON + minutes(20))
    assert item.provider == ""
    done, _ = run(item, DEFAULT, NOON + minutes(20))
    assert told(done) == ["20 page ortega"]


def test_with_nobody_left_the_human_has_it_at_once() -> None:
    _, item = run(rungs.open_item("R7", NOON), DEFAULT, NOON + minutes(11))
    done, item = run(rungs.escalate(item, DEFAULT, NOON + minutes(12)), DEFAULT, NOON + minutes(12))
    assert told(done) == ["12 tell supervisor"]
    with pytest.raises(IllegalMove, match="a person has it now"):
        rungs.escalate(item, DEFAULT, NOON + minutes(13))


def test_a_ladder_that_slept_skips_nobody_and_reminds_once() -> None:
    found = list(rungs.due(rungs.open_item("R7", NOON), DEFAULT, NOON + minutes(200)))
    assert [deed.whom for deed, _ in found] == ["okafor", "okafor", "ortega", "supervisor"]


def test_a_page_that_leaves_late_is_still_of_use() -> None:
    late = NOON + minutes(90)
    for deed, _ in rungs.due(rungs.open_item("R7", NOON), DEFAULT, late):
        assert deed.expires_at is None or deed.expires_at > late + minutes(9)


def test_two_who_work_on_one_item_cannot_both_go_on() -> None:
    item = rungs.open_item("R7", NOON)
    deed = rungs.next_deed(item, DEFAULT)
    assert deed is not None
    after = rungs.take(item, DEFAULT, deed, NOON)
    with pytest.raises(IllegalMove, match="Somebody else"):
        rungs.take(after, DEFAULT, deed, NOON)


@pytest.mark.parametrize(
    "broken",
    [
        {"steps": ()},
        {"rounds": 0},
        {"human": ""},
        {"round_length": minutes(9)},
        {"steps": (Step(Act.TELL, "okafor", minutes(0)),)},
        {"steps": (Step(Act.PAGE, "a", minutes(5)), Step(Act.PAGE, "b", minutes(1)))},
    ],
)
def test_a_ladder_that_could_fall_silent_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"ladder|step|round"):
        replace(DEFAULT, **broken)


@st.composite
def ladders(draw: st.DrawFn) -> Ladder:
    after = sorted(draw(st.lists(st.integers(0, 30), min_size=1, max_size=6)))
    steps = tuple(
        Step(
            draw(st.sampled_from([Act.PAGE, Act.CALL])),
            draw(st.sampled_from(["okafor", "ortega", "manager"])),
            minutes(at),
        )
        for at in after
    )
    longest = minutes(after[-1] + draw(st.integers(1, 20)))
    return Ladder(steps, longest, draw(st.integers(1, 3)), "supervisor")


@given(
    ladders(),
    st.lists(
        st.tuples(
            st.sampled_from(["acknowledge", "escalate", "reach", "close", "wait"]),
            st.integers(0, 90),
        ),
        max_size=12,
    ),
)
def test_any_item_always_has_a_next_step_and_does_nothing_twice(
    ladder: Ladder, moves: list[tuple[str, int]]
) -> None:
    now, item, keys = NOON, rungs.open_item("R7", NOON), []
    for move, wait in moves:
        now += minutes(wait)
        for deed, after in rungs.due(item, ladder, now):
            keys.append(deed.key)
            item = after
        with contextlib.suppress(IllegalMove):
            item = _move(item, ladder, move, now)
        deed_next = rungs.next_deed(item, ladder)
        assert (deed_next is None) == (item.stage is Stage.CLOSED)
        assert deed_next is None or deed_next.at <= now + ladder.round_length * 3 + minutes(60)
    assert len(keys) == len(set(keys))


def _move(item: Item, ladder: Ladder, move: str, now: datetime) -> Item:
    match move:
        case "acknowledge":
            return rungs.acknowledge(item, "okafor", now)
        case "escalate":
            return rungs.escalate(item, ladder, now)
        case "reach":
            return rungs.reach(item, now)
        case "close":
            return rungs.close(item, now)
    return item


@given(ladders(), st.lists(st.integers(0, 40), max_size=20))
def test_however_often_its_worker_dies_every_step_is_done_once_and_in_order(
    ladder: Ladder, looks: list[int]
) -> None:
    """A worker that looks at odd moments, and one that never missed any, do the same deeds."""
    now, item, keys = NOON, rungs.open_item("R7", NOON), []
    for wait in [*looks, 1000]:
        now += minutes(wait)
        for deed, after in rungs.due(item, ladder, now):
            if item.stage is Stage.PAGING:
                keys.append(deed.key)
            item = after  # what a killed worker did not write is worked out again, the same
    steady, _ = run(rungs.open_item("R7", NOON), ladder, now)
    assert keys == [deed.key for deed in steady[: ladder.length + 1]]
