"""The waiting list's sheet, worked by keys alone."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from console.desk.board.port import Pick
from console.desk.waiting.keeper import PARTS, UNTILS
from console.desk.waiting.views import CHOICES, LINES, Standing, WaitingView
from console.ui.main_window import MainWindow
from tests.ui import samples
from tests.ui.conftest import settle
from tests.ui.fake_desk import FakeDesk
from tests.ui.test_keys import press

VIEW = WaitingView(
    practice="Riverside Family Medicine",
    given={
        "patient": "Ann Example", "number": "(515) 555-0142", "birth_date": "02/29/1980",
        "wishes": "", "kind": "office", "provider": "", "part": "any", "until": "30",
    },
    kinds=(Pick("physical", "Annual physical"), Pick("office", "Office visit")),
    providers=(Pick("", "Whoever is free first"), Pick("okafor", "Dr. Okafor")),
    parts=PARTS,
    untils=UNTILS,
    may_tell=True,
)  # fmt: skip


def test_it_is_filled_in_and_put_on_the_list_by_keys(call: MainWindow, desk: FakeDesk) -> None:
    press(call, "Alt+W")
    assert desk.last() == ("open_waiting",)
    desk.waiting.shown.emit(VIEW)
    settle()
    sheet = call.sheets.waiting
    assert sheet.isVisible()
    assert call.focusWidget() is sheet.boxes["part"]  # all that is known is there already
    press(call, "Down")
    press(call, "Tab")
    press(call, "Down")
    press(call, "Ctrl+Return")
    name, given = desk.last()
    assert name == "save_waiting"
    assert given == VIEW.given | {"part": "morning", "until": "90"}


def test_what_is_wrong_is_told_where_it_is_and_what_was_typed_stays(
    call: MainWindow, desk: FakeDesk
) -> None:
    desk.waiting.shown.emit(replace(VIEW, given=VIEW.given | {"number": ""}))
    settle()
    sheet = call.sheets.waiting
    assert call.focusWidget() is sheet.edits["number"]
    QTest.keyClicks(sheet.edits["number"], "555")
    QTest.keyClick(sheet.edits["number"], Qt.Key.Key_Return)
    assert "save_waiting" not in desk.names(), "Enter in a line writes nothing by accident"
    desk.waiting.shown.emit(replace(VIEW, problems={"number": "Not a phone number"}))
    settle()
    assert sheet.edits["number"].text() == "555"
    assert sheet.notes["number"].text() == "✕ Not a phone number"
    assert sheet.notes["number"].isVisible()
    assert sheet.edits["number"].accessibleDescription() == "Not a phone number"
    press(call, "Esc")
    assert desk.last() == ("leave_waiting",)
    assert not sheet.isVisible()
    desk.waiting.shown.emit(VIEW)  # another caller: nothing of the last one is left
    settle()
    assert sheet.edits["number"].text() == VIEW.given["number"]


@pytest.mark.parametrize("may", [True, False])
def test_their_words_are_asked_for_only_under_an_agreement(
    call: MainWindow, desk: FakeDesk, may: bool
) -> None:
    desk.waiting.shown.emit(replace(VIEW, may_tell=may))
    settle()
    sheet = call.sheets.waiting
    assert sheet.edits["wishes"].isVisible() is may
    named = [sheet.edits[name] for name in LINES] + [sheet.boxes[name] for name in CHOICES]
    assert all(field.accessibleName() for field in named)


def test_who_waits_already_is_shown_and_taken_off(call: MainWindow, desk: FakeDesk) -> None:
    standing = (Standing("4", "Ann Example: Office visit, mornings only, until 24 December"),)
    desk.waiting.shown.emit(replace(VIEW, standing=standing))
    settle()
    button = call.sheets.waiting.standing[0]
    assert button.isVisible()
    button.setFocus()
    press(call, "Return")
    assert desk.last() == ("take_off", "4")


def test_the_key_stands_where_times_are_offered(call: MainWindow, desk: FakeDesk) -> None:
    desk.form_changed.emit(samples.BOOKING)
    settle()
    question = call.centre.form.body.open_time()
    assert question is not None
    assert question.wait.isVisible()
    assert question.wait.key == "Alt+W"
    question.wait.click()
    assert desk.last() == ("open_waiting",)
