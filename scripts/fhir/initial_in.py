"""The answers that stand in a strange form before anything is asked, as they would be typed."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from scripts.fhir.options_in import Reader, option_of
from scripts.fhir.values import moment_of, read_quantity
from scripts.fhir.words import MAX_WORDS, listed, mapping, plain
from scripts.questions import CHOICES, QuestionType


def read_initial(reader: Reader, path: str, raw: dict[str, Any], made: dict[str, Any]) -> None:
    """Put initial answers that can be kept into `made`, as they would be typed."""
    given = [mapping(one) for one in listed(raw.get("initial"))]
    chosen = [
        one for one in map(mapping, listed(raw.get("answerOption"))) if one.get("initialSelected")
    ]
    kept: list[str] = []
    for one in (*given, *chosen):
        text = _initial(reader, made, one)
        if text is None:
            reader.notes.add(f"{path}.initial", "an initial answer cannot be kept", kind="initial")
        else:
            kept.append(text)
    kept = list(dict.fromkeys(kept))  # the same answer twice is one
    if len(kept) > 1 and not made.get("repeats"):
        reader.notes.add(f"{path}.initial", "the first of several is kept")
        kept = kept[:1]
    if kept and not made.get("calculatedExpression"):
        made["initial"] = kept


def _initial(reader: Reader, made: dict[str, Any], given: dict[str, Any]) -> str | None:
    kind = made["type"]
    if kind in CHOICES:
        option = option_of(given)
        named = made.get("answerValueSet")
        options = reader.value_sets[named].options if named else made.get("answerOption", ())
        codes = {known.code for known in options}
        if option and (option.code in codes or kind is QuestionType.OPEN_CHOICE):
            return option.code
        return None
    value = next((given[key] for key in given if key.startswith("value")), None)
    text = _typed(kind, value)
    return text[:MAX_WORDS] if text else None


def _typed(kind: QuestionType, value: Any) -> str | None:
    reader = _READERS.get(kind)
    return reader(value) if reader else None


def _yes_no(value: Any) -> str | None:
    return ("yes" if value else "no") if isinstance(value, bool) else None


def _figure(value: Any) -> str | None:
    good = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return format(Decimal(value), "f") if good else None


def _quantity(value: Any) -> str | None:
    try:
        number, unit = read_quantity(mapping(value))
    except ValueError:
        return None
    return f"{format(number, 'f')} {unit}".strip()


def _day(value: Any) -> str | None:
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        return None


def _moment(value: Any) -> str | None:
    moment = moment_of(value)
    return moment.isoformat(" ", "minutes") if moment else None


def _clock(value: Any) -> str | None:
    return value[:5] if isinstance(value, str) else None


def _words(value: Any) -> str | None:
    return plain(value) if isinstance(value, str) else None


_READERS: Final[Mapping[QuestionType, Callable[[Any], str | None]]] = {
    QuestionType.BOOLEAN: _yes_no,
    QuestionType.INTEGER: _figure,
    QuestionType.DECIMAL: _figure,
    QuestionType.QUANTITY: _quantity,
    QuestionType.DATE: _day,
    QuestionType.DATE_TIME: _moment,
    QuestionType.TIME: _clock,
    QuestionType.STRING: _words,
    QuestionType.TEXT: _words,
}
