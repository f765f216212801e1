"""`frontdesk export fhir`: a practice's open and booked times of some days, for its own systems.

Who comes and for what leaves only under an agreement in force on the day of the export (45 CFR
164.504(e)); without one a visit is a time, a provider and a reference.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from console.calendars import fhir
from console.calendars.fhir import BookedVisit, Patient
from console.desk.editions import in_force
from console.errors import WorldError
from console.own_file import write_over
from console.records.opening import opening
from console.records.practices import practice_files
from console.store.appointments import Appointment, appointments
from console.store.audit.events import Event
from console.store.audit.noting import note
from console.store.bookings import busy_times
from scripts.openings import OpenTime, open_times
from scripts.practice import Practice

BY: Final = "command line"
LONGEST: Final = 366  # days at once


def run_export(arguments: argparse.Namespace) -> int:
    """Write it, on record as exported. Raises `WorldError`."""
    first, last = arguments.since, arguments.until or arguments.since
    if not 0 <= (last - first).days < LONGEST:
        raise WorldError(
            "Not days to export", f"--to is before --from, or more than {LONGEST} days after it."
        )
    now = datetime.now(UTC)
    files = practice_files(arguments)
    with opening(arguments).opened(there=True) as records:
        with records.session() as session:
            practice = in_force(session, files, now).by_id(arguments.practice)
            if practice is None:
                raise WorldError(
                    "No such practice",
                    f"Neither the records nor the folder has a practice “{arguments.practice}”.",
                )
            found = _resources(session, practice, (first, last), now)
        records.write(lambda session: _note(session, practice, (first, last)))
    if arguments.ndjson:
        text = "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in found)
    else:
        text = json.dumps(fhir.bundle(found), indent=2, ensure_ascii=False) + "\n"
    if arguments.output is not None:
        write_over(arguments.output, text.encode(), "export")
    else:
        sys.stdout.write(text)
    return 0


def _resources(
    session: Session, practice: Practice, days: tuple[date, date], now: datetime
) -> list[fhir.Resource]:
    since = _midnight(practice, days[0])
    until = _midnight(practice, days[1] + timedelta(days=1))
    booked = appointments(session, practice=practice.id, since=since, until=until)
    permitted = practice.baa_in_force(now.astimezone(practice.zone).date())
    return fhir.resources(
        practice.id,
        [(each.id, each.full) for each in practice.providers],
        _open(session, practice, since, until, now),
        [_visit(practice, each, permitted=permitted) for each in booked],
    )


def _open(
    session: Session, practice: Practice, since: datetime, until: datetime, now: datetime
) -> Sequence[OpenTime]:
    """Return what can still be booked, in pieces of the shortest visit there is."""
    if not practice.appointment_types or until <= now:
        return ()
    shortest = min(practice.appointment_types, key=lambda each: each.minutes)
    busy = busy_times(session, practice=practice.id, after=since, until=until, now=now)
    taken = [(each.provider, each.starts_at, each.ends_at) for each in busy]
    whoever = shortest.model_copy(update={"providers": ()})
    alone = practice.model_copy(update={"appointment_types": (whoever,)})
    after = max(since, now)
    days = (until - after).days + 2
    times = open_times(alone, appointment_type=whoever.id, busy=taken, after=after, days=days)
    return [each for each in times if each.start >= since and each.end <= until]


def _visit(practice: Practice, booked: Appointment, *, permitted: bool) -> BookedVisit:
    kind = practice.appointment_type(booked.appointment_type)
    patient = Patient(
        name=booked.patient_name,
        visit=kind.name if kind is not None else booked.appointment_type,
        phone=booked.callback_number,
        birth_date=booked.birth_date,
    )
    return BookedVisit(
        uid=booked.uid,
        reference=f"B{booked.booking_id}",
        provider_id=booked.provider,
        starts_at=booked.starts_at,
        ends_at=booked.ends_at,
        cancelled=booked.cancelled,
        patient=patient if permitted else None,
    )


def _note(session: Session, practice: Practice, days: tuple[date, date]) -> None:
    note(
        session,
        event=Event.EXPORTED,
        person=BY,
        kind="booking",
        practice_id=practice.id,
        detail=f"fhir.{days[0]}.{days[1]}",
    )


def _midnight(practice: Practice, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=practice.zone).astimezone(UTC)
