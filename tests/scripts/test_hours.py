from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from scripts import hours
from scripts.calltypes import Mode
from scripts.hours import OpenState
from scripts.practice import Practice
from scripts.protocol import Due
from scripts.timetable import CoverageRule, CoverageSchedule
from tests.scripts.samples import lakeshore, library, maple, moments, riverside

CHICAGO = ZoneInfo("America/Chicago")


def local(text: str, zone: str = "America/Chicago", fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def shown(practice: Practice, text: str) -> tuple[str, str, str]:
    coverage = hours.at(practice, local(text, practice.timezone))
    return coverage.label, coverage.change, coverage.mode.value


@pytest.mark.parametrize(
    ("at", "label", "change", "mode"),
    [
        ("2026-11-24 07:59", "Closed", "opens 08:00", "after_hours"),
        ("2026-11-24 08:00", "Open", "closes 12:00", "primary"),
        ("2026-11-24 11:59", "Open", "closes 12:00", "primary"),
        ("2026-11-24 12:00", "Lunch", "opens again 13:00", "after_hours"),
        ("2026-11-24 13:00", "Open", "closes 17:00", "primary"),
        ("2026-11-24 17:00", "Closed", "opens Wed 08:00", "after_hours"),
        ("2026-11-24 19:42", "Closed", "opens Wed 08:00", "after_hours"),
        ("2026-11-25 19:42", "Closed", "opens Mon 08:00", "after_hours"),
        ("2026-11-26 10:00", "Closed: Thanksgiving Day", "opens Mon 08:00", "after_hours"),
        ("2026-11-27 10:00", "Closed: Day after Thanksgiving", "opens Mon 08:00", "after_hours"),
        ("2026-11-28 10:00", "Closed", "opens Mon 08:00", "after_hours"),
        ("2026-12-24 11:00", "Open", "closes 12:00", "primary"),
        ("2026-12-24 12:30", "Closed", "opens Mon 08:00", "after_hours"),
        ("2026-12-31 15:30", "Open", "closes 17:00", "after_hours"),
        ("2027-03-12 10:00", "Closed: Continuing education day", "opens Mon 08:00", "after_hours"),
        ("2027-07-05 10:00", "Closed: Independence Day", "opens Tue 08:00", "after_hours"),
    ],
)
def test_how_riverside_stands(at: str, label: str, change: str, mode: str) -> None:
    assert shown(riverside(), at) == (label, change, mode)


def test_the_same_moment_differs_by_place() -> None:
    moment = local("2026-11-24 16:15")  # 17:15 in Detroit
    assert hours.at(riverside(), moment).is_open
    detroit = hours.at(lakeshore(), moment)
    assert (detroit.label, f"{detroit.local:%H:%M}") == ("Closed", "17:15")


def test_a_window_comes_before_what_follows_from_the_hours() -> None:
    assert shown(lakeshore(), "2026-11-24 09:00")[2] == "primary"
    assert shown(lakeshore(), "2026-11-24 10:00")[2] == "overflow"
    assert shown(maple(), "2026-11-18 07:45")[2] == "after_hours"
    assert shown(maple(), "2026-11-19 07:45")[2] == "overflow"


def with_rules(*rules: dict[str, object]) -> Practice:
    listed = tuple(CoverageRule.model_validate(rule) for rule in rules)
    schedule = CoverageSchedule(daytime=Mode.PRIMARY, rules=listed)
    return riverside().model_copy(update={"coverage": schedule})


def test_the_most_specific_schedule_wins() -> None:
    practice = with_rules(
        {"date": "2026-11-24", "from": "10:00", "to": "11:00", "mode": "primary"},
        {"date": "2026-11-24", "mode": "after_hours"},
        {"days": ["tue"], "from": "09:00", "to": "16:00", "mode": "overflow"},
        {"days": ["tue"], "mode": "primary"},
    )
    modes = [
        hours.at(practice, local(f"2026-11-24 {clock}")).mode
        for clock in ("08:30", "10:30", "11:00", "20:00")
    ]
    assert modes == [Mode.AFTER_HOURS, Mode.PRIMARY, Mode.AFTER_HOURS, Mode.AFTER_HOURS]
    other = [
        hours.at(practice, local(f"2026-12-01 {clock}")).mode
        for clock in ("08:30", "09:30", "20:00")
    ]
    assert other == [Mode.PRIMARY, Mode.OVERFLOW, Mode.PRIMARY]


def test_a_window_may_run_past_midnight() -> None:
    practice = with_rules({"days": ["mon"], "from": "22:00", "to": "06:00", "mode": "overflow"})
    clocks = ("2026-11-23 22:30", "2026-11-24 05:59", "2026-11-24 06:00", "2026-11-23 05:00")
    modes = [hours.at(practice, local(clock)).mode for clock in clocks]
    assert modes == [Mode.OVERFLOW, Mode.OVERFLOW, Mode.AFTER_HOURS, Mode.AFTER_HOURS]


# --- daylight saving -----------------------------------------------------------------------------


def night_practice(opens: str, closes: str) -> Practice:
    data = riverside().model_dump(by_alias=True)
    day = {"opens": opens, "closes": closes}
    data["hours"] = dict.fromkeys(data["hours"], day)
    return Practice.model_validate(data)


def test_the_hour_that_does_not_exist_opens_when_the_clocks_have_gone_on() -> None:
    practice = night_practice("02:30", "12:00")  # 14 March 2027, 02:00 becomes 03:00
    before = local("2027-03-14 01:59")
    assert hours.at(practice, before).state is OpenState.CLOSED
    opening = hours.next_opening(practice, before)
    assert opening is not None
    assert f"{opening.astimezone(CHICAGO):%H:%M}" == "03:30"
    assert opening - before == timedelta(minutes=31)


def test_the_hour_that_comes_twice_closes_once() -> None:
    practice = night_practice("00:30", "01:30")  # 1 November 2026, 02:00 becomes 01:00
    first = datetime(2026, 11, 1, 6, 29, tzinfo=UTC)  # 01:29, still summer time
    second = datetime(2026, 11, 1, 7, 15, tzinfo=UTC)  # 01:15, winter time
    assert hours.at(practice, first).is_open
    assert not hours.at(practice, second).is_open


def test_an_ordinary_day_is_an_hour_nearer_after_the_spring_change() -> None:
    sunday_noon = local("2027-03-13 12:00")
    opening = hours.next_opening(riverside(), sunday_noon)
    assert opening is not None
    assert f"{opening.astimezone(CHICAGO):%a %H:%M}" == "Mon 08:00"
    assert opening - sunday_noon == timedelta(hours=43)


def test_a_day_can_last_until_midnight() -> None:
    practice = night_practice("20:00", "24:00")
    assert hours.at(practice, local("2026-11-24 23:59")).is_open
    assert not hours.at(practice, local("2026-11-25 00:00")).is_open


# --- due -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("taken", "due", "at"),
    [
        ("2026-11-24 19:42", {"business_days": 1}, "Wed 25 Nov 17:00"),
        ("2026-11-24 10:00", {"business_days": 1}, "Wed 25 Nov 17:00"),
        ("2026-11-24 02:00", {"business_days": 1}, "Tue 24 Nov 17:00"),
        ("2026-11-25 18:00", {"business_days": 1}, "Mon 30 Nov 17:00"),
        ("2026-11-24 10:00", {"business_days": 0}, "Tue 24 Nov 17:00"),
        ("2026-11-24 17:00", {"business_days": 0}, "Wed 25 Nov 17:00"),
        ("2026-11-24 12:30", {"business_days": 0}, "Tue 24 Nov 17:00"),
        ("2026-11-24 19:42", {"business_days": 1, "by": "12:00"}, "Wed 25 Nov 12:00"),
        ("2026-11-24 10:00", {"business_days": 0, "by": "09:00"}, "Tue 24 Nov 17:00"),
        ("2026-11-24 19:42", {"business_days": 3}, "Tue 01 Dec 17:00"),
        ("2026-11-24 23:50", {"minutes": 30}, "Wed 25 Nov 00:20"),
        ("2026-11-01 00:50", {"minutes": 120}, "Sun 01 Nov 01:50"),
    ],
)
def test_when_a_message_is_due(taken: str, due: dict[str, object], at: str) -> None:
    found = hours.due_at(riverside(), local(taken), Due.model_validate(due))
    assert f"{found.astimezone(CHICAGO):%a %d %b %H:%M}" == at


