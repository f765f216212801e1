"""The wrap-up's countdown beside the form, in the bar and on the floor."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from console.desk.floor.building import agent_row
from console.desk.views import DeskState, WrapUpView
from console.floor.picture import Agent, AgentState
from console.ui.columns import is_parked
from console.ui.floor.agents import stands, time_of
from console.ui.main_window import MainWindow
from tests.ui import floor_samples, samples
from tests.ui.conftest import settle
from tests.ui.fake_desk import FakeDesk
from tests.ui.test_keys import press

NOW = floor_samples.NOW


def wrap_up(desk: FakeDesk, left: float, **more: object) -> None:
    until = samples.NOW + timedelta(seconds=left)
    view = replace(WrapUpView(until, needs_outcome=True, more=2, more_s=60), **more)  # type: ignore[arg-type]
    status = replace(samples.STATUS, state=DeskState.WRAP_UP, state_label="Wrap-up", wrap_up=view)
    desk.status_changed.emit(status)
    settle()


def test_what_is_left_stands_beside_the_form_and_in_the_bar(
    desk: FakeDesk, call: MainWindow
) -> None:
    panel = call.centre.wrap_up
    assert is_parked(panel)
    wrap_up(desk, 41)
    assert not is_parked(panel)
    assert panel.accessibleName() == "Wrap-up · 0:41 left"
    assert panel.accessibleDescription() == "No call comes until the form is saved"
    assert call.top.badge.text() == "Wrap-up · 0:41 left"
    wrap_up(desk, -12)
    assert panel.accessibleName() == "▲ Wrap-up · 0:12 over"
    desk.status_changed.emit(samples.STATUS)
    settle()
    assert is_parked(panel)


def test_more_time_by_its_key_and_its_button(desk: FakeDesk, call: MainWindow) -> None:
    wrap_up(desk, 10)
    press(call, "Ctrl+Shift+T")
    assert desk.last() == ("more_time",)
    desk.asked.clear()
    QTest.mouseClick(call.centre.wrap_up.button, Qt.MouseButton.LeftButton)
    assert desk.last() == ("more_time",)
    wrap_up(desk, 10, more=0)
    assert not call.centre.wrap_up.button.isVisible()


def test_ready_is_asked_for_once_nothing_but_time_keeps_the_desk(
    desk: FakeDesk, window: MainWindow
) -> None:
    wrap_up(desk, 40, needs_outcome=False, asked=True)
    assert not is_parked(window.centre.wrap_up)
    press(window, "Ctrl+R")
    assert desk.last() == ("set_ready", True)


@pytest.mark.parametrize(("ran", "said"), [(20, "0:40 left"), (72, "▲ 0:12 over")])
def test_the_floor_counts_down_too(ran: float, said: str) -> None:
    agent = Agent("PJSIP/dana", "Dana", device=AgentState.AVAILABLE, since=NOW - ran, paused=True,
                  pause_reason="Wrapping up, 60 s")  # fmt: skip
    row = agent_row(agent, floor_samples.names(), NOW)
    assert stands(row) == "Wrapping up"
    assert time_of(row, NOW) == said


def test_the_floor_says_what_comes_after_a_call() -> None:
    agent = Agent("PJSIP/dana", "Dana", device=AgentState.ON_CALL, since=NOW, paused=True,
                  pause_reason="Lunch")  # fmt: skip
    row = agent_row(agent, floor_samples.names(), NOW)
    assert stands(row) == "On a call · then Lunch"
