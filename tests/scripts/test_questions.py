"""What each type of question takes, when it exists, and what a script may answer itself."""

from typing import Any

import pytest
from pydantic import ValidationError

from scripts.answers import AnswerStatus
from scripts.calltypes import CallType
from scripts.checks import check
from scripts.faults import dotted
from scripts.practice import Practice
from scripts.protocol import Protocol
from scripts.questions import Question, ValueSet
from scripts.triage import Interview
from tests.scripts.samples import EVENING, riverside, with_form

REASON = {"linkId": "why", "type": "string", "text": "Why", "feeds": "reason", "required": True}


def begin(*questions: dict[str, Any], **practice: Any) -> Interview:
    asked = with_form(CallType.QUESTION, REASON, *questions, **practice)
    return Interview.start(asked, CallType.QUESTION, baa_in_force=True, moment=EVENING)


def there(interview: Interview) -> set[str]:
    return {question.link_id for question in interview.questions} - {"why"}


def faults(practice: Practice) -> list[tuple[str, str]]:
    return [(dotted(where), wrong) for where, wrong in check(practice)]


def q(link_id: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    return {"linkId": link_id, "type": kind, "text": f"About {link_id}", **more}


AB = [{"code": "a", "display": "Apple"}, {"code": "b", "display": "Banana"}]


# --- values --------------------------------------------------------------------------------------


MONDAY = "Mon November 30, 2026, 15:30"


@pytest.mark.parametrize(
    ("kind", "more", "typed", "values", "shown"),
    [
        ("quantity", {}, "5 mg", ("5 mg",), "5 mg"),
        ("quantity", {}, "2.50mL", ("2.5 mL",), "2.5 mL"),
        ("quantity", {"unit": ["lb", "kg"]}, "180", ("180 lb",), "180 lb"),
        ("quantity", {"unit": ["lb", "kg"]}, "81,5 KG", ("815 kg",), "815 kg"),
        ("dateTime", {}, "11/30/2026 3:30 pm", ("2026-11-30T15:30",), MONDAY),
        ("time", {}, "3:30 pm", ("15:30",), "15:30"),
        ("string", {"repeats": True}, "Aetna; Cigna", ("Aetna", "Cigna"), "Aetna; Cigna"),
        ("integer", {"repeats": True}, "3; 1,000\n7", ("3", "1000", "7"), "3; 1000; 7"),
        ("text", {"repeats": True}, "one\ntwo\n\nthree", ("one\ntwo", "three"), None),
        ("date", {"repeats": True}, "5/4/2026; 5/5/2026", ("2026-05-04", "2026-05-05"), None),
        ("choice", {"repeats": True, "answerOption": AB}, ["a", "Banana"], ("a", "b"), None),
        ("open-choice", {"answerOption": AB}, "cherry", ("cherry",), "cherry"),
    ],
)
def test_what_is_typed_is_read_as_its_type(
    kind: str, more: dict[str, Any], typed: Any, values: tuple[str, ...], shown: str | None
) -> None:
    interview = begin(q("x", kind, **more)).answer("x", typed)
    assert interview.answers["x"].values == values
    assert interview.problems == {}
    if shown is not None:
        assert interview.display("x") == shown
    assert Interview.restore(interview.practice, interview.to_record()) == interview


@pytest.mark.parametrize(
    ("kind", "more", "typed", "mend"),
    [
        ("quantity", {}, "some", "write a number and its unit: 5 mg"),
        ("quantity", {"unit": ["lb"]}, "5 stone", "write lb"),
        ("time", {}, "3", "3:30 pm or 15:30"),
        ("integer", {"repeats": True}, "3; x", "figures only"),
        ("decimal", {}, "1e-99999999", "check it"),
        ("date", {}, "5/4/2026; 5/5/2026", "month/day/year"),
    ],
)
def test_what_cannot_be_read_is_kept_with_its_mend(
    kind: str, more: dict[str, Any], typed: str, mend: str
) -> None:
    interview = begin(q("x", kind, **more)).answer("x", typed)
    assert interview.answers["x"].text == typed
    assert mend in interview.problem("x")


def test_a_value_set_of_the_practice_is_chosen_from() -> None:
    sets = {"fruit": ValueSet.model_validate(AB)}
    interview = begin(q("x", "choice", answerValueSet="fruit"), value_sets=sets)
    assert interview.options("x") == (("a", "Apple"), ("b", "Banana"))
    assert interview.answer("x", "Banana").answers["x"].values == ("b",)
    missing = with_form(
        CallType.QUESTION, REASON, q("x", "choice", answerValueSet="fruits"), value_sets=sets
    )
    (fault,) = faults(missing)
    assert fault[0] == "forms.question.steps[0].questions[1].answerValueSet"
    assert "did you mean “fruit”?" in fault[1]


# --- conditions ----------------------------------------------------------------------------------

CONDITIONS = [
    # type, more, operator, answer[x], met by, not met by
    ("boolean", {}, "=", {"answerBoolean": True}, ["yes"], ["no", "unsure", ""]),
    ("boolean", {}, "!=", {"answerBoolean": True}, ["no", "unsure", ""], ["yes"]),
    ("boolean", {}, "exists", {"answerBoolean": True}, ["no", "unsure"], [""]),
    ("string", {}, "exists", {"answerBoolean": False}, [""], ["x"]),
    ("string", {}, "=", {"answerString": "Des Moines"}, ["des moines"], ["Ames", ""]),
    ("string", {}, ">", {"answerString": "m"}, ["n"], ["a", ""]),
    ("integer", {}, ">", {"answerInteger": 9}, ["10", "100"], ["9", "2", ""]),
    ("integer", {}, "<=", {"answerDecimal": 9.5}, ["9"], ["10", ""]),
    ("decimal", {}, "=", {"answerDecimal": 0.3}, ["0.30"], ["0.31"]),
    ("decimal", {}, ">=", {"answerInteger": 2}, ["2", "2.1"], ["1.99"]),
    ("date", {}, "<", {"answerDate": "2026-05-04"}, ["5/3/2026"], ["5/4/2026", ""]),
    ("dateTime", {}, ">=", {"answerDateTime": "2026-05-04T15:30"}, ["5/4/2026 3:30 pm"],
     ["5/4/2026 3:29 pm", ""]),
    ("time", {}, "=", {"answerTime": "15:30"}, ["3:30 pm"], ["15:31"]),
    ("time", {}, "<", {"answerTime": "08:00"}, ["7:59 am"], ["8:00 am"]),
    ("quantity", {}, ">", {"answerQuantity": {"value": 10, "unit": "mg"}}, ["11 mg", "100 MG"],
     ["9 mg", "11 g", "11", ""]),
    ("quantity", {}, "!=", {"answerQuantity": {"value": 10, "unit": "mg"}}, ["10 g", ""],
     ["10.0 mg"]),
    ("choice", {"answerOption": AB}, "=", {"answerCoding": "a"}, ["a"], ["b", ""]),
    ("choice", {"answerOption": AB}, "!=", {"answerCoding": "a"}, ["b", ""], ["a"]),
    ("open-choice", {"answerOption": AB}, "=", {"answerString": "cherry"}, ["Cherry"], ["a"]),
    ("string", {"repeats": True}, "=", {"answerString": "b"}, ["a; b"], ["a; c", ""]),
    ("string", {"repeats": True}, "!=", {"answerString": "b"}, ["a; c", ""], ["a; b"]),
    ("integer", {"repeats": True}, ">", {"answerInteger": 5}, ["1; 6"], ["1; 5"]),
]  # fmt: skip


@pytest.mark.parametrize("case", CONDITIONS)
def test_a_condition_holds_or_not(
    case: tuple[str, dict[str, Any], str, dict[str, Any], list[str], list[str]],
) -> None:
    kind, more, operator, answer, met, unmet = case
    when = [{"question": "x", "operator": operator, **answer}]
    interview = begin(q("x", kind, **more), q("y", enableWhen=when))
    assert faults(interview.practice) == []
    for given in met:
        assert there(interview.answer("x", given)) == {"x", "y"}, given
    for given in unmet:
        assert there(interview.answer("x", given)) == {"x"}, given


def test_all_or_any_of_several_conditions() -> None:
    when = [
        {"question": "x", "operator": "exists", "answerBoolean": True},
        {"question": "z", "operator": "exists", "answerBoolean": True},
    ]
    for behavior, count in (("all", 2), ("any", 3)):
        interview = begin(q("x"), q("z"), q("y", enableWhen=when, enableBehavior=behavior))
        assert len(there(interview.answer("x", "1"))) == count
        assert there(interview.answer("x", "1").answer("z", "1")) == {"x", "y", "z"}


def test_a_hidden_answer_meets_nothing_and_comes_back() -> None:
    def exists(name: str) -> list[dict[str, Any]]:
        return [{"question": name, "operator": "exists", "answerBoolean": True}]

    interview = begin(
        q("a"),
        q("b", "group", enableWhen=exists("a"), item=[q("c")]),
        q("d", enableWhen=exists("c")),
    )
    full = interview.answer("a", "1").answer("c", "2").answer("d", "3")
    assert there(full) == {"a", "b", "c", "d"}
    assert there(full.clear("a")) == {"a"}
    assert there(full.clear("a").answer("a", "again")) == {"a", "b", "c", "d"}


@pytest.mark.parametrize(
    ("kind", "answer", "mend"),
    [
        ("integer", {"answerString": "5"}, "use answerDecimal or answerInteger"),
        ("date", {"answerDateTime": "2026-05-04T15:30"}, "use answerDate"),
        ("quantity", {"answerInteger": 5}, "use answerQuantity"),
        ("string", {"answerBoolean": True}, "fits only a yes or no question"),
    ],
)
def test_a_value_of_another_type_is_refused(kind: str, answer: dict[str, Any], mend: str) -> None:
    when = [{"question": "x", "operator": "=", **answer}]
    practice = with_form(CallType.QUESTION, REASON, q("x", kind), q("y", enableWhen=when))
    (fault,) = faults(practice)
    assert fault[0] == "forms.question.steps[0].questions[2].enableWhen[0]"
    assert mend in fault[1]


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (
            q("x", enableWhen=[{"question": "a", "operator": "=", "answerReference": {"id": 1}}]),
            "another system's records",
        ),
        (
            q("x", enableWhen=[{"question": "a", "operator": ">", "answerCoding": "b"}]),
            "codes have no order",
        ),
        (q("x", enableWhen=[{"question": "a", "operator": "="}]), "exactly one of"),
        (q("x", "boolean", repeats=True), "asked once"),
        (q("x", "group", repeats=True, item=[q("y")]), "asked once"),
        (q("x", unit=["kg"]), "only a quantity has a unit"),
        (q("x", readOnly=True, required=True), "cannot be required"),
        (q("x", calculatedExpression="1", initial="2"), "keep one"),
        (q("x", initial=["a", "b"]), "only one fits"),
        (q("x", "choice", answerOption=AB, answerValueSet="fruit"), "keep one"),
        (q("x", "display", initial="a"), "takes no answer"),
        (q("x", "choice", repeats=True, answerOption=[{"code": "a,b", "display": "A"}]), "comma"),
    ],
)
def test_a_question_that_contradicts_itself_is_refused(
    question: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValidationError, match=sentence):
        Question.model_validate(question)


