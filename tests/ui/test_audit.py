"""The audit on screen: found by key, filtered, and moved through however long it is."""

import time

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.desk.auditing.port import PAGE, Asked, AuditLine, AuditView, Pick
from console.ui.main_window import MainWindow
from tests.ui.conftest import settle
from tests.ui.fake_desk import FakeDesk
from tests.ui.test_keys import press

MANY = 100_000


def view(count: int = MANY, asked: Asked | None = None) -> AuditView:
    return AuditView(
        asked=asked or Asked(),
        count=count,
        people=(Pick("", "Everybody"), Pick("dana", "dana"), Pick("lee", "lee")),
        practices=(Pick("", "All practices"), Pick("riverside", "Riverside Family Medicine")),
        events=(Pick("", "Everything"), Pick("saw", "Saw"), Pick("finished", "Finished")),
        days=(Pick("", "All days"), Pick("2026-11-24", "Tue 24 Nov")),
    )


def answer(desk: FakeDesk) -> None:
    """Read every page that was asked for, as a desk would."""
    for _, first in [each for each in desk.asked if each[0] == "read_page"]:
        lines = tuple(
            AuditLine(f"entry {n}", "dana", "Saw", f"call {n}", "Riverside Family Medicine", "a1")
            for n in range(first, min(first + PAGE, MANY))
        )
        desk.audit.page_read.emit(first, lines)
    desk.asked[:] = [each for each in desk.asked if each[0] != "read_page"]
    settle()


def shown(window: MainWindow) -> str:
    current = window.sheets.audit.list.currentIndex()
    return str(current.siblingAtColumn(0).data())


def test_a_key_asks_and_what_was_found_is_shown(window: MainWindow, desk: FakeDesk) -> None:
    press(window, "Ctrl+Shift+A")
    assert desk.last() == ("ask_audit", Asked())
    desk.audit.found.emit(view())
    settle()
    sheet = window.sheets.audit
    assert window.sheets.current is sheet
    assert "100,000 entries" in sheet.count.text()
    assert QApplication.focusWidget() is sheet.list
    answer(desk)
    assert shown(window) == "entry 0"
    press(window, "Esc")
    assert desk.last() == ("leave_audit",)
    assert window.sheets.current is None


def test_a_filter_asks_anew_and_only_when_a_person_changed_it(
    window: MainWindow, desk: FakeDesk
) -> None:
    desk.audit.found.emit(view())
    settle()
    assert "ask_audit" not in desk.names()
    sheet = window.sheets.audit
    sheet.filters["person"].setFocus()
    QTest.keyClick(sheet.filters["person"], Qt.Key.Key_Down)
    assert desk.last() == ("ask_audit", Asked(person="dana"))
    desk.audit.found.emit(view(3, Asked(person="dana")))
    assert sheet.filters["person"].currentText() == "dana"
    assert "3 entries" in sheet.count.text()


def test_a_hundred_thousand_entries_are_gone_through_by_key(
    window: MainWindow, desk: FakeDesk
) -> None:
    desk.audit.found.emit(view())
    settle()
    answer(desk)
    table = window.sheets.audit.list
    QTest.keyClick(table, Qt.Key.Key_End)
    settle()
    answer(desk)
    assert shown(window) == f"entry {MANY - 1}"
    QTest.keyClick(table, Qt.Key.Key_PageUp)
    settle()
    answer(desk)
    assert shown(window) != f"entry {MANY - 1}"
    QTest.keyClick(table, Qt.Key.Key_Home)
    settle()
    answer(desk)
    assert shown(window) == "entry 0"
    begun = time.perf_counter()
    for _ in range(300):
        QTest.keyClick(table, Qt.Key.Key_PageDown)
    settle()
    print(f"300 pages down in {(time.perf_counter() - begun) * 1000:.0f} ms")
    answer(desk)
    assert shown(window).startswith("entry ")
    assert len(window.sheets.audit.model._pages) <= 20


def test_every_filter_and_the_list_have_a_name_for_those_who_hear_it(
    window: MainWindow, desk: FakeDesk
) -> None:
    sheet = window.sheets.audit
    assert [each.accessibleName() for each in sheet.filters.values()] == [
        "Who",
        "Practice",
        "Did",
        "Day",
    ]
    assert sheet.list.accessibleName() == "Entries of the audit"
