"""A changed script replayed over calls: what a practice is told before it signs."""

from datetime import datetime
from pathlib import Path

import pytest

from scripts.calltypes import CallType, Outcome
from scripts.practice import Practice
from scripts.protocol import MessageRule, RedFlagRule
from scripts.questions import Question
from scripts.rehearse import Aspect, every_way, rehearse
from scripts.shapes import BadShapes, Shape, ShapeAnswer, read_shapes, shape_answer, write_shapes
from tests.scripts.samples import EVENING, library, riverside

AT = datetime.fromisoformat("2026-11-24T19:00")
GIVEN = ShapeAnswer()


def codes(*chosen: str) -> ShapeAnswer:
    return ShapeAnswer(codes=chosen)


REFILL = Shape(
    id="refill",
    call_type=CallType.REFILL,
    at=AT,
    outcome=Outcome.MESSAGE,
    answers=dict.fromkeys(
        ("patient_name", "birth_date", "callback", "medication", "days_left", "pharmacy",
         "new_symptom"), GIVEN
    ),
)  # fmt: skip


def with_protocol(practice: Practice, **changes: object) -> Practice:
    protocol = practice.protocol.model_copy(update=changes)
    return practice.model_copy(update={"protocol": protocol})


def test_nothing_changed_changes_nothing() -> None:
    for practice in library().practices:
        shapes = every_way(practice, [EVENING])
        found = rehearse(practice, practice, shapes)
        assert found.differences == ()
        assert found.shapes == 7


def test_another_recipient_and_priority_are_told() -> None:
    rule = MessageRule.model_validate(
        {"recipient": "the nurse", "priority": "urgent", "due": {"business_days": 1}}
    )
    messages = riverside().protocol.messages | {CallType.REFILL: rule}
    (found,) = rehearse(
        riverside(), with_protocol(riverside(), messages=messages), [REFILL]
    ).differences
    assert found.aspects == (Aspect.RECIPIENT, Aspect.PRIORITY)
    assert found.sentence.startswith(
        "Refill, Tue 24 Nov 19:00: recipient was clinical staff, now the nurse; priority was "
        "routine, now urgent"
    )


def test_an_answer_that_is_not_told_is_tried_each_way() -> None:
    """Without a hold policy the calls that were held are paged, and no others."""
    shape = Shape(
        id="held",
        call_type=CallType.SYMPTOM,
        at=AT,
        answers={"symptom": GIVEN, "alert_drinking": GIVEN, "getting_worse": GIVEN,
                 "caller_wish": codes("message")},
    )  # fmt: skip
    (found,) = rehearse(
        riverside(), with_protocol(riverside(), hold_policy=None), [shape]
    ).differences
    assert (found.before.outcome, found.after.outcome) == (Outcome.MESSAGE, Outcome.ESCALATED)
    assert found.times == 1
    assert found.tried == 9
    assert "“Is it getting worse?” is no" in found.when


def test_a_red_flag_of_its_own_is_heard_in_words_and_in_answers() -> None:
    flag = RedFlagRule.model_validate({"name": "Rash", "all_of": [["purple toes"]]})
    newer = with_protocol(riverside(), red_flags=(*riverside().protocol.red_flags, flag))
    shape = Shape(
        id="made up",
        call_type=CallType.SYMPTOM,
        at=AT,
        answers={"symptom": ShapeAnswer(words="my purple toes itch")},
    )
    (found,) = rehearse(riverside(), newer, [shape]).differences
    assert found.aspects == (Aspect.RED_FLAGS,)
    assert found.after.red_flags == ("Rash",)


def test_a_question_more_and_an_answer_less_are_told() -> None:
    form = riverside().forms[CallType.REFILL]
    asked = Question.model_validate(
        {"linkId": "allergy", "type": "string", "text": "Allergies", "required": True}
    )
    kept = tuple(q for q in form.steps[1].questions if q.link_id != "pharmacy")
    step = form.steps[1].model_copy(update={"questions": (*kept, asked)})
    newer = form.model_copy(update={"steps": (form.steps[0], step)})
    practice = riverside().model_copy(
        update={"forms": {**riverside().forms, CallType.REFILL: newer}}
    )
    found = rehearse(riverside(), practice, [REFILL]).differences
    assert all(d.aspects == (Aspect.ASKS_MORE, Aspect.NO_LONGER_FITS) for d in found)
    assert "asks for more (Allergies); no longer fits (pharmacy)" in found[0].sentence


def test_a_shape_holds_no_words_and_no_health_detail() -> None:
    form = riverside().forms[CallType.REFILL]
    known = {question.link_id: question for question in form.questions()}
    said = {"patient_name": "Jordan Blake", "birth_date": "1979-05-04", "callback": "+15155550142",
            "medication": "Lisinopril", "days_left": "out", "new_symptom": "yes",
            "unheard_of": "chest pain"}  # fmt: skip
    answers = {
        name: shape_answer(riverside(), known.get(name), (value,)) for name, value in said.items()
    }
    assert set(answers.values()) == {GIVEN}
    text = write_shapes([REFILL.model_copy(update={"answers": answers})])
    assert not any(value in text for value in said.values() if len(value) > 3)


def test_the_scripts_own_words_are_kept() -> None:
    form = riverside().forms[CallType.NEW_APPOINTMENT]
    known = {question.link_id: question for question in form.questions()}

    def kept(name: str, value: str) -> tuple[str, ...]:
        return shape_answer(riverside(), known[name], (value,)).codes

    assert kept("seen_before", "yes") == ("yes",)
    assert kept("visit", "physical") == ("physical",)
    assert kept("insurance", "aetna") == ("aetna",)
    assert kept("insurance", "my uncle's plan, policy 1234") == ()
    assert kept("slot", "okafor|2026-11-30T15:20:00Z|2026-11-30T15:40:00Z") == ()


def test_shapes_are_read_back_as_written() -> None:
    shapes = (REFILL, REFILL.model_copy(update={"id": "other", "answers": {"a": codes("x", "y")}}))
    assert read_shapes(Path("calls.jsonl"), write_shapes(shapes)) == shapes


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("not JSON", "calls.jsonl, line 2: is not the shape of a call"),
        ("[]", "calls.jsonl, line 2: cannot be read"),
        ('{"id": "1", "at": "2026-11-24T19:00"}', "calls.jsonl, line 2, call_type: is missing"),
        ('{"id": "1", "at": "x", "call_type": "refill"}', "calls.jsonl, line 2, at: "),
        ("[" * 5000, "calls.jsonl, line 2: is not the shape of a call"),
    ],
)
def test_a_line_that_is_no_shape_is_named(line: str, sentence: str) -> None:
    with pytest.raises(BadShapes) as refused:
        read_shapes(Path("calls.jsonl"), f"{write_shapes([REFILL])}{line}\n")
    assert str(refused.value).startswith(sentence)
