"""A calendar nobody could read for as long as its practice allows: a task, once for each time it
was away, that ends by itself when it is back."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from console.store import calendars as store
from console.store import outbox
from console.store.calendar_tables import CalendarRow
from console.store.outbox_values import TaskKind
from console.store.session import Records
from console.worker.calendars.known import OneCalendar

BY = "Frontdesk"


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
            since = row.read_at or row.failing_since
            key += f"{since:%Y%m%dT%H%M%S}" if since else "never"
            if key not in told:
                new.append((key, _sentence(row, calendar), calendar))
        else:
            over += [each for each in told if each.startswith(key)]
    if new or over:
        records.write(lambda session: _write(session, new, over, now))


def _is_away(row: CalendarRow, calendar: OneCalendar, now: datetime) -> bool:
    own = calendar.practice.calendar
    assert own is not None
    since = row.read_at or row.failing_since
    return since is not None and now - since > timedelta(minutes=own.away_after)


def _sentence(row: CalendarRow, calendar: OneCalendar) -> str:
    zone = calendar.practice.zone
    heard = (
        f"has not been heard of since {row.read_at.astimezone(zone):%a %d %b %H:%M}"
        if row.read_at is not None
        else "has never been heard of"
    )
    why = f" {row.trouble}" if row.trouble else ""
    return f"{calendar.words} {heard}; times are offered to be confirmed.{why}"


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
