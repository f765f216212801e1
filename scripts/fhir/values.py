"""One answer's value as FHIR writes it: the value[x] of a QuestionnaireResponse and its kin."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from scripts.questions import CHOICES, UNSURE, YES, Option, Question, QuestionType, ValueType

DATA_ABSENT: Final = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
UNKNOWN: Final = "asked-unknown"


def value_of(
    question: Question, options: Sequence[Option], value: str, zone: ZoneInfo | None = None
) -> dict[str, Any]:
    """Return `{"valueInteger": 5}` for a value as an `Answer` keeps it.

    A dateTime is the practice's own; `zone` gives it the offset that FHIR asks for where it
    leaves the house. “Not sure” has no boolean in FHIR: it is a value absent because it was asked
    and not known.
    """
    if question.type is QuestionType.DATE_TIME:
        return {"valueDateTime": moment_text(datetime.fromisoformat(value), zone)}
    if question.type in CHOICES:
        return _choice(question, options, value)
    return _MAKERS.get(question.type, _string)(value)


def quantity(value: str) -> dict[str, Any]:
    """Return “5 mg” as a FHIR Quantity."""
    figures, _, unit = value.partition(" ")
    return {"value": _figure(figures)} | ({"unit": unit} if unit else {})


def coding(option: Option) -> dict[str, Any]:
    """Return an answer of a choice as a FHIR Coding."""
    found = {"code": option.code, "display": option.display}
    return {"system": option.system, **found} if option.system else found


def option_value(option: Option) -> dict[str, Any]:
    """Return an answer of a choice as FHIR's value[x]."""
    match option.value_type:
        case ValueType.CODING:
            return {"valueCoding": coding(option)}
        case ValueType.INTEGER:
            return {"valueInteger": int(option.code)}
        case ValueType.TIME:
            return {"valueTime": option.code}
        case ValueType.DATE:
            return {"valueDate": option.code}
    return {"valueString": option.code}


def read_quantity(given: Mapping[str, Any]) -> tuple[Decimal, str]:
    """Return the number and the unit of a FHIR Quantity; raise `ValueError` where it has none."""
    value = given.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError("has no number")
    unit = given.get("unit") or given.get("code") or ""
    return Decimal(str(value)), " ".join(str(unit).split())


def moment_text(moment: datetime, zone: ZoneInfo | None) -> str:
    """Return a local time as a FHIR dateTime, with the offset of its zone where one is given."""
    return moment.replace(tzinfo=zone).isoformat("T", "seconds" if zone else "minutes")


def moment_of(value: Any) -> datetime | None:
    """Return a FHIR dateTime as a local time to the minute, whatever zone it names; None where it
    names no time of day."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    has_time = "T" in str(value)
    return moment.replace(second=0, microsecond=0, tzinfo=None) if has_time else None


def _choice(question: Question, options: Sequence[Option], value: str) -> dict[str, Any]:
    for option in options:
        if option.code == value:
            return option_value(option)
    if question.type is QuestionType.CHOICE:
        return {"valueCoding": {"code": value}}
    return {"valueString": value}


def _boolean(value: str) -> dict[str, Any]:
    if value == UNSURE:
        return {"_valueBoolean": {"extension": [{"url": DATA_ABSENT, "valueCode": UNKNOWN}]}}
    return {"valueBoolean": value == YES}


def _string(value: str) -> dict[str, Any]:
    return {"valueString": value}


def _figure(value: str) -> int | float:
    number = Decimal(value)
    return int(number) if number == number.to_integral_value() else float(number)


_MAKERS: Final[Mapping[QuestionType, Callable[[str], dict[str, Any]]]] = {
    QuestionType.BOOLEAN: _boolean,
    QuestionType.INTEGER: lambda value: {"valueInteger": int(value)},
    QuestionType.DECIMAL: lambda value: {"valueDecimal": _figure(value)},
    QuestionType.QUANTITY: lambda value: {"valueQuantity": quantity(value)},
    QuestionType.DATE: lambda value: {"valueDate": value},
    QuestionType.TIME: lambda value: {"valueTime": f"{value}:00"},
}
