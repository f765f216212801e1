"""What a person has to look at, as tasks on the board: each once, with both sides where two things
disagree. None names a patient.

A task of something that was away, or not written, ends by itself when it is. One of a clash is
ended by a person only.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from console.store import calendars as store
from console.store import outbox
from console.store.calendar_clashes import Clash
from console.store.calendar_events import ClaimedEvent, Mine, Span
from console.store.calendar_tables import CalendarRow
from console.store.outbox_values import TaskKind
from console.store.session import Records
from console.worker.calendars.known import OneCalendar, reference

BY: Final = "Frontdesk"
SOON: Final = timedelta(hours=24)  # a visit that is to come within it is urgent
UNWRITTEN_AFTER: Final = timedelta(minutes=2)  # or so many tries
TRIES: Final = 3
NOBODY_ASKED: Final = (
    "No machine that is running can speak to it: install frontdesk[calendar] on one of them."
)


def tell_away(records: Records, calendars: Sequence[OneCalendar], now: datetime) -> None:
    """Write the tasks there have to be, and end those of calendars that are back."""
    by_name = {each.known: each for each in calendars}
    with records.session() as session:
        rows = store.standing(session, practices={each.practice.id for each in calendars})
        told = {task.key: task for task in outbox.open_tasks(session)}
    new: list[tuple[str, str, OneCalendar]] = []
    over: list[str] = []
    for row in rows:
        calendar = by_name.get(store.known_of(row))
        if calendar is None:
            continue
        key = f"calendar.away.{row.id}."
        if _is_away(row, calendar, now):
            since = _since(row)
            key += f"{since:%Y%m%dT%H%M%S}" if since else "never"
            if key not in told:
                new.append((key, _sentence(row, calendar), calendar))
        else:
            over += [each for each in told if each.startswith(key)]
    if new or over:
        records.write(lambda session: _write(session, new, over, now))


def tell_theirs(
    session: Session, calendar: OneCalendar, event: Mine, now_at: Span | None, now: datetime
) -> None:
    """Write the task of an event of ours that the practice moved or took out."""
    theirs = (
        f"was moved there to {_when(calendar, now_at)}"
        if now_at is not None
        else "was taken out there"
    )
    at = f"{now_at.starts_at:%Y%m%dT%H%M}" if now_at is not None else "gone"
    _clash(
        session,
        key=f"calendar.theirs.{event.id}.{event.wanted}.{at}",
        sentence=f"{_visit(calendar, event.booking_id, event.provider, event.booked)} {theirs}. "
        "The booking here stands as it was: ask the practice, then move or cancel it.",
        calendar=calendar,
        starts_at=event.booked.starts_at,
        now=now,
    )


def tell_clash(session: Session, calendar: OneCalendar, clash: Clash, now: datetime) -> None:
    """Write the task of a booking at a time that is taken in the practice's calendar."""
    _clash(
        session,
        key=f"calendar.clash.{clash.booking_id}.{clash.theirs.starts_at:%Y%m%dT%H%M}"
        f".{clash.theirs.ends_at:%Y%m%dT%H%M}",
        sentence=f"{_visit(calendar, clash.booking_id, clash.provider, clash.booked)} is booked "
        f"here, and the practice's calendar has something else {_when(calendar, clash.theirs)}. "
        "Ask the practice which stands, then move or cancel the other.",
        calendar=calendar,
        starts_at=clash.booked.starts_at,
        now=now,
    )


def tell_unwritten(
    session: Session,
    calendar: OneCalendar,
    event: ClaimedEvent,
    *,
    why: str,
    tries: int,
    now: datetime,
) -> None:
    """Write the task of a booking that is not in the practice's calendar though it was tried."""
    if tries < TRIES and now - event.since < UNWRITTEN_AFTER:
        return
    visit = _visit(calendar, event.booking_id, event.provider, event.booked)
    what = "cancelled here, and still stands in" if event.cancelled else "not yet in"
    outbox.add_task(
        session,
        key=_unwritten(event),
        kind=TaskKind.UNDELIVERED,
        sentence=f"{visit} is {what} the practice's calendar. {why} It is tried again; tell the "
        "practice if it cannot wait.",
        now=now,
        urgent=event.booked.starts_at - now < SOON,
        practice_id=calendar.practice.id,
    )


def written_after_all(session: Session, event: ClaimedEvent, now: datetime) -> None:
    """End the task of a booking that stands in the practice's calendar now."""
    if event.tries:
        outbox.end_tasks_of(session, keys=[_unwritten(event)], by=BY, now=now)


def _unwritten(event: ClaimedEvent) -> str:
    return f"calendar.unwritten.{event.id}.{event.wanted}"


def _clash(
    session: Session,
    *,
    key: str,
    sentence: str,
    calendar: OneCalendar,
    starts_at: datetime,
    now: datetime,
) -> None:
    outbox.add_task(
        session,
        key=key,
        kind=TaskKind.CLASH,
        sentence=sentence,
        now=now,
        urgent=starts_at - now < SOON,
        practice_id=calendar.practice.id,
    )


def _visit(calendar: OneCalendar, booking: int, provider: str, booked: Span) -> str:
    """Return “Ref B12, Mon 30 Nov 09:20-09:40 with Dr. Okafor”."""
    who = calendar.practice.provider(provider)
    name = who.spoken if who is not None else provider
    return f"Ref {reference(booking)}, {_when(calendar, booked)} with {name},"


def _when(calendar: OneCalendar, span: Span) -> str:
    zone = calendar.practice.zone
    start, end = span.starts_at.astimezone(zone), span.ends_at.astimezone(zone)
    last = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%a %d %b %H:%M}"
    return f"{start:%a} {start.day} {start:%b %H:%M}–{last}"


def _is_away(row: CalendarRow, calendar: OneCalendar, now: datetime) -> bool:
    own = calendar.practice.calendar
    assert own is not None
    since = _since(row)
    return since is not None and now - since > timedelta(minutes=own.away_after)


def _since(row: CalendarRow) -> datetime | None:
    """Return since when nothing was heard of it; of one nobody ever asked, since it was to be."""
    return row.read_at or row.failing_since or row.next_at


def _sentence(row: CalendarRow, calendar: OneCalendar) -> str:
    zone = calendar.practice.zone
    heard = (
        f"has not been heard of since {row.read_at.astimezone(zone):%a %d %b %H:%M}"
        if row.read_at is not None
        else "has never been heard of"
    )
    why = row.trouble or NOBODY_ASKED
    return f"{calendar.words} {heard}; times are offered to be confirmed. {why}"


def _write(
    session: Session,
    new: Sequence[tuple[str, str, OneCalendar]],
    over: Sequence[str],
    now: datetime,
) -> None:
    for key, sentence, calendar in new:
        outbox.add_task(
            session,
            key=key,
            kind=TaskKind.UNDELIVERED,
            sentence=sentence,
            now=now,
            practice_id=calendar.practice.id,
        )
    outbox.end_tasks_of(session, keys=over, by=BY, now=now)
