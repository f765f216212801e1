"""Busy times out of feeds: well made, oddly made, and made to hurt."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.calendars import feed
from console.calendars.feed import UnreadableFeed, busy_periods

CHICAGO = ZoneInfo("America/Chicago")
FROM = datetime(2026, 10, 26, tzinfo=UTC)
UNTIL = FROM + timedelta(days=21)


def calendar(*parts: str) -> bytes:
    body = "\r\n".join(part.strip().replace("\n", "\r\n") for part in parts)
    return (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n{body}\r\nEND:VCALENDAR\r\n".encode()
    )


def event(*lines: str) -> str:
    return "\n".join(["BEGIN:VEVENT", "UID:1", "DTSTAMP:20261001T000000Z", *lines, "END:VEVENT"])


def busy(*parts: str) -> list[str]:
    found = busy_periods(calendar(*parts), zone=CHICAGO, after=FROM, until=UNTIL)
    return [
        f"{p.start.astimezone(CHICAGO):%a %d %H:%M}-{p.end.astimezone(CHICAGO):%H:%M}"
        for p in found
    ]


def test_times_in_utc_in_a_zone_and_without_one() -> None:
    assert busy(event("DTSTART:20261028T150000Z", "DTEND:20261028T153000Z")) == [
        "Wed 28 10:00-10:30"
    ]
    assert busy(
        event(
            "DTSTART;TZID=America/Denver:20261028T090000",
            "DTEND;TZID=America/Denver:20261028T100000",
        )
    ) == ["Wed 28 10:00-11:00"]
    assert busy(event("DTSTART:20261028T100000", "DURATION:PT20M")) == ["Wed 28 10:00-10:20"]


def test_a_whole_day_is_the_practices_day() -> None:
    assert busy(event("DTSTART;VALUE=DATE:20261028")) == ["Wed 28 00:00-00:00"]


def test_a_weekly_time_keeps_its_hour_when_the_clocks_go_back() -> None:
    rule = event(
        "DTSTART;TZID=America/Chicago:20261027T090000",
        "DTEND;TZID=America/Chicago:20261027T093000",
        "RRULE:FREQ=WEEKLY;COUNT=3",
        "EXDATE;TZID=America/Chicago:20261110T090000",
    )
    assert busy(rule) == ["Tue 27 09:00-09:30", "Tue 03 09:00-09:30"]


def test_one_of_a_series_that_was_moved() -> None:
    series = event("DTSTART:20261027T140000Z", "DTEND:20261027T143000Z", "RRULE:FREQ=DAILY;COUNT=2")
    moved = event(
        "RECURRENCE-ID:20261028T140000Z", "DTSTART:20261028T200000Z", "DTEND:20261028T203000Z"
    )
    assert busy(series, moved) == ["Tue 27 09:00-09:30", "Wed 28 15:00-15:30"]


def test_what_is_cancelled_or_free_takes_no_time() -> None:
    when = ("DTSTART:20261028T150000Z", "DTEND:20261028T153000Z")
    assert not busy(event(*when, "STATUS:CANCELLED"))
    assert not busy(event(*when, "TRANSP:TRANSPARENT"))
    assert not busy(event("DTSTART:20261028T150000Z"))


def test_free_busy_as_some_systems_publish_it() -> None:
    told = """BEGIN:VFREEBUSY
UID:2
DTSTAMP:20261001T000000Z
FREEBUSY;FBTYPE=BUSY:20261028T150000Z/20261028T160000Z
FREEBUSY;FBTYPE=FREE:20261028T170000Z/PT1H
FREEBUSY:20261028T180000Z/PT30M
END:VFREEBUSY"""
    assert busy(told) == ["Wed 28 10:00-11:00", "Wed 28 13:00-13:30"]


def test_what_touches_is_one() -> None:
    first = event("DTSTART:20261028T150000Z", "DTEND:20261028T153000Z")
    second = event("DTSTART:20261028T153000Z", "DTEND:20261028T160000Z").replace("UID:1", "UID:2")
    assert busy(first, second) == ["Wed 28 10:00-11:00"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>Sign in</html>",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
        calendar(event("DTSTART:never")),
        calendar(event("DTEND:20261028T150000Z")),
        b"BEGIN:VCALENDAR" + b"x" * (feed.LONGEST + 1),
    ],
)
def test_what_is_no_calendar_is_a_sentence_or_nothing(content: bytes) -> None:
    try:
        found = busy_periods(content, zone=CHICAGO, after=FROM, until=UNTIL)
    except UnreadableFeed as told:
        assert str(told).endswith(".")  # noqa: PT017 - either is right, silence about it is not
    else:
        assert found == ()


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;COUNT=9",
        "FREQ=DAILY;BYSECOND=1,2,3",
        "FREQ=HOURLY;BYMINUTE=1,2,3,4,5,6,7",
    ],
)
def test_a_feed_that_repeats_more_often_than_people_meet_is_refused(rule: str) -> None:
    with pytest.raises(UnreadableFeed, match="repeats"):
        busy(event("DTSTART:20261028T150000Z", "DURATION:PT1S", f"RRULE:{rule}"))


def test_a_feed_of_too_many_entries_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "MOST", 20)
    with pytest.raises(UnreadableFeed, match="more than 20"):
        busy(event("DTSTART:20261028T150000Z", "DURATION:PT1S", "RRULE:FREQ=HOURLY"))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_within_a_calendar_are_read_or_refused(noise: bytes) -> None:
    for content in (noise, calendar(event("DTSTART:20261028T150000Z")).replace(b"UID:1", noise)):
        try:
            found = busy_periods(content, zone=CHICAGO, after=FROM, until=UNTIL)
        except UnreadableFeed:
            continue
        assert all(period.start < period.end for period in found)
