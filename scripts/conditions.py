"""When a question exists: FHIR's enableWhen, made ready to be asked at every keystroke.

A condition is read once, against the question it looks at, and becomes a plain test of an answer's
values: a form of a thousand questions is gone through again at each answer.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum, unique
from functools import cached_property
from operator import eq, ge, gt, le, lt
from typing import Annotated, Any, Final, Self

from pydantic import Field, model_validator

from scripts.fields import Code, Day, LinkId, LocalMoment, Model, TimeOfDay, Words, wrong


@unique
class Operator(StrEnum):
    """FHIR R4 enableWhen.operator."""

    EXISTS = "exists"
    EQUAL = "="
    NOT_EQUAL = "!="
    GREATER = ">"
    LESS = "<"
    AT_LEAST = ">="
    AT_MOST = "<="


@unique
class Compared(StrEnum):
    """The type of the value a condition compares with: the x of FHIR's answer[x]."""

    BOOLEAN = "answerBoolean"
    CODING = "answerCoding"
    STRING = "answerString"
    INTEGER = "answerInteger"
    DECIMAL = "answerDecimal"
    DATE = "answerDate"
    DATE_TIME = "answerDateTime"
    TIME = "answerTime"
    QUANTITY = "answerQuantity"


class Amount(Model):
    """A number with its unit, as in FHIR's Quantity. Units are compared to the letter: “1000 g”
    is not “1 kg” here."""

    value: Annotated[Decimal, Field(ge=-(10**12), le=10**12, decimal_places=6)]
    unit: Words | None = None

    @property
    def text(self) -> str:
        """“5 mg”, the form an answer's value has."""
        figures = format(self.value.normalize(), "f")
        return f"{figures} {self.unit}" if self.unit else figures


class EnableWhen(Model):
    """One condition on an earlier answer (FHIR R4 Questionnaire.item.enableWhen).

    `answerBoolean` with `exists` asks whether there is an answer; with `=` it asks for yes or no,
    and “not sure” is neither.
    """

    question: LinkId
    operator: Operator
    answer_boolean: Annotated[bool | None, Field(alias="answerBoolean")] = None
    answer_coding: Annotated[Code | None, Field(alias="answerCoding")] = None
    answer_string: Annotated[Words | None, Field(alias="answerString")] = None
    answer_integer: Annotated[int | None, Field(alias="answerInteger")] = None
    answer_decimal: Annotated[float | None, Field(alias="answerDecimal")] = None
    answer_date: Annotated[Day | None, Field(alias="answerDate")] = None
    answer_date_time: Annotated[LocalMoment | None, Field(alias="answerDateTime")] = None
    answer_time: Annotated[TimeOfDay | None, Field(alias="answerTime")] = None
    answer_quantity: Annotated[Amount | None, Field(alias="answerQuantity")] = None
    answer_reference: Annotated[Any, Field(alias="answerReference", exclude=True)] = None

    @property
    def given(self) -> tuple[tuple[Compared, Any], ...]:
        """Every answer[x] that is written; a good condition has one."""
        values = (
            (Compared.BOOLEAN, self.answer_boolean),
            (Compared.CODING, self.answer_coding),
            (Compared.STRING, self.answer_string),
            (Compared.INTEGER, self.answer_integer),
            (Compared.DECIMAL, self.answer_decimal),
            (Compared.DATE, self.answer_date),
            (Compared.DATE_TIME, self.answer_date_time),
            (Compared.TIME, self.answer_time),
            (Compared.QUANTITY, self.answer_quantity),
        )
        return tuple((kind, value) for kind, value in values if value is not None)

    @property
    def kind(self) -> Compared:
        """The type of the one value compared with."""
        return self.given[0][0]

    @property
    def answer(self) -> Any:
        """The one value compared with."""
        return self.given[0][1]

    @cached_property
    def test(self) -> "Test":
        """The condition as a test of an answer's values."""
        return test_of(self)

    @model_validator(mode="after")
    def _one_answer(self) -> Self:
        if self.answer_reference is not None:
            raise wrong(
                "answerReference points into another system's records, which a call does not "
                "have; compare with answerCoding or answerString"
            )
        if len(self.given) != 1:
            raise wrong(f"needs exactly one of {', '.join(Compared)}")
        if self.operator is Operator.EXISTS and self.answer_boolean is None:
            raise wrong("“exists” is asked with answerBoolean: true or false")
        yes_no = (Operator.EXISTS, Operator.EQUAL, Operator.NOT_EQUAL)
        if self.answer_boolean is not None and self.operator not in yes_no:
            raise wrong("a yes or no can only be compared with exists, = or !=")
        if self.answer_coding is not None and self.operator not in yes_no:
            raise wrong("codes have no order; compare them with = or !=")
        return self


Values = tuple[str, ...]
Test = Callable[[Values], bool]
"""Whether a condition holds on an answer's values; () is no answer."""

_NUMBERS: Final = (Compared.INTEGER, Compared.DECIMAL)


def test_of(condition: EnableWhen) -> Test:
    """Return the test of a condition (FHIR R4 enableWhen).

    With several answers, any of them may meet it, but `!=` asks that none is equal. No answer
    meets only `exists: false` and `!=`.
    """
    operator, wanted = condition.operator, condition.answer
    if operator is Operator.EXISTS:
        return bool if wanted else _is_blank
    if condition.kind is Compared.BOOLEAN:
        return _boolean_test(operator, "yes" if wanted else "no")
    same = _one_test(Operator.EQUAL, condition)
    if operator is Operator.NOT_EQUAL:
        return lambda values: not any(map(same, values))
    one = _one_test(operator, condition)
    return lambda values: any(map(one, values))


def _is_blank(values: Values) -> bool:
    return not values


def _boolean_test(operator: Operator, wanted: str) -> Test:
    if operator is Operator.EQUAL:
        return lambda values: bool(values) and values[0] == wanted
    return lambda values: not values or values[0] != wanted


def _one_test(operator: Operator, condition: EnableWhen) -> Callable[[str], bool]:
    if condition.kind in _NUMBERS:
        number = Decimal(str(condition.answer))
        return lambda value: _compared(operator, _number(value), number)
    if condition.kind is Compared.QUANTITY:
        amount: Amount = condition.answer
        return lambda value: _amounts(operator, value, amount)
    wanted = plain(condition.answer).casefold()
    return lambda value: _compared(operator, value.casefold(), wanted)


def plain(value: Any) -> str:
    """Return a value compared with in the form an answer's value has."""
    match value:
        case datetime() | time():
            return value.isoformat(timespec="minutes")
        case date():
            return value.isoformat()
        case Amount():
            return value.text
        case bool():
            return "yes" if value else "no"
    return str(value)


def _amounts(operator: Operator, value: str, wanted: Amount) -> bool:
    figures, _, unit = value.partition(" ")
    if unit.casefold() != (wanted.unit or "").casefold():
        return False
    return _compared(operator, _number(figures), wanted.value)


def _number(value: str) -> Decimal | None:
    try:
        return Decimal(value)
    except InvalidOperation:
        return None


def _compared(operator: Operator, left: Any, right: Any) -> bool:
    return left is not None and bool(_COMPARISONS[operator](left, right))


_COMPARISONS: Final[Mapping[Operator, Callable[[Any, Any], Any]]] = {
    Operator.EQUAL: eq,
    Operator.GREATER: gt,
    Operator.LESS: lt,
    Operator.AT_LEAST: ge,
    Operator.AT_MOST: le,
}
