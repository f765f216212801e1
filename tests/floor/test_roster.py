"""The day to come, out of the weeks before."""

from datetime import UTC, date, datetime, timedelta

import pytest

from console.floor.figures import Contact, Ending
from console.floor.roster import days_like, roster
from console.floor.staffing import Demand, agents_for

DAY = date(2026, 11, 30)


def calls(day: date, hour: int, count: int, ending: Ending = Ending.ANSWERED) -> list[Contact]:
    at = datetime(day.year, day.month, day.day, hour, 15, tzinfo=UTC)
    talk = 240.0 if ending is Ending.ANSWERED else None
    return [Contact(f"{day}{hour}{n}", at, ending, 12.0, talk_s=talk) for n in range(count)]


def test_the_same_weekdays_make_the_day() -> None:
    days = days_like(DAY)
    assert [each.weekday() for each in days] == [0, 0, 0, 0]
    found = roster(
        [*calls(days[0], 10, 50), *calls(days[1], 10, 30), *calls(days[0] + timedelta(1), 10, 999)],
        DAY, zone=UTC, known={days[0], days[1]},
    )  # fmt: skip
    assert found.days == days[:2]
    (ten,) = found.hours
    assert (ten.hour, ten.calls, ten.handle_s) == (10, 40.0, 240.0)
    assert ten.by_c == agents_for(Demand(40.0, 3600.0, 240.0))
    assert ten.by_a is None
    assert found.patience_s is None


def test_patience_is_all_waiting_over_those_who_gave_up() -> None:
    day = days_like(DAY)[0]
    given = [*calls(day, 10, 19), *calls(day, 10, 1, Ending.ABANDONED)]
    found = roster(given, DAY, zone=UTC, known={day})
    assert found.patience_s == pytest.approx(240.0)
    assert found.hours[0].by_a is not None
    assert found.hours[0].by_a.agents <= found.hours[0].by_c.agents


def test_without_a_day_like_it_there_is_nothing_to_tell() -> None:
    assert roster([], DAY, zone=UTC, known=set()).hours == ()
