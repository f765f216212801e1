"""Forms and answers as FHIR R4, checked against `fhir.resources`, an independent reading of it."""

import copy
import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.questionnaire import Questionnaire
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scripts import yamlfile
from scripts.calltypes import CallType
from scripts.fhir.notes import BadQuestionnaire
from scripts.fhir.questionnaire_in import Imported, read_questionnaire
from scripts.fhir.questionnaire_out import write_questionnaire
from scripts.fhir.response import STATUS, WORDS, write_response
from scripts.practice import Practice
from scripts.questions import Form, Question, QuestionType
from scripts.triage import Interview
from scripts.yaml_out import form_yaml
from tests.scripts.questionnaires import all_items, questionnaires
from tests.scripts.samples import EVENING, fill, library, riverside, with_form
from tests.scripts.test_questions import AB, REASON, q

FORMS = [
    pytest.param(practice, call_type, id=f"{practice.id}-{call_type}")
    for practice in library().practices
    for call_type in CallType
]


def holding(imported: Imported) -> Practice:
    forms = {**riverside().forms, CallType.QUESTION: imported.form}
    return riverside().model_copy(update={"forms": forms, "value_sets": dict(imported.value_sets)})


def read(*items: dict[str, Any], **more: Any) -> Imported:
    return read_questionnaire(
        json.dumps({"resourceType": "Questionnaire", "item": list(items), **more})
    )


def refusals(text: str) -> str:
    with pytest.raises(BadQuestionnaire) as caught:
        read_questionnaire(text)
    return str(caught.value)


def told(imported: Imported) -> str:
    return "\n".join(map(str, imported.notes))


def only(imported: Imported) -> Question:
    (question,) = imported.form.questions()
    return question


# --- there and back ----------------------------------------------------------------------------


@pytest.mark.parametrize(("practice", "call_type"), FORMS)
def test_a_form_of_ours_comes_back_as_it_was(practice: Practice, call_type: CallType) -> None:
    resource = write_questionnaire(practice, call_type)
    Questionnaire.model_validate(resource)
    imported = read_questionnaire(json.dumps(resource))
    assert imported.form == practice.forms[call_type]
    assert imported.notes == ()


def test_every_kind_of_question_comes_back(tmp_path: Path) -> None:
    when = [
        {"question": "time", "operator": "<", "answerTime": "08:00"},
        {"question": "moment", "operator": ">", "answerDateTime": "2026-05-04T15:30"},
        {"question": "dose", "operator": ">=", "answerQuantity": {"value": 2.5, "unit": "mg"}},
        {"question": "fruit", "operator": "=", "answerCoding": "b"},
        {"question": "count", "operator": "=", "answerInteger": 3},
    ]
    practice = with_form(
        CallType.QUESTION,
        REASON,
        q("time", "time", initial="15:30"),
        q("moment", "dateTime"),
        q("dose", "quantity", unit=["mg", "g"], initial="5 mg"),
        q("weight", "quantity", unit=["kg"]),
        q("count", "integer", repeats=True, initial=["1", "2"]),
        q("sure", "boolean", initial=True, readOnly=True),
        q("fruit", "choice", answerOption=[{**o, "system": "http://x"} for o in AB], repeats=True),
        q("number", "choice", answerOption=[{"code": "1", "display": "1", "valueType": "integer"}]),
        q("number_1", enableWhen=[{"question": "number", "operator": "=", "answerCoding": "1"}]),
        q("any", "group", enableWhen=when, enableBehavior="any", item=[q("inner", item=[q("in")])]),
        q("sum", "integer", calculatedExpression="%resource.item.where(linkId='count').exists()"),
        q("if", enableWhenExpression="%resource.item.where(linkId='count').exists()", phi=True),
    )
    resource = write_questionnaire(practice, CallType.QUESTION)
    Questionnaire.model_validate(resource)
    imported = read_questionnaire(json.dumps(resource))
    assert imported.form == practice.forms[CallType.QUESTION]
    assert imported.notes == ()
    assert from_yaml(imported) == imported.form


