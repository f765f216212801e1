"""A booking in the practice's calendar: one event for ever, and no more said than is permitted."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import icalendar

from console.calendars.event import CalendarBooking, calendar_of, invitation
from console.calendars.feed import busy_periods

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
BOOKING = CalendarBooking(
    uid="b-17",
    reference="R7K4A",
    starts_at=datetime(2026, 11, 25, 15, 20, tzinfo=UTC),
    ends_at=datetime(2026, 11, 25, 15, 40, tzinfo=UTC),
    provider="Dr. Okafor",
)


def only_event(content: bytes) -> icalendar.Event:
    (event,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    return event


def busy(content: bytes) -> int:
    day = datetime(2026, 11, 25, tzinfo=UTC)
    zone = ZoneInfo("America/Chicago")
    return len(busy_periods(content, zone=zone, after=day, until=day.replace(day=27)))


def test_without_an_agreement_it_says_a_reference() -> None:
    event = only_event(calendar_of(BOOKING, now=NOW))
    assert event["SUMMARY"] == "Booked by the front desk, ref R7K4A"
    assert event["CLASS"] == "PRIVATE"


def test_with_one_it_says_what_it_was_given() -> None:
    booking = replace(BOOKING, details="Zoë Lopez, annual physical")
    assert only_event(calendar_of(booking, now=NOW))["SUMMARY"] == booking.details


def test_moved_it_is_the_same_event_and_given_up_it_takes_no_time() -> None:
    moved = replace(BOOKING, sequence=1)
    gone = replace(BOOKING, sequence=2, cancelled=True)
    uids = {only_event(calendar_of(each, now=NOW))["UID"] for each in (BOOKING, moved, gone)}
    assert len(uids) == 1
    assert busy(calendar_of(moved, now=NOW)) == 1
    assert busy(calendar_of(gone, now=NOW)) == 0


def test_an_invitation_and_its_taking_back() -> None:
    to, sender = "desk@practice.example", "frontdesk@service.example"
    sent = invitation(BOOKING, sender=sender, to=to, now=NOW)
    back = invitation(replace(BOOKING, cancelled=True), sender=sender, to=to, now=NOW)
    assert icalendar.Calendar.from_ical(sent)["METHOD"] == "REQUEST"
    assert icalendar.Calendar.from_ical(back)["METHOD"] == "CANCEL"
    assert only_event(sent)["ATTENDEE"] == f"mailto:{to}"
