"""Finding a caller on screen: by keys from the first field to what came of their calls."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.desk.callers.port import CallerLine, HistoryView, Pick, SearchView, Typed
from console.desk.views import EarlierItem
from console.ui.main_window import MainWindow
from tests.ui.conftest import settle
from tests.ui.fake_desk import FakeDesk
from tests.ui.test_keys import press

EMPTY = SearchView(
    practices=(Pick("maple", "Maple Pediatrics"), Pick("riverside", "Riverside Family Medicine")),
    typed=Typed("riverside"),
    note="The whole name is looked for; a slip of one letter is forgiven.",
)
FOUND = replace(
    EMPTY,
    typed=Typed("riverside", "Ruth Olsen"),
    lines=(
        CallerLine(("Ruth Olsen", "(515) 555-0142", "05/04/1979", "2", "24 Nov 2026 10:00")),
        CallerLine(("Ruth Olson", "(515) 555-0177", "not asked", "1", "20 Nov 2026 09:12")),
    ),
    note="2 callers fit. Enter opens what came of their calls.",
    searched=True,
)
HISTORY = HistoryView(
    "Ruth Olsen",
    "(515) 555-0142 · born 05/04/1979 · Riverside Family Medicine",
    (
        EarlierItem("Message", "24 Nov 10:00", "Medicine: lisinopril · not delivered yet"),
        EarlierItem("Booked", "20 Nov 09:12", "Physical, Dr. Okafor · 2 Dec 10:20"),
    ),
)


def test_a_caller_is_found_and_their_history_read_without_the_mouse(
    window: MainWindow, desk: FakeDesk
) -> None:
    press(window, "Ctrl+F")
    assert desk.last() == ("find_caller",)
    desk.callers.shown.emit(EMPTY)
    settle()
    sheet = window.sheets.callers
    assert window.sheets.current is sheet
    assert QApplication.focusWidget() is sheet.edits["name"]
    assert sheet.practice.currentText() == "Riverside Family Medicine"
    QTest.keyClicks(sheet.edits["name"], "Ruth Olsen")
    press(window, "Tab")
    QTest.keyClicks(sheet.edits["number"], "5155550142")
    press(window, "Return")
    assert desk.last() == ("search", Typed("riverside", "Ruth Olsen", "5155550142"))
    desk.callers.shown.emit(FOUND)
    settle()
    assert QApplication.focusWidget() is sheet.list
    assert "2 callers fit" in sheet.note.text()
    press(window, "Down")
    press(window, "Return")
    assert desk.last() == ("open_history", 1)
    desk.callers.history_changed.emit(HISTORY)
    settle()
    assert QApplication.focusWidget() is sheet.items
    assert sheet.who.text() == "Ruth Olsen"
    press(window, "Down")
    assert sheet.whole.text() == HISTORY.items[1].detail
    press(window, "Esc")
    assert desk.last() == ("leave_history",)
    assert QApplication.focusWidget() is sheet.list
    press(window, "Esc")
    assert desk.last() == ("leave_callers",)
    assert window.sheets.current is None


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(
    window: MainWindow, desk: FakeDesk
) -> None:
    desk.callers.shown.emit(EMPTY)
    desk.callers.shown.emit(
        replace(
            EMPTY,
            typed=Typed("riverside", "Ruth Olsen", "555"),
            wrong="number",
            problem="Type the whole number, with its area code.",
        )
    )
    settle()
    sheet = window.sheets.callers
    assert QApplication.focusWidget() is sheet.edits["number"]
    assert sheet.edits["name"].text() == "Ruth Olsen"
    assert "area code" in sheet.problem.text()
    assert "area code" in sheet.edits["number"].accessibleDescription()


def test_nothing_of_it_is_left_when_it_is_closed_or_the_desk_is_locked(
    window: MainWindow, desk: FakeDesk
) -> None:
    desk.callers.shown.emit(FOUND)
    settle()
    desk.callers.history_changed.emit(HISTORY)
    window.sheets.leave()
    window.sheets.leave()
    sheet = window.sheets.callers
    assert sheet.list.rowCount() == sheet.items.rowCount() == 0
    assert sheet.edits["name"].text() == ""


def test_down_goes_from_a_field_to_the_callers(window: MainWindow, desk: FakeDesk) -> None:
    desk.callers.shown.emit(FOUND)
    settle()
    sheet = window.sheets.callers
    sheet.edits["name"].setFocus()
    QTest.keyClick(sheet.edits["name"], Qt.Key.Key_Down)
    assert QApplication.focusWidget() is sheet.list
    names = [each.accessibleName() for each in (sheet.practice, *sheet.edits.values())]
    assert names == ["Practice", "Name", "Number", "Birth date"]
