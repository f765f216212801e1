"""The questions of a practice, told: each by its label, its conditions in words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from scripts.calltypes import CallType
from scripts.conditions import EnableWhen, Operator, plain
from scripts.faults import KeyPath, dotted
from scripts.practice import Practice
from scripts.questions import Option, Question, Step, ValueType
from scripts.told.things import CALL_TYPE_WORDS, Section, Thing, thing

_OPERATORS: Final[Mapping[Operator, str]] = {
    Operator.EQUAL: "is",
    Operator.NOT_EQUAL: "is not",
    Operator.GREATER: "is more than",
    Operator.LESS: "is less than",
    Operator.AT_LEAST: "is at least",
    Operator.AT_MOST: "is at most",
}


@dataclass(frozen=True, slots=True)
class _Form:
    practice: Practice
    call_type: CallType
    known: Mapping[str, Question]


def tell_forms(practice: Practice) -> Iterator[Thing]:
    """Yield every step and question of every form."""
    for name, value_set in practice.value_sets.items():
        shown = ", ".join(option.display for option in value_set.options)
        at: KeyPath = ("value_sets", name)
        yield thing(
            Section.QUESTIONS,
            at,
            f"Answers “{name}”",
            {"": shown, "codes": _codes(value_set.options)},
        )
    for call_type in CallType:
        form = practice.forms.get(call_type)
        if form is None:
            continue
        where: KeyPath = ("forms", call_type.value)
        label = CALL_TYPE_WORDS[call_type]
        if form.ends is not None:
            parts = {"": form.ends.value}
            yield thing(Section.QUESTIONS, (*where, "ends"), f"{label} ends", parts)
        told_of = _Form(practice, call_type, {q.link_id: q for q in form.questions()})
        for number, step in enumerate(form.steps):
            path: KeyPath = (*where, "steps", number)
            yield _step(path, call_type, step)
            for place, question in enumerate(step.questions):
                yield from _question(told_of, (*path, "questions", place), question, step.title)


def _step(path: KeyPath, call_type: CallType, step: Step) -> Thing:
    name = f"{CALL_TYPE_WORDS[call_type]}, step {step.title}"
    parts = {"": "there", "say": step.say or ""}
    order = f"{call_type.value} steps"
    id_ = f"{call_type.value} step {step.title}"
    return Thing(
        Section.QUESTIONS, id_, name, parts, dotted(path), call_type, order, step.say or "there"
    )


def _question(form: _Form, path: KeyPath, question: Question, within: str) -> Iterator[Thing]:
    parts = _question_parts(form, question) | {"stands in": within}
    yield Thing(
        Section.QUESTIONS,
        f"{form.call_type.value}/{question.link_id}",
        f"{CALL_TYPE_WORDS[form.call_type]}, “{question.text}”",
        parts,
        dotted(path),
        form.call_type,
        form.call_type.value,
        f"{parts['answer']}, in {within}{', required' if question.required else ''}",
    )
    for place, item in enumerate(question.item):
        yield from _question(form, (*path, "item", place), item, question.text)


def _question_parts(form: _Form, question: Question) -> dict[str, str]:
    options = form.practice.answer_options(question)
    conditions = conditions_told(
        form.practice, form.known, question.enable_when, question.enable_behavior
    )
    kind = question.type.value + (f" ({question.control.value})" if question.control else "")
    wordings = {
        "label": question.text,
        "say": question.say or "",
        "help": question.help or "",
        "answer": kind,
        "answers": ", ".join(option.display for option in options),
        "codes": _codes(options),
        "asked when": conditions or question.enable_expression or "always",
        "calculated": question.calculated or "",
        "stands there": ", ".join(question.initial),
        "unit": ", ".join(question.unit),
        "for": question.feeds.value if question.feeds else "",
        "longest": str(question.limit),
    }
    marks = {
        "required": question.required,
        "several answers": question.repeats,
        "read only": question.read_only,
        "health detail": question.phi,
        "read back": question.critical,
        "may be skipped": question.may_skip,
        "half a row": question.half,
        "never recorded": question.sensitive,
    }
    return wordings | {name: "yes" if marked else "no" for name, marked in marks.items()}


def _codes(options: Iterable[Option]) -> str:
    return ", ".join(
        option.code
        + (f" of {option.system}" if option.system else "")
        + (f" ({option.value_type.value})" if option.value_type is not ValueType.CODING else "")
        for option in options
    )


def conditions_told(
    practice: Practice,
    known: Mapping[str, Question],
    conditions: Iterable[EnableWhen],
    behavior: str,
) -> str:
    """Return conditions in words: “Getting worse?” is yes, and “Age” is at least 65."""
    between = ", or " if behavior == "any" else ", and "
    return between.join(_condition(practice, known, condition) for condition in conditions)


def _condition(practice: Practice, known: Mapping[str, Question], condition: EnableWhen) -> str:
    asked = known.get(condition.question)
    name = f"“{asked.text if asked else condition.question}”"
    if condition.operator is Operator.EXISTS:
        return f"{name} is {'answered' if condition.answer else 'not answered'}"
    value = plain(condition.answer)
    if asked is not None:
        value = {o.code: o.display for o in practice.answer_options(asked)}.get(value, value)
    return f"{name} {_OPERATORS[condition.operator]} {value}"
