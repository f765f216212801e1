"""The supervisor's page: reached and worked by keys, told in words, and quick when it is large."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.desk.floor.building import agent_row, page
from console.floor.thresholds import Level
from console.store.floor import FloorRows
from console.ui.floor.agents import button_box
from console.ui.floor.page import FloorPanel
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
        "Dana Whitfield, On a call · Riverside Family Medicine, 1:12. Take out of the queues"
    )


def test_an_agent_by_arrow_keys_and_by_the_mouse(
    desk: FakeDesk, window: MainWindow, floor: FloorPanel
) -> None:
    assert window.focusWidget() is floor.agents
    QTest.keyClick(floor.agents, Qt.Key.Key_Right)
    QTest.keyClick(floor.agents, Qt.Key.Key_Return)
    assert desk.last() == ("take_out", "PJSIP/ellen")
    box = floor.agents.visualRect(floor.agents.cards.index(0, 2))
    where = button_box(box.toRectF()).center().toPoint()
    QTest.mouseClick(floor.agents.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert desk.last() == ("take_out", "PJSIP/ira")
    desk.asked.clear()
    QTest.mouseClick(
        floor.agents.viewport(), Qt.MouseButton.LeftButton, pos=box.topLeft() + QPoint(30, 10)
    )
    assert desk.asked == []


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
    desk.floor.changed.emit(page(view, FloorRows(), agents, names, now))
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
    QTest.keyClick(floor.agents, Qt.Key.Key_Return)
    assert desk.last()[0] == "take_out"