def test_a_practice_that_never_opens_still_has_due_times() -> None:
    neutral = library().neutral()
    moment = datetime(2026, 11, 24, 10, tzinfo=UTC)
    assert hours.next_opening(neutral, moment) is None
    assert hours.at(neutral, moment).change == "opening not known"
    assert hours.due_at(neutral, moment, Due(business_days=1)) == datetime(
        2026, 11, 25, 17, tzinfo=UTC
    )


@given(moments((2026, 1, 1), (2029, 12, 31)))
def test_at_any_moment_the_next_change_is_a_change(moment: datetime) -> None:
    for practice in library().practices:
        coverage = hours.at(practice, moment)
        change = coverage.closes_at if coverage.is_open else coverage.opens_at
        assert change is not None
        assert change > moment
        just_before = hours.at(practice, change - timedelta(seconds=1))
        assert just_before.is_open == coverage.is_open
        assert hours.at(practice, change).is_open != coverage.is_open
        due = hours.due_at(practice, moment, Due(business_days=1))
        assert due > moment


def test_days_are_said_as_people_say_them() -> None:
    tuesday = date(2026, 11, 24)
    said = [hours.spoken_day(tuesday + timedelta(days=n), tuesday) for n in (0, 1, 3, 8)]
    assert said == ["today", "tomorrow", "Friday", "Wednesday, December 2"]
    assert hours.instant(riverside(), tuesday, time(0), end=True) == local("2026-11-25 00:00")


def test_a_run_of_days_closes_each_and_a_single_day_comes_before_it() -> None:
    data = riverside().model_dump(by_alias=True)
    data["exceptions"] = [
        {"date": "2026-07-06", "until": "2026-07-10", "hours": "closed", "note": "Summer closing"},
        {"date": "2026-07-08", "hours": {"opens": "09:00", "closes": "10:00"}},
    ]
    practice = Practice.model_validate(data)
    days = [hours.at(practice, local(f"2026-07-{day:02} 09:30")).label for day in (5, 6, 8, 10)]
    assert days == ["Closed", "Closed: Summer closing", "Open", "Closed: Summer closing"]
    assert hours.at(practice, local("2026-07-13 09:30")).is_open


def test_a_run_of_days_is_covered_otherwise_and_a_single_day_comes_before_it() -> None:
    rules = (
        {"date": "2026-07-08", "mode": "overflow"},
        {"date": "2026-07-06", "until": "2026-07-10", "mode": "after_hours"},
        {"days": ["mon", "wed"], "from": "08:00", "to": "12:00", "mode": "overflow"},
    )
    schedule = CoverageSchedule.model_validate({"daytime": "primary", "rules": rules})
    practice = riverside().model_copy(update={"coverage": schedule})
    modes = [hours.at(practice, local(f"2026-07-{day:02} 09:30")).mode for day in (6, 8, 13)]
    assert modes == [Mode.AFTER_HOURS, Mode.OVERFLOW, Mode.OVERFLOW]
