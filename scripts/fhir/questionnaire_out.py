"""A form of ours as an R4 Questionnaire, so that an EHR can hold it and give it back unchanged.

What FHIR has no word for travels in extensions of our own; a step is a group marked as one.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from scripts import parse
from scripts.calltypes import CallType
from scripts.conditions import Compared, EnableWhen
from scripts.fhir.values import coding, moment_text, option_value, quantity, value_of
from scripts.fhir.words import (
    CALCULATED,
    ENABLE,
    ENDS,
    FHIRPATH,
    KEPT,
    OURS,
    STEP,
    UNIT,
    UNIT_OPTION,
)
from scripts.practice import Practice
from scripts.questions import Form, Question, Step

_ANY_DAY: Final = date(2026, 1, 1)
_FLAGS: Final = (
    ("required", "required"),
    ("repeats", "repeats"),
    ("readOnly", "read_only"),
    ("maxLength", "max_length"),
)


def canonical(practice: Practice, call_type: CallType) -> str:
    """Return the name of a practice's form, as a finished call refers to it."""
    return f"urn:frontdesk:practice:{practice.id}:{call_type.value}"


def write_questionnaire(practice: Practice, call_type: CallType) -> dict[str, Any]:
    """Return the form of a call type as a Questionnaire resource."""
    form = practice.forms[call_type]
    writer = _Writer(practice, form)
    resource: dict[str, Any] = {
        "resourceType": "Questionnaire",
        "url": canonical(practice, call_type),
        "version": practice.version or "0",
        "title": f"{practice.name}: {call_type.value.replace('_', ' ')}",
        "status": "active",
    }
    used = {q.answer_value_set for q in form.questions() if q.answer_value_set}
    if used:
        resource["contained"] = [writer.value_set(name) for name in sorted(used)]
    if form.ends is not None:
        resource["extension"] = [{"url": ENDS, "valueString": form.ends.value}]
    resource["item"] = list(writer.steps())
    return resource


def step_ids(form: Form) -> tuple[str, ...]:
    """Return a linkId for each step, one that no question has."""
    taken = {question.link_id for question in form.questions()}
    found = []
    for number in range(1, len(form.steps) + 1):
        link_id = f"step-{number}"
        while link_id in taken:
            link_id += "-"
        found.append(link_id)
    return tuple(found)


class _Writer:
    def __init__(self, practice: Practice, form: Form) -> None:
        self.practice = practice
        self.form = form
        self.by_id = {question.link_id: question for question in form.questions()}

    def steps(self) -> Iterator[dict[str, Any]]:
        """Yield each step as a group."""
        for link_id, step in zip(step_ids(self.form), self.form.steps, strict=True):
            yield self._step(link_id, step)

    def _step(self, link_id: str, step: Step) -> dict[str, Any]:
        extensions: list[dict[str, Any]] = [{"url": STEP, "valueBoolean": True}]
        if step.say:
            extensions.append({"url": f"{OURS}say", "valueString": step.say})
        return {
            "extension": extensions,
            "linkId": link_id,
            "text": step.title,
            "type": "group",
            "item": [self._item(question) for question in step.questions],
        }

    def _item(self, question: Question) -> dict[str, Any]:
        item: dict[str, Any] = {"extension": list(_extensions(question))}
        item |= {"linkId": question.link_id, "text": question.text, "type": question.type.value}
        if question.enable_when:
            item["enableWhen"] = [self._condition(one) for one in question.enable_when]
            if len(question.enable_when) > 1 or question.enable_behavior == "any":
                item["enableBehavior"] = question.enable_behavior
        for key, name in _FLAGS:
            value = getattr(question, name)
            if value:
                item[key] = value
        if question.answer_value_set:
            item["answerValueSet"] = f"#{_set_id(question.answer_value_set)}"
        if question.answer_option:
            item["answerOption"] = [option_value(option) for option in question.answer_option]
        if question.initial:
            item["initial"] = self._initial(question)
        if question.item:
            item["item"] = [self._item(inner) for inner in question.item]
        return item

    def _condition(self, condition: EnableWhen) -> dict[str, Any]:
        found: dict[str, Any] = {
            "question": condition.question,
            "operator": condition.operator.value,
        }
        kind, answer = str(condition.kind), condition.answer
        match condition.kind:
            case Compared.CODING:
                kind, answer = self._coded(condition)
            case Compared.QUANTITY:
                answer = quantity(answer.text)
            case Compared.DATE_TIME:
                answer = moment_text(answer, self.practice.zone)
            case Compared.DATE | Compared.TIME:
                answer = answer.isoformat()
        return {**found, kind: answer}

    def _coded(self, condition: EnableWhen) -> tuple[str, Any]:
        code = condition.answer_coding
        asked = self.by_id[condition.question]
        option = next((o for o in self.practice.answer_options(asked) if o.code == code), None)
        if option is None:
            return str(Compared.CODING), {"code": code}
        ((key, value),) = option_value(option).items()
        return key.replace("value", "answer"), value

    def _initial(self, question: Question) -> list[dict[str, Any]]:
        options = self.practice.answer_options(question)
        reading = parse.read(self.practice, question, question.initial, _ANY_DAY)
        return [value_of(question, options, value, self.practice.zone) for value in reading.values]

    def value_set(self, name: str) -> dict[str, Any]:
        """Return a list of answers as a contained ValueSet, its codes in order."""
        contains = [coding(option) for option in self.practice.value_sets[name].options]
        return {
            "resourceType": "ValueSet",
            "id": _set_id(name),
            "status": "active",
            "expansion": {"timestamp": "2020-01-01T00:00:00Z", "contains": contains},
        }


def _set_id(name: str) -> str:
    return name.replace("_", "-")  # an id of FHIR has no underscore


def _extensions(question: Question) -> Iterator[dict[str, Any]]:
    for key in KEPT:
        value = getattr(question, key)
        if key == "phi" or (value is not None and value is not False):
            typed = "valueBoolean" if isinstance(value, bool) else "valueString"
            yield {"url": f"{OURS}{key}", typed: value if typed[5] == "B" else str(value)}
    for url, text in ((ENABLE, question.enable_expression), (CALCULATED, question.calculated)):
        if text is not None:
            expression = {"language": FHIRPATH, "expression": text}
            yield {"url": url, "valueExpression": expression}
    unit_url = UNIT if len(question.unit) == 1 else UNIT_OPTION
    for unit in question.unit:
        yield {"url": unit_url, "valueCoding": {"display": unit}}
