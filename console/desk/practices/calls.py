"""The section of call types: each type's form as a tree of steps, questions and answers."""

from typing import Any, Final

from console.desk.practices.conditions import asked_before, condition_specs
from console.desk.practices.labels import CALL_TYPES
from console.desk.practices.shared_answers import (
    NEW_ANSWER,
    list_spec,
    new_list,
    option_specs,
    shared_lists,
)
from console.desk.practices.specs import (
    HALF,
    THIRD,
    Add,
    Item,
    Section,
    Spec,
    entries,
    words_at,
)
from console.desk.practices.views import Put
from scripts.calltypes import CallType, Outcome
from scripts.editing.data import find
from scripts.endings import ALLOWED_ENDS
from scripts.faults import KeyPath
from scripts.questions import Control, Feed, QuestionType

_TYPES: Final = (
    (QuestionType.STRING, "A line of words"),
    (QuestionType.TEXT, "Several lines"),
    (QuestionType.BOOLEAN, "Yes, no or not sure"),
    (QuestionType.CHOICE, "One of these answers"),
    (QuestionType.OPEN_CHOICE, "One of these, or other words"),
    (QuestionType.DATE, "A date"),
    (QuestionType.TIME, "A time"),
    (QuestionType.DATE_TIME, "A date and time"),
    (QuestionType.INTEGER, "A whole number"),
    (QuestionType.DECIMAL, "A number"),
    (QuestionType.QUANTITY, "A number with a unit"),
    (QuestionType.DISPLAY, "Words to read, no answer"),
    (QuestionType.GROUP, "A group of questions"),
)
_TYPE_OPTIONS: Final = tuple((kind.value, label) for kind, label in _TYPES)
_CONTROLS: Final = (
    ("", "As its type says"),
    (Control.PHONE.value, "A phone number"),
    (Control.SPELL.value, "A name, spelled back"),
    (Control.APPOINTMENT_TYPES.value, "The practice's kinds of visit"),
    (Control.PROVIDERS.value, "The practice's providers"),
    (Control.OPEN_TIMES.value, "Open times"),
    (Control.BOOKINGS.value, "The caller's bookings"),
)
_FEEDS: Final = (
    ("", "Nothing but the record"),
    *((feed.value, feed.value.replace("_", " ").capitalize()) for feed in Feed),
)
_ENDS: Final = {
    Outcome.ANSWERED: "Answered",
    Outcome.BOOKED: "Booked",
    Outcome.RESCHEDULED: "Moved",
    Outcome.CANCELLED: "Cancelled",
    Outcome.MESSAGE: "A message",
    Outcome.ESCALATED: "Escalated",
    Outcome.EMERGENCY: "Emergency",
}
_CHOICES: Final = ("choice", "open-choice")
_ASKED: Final = frozenset(kind.value for kind in QuestionType) - {"group", "display"}


def _calls(data: Any) -> list[Item]:
    items: list[Item] = []
    for kind, label in CALL_TYPES.items():
        path: KeyPath = ("forms", kind.value)
        steps = (*path, "steps")
        count = sum(len(entries(data, (*steps, n, "questions"))) for n in
                    range(len(entries(data, steps))))  # fmt: skip
        ends = (
            ("", "As the call goes"),
            *((end.value, _ENDS.get(end, end.value)) for end in sorted(ALLOWED_ENDS[kind])),
        )
        specs = (Spec(("ends",), "How these calls end", Put.PICK, ends),)
        adds = (Add("step", "A step", steps, _step()),)
        items.append(Item(path, label, f"{count} questions", 0, specs, adds))
        for number in range(len(entries(data, steps))):
            items += _step_items(data, kind, (*steps, number))
    return [*items, *shared_lists(data)]


def _step() -> dict[str, Any]:
    return {"title": "Step", "questions": [_question()]}


def _question() -> dict[str, Any]:
    return {"linkId": "new_question", "type": "string", "text": "New question"}


def _step_items(data: Any, kind: CallType, path: KeyPath) -> list[Item]:
    specs = (
        Spec(("title",), "Title, on the pill", optional=False, share=HALF),
        Spec(("say",), "What to say as it opens", Put.PARAGRAPH),
    )
    adds = (
        Add("question", "A question", (*path, "questions"), _question()),
        Add("step", "A step after this", path[:-1], _step(), int(path[-1])),
    )
    title = words_at(data, *path, "title") or "Step"
    found = [Item(path, title, words_at(data, *path, "say"), 1, specs, adds, movable=True)]
    found += _questions(data, kind, (*path, "questions"), 2)
    return found


def _questions(data: Any, kind: CallType, where: KeyPath, depth: int) -> list[Item]:
    items: list[Item] = []
    for place in range(len(entries(data, where))):
        path = (*where, place)
        items.append(_question_item(data, kind, path, depth))
        items += _questions(data, kind, (*path, "item"), depth + 1)
    return items


