"""The worker's end: what is on its way when it closes reaches nobody."""

import threading

from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from console.desk.worker import Worker


def test_a_result_on_its_way_at_the_end_is_not_delivered(qtbot: QtBot) -> None:
    worker, done, got = Worker(), threading.Event(), []
    worker.run(lambda: 7, then=got.append)
    worker.run(done.set)
    assert done.wait(5)  # both results wait in the event queue, undelivered
    worker.close()
    QCoreApplication.processEvents()
    assert got == []