# --- answers of the script's own -----------------------------------------------------------------


def test_an_initial_answer_stands_there_until_it_is_changed() -> None:
    interview = begin(
        q("x", "boolean", initial=True), q("plan", required=True, initial="Medicare", critical=True)
    )
    assert interview.answers["x"].values == ("yes",)
    assert interview.answers["plan"].status is AnswerStatus.NOT_ASKED
    assert "plan" not in interview.missing
    assert [item.text for item in interview.read_back] == ["Medicare"]
    changed = interview.answer("plan", "Aetna")
    assert changed.answers["plan"].status is AnswerStatus.ASKED
    assert Interview.restore(changed.practice, changed.to_record()) == changed
    assert "plan" in interview.clear("plan").missing


def test_an_initial_answer_is_not_carried_as_the_callers() -> None:
    interview = begin(q("notes", feeds="notes", initial="Standing words"))
    refill = interview.change_type(CallType.REFILL)
    assert "notes" not in refill.answers
    assert refill.change_type(CallType.QUESTION).answers["notes"].text == "Standing words"


def test_read_only_is_not_typed_into() -> None:
    interview = begin(q("x", initial="fixed", readOnly=True))
    for moved in (interview.answer("x", "else"), interview.clear("x"), interview.skip("x")):
        assert moved.answers["x"].text == "fixed"


