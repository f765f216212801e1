"""Phone numbers as stored, as shown and as read aloud, so that no two places differ over one.

Stored in E.164 (ITU-T E.164), shown in the national form, read back in digit groups.
"""

from functools import lru_cache
from typing import Final

import phonenumbers

_DIGITS: Final = {
    "0": "zero",
    "1": "one",
    "2": "two",
    "3": "three",
    "4": "four",
    "5": "five",
    "6": "six",
    "7": "seven",
    "8": "eight",
    "9": "nine",
    "+": "plus",
}


class NotANumber(ValueError):
    """What was given cannot be a phone number."""


@lru_cache(maxsize=4096)
def to_e164(text: str, region: str = "US") -> str:
    """Return the number in E.164, or raise `NotANumber`.

    `region` is where a number without a country code belongs. A number need not be assigned to
    anybody, only possible: a caller knows better than a numbering plan that has aged.
    """
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise NotANumber(str(error)) from error
    if number.extension or not _is_whole(number):
        raise NotANumber("too short, too long or with an extension")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _is_whole(number: phonenumbers.PhoneNumber) -> bool:
    # A number without its area code is possible too, but reaches nobody from here.
    reason = phonenumbers.is_possible_number_with_reason(number)
    return bool(reason == phonenumbers.ValidationResult.IS_POSSIBLE)


def dial_key(text: str) -> str:
    """Return the number as a dictionary key: E.164 where it can be, else as it came, trimmed."""
    try:
        return to_e164(text)
    except NotANumber:
        return text.strip()


@lru_cache(maxsize=4096)
def display(number: str) -> str:
    """Return a number as people write it, “(515) 555-0142”; what is no number comes back as is."""
    try:
        parsed = phonenumbers.parse(number, "US")
    except phonenumbers.NumberParseException:
        return number
    if not _is_whole(parsed):
        return number
    if parsed.country_code == 1:
        digits = str(parsed.national_number)
        return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def spoken(number: str) -> str:
    """Return a number in digit groups: “five one five, five five five, zero one four two”."""
    shown = display(number)
    groups = "".join(char if char in _DIGITS else " " for char in shown).split()
    return ", ".join(" ".join(_DIGITS[char] for char in group) for group in groups)
