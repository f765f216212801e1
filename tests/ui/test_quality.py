"""The page of reviews: worked by keys, told in words."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from console.desk.quality.building import HEADS, MONTH_HEADS
from console.desk.quality.views import Cause, QualityPage, ReviewView, Tab
from console.ui.main_window import MainWindow
from console.ui.quality.page import QualityPanel
from tests.ui import samples
from tests.ui.conftest import settle
from tests.ui.fake_desk import FakeDesk
from tests.ui.test_keys import press

TABS = (Tab.TO_REVIEW, Tab.REVIEWED, Tab.MONTH)


def call(row: int, **more: object) -> ReviewView:
    cells = ("Drawn by lot", "Mon 23 Nov 19:42", "Riverside Family Medicine", "Dana Whitfield",
             "Refill, message", "3:12", "0:20")  # fmt: skip
    facts = (("Practice", cells[2]), ("Receptionist", cells[3]), ("Talk", cells[5]))
    given = {"may_mark": True, "recording": "ab12"} | more
    return ReviewView(row, cells, cells[1], facts, **given)  # type: ignore[arg-type]


def to_review(*calls: ReviewView) -> QualityPage:
    return QualityPage(Tab.TO_REVIEW, TABS, HEADS, calls, tuple(each.cells for each in calls))


@pytest.fixture
def panel(desk: FakeDesk, window: MainWindow) -> QualityPanel:
    desk.status_changed.emit(samples.IDLE)
    desk.quality.page = to_review(call(7), call(8))
    press(window, "Ctrl+Shift+Q")
    settle()
    shown = window.pages.current
    assert isinstance(shown, QualityPanel)
    return shown


def test_a_call_is_heard_and_marked_by_keys_alone(
    desk: FakeDesk, window: MainWindow, panel: QualityPanel
) -> None:
    assert window.focusWidget() is panel.table
    assert ("open", 7) in desk.asked
    QTest.keyClick(panel.table, Qt.Key.Key_P)
    assert desk.last() == ("hear", 7)
    for key in (Qt.Key.Key_3, Qt.Key.Key_0, Qt.Key.Key_2, Qt.Key.Key_2, Qt.Key.Key_Minus):
        QTest.keyClick(panel.table, key)
    QTest.keyClick(panel.table, Qt.Key.Key_N)
    assert panel.detail.note.hasFocus()
    QTest.keyClicks(panel.detail.note, "Spell it back, 2 letters at a time")
    press(window, "Ctrl+Return")
    found = frozenset({Cause.SPELLING, Cause.MANNER})
    assert desk.last() == ("mark", 7, 4, found, "Spell it back, 2 letters at a time")


def test_from_one_call_to_the_next_and_back(
    desk: FakeDesk, window: MainWindow, panel: QualityPanel
) -> None:
    QTest.keyClick(panel.table, Qt.Key.Key_1)
    QTest.keyClick(panel.table, Qt.Key.Key_Down)
    assert desk.last() == ("open", 8)
    assert not any(button.isChecked() for button in panel.detail.causes)
    panel.detail.take_focus()
    press(window, "Esc")
    assert window.focusWidget() is panel.table
    press(window, "Esc")
    assert window.pages.current is None
    assert desk.last() == ("leave_quality",)


def test_a_cause_is_told_by_a_mark_and_in_words(panel: QualityPanel) -> None:
    button = panel.detail.causes[0]
    assert button.accessibleDescription() == "1, not found"
    QTest.keyClick(panel.table, Qt.Key.Key_1)
    assert button.text().startswith("✕ ")
    assert button.accessibleDescription() == "1, found"
    assert button.accessibleName() == "Wrong person on call contacted"
    assert "Receptionist Dana Whitfield" in panel.detail.accessibleDescription()


def test_what_was_ticked_stays_when_the_list_comes_again(
    desk: FakeDesk, panel: QualityPanel
) -> None:
    QTest.keyClick(panel.table, Qt.Key.Key_4)
    desk.quality.changed.emit(QualityPage(Tab.TO_REVIEW, TABS, note="Reading…"))
    desk.quality.changed.emit(to_review(call(7), call(8), call(9)))
    assert panel.detail.causes[3].isChecked()


def test_a_receptionist_reads_and_changes_nothing(desk: FakeDesk, panel: QualityPanel) -> None:
    own = call(7, may_mark=False, mark=3, causes=frozenset({Cause.LATE}), note="Page at once")
    desk.quality.changed.emit(QualityPage(Tab.OWN, (Tab.OWN,), HEADS, (own,), (own.cells,)))
    QTest.keyClick(panel.table, Qt.Key.Key_1)
    assert [b.cause for b in panel.detail.causes if b.isChecked()] == [Cause.LATE]
    assert panel.detail.note.isReadOnly()
    assert not panel.detail.save.isVisible()
    panel.save()
    assert "mark" not in desk.names()


def test_practices_months_and_the_month_before(desk: FakeDesk, panel: QualityPanel) -> None:
    QTest.keyClick(panel.table, Qt.Key.Key_M)
    assert desk.last() == ("turn", Tab.MONTH)
    row = ("Riverside Family Medicine", "9", "7", "4.6", *("1" if n < 2 else "" for n in range(10)))
    desk.quality.changed.emit(
        QualityPage(Tab.MONTH, TABS, MONTH_HEADS, rows=(row,), days="November 2026")
    )
    settle()
    assert not panel.area.isVisible()
    assert panel.table.cells.index(0, 4).data(Qt.ItemDataRole.AccessibleTextRole) == (
        "Wrong person on call contacted 1"
    )
    QTest.keyClick(panel.table, Qt.Key.Key_B)
    assert desk.last() == ("turn_month", -1)


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_at_any_size(window: MainWindow, panel: QualityPanel, scale: float) -> None:
    window.set_scale(scale)
    for size in ((1440, 900), (960, 600)):
        window.resize(*size)
        settle()
        assert not panel.grab().isNull()
    window.set_scale(1.0)
