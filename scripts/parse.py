"""What was typed, turned into the value a question asks for, or into what is wrong with it.

The words as typed are never touched: a value that cannot be read still keeps them.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

from scripts.openings import OpenTime
from scripts.phone_numbers import NotANumber, to_e164
from scripts.practice import Practice
from scripts.questions import (
    ANY_PROVIDER,
    CHOICES,
    MANY_WORDS,
    NO,
    NO_TIME,
    UNSURE,
    YES,
    Control,
    Feed,
    Question,
    QuestionType,
)

_YES_NO: Final = {
    "y": YES,
    "yes": YES,
    "true": YES,
    "n": NO,
    "no": NO,
    "false": NO,
    "u": UNSURE,
    "unsure": UNSURE,
    "not sure": UNSURE,
}
FROM_CALENDAR: Final = frozenset({Control.OPEN_TIMES, Control.BOOKINGS})
"""Controls whose answers no file writes; there is always one that says that none suits."""

_MONTHS: Final = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_US: Final = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})")
_DIGITS: Final = re.compile(r"(\d{2})(\d{2})(\d{4})")
_MONTH_FIRST: Final = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th)? (?:of )?([a-z]{3,9})\.?,? (\d{4})")
_CLOCK: Final = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(?:([ap])\.?m?\.?)?")
_AMOUNT: Final = re.compile(r"([-+]?[0-9][0-9,]*(?:\.[0-9]+)?|[-+]?\.[0-9]+)\s*(.*)", re.DOTALL)
_FINEST: Final = -12  # the power of ten of the last decimal place kept
_TEXT: Final = QuestionType.TEXT
# Several answers in one field: a semicolon or a new line between them, a blank line in a text.
_MANY: Final = {False: re.compile(r"[;\n]"), True: re.compile(r"\n\s*\n")}
_OLDEST: Final = 130  # years


@dataclass(frozen=True, slots=True)
class Reading:
    """Values in canonical form, or a problem: a sentence with the mend. Never both."""

    values: tuple[str, ...] = ()
    problem: str = ""


def read(
    practice: Practice, question: Question, given: str | Sequence[str], today: date
) -> Reading:
    """Read what was given as the question's type. Blank is no answer and no problem.

    `today` is the practice's local day: a birth date lies before it.
    """
    if question.type in CHOICES:
        return _read(question, given, lambda text: _choice(practice, question, text))
    return read_plain(question, given, today)


def read_plain(question: Question, given: str | Sequence[str], today: date) -> Reading:
    """Read what was given to a question that no practice's lists are chosen from."""
    reader = _READERS.get(question.type)
    if reader is not None:
        return _read(question, given, lambda text: reader(question, text, today))
    return _read(question, given, _phone if question.control is Control.PHONE else _words)


def _read(question: Question, given: str | Sequence[str], one: Callable[[str], Reading]) -> Reading:
    parts = (given,) if isinstance(given, str) else tuple(given)
    if question.repeats and question.type in MANY_WORDS:
        between = _MANY[question.type is _TEXT]
        parts = tuple(piece for part in parts for piece in between.split(part))
    texts = tuple(part.strip() for part in parts if part.strip())
    if not texts:
        return Reading()
    longest = max(len(text) for text in texts)
    if longest > question.limit:
        over = longest - question.limit
        return Reading(problem=f"{over} characters too long; the limit is {question.limit}")
    if len(texts) > 1 and not question.repeats:
        return Reading(problem="Only one answer fits here; choose one")
    readings = [one(text) for text in texts]
    problem = next((reading.problem for reading in readings if reading.problem), "")
    if problem:
        return Reading(problem=problem)
    return Reading(tuple(dict.fromkeys(value for r in readings for value in r.values)))


def _words(text: str) -> Reading:
    return Reading((text,))


def _boolean(_question: Question, text: str, _today: date) -> Reading:
    value = _YES_NO.get(text.casefold())
    return Reading((value,)) if value else Reading(problem="Answer yes, no or not sure")


def _time(_question: Question, text: str, _today: date) -> Reading:
    clock = _clock(text)
    if clock is None:
        return Reading(problem=f"“{text}” is not a time; write it as 3:30 pm or 15:30")
    return Reading((clock.isoformat("minutes"),))


def _phone(text: str) -> Reading:
    try:
        return Reading((to_e164(text),))
    except NotANumber:
        return Reading(problem=f"“{text}” is not a phone number; write ten digits, area code first")


def _choice(practice: Practice, question: Question, text: str) -> Reading:
    if question.control is Control.OPEN_TIMES:
        if text == NO_TIME or OpenTime.from_key(text) is not None:
            return Reading((text,))
        return Reading(problem="Choose one of the open times, or that none suits")
    if question.control is Control.BOOKINGS:
        return Reading((text,))
    wanted = text.casefold()
    for code, shown in options(practice, question):
        if wanted in (code.casefold(), shown.casefold()):
            return Reading((code,))
    if question.type is QuestionType.OPEN_CHOICE:
        return Reading((text,))
    return Reading(problem=f"“{text}” is not one of the answers; choose one of the buttons")


