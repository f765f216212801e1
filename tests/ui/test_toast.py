"""A call that rings behind other windows is told by the system, without a word about the caller."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import ClassInfo, QObject, Slot
from PySide6.QtDBus import QDBusConnection
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from console.ui import toast
from console.ui.main_window import MainWindow
from tests.ui import samples
from tests.ui.fake_desk import FakeDesk

pytestmark = pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="no D-Bus here")


@ClassInfo({"D-Bus Interface": toast.INTERFACE})
class Portal(QObject):
    """The desktop's portal, on a bus of the test's own."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: dict[str, dict[str, Any]] = {}
        self.ever = 0

    @Slot(str, "QVariantMap")
    def AddNotification(self, name: str, told: dict[str, Any]) -> None:  # noqa: N802
        self.shown[name] = dict(told)
        self.ever += 1

    @Slot(str)
    def RemoveNotification(self, name: str) -> None:  # noqa: N802
        self.shown.pop(name, None)


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1",
         f"--address=unix:path={tmp_path}/bus"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )  # fmt: skip
    assert daemon.stdout is not None
    yield daemon.stdout.readline().strip()
    daemon.stdout.close()
    daemon.terminate()
    daemon.wait(5)


@pytest.fixture
def portal(address: str) -> Iterator[Portal]:
    bus = QDBusConnection.connectToBus(address, "portal")
    made = Portal()
    assert bus.registerService(toast.PORTAL)
    assert bus.registerObject(toast.PATH, made, QDBusConnection.RegisterOption.ExportAllSlots)
    yield made
    QDBusConnection.disconnectFromBus("portal")


@pytest.fixture
def behind(window: MainWindow, address: str, qtbot: QtBot) -> Iterator[MainWindow]:
    """The desk's window behind another one, on the bus of the test."""
    window.toasts.use_bus(QDBusConnection.connectToBus(address, "desk"))
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is other)
    yield window
    QDBusConnection.disconnectFromBus("desk")


def test_a_call_behind_other_windows_is_told_until_nothing_rings(
    behind: MainWindow,
    desk: FakeDesk,
    portal: Portal,
    qtbot: QtBot,
) -> None:
    desk.calls_changed.emit((samples.RINGING,))
    qtbot.waitUntil(lambda: bool(portal.shown))
    (told,) = portal.shown.values()
    assert (told["title"], told["body"]) == ("Frontdesk", "A call is ringing")
    for private in (samples.RINGING.title, samples.RINGING.practice):
        assert private not in str(told)
    desk.calls_changed.emit((samples.ACTIVE,))
    qtbot.waitUntil(lambda: not portal.shown)


def test_two_calls_are_told_once(
    behind: MainWindow,
    desk: FakeDesk,
    portal: Portal,
    qtbot: QtBot,
) -> None:
    desk.calls_changed.emit((samples.RINGING,))
    qtbot.waitUntil(lambda: bool(portal.shown))
    desk.calls_changed.emit((samples.RINGING, *samples.WAITING))
    desk.calls_changed.emit(())
    qtbot.waitUntil(lambda: not portal.shown)
    assert portal.ever == 1


def test_in_front_of_the_receptionist_nothing_is_told(
    window: MainWindow, desk: FakeDesk, portal: Portal, address: str, qtbot: QtBot
) -> None:
    window.toasts.use_bus(QDBusConnection.connectToBus(address, "front"))
    desk.calls_changed.emit((samples.RINGING,))
    qtbot.wait(60)
    assert portal.ever == 0
    QDBusConnection.disconnectFromBus("front")


def test_without_a_portal_or_a_tray_the_window_is_raised_all_the_same(
    behind: MainWindow, desk: FakeDesk, qtbot: QtBot
) -> None:
    desk.calls_changed.emit((samples.RINGING,))
    qtbot.waitUntil(lambda: behind.toasts._bus is None)  # nobody answered for the portal
    desk.calls_changed.emit(())
    assert not behind.toasts._shown
