"""A question of every kind, answered by keys alone, over the real interview."""

from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtTest import QTest

from console.desk.form_view import build_form
from console.desk.forms import choose_type, set_answer
from console.desk.live_call import LiveCall
from console.ui.form.questions import FixedQuestion, TextQuestion
from console.ui.main_window import MainWindow
from scripts import hours
from scripts.calltypes import CallType
from scripts.loader import load_library
from scripts.practice import Practice
from scripts.questions import Form
from softphone import wire
from softphone.calls import CallState
from tests.ui.conftest import settle
from tests.ui.fake_desk import FakeDesk
from tests.ui.test_keys import press

NOW = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
PLANS = [{"code": "aetna", "display": "Aetna"}, {"code": "wellmark", "display": "Wellmark"}]
TYPED = {
    "string": ("Ann Poe", ("Ann Poe",)),
    "text": ("two lines", ("two lines",)),
    "date": ("5/4/79", ("1979-05-04",)),
    "dateTime": ("5/4/2027 3:30 pm", ("2027-05-04T15:30",)),
    "time": ("3:30 pm", ("15:30",)),
    "integer": ("40", ("40",)),
    "decimal": ("98.60", ("98.6",)),
    "quantity": ("5", ("5 mg",)),
}
SEVERAL = {
    "string": ("penicillin; latex", ("penicillin", "latex")),
    "integer": ("3; 4", ("3", "4")),
    "date": ("5/4/79; 5/5/79", ("1979-05-04", "1979-05-05")),
    "quantity": ("5 mg; 10 mg", ("5 mg", "10 mg")),
}


class Asked:
    """One question on the window, and the interview behind it: what is typed goes in, what comes
    of it is shown again."""

    def __init__(self, window: MainWindow, desk: FakeDesk, *questions: dict[str, Any]) -> None:
        self.window, self.desk = window, desk
        self.call = LiveCall(
            call="1",
            state=CallState.ACTIVE,
            caller=wire.Party(number="+15155550142"),
            dialled=wire.Dialled(number="+15155550100"),
            practice=with_questions(*questions),
            coverage=hours.at(RIVERSIDE, NOW),
            greeting="",
            offered_at=NOW,
        )
        choose_type(self.call, CallType.QUESTION, NOW)
        desk.form_changed.emit(build_form(self.call, focus=True))
        settle()
        desk.asked.clear()

    def type(self, text: str) -> None:
        for char in text:
            QTest.keyClicks(self.window.focusWidget(), char)
            self.hear()

    def hear(self) -> None:
        for name, *arguments in self.desk.asked:
            if name == "set_answer":
                set_answer(self.call, arguments[0], arguments[1], NOW)
        self.desk.asked.clear()
        self.desk.form_changed.emit(build_form(self.call))

    def values(self, link_id: str = "it") -> tuple[str, ...]:
        interview = self.call.interview
        assert interview is not None
        answer = interview.answers.get(link_id)
        return answer.values if answer else ()


RIVERSIDE = next(p for p in load_library().practices if p.id == "riverside_family_medicine")


def with_questions(*questions: dict[str, Any]) -> Practice:
    form = Form.model_validate({"steps": [{"title": "Step", "questions": list(questions)}]})
    return RIVERSIDE.model_copy(update={"forms": {**RIVERSIDE.forms, CallType.QUESTION: form}})


def question(kind: str, **more: Any) -> dict[str, Any]:
    units = {"unit": ["mg"]} if kind == "quantity" else {}
    return {"linkId": "it", "type": kind, "text": "What", **units, **more}


@pytest.mark.parametrize("kind", TYPED)
def test_typed_answers_are_read(call: MainWindow, desk: FakeDesk, kind: str) -> None:
    form = Asked(call, desk, question(kind))
    text, values = TYPED[kind]
    form.type(text)
    assert form.values() == values


