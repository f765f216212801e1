"""What a calendar holds beside what is booked: the practice moved an event of ours, or took it out.

It is put before a person with both sides, and nothing is written over it. Runs inside the
transaction that writes what was read.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from console.calendars.ours import Standing
from console.store import calendar_events as events
from console.store.calendar_events import Mine, Span
from console.store.calendar_tables import EventStatus
from console.store.calendars import Read, Taken
from console.worker.calendars.known import OneCalendar
from console.worker.calendars.reading import Reading
from console.worker.calendars.telling import tell_theirs

_JUDGED = (EventStatus.WRITTEN, EventStatus.THEIRS)  # one that is to be written its writer judges


def compare(
    session: Session, calendar: OneCalendar, calendar_id: int, reading: Reading, now: datetime
) -> Read:
    """Return what was read without the events of ours that stand as they should; of those the
    practice moved, the time they take there now."""
    mine = {each.object: each for each in events.mine(session, calendar_id=calendar_id)}
    taken = [each for each in reading.read.taken if each.object not in mine]
    for place, stands in reading.ours.items():
        event = mine.get(place)
        if event is None:
            continue
        now_at = _span(stands)
        if now_at is not None and _takes_time(event, now_at):
            at = (now_at.starts_at, now_at.ends_at)
            taken.append(Taken(place, event.provider, *at, event.booking_id))
        if event.status in _JUDGED and not event.cancelled:
            _judge(session, calendar, event, now_at, now)
    return replace(reading.read, taken=tuple(taken))


def _judge(
    session: Session, calendar: OneCalendar, event: Mine, now_at: Span | None, now: datetime
) -> None:
    if now_at == event.booked:
        events.is_ours_again(session, event_id=event.id)
    elif now_at != event.seen and events.is_theirs(session, event_id=event.id, seen=now_at):
        tell_theirs(session, calendar, event, now_at, now)


def _takes_time(event: Mine, now_at: Span) -> bool:
    """Tell whether an event of ours takes other time than its booking, by the practice's doing."""
    if event.cancelled:
        return event.status is EventStatus.ENDED or now_at not in (event.booked, event.seen)
    if now_at == event.booked:
        return False
    return event.status is not EventStatus.PENDING or now_at != event.seen


def _span(stands: Standing | None) -> Span | None:
    if stands is None or stands.cancelled:
        return None
    return Span(stands.starts_at, stands.ends_at)
