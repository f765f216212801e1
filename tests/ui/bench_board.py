"""What a screen of the board costs at 100,000 rows.

`xvfb-run python -m tests.ui.bench_board` prints milliseconds of the processor's time: `page`, Page
Down to the next screen, painted; `row`, Down by one row, painted; `tick`, the second's repaint of
the running times; `few`, the same as `page` with 200 rows, to compare with. A frame at 60 a second
has 16.7 ms.
"""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.ui.main_window import MainWindow
from console.ui.theme import dress
from tests.ui import samples
from tests.ui.bench_floor import say, timed
from tests.ui.fake_desk import FakeDesk
from tests.ui.test_board import line, view

ROWS, FEW = 100_000, 200


def main() -> None:
    """Measure, and print."""
    application = QApplication([])
    dress(application)
    desk = FakeDesk()
    window = MainWindow(desk, clock=lambda: samples.NOW)
    window.resize(1440, 900)
    window.show()
    board = window.sheets.board

    def fill(rows: int) -> None:
        desk.board.shown.emit(view(tuple(line(number) for number in range(rows, 0, -1))))
        board.list.setCurrentIndex(board.model.index(0, 0))
        application.processEvents()

    def press(key: Qt.Key) -> None:
        QTest.keyClick(board.list, key)
        board.list.viewport().repaint()

    fill(FEW)
    few = timed(lambda at: press(Qt.Key.Key_PageUp if at % 2 else Qt.Key.Key_PageDown))
    fill(ROWS)
    page = timed(lambda _: press(Qt.Key.Key_PageDown))
    row = timed(lambda _: press(Qt.Key.Key_Down))

    def tick(_: int) -> None:
        board.tick()
        board.list.viewport().repaint()

    for name, found in (("page", page), ("row", row), ("tick", timed(tick)), ("few", few)):
        say(name, found)


if __name__ == "__main__":
    main()