@pytest.mark.parametrize("kind", SEVERAL)
def test_several_answers_are_typed_with_a_semicolon(
    call: MainWindow, desk: FakeDesk, kind: str
) -> None:
    form = Asked(call, desk, question(kind, repeats=True))
    field = call.centre.form.body.questions[0]
    assert isinstance(field, TextQuestion)
    assert "several: ; between" in field.edit.placeholderText()
    text, values = SEVERAL[kind]
    form.type(text)
    assert form.values() == values


def test_a_date_and_time_is_shown_as_it_was_understood(call: MainWindow, desk: FakeDesk) -> None:
    form = Asked(call, desk, question("dateTime"))
    form.type("5/4/2027 3:30 pm")
    view = call.centre.form.body.questions[0].view
    assert view is not None
    assert view.help == "Tue May 4, 2027, 15:30"


def test_yes_no_and_not_sure_have_keys(call: MainWindow, desk: FakeDesk) -> None:
    form = Asked(call, desk, question("boolean"))
    for key, value in (("y", "yes"), ("n", "no"), ("u", "unsure")):
        form.type(key)
        assert form.values() == (value,)


def test_any_of_several_choices(call: MainWindow, desk: FakeDesk) -> None:
    form = Asked(call, desk, question("choice", repeats=True, answerOption=PLANS))
    form.type("12")
    assert form.values() == ("aetna", "wellmark")
    form.type("1")
    assert form.values() == ("wellmark",)


def test_an_open_choice_is_pressed_or_typed(call: MainWindow, desk: FakeDesk) -> None:
    form = Asked(call, desk, question("open-choice", answerOption=PLANS))
    form.type("2")
    assert form.values() == ("wellmark",)
    form.type("o")
    form.type("my own plan")
    assert form.values() == ("my own plan",)
    press(call, "Up")
    form.type("1")
    assert form.values() == ("aetna",)
    assert call.centre.form.body.questions[0].edit.text() == ""


def test_an_open_choice_with_several_takes_both(call: MainWindow, desk: FakeDesk) -> None:
    form = Asked(call, desk, question("open-choice", repeats=True, answerOption=PLANS))
    form.type("1o")
    form.type("an old plan")
    assert form.values() == ("aetna", "an old plan")
    press(call, "Up")
    form.type("2")
    assert form.values() == ("aetna", "wellmark", "an old plan")


def test_what_the_script_fills_in_cannot_be_typed_into(call: MainWindow, desk: FakeDesk) -> None:
    fixed = question("string", readOnly=True, initial="Suite 2")
    typed = question("string") | {"linkId": "typed"}
    form = Asked(call, desk, fixed, typed)
    shown = call.centre.form.body.questions[0]
    assert isinstance(shown, FixedQuestion)
    assert shown.accessibleName() == "What: Suite 2"
    focused = call.centre.form.body.focused()
    assert focused is not None
    assert focused.link_id == "typed"
    press(call, "Shift+Tab")
    assert call.centre.form.body.focused() is not shown
    form.type("x")
    assert form.values() == ("Suite 2",)


def test_a_calculated_answer_is_shown_as_it_is_worked_out(call: MainWindow, desk: FakeDesk) -> None:
    number = question("integer") | {"linkId": "days"}
    path = "%resource.item.where(linkId = 'days').answer.valueInteger"
    worked = question("integer", calculatedExpression=f"{path} * 24")
    form = Asked(call, desk, number, worked)
    form.type("3")
    shown = call.centre.form.body.questions[1]
    assert shown.accessibleName() == "What: 72"


def test_what_was_left_out_says_so(call: MainWindow, desk: FakeDesk) -> None:
    form = Asked(call, desk, question("string", required=True, may_skip=True))
    assert form.call.interview is not None
    form.call.interview = form.call.interview.skip("it")
    form.hear()
    view = call.centre.form.body.questions[0].view
    assert view is not None
    assert view.not_asked
