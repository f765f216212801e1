from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from scripts.oncall import on_call_at
from scripts.practice import Practice
from tests.scripts.samples import lakeshore, library, maple, moments, riverside


def stands(practice: Practice, text: str) -> tuple[str, str, str]:
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(practice.timezone))
    found = on_call_at(practice, moment)
    assert found is not None
    until = f"{found.until.astimezone(practice.zone):%a %H:%M}" if found.until else "-"
    backup = f"{found.backup.provider.id} {found.backup.after}" if found.backup else "-"
    return found.provider.id, until, backup


@pytest.mark.parametrize(
    ("at", "who", "until", "backup"),
    [
        ("2026-11-24 19:42", "okafor", "Wed 07:00", "ortega 10"),
        ("2026-11-24 06:59", "okafor", "Tue 07:00", "ortega 10"),
        ("2026-11-24 07:00", "okafor", "Tue 17:00", "ortega 15"),
        ("2026-11-20 18:00", "ortega", "Mon 07:00", "okafor 10"),
        ("2026-11-22 12:00", "ortega", "Mon 07:00", "okafor 10"),
        ("2026-11-26 12:00", "ortega", "Sat 00:00", "okafor 15"),
        ("2026-11-25 23:59", "okafor", "Thu 00:00", "ortega 10"),
    ],
)
def test_riversides_rota(at: str, who: str, until: str, backup: str) -> None:
    assert stands(riverside(), at) == (who, until, backup)


def test_a_gap_in_the_rota_falls_to_the_fallback() -> None:
    assert stands(lakeshore(), "2026-11-24 20:00") == ("service", "Wed 08:30", "brandt 10")
    assert stands(lakeshore(), "2026-11-24 11:00") == ("kowalczyk", "Tue 16:30", "service 5")


def test_a_dated_shift_comes_before_the_week() -> None:
    assert stands(maple(), "2026-12-25 03:00")[0] == "reyes"
    assert stands(maple(), "2026-12-24 11:59")[0] == "patel"


def test_the_night_the_clocks_go_back_is_covered_throughout() -> None:
    for hour in range(5, 14):
        found = on_call_at(riverside(), datetime(2026, 11, 1, hour, 30, tzinfo=UTC))
        assert found is not None
        assert found.provider.id == "ortega"


def test_a_number_without_a_practice_has_nobody_on_call() -> None:
    assert on_call_at(library().neutral(), datetime(2026, 11, 24, tzinfo=UTC)) is None


@given(moments((2026, 1, 1), (2029, 12, 31)))
def test_somebody_is_on_call_at_any_moment(moment: datetime) -> None:
    for practice in library().practices:
        found = on_call_at(practice, moment)
        assert found is not None
        assert found.provider.phone
        assert found.until is None or found.until > moment
        if found.until:
            after = on_call_at(practice, found.until)
            assert after is not None
            assert after.rungs != found.rungs
            assert found.then == after.provider
