"""Times as a person types them: in the practice's own time, the day left out where it is plain."""

import re
from datetime import date, datetime, time, timedelta
from typing import Final

_DAY: Final = timedelta(days=1)
_DATE: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_CLOCK: Final = re.compile(r"([01]?\d|2[0-4]):?([0-5]\d)$")
_ISO: Final = re.compile(r"(?<=\d)T(?=\d)")
_WORDS: Final = re.compile(r"(?:[a-z]{3,9}\.?,?\s+)?(\d{1,2})\.?\s+([a-z]{3})[a-z]*\.?", re.I)
_MONTHS: Final = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
)  # fmt: skip
EXAMPLE: Final = "2026-11-24 17:00"


class NotAMoment(ValueError):
    """It cannot be read as a time; the sentence says what to write."""


def shown(moment: datetime) -> str:
    """Return a local time as it is filled in to be typed over."""
    return f"{moment:%Y-%m-%d %H:%M}"


def read_moment(text: str, *, near: datetime, ends: bool = False) -> datetime:
    """Return a local time without a zone: "2026-11-24 17:00", "24 Nov 17:00", "17:00" of the day of
    `near`, "2026-11-24" from its midnight on, or to the midnight after it where it `ends`."""
    words = " ".join(_ISO.sub(" ", text).split())
    clock = _CLOCK.search(words)
    rest = words[: clock.start()].strip().rstrip(",") if clock else words
    try:
        day = _day(rest, near)
        if clock is None:
            return day + _DAY if ends else day
        hour, minute = int(clock[1]), int(clock[2])
        if hour == 24:
            return day + _DAY if not minute else _fail(text)
        return datetime.combine(day.date(), time(hour, minute))
    except (ValueError, IndexError):
        return _fail(text)


def _day(text: str, near: datetime) -> datetime:
    if not text:
        return datetime.combine(near.date(), time())
    if found := _DATE.fullmatch(text):
        return _midnight(int(found[1]), int(found[2]), int(found[3]))
    if found := _WORDS.fullmatch(text):
        month = _MONTHS.index(found[2].lower()) + 1
        years = (near.year - 1, near.year, near.year + 1)
        days = [_midnight(year, month, int(found[1])) for year in years]
        return min(days, key=lambda day: abs(day - near.replace(tzinfo=None)))
    raise ValueError(text)


def _midnight(year: int, month: int, day: int) -> datetime:
    return datetime.combine(date(year, month, day), time())


def _fail(text: str) -> datetime:
    raise NotAMoment(f"“{text.strip()}” is not a time; write {EXAMPLE}, or 24 Nov 17:00.")
