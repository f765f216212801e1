"""What a practice file has to agree on with itself before a telephone rings on it.

The models check each value; here are the rules that span the file: every id that is named exists,
every call type has words and a form that can end, and no script asks what a script may not ask.
Each check yields the key path at fault and a sentence with the mend.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Final

from scripts import hours
from scripts.calendar_checks import check_calendar
from scripts.calltypes import CallType, Mode
from scripts.faults import KeyPath
from scripts.form_checks import check_forms, check_signed, forbidden
from scripts.greeting import BadTemplate, check_template
from scripts.people_checks import check_people, near
from scripts.phone_numbers import display
from scripts.practice import Greeting, Practice
from scripts.unrecorded import check_recording

Finding = tuple[KeyPath, str]

_REASSURES: Final = re.compile(
    r"don.t worry|no need to worry|nothing to worry|you.ll be (fine|ok)|will be fine|"
    r"probably (nothing|fine|ok)|not (an emergency|serious)|sounds (fine|normal)|"
    r"\b(take|give (him|her|them|your child)) (an? |some )?"
    r"(aspirin|tylenol|ibuprofen|advil|motrin|acetaminophen|benadryl)",
    re.IGNORECASE,
)


def check(practice: Practice) -> Iterator[Finding]:
    """Yield everything in a practice that its file does not agree on with itself."""
    for one in _CHECKS:
        yield from one(practice)


def _greetings(practice: Practice) -> Iterator[Finding]:
    for mode in Mode:
        if mode not in practice.greetings:
            yield ("greetings",), f"has no words for {mode.value}; write them"
    yield from _spoken_in(("greetings",), practice.greetings)
    seen: set[str] = set()
    for place, line in enumerate(practice.lines):
        where = ("lines", place)
        if line.number not in practice.numbers:
            shown = display(line.number)
            yield (*where, "number"), f"{shown} is not one of the numbers; add it under numbers"
        if line.number in seen:
            yield (*where, "number"), f"{display(line.number)} is given twice; keep one"
        seen.add(line.number)
        yield from _spoken_in((*where, "greetings"), line.greetings)


def _spoken_in(path: KeyPath, greetings: Mapping[Mode, Greeting]) -> Iterator[Finding]:
    for mode, greeting in greetings.items():
        for key in ("default", "open", "closed", "lunch", "holiday"):
            source: str | None = getattr(greeting, key)
            if source is not None:
                yield from _said((*path, mode.value, key), mode, source)


def _said(where: KeyPath, mode: Mode, source: str) -> Iterator[Finding]:
    try:
        check_template(source)
    except BadTemplate as error:
        yield where, str(error)
    if mode is Mode.AFTER_HOURS and "911" not in source:
        yield where, "does not say 911; an after-hours greeting tells the caller to dial it"
    if _REASSURES.search(source):
        yield where, "reassures or advises the caller; the desk may not"
    elif wrong := forbidden(source):
        yield where, wrong


def _holidays(practice: Practice) -> Iterator[Finding]:
    given = practice.holidays
    if not given.closed_on:
        return
    try:
        # Three years, as a holiday may be new or lapse: wrong in all of them is wrong.
        names = sorted(
            {
                name
                for year in (2025, 2026, 2027)
                for name in hours.public_names(given.country, given.subdivision, year)
            }
        )
    except NotImplementedError as error:
        yield ("holidays",), f"names a country or subdivision with no calendar: {error}"
        return
    folded = {name.casefold() for name in names}
    for place, name in enumerate(given.closed_on):
        if name.casefold() not in folded:
            yield (
                ("holidays", "closed_on", place),
                f"“{name}” is not a holiday of this calendar{near(name, names)}",
            )


def _dates(practice: Practice) -> Iterator[Finding]:
    seen: set[tuple[date, bool]] = set()
    for place, exception in enumerate(practice.exceptions):
        key = (exception.date, exception.until is not None)
        if key in seen:
            yield ("exceptions", place, "date"), f"{exception.date} is given twice; keep one"
        seen.add(key)
    baa = practice.baa
    if baa and baa.ends_on and baa.ends_on < baa.signed_on:
        yield ("baa", "ends_on"), "lies before signed_on"


def _answers(practice: Practice) -> Iterator[Finding]:
    labels: dict[str, int] = {}
    for place, entry in enumerate(practice.faq):
        if entry.label in labels:
            yield (
                ("faq", place, "label"),
                f"“{entry.label}” is the label of entry {labels[entry.label] + 1}",
            )
        labels.setdefault(entry.label, place)
        if _REASSURES.search(entry.answer):
            yield ("faq", place, "answer"), "reassures or advises the caller; the desk may not"


def _insurance(practice: Practice) -> Iterator[Finding]:
    given = practice.insurance
    accepted = {plan.casefold() for plan in given.accepted}
    for place, plan in enumerate(given.not_accepted):
        if plan.casefold() in accepted:
            yield ("insurance", "not_accepted", place), f"“{plan}” is accepted as well; keep one"
    known = [*given.accepted, *given.not_accepted]
    for plan in given.synonyms:
        if plan not in known:
            yield ("insurance", "synonyms", plan), f"“{plan}” is not a plan here{near(plan, known)}"


def _messages(practice: Practice) -> Iterator[Finding]:
    for call_type in CallType:
        rules = practice.protocol.messages
        may = call_type is not CallType.URGENT and call_type is not CallType.EMERGENCY
        if may and call_type not in rules:
            yield ("protocol", "messages"), f"has no rule for {call_type.value}; write who gets it"


def _red_flags(practice: Practice) -> Iterator[Finding]:
    seen: set[str] = set()
    for place, rule in enumerate(practice.protocol.red_flags):
        if rule.name in seen:
            yield ("protocol", "red_flags", place, "name"), f"“{rule.name}” is given twice"
        seen.add(rule.name)
        for number, group in enumerate(rule.all_of):
            for item, phrase in enumerate(group):
                if any(len(word.strip("*")) < 2 for word in phrase.split()):
                    where = ("protocol", "red_flags", place, "all_of", number, item)
                    yield where, f"“{phrase}” has a word too short to be told apart"


def _clinics(practice: Practice) -> Iterator[Finding]:
    if practice.appointment_types and not any(provider.clinic for provider in practice.providers):
        yield ("providers",), "have no clinic hours, so nothing can be booked; write clinic"


_CHECKS: Final[tuple[Callable[[Practice], Iterator[Finding]], ...]] = (
    _greetings,
    check_people,
    _holidays,
    _dates,
    _answers,
    _insurance,
    _messages,
    _red_flags,
    check_signed,
    _clinics,
    check_forms,
    check_recording,
    check_calendar,
)