def options(practice: Practice, question: Question) -> tuple[tuple[str, str], ...]:
    """Return code and words of each answer that the practice's file gives for a choice.

    Open times and bookings come from the calendar and are not here.
    """
    if question.control is Control.APPOINTMENT_TYPES:
        own = tuple((kind.id, kind.name) for kind in practice.appointment_types)
    elif question.control is Control.PROVIDERS:
        own = tuple((provider.id, provider.full) for provider in practice.providers)
        own = (*own, (ANY_PROVIDER, "Any provider"))
    else:
        own = ()
    if question.type is QuestionType.BOOLEAN:
        own = ((YES, "Yes"), (NO, "No"), (UNSURE, "Not sure"))
    return own + tuple((o.code, o.display) for o in practice.answer_options(question))


def read_date(text: str, today: date) -> date | None:
    """Read a day as Americans write one: 05/04/1979, 5-4-79, 05041979, May 4 1979, 1979-05-04.

    A year of two digits is the latest that does not lie after `today`.
    """
    plain = " ".join(text.lower().split())
    if match := _ISO.fullmatch(plain):
        year, month, day = int(match[1]), int(match[2]), int(match[3])
    elif match := _US.fullmatch(plain) or _DIGITS.fullmatch(plain):
        month, day, year = int(match[1]), int(match[2]), int(match[3])
        if len(match[3]) == 2:
            year += 2000 if year <= today.year % 100 else 1900
    elif match := _MONTH_FIRST.fullmatch(plain):
        month, day, year = _month(match[1]), int(match[2]), int(match[3])
    elif match := _DAY_FIRST.fullmatch(plain):
        day, month, year = int(match[1]), _month(match[2]), int(match[3])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month(name: str) -> int:
    return _MONTHS.index(name[:3]) + 1 if name[:3] in _MONTHS else 0


def _date(question: Question, text: str, today: date) -> Reading:
    found = read_date(text, today)
    if found is None:
        return Reading(problem=f"“{text}” is not a date; write month/day/year, as 05/04/1979")
    if question.feeds is Feed.BIRTH_DATE:
        if found > today:
            return Reading(problem="A birth date cannot lie in the future; check the year")
        if today - found > timedelta(days=_OLDEST * 365.25):
            return Reading(problem=f"That is over {_OLDEST} years ago; check the year")
    return Reading((found.isoformat(),))


def _clock(text: str) -> time | None:
    plain = text.lower().strip()
    if plain in ("noon", "midnight"):
        return time(12 if plain == "noon" else 0)
    match = _CLOCK.fullmatch(plain)
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[3] == "p" else 0)
    elif match[2] is None:
        return None  # a bare “3” may be day or night
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _date_time(_question: Question, text: str, today: date) -> Reading:
    plain = text.strip().replace("T", " ")
    for cut in (match.start() for match in re.finditer(" ", plain)):
        day, clock = read_date(plain[:cut], today), _clock(plain[cut:])
        if day and clock is not None:
            return Reading((datetime.combine(day, clock).isoformat("T", "minutes"),))
    return Reading(problem=f"“{text}” is not a date and time; write it as 05/04/2027 3:30 pm")


def _quantity(question: Question, text: str, today: date) -> Reading:
    match = _AMOUNT.fullmatch(text)
    if match is None:
        example = f"5 {question.unit[0]}" if question.unit else "5 mg"
        return Reading(problem=f"“{text}” is not an amount; write a number and its unit: {example}")
    reading = _figure(question, match[1], today)
    if reading.problem:
        return reading
    unit = " ".join(match[2].split())
    if question.unit:
        known = {name.casefold(): name for name in question.unit}
        if unit and unit.casefold() not in known:
            units = " or ".join(question.unit)
            return Reading(problem=f"“{unit}” is not a unit asked for; write {units}")
        unit = known.get(unit.casefold(), question.unit[0])
    return Reading((f"{reading.values[0]} {unit}".strip(),))


def _figure(question: Question, text: str, _today: date) -> Reading:
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return Reading(problem=f"“{text}” is not a number; write figures only")
    exponent = number.as_tuple().exponent
    small = isinstance(exponent, int) and exponent < _FINEST
    if not number.is_finite() or abs(number) > 10**12 or small:
        return Reading(problem=f"“{text}” is not a number that can be kept; check it")
    if question.type is QuestionType.INTEGER:
        if number != number.to_integral_value():
            return Reading(problem=f"“{text}” has a fraction; write a whole number")
        return Reading((str(int(number)),))
    return Reading((format(number.normalize(), "f"),))


_READERS: Final[Mapping[QuestionType, Callable[[Question, str, date], Reading]]] = {
    QuestionType.BOOLEAN: _boolean,
    QuestionType.DATE: _date,
    QuestionType.DATE_TIME: _date_time,
    QuestionType.TIME: _time,
    QuestionType.INTEGER: _figure,
    QuestionType.DECIMAL: _figure,
    QuestionType.QUANTITY: _quantity,
}
