"""A call's answers as an R4 QuestionnaireResponse, for the record system of the practice.

Only what exists on the form goes out: without an agreement in force no health question exists, so
none is in the response either. How each answer came to be known, and the caller's own words where
they differ from the value read from them, travel in extensions.
"""

from datetime import datetime
from typing import Any, Final

from scripts.answers import Answer
from scripts.fhir.questionnaire_out import canonical, step_ids
from scripts.fhir.values import value_of
from scripts.fhir.words import OURS
from scripts.questions import Question
from scripts.sheet import Sheet

STATUS: Final = f"{OURS}answer-status"
WORDS: Final = f"{OURS}answer-words"
SHOWN: Final = f"{OURS}answer-shown"


def write_response(sheet: Sheet, *, authored: datetime) -> dict[str, Any]:
    """Return the form's answers as a QuestionnaireResponse resource, `completed` once the form
    can be finished. `authored` is an aware time."""
    name = canonical(sheet.practice, sheet.call_type)
    items = []
    for link_id, step in zip(step_ids(sheet.form), sheet.form.steps, strict=True):
        inner = _items(sheet, step.questions)
        if inner:
            items.append({"linkId": link_id, "text": step.title, "item": inner})
    response: dict[str, Any] = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{name}|{sheet.practice.version or '0'}",
        "status": "completed" if sheet.complete else "in-progress",
        "authored": authored.isoformat(timespec="seconds"),
    }
    return {**response, "item": items} if items else response


def _items(sheet: Sheet, questions: tuple[Question, ...]) -> list[dict[str, Any]]:
    found = []
    for question in questions:
        if not sheet.exists(question.link_id):
            continue
        answer = sheet.given.get(question.link_id)
        answers = _answers(sheet, question, answer) if answer is not None else []
        inner = _items(sheet, question.item)
        if not (answers or inner):
            continue
        item: dict[str, Any] = {"linkId": question.link_id, "text": question.text}
        if question.is_asked and inner:
            # What is asked after an answer stands within it, even where it was left blank.
            answers = [{**(answers[0] if answers else {}), "item": inner}, *answers[1:]]
        elif inner:
            item["item"] = inner
        if answers:
            item["answer"] = answers
        found.append(item)
    return found


def _answers(sheet: Sheet, question: Question, answer: Answer) -> list[dict[str, Any]]:
    options = sheet.practice.answer_options(question)
    zone = sheet.practice.zone
    values = [value_of(question, options, value, zone) for value in answer.values]
    if not values and not answer.is_given:
        return []
    # What could not be read as the question's type is kept as it was said.
    values = values or [{"valueString": answer.text}]
    extensions = [{"url": STATUS, "valueCode": answer.status.value.replace("_", "-")}]
    if answer.text and (answer.text,) != answer.values:
        extensions.append({"url": WORDS, "valueString": answer.text})
    if answer.shown:
        extensions.append({"url": SHOWN, "valueString": answer.shown})
    return [{"extension": extensions, **values[0]}, *values[1:]]
