"""Which calls are looked at again: the same on every desk, some of everybody's."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from console.quality.causes import CAUSES, KEYS, WHYS, Cause, Why
from console.quality.choosing import BY_RULE, Candidate, chosen, monday

WEEK = date(2026, 11, 23)


def calls(agent: str, count: int, *whys: Why) -> list[Candidate]:
    base = sum(map(ord, agent)) * 1000
    return [Candidate(base + n, f"{agent}-{n}", agent, frozenset(whys)) for n in range(count)]


def test_there_are_ten_causes_each_with_its_words_and_its_own_key() -> None:
    assert len(Cause) == len(CAUSES) == len(set(KEYS.values())) == 10
    assert set(WHYS) == set(Why)


def test_each_receptionist_has_so_many_drawn_each_week() -> None:
    found = chosen([*calls("Dana", 40), *calls("Marcus", 2)], week=WEEK, by_lot=3)
    assert sorted(found.values()) == [Why.SAMPLED] * 5
    assert sum(row in {c.row for c in calls("Dana", 40)} for row in found) == 3


def test_another_week_draws_others_and_the_same_week_the_same() -> None:
    of_dana = calls("Dana", 200)
    this, again = chosen(of_dana, week=WEEK), chosen(reversed(of_dana), week=WEEK)
    assert dict(this) == dict(again)
    assert set(this) != set(chosen(of_dana, week=date(2026, 11, 30)))
    assert set(this) != set(chosen(of_dana, week=WEEK, seed="another"))


def test_every_emergency_is_looked_at_and_of_other_rules_the_first_few() -> None:
    given = [*calls("Dana", 20, Why.EMERGENCY, Why.ESCALATED), *calls("Marcus", 20, Why.ESCALATED)]
    found = chosen(given, week=WEEK, by_lot=0)
    assert list(found.values()).count(Why.EMERGENCY) == 20
    assert list(found.values()).count(Why.ESCALATED) == BY_RULE


@given(
    st.lists(
        st.tuples(st.sampled_from(["Ann", "Ben", "Cat"]), st.sets(st.sampled_from(list(Why)[1:6]))),
        max_size=40,
    )
)
def test_nobody_is_left_out_and_no_call_is_chosen_that_is_not_there(
    given_calls: list[tuple[str, set[Why]]],
) -> None:
    all_calls = [
        Candidate(row, f"uid-{row}", agent, frozenset(whys))
        for row, (agent, whys) in enumerate(given_calls)
    ]
    found = chosen(all_calls, week=WEEK, by_lot=1)
    assert {c.row for c in all_calls if Why.EMERGENCY in c.whys} <= set(found)
    assert set(found) <= {c.row for c in all_calls}
    for agent in {c.agent for c in all_calls}:
        assert any(c.row in found for c in all_calls if c.agent == agent)


def test_a_week_begins_on_monday() -> None:
    assert monday(date(2026, 11, 29)) == WEEK == monday(WEEK)
