"""The page of figures: reached and worked by keys, told in words beside the chart."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from console.desk.board.port import Pick
from console.desk.figures.asking import Found
from console.desk.figures.building import page, waiting
from console.desk.figures.months import MonthView
from console.desk.figures.views import Asked, Cut, FiguresPage, Period
from console.floor.figures import By, Contact, Ending, table
from console.floor.roster import days_like, roster
from console.ui.figures.page import FiguresPanel
from console.ui.main_window import MainWindow
from tests.ui import samples
from tests.ui.conftest import settle
from tests.ui.fake_desk import FakeDesk
from tests.ui.test_keys import press

TEN = datetime(2026, 11, 23, 10, tzinfo=UTC)
NAMES = {f"p{number}": f"Practice number {number}" for number in range(40)}


def contacts(practices: int) -> list[Contact]:
    return [
        Contact(
            f"{practice}-{number}", TEN + timedelta(hours=number % 9),
            Ending.ANSWERED if number % 9 else Ending.ABANDONED, float(number),
            f"p{practice}", "Dana", talk_s=120.0 if number % 9 else None,
        )
        for practice in range(practices) for number in range(30)
    ]  # fmt: skip


def figures(practices: int = 3, asked: Asked = Asked(Period.WEEK)) -> FiguresPage:  # noqa: B008
    counted = table(contacts(practices), By(asked.cut.value), zone=UTC)
    return page(Found(asked, TEN.date(), TEN.date(), table=counted), NAMES, may_export=True)


@pytest.fixture
def panel(desk: FakeDesk, window: MainWindow) -> FiguresPanel:
    desk.status_changed.emit(samples.IDLE)
    desk.figures.page = figures()
    press(window, "Ctrl+Shift+G")
    settle()
    shown = window.pages.current
    assert isinstance(shown, FiguresPanel)
    return shown


def test_by_its_key_and_back(desk: FakeDesk, window: MainWindow, panel: FiguresPanel) -> None:
    assert window.focusWidget() is panel.table
    press(window, "Esc")
    assert window.pages.current is None
    assert desk.last() == ("leave_figures",)
    desk.calls_changed.emit((samples.RINGING,))
    press(window, "Ctrl+Shift+G")
    press(window, "F2")
    assert window.pages.current is None
    assert desk.last()[0] == "answer"


def test_days_and_cuts_by_single_keys(
    desk: FakeDesk, window: MainWindow, panel: FiguresPanel
) -> None:
    QTest.keyClick(panel.table, Qt.Key.Key_H)
    assert desk.last() == ("ask_figures", Asked(Period.WEEK, Cut.HOUR))
    QTest.keyClick(panel.table, Qt.Key.Key_6)
    assert desk.last() == ("ask_figures", Asked(Period.LAST_MONTH, Cut.PRACTICE))
    QTest.keyClick(panel.table, Qt.Key.Key_C)
    assert desk.last() == ("export_figures", "csv")
    assert "chosen" in panel.periods[Period.WEEK].accessibleDescription()


def test_what_was_told_stays_while_other_figures_are_read(
    desk: FakeDesk, panel: FiguresPanel
) -> None:
    rows = panel.table.cells.rows
    desk.figures.changed.emit(waiting(Asked(Period.MONTH), note="Reading…"))
    assert panel.table.cells.rows == rows
    assert "Reading…" in panel.accessibleDescription()
    assert "chosen" in panel.periods[Period.MONTH].accessibleDescription()


def test_chart_and_table_are_told_in_words(panel: FiguresPanel) -> None:
    assert "Practice number 0 30 calls" in panel.chart.accessibleDescription()
    cell = panel.table.cells.index(0, 3)
    assert cell.data(Qt.ItemDataRole.AccessibleTextRole).startswith("In 20 s ")
    assert "Calls 90" in panel.tiles.accessibleName()
    assert "In 20 s: Answered up to and including 20 s" in panel.meanings.accessibleDescription()


@pytest.mark.parametrize("asked", [Asked(cut=cut) for cut in Cut if cut is not Cut.STAFFING])
def test_any_cut_is_drawn_at_any_size(
    desk: FakeDesk, window: MainWindow, panel: FiguresPanel, asked: Asked
) -> None:
    desk.figures.changed.emit(figures(40, asked))
    for width, high in ((1440, 900), (1000, 640)):
        window.resize(width, high)
        settle()
        assert not panel.grab().isNull()
    window.set_scale(1.5)
    settle()
    window.set_scale(1.0)


def test_what_the_day_to_come_needs(desk: FakeDesk, panel: FiguresPanel) -> None:
    day = TEN.date() + timedelta(weeks=1)
    made = roster(contacts(4), day, zone=UTC, known=set(days_like(day)))
    desk.figures.changed.emit(
        page(Found(Asked(cut=Cut.STAFFING), day, day, roster=made), NAMES, may_export=True)
    )
    assert panel.table.cells.heads[3] == "Needed, C"
    assert not panel.exports["csv"].isEnabled()
    assert not panel.periods[Period.TODAY].isEnabled()
    assert "10:00 1 receptionists" in panel.chart.accessibleDescription()


def test_a_desk_that_shows_no_chart_pays_nothing_for_it() -> None:
    looked = (
        "import console.app, sys; sys.exit(any(m in sys.modules for m in ('pyqtgraph', 'numpy')))"
    )
    assert subprocess.run([sys.executable, "-c", looked], check=False).returncode == 0


MONTH = MonthView(
    {"practice": "p2", "month": "2026-10", "folder": "/home/ruth/Documents"},
    (Pick("p1", "Practice number 1"), Pick("p2", "Practice number 2")),
    (Pick("2026-11", "November 2026"), Pick("2026-10", "October 2026")),
)


def test_a_practices_month_is_asked_for_by_keys(
    desk: FakeDesk, window: MainWindow, panel: FiguresPanel
) -> None:
    QTest.keyClick(panel.table, Qt.Key.Key_M)
    assert desk.last() == ("open_month",)
    desk.figures.months.shown.emit(MONTH)  # type: ignore[attr-defined]
    settle()
    sheet = window.pages.month
    assert sheet is not None
    assert window.focusWidget() is sheet.boxes["practice"]
    press(window, "Up")
    press(window, "Return")
    press(window, "Up")
    press(window, "Return")
    assert window.focusWidget() is sheet.folder
    press(window, "Ctrl+Return")
    given = {"practice": "p1", "month": "2026-11", "folder": "/home/ruth/Documents"}
    assert desk.last() == ("write_month", given)
    wrong = replace(MONTH, problems={"folder": "There is no such folder"})
    desk.figures.months.shown.emit(wrong)  # type: ignore[attr-defined]
    settle()
    assert sheet.boxes["practice"].currentData() == "p1", "what was chosen stays"
    assert sheet.problem.text() == "✕ There is no such folder"
    press(window, "Esc")
    assert desk.last() == ("leave_month",)
    assert not sheet.isVisible()
    assert window.pages.current is panel
