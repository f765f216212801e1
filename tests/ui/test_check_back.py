"""911 refused, as it is seen: the seconds, the words, the key."""

from dataclasses import replace
from datetime import timedelta

from console.desk.views import CheckBackView
from console.ui.columns import is_parked
from console.ui.main_window import MainWindow
from tests.ui import samples
from tests.ui.conftest import settle
from tests.ui.fake_desk import FakeDesk
from tests.ui.test_keys import press


def test_the_seconds_run_and_the_key_answers(desk: FakeDesk, call: MainWindow) -> None:
    panel = call.centre.check_back
    assert is_parked(panel)
    due = samples.NOW + timedelta(seconds=43)
    shown = replace(samples.POP, check_back=CheckBackView(due, "Are you still with me?", 1))
    desk.pop_changed.emit(shown)
    settle()
    assert not is_parked(panel)
    assert panel.accessibleName() == "911 refused · check back in 0:43 · asked 1×"
    assert panel.accessibleDescription() == "Are you still with me?"
    late = CheckBackView(samples.NOW - timedelta(seconds=5), "Are you still with me?", 1)
    desk.pop_changed.emit(replace(samples.POP, check_back=late))
    settle()
    assert panel.accessibleName() == "911 refused · check back now, 0:05 late · asked 1×"
    press(call, "Shift+F7")
    panel.button.click()
    assert desk.asked[-2:] == [("checked_back",), ("checked_back",)]
    desk.pop_changed.emit(samples.POP)
    settle()
    assert is_parked(panel)
