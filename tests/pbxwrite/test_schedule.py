"""The PBX and the desk agree on a practice's mode at any minute."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.pbx.schedule import Line, lines, mode_at
from scripts import hours
from scripts.calltypes import Mode
from scripts.fields import WEEKDAYS
from scripts.practice import Practice
from scripts.timetable import CoverageRule, CoverageSchedule, ExceptionDay
from tests.scripts.samples import library, moments

TODAY = date(2026, 11, 24)


def is_plain(practice: Practice, moment: datetime) -> bool:
    """Whether no clock is changed within a day of the moment."""
    offsets = {
        (moment + timedelta(hours=hour)).astimezone(practice.zone).utcoffset()
        for hour in range(-30, 31, 6)
    }
    return len(offsets) == 1


def check(practice: Practice, moment: datetime) -> None:
    local = moment.astimezone(practice.zone)
    found = mode_at(lines(practice, TODAY), local)
    assert found is hours.at(practice, moment).mode, f"{local:%a %F %H:%M}"


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(library().practices),
    moments((2026, 11, 25), (2027, 11, 22)),
)
def test_the_samples(practice: Practice, moment: datetime) -> None:
    if is_plain(practice, moment):
        check(practice, moment)


@st.composite
def rules(draw: st.DrawFn) -> CoverageRule:
    clock = st.builds(time, st.integers(0, 23), st.sampled_from([0, 30]))
    timed = draw(st.booleans())
    dated = draw(st.booleans())
    first, run = TODAY + timedelta(days=draw(st.integers(-2, 6))), draw(st.integers(0, 3))
    return CoverageRule.model_validate(
        {
            "mode": draw(st.sampled_from(list(Mode))),
            **({"from": draw(clock), "to": draw(clock)} if timed else {}),
            **(
                {"date": first, **({"until": first + timedelta(days=run)} if run else {})}
                if dated
                else {"days": draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True))}
            ),
        }
    )


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(library().practices),
    st.lists(rules(), max_size=5),
    moments((2026, 11, 26), (2026, 12, 2)),
)
def test_any_rules(practice: Practice, agreed: list[CoverageRule], moment: datetime) -> None:
    coverage = CoverageSchedule(daytime=practice.coverage.daytime, rules=tuple(agreed))
    check(practice.model_copy(update={"coverage": coverage}), moment)


def test_a_run_of_days_closed() -> None:
    away = ExceptionDay(date=date(2026, 11, 20), until=date(2026, 11, 27))
    open_day = ExceptionDay.model_validate(
        {"date": date(2026, 11, 26), "hours": {"opens": "10:00", "closes": "11:00"}}
    )
    written = ((open_day, away), (away, open_day))
    for practice, exceptions in product(library().practices, written):
        changed = practice.model_copy(update={"exceptions": exceptions})
        for hour in range(5 * 24):
            check(changed, datetime(2026, 11, 24, 12, tzinfo=UTC) + timedelta(hours=hour))


def test_a_rule_for_one_day_comes_before_one_for_a_run_of_days() -> None:
    run = CoverageRule(date=date(2026, 11, 25), until=date(2026, 11, 27), mode=Mode.AFTER_HOURS)
    one = CoverageRule(date=date(2026, 11, 26), mode=Mode.OVERFLOW)
    for agreed in ((run, one), (one, run)):
        coverage = CoverageSchedule(daytime=Mode.PRIMARY, rules=agreed)
        practice = library().practices[0].model_copy(update={"coverage": coverage})
        for day in (25, 26, 27, 28):
            check(practice, datetime(2026, 11, day, 18, tzinfo=UTC))


@pytest.mark.parametrize(
    ("line", "written"),
    [
        (Line(Mode.PRIMARY, 480, 1019, days=("mon",)), "08:00-16:59,mon,*,*"),
        (Line(Mode.PRIMARY, days=("mon", "tue")), "00:00-23:59,mon&tue,*,*"),
        (Line(Mode.PRIMARY, day=date(2026, 12, 25)), "00:00-23:59,*,25,dec"),
    ],
)
def test_as_asterisk_reads_it(line: Line, written: str) -> None:
    assert line.asterisk == written
