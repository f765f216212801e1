"""The small types of a practice file: times, dates, numbers and slugs as a supervisor writes them.

They stand apart so that every model refuses a wrong value with the same sentence: what was
written, why it cannot be read, and what to write instead.
"""

import re
from datetime import date, datetime, time
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError

from scripts.phone_numbers import NotANumber, to_e164

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK: Final = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)(?::00)?")
_SLUG: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
_LINK_ID: Final = re.compile(r"[^\s\x00-\x1f\x7f]{1,255}")
_CODE: Final = re.compile(r"[^\s\x00-\x1f\x7f]+(?: [^\s\x00-\x1f\x7f]+)*")
_PIN_HASH: Final = re.compile(
    r"\$argon2id\$v=\d+\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+"
)
_CODE_LENGTH: Final = 255


class Model(BaseModel):
    """The ground of every record read from a practice file: frozen, and no key unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


_NOTHING: Final[set[str]] = set()
_PLAIN: Final = frozenset({str, bool, int, float, type(None), date, datetime, time})


def lighten(model: BaseModel) -> None:
    """Let go of what pydantic keeps beside each value of a model: the names that were written,
    which nothing here asks for and which are a third of a practice's memory."""
    object.__setattr__(model, "__pydantic_fields_set__", _NOTHING)
    for value in vars(model).values():
        kind = type(value)
        if kind in _PLAIN or not value:
            continue
        for part in value.values() if kind is dict else value if kind is tuple else (value,):
            if type(part) not in _PLAIN and isinstance(part, BaseModel):
                lighten(part)


def wrong(sentence: str) -> PydanticCustomError:
    """Return the error whose message is shown to a supervisor word for word."""
    return PydanticCustomError("wrong", "{sentence}", {"sentence": sentence})


def _time(value: object) -> time:
    if isinstance(value, time):
        return value
    match = _CLOCK.fullmatch(str(value).strip())
    if match is None or (match[1] == "24" and match[2] != "00"):
        raise wrong(f"“{value}” is not a time; write 24-hour clock, such as {_as_clock(value)}")
    # 24:00 is how people write the end of a day; the models take it for the midnight that ends it.
    return time(int(match[1]) % 24, int(match[2]))


def _as_clock(value: object) -> str:
    match = re.search(r"(\d{1,2})(?:[:.h]?(\d{2}))?\s*([ap])?", str(value).lower())
    if match is None or int(match[1]) > 23 or int(match[2] or 0) > 59:
        return "08:00"
    hour = int(match[1]) % 12 + (12 if match[3] == "p" else 0) if match[3] else int(match[1])
    return f"{hour:02}:{match[2] or '00'}"


def _date(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        raise wrong(f"“{value}” is not a date; write year-month-day: 2026-11-26") from None


def _moment(value: object) -> datetime:
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        raise wrong(
            f"“{value}” is not a date and time; write 2026-11-26 17:00, in the practice's own time"
        ) from None
    if moment.tzinfo is not None:
        raise wrong(f"“{value}” names a time zone; write the practice's own time without one")
    return moment


def _number(value: object) -> str:
    try:
        return to_e164(str(value))
    except NotANumber:
        raise wrong(
            f"“{value}” is not a phone number; write +1 and ten digits, area code first"
        ) from None


def _pin_hash(value: object) -> str:
    """Refuse a PIN in the clear, and never repeat it: a fault is shown and printed."""
    if not is_pin_hash(str(value)):
        raise wrong(
            "is no hash of a PIN; a PIN is never written in the clear: "
            "run frontdesk practice pin and write what it prints"
        )
    return str(value)


def is_pin_hash(text: str) -> bool:
    """Whether a text is what `frontdesk practice pin` prints."""
    return _PIN_HASH.fullmatch(text) is not None


def _weekday(value: object) -> str:
    day = str(value).strip().lower()[:3]
    if day not in WEEKDAYS:
        raise wrong(f"“{value}” is not a day; write one of {', '.join(WEEKDAYS)}")
    return day


def _slug(value: object) -> str:
    if not isinstance(value, str) or not _SLUG.fullmatch(value):
        raise wrong(f"“{value}” is not an id; write small letters, digits and _, a letter first")
    return value


def is_slug(text: str) -> bool:
    """Whether a text can be an id of a practice file."""
    return _SLUG.fullmatch(text) is not None


def _link_id(value: object) -> str:
    if not isinstance(value, str) or not _LINK_ID.fullmatch(value):
        raise wrong(f"“{value}” is not a linkId; write it without spaces, a number in quotes")
    return value


def _code(value: object) -> str:
    good = isinstance(value, str) and _CODE.fullmatch(value) and len(value) <= _CODE_LENGTH
    if not good:
        raise wrong(f"“{value}” is not a code; write words with single spaces, a number in quotes")
    return str(value)


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise wrong("has to be words; put them in quotes")
    text = " ".join(str(value).split())
    if not text:
        raise wrong("is empty; write the words or take the key out")
    return text


def _some(values: tuple[object, ...]) -> tuple[object, ...]:
    if not values:
        raise wrong("is empty; give at least one")
    return values


NotEmpty: Final = AfterValidator(_some)
"""A list with something in it. After its entries: one that cannot be read is told as itself, and
does not leave the list empty (pydantic's min_length counts the good ones only)."""

TimeOfDay = Annotated[time, BeforeValidator(_time)]
"""A local wall-clock time. 00:00 as an end means the midnight that ends the day."""

Day = Annotated[date, BeforeValidator(_date)]
LocalMoment = Annotated[datetime, BeforeValidator(_moment)]
"""A local date and time without a zone: the practice's own."""

PhoneNumber = Annotated[str, BeforeValidator(_number)]
"""A phone number in E.164."""

PinHash = Annotated[str, BeforeValidator(_pin_hash)]
"""A PIN as an Argon2id hash with its salt, in the usual string form (RFC 9106)."""

Weekday = Annotated[str, BeforeValidator(_weekday)]
Slug = Annotated[str, BeforeValidator(_slug)]
LinkId = Annotated[str, BeforeValidator(_link_id)]
"""The name of a question, unique in its form; an EHR's own (“/54126-8”, “2.1”) is kept as it is."""

Code = Annotated[str, BeforeValidator(_code)]
"""The code of an answer (FHIR R4 code: no spaces but single ones inside)."""

Words = Annotated[str, BeforeValidator(_text), StringConstraints(max_length=2000)]
"""A line to show or say; runs of white space become one space."""
