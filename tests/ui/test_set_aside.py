"""Work the records refused, on screen: read, tried again, amended, written off, all by keys."""

from dataclasses import replace

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.desk.set_aside.port import AmendAside, AsideField, AsideLine, AsideView, Pick
from console.ui.main_window import MainWindow
from tests.ui.conftest import settle
from tests.ui.fake_desk import FakeDesk
from tests.ui.test_keys import press

CALL = AsideLine(
    "a1",
    ("Tue 24 Nov 10:02", "A call and its message for Clinical staff", "Lakeshore", "To be seen to"),
    "The practice had no agreement in force for health details.",
    "Once the agreement stands in the practice’s file, try again.",
    (("By", "Dana Whitfield"), ("What it is about", "Fever")),
    may_try=True,
    may_amend=True,
)
TORN = AsideLine(
    "a2",
    ("Tue 24 Nov 10:03", "Cannot be read", "–", "To be seen to"),
    "Its writing was cut off before it was confirmed.",
    "Write it off.",
)
VIEW = AsideView((CALL, TORN), 2)
AMEND = AmendAside(
    "a1",
    "Amend: a call and its message for clinical staff",
    (Pick("lakeshore", "Lakeshore"), Pick("maple", "Maple Pediatrics")),
    "lakeshore",
    (
        AsideField("callback_number", "Number to call back", "(515) 555-0142"),
        AsideField("reason", "What it is about", "Fever"),
    ),
    may_clean=True,
)


def test_each_is_read_with_its_reason_and_tried_again(window: MainWindow, desk: FakeDesk) -> None:
    press(window, "Ctrl+Shift+U")
    assert desk.last() == ("open_aside",)
    desk.set_aside.shown.emit(VIEW)
    settle()
    sheet = window.sheets.aside
    assert QApplication.focusWidget() is sheet.list
    assert sheet.why.text() == CALL.why
    assert "Fever" in sheet.parts.text()
    press(window, "T")
    assert desk.last() == ("try_again", "a1")
    desk.set_aside.shown.emit(AsideView((TORN,), 1, "It is in the records now."))
    settle()
    assert sheet.note.text() == "It is in the records now."
    assert sheet.why.text() == TORN.why
    press(window, "T")
    press(window, "A")
    assert desk.names().count("try_again") == 1
    assert "amend_aside" not in desk.names()
    press(window, "Esc")
    assert window.sheets.current is None
    assert sheet.parts.text() == ""


def test_writing_off_asks_why(window: MainWindow, desk: FakeDesk) -> None:
    desk.set_aside.shown.emit(VIEW)
    settle()
    sheet = window.sheets.aside
    press(window, "Down")
    press(window, "W")
    assert QApplication.focusWidget() is sheet.reason
    press(window, "Esc")
    assert sheet.reason.isHidden()
    assert window.sheets.current is sheet
    press(window, "W")
    QTest.keyClicks(sheet.reason, "Taken again at once")
    press(window, "Return")
    assert desk.last() == ("write_off", "a2", "Taken again at once")


def test_it_is_amended_by_keys_and_told_what_is_wrong(window: MainWindow, desk: FakeDesk) -> None:
    desk.set_aside.shown.emit(VIEW)
    settle()
    sheet = window.sheets.aside
    press(window, "A")
    assert desk.last() == ("amend_aside", "a1")
    desk.set_aside.amend_changed.emit(AMEND)
    settle()
    pane = sheet.amend
    assert QApplication.focusWidget() is pane.practice
    press(window, "Down")
    press(window, "Alt+H")
    pane.edits["reason"].setFocus()
    QTest.keyClicks(pane.edits["reason"], "A question. ")
    press(window, "Ctrl+Return")
    words = {"callback_number": "(515) 555-0142", "reason": "A question. Fever"}
    assert desk.last() == ("save_aside", "a1", "maple", words, True)
    wrong = replace(AMEND, practice="maple", clean=True, problem="Say what it is about.")
    desk.set_aside.amend_changed.emit(wrong)
    settle()
    assert "Say what it is about." in pane.problem.text()
    assert pane.practice.currentText() == "Maple Pediatrics"
    assert pane.without.accessibleName().endswith("chosen")
    press(window, "Esc")
    assert desk.last() == ("leave_amend",)
    assert QApplication.focusWidget() is sheet.list
