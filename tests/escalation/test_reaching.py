"""A try to reach somebody: who is reached, what a voicemail or a wrong PIN comes to, and the caller
never lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.escalation.reaching import (
    ANSWERED,
    MOST_WRONG_PINS,
    OVER,
    TRANSITIONS,
    UNANSWERED,
    IllegalReach,
    Reach,
    Stage,
    Step,
    Why,
    after,
    caller_left,
    can,
    failed,
    pressed,
)

KEYS = "0123456789*#ABCD"


def answered(*, needs_pin: bool = False) -> Reach:
    reach = Reach(needs_pin=needs_pin)
    for step in (Step.WRITTEN, Step.RING, Step.ANSWER):
        reach = after(reach, step)
    return reach


def typed(reach: Reach, keys: str) -> tuple[Reach, str]:
    pin = ""
    for key in keys:
        reach, pin = pressed(reach, key)
    return reach, pin


def test_nothing_is_dialled_before_it_is_written() -> None:
    with pytest.raises(IllegalReach):
        after(Reach(), Step.ANSWER)
    assert after(Reach(), Step.WRITTEN).stage is Stage.DIALLING


def test_whoever_presses_1_has_taken_it_and_no_other_key_does() -> None:
    for key in KEYS.replace("1", ""):
        assert pressed(answered(), key) == (answered(), "")
    reach, _ = pressed(answered(), "1")
    assert reach.stage is Stage.TAKEN
    assert reach.may_hear_details


def test_where_a_pin_is_asked_1_alone_is_not_enough() -> None:
    reach, _ = pressed(answered(needs_pin=True), "1")
    assert (reach.stage, reach.may_hear_details) == (Stage.PIN, False)
    reach, pin = typed(reach, "99*4711#")
    assert (pin, reach.typed) == ("4711", "")
    assert "4711" not in repr(typed(reach, "4711")[0])
    assert after(reach, Step.TAKE).may_hear_details
    with pytest.raises(IllegalReach):
        after(answered(needs_pin=True), Step.TAKE)


def test_the_third_wrong_pin_ends_it() -> None:
    reach, _ = pressed(answered(needs_pin=True), "1")
    for _ in range(MOST_WRONG_PINS - 1):
        reach = after(reach, Step.WRONG_PIN)
        assert reach.stage is Stage.PIN
    reach = after(reach, Step.WRONG_PIN)
    assert (reach.stage, reach.why) == (Stage.BACK, Why.WRONG_PIN)


def test_a_caller_who_hangs_up_ends_no_try() -> None:
    reach = caller_left(answered())
    reach, _ = pressed(reach, "1")
    assert reach.stage is Stage.TAKEN
    assert not can(reach, Step.JOIN)
    assert not can(reach, Step.PASS)


def test_a_transfer_that_fails_leaves_the_three_where_they_were() -> None:
    taken = pressed(answered(), "1")[0]
    assert after(after(taken, Step.PASS), Step.PASS_FAIL).stage is Stage.TAKEN
    joined = after(taken, Step.JOIN)
    assert after(after(joined, Step.PASS), Step.STAY).stage is Stage.JOINED


def test_every_stage_is_in_the_table_and_every_live_one_has_a_way_back() -> None:
    reached = {Stage.WRITING, *TRANSITIONS.values()}
    assert reached == set(Stage)
    assert set(Stage) == UNANSWERED | ANSWERED | OVER
    for stage in set(Stage) - OVER:
        assert failed(Reach(stage=stage), Why.STOPPED).stage is Stage.BACK
    for stage in OVER:
        assert not any(can(Reach(stage=stage), step) for step in Step)


@given(
    needs_pin=st.booleans(),
    moves=st.lists(
        st.one_of(
            st.sampled_from(list(Step)), st.sampled_from(KEYS), st.sampled_from(["left", "lost"])
        ),
        max_size=40,
    ),
)
def test_whatever_happens(needs_pin: bool, moves: list[Step | str]) -> None:
    reach = Reach(needs_pin=needs_pin)
    seen: list[Stage] = [reach.stage]
    for move in moves:
        before = reach
        if move == "left":
            reach = caller_left(reach)
        elif move == "lost":
            reach = failed(reach, Why.LOST)
        elif isinstance(move, Step):
            if not can(reach, move):
                with pytest.raises(IllegalReach):
                    after(reach, move)
                continue
            reach = after(reach, move)
        else:
            reach, pin = pressed(reach, move)
            assert not pin or before.stage is Stage.PIN
        if before.over:
            assert reach.stage is before.stage
        assert reach.wrong_pins <= MOST_WRONG_PINS
        assert not reach.typed or reach.stage is Stage.PIN
        assert before.caller_there or not reach.caller_there
        if reach.stage is not seen[-1]:
            seen.append(reach.stage)
    if reach.may_hear_details:
        assert Stage.PROMPTING in seen
        assert (Stage.PIN in seen) == needs_pin
    if Stage.PROMPTING in seen:
        assert seen.index(Stage.DIALLING) < seen.index(Stage.PROMPTING)
    assert (reach.why is not None) == (reach.stage is Stage.BACK) or Stage.BACK in seen
