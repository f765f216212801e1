"""Whether what decides that a question exists can be decided: conditions, expressions, and the
answers a script gives itself."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from rapidfuzz import process

from scripts import parse
from scripts.conditions import Compared, EnableWhen, Operator
from scripts.expressions import BadExpression, compiled
from scripts.faults import KeyPath
from scripts.practice import Practice
from scripts.questions import CHOICES, Feed, Question, QuestionType

Finding = tuple[KeyPath, str]
Placed = tuple[KeyPath, Question]

MAX_EXPRESSIONS: Final = 100  # in one form
_COMPARABLE: Final[Mapping[QuestionType, frozenset[Compared]]] = {
    QuestionType.BOOLEAN: frozenset({Compared.BOOLEAN}),
    QuestionType.INTEGER: frozenset({Compared.INTEGER, Compared.DECIMAL}),
    QuestionType.DECIMAL: frozenset({Compared.INTEGER, Compared.DECIMAL}),
    QuestionType.QUANTITY: frozenset({Compared.QUANTITY}),
    QuestionType.DATE: frozenset({Compared.DATE}),
    QuestionType.DATE_TIME: frozenset({Compared.DATE_TIME}),
    QuestionType.TIME: frozenset({Compared.TIME}),
    QuestionType.STRING: frozenset({Compared.STRING}),
    QuestionType.TEXT: frozenset({Compared.STRING}),
    QuestionType.CHOICE: frozenset({Compared.CODING}),
    QuestionType.OPEN_CHOICE: frozenset({Compared.CODING, Compared.STRING}),
}
_SAID_ONLY: Final = frozenset(
    {
        Feed.SYMPTOM,
        Feed.SYMPTOM_PRESENT,
        Feed.REFUSED_911,
        Feed.CHANGE_ACTION,
        Feed.SLOT,
        Feed.BOOKING,
        Feed.LOCATION,
        Feed.CALLBACK_NUMBER,
    }
)
_ANY_DAY: Final = date(2026, 1, 1)


def check_conditions(practice: Practice, placed: list[Placed], form: str) -> Iterator[Finding]:
    """Yield what is wrong with the conditions of a form; each looks at what is asked before it."""
    before: dict[str, Question] = {}
    expressions = 0
    for path, question in placed:
        for place, condition in enumerate(question.enable_when):
            yield from check_condition(
                practice, (*path, "enableWhen", place), condition, before, form
            )
        written = (
            ("enableWhenExpression", question.enable_expression),
            ("calculatedExpression", question.calculated),
        )
        for key, text in written:
            if text is not None:
                yield from _expression((*path, key), text, before, form)
                expressions += 1
                if expressions == MAX_EXPRESSIONS + 1:
                    yield (*path, key), f"is one too many; {form} has at most {MAX_EXPRESSIONS}"
        before[question.link_id] = question


def check_condition(
    practice: Practice,
    where: KeyPath,
    condition: EnableWhen,
    known: Mapping[str, Question],
    place: str,
) -> Iterator[Finding]:
    """Yield what is wrong with one condition; `known` are the questions it may look at."""
    question = known.get(condition.question)
    if question is None:
        yield (*where, "question"), _unknown(condition.question, known, place)
        return
    if not question.is_asked:
        sentence = f"“{condition.question}” takes no answer ({question.type.value})"
        yield (*where, "question"), sentence
        return
    if condition.operator is Operator.EXISTS:
        return
    fitting = _COMPARABLE[question.type]
    if condition.kind not in fitting:
        mend = (
            "answerBoolean fits only a yes or no question"
            if condition.kind is Compared.BOOLEAN
            else f"use {' or '.join(sorted(fitting))}"
        )
        yield where, f"“{condition.question}” is of type {question.type.value}; {mend}"
        return
    codes = [option.code for option in practice.answer_options(question)]
    code = condition.answer_coding
    if question.type is QuestionType.CHOICE and codes and code and code not in codes:
        wrong = f"“{code}” is not an answer of “{condition.question}”"
        yield (*where, "answerCoding"), f"{wrong}; there are {', '.join(codes)}"


def check_answers(practice: Practice, placed: list[Placed]) -> Iterator[Finding]:
    """Yield what is wrong with value sets, and with answers the script gives itself."""
    for path, question in placed:
        named = question.answer_value_set
        if named is not None and named not in practice.value_sets:
            best = process.extractOne(named, list(practice.value_sets), score_cutoff=60)
            hint = f"; did you mean “{best[0]}”?" if best else "; write it under value_sets"
            yield (*path, "answerValueSet"), f"“{named}” is not a value set of this file{hint}"
        elif _is_empty_choice(practice, question):
            yield path, "has no answer to choose; write them, or what they are taken from"
        if question.repeats and any("," in o.code for o in practice.answer_options(question)):
            yield path, "has a code with a comma; with repeats a code has none"
        yield from _own_answer(practice, path, question)


def _is_empty_choice(practice: Practice, question: Question) -> bool:
    from_file = question.type in CHOICES and question.control not in parse.FROM_CALENDAR
    return from_file and not parse.options(practice, question)


def _own_answer(practice: Practice, path: KeyPath, question: Question) -> Iterator[Finding]:
    if not (question.initial or question.is_fixed):
        return
    key = "initial" if question.initial else "readOnly" if question.read_only else "calculated"
    key = "calculatedExpression" if question.calculated else key
    if question.feeds in _SAID_ONLY:
        yield (*path, key), f"answers {question.feeds} by itself; that is the caller's to say"
    if question.initial:
        reading = parse.read(practice, question, question.initial, _ANY_DAY)
        if reading.problem:
            yield (*path, "initial"), reading.problem


def _expression(
    where: KeyPath, text: str, known: Mapping[str, Question], form: str
) -> Iterator[Finding]:
    try:
        expression = compiled(text)
    except BadExpression as error:
        yield where, str(error)
        return
    for name in expression.names:
        if name not in known:
            yield where, _unknown(name, known, form)


def _unknown(name: str, known: Mapping[str, Question], place: str) -> str:
    best = process.extractOne(name, list(known), score_cutoff=60)
    hint = f"; did you mean “{best[0]}”?" if best else ""
    return f"“{name}” is not asked before this in {place}{hint}"
