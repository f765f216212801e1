"""What a practice is, when it is open, what is said for it and who works there, told."""

from collections.abc import Iterator
from typing import Any

from scripts.fields import WEEKDAYS
from scripts.phone_numbers import display
from scripts.practice import CoverageRule, DayHours, Practice, Provider
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
        parts = {
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
        parts = {"": words, "note": given.note}
        id_ = f"exceptions {given.date}"
        yield thing(section, ("exceptions", place), f"{given.date}", parts, id_=id_)
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
    hours = f", {rule.start:%H:%M}–{end(rule.end)}" if rule.start and rule.end else ""
    return f"{day}{hours}"


def _greetings(practice: Practice) -> Iterator[Thing]:
    for mode, greeting in practice.greetings.items():
        for state in ("default", "open", "closed", "lunch", "holiday"):
            words: str | None = getattr(greeting, state)
            if words is not None:
                name = MODES[mode].capitalize() + ("" if state == "default" else f", {state}")
                yield thing(Section.GREETING, ("greetings", mode.value, state), name, {"": words})


def _answers(practice: Practice) -> Iterator[Thing]:
    section = Section.ANSWERS
    for place, entry in enumerate(practice.faq):
        parts = {
            "answer": entry.answer,
            "question": entry.question,
            "short": entry.short,
            "also found by": entry.synonyms,
            "shown at once": entry.pinned,
        }
        yield thing(section, ("faq", place), entry.label, parts, id_=f"faq {entry.label}")
    for place, plan in enumerate(practice.insurance.accepted):
        path = ("insurance", "accepted", place)
        yield thing(section, path, f"Insurance {plan}", {"": "accepted"}, id_=f"plan {plan}")
    note = {"": practice.insurance.note}
    yield thing(section, ("insurance", "note"), "Note on insurance", note)
    new = practice.new_patients
    parts = {"": "accepted" if new.accepting else "not accepted", "note": new.note}
    yield thing(section, ("new_patients",), "New patients", parts)


def _people(practice: Practice) -> Iterator[Thing]:
    section = Section.PEOPLE
    for place, who in enumerate(practice.providers):
        yield thing(
            section, ("providers", place), who.full, _provider(who), id_=f"provider {who.id}"
        )
    for place, kind in enumerate(practice.appointment_types):
        parts = {
            "name": kind.name,
            "lasts": f"{kind.minutes} minutes",
            "with": [spoken(practice, who) for who in kind.providers] or "any provider",
            "for": {"both": "new and existing"}.get(kind.who, kind.who) + " patients",
            "preparation": kind.preparation,
        }
        path = ("appointment_types", place)
        yield thing(section, path, kind.name, parts, id_=f"type {kind.id}")


def _provider(who: Provider) -> dict[str, Any]:
    clinic = "; ".join(
        f"{DAYS[day]} {', '.join(span(part) for part in who.clinic[day])}"
        for day in WEEKDAYS
        if who.clinic.get(day)
    )
    return {
        "name": who.name,
        "spoken": who.spoken,
        "credentials": who.credentials,
        "phone": display(who.phone) if who.phone else "",
        "new patients": "taken" if who.accepts_new else "not taken",
        "clinic": clinic,
    }
