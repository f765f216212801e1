"""No script reaches a desk on which some way of answering ends badly."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scripts.calltypes import CallType
from scripts.practice import Practice
from scripts.triage import Interview
from tests.scripts.samples import EVENING, library, riverside, with_form
from tests.scripts.test_questions import AB, REASON, faults, q

NAME = q("name", feeds="patient_name", required=True)
CALLBACK = q("callback", control="phone", feeds="callback_number", required=True)
SLOT = q("slot", "choice", control="open_times", feeds="slot", required=True)
VISIT = q("visit", "choice", control="appointment_types", feeds="appointment_type", required=True)
BOOKING = q("booking", "choice", control="bookings", feeds="booking", required=True)
ACTION = q(
    "action",
    "choice",
    feeds="change_action",
    required=True,
    answerOption=[{"code": "move", "display": "Move"}, {"code": "cancel", "display": "Cancel"}],
)
NEEDS = q("needs", "boolean", feeds="needs_message")


def when(question: str, operator: str = "exists", **answer: Any) -> dict[str, Any]:
    value = answer or {"answerBoolean": True}
    return {"question": question, "operator": operator, **value}


def found(call_type: CallType, *questions: dict[str, Any], **practice: Any) -> list[str]:
    return [
        f"{where}: {wrong}" for where, wrong in faults(with_form(call_type, *questions, **practice))
    ]


# --- unreachable ---------------------------------------------------------------------------------

YES_NO = q("yn", "boolean")
NUMBER = q("n", "integer")
FRUIT = q("fruit", "choice", answerOption=AB)
BASKET = q("basket", "choice", repeats=True, answerOption=AB)


@pytest.mark.parametrize(
    ("reached", "conditions"),
    [
        (True, [when("yn", "=", answerBoolean=True), when("n", ">", answerInteger=5)]),
        (False, [when("yn", "=", answerBoolean=True), when("yn", "=", answerBoolean=False)]),
        (False, [when("yn"), when("yn", answerBoolean=False)]),
        (True, [when("n", ">", answerInteger=5), when("n", "<", answerInteger=7)]),
        (False, [when("n", ">", answerInteger=7), when("n", "<", answerInteger=5)]),
        (True, [when("n", ">=", answerInteger=5), when("n", "<=", answerInteger=5)]),
        (False, [when("n", ">", answerInteger=5), when("n", "<", answerInteger=6)]),
        (False, [when("n", ">", answerInteger=5), when("n", "<=", answerInteger=5)]),
        (
            False,
            [when("fruit", "=", answerCoding="a"), when("fruit", "=", answerCoding="b")],
        ),
        (True, [when("basket", "=", answerCoding="a"), when("basket", "=", answerCoding="b")]),
        (
            False,
            [
                when("fruit"),
                when("fruit", "!=", answerCoding="a"),
                when("fruit", "!=", answerCoding="b"),
            ],
        ),
        (True, [when("yn"), when("yn", "!=", answerBoolean=True),
                when("yn", "!=", answerBoolean=False)]),  # not sure
    ],
)  # fmt: skip
def test_a_question_nobody_can_be_asked_is_refused(
    reached: bool, conditions: list[dict[str, Any]]
) -> None:
    told = found(
        CallType.QUESTION, REASON, YES_NO, NUMBER, FRUIT, BASKET, q("x", enableWhen=conditions)
    )
    if reached:
        assert told == []
        return
    assert len(told) == 1
    assert told[0].startswith("forms.question.steps[0].questions[5].enableWhen: can never be met")


def test_what_lies_behind_an_unreachable_question_is_told_once() -> None:
    never = [when("yn", "=", answerBoolean=True), when("yn", "=", answerBoolean=False)]
    told = found(
        CallType.QUESTION,
        REASON,
        YES_NO,
        q("g", "group", enableWhen=never, item=[q("inner", enableWhen=[when("why")])]),
    )
    assert len(told) == 1


def test_a_condition_on_an_answer_that_cannot_be_given_is_unreachable() -> None:
    told = found(
        CallType.QUESTION,
        REASON,
        YES_NO,
        q("a", enableWhen=[when("yn", "=", answerBoolean=True)]),
        q("b", enableWhen=[when("a"), when("yn", "=", answerBoolean=False)]),
    )
    assert ["questions[3].enableWhen: can never" in line for line in told] == [True]
    fixed = q("fixed", "boolean", initial=True, readOnly=True)
    told = found(
        CallType.QUESTION,
        REASON,
        fixed,
        q("b", enableWhen=[when("fixed", "=", answerBoolean=False)]),
    )
    assert len(told) == 1


def test_many_conditions_are_seen_through_or_refused() -> None:
    many = [q(f"b{n}", "boolean") for n in range(30)]
    every = [when(f"b{n}", "=", answerBoolean=False) for n in range(30)]
    assert found(CallType.QUESTION, REASON, *many, q("x", enableWhen=every)) == []
    never = [*every, when("b29", "=", answerBoolean=True)]
    (told,) = found(CallType.QUESTION, REASON, *many, q("x", enableWhen=never))
    assert "can never be met" in told
    gated = [
        q(f"b{n}", "boolean", **({"enableWhen": [when(f"b{n - 1}")]} if n else {}))
        for n in range(30)
    ]
    hidden = [when("b29"), when("b0", answerBoolean=False)]
    (told,) = found(CallType.QUESTION, REASON, *gated, q("x", enableWhen=hidden))
    assert "can never be met" in told or "too many to be sure of" in told


CODES = ("a", "b", "c")


@st.composite
def forms(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A few questions, each hanging on those before it."""
    kinds = draw(
        st.lists(st.sampled_from(["boolean", "integer", "choice"]), min_size=2, max_size=5)
    )
    made: list[dict[str, Any]] = []
    for number, kind in enumerate(kinds):
        options = [{"code": code, "display": code} for code in CODES]
        more: dict[str, Any] = {"answerOption": options} if kind == "choice" else {}
        if number:
            count = draw(st.integers(0, 3))
            conditions = [draw(condition(made)) for _ in range(count)]
            if conditions:
                more |= {"enableWhen": conditions, "enableBehavior": draw(ALL_ANY)}
        made.append(q(f"q{number}", kind, **more))
    return made


