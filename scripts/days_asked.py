"""Which days, and which times of day, a question about opening hours is about.

As people ask: a weekday, today, the weekend, a date in words or figures, a holiday by its name, or
the note of a day that is not as its weekday.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Final

from rapidfuzz import fuzz, process, utils

from scripts import hours
from scripts.practice import Practice
from scripts.wordlist import words

FULL_DAYS: Final = words("monday tuesday wednesday thursday friday saturday sunday")
_DAY_NAMES: Final = (*FULL_DAYS, "today", "tomorrow")
_MONTHS: Final = words(
    "january february march april may june july august september october november december"
)
_OPEN_WORDS: Final = frozenset(
    words("open opens opening close closes closed closing hours hour office doors")
)
_SMALL: Final = frozenset(
    words("are you is the on at for do does be will what when time your i can we in this next day")
)
_FIGURES: Final = re.compile(r"\b(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?\b")
_ORDINAL: Final = re.compile(r"\bthe (\d{1,2})(?:st|nd|rd|th)\b")
_CLOCK: Final = re.compile(
    r"\b(?:at|by|until|till|before|after) (\d{1,2})(?::(\d{2}))? ?([ap])?\.?m?\b"
)
_AHEAD: Final = 370  # days
_CLOSE: Final = 80


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: the local days, in order, a time of day where one is named, and whether
    it is about this moment."""

    days: tuple[date, ...]
    clock: time | None = None
    now: bool = False


def days_asked(practice: Practice, query: str, today: date) -> Asked:
    """Return the days a question is about; none where it is about no day in particular."""
    text = query.lower()
    said = utils.default_process(query).split()
    days = [*_plain_days(said, today), *_dates(text, said, today)]
    days = days or list(_named(practice, said, today))
    clock = _clock(text)
    now = bool({"now", "currently"} & set(said))
    if not days and (now or clock is not None):
        days = [today]
    return Asked(tuple(dict.fromkeys(days)), clock, now)


def _plain_days(said: Sequence[str], today: date) -> Iterator[date]:
    for place, word in enumerate(said):
        if word in ("tonight", "weekend", "weekends"):
            weekend = (5, 6) if word != "tonight" else (today.weekday(),)
            yield from (_coming(number, today) for number in weekend)
            continue
        name = _day_name(word)
        if name in ("today", "tomorrow"):
            yield today + timedelta(days=int(name == "tomorrow"))
        elif name:
            day = _coming(FULL_DAYS.index(name), today)
            yield day
            if place and said[place - 1] == "next":
                yield day + timedelta(days=7)  # “next Friday” is either, and the caller says which


def _coming(weekday: int, today: date) -> date:
    return today + timedelta(days=(weekday - today.weekday()) % 7)


def _day_name(word: str) -> str:
    if word in _MONTHS:
        return ""
    match = process.extractOne(word, _DAY_NAMES, scorer=fuzz.ratio, score_cutoff=_CLOSE)
    if match:
        return match[0]
    return next((full for full in FULL_DAYS if len(word) >= 3 and full.startswith(word)), "")


def _dates(text: str, said: Sequence[str], today: date) -> Iterator[date]:
    for month, day, year in _FIGURES.findall(text):
        whole = int(year) + (2000 if len(year) == 2 else 0) if year else 0
        yield from _next(today, int(month), int(day), whole)
    if match := _ORDINAL.search(text):
        for ahead in range(62):
            day = today + timedelta(days=ahead)
            if day.day == int(match[1]):
                yield day
                return
    for place, word in enumerate(said):
        month = _month(word)
        if month:
            near = (*said[place + 1 : place + 2], *said[max(0, place - 1) : place])
            figures = next((f for f in map(_day_figure, near) if f), 0)
            if figures:
                yield from _next(today, month, figures, 0)


def _month(word: str) -> int:
    if len(word) < 3:
        return 0
    return next((n for n, name in enumerate(_MONTHS, 1) if name.startswith(word)), 0)


def _day_figure(word: str) -> int:
    match = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?", word)
    return int(match[1]) if match else 0


def _next(today: date, month: int, day: int, year: int) -> Iterator[date]:
    """Yield the date that is meant: of this year, or of the next once it is over."""
    for candidate in (year,) if year else (today.year, today.year + 1):
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue
        if year or found >= today:
            yield found
            return


def _named(practice: Practice, said: Sequence[str], today: date) -> Iterator[date]:
    """Yield the day of a holiday, or of a day with a note, that is asked for by its name."""
    wanted = " ".join(word for word in said if word not in _OPEN_WORDS | _SMALL)
    if len(wanted) < 4:
        return
    named: dict[str, date] = {}
    for exception in practice.exceptions:
        if exception.note and (exception.until or exception.date) >= today:
            named.setdefault(_plain(exception.note), exception.date)
    for day, name in hours.holidays_ahead(practice, today):
        named.setdefault(_plain(name), day)
    match = process.extractOne(wanted, list(named), scorer=fuzz.token_sort_ratio, score_cutoff=82)
    match = match or process.extractOne(wanted, list(named), scorer=fuzz.WRatio, score_cutoff=88)
    if match:
        yield named[match[0]]


def _plain(name: str) -> str:
    return " ".join(re.sub(r"\bday\b|’s|'s|\bjr\.?", "", name.lower()).split())


def _clock(text: str) -> time | None:
    match = _CLOCK.search(text)
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    if not 1 <= hour <= (12 if match[3] else 23) or minute > 59:
        return None
    if match[3]:
        hour = hour % 12 + (12 if match[3] == "p" else 0)
    elif hour < 7:
        hour += 12  # “at three” is the afternoon, to an office
    return time(hour, minute)
