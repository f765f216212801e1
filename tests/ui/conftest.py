"""A window with a fake desk behind it and a clock that stands still."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.ui.main_window import MainWindow
from console.ui.theme import theme
from tests.ui import samples
from tests.ui.fake_desk import FakeDesk


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def window(desk: FakeDesk, qtbot: QtBot) -> Iterator[MainWindow]:
    """Return a shown window of the design's size."""
    made = MainWindow(desk, clock=lambda: samples.NOW)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitExposed(made)
    qtbot.waitUntil(lambda: QApplication.activeWindow() is made)
    yield made
    made.set_scale(1.0)
    theme.rescale(1.0)


@pytest.fixture
def call(desk: FakeDesk, window: MainWindow) -> MainWindow:
    """Return a window with the picture's call on it."""
    desk.status_changed.emit(samples.STATUS)
    desk.calls_changed.emit(samples.CALLS)
    desk.pop_changed.emit(samples.POP)
    desk.form_changed.emit(samples.FORM)
    settle()
    desk.asked.clear()
    return window


def settle() -> None:
    """Let the layout and the paint that are due happen."""
    for _ in range(3):
        QApplication.processEvents()