ALL_ANY = st.sampled_from(["all", "any"])


def condition(before: list[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    def one(asked: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
        exists = st.booleans().map(lambda v: when(asked["linkId"], answerBoolean=v))
        operators = ["=", "!="]
        if asked["type"] == "boolean":
            values = st.booleans().map(lambda v: {"answerBoolean": v})
        elif asked["type"] == "choice":
            values = st.sampled_from(CODES).map(lambda v: {"answerCoding": v})
        else:
            values = st.integers(0, 3).map(lambda v: {"answerInteger": v})
            operators += [">", "<", ">=", "<="]
        compared = st.builds(
            lambda operator, value: when(asked["linkId"], operator, **value),
            st.sampled_from(operators),
            values,
        )
        return exists | compared

    return st.sampled_from(before).flatmap(one)


GIVEN = {
    "boolean": ("", "yes", "no", "unsure"),
    "integer": ("", "-1", "0", "1", "2", "3", "4"),
    "choice": ("", *CODES),
}


def every_way(practice: Practice, questions: list[dict[str, Any]]) -> Iterator[Interview]:
    """The form with every combination of answers there is."""
    begun = Interview.start(practice, CallType.QUESTION, baa_in_force=True, moment=EVENING)
    for given_ in product(*(GIVEN[question["type"]] for question in questions)):
        interview = begun
        for question, typed in zip(questions, given_, strict=True):
            if typed and interview.exists(question["linkId"]):
                interview = interview.answer(question["linkId"], typed)
        yield interview


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(forms().filter(lambda made: len(made) < 5))
def test_the_checker_agrees_with_going_through_every_answer(
    questions: list[dict[str, Any]],
) -> None:
    practice = with_form(CallType.QUESTION, REASON, *questions)
    told = {where.split(".enableWhen")[0] for where, _ in faults(practice)}
    lost = {
        question["linkId"]
        for number, question in enumerate(questions, start=1)
        if f"forms.question.steps[0].questions[{number}]" in told
    }
    seen: set[str] = set()
    for interview in every_way(practice, questions):
        seen |= {question.link_id for question in interview.questions}
    assert lost == {question["linkId"] for question in questions} - seen


# --- ends --------------------------------------------------------------------------------------


def test_the_samples_have_no_bad_way() -> None:
    for practice in library().practices:
        assert faults(practice) == []


def test_a_way_without_an_end_is_refused() -> None:
    move = [when("action", "=", answerCoding="move"), when("again", "=", answerBoolean=True)]
    told = found(
        CallType.CHANGE_APPOINTMENT,
        NAME,
        CALLBACK,
        BOOKING,
        ACTION,
        q("again", "boolean"),
        {**SLOT, "enableWhen": move},
    )
    assert len(told) == 1
    assert "forms.change_appointment: has a way that comes to no end" in told[0]
    assert "action is move" in told[0]


def test_an_end_that_only_an_agreement_allows_is_refused() -> None:
    told = found(
        CallType.NEW_APPOINTMENT,
        NAME,
        CALLBACK,
        VISIT,
        q("ready", "boolean", phi=True, required=True),
        {**SLOT, "enableWhen": [when("ready")]},
    )
    assert len(told) == 1
    assert "comes to no end" in told[0]
    assert "without a BAA" in told[0]


def test_a_message_nobody_could_answer_is_refused() -> None:
    asked = [when("needs", "=", answerBoolean=True)]
    told = found(
        CallType.QUESTION,
        REASON,
        NEEDS,
        {**NAME, "enableWhen": asked},
        {**CALLBACK, "enableWhen": asked},
    )
    assert told == [
        "forms.question: has a way that ends message without asking for a callback number "
        "(when needs is unsure)"
    ]
    asked = [when("needs"), when("needs", "!=", answerBoolean=False)]
    assert not found(
        CallType.QUESTION,
        REASON,
        NEEDS,
        {**NAME, "enableWhen": asked},
        {**CALLBACK, "enableWhen": asked},
    )


def test_a_condition_in_fhirpath_may_fail_so_nothing_hangs_on_it() -> None:
    told = found(
        CallType.NEW_APPOINTMENT,
        NAME,
        CALLBACK,
        VISIT,
        {**SLOT, "enableWhenExpression": "%resource.item.where(linkId = 'visit').exists()"},
    )
    assert any("comes to no end" in line for line in told)


# --- nobody judges an emergency, and symptoms go to clinical staff --------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "Is this an emergency?",
        "How urgent is it?",
        "Do you think it is life-threatening?",
        "Can it wait until tomorrow?",
        "Does it need an ambulance?",
        "Emergency or routine?",
        "Is it serious?",
    ],
)
def test_a_question_that_asks_the_caller_to_judge_is_refused(words: str) -> None:
    for question in (
        q("x", say=words),
        {**q("x"), "text": words},
        q("x", help=words),
        q("x", "choice", answerOption=[{"code": "a", "display": words}]),
    ):
        told = found(CallType.QUESTION, REASON, question)
        assert any("judge an emergency" in line for line in told), words


@pytest.mark.parametrize("words", ["Emergency", "Not an emergency", "It can wait", "Not urgent."])
def test_a_choice_between_emergency_and_not_is_refused(words: str) -> None:
    options = [{"code": "a", "display": words.removeprefix("It ")}, *AB[1:]]
    told = found(CallType.QUESTION, REASON, q("x", "choice", answerOption=options))
    assert any("answerOption[0].display: asks the caller to judge" in line for line in told)


def test_an_emergency_contact_and_an_emergency_room_are_words_like_others() -> None:
    options = [{"code": "er", "display": "Emergency room"}, *AB[1:]]
    question = q("x", "choice", answerOption=options)
    assert not found(CallType.QUESTION, REASON, question, {**q("y"), "text": "Emergency contact"})


def test_a_symptom_asked_in_passing_is_refused() -> None:
    asked = {**q("x", "boolean"), "text": "Any new symptoms?"}
    told = found(CallType.QUESTION, REASON, asked)
    assert "feeds: symptom or symptom_present" in told[0]
    assert not found(
        CallType.QUESTION,
        REASON,
        NAME,
        CALLBACK,
        {**asked, "feeds": "symptom_present", "phi": True},
    )


def test_a_symptom_is_escalated_or_held_by_a_signature_on_every_way() -> None:
    unsigned = riverside().protocol.model_copy(update={"hold_policy": None})
    assert not faults(riverside().model_copy(update={"protocol": unsigned}))
    rota = riverside().model_copy(update={"on_call": None, "protocol": unsigned})
    assert any(where == "on_call" for where, _ in faults(rota))