@pytest.mark.parametrize(
    ("question", "key", "sentence"),
    [
        (q("x", "integer", initial="many"), "initial", "figures only"),
        (q("x", "choice", answerOption=AB, initial="c"), "initial", "not one of the answers"),
        (
            q("x", feeds="symptom", phi=True, initial="cough"),
            "initial",
            "that is the caller's to say",
        ),
        (
            q("x", control="phone", feeds="callback_number", readOnly=True),
            "readOnly",
            "the caller's to say",
        ),
    ],
)
def test_a_script_may_not_answer_for_the_caller(
    question: dict[str, Any], key: str, sentence: str
) -> None:
    found = faults(with_form(CallType.QUESTION, REASON, question))
    assert any(where.endswith(f"[1].{key}") and sentence in wrong for where, wrong in found), found


def test_nothing_is_held_on_an_answer_nobody_gave() -> None:
    form = riverside().forms[CallType.SYMPTOM].model_dump(by_alias=True)
    form["steps"][2]["questions"][1]["initial"] = ["no"]  # getting_worse
    steps = [question for step in form["steps"] for question in step["questions"]]
    found = faults(with_form(CallType.SYMPTOM, *steps))
    assert any("held on what is said" in wrong for _, wrong in found), found


def test_what_is_always_escalated_is_signed_on_answers_there_are() -> None:
    rule = {
        "name": "Run out",
        "call_type": "refill",
        "when": [{"question": "days_lefd", "operator": "=", "answerCoding": "out"}],
    }
    protocol = riverside().protocol.model_dump(by_alias=True) | {"must_escalate": [rule]}
    changed = riverside().model_copy(update={"protocol": Protocol.model_validate(protocol)})
    ((path, wrong),) = [(dotted(path), wrong) for path, wrong in check(changed)]
    assert path == "protocol.must_escalate[0].when[0].question"
    assert "did you mean “days_left”?" in wrong
