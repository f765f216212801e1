"""A practice's own facts as they are shown and said: hours, address, plans, answers, people."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from scripts import hours
from scripts.days_asked import FULL_DAYS
from scripts.fields import WEEKDAYS
from scripts.practice import Practice
from scripts.spoken import plain_clock
from scripts.timetable import DayHours


@dataclass(frozen=True, slots=True)
class Fact:
    """One answer: a label, the short line shown, the whole words to say, and how well it fits
    what was asked (0 to 100)."""

    label: str
    text: str
    full: str
    score: float = 100.0


def hours_line(practice: Practice) -> str:
    """Return the week in one line: “Mon–Fri 8–17, Sat 9–12”."""
    groups: list[list[int]] = []
    for day in range(7):
        same = groups and practice.hours[WEEKDAYS[day]] == practice.hours[WEEKDAYS[groups[-1][0]]]
        if same:
            groups[-1].append(day)
        else:
            groups.append([day])
    parts = []
    for group in groups:
        day_hours = practice.hours[WEEKDAYS[group[0]]]
        if day_hours is None:
            continue
        first, last = WEEKDAYS[group[0]].capitalize(), WEEKDAYS[group[-1]].capitalize()
        days = first if first == last else f"{first}–{last}"
        parts.append(f"{days} {short_hours(day_hours)}")
    return ", ".join(parts) or "Closed"


def short_hours(day_hours: DayHours) -> str:
    """Return a day's hours as they are shown: “8–17”."""

    def clock(value: object) -> str:
        text = f"{value:%H:%M}".removesuffix(":00").lstrip("0") or "24"
        return f"0{text}" if text.startswith(":") else text

    return f"{clock(day_hours.opens)}–{clock(day_hours.closes)}"


def _spoken_hours(day_hours: DayHours) -> str:
    words = f"from {plain_clock(day_hours.opens)} to {plain_clock(day_hours.closes)}"
    if day_hours.lunch is None:
        return words
    lunch = day_hours.lunch
    return f"{words}, with lunch from {plain_clock(lunch.start)} to {plain_clock(lunch.end)}"


def hours_fact(practice: Practice, moment: datetime) -> Fact:
    """Return the week, and today."""
    today = moment.astimezone(practice.zone).date()
    week: dict[str, list[str]] = {}
    for day, name in zip(WEEKDAYS, FULL_DAYS, strict=True):
        day_hours = practice.hours[day]
        said = _spoken_hours(day_hours) if day_hours else "closed"
        week.setdefault(said, []).append(name.capitalize())
    said = "; ".join(f"{_listed(days)}, {words}" for words, days in week.items())
    return Fact("Hours", hours_line(practice), f"{said}. {day_sentence(practice, today, today)}")


def day_sentence(practice: Practice, day: date, today: date) -> str:
    """Return one day's hours as they are said."""
    day_hours, holiday = hours.hours_on(practice, day)
    name = first_upper(hours.spoken_day(day, today))
    if day_hours is None:
        return f"{name} the office is closed{f' for {holiday}' if holiday else ''}."
    return f"{name} the office is open {_spoken_hours(day_hours)}."


def first_upper(text: str) -> str:
    """Return a sentence's first letter large."""
    return text[:1].upper() + text[1:]


def _listed(words: list[str]) -> str:
    if len(words) > 2:
        return f"{words[0]} to {words[-1]}" if _in_a_row(words) else joined(words)
    return joined(words)


def _in_a_row(words: list[str]) -> bool:
    places = [FULL_DAYS.index(word.lower()) for word in words]
    return places == list(range(places[0], places[0] + len(places)))


def joined(words: list[str] | tuple[str, ...]) -> str:
    """Return a list as it is said: “A, B and C”."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


SHORT: Final = 24
"""Characters of a list that stand beside its label in the window's column, uncut."""


def street(practice: Practice) -> str:
    """Return the address without the town."""
    return practice.address.partition(f", {practice.city}")[0]


def whole_address(practice: Practice) -> str:
    """Return the address and the way there."""
    return f"{practice.address}. {practice.directions or ''}".strip()


def insurance_fact(practice: Practice) -> Fact:
    """Return the plans taken."""
    plans, note = practice.insurance.accepted, practice.insurance.note or ""
    if not plans:
        return Fact("Insurance", "Not given", note or "The office can tell you about insurance.")
    shown = 1
    while shown < len(plans) and len(", ".join(plans[: shown + 1])) <= SHORT:
        shown += 1
    more = f" +{len(plans) - shown}" if shown < len(plans) else ""
    text = ", ".join(plans[:shown]) + more
    return Fact("Insurance", text, f"The office takes {joined(plans)}. {note}".strip())


def new_patients_fact(practice: Practice) -> Fact:
    """Return whether new patients are taken."""
    policy = practice.new_patients
    who = [p.spoken for p in practice.providers if p.accepts_new and p.clinic]
    if policy.accepting:
        text = f"Yes, {', '.join(who[:2])}{' +' + str(len(who) - 2) if len(who) > 2 else ''}"
        text = text if who else "Yes"
    else:
        text = "Not at present"
    said = policy.note or ("Yes, we take new patients." if policy.accepting else "Not at present.")
    return Fact("New patients", text, said)


def faq_fact(practice: Practice, place: int) -> Fact:
    """Return an answer the practice wrote."""
    entry = practice.faq[place]
    return Fact(entry.label, entry.short or entry.answer, entry.answer)


def provider_fact(practice: Practice, spoken: str) -> Fact:
    """Return when a provider is in, by how they are spoken of."""
    who = next(provider for provider in practice.providers if provider.spoken == spoken)
    days = [FULL_DAYS[WEEKDAYS.index(day)].capitalize() for day in WEEKDAYS if who.clinic.get(day)]
    name = f"{who.full}, {who.credentials}" if who.credentials else who.full
    if not days:
        return Fact(spoken, name, f"{name}.")
    new = "takes new patients" if who.accepts_new else "takes no new patients at present"
    short = ", ".join(day[:3] for day in days)
    short += f" · say “{who.pronounced}”" if who.pronounced else ""
    return Fact(spoken, short, f"{name}, is in the office on {joined(days)}, and {new}.")


def own_fact(practice: Practice, label: str, moment: datetime) -> Fact:
    """Return the answer of a label."""
    match label:
        case "Hours":
            return hours_fact(practice, moment)
        case "Address":
            return Fact(label, street(practice), whole_address(practice))
        case "Insurance":
            return insurance_fact(practice)
        case "New patients":
            return new_patients_fact(practice)
        case "Languages":
            spoken = joined(practice.languages)
            return Fact(label, spoken, f"The office speaks {spoken}.")
    place = next((i for i, entry in enumerate(practice.faq) if entry.label == label), None)
    return faq_fact(practice, place) if place is not None else provider_fact(practice, label)
