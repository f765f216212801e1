"""The supervisor's page: reached and worked by keys, told in words, and quick when it is large."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.desk.floor.building import agent_row, page
from console.floor.supervision import Act
from console.floor.thresholds import Level
from console.store.floor import FloorRows
from console.ui.floor.agent_sheet import AgentSheet
from console.ui.floor.agents import button_boxes
from console.ui.floor.page import FloorPanel
from console.ui.floor.waiting_sheet import WaitingSheet
from console.ui.main_window import MainWindow
from tests.ui import floor_samples, samples
from tests.ui.conftest import settle
from tests.ui.fake_desk import FakeDesk
from tests.ui.test_keys import press


@pytest.fixture
def floor(desk: FakeDesk, window: MainWindow) -> FloorPanel:
    desk.status_changed.emit(samples.IDLE)
    desk.floor.page = floor_samples.floor()
    press(window, "Ctrl+Shift+F")
    settle()
    shown = window.pages.current
    assert isinstance(shown, FloorPanel)
    return shown


def test_by_its_key_and_back(desk: FakeDesk, window: MainWindow, floor: FloorPanel) -> None:
    assert floor.isVisible()
    assert not window.centre.isVisible()
    press(window, "Esc")
    assert window.pages.current is None
    assert window.centre.isVisible()
    assert desk.last() == ("leave_floor",)
    press(window, "Ctrl+Shift+F")
    press(window, "Ctrl+Shift+F")
    assert window.pages.current is None


def test_answering_brings_the_desk_back(
    desk: FakeDesk, window: MainWindow, floor: FloorPanel
) -> None:
    desk.calls_changed.emit((samples.RINGING,))
    press(window, "F2")
    assert not floor.isVisible()
    assert desk.last()[0] == "answer"


def test_figures_are_told_in_words_too(floor: FloorPanel) -> None:
    said = floor.tiles.accessibleName()
    assert "Waiting 4 watch" in said
    assert "Longest wait 0:41 too much" in said
    first = floor.table.model.index(0, 2)
    assert first.data(Qt.ItemDataRole.AccessibleTextRole) == "✕ 0:41"
    assert "Dr. Okafor" in floor.escalations.accessibleDescription()
    assert "10:00 41, 11:00 42" in floor.hours.accessibleDescription()
    dana = floor.agents.cards.index(0, 0)
    assert dana.data(Qt.ItemDataRole.AccessibleTextRole) == (
        "Dana Whitfield, On a call · Riverside Family Medicine, 1:12. Listen, Coach, Join, More"
    )


def click(floor: FloorPanel, column: int, words: str) -> None:
    """Press a button of a card in the first row."""
    index = floor.agents.cards.index(0, column)
    agent = floor.agents.cards.agent(index)
    assert agent is not None
    boxes = button_boxes(floor.agents.visualRect(index).toRectF(), agent)
    (box,) = [box for button, box in boxes if button.words == words]
    where = box.center().toPoint()
    QTest.mouseClick(floor.agents.viewport(), Qt.MouseButton.LeftButton, pos=where)


def test_an_agent_by_arrow_keys_and_by_the_mouse(
    desk: FakeDesk, window: MainWindow, floor: FloorPanel
) -> None:
    assert window.focusWidget() is floor.agents
    for key, act in (("L", Act.LISTEN), ("C", Act.COACH), ("J", Act.JOIN), ("T", Act.TAKE_OVER),
                     ("H", Act.HANG_UP)):  # fmt: skip
        QTest.keyClicks(floor.agents, key)
        assert desk.last() == ("supervise", act, "PJSIP/dana")
    QTest.keyClick(floor.agents, Qt.Key.Key_Right)
    QTest.keyClicks(floor.agents, "p")
    assert desk.last() == ("pause", "PJSIP/ellen")
    click(floor, 2, "Back into the queues")
    assert desk.last() == ("pause", "PJSIP/ira")
    click(floor, 0, "Coach")
    assert desk.last() == ("supervise", Act.COACH, "PJSIP/dana")
    desk.asked.clear()
    box = floor.agents.visualRect(floor.agents.cards.index(0, 2))
    QTest.mouseClick(
        floor.agents.viewport(), Qt.MouseButton.LeftButton, pos=box.topLeft() + QPoint(30, 10)
    )
    assert desk.asked == []


def test_an_agents_sheet_has_everything_with_its_key(
    desk: FakeDesk, window: MainWindow, floor: FloorPanel
) -> None:
    click(floor, 0, "More")
    sheet = window.sheets.current
    assert isinstance(sheet, AgentSheet)
    assert sheet.accessibleName() == "Dana Whitfield"
    QTest.keyClicks(window.focusWidget(), "h")
    assert desk.last() == ("supervise", Act.HANG_UP, "PJSIP/dana")
    assert window.sheets.current is sheet  # which asks once more
    QTest.keyClicks(window.focusWidget(), "t")
    assert desk.last() == ("supervise", Act.TAKE_OVER, "PJSIP/dana")
    assert window.sheets.current is None
    QTest.keyClick(floor.agents, Qt.Key.Key_Return)
    QTest.keyClicks(window.focusWidget(), "2")
    assert desk.last() == ("pause", "PJSIP/dana", "Lunch")
    QTest.keyClick(floor.agents, Qt.Key.Key_Return)
    gone = replace(floor.view, agents=floor.view.agents[1:])
    desk.floor.changed.emit(gone)
    assert window.sheets.current is None


def test_who_waits_is_moved_by_keys(desk: FakeDesk, window: MainWindow, floor: FloorPanel) -> None:
    press(window, "Ctrl+W")
    sheet = window.sheets.current
    assert isinstance(sheet, WaitingSheet)
    first = window.focusWidget()
    assert (
        first.accessibleName() == "Lakeshore Cardiology, waits 0:41, place 1 in answering, chosen"
    )
    QTest.keyClick(first, Qt.Key.Key_Down)
    QTest.keyClicks(window.focusWidget(), "f")
    assert desk.last() == ("move_caller", "2", "")
    QTest.keyClicks(window.focusWidget(), "1")
    assert desk.last() == ("move_caller", "2", "PJSIP/priya")
    desk.floor.changed.emit(replace(floor.view, callers=()))
    assert "Nobody waits" in sheet.note.text()
    press(window, "Esc")
    assert window.sheets.current is None
    assert floor.isVisible()


def test_esc_leaves_the_call_first(desk: FakeDesk, window: MainWindow, floor: FloorPanel) -> None:
    desk.floor.changed.emit(floor_samples.listening())
    assert floor.leave_call.isVisible()
    assert "Listening to Dana Whitfield" in floor.accessibleDescription()
    dana = floor.agents.cards.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "You listen" in dana
    press(window, "Esc")
    assert desk.last() == ("leave_call",)
    assert floor.isVisible()
    desk.floor.changed.emit(replace(floor.view, at=None))
    assert not floor.leave_call.isVisible()


def test_who_may_only_look_is_offered_nothing(
    desk: FakeDesk, window: MainWindow, floor: FloorPanel
) -> None:
    desk.floor.changed.emit(replace(floor.view, may_act=False))
    desk.asked.clear()
    for key in "LCJTHP":
        QTest.keyClicks(floor.agents, key)
    QTest.keyClick(floor.agents, Qt.Key.Key_Return)
    press(window, "Ctrl+W")
    click(floor, 0, "Listen")
    assert desk.asked == []
    assert window.sheets.current is None
    assert not floor.waiting.isVisible()


def test_whoever_the_keyboard_is_on_stays_under_it(desk: FakeDesk, floor: FloorPanel) -> None:
    QTest.keyClick(floor.agents, Qt.Key.Key_Right)
    before = floor.view.agents
    desk.floor.changed.emit(floor_samples.floor())
    assert floor.agents.currentIndex().column() == 1
    assert floor.view.agents == before


def test_tab_goes_through_table_and_agents(window: MainWindow, floor: FloorPanel) -> None:
    seen = {window.focusWidget()}
    for _ in range(4):
        press(window, "Tab")
        seen.add(window.focusWidget())
    assert {floor.agents, floor.table.view} <= seen


def test_the_sound_of_a_breach_is_silenced_by_its_key_and_its_button(
    desk: FakeDesk, window: MainWindow, floor: FloorPanel
) -> None:
    assert not floor.sound.isVisible()
    desk.floor.changed.emit(replace(floor_samples.floor(), sound="on"))
    settle()
    assert floor.sound.isVisible()
    assert floor.sound.accessibleName() == "Queues in breach: sound on"
    press(window, "Ctrl+Shift+S")
    assert desk.last() == ("toggle_alarm",)
    desk.asked.clear()
    QTest.mouseClick(floor.sound, Qt.MouseButton.LeftButton)
    assert desk.last() == ("toggle_alarm",)


def test_a_lock_leaves_nothing_of_it(desk: FakeDesk, floor: FloorPanel) -> None:
    desk.status_changed.emit(samples.LOCKED)
    settle()
    assert not floor.isVisible()


def test_a_thousand_agents_are_drawn_as_far_as_they_are_seen(
    desk: FakeDesk, floor: FloorPanel, qtbot: QtBot
) -> None:
    view = floor_samples.large()
    names, now = floor_samples.names(), floor_samples.NOW
    agents = tuple(agent_row(each, names, now) for each in view.agents)
    shown = page(view, FloorRows(), agents, names, now)
    desk.floor.changed.emit(floor_samples.acting(shown, view))
    settle()
    assert floor.agents.cards.rowCount() * floor.agents.cards.columns >= 1000
    asked: list[int] = []
    model = floor.agents.cards
    real = model.agent
    model.agent = lambda index: (asked.append(1), real(index))[1]  # type: ignore[method-assign]
    floor.agents.viewport().update()
    settle()
    assert 0 < len(asked) < 60
    assert floor.view.tiles[0].level is Level.WATCH
    QTest.keyClick(floor.agents, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(floor.agents, "P")
    assert desk.last()[0] == "pause"
