"""Questions as a practice writes them: the part of FHIR's Questionnaire a telephone form needs.

Keys keep the names of HL7 FHIR R4 Questionnaire.item (`linkId`, `enableWhen`, `answerOption`...)
so that a form can be exchanged with an EHR; what the standard has no word for (the words to say,
what may not be asked without a BAA, what is read back, what an answer is for) stands beside them.
"""

from collections.abc import Iterator
from enum import StrEnum, unique
from functools import cached_property
from typing import Annotated, Any, Final, Self

from pydantic import BeforeValidator, Field, model_validator

from scripts.calltypes import Outcome
from scripts.conditions import EnableWhen
from scripts.fields import Code, LinkId, Model, NotEmpty, Slug, Words, wrong


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
    QUANTITY = "quantity"


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
    BEST_TIME = "best_time"  # to call back
    WHO_ANSWERS = "who_answers"  # the callback number
    VOICEMAIL = "voicemail"  # whether one may be left there
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
CHOICES: Final = frozenset({QuestionType.CHOICE, QuestionType.OPEN_CHOICE})
MANY_WORDS: Final = frozenset(
    {
        QuestionType.STRING,
        QuestionType.TEXT,
        QuestionType.INTEGER,
        QuestionType.DECIMAL,
        QuestionType.QUANTITY,
        QuestionType.DATE,
        QuestionType.DATE_TIME,
        QuestionType.TIME,
    }
)
"""Types of which several answers are typed one after another, a semicolon between."""


@unique
class ValueType(StrEnum):
    """What an answer’s code is in FHIR (R4 answerOption.value[x]); people see no difference."""

    CODING = "Coding"
    STRING = "string"
    INTEGER = "integer"
    DATE = "date"
    TIME = "time"


class Option(Model):
    """One answer of a choice: FHIR's answerOption, its code and display. `system` is the URI of
    the code's coding system, where an EHR gave one."""

    code: Code
    display: Words
    system: Words | None = None
    value_type: Annotated[ValueType, Field(alias="valueType")] = ValueType.CODING


def _initial(value: Any) -> Any:
    values = value if isinstance(value, list | tuple) else [value]
    return tuple(YES if v is True else NO if v is False else v for v in values)


Initial = Annotated[tuple[Words, ...], BeforeValidator(_initial)]


class Question(Model):
    """One item of a form. `text` is its label, `say` the words to ask it with.

    `initial` stands there before it is asked, and counts as not asked until it is changed;
    `readOnly` and calculated questions are shown and never typed into.
    """

    link_id: Annotated[LinkId, Field(alias="linkId")]
    type: QuestionType
    text: Words
    say: Words | None = None
    help: Words | None = None
    required: bool = False
    repeats: bool = False  # several answers: ticked in a choice, else typed with ; between
    read_only: Annotated[bool, Field(alias="readOnly")] = False
    initial: Initial = ()  # as it would be typed
    enable_when: Annotated[tuple[EnableWhen, ...], Field(alias="enableWhen")] = ()
    enable_behavior: Annotated[
        str, Field(alias="enableBehavior", pattern="^(all|any)$", default="all")
    ] = "all"
    enable_expression: Annotated[Words | None, Field(alias="enableWhenExpression")] = None
    calculated: Annotated[Words | None, Field(alias="calculatedExpression")] = None
    answer_option: Annotated[tuple[Option, ...], Field(alias="answerOption")] = ()
    answer_value_set: Annotated[Slug | None, Field(alias="answerValueSet")] = None
    unit: tuple[Words, ...] = ()  # of a quantity; the first is meant when none is typed
    max_length: Annotated[int | None, Field(alias="maxLength", gt=0, le=MAX_TEXT)] = None
    phi: bool = False  # a health detail: the question does not exist without a BAA
    critical: bool = False  # read back before the call is finished
    may_skip: bool = False  # a required question that may be left “not asked”
    sensitive: bool = False  # a card number: never recorded while it is asked or read back
    half: bool = False  # shares its row with the next half question
    control: Control | None = None
    feeds: Feed | None = None
    item: tuple["Question", ...] = ()  # the questions of a group, or those after its own answer

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

    @property
    def is_fixed(self) -> bool:
        """Whether its answer is the script's own, not to be typed into."""
        return self.read_only or self.calculated is not None

    @property
    def has_own_options(self) -> bool:
        """Whether its answers come from the practice or its calendar."""
        return self.control in OWN_OPTIONS

    @model_validator(mode="after")
    def _shape(self) -> Self:
        if _is_plain(self):
            return self
        for rule in (_choice_rule, _group_rule, _answer_rule, _repeats_rule, _script_rule):
            if sentence := rule(self):
                raise wrong(sentence)
        return self


