"""Figures of past days: each counted as its definition says."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.floor.figures import (
    DEFINITIONS,
    By,
    Contact,
    Ending,
    Figures,
    Presence,
    described,
    table,
)

NINE = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # 09:00 in Des Moines
HOME = ZoneInfo("America/Chicago")


def answered(waited_s: float, **more: object) -> Contact:
    return Contact("c", NINE, Ending.ANSWERED, waited_s, "riverside", "Dana", **more)  # type: ignore[arg-type]


def gone(waited_s: float, **more: object) -> Contact:
    return Contact("c", NINE, Ending.ABANDONED, waited_s, "riverside", **more)  # type: ignore[arg-type]


def whole(*contacts: Contact) -> Figures:
    return table(contacts, By.PRACTICE, zone=HOME).whole


def test_service_level_counts_up_to_the_threshold_and_short_abandons_both_ways() -> None:
    found = whole(answered(20.0), answered(20.5), gone(5.0), gone(5.5))
    assert found.service_level == 1 / 4
    assert found.service_level_but_short == 1 / 3
    assert found.abandon_rate == 2 / 4
    assert found.abandon_rate_but_short == 1 / 3
    assert found.speed_s == 20.25


def test_who_rang_out_was_offered_and_did_not_give_up() -> None:
    rang_out = Contact("c", NINE, Ending.UNANSWERED, 60.0)
    found = whole(answered(3.0), rang_out)
    assert (found.offered, found.abandoned, found.unanswered) == (2, 0, 1)
    assert found.service_level == 1 / 2


def test_handle_time_is_of_calls_that_are_over_with_hold_and_wrap_up() -> None:
    over = answered(3.0, talk_s=100.0, hold_s=20.0, wrap_s=30.0, transferred=True)
    found = whole(over, answered(3.0), answered(3.0, talk_s=50.0))
    assert found.handle_s == pytest.approx(100.0)
    assert found.wrap_up_s == 15.0
    assert found.transfer_rate == 1 / 2


def test_nothing_is_told_of_nothing() -> None:
    found = Figures()
    assert {getattr(found, each.code) for each in DEFINITIONS} == {0, None}


def test_occupancy_by_agent_and_hour_and_none_of_a_practice() -> None:
    call = answered(3.0, talk_s=900.0, hold_s=300.0, wrap_s=600.0)
    there = [Presence("Dana", NINE - timedelta(minutes=30), NINE + timedelta(minutes=90))]
    by_agent = table([call], By.AGENT, zone=HOME, present=there)
    assert by_agent.rows["Dana"].occupancy == pytest.approx(1800 / 7200)
    by_hour = table([call], By.HOUR, zone=HOME, present=there)
    assert by_hour.rows["09"].occupancy == pytest.approx(1800 / 3600)
    by_practice = table([call], By.PRACTICE, zone=HOME, present=there)
    assert by_practice.rows["riverside"].occupancy is None
    assert by_practice.whole.occupancy == pytest.approx(1800 / 7200)


def test_hours_and_days_are_of_the_clock_on_the_wall() -> None:
    late = [Contact("c", datetime(2026, 11, 24, 5, 30, tzinfo=UTC), Ending.ANSWERED, 1.0)]
    assert list(table(late, By.DAY, zone=HOME).rows) == ["2026-11-23"]
    assert list(table(late, By.HOUR, zone=HOME).rows) == ["23"]


def test_the_hour_that_comes_twice_is_spread_whole() -> None:
    fall_back = datetime(2026, 11, 1, 5, 0, tzinfo=UTC)  # midnight; 01:00 comes twice
    there = [Presence("Dana", fall_back, fall_back + timedelta(hours=4))]
    calls = [
        Contact(str(hour), fall_back + timedelta(hours=hour), Ending.ANSWERED, 1.0)
        for hour in range(4)
    ]
    rows = table(calls, By.HOUR, zone=HOME, present=there).rows
    assert {hour: row.staffed_s for hour, row in rows.items()} == {
        "00": 3600.0,
        "01": 7200.0,
        "02": 3600.0,
    }


def test_every_definition_says_its_seconds() -> None:
    counted = table([], By.DAY, zone=HOME, within_s=30, short_s=7.5)
    told = [described(each, counted) for each in DEFINITIONS]
    assert ("In 30 s", told[2][1]) == told[2]
    assert not any("{" in head + words for head, words in told)
    assert any("7.5 s" in words for _, words in told)


CONTACTS = st.builds(
    Contact,
    call=st.just("c"),
    at=st.integers(0, 8760).map(lambda hours: NINE + timedelta(hours=hours)),
    ending=st.sampled_from(Ending),
    waited_s=st.floats(0, 600),
    practice=st.sampled_from(["a", "b", ""]),
    agent=st.sampled_from(["Dana", "Marcus", ""]),
)


@given(st.lists(CONTACTS, max_size=30), st.sampled_from(By))
def test_rows_add_up_to_the_whole(contacts: list[Contact], by: By) -> None:
    counted = table(contacts, by, zone=HOME)
    for code in ("offered", "answered", "within", "abandoned", "short", "unanswered"):
        assert sum(getattr(row, code) for row in counted.rows.values()) == getattr(
            counted.whole, code
        )
    assert counted.whole.offered == len(contacts)
