"""The conditions of a strange form, kept where they can be and told where they cannot.

Losing a condition never hides a question: it is asked more often, and a person is told.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from pydantic import ValidationError

from scripts.conditions import Compared, EnableWhen, Operator
from scripts.fhir.options_in import Reader
from scripts.fhir.values import moment_of, read_quantity
from scripts.fhir.words import listed, mapping, plain
from scripts.questions import CHOICES, Question, QuestionType

_FITTING: Final[Mapping[QuestionType, frozenset[Compared]]] = {
    QuestionType.BOOLEAN: frozenset({Compared.BOOLEAN}),
    QuestionType.INTEGER: frozenset({Compared.INTEGER, Compared.DECIMAL}),
    QuestionType.DECIMAL: frozenset({Compared.INTEGER, Compared.DECIMAL}),
    QuestionType.QUANTITY: frozenset({Compared.QUANTITY}),
    QuestionType.DATE: frozenset({Compared.DATE}),
    QuestionType.DATE_TIME: frozenset({Compared.DATE_TIME}),
    QuestionType.TIME: frozenset({Compared.TIME}),
    QuestionType.STRING: frozenset({Compared.STRING}),
    QuestionType.TEXT: frozenset({Compared.STRING}),
}


class _NotCarried(Exception):
    """Why a condition cannot be kept, in words."""


def read_conditions(reader: Reader, path: str, raw: dict[str, Any], made: dict[str, Any]) -> None:
    """Put the conditions that can be kept into `made`. Where any of several would do, losing one
    could hide the question, so all are let go; it is then asked always."""
    if "enableWhen" not in raw:
        return
    kept: list[EnableWhen] = []
    given = listed(raw["enableWhen"]) or [None]
    for place, one in enumerate(given):
        try:
            kept.append(_condition(reader, mapping(one)))
        except _NotCarried as why:
            where = f"{path}.enableWhen[{place}]"
            reader.notes.add(where, f"is not carried: {why}; the question is asked without it")
    any_of = raw.get("enableBehavior") == "any"
    if any_of and kept and len(kept) < len(given):
        reader.notes.add(f"{path}.enableWhen", "is not carried in part; it is asked always")
        kept = []
    if kept:
        made["enableWhen"] = kept
        made["enableBehavior"] = "any" if any_of else "all"


def _condition(reader: Reader, given: dict[str, Any]) -> EnableWhen:
    question = _asked(reader, given.get("question"))
    operator = given.get("operator")
    if operator not in tuple(Operator):
        raise _NotCarried(f"“{plain(str(operator))[:60]}” is not an operator")
    answers = [key for key in given if key.startswith("answer")]
    if len(answers) != 1:
        raise _NotCarried("it has not exactly one answer")
    key, value = answers[0], given[answers[0]]
    if operator == Operator.EXISTS:
        if key != Compared.BOOLEAN or not isinstance(value, bool):
            raise _NotCarried("“exists” is asked with true or false")
    elif question.type in CHOICES:
        key, value = _choice(reader, question, key, value)
    elif key not in _FITTING[question.type]:
        kind = question.type.value
        raise _NotCarried(f"{plain(key)[:60]} does not fit a question of type {kind}")
    else:
        value = _value(Compared(key), value)
        if key == Compared.DATE_TIME and not reader.ours:
            sentence = "a time with its zone is taken as the practice's own time"
            reader.notes.add(question.link_id, sentence, kind="zone")
    try:
        return EnableWhen.model_validate(
            {"question": question.link_id, "operator": operator, key: value}
        )
    except ValidationError as error:
        raise _NotCarried(str(error.errors(include_url=False)[0]["msg"])) from error


def _asked(reader: Reader, name: Any) -> Question:
    if not isinstance(name, str) or name not in reader.names:
        raise _NotCarried("it names no item of the form")
    question = reader.before.get(reader.names[name])
    if question is None:
        raise _NotCarried(f"“{plain(name)[:60]}” is not asked before it")
    if not question.is_asked:
        raise _NotCarried(f"“{plain(name)[:60]}” takes no answer")
    return question


def _choice(reader: Reader, question: Question, key: str, value: Any) -> tuple[str, str]:
    coding = mapping(value)
    code = (coding.get("code") or coding.get("display")) if key == Compared.CODING else value
    if not isinstance(code, str | int) or isinstance(code, bool):
        raise _NotCarried(f"{plain(key)[:60]} does not fit a choice")
    text = plain(str(code))
    named = question.answer_value_set
    options = reader.value_sets[named].options if named else question.answer_option
    if text in {option.code for option in options} or question.has_own_options:
        return Compared.CODING.value, text
    if question.type is QuestionType.OPEN_CHOICE:
        return Compared.STRING.value, text
    raise _NotCarried(f"“{text[:60]}” is not an answer of “{question.link_id}”")


def _value(kind: Compared, value: Any) -> Any:
    match kind:
        case Compared.QUANTITY:
            return _amount(mapping(value))
        case Compared.DATE_TIME:
            return _moment(value)
        case Compared.INTEGER | Compared.DECIMAL:
            good = isinstance(value, int | Decimal) and not isinstance(value, bool)
            wanted = "a number"
        case Compared.BOOLEAN:
            good, wanted = isinstance(value, bool), "true or false"
        case _:
            good, wanted = isinstance(value, str) and bool(plain(value)), "words"
    if not good:
        raise _NotCarried(f"its answer is not {wanted}")
    return plain(value) if isinstance(value, str) else value


def _amount(value: dict[str, Any]) -> dict[str, Any]:
    if "comparator" in value:
        raise _NotCarried("a quantity with a comparator is no amount")
    try:
        number, unit = read_quantity(value)
    except ValueError as error:
        raise _NotCarried(f"its quantity {error}") from error
    return {"value": number, "unit": unit or None}


def _moment(value: Any) -> datetime:
    moment = moment_of(value)
    if moment is None:
        raise _NotCarried("it names no time of day")
    return moment