def _question_item(data: Any, kind: CallType, path: KeyPath, depth: int) -> Item:
    question = find(data, path)
    question = question if isinstance(question, dict) else {}
    type_ = str(question.get("type", "string"))
    adds = [Add("question", "A question after this", path[:-1], _question(), int(path[-1]))]
    if type_ == QuestionType.GROUP:
        adds.append(Add("inside", "A question inside", (*path, "item"), _question()))
    if type_ in _CHOICES and question.get("answerValueSet") is None:
        adds.append(Add("option", "An answer", (*path, "answerOption"), NEW_ANSWER))
    adds += _expression_adds(data, kind, path, question, type_)
    marks = [
        words
        for key, words in (
            ("required", "required"),
            ("phi", "health detail"),
            ("critical", "read back"),
            ("enableWhen", "on condition"),
        )
        if question.get(key)
    ]
    title = words_at(data, *path, "text") or words_at(data, *path, "linkId") or "Question"
    specs = _question_specs(data, kind, path, question, type_)
    return Item(path, title, ", ".join(marks), depth, specs, tuple(adds), movable=True, nests=True)


def _question_specs(
    data: Any, kind: CallType, path: KeyPath, question: dict[str, Any], type_: str
) -> tuple[Spec, ...]:
    specs: list[Spec] = [
        Spec(("text",), "Label", optional=False),
        Spec(("say",), "What to say", Put.PARAGRAPH),
        Spec(("type",), "Answer", Put.PICK, _TYPE_OPTIONS, optional=False, share=HALF),
    ]
    if type_ in _ASKED:
        specs += _answer_specs(type_, question)
    specs += [
        Spec(("help",), "Hint beside the field", share=HALF),
        Spec(("linkId",), "Short name in the file", optional=False, share=HALF),
    ]
    if type_ in _ASKED:
        specs += _ANSWER_TICKS
    specs += [
        Spec(("half",), "Half a row", Put.TICK, share=THIRD),
        Spec(("phi",), "Health detail", Put.TICK, share=HALF,
             help="Not asked without an agreement"),
    ]  # fmt: skip
    if type_ in _CHOICES:
        specs += list_spec(data, question)
        specs += option_specs(data, path, ("answerOption",))
    specs += condition_specs(data, path, "enableWhen", "enableBehavior", kind, "Shown when")
    if question.get("enableWhenExpression") is not None:
        specs.append(Spec(("enableWhenExpression",), "Shown when (FHIRPath)", Put.PARAGRAPH))
    if question.get("calculatedExpression") is not None:
        specs.append(Spec(("calculatedExpression",), "Worked out (FHIRPath)", Put.PARAGRAPH))
    return tuple(specs)


_ANSWER_TICKS: Final = (
    Spec(("required",), "Required", Put.TICK, share=THIRD),
    Spec(("critical",), "Read back", Put.TICK, share=THIRD),
    Spec(("may_skip",), "May be skipped", Put.TICK, share=THIRD),
    Spec(("repeats",), "Several answers", Put.TICK, share=THIRD),
    Spec(("readOnly",), "Not typed into", Put.TICK, share=THIRD),
    Spec(("sensitive",), "Never recorded", Put.TICK, share=THIRD),
)


def _answer_specs(type_: str, question: dict[str, Any]) -> list[Spec]:
    specs = [
        Spec(("control",), "Put as", Put.PICK, _CONTROLS, share=HALF),
        Spec(("feeds",), "Fills in", Put.PICK, _FEEDS, share=HALF),
        Spec(("initial",), "Stands there before it is asked", many=True, share=HALF),
    ]
    if type_ in ("string", "text", "open-choice"):
        specs.append(Spec(("maxLength",), "Longest answer, characters", number=True, share=HALF))
    if type_ == "quantity" or question.get("unit"):
        specs.append(Spec(("unit",), "Units", many=True, share=HALF))
    return specs


def _expression_adds(
    data: Any, kind: CallType, path: KeyPath, question: dict[str, Any], type_: str
) -> list[Add]:
    """Return what a question by FHIRPath can begin with, about the first answer of the form: a
    rule to be shown by, a value of its own."""
    earlier = asked_before(data, kind, path)
    if not earlier:
        return []
    answer = f"%resource.repeat(item).where(linkId = '{earlier[0].link_id}').answer"
    adds = []
    if question.get("enableWhenExpression") is None and not question.get("enableWhen"):
        rule = ("shown_by", "A rule in FHIRPath for when it is shown", path, f"{answer}.exists()")
        adds.append(Add(*rule, name="enableWhenExpression"))
    if type_ in _ASKED and question.get("calculatedExpression") is None:
        value = ("worked_out", "A value worked out in FHIRPath", path, f"{answer}.value")
        adds.append(Add(*value, name="calculatedExpression"))
    return adds


CALLS = Section(
    "calls", "Call types", _calls, ("forms", "value_sets"), lambda _: new_list(), is_tree=True
)
