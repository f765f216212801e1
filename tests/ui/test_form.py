"""The form: what is typed stays, choices press by key, Enter goes on."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from console.desk.views import FieldView, FormView
from console.ui.form.choices import ChoiceQuestion
from console.ui.form.questions import ParagraphQuestion, TextQuestion
from console.ui.main_window import MainWindow
from tests.ui import samples
from tests.ui.conftest import settle
from tests.ui.fake_desk import FakeDesk
from tests.ui.test_keys import press


def with_field(form: FormView, link_id: str, **changes: object) -> FormView:
    """Return a form with one of its fields changed."""
    fields = tuple(
        replace(field, **changes) if field.link_id == link_id else field  # type: ignore[arg-type]
        for field in form.fields
    )
    return replace(form, fields=fields)


def line(window: MainWindow, number: int) -> TextQuestion:
    question = window.centre.form.body.questions[number]
    assert isinstance(question, TextQuestion)
    return question


def test_the_cursor_starts_where_the_desk_says(call: MainWindow) -> None:
    assert line(call, 0).edit.hasFocus()


def test_each_edit_is_told(call: MainWindow, desk: FakeDesk) -> None:
    QTest.keyClicks(call.focusWidget(), " y1")
    value = samples.FORM.fields[0].value
    assert desk.asked == [
        ("set_answer", "symptom", value + " "),
        ("set_answer", "symptom", value + " y"),
        ("set_answer", "symptom", value + " y1"),
    ]


def test_typing_survives_a_form_that_arrives(call: MainWindow, desk: FakeDesk) -> None:
    edit = line(call, 0).edit
    edit.setCursorPosition(5)
    QTest.keyClicks(edit, "XY")
    desk.form_changed.emit(with_field(samples.FORM, "symptom", value="Something the desk made"))
    assert edit.text() == "feverXY of 103 since this morning and a stiff neck"
    assert edit.cursorPosition() == 7
    assert line(call, 0).edit is edit


def test_selection_and_undo_survive_too(call: MainWindow, desk: FakeDesk) -> None:
    edit = line(call, 0).edit
    QTest.keyClicks(edit, "!")
    edit.setSelection(0, 5)
    desk.form_changed.emit(with_field(samples.FORM, "symptom", help="FEVER"))
    assert edit.selectedText() == "fever"
    assert edit.isUndoAvailable()


def test_the_desks_writing_is_taken_over_when_the_cursor_leaves(
    call: MainWindow, desk: FakeDesk
) -> None:
    edit = line(call, 0).edit
    QTest.keyClicks(edit, "!")
    desk.form_changed.emit(with_field(samples.FORM, "symptom", value="Fever!"))
    press(call, "Tab")
    assert edit.text() == "Fever!"


def test_letters_not_yet_heard_are_not_lost_when_the_cursor_leaves(call: MainWindow) -> None:
    edit = line(call, 0).edit
    QTest.keyClicks(edit, "!")
    press(call, "Tab")
    assert edit.text().endswith("neck!")


def test_a_field_without_the_cursor_shows_what_the_desk_says(
    call: MainWindow, desk: FakeDesk
) -> None:
    desk.form_changed.emit(with_field(samples.FORM, "age", value="7 years"))
    assert line(call, 2).edit.text() == "7 years"


def test_another_calls_form_replaces_what_was_typed(call: MainWindow, desk: FakeDesk) -> None:
    QTest.keyClicks(line(call, 0).edit, "!")
    desk.form_changed.emit(replace(samples.FORM, call="2"))
    assert line(call, 0).edit.text() == samples.FORM.fields[0].value


def test_a_question_that_comes_in_leaves_the_others_alone(call: MainWindow, desk: FakeDesk) -> None:
    edit = line(call, 0).edit
    QTest.keyClicks(edit, "!")
    more = FieldView("rash", "Is there a rash?", samples.FORM.fields[3].kind, "", samples.YES_NO)
    fields = (*samples.FORM.fields[:1], more, *samples.FORM.fields[1:])
    desk.form_changed.emit(replace(samples.FORM, fields=fields))
    settle()
    assert edit.hasFocus()
    assert edit.text().endswith("!")
    labels = [question.view.label for question in call.centre.form.body.questions if question.view]
    assert labels[1] == "Is there a rash?"


@pytest.mark.parametrize("number", [0, 1, 3])
def test_enter_is_the_next_step_from_any_field(
    call: MainWindow, desk: FakeDesk, number: int
) -> None:
    call.centre.form.body.questions[number].focus()
    press(call, "Return")
    assert desk.asked == [("next_step",)]


def test_enter_and_shift_enter_in_a_paragraph(call: MainWindow, desk: FakeDesk) -> None:
    desk.form_changed.emit(samples.BOOKING)
    question = call.centre.form.body.questions[3]
    assert isinstance(question, ParagraphQuestion)
    question.focus()
    press(call, "Shift+Return")
    assert desk.last()[0] == "set_answer"
    assert "\n" in desk.last()[2].replace("\u2028", "\n")
    press(call, "Return")
    assert desk.last() == ("next_step",)


def test_a_choices_own_key_presses_it(call: MainWindow, desk: FakeDesk) -> None:
    question = call.centre.form.body.questions[3]
    question.focus()
    QTest.keyClicks(call.focusWidget(), "n")
    assert desk.asked == [("set_answer", "alert", "no")]
    assert isinstance(question, ChoiceQuestion)
    assert question.buttons[0].isChecked(), "only the desk's word changes what is chosen"


def test_space_and_arrows_choose(call: MainWindow, desk: FakeDesk) -> None:
    call.centre.form.body.questions[3].focus()
    press(call, "Right")
    press(call, "Right")
    press(call, "Space")
    assert desk.asked == [("set_answer", "alert", "unsure")]


def test_any_of_several_are_told_together(call: MainWindow, desk: FakeDesk) -> None:
    desk.form_changed.emit(samples.BOOKING)
    call.centre.form.body.questions[4].focus()
    QTest.keyClicks(call.focusWidget(), "2")
    assert desk.last() == ("set_answer", "needs", "lift,lang")
    QTest.keyClicks(call.focusWidget(), "1")
    assert desk.last() == ("set_answer", "needs", "")


def test_read_back_ticks_by_space_and_by_number(call: MainWindow, desk: FakeDesk) -> None:
    desk.form_changed.emit(samples.READ_BACK)
    settle()
    press(call, "Space")
    QTest.keyClicks(call.focusWidget(), "3")
    assert desk.asked == [("tick_read_back", "phone"), ("tick_read_back", "born")]


def test_the_focus_goes_on_to_what_is_still_to_be_read_back(
    call: MainWindow, desk: FakeDesk
) -> None:
    desk.form_changed.emit(samples.READ_BACK)
    settle()
    items = samples.READ_BACK.read_back
    ticked = (items[0], replace(items[1], ticked=True), items[2])
    desk.form_changed.emit(replace(samples.READ_BACK, read_back=ticked))
    assert call.centre.form.body.rows[2].hasFocus()


def test_enter_never_presses_what_came_after_a_field_that_went_away(
    call: MainWindow, desk: FakeDesk
) -> None:
    desk.form_changed.emit(None)
    settle()
    desk.asked.clear()
    press(call, "Return")
    assert desk.asked == []


def test_buttons_of_the_form(call: MainWindow, desk: FakeDesk) -> None:
    form = call.centre.form
    for button in (form.next, form.back, form.flag.read, form.flag.dismiss, form.pills[0]):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert desk.names() == [
        "next_step",
        "back_step",
        "read_911",
        "dismiss_red_flag",
        "go_to_step",
    ]


def test_finish_is_offered_only_when_the_desk_can(call: MainWindow, desk: FakeDesk) -> None:
    assert not call.centre.form.finish.isEnabled()
    desk.form_changed.emit(replace(samples.FORM, can_finish=True))
    QTest.mouseClick(call.centre.form.finish, Qt.MouseButton.LeftButton)
    assert desk.last() == ("finish",)
