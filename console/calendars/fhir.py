"""Open and booked times as FHIR R4 `Slot` and `Appointment`, with the `Schedule` each is of
(https://hl7.org/fhir/R4/slot.html, appointment.html, schedule.html).

Every resource has the same id whenever it is written, so that whoever takes two exports in has each
once. A patient is in it only where the caller passes one, which it may do only under an agreement
in force.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from scripts.openings import OpenTime

SYSTEM: Final = "urn:frontdesk:booking"
SCHEDULES: Final = "urn:frontdesk:schedule"

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True, repr=False)
class Patient:
    """Who comes, and for what kind of visit."""

    name: str
    visit: str
    phone: str | None = None  # E.164
    birth_date: date | None = None


@dataclass(frozen=True, slots=True, repr=False)
class BookedVisit:
    """A visit as it is exported; `uid` is its lasting id."""

    uid: str
    reference: str
    provider_id: str
    starts_at: datetime
    ends_at: datetime
    cancelled: bool = False
    patient: Patient | None = None


def resources(
    practice_id: str,
    providers: Sequence[tuple[str, str]],
    open_times: Iterable[OpenTime],
    visits: Iterable[BookedVisit],
) -> list[Resource]:
    """Return a Schedule for each provider (id and name), a free Slot for each open time, and for
    each visit its Appointment with the Slot it takes; given up, it takes none."""
    found = [_schedule(practice_id, *each) for each in providers]
    names = dict(providers)
    for time in open_times:
        found.append(_slot(practice_id, time.provider_id, time.start, time.end, free=True))
    for visit in visits:
        slot = None
        if not visit.cancelled:
            slot = _slot(practice_id, visit.provider_id, visit.starts_at, visit.ends_at, free=False)
            found.append(slot)
        found.append(_appointment(visit, names.get(visit.provider_id, visit.provider_id), slot))
    return found


def bundle(found: Iterable[Resource]) -> Resource:
    """Return the resources as one collection."""
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"fullUrl": f"urn:uuid:{each['id']}", "resource": each} for each in found],
    }


def _schedule(practice_id: str, provider_id: str, name: str) -> Resource:
    value = f"{practice_id}/{provider_id}"
    return {
        "resourceType": "Schedule",
        "id": _id("Schedule", value),
        "identifier": [{"system": SCHEDULES, "value": value}],
        "active": True,
        "actor": [{"display": name}],
    }


def _slot(
    practice_id: str, provider_id: str, start: datetime, end: datetime, *, free: bool
) -> Resource:
    schedule = f"{practice_id}/{provider_id}"
    value = f"{schedule}/{_instant(start)}/{_instant(end)}"
    return {
        "resourceType": "Slot",
        "id": _id("Slot", value),
        "schedule": {"reference": f"urn:uuid:{_id('Schedule', schedule)}"},
        "status": "free" if free else "busy",
        "start": _instant(start),
        "end": _instant(end),
    }


def _appointment(visit: BookedVisit, provider: str, slot: Resource | None) -> Resource:
    accepted = "declined" if visit.cancelled else "accepted"
    participants = [{"actor": {"display": provider}, "status": accepted}]
    made: Resource = {
        "resourceType": "Appointment",
        "id": _id("Appointment", visit.uid),
        "identifier": [{"system": SYSTEM, "value": visit.uid}],
        "status": "cancelled" if visit.cancelled else "booked",
        "description": f"Booked by the front desk, ref {visit.reference}",
        "start": _instant(visit.starts_at),
        "end": _instant(visit.ends_at),
    }
    if slot is not None:
        made["slot"] = [{"reference": f"urn:uuid:{slot['id']}"}]
    if visit.patient is not None:
        made["contained"] = [_patient(visit.patient)]
        made["appointmentType"] = {"text": visit.patient.visit}
        participants.append({"actor": {"reference": "#patient"}, "status": accepted})
    made["participant"] = participants
    return made


def _patient(patient: Patient) -> Resource:
    made: Resource = {
        "resourceType": "Patient",
        "id": "patient",
        "name": [{"text": patient.name}],
    }
    if patient.phone:
        made["telecom"] = [{"system": "phone", "value": patient.phone}]
    if patient.birth_date is not None:
        made["birthDate"] = patient.birth_date.isoformat()
    return made


def _id(kind: str, value: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"{SYSTEM}:{kind}:{value}"))


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