def from_yaml(imported: Imported) -> Form:
    text = form_yaml(imported.form, imported.value_sets)
    data, _ = yamlfile.parse(Path("form.yaml"), text)
    assert set(data.get("value_sets", {})) == set(imported.value_sets)
    return Form.model_validate(data["form"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(questionnaires())
def test_a_strangers_form_keeps_every_item(resource: dict[str, Any]) -> None:
    imported = read_questionnaire(json.dumps(resource))
    wanted = [item["linkId"].replace(" ", "_") for item in all_items(resource["item"])]
    found = [question.link_id for question in imported.form.questions()]
    assert len(found) == len(wanted)
    assert [name.split("#")[0] for name in wanted] == [
        name.split("#")[0].removesuffix("_2") for name in found
    ]
    practice = holding(imported)
    again = write_questionnaire(practice, CallType.QUESTION)
    Questionnaire.model_validate(again)
    back = read_questionnaire(json.dumps(again))
    assert back.form == imported.form
    assert back.notes == ()
    assert from_yaml(imported) == imported.form
    begun = Interview.start(practice, CallType.QUESTION, baa_in_force=True, moment=EVENING)
    QuestionnaireResponse.model_validate(write_response(fill(begun), authored=EVENING))


def test_the_same_initial_answer_twice_is_one() -> None:
    twice = [{"valueString": "kiwi"}, {"valueString": "kiwi"}]
    option = [{"valueString": "kiwi"}]
    item = {"linkId": "1", "type": "open-choice", "repeats": True, "initial": twice}
    imported = read(item | {"answerOption": option})
    assert only(imported).initial == ("kiwi",)
    again = write_questionnaire(holding(imported), CallType.QUESTION)
    assert read_questionnaire(json.dumps(again)).form == imported.form


# --- what cannot be carried is told ------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "kind", "piece"),
    [
        ({"type": "url"}, QuestionType.STRING, "asked for in words"),
        ({"type": "reference"}, QuestionType.STRING, "asked for in words"),
        ({"type": "attachment"}, QuestionType.DISPLAY, "over the telephone"),
        ({"type": "group"}, QuestionType.DISPLAY, "group of nothing"),
        ({"type": "coding", "answerOption": [{"valueString": "a"}]}, QuestionType.CHOICE, "R5"),
        (
            {
                "type": "coding",
                "answerConstraint": "optionsOrString",
                "answerOption": [{"valueString": "a"}],
            },
            QuestionType.OPEN_CHOICE,
            "R5",
        ),
        ({"type": "choice"}, QuestionType.STRING, "choice without answers"),
        ({"type": "choice", "answerValueSet": "http://x/vs"}, QuestionType.STRING, "http://x/vs"),
        ({"type": "boolean", "repeats": True}, QuestionType.BOOLEAN, "asked once"),
        ({"type": "string", "maxLength": 99999}, QuestionType.STRING, "maxLength: is 4000"),
        ({"type": "string", "prefix": "A"}, QuestionType.STRING, "prefix: is not kept"),
        ({"type": "string", "code": [{"code": "1"}]}, QuestionType.STRING, "code: is not kept"),
        (
            {"type": "string", "extension": [{"url": "http://x/y"}]},
            QuestionType.STRING,
            "http://x/y is not known",
        ),
        (
            {"type": "integer", "initial": [{"valueString": "x"}]},
            QuestionType.INTEGER,
            "initial answer cannot",
        ),
        ({"type": "string", "text": "w" * 3000}, QuestionType.STRING, "cut after 2000"),
        ({"type": "string", "text": None}, QuestionType.STRING, "has no text"),
    ],
)
def test_what_a_call_cannot_carry_is_told(
    item: dict[str, Any], kind: QuestionType, piece: str
) -> None:
    imported = read({"linkId": "1", "text": "One", **item})
    assert only(imported).type is kind
    assert piece in told(imported)


@pytest.mark.parametrize(
    ("condition", "piece"),
    [
        ({"question": "later", "operator": "exists", "answerBoolean": True}, "not asked before"),
        ({"question": "nobody", "operator": "exists", "answerBoolean": True}, "names no item"),
        ({"question": "d", "operator": "exists", "answerBoolean": True}, "takes no answer"),
        ({"question": "n", "operator": "=", "answerReference": {"reference": "P/1"}}, "answerRef"),
        ({"question": "n", "operator": "=", "answerString": "5"}, "answerString does not fit"),
        ({"question": "c", "operator": "=", "answerCoding": {"code": "z"}}, "not an answer of"),
        ({"question": "c", "operator": ">", "answerCoding": {"code": "a"}}, "no order"),
        ({"question": "n", "operator": "like", "answerInteger": 5}, "not an operator"),
        ({"question": "n", "operator": "="}, "exactly one answer"),
        ({"question": "w", "operator": "=", "answerQuantity": {"value": 5, "comparator": "<"}},
         "comparator"),
        ({"question": "t", "operator": "=", "answerDateTime": "2026-05"}, "time of day"),
    ],
)  # fmt: skip
def test_a_condition_that_cannot_be_kept_never_hides_its_question(
    condition: dict[str, Any], piece: str
) -> None:
    good = {"question": "n", "operator": "=", "answerInteger": 1}
    for behavior, kept in (("all", 1), ("any", 0)):
        imported = read(
            {"linkId": "d", "type": "display", "text": "D"},
            {"linkId": "n", "type": "integer", "text": "N"},
            {"linkId": "w", "type": "quantity", "text": "W"},
            {"linkId": "t", "type": "dateTime", "text": "T"},
            {
                "linkId": "c",
                "type": "choice",
                "text": "C",
                "answerOption": [{"valueCoding": {"code": "a"}}],
            },
            {
                "linkId": "x",
                "type": "string",
                "text": "X",
                "enableWhen": [good, condition],
                "enableBehavior": behavior,
            },
            {"linkId": "later", "type": "string", "text": "L"},
        )
        question = next(q for q in imported.form.questions() if q.link_id == "x")
        assert len(question.enable_when) == kept
        assert piece in told(imported)
        assert "asked" in told(imported)


def test_what_a_strangers_form_asks_is_a_health_detail_until_said_otherwise() -> None:
    imported = read({"linkId": "1", "type": "string", "text": "Weight"})
    assert only(imported).phi
    assert "marked phi" in told(imported)


def test_like_notes_are_counted_together() -> None:
    items = [
        {"linkId": str(n), "type": "string", "text": "T", "extension": [{"url": "http://x"}]}
        for n in range(500)
    ]
    notes = [str(note) for note in read(*items).notes]
    assert len(notes) == 2
    assert "item[0]: the extension http://x is not known here (and 499 more like it)" in notes


def test_names_with_spaces_are_renamed_and_still_found() -> None:
    imported = read(
        {"linkId": "q a", "type": "string", "text": "A"},
        {"linkId": "q_a", "type": "string", "text": "B"},
        {
            "linkId": "c",
            "type": "string",
            "text": "C",
            "enableWhen": [{"question": "q a", "operator": "exists", "answerBoolean": True}],
        },
    )
    names = [question.link_id for question in imported.form.questions()]
    assert names == ["q_a_2", "q_a", "c"]
    assert imported.form.questions()[2].enable_when[0].question == "q_a_2"
    assert "“q a” is “q_a_2” here" in told(imported)


# --- forms that mean harm ----------------------------------------------------------------------


def nested(levels: int) -> str:
    begin = '{"linkId":"%d","type":"group","text":"G","item":['
    inner = '{"linkId":"x","type":"string","text":"X"}'
    listed = "".join(begin % n for n in range(levels)) + inner + "]}" * levels
    return f'{{"resourceType":"Questionnaire","item":[{listed}]}}'


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ("[]", "is not a Questionnaire"),
        ("null", "is not a Questionnaire"),
        ('{"resourceType":"Patient"}', "not a Questionnaire but “Patient”"),
        ('{"resourceType":"Questionnaire"}', "at least one item"),
        ('{"resourceType":"Questionnaire","item":{}}', "at least one item"),
        ('{"resourceType":"Questionnaire","item":[3]}', "item[0]: is not an item"),
        ('{"resourceType":"Questionnaire","item":[{"type":"string"}]}', "has no linkId"),
        (
            '{"resourceType":"Questionnaire","item":[{"linkId":"1","type":"colour"}]}',
            "item[0].type: “colour” is not a type of FHIR R4",
        ),
        (  # a group of which nothing can be read is no reason to fail over the group
            '{"resourceType":"Questionnaire","item":[{"linkId":"1","type":"group","item":'
            '[{"linkId":"2","type":"group","item":[{"linkId":"3","type":"colour"}]}]}]}',
            "item[0].item[0].item[0].type: “colour” is not a type of FHIR R4",
        ),
        (
            '{"resourceType":"Questionnaire","item":[{"linkId":"1","type":"string"},'
            '{"linkId":"1","type":"string"}]}',
            "item[1]: has the linkId “1” of another item",
        ),
        (
            '{"resourceType":"Questionnaire","item":[{"linkId":"1","type":"string",'
            '"modifierExtension":[{}]}]}',
            "item[0]: has a modifierExtension",
        ),
        ('{"resourceType":"Questionnaire","implicitRules":"x","item":[{}]}', "implicitRules"),
        ('{"a":1,"a":2}', "key “a” twice"),
        ('{"a":NaN}', "NaN"),
        ('{"a":' + "9" * 5000 + "}", "5000 digits"),
        ('{"a":1e999999999}', "too long"),
        ("[" * 100_000, "nested more than"),
        ('{"a":' * 5000 + "1" + "}" * 5000, "nested more than"),
        ('"' + "\\" * 1_000_001, "is not JSON"),
        (nested(5000), "nested more than"),
        (nested(40), "is nested more than 15 deep"),
        (" " * 10_000_001, "is the most"),
        (
            '{"resourceType":"Questionnaire","item":[{"linkId":"\\ud800","type":3}]}',
            "has no linkId",
        ),
        (
            json.dumps({"resourceType": "Questionnaire", "item": [{"linkId": "x" * 300}]}),
            "300 characters",
        ),
    ],
)  # fmt: skip
def test_a_form_that_cannot_be_read_is_refused_in_a_sentence(text: str, piece: str) -> None:
    start = time.perf_counter()
    assert piece in refusals(text)
    assert time.perf_counter() - start < 5


