"""Questions as a practice writes them: the part of FHIR's Questionnaire a telephone form needs.

Keys keep the names of HL7 FHIR R4 Questionnaire.item (`linkId`, `enableWhen`, `answerOption`...)
so that a form can be exchanged with an EHR; what the standard has no word for (the words to say,
what may not be asked without a BAA, what is read back, what an answer is for) stands beside them.
"""

from enum import StrEnum, unique
from typing import Annotated, Any, Final, Self

from pydantic import Field, model_validator

from scripts.calltypes import Outcome
from scripts.fields import Day, LinkId, Model, TimeOfDay, Words, wrong


@unique
class QuestionType(StrEnum):
    """FHIR R4 item types; `boolean` is put as yes, no or not sure."""

    GROUP = "group"
    DISPLAY = "display"
    BOOLEAN = "boolean"
    DECIMAL = "decimal"
    INTEGER = "integer"
    DATE = "date"
    DATE_TIME = "dateTime"
    TIME = "time"
    STRING = "string"
    TEXT = "text"
    CHOICE = "choice"
    OPEN_CHOICE = "open-choice"


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
class Control(StrEnum):
    """How a question is put when its type alone does not say."""

    PHONE = "phone"
    OPEN_TIMES = "open_times"  # the answer is an `OpenTime.key`, or NO_TIME
    BOOKINGS = "bookings"  # the answer is a booking's id, or NO_BOOKING
    SPELL = "spell"  # a name, read back in NATO words
    APPOINTMENT_TYPES = "appointment_types"  # a choice of the practice's own
    PROVIDERS = "providers"  # a choice of the practice's own, or ANY_PROVIDER


@unique
class Feed(StrEnum):
    """What an answer is for: the field of the booking, message or escalation it fills, or the
    decision it makes."""

    CALLER_NAME = "caller_name"
    RELATIONSHIP = "relationship"
    PATIENT_NAME = "patient_name"
    BIRTH_DATE = "birth_date"
    AGE = "age"
    CALLBACK_NUMBER = "callback_number"
    REASON = "reason"
    INSURANCE = "insurance"
    PROVIDER = "provider"
    APPOINTMENT_TYPE = "appointment_type"
    SLOT = "slot"
    BOOKING = "booking"
    CHANGE_ACTION = "change_action"  # "move" or "cancel"
    PHARMACY = "pharmacy"
    MEDICATION = "medication"
    SYMPTOM = "symptom"  # any answer means that a symptom was given
    SYMPTOM_PRESENT = "symptom_present"  # yes or not sure means that a symptom was given
    ONSET = "onset"
    LOCATION = "location"
    REFUSED_911 = "refused_911"
    NEEDS_MESSAGE = "needs_message"  # yes: the office has to call back
    NOTES = "notes"


YES: Final = "yes"
NO: Final = "no"
UNSURE: Final = "unsure"
MOVE: Final = "move"
CANCEL: Final = "cancel"
NO_TIME: Final = "no_time"
NO_BOOKING: Final = "no_booking"
ANY_PROVIDER: Final = "any"

HEALTH_FEEDS: Final = frozenset(
    {Feed.SYMPTOM, Feed.MEDICATION, Feed.PHARMACY, Feed.ONSET, Feed.SYMPTOM_PRESENT}
)
"""What these hold is a health detail always: such a question is marked `phi`."""

OWN_OPTIONS: Final = frozenset(
    {Control.OPEN_TIMES, Control.BOOKINGS, Control.APPOINTMENT_TYPES, Control.PROVIDERS}
)
"""Controls whose options come from the practice or its calendar, not from the question."""

MAX_STRING: Final = 200
MAX_TEXT: Final = 4000
_ANSWERS: Final = (
    "answerBoolean",
    "answerCoding",
    "answerString",
    "answerInteger",
    "answerDecimal",
    "answerDate",
    "answerTime",
)


