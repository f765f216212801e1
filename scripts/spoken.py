"""Times of day in words, as a receptionist says them over the telephone."""

from datetime import datetime, time
from typing import Final

from scripts.wordlist import words as word_list

_ONES: Final = word_list(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_TENS: Final = ("", "", "twenty", "thirty", "forty", "fifty")


def spoken_number(number: int) -> str:
    """Return a number from 0 to 59 in words."""
    if number < 20:
        return _ONES[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")


def plain_clock(clock: datetime | time) -> str:
    """Return “eight”, “nine twenty”, “three oh five”, “noon”, “midnight”: no part of the day."""
    if clock.minute == 0 and clock.hour in (0, 12):
        return "midnight" if clock.hour == 0 else "noon"
    hour = spoken_number(clock.hour % 12 or 12)
    if clock.minute == 0:
        return hour
    return f"{hour} {'oh ' if clock.minute < 10 else ''}{spoken_number(clock.minute)}"


def spoken_clock(clock: datetime | time) -> str:
    """Return “eight”, “noon”, “three oh five in the afternoon”.

    The part of the day is named where an office's hours leave doubt: before seven in the morning
    and from noon on.
    """
    words = plain_clock(clock)
    if words in ("noon", "midnight"):
        return words
    if clock.hour >= 12:
        return f"{words} in the {'evening' if clock.hour >= 18 else 'afternoon'}"
    return f"{words} in the morning" if clock.hour < 7 else words