def test_fifteen_levels_are_read() -> None:
    assert len(read_questionnaire(nested(14)).form.questions()) == 15


def test_ten_thousand_items_are_read_and_one_more_is_refused() -> None:
    items = [{"linkId": f"{n}", "type": "string", "text": "T"} for n in range(10_001)]
    start = time.perf_counter()
    assert len(read(*items[:-1]).form.questions()) == 10_000
    assert time.perf_counter() - start < 20
    assert "at most 10000 items" in refusals(
        json.dumps({"resourceType": "Questionnaire", "item": items})
    )


JUNK: tuple[Any, ...] = (None, True, 0, -1, 1e300, "", "x", "\ud800", "\x00", [], {}, [{}], [[]])


@st.composite
def spoilt(draw: st.DrawFn) -> dict[str, Any]:
    """A Questionnaire with something else where something was."""
    resource = copy.deepcopy(draw(questionnaires()))
    for _ in range(draw(st.integers(1, 4))):
        where: Any = resource
        while True:
            keys = list(where) if isinstance(where, dict) else list(range(len(where)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            if not isinstance(where[key], dict | list) or draw(st.integers(0, 3)) == 0:
                where[key] = draw(st.sampled_from(JUNK))
                break
            where = where[key]
    return resource


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(spoilt())
def test_a_spoilt_form_is_read_or_refused_and_nothing_else(resource: dict[str, Any]) -> None:
    try:
        imported = read_questionnaire(json.dumps(resource))
    except BadQuestionnaire:
        return
    again = write_questionnaire(holding(imported), CallType.QUESTION)
    assert read_questionnaire(json.dumps(again)).form == imported.form
    assert from_yaml(imported) == imported.form


# --- answers -----------------------------------------------------------------------------------


@pytest.mark.parametrize("baa", [True, False])
@pytest.mark.parametrize(("practice", "call_type"), FORMS)
def test_a_finished_call_is_a_response(practice: Practice, call_type: CallType, baa: bool) -> None:
    done = fill(Interview.start(practice, call_type, baa_in_force=baa, moment=EVENING))
    resource = write_response(done, authored=datetime(2026, 11, 25, 2, 0, tzinfo=UTC))
    QuestionnaireResponse.model_validate(resource)
    assert resource["status"] == "completed"
    asked = {item["linkId"] for item in all_items(resource["item"]) if "answer" in item}
    assert asked == set(done.given)
    health = {question.link_id for question in done.form.questions() if question.phi}
    assert baa or not asked & health


def test_a_response_keeps_how_and_in_what_words_it_was_said() -> None:
    practice = with_form(
        CallType.QUESTION, REASON, q("born", "date"), q("sure", "boolean"), q("bad", "integer"),
        q("parent", item=[q("child")]), q("dose", "quantity"),
    )  # fmt: skip
    interview = Interview.start(practice, CallType.QUESTION, baa_in_force=True, moment=EVENING)
    interview = interview.answer("born", "May 4 1979", how="already_stated")
    interview = interview.answer("sure", "u").answer("bad", "a few").answer("child", "below")
    interview = interview.answer("dose", "2.5 mg")
    resource = write_response(interview, authored=EVENING)
    QuestionnaireResponse.model_validate(resource)
    assert resource["status"] == "in-progress"
    by_id = {item["linkId"]: item for item in resource["item"][0]["item"]}
    (born,) = by_id["born"]["answer"]
    assert born["valueDate"] == "1979-05-04"
    assert {e["url"]: e.get("valueCode") or e.get("valueString") for e in born["extension"]} == {
        STATUS: "already-stated",
        WORDS: "May 4 1979",
    }
    (sure,) = by_id["sure"]["answer"]
    assert sure["_valueBoolean"]["extension"][0]["valueCode"] == "asked-unknown"
    (bad,) = by_id["bad"]["answer"]
    assert bad["valueString"] == "a few"
    (parent,) = by_id["parent"]["answer"]
    assert parent["item"][0]["answer"][0]["valueString"] == "below"
    assert by_id["dose"]["answer"][0]["valueQuantity"] == {"value": 2.5, "unit": "mg"}
