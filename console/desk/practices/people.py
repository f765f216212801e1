"""The section of people and visits: providers, who else is turned to, and what can be booked."""

from typing import Any

from console.desk.practices.inviting import invitations_item
from console.desk.practices.labels import DAY_NAMES
from console.desk.practices.own_calendar import calendar_item
from console.desk.practices.specs import (
    HALF,
    ON,
    QUARTER,
    THIRD,
    Add,
    Item,
    Section,
    Spec,
    entries,
    joined,
    split,
    words_at,
    write_value,
)
from console.desk.practices.views import Put
from scripts.editing import edits
from scripts.editing.data import find
from scripts.faults import KeyPath
from scripts.fields import WEEKDAYS, is_pin_hash


def _clinic_line(data: Any, path: KeyPath) -> str:
    parts = []
    for span in entries(data, path):
        if isinstance(span, dict):
            parts.append(f"{span.get('from', '')}-{span.get('to', '')}")
        else:
            parts.append(str(span))
    return joined(parts)


def _write_clinic(text: str, path: KeyPath, given: str) -> str:
    """“08:00-12:00, 13:00-17:00” is a day of two spans."""
    spans = []
    for part in split(given.replace("–", "-")):
        start, _, end = part.partition("-")
        spans.append({"from": start.strip(), "to": end.strip()})
    text = write_value(text, path, spans or None)
    clinic = find(edits.read(text), path[:-1])
    return edits.take_out(text, path[:-1]) if clinic == {} else text


def _pin() -> Spec:
    return Spec(("pin",), "PIN when called, as its hash", share=HALF, write=_write_pin,
                help="Paste what “frontdesk practice pin” prints")  # fmt: skip


def _write_pin(text: str, path: KeyPath, given: str) -> str:
    """Keep a hash only: of a PIN typed in the clear not a digit goes into the draft; the stars in
    its place are a mistake that says how it is done."""
    kept = given.strip()
    if kept and not is_pin_hash(kept):
        kept = "*" * len(kept)
    return write_value(text, path, kept or None)


def _people(data: Any) -> list[Item]:
    items = []
    for place in range(len(entries(data, ("providers",)))):
        path: KeyPath = ("providers", place)
        clinic = tuple(
            Spec(("clinic", day), DAY_NAMES[day], share=HALF, read=_clinic_line,
                 write=_write_clinic)
            for day in WEEKDAYS
        )  # fmt: skip
        specs = (
            Spec(("name",), "Name", optional=False, share=HALF),
            Spec(("spoken",), "As it is said", optional=False, share=HALF),
            Spec(("pronounced",), "How to pronounce it", share=HALF),
            Spec(("credentials",), "Credentials", share=HALF),
            Spec(("phone",), "Phone for pages", share=THIRD, help="Never told to callers"),
            Spec(("reach",), "Other ways to page", share=THIRD, read=_reach, write=_write_reach,
                 help="sms +15155550130, mail a@b.org"),
            _pin(),
            Spec(("id",), "Short name in the file", optional=False, share=THIRD),
            Spec(("accepts_new",), "Takes new patients", Put.TICK, default=ON),
            Spec(("clinic",), "", Put.NOTE, read=lambda *_: "Clinic hours, such as 08:00-12:00, "
                 "13:00-17:00; empty where there is no clinic"),
            *clinic,
        )  # fmt: skip
        title = words_at(data, *path, "spoken") or "A provider"
        detail = words_at(data, *path, "credentials")
        items.append(Item(path, title, detail, 0, specs, movable=True))
    items += [_contact(data, place) for place in range(len(entries(data, ("contacts",))))]
    providers = provider_options(data)
    for place in range(len(entries(data, ("appointment_types",)))):
        path = ("appointment_types", place)
        specs = (
            Spec(("name",), "Name", optional=False, share=HALF),
            Spec(("minutes",), "Minutes", optional=False, number=True, share=QUARTER),
            Spec(("id",), "Short name in the file", optional=False, share=QUARTER),
            Spec(("who",), "For", Put.PICK, (("both", "New and known patients"),
                 ("new", "New patients"), ("existing", "Known patients")), default="both",
                 share=HALF),
            Spec(("providers",), "With (none ticked: with anyone)", Put.MANY, providers),
            Spec(("preparation",), "What to tell the caller", Put.PARAGRAPH),
        )  # fmt: skip
        title = words_at(data, *path, "name") or "A kind of visit"
        minutes = words_at(data, *path, "minutes")
        items.append(Item(path, title, f"visit, {minutes} min", 0, specs, movable=True))
    booking = (
        Spec(("booking", "grid"), "Times start every … minutes", number=True, share=HALF,
             default="20"),
        Spec(("booking", "notice"), "None sooner than … minutes from the call", number=True,
             share=HALF, default="120"),
    )  # fmt: skip
    items.append(Item((), "Open times", specs=booking, name=("booking",)))
    return [*items, calendar_item(data), invitations_item(data)]


def _contact(data: Any, place: int) -> Item:
    path: KeyPath = ("contacts", place)
    specs = (
        Spec(("name",), "Name", optional=False, share=HALF),
        Spec(("role",), "Role", optional=False, share=HALF),
        Spec(("phone",), "Phone for pages", share=THIRD, help="Never told to callers"),
        Spec(("reach",), "Other ways to page", share=THIRD, read=_reach, write=_write_reach),
        _pin(),
        Spec(("id",), "Short name in the file", optional=False, share=THIRD),
    )
    title = words_at(data, *path, "name") or "Somebody to turn to"
    return Item(path, title, words_at(data, *path, "role"), 0, specs, movable=True)


def _reach(data: Any, path: KeyPath) -> str:
    ways = [way for way in entries(data, path) if isinstance(way, dict)]
    return joined([f"{way.get('by', '')} {way.get('address', '')}".strip() for way in ways])


def _write_reach(text: str, path: KeyPath, given: str) -> str:
    """“sms +15155550130, mail a@b.org”: the way, then the address."""
    ways = []
    for part in split(given):
        by, _, address = part.partition(" ")
        ways.append({"by": by, "address": address.strip()})
    return write_value(text, path, ways or None)


def provider_options(data: Any) -> tuple[tuple[str, str], ...]:
    """Return the practice's providers, to choose from."""
    return tuple(
        (str(each.get("id", "")), str(each.get("spoken") or each.get("id", "")))
        for each in entries(data, ("providers",))
        if isinstance(each, dict)
    )


def _people_adds(_data: Any) -> tuple[Add, ...]:
    provider = {"id": "new_provider", "name": "", "spoken": ""}
    kind = {"id": "new_visit", "name": "", "minutes": 20}
    return (
        Add("provider", "A provider", ("providers",), provider),
        Add(
            "contact",
            "Somebody else to turn to",
            ("contacts",),
            {"id": "new_contact", "name": "", "role": ""},
        ),
        Add("visit", "A kind of visit", ("appointment_types",), kind),
    )


PEOPLE = Section(
    "people", "People and visits", _people,
    ("providers", "contacts", "appointment_types", "booking", "calendar", "invitations"),
    _people_adds,
)  # fmt: skip
