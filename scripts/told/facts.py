"""What a practice is, when it is open, what is said for it and who works there, told."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scripts.calltypes import Mode
from scripts.faults import KeyPath
from scripts.fields import WEEKDAYS
from scripts.ladders import Reach
from scripts.phone_numbers import display
from scripts.practice import Greeting, Practice, Provider
from scripts.timetable import CoverageRule, DayHours
from scripts.told.things import DAYS, MODES, Section, Thing, end, listed_days, span, spoken, thing


def tell_facts(practice: Practice) -> Iterator[Thing]:
    """Yield the practice, its hours, greetings, answers and people."""
    yield from _practice(practice)
    yield from _hours(practice)
    yield from _greetings(practice)
    yield from _answers(practice)
    yield from _people(practice)


def _practice(practice: Practice) -> Iterator[Thing]:
    section = Section.PRACTICE
    for key, name in (
        ("id", "Id"),
        ("name", "Name"),
        ("spoken_name", "Name as it is said"),
        ("pronounced", "Name is pronounced"),
        ("specialty", "Specialty"),
        ("timezone", "Time zone"),
        ("city", "City"),
        ("address", "Address"),
        ("directions", "Directions"),
        ("languages", "Languages"),
    ):
        yield thing(section, (key,), name, {"": getattr(practice, key)})
    for place, number in enumerate(practice.numbers):
        path, shown = ("numbers", place), display(number)
        yield thing(section, path, "Number", {"": shown}, id_=f"numbers {number}")
    baa = practice.baa
    if baa is not None:
        parts: dict[str, Any] = {
            "signed on": baa.signed_on,
            "ends on": baa.ends_on or "no day",
            "document": baa.document_sha256,
        }
        yield thing(section, ("baa",), "Business associate agreement", parts)


def _hours(practice: Practice) -> Iterator[Thing]:
    section = Section.HOURS
    for day, name in DAYS.items():
        hours = _day_hours(practice.hours[day])
        yield thing(section, ("hours", day), name, {"": hours})
    for place, given in enumerate(practice.exceptions):
        words = _day_hours(given.hours)
        parts: dict[str, Any] = {"": words, "until": given.until, "note": given.note}
        id_ = f"exceptions {given.date} {'run' if given.until else 'day'}"
        day = f"{given.date} to {given.until}" if given.until else f"{given.date}"
        yield thing(section, ("exceptions", place), day, parts, id_=id_)
    calendar = practice.holidays
    parts = {"": " ".join(part for part in (calendar.country, calendar.subdivision) if part)}
    yield thing(section, ("holidays",), "Calendar of holidays", parts)
    for place, holiday in enumerate(calendar.closed_on):
        path = ("holidays", "closed_on", place)
        yield thing(section, path, holiday, {"": "closed"}, id_=f"closed_on {holiday}")
    for place, own in enumerate(calendar.own):
        path = ("holidays", "own", place)
        yield thing(section, path, own.name, {"": own.dates}, id_=f"own {own.name}")
    daytime = MODES[practice.coverage.daytime]
    yield thing(section, ("coverage", "daytime"), "Covered by day", {"": daytime})
    for place, rule in enumerate(practice.coverage.rules):
        when = _rule_when(rule)
        path = ("coverage", "rules", place)
        yield thing(section, path, when, {"": MODES[rule.mode]}, id_=f"rules {when}")
    booking = practice.booking
    parts = {"every": f"{booking.grid} minutes", "none sooner than": f"{booking.notice} minutes"}
    yield thing(section, ("booking",), "Open times", parts)


def _day_hours(hours: DayHours | None) -> str:
    if hours is None:
        return "closed"
    lunch = f", lunch {span(hours.lunch)}" if hours.lunch else ""
    return f"{hours.opens:%H:%M}–{end(hours.closes)}{lunch}"


def _rule_when(rule: CoverageRule) -> str:
    day = str(rule.date) if rule.date else listed_days(rule.days)
    day += f" to {rule.until}" if rule.until else ""
    hours = f", {rule.start:%H:%M}–{end(rule.end)}" if rule.start and rule.end else ""
    return f"{day}{hours}"


def _greetings(practice: Practice) -> Iterator[Thing]:
    yield from _spoken_words(("greetings",), "", practice.greetings)
    for place, line in enumerate(practice.lines):
        path, name = ("lines", place), display(line.number)
        id_ = f"line {line.number}"
        yield thing(Section.GREETING, path, f"Line {name}", {"name": line.name}, id_=id_)
        yield from _spoken_words((*path, "greetings"), f", {name}", line.greetings)


def _spoken_words(path: KeyPath, of: str, greetings: Mapping[Mode, Greeting]) -> Iterator[Thing]:
    for mode, greeting in greetings.items():
        for state in ("default", "open", "closed", "lunch", "holiday"):
            words: str | None = getattr(greeting, state)
            if words is not None:
                which = "" if state == "default" else f", {state}"
                name = f"{MODES[mode].capitalize()}{which}{of}"
                id_ = f"greeting {mode.value} {state}{of}"
                where = (*path, mode.value, state)
                yield thing(Section.GREETING, where, name, {"": words}, id_=id_)


def _answers(practice: Practice) -> Iterator[Thing]:
    section = Section.ANSWERS
    for place, entry in enumerate(practice.faq):
        parts: dict[str, Any] = {
            "answer": entry.answer,
            "question": entry.question,
            "short": entry.short,
            "also found by": entry.synonyms,
            "shown at once": entry.pinned,
        }
        yield thing(
            section, ("faq", place), entry.label, parts, id_=f"faq {entry.label}", order="faq"
        )
    for place, plan in enumerate(practice.insurance.accepted):
        path: KeyPath = ("insurance", "accepted", place)
        yield thing(
            section, path, f"Insurance {plan}", {"": "accepted"}, id_=f"plan {plan}", order="plans"
        )
    for place, plan in enumerate(practice.insurance.not_accepted):
        path = ("insurance", "not_accepted", place)
        yield thing(section, path, f"Insurance {plan}", {"": "not accepted"}, id_=f"plan {plan}")
    for plan, names in practice.insurance.synonyms.items():
        path = ("insurance", "synonyms", plan)
        yield thing(section, path, f"Insurance {plan}", {"also called": names})
    note = {"": practice.insurance.note}
    yield thing(section, ("insurance", "note"), "Note on insurance", note)
    new = practice.new_patients
    parts = {
        "": "accepted" if new.accepting else "not accepted",
        "note": new.note,
        "worth": f"${new.value:,}" if new.value is not None else None,
    }
    yield thing(section, ("new_patients",), "New patients", parts)


def _people(practice: Practice) -> Iterator[Thing]:
    section = Section.PEOPLE
    for place, who in enumerate(practice.providers):
        yield thing(
            section,
            ("providers", place),
            who.full,
            _provider(who),
            id_=f"provider {who.id}",
            order="providers",
        )
    for place, other in enumerate(practice.contacts):
        parts: dict[str, Any] = {
            "name": other.name,
            "role": other.role,
            "phone": display(other.phone) if other.phone else "",
            "reached by": reach_told(other.reach),
            "PIN": pin_told(other.pin),
        }
        path = ("contacts", place)
        yield thing(section, path, other.name, parts, id_=f"contact {other.id}")
    for place, kind in enumerate(practice.appointment_types):
        parts = {
            "name": kind.name,
            "lasts": f"{kind.minutes} minutes",
            "with": [spoken(practice, who) for who in kind.providers] or "any provider",
            "for": {"both": "new and existing"}.get(kind.who, kind.who) + " patients",
            "preparation": kind.preparation,
        }
        path = ("appointment_types", place)
        yield thing(section, path, kind.name, parts, id_=f"type {kind.id}", order="types")


def reach_told(reach: Iterable[Reach]) -> str:
    """Return how somebody is reached: “sms (515) 555-0110, mail ann@example.org”."""
    return ", ".join(f"{one.by.value} {one.address}" for one in reach)


def pin_told(pin: str | None) -> str:
    """Return whether a PIN is asked, and enough of its hash to tell one from another."""
    return f"asked, {pin[-6:]}" if pin else ""


def _provider(who: Provider) -> dict[str, Any]:
    clinic = "; ".join(
        f"{DAYS[day]} {', '.join(span(part) for part in who.clinic[day])}"
        for day in WEEKDAYS
        if who.clinic.get(day)
    )
    return {
        "name": who.name,
        "spoken": who.spoken,
        "pronounced": who.pronounced,
        "credentials": who.credentials,
        "phone": display(who.phone) if who.phone else "",
        "reached by": reach_told(who.reach),
        "PIN": pin_told(who.pin),
        "new patients": "taken" if who.accepts_new else "not taken",
        "clinic": clinic,
    }