class EnableWhen(Model):
    """One condition on an earlier answer (FHIR R4 Questionnaire.item.enableWhen).

    `answerBoolean` with `exists` asks whether there is an answer; with `=` it asks for yes or no,
    and “not sure” is neither.
    """

    question: LinkId
    operator: Operator
    answer_boolean: Annotated[bool | None, Field(alias="answerBoolean")] = None
    answer_coding: Annotated[Words | None, Field(alias="answerCoding")] = None
    answer_string: Annotated[Words | None, Field(alias="answerString")] = None
    answer_integer: Annotated[int | None, Field(alias="answerInteger")] = None
    answer_decimal: Annotated[float | None, Field(alias="answerDecimal")] = None
    answer_date: Annotated[Day | None, Field(alias="answerDate")] = None
    answer_time: Annotated[TimeOfDay | None, Field(alias="answerTime")] = None

    @property
    def _given(self) -> list[Any]:
        values = (
            self.answer_boolean,
            self.answer_coding,
            self.answer_string,
            self.answer_integer,
            self.answer_decimal,
            self.answer_date,
            self.answer_time,
        )
        return [value for value in values if value is not None]

    @property
    def answer(self) -> Any:
        """The one value compared with."""
        return self._given[0]

    @model_validator(mode="after")
    def _one_answer(self) -> Self:
        if len(self._given) != 1:
            raise wrong(f"needs exactly one of {', '.join(_ANSWERS)}")
        if self.operator is Operator.EXISTS and self.answer_boolean is None:
            raise wrong("“exists” is asked with answerBoolean: true or false")
        if self.answer_boolean is not None and self.operator not in (
            Operator.EXISTS,
            Operator.EQUAL,
            Operator.NOT_EQUAL,
        ):
            raise wrong("a yes or no can only be compared with exists, = or !=")
        return self


class Option(Model):
    """One answer of a choice: FHIR's answerOption.valueCoding, its code and display."""

    code: LinkId
    display: Words


class Question(Model):
    """One item of a form. `text` is its label, `say` the words to ask it with."""

    link_id: Annotated[LinkId, Field(alias="linkId")]
    type: QuestionType
    text: Words
    say: Words | None = None
    help: Words | None = None
    required: bool = False
    repeats: bool = False  # a choice of which several may be ticked
    enable_when: Annotated[tuple[EnableWhen, ...], Field(alias="enableWhen")] = ()
    enable_behavior: Annotated[
        str, Field(alias="enableBehavior", pattern="^(all|any)$", default="all")
    ] = "all"
    answer_option: Annotated[tuple[Option, ...], Field(alias="answerOption")] = ()
    max_length: Annotated[int | None, Field(alias="maxLength", gt=0, le=MAX_TEXT)] = None
    phi: bool = False  # a health detail: the question does not exist without a BAA
    critical: bool = False  # read back before the call is finished
    may_skip: bool = False  # a required question that may be left “not asked”
    half: bool = False  # shares its row with the next half question
    control: Control | None = None
    feeds: Feed | None = None
    item: tuple["Question", ...] = ()  # the questions of a group

    @property
    def limit(self) -> int:
        """The longest answer, in characters."""
        if self.max_length is not None:
            return self.max_length
        return MAX_TEXT if self.type is QuestionType.TEXT else MAX_STRING

    @property
    def is_asked(self) -> bool:
        """Whether an answer belongs to it."""
        return self.type not in (QuestionType.GROUP, QuestionType.DISPLAY)

    @model_validator(mode="after")
    def _shape(self) -> Self:
        choice = self.type in (QuestionType.CHOICE, QuestionType.OPEN_CHOICE)
        if choice and not self.answer_option and self.control not in OWN_OPTIONS:
            raise wrong("is a choice without answers; add answerOption")
        if not choice and self.answer_option:
            raise wrong(f"is of type {self.type}; only a choice has answerOption")
        if not choice and (self.repeats or self.control in OWN_OPTIONS):
            raise wrong("repeats and this control belong to type: choice")
        if (self.type is QuestionType.GROUP) != bool(self.item):
            raise wrong("a group has item, and only a group has")
        if not self.is_asked and (self.required or self.critical or self.feeds):
            raise wrong(
                f"is of type {self.type} and takes no answer: not required, critical, feeds"
            )
        codes = [option.code for option in self.answer_option]
        if len(set(codes)) != len(codes):
            raise wrong("has the same code twice in answerOption")
        return self


class Step(Model):
    """One screen of a form; its `title` is the pill, `say` the words that open it."""

    title: Words
    say: Words | None = None
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]


class Form(Model):
    """The questions of one call type. The read-back is added by the program as the last step.

    `ends` narrows how a call of this type ends, where the practice wants less than the desk can
    do: `message` for an office that keeps its own calendar.
    """

    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    ends: Outcome | None = None

    def questions(self) -> tuple[Question, ...]:
        """Every question in order, groups before what they hold."""
        return tuple(
            found for step in self.steps for item in step.questions for found in _all(item)
        )


def _all(question: Question) -> tuple[Question, ...]:
    return (question, *(found for item in question.item for found in _all(item)))
