from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scripts import hours, openings
from scripts.openings import OpenTime, open_times
from tests.scripts.samples import EVENING, lakeshore, library, maple, moments, riverside


def listed(times: tuple[OpenTime, ...]) -> list[str]:
    return [openings.shown(riverside(), time) for time in times]


def test_the_first_times_after_an_evening_call() -> None:
    times = open_times(riverside(), appointment_type="office_visit", after=EVENING, limit=5)
    assert listed(times) == [
        "Wed 25 Nov 08:00, Dr. Okafor",
        "Wed 25 Nov 08:20, Dr. Okafor",
        "Wed 25 Nov 08:40, Dr. Okafor",
        "Wed 25 Nov 09:00, Dr. Okafor",
        "Wed 25 Nov 09:00, Dr. Ortega",
    ]
    assert openings.spoken_time(riverside(), times[1], EVENING) == "tomorrow at eight twenty"


def test_taken_time_is_left_out_to_the_minute() -> None:
    nine = datetime(2026, 11, 25, 15, tzinfo=UTC)
    busy = [
        ("okafor", nine - timedelta(hours=1), nine + timedelta(minutes=1)),
        ("ortega", nine, nine + timedelta(minutes=20)),
    ]
    times = open_times(riverside(), appointment_type="office_visit", busy=busy, after=EVENING)
    assert listed(times)[:3] == [
        "Wed 25 Nov 09:20, Dr. Okafor",
        "Wed 25 Nov 09:20, Dr. Ortega",
        "Wed 25 Nov 09:40, Dr. Okafor",
    ]


def test_holidays_lunch_and_short_days_have_no_times() -> None:
    times = open_times(riverside(), appointment_type="physical", after=EVENING, days=40)
    local = [time.start.astimezone(riverside().zone) for time in times]
    days = {f"{start:%m-%d}" for start in local}
    assert not {"11-26", "11-27", "11-28", "12-25"} & days
    assert not [start for start in local if start.hour == 12]
    last = max(start for start in local if f"{start:%m-%d}" == "12-24")
    assert f"{last:%H:%M}" == "11:20"  # forty minutes before the noon closing


def test_a_new_patient_is_offered_whom_they_can_see() -> None:
    times = open_times(riverside(), appointment_type="new_patient", after=EVENING, new_patient=True)
    assert {time.provider_id for time in times} == {"ortega"}
    assert open_times(riverside(), appointment_type="new_patient", provider="okafor", after=EVENING)
    assert not open_times(riverside(), appointment_type="vaccine", provider="ortega", after=EVENING)
    assert not open_times(riverside(), appointment_type="surgery", after=EVENING)
    assert not open_times(riverside(), appointment_type="vaccine", provider="nobody", after=EVENING)


def test_notice_is_kept() -> None:
    friday = datetime(2026, 11, 20, 14, tzinfo=UTC)
    first = open_times(lakeshore(), appointment_type="follow_up", after=friday, limit=1)[0]
    assert first.start >= friday + timedelta(hours=24)


def test_times_are_grouped_by_day_and_spread_over_it() -> None:
    times = open_times(maple(), appointment_type="sick", after=EVENING, days=7)
    grouped = openings.by_day(maple(), times, per_day=3)
    assert [f"{day:%a}" for day, _ in grouped] == ["Wed", "Fri", "Sat", "Mon"]
    wednesday = grouped[0][1]
    assert len(wednesday) == 3
    assert wednesday[0] == times[0]
    assert (wednesday[-1].start - wednesday[0].start) > timedelta(hours=6)
    assert len(openings.by_day(maple(), times, per_day=1)[0][1]) == 1


@given(
    moments((2026, 10, 25), (2027, 3, 20)),
    st.lists(st.tuples(st.integers(0, 14 * 24 * 60), st.integers(5, 300)), max_size=8),
)
def test_every_time_offered_can_be_kept(after: datetime, taken: list[tuple[int, int]]) -> None:
    for practice in library().practices:
        kind = practice.appointment_types[0]
        busy = [
            (
                practice.providers[n % 2].id,
                after + timedelta(minutes=at),
                after + timedelta(minutes=at + length),
            )
            for n, (at, length) in enumerate(taken)
        ]
        times = open_times(practice, appointment_type=kind.id, busy=busy, after=after, days=6)
        assert list(times) == sorted(times)
        for time in times:
            assert time.end - time.start == timedelta(minutes=kind.minutes)
            assert time.start >= after + timedelta(minutes=practice.booking.notice)
            assert OpenTime.from_key(time.key) == time
            day = time.start.astimezone(practice.zone).date()
            spans = hours.open_spans(practice, day)
            assert any(a <= time.start and time.end <= b for a, b in spans)
            assert not any(
                who == time.provider_id and a < time.end and time.start < b for who, a, b in busy
            )