def _is_plain(question: Question) -> bool:
    """Whether nothing is written that a rule looks at: so are most questions of a long form."""
    kind = question.type
    return not (
        kind is QuestionType.CHOICE
        or kind is QuestionType.OPEN_CHOICE
        or kind is QuestionType.GROUP
        or kind is QuestionType.DISPLAY
        or question.answer_option
        or question.answer_value_set
        or question.control
        or question.unit
        or question.repeats
        or question.initial
        or question.read_only
        or question.calculated
        or question.enable_expression
    )


def _choice_rule(question: Question) -> str:
    choice = question.type in CHOICES
    given = bool(question.answer_option) + bool(question.answer_value_set)
    if choice and not given and not question.has_own_options:
        return "is a choice without answers; add answerOption"
    if choice and given > 1:
        return "has both answerOption and answerValueSet; keep one"
    if not choice and given:
        return f"is of type {question.type}; only a choice has answerOption"
    if not choice and question.has_own_options:
        return "repeats and this control belong to type: choice"
    codes = [option.code for option in question.answer_option]
    if len(set(codes)) != len(codes):
        return "has the same code twice in answerOption"
    return _comma_rule(question.answer_option) if question.repeats else ""


def _comma_rule(options: tuple[Option, ...]) -> str:
    found = next((option.code for option in options if "," in option.code), "")
    return f"has the code “{found}”; with repeats a code has no comma" if found else ""


def _group_rule(question: Question) -> str:
    if question.type is QuestionType.GROUP and not question.item:
        return "a group has item; write its questions"
    if question.type is QuestionType.DISPLAY and question.item:
        return "is of type display and holds nothing; make it a group"
    return ""


def _answer_rule(question: Question) -> str:
    if question.is_asked:
        if question.unit and question.type is not QuestionType.QUANTITY:
            return f"is of type {question.type}; only a quantity has a unit"
        return ""
    takes_answer = question.required or question.critical or question.feeds
    if takes_answer or question.initial or question.calculated:
        return f"is of type {question.type} and takes no answer: not required, critical, feeds"
    return ""


def _repeats_rule(question: Question) -> str:
    if not question.repeats or question.type in CHOICES:
        own = question.repeats and question.has_own_options
        return "takes one answer of the practice's own; take repeats out" if own else ""
    if question.type not in MANY_WORDS:
        return f"is of type {question.type}, which is asked once; take repeats out"
    return "takes one number; take repeats out" if question.control else ""


def _script_rule(question: Question) -> str:
    if question.enable_when and question.enable_expression:
        return "has both enableWhen and enableWhenExpression; keep one"
    if question.calculated and question.initial:
        return "has both initial and calculatedExpression; keep one"
    if question.calculated and (question.has_own_options or question.repeats):
        return "is calculated; it has one answer, and none of the calendar's"
    if question.is_fixed and question.required:
        return "is not typed into, so it cannot be required; take required out"
    if len(question.initial) > 1 and not question.repeats:
        return "has several initial answers; only one fits here"
    return ""


class Step(Model):
    """One screen of a form; its `title` is the pill, `say` the words that open it."""

    title: Words
    say: Words | None = None
    questions: Annotated[tuple[Question, ...], NotEmpty]


class ValueSet(Model):
    """A list of answers that choices of a practice share; they name it by answerValueSet."""

    options: Annotated[tuple[Option, ...], NotEmpty]

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return {"options": value} if isinstance(value, list | tuple) else value

    @model_validator(mode="after")
    def _once(self) -> Self:
        codes = [option.code for option in self.options]
        if len(set(codes)) != len(codes):
            raise wrong("has the same code twice")
        return self


class Form(Model):
    """The questions of one call type. The read-back is added by the program as the last step.

    `ends` narrows how a call of this type ends, where the practice wants less than the desk can
    do: `message` for an office that keeps its own calendar.
    """

    steps: Annotated[tuple[Step, ...], NotEmpty]
    ends: Outcome | None = None

    def questions(self) -> tuple[Question, ...]:
        """Every question in order, groups before what they hold."""
        return self._flat

    @cached_property
    def _flat(self) -> tuple[Question, ...]:
        return tuple(
            found for step in self.steps for item in step.questions for found in walk(item)
        )

    @cached_property
    def sensitive(self) -> frozenset[str]:
        """The questions that are never recorded, by link id: those marked, and what they hold."""
        return frozenset(
            inner.link_id
            for outer in self._flat
            if outer.sensitive
            for inner in walk(outer)
            if inner.is_asked
        )


def walk(question: Question) -> Iterator[Question]:
    """Yield a question and all it holds, in order."""
    waiting = [question]
    while waiting:
        found = waiting.pop()
        yield found
        waiting.extend(reversed(found.item))
