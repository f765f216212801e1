"""The board on screen, worked by keys alone."""

from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.desk.board.port import (
    AmendField,
    AmendView,
    Asked,
    BoardAct,
    BoardLine,
    BoardView,
    Pick,
    QuestionView,
    RecordView,
    Tone,
)
from console.ui.board.sheet import BoardSheet
from console.ui.main_window import MainWindow
from console.ui.theme import SCALES
from tests.ui import samples
from tests.ui.conftest import settle
from tests.ui.fake_desk import FakeDesk
from tests.ui.test_keys import press

OWNING = frozenset({BoardAct.TAKE, BoardAct.HAND})


def line(number: int, **changes: object) -> BoardLine:
    since = samples.NOW - timedelta(minutes=number)
    made = BoardLine(
        key=f"task.{number}", tone=Tone.PLAIN, what=f"Task {number}", detail="Look.",
        practice="Riverside Family Medicine", owner="Nobody", since=since, touched_at=since,
        touched_by="", acts=OWNING | {BoardAct.DONE, BoardAct.HOLD},
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


ESCALATION = line(
    72, key="escalation.1", tone=Tone.URGENT, what="Escalation R7K4A for Dr. Ifeoma Okafor",
    detail="Being paged", owner="You", next="Page Dr. Ana Ortega",
    next_at=samples.NOW + timedelta(seconds=192), paged="Dr. Ifeoma Okafor (sms)",
    touched_by="Sam Osei", touched_at=samples.NOW - timedelta(minutes=4),
    acts=frozenset({BoardAct.HAND, BoardAct.ACKNOWLEDGE, BoardAct.ESCALATE, BoardAct.REACH,
                    BoardAct.CLOSE}),
)  # fmt: skip
LINES = (ESCALATION, line(50, tone=Tone.OVERDUE), *(line(n) for n in range(40, 10, -1)))


def view(lines: tuple[BoardLine, ...] = LINES, *, more: bool = False) -> BoardView:
    return BoardView(
        asked=Asked(),
        lines=lines,
        more=more,
        to_do=len(lines),
        urgent=1,
        whose=(Pick("", "Everybody’s"), Pick("mine", "Mine")),
        practices=(Pick("", "All practices"), Pick("riverside", "Riverside Family Medicine")),
        kinds=(Pick("", "Everything"), Pick("escalation", "Escalations")),
    )


def opened(window: MainWindow, desk: FakeDesk, shown: BoardView | None = None) -> BoardSheet:
    press(window, "Ctrl+J")
    desk.board.shown.emit(shown or view())
    settle()
    desk.asked.clear()
    return window.sheets.board


def row(sheet: BoardSheet) -> tuple[str, ...]:
    assert sheet.line is not None
    return sheet.model.cells(sheet.line)


def type_(sheet: BoardSheet, letters: str) -> None:
    QTest.keyClicks(QApplication.focusWidget(), letters)
    settle()


def test_a_key_opens_it_and_esc_closes(window: MainWindow, desk: FakeDesk) -> None:
    press(window, "Ctrl+J")
    assert desk.last() == ("ask_board", Asked())
    desk.board.shown.emit(view())
    settle()
    sheet = window.sheets.board
    assert window.sheets.current is sheet
    assert QApplication.focusWidget() is sheet.list
    assert sheet.accessibleName() == "Board: 32 to do, 1 urgent"
    press(window, "Esc")
    assert desk.last() == ("leave_board",)
    assert window.sheets.current is None


def test_a_row_tells_mark_and_word_ages_and_the_countdown(
    window: MainWindow, desk: FakeDesk
) -> None:
    sheet = opened(window, desk)
    assert row(sheet) == (
        "▲ Urgent",
        "Escalation R7K4A for Dr. Ifeoma Okafor · Being paged",
        "Riverside Family Medicine",
        "You",
        "1 h 12",
        "4 min ago",
        "Page Dr. Ana Ortega in 3:12",
    )
    assert "Paged: Dr. Ifeoma Okafor (sms)." in sheet.detail.text()
    press(window, "Down")
    assert row(sheet)[0] == "● Overdue"
    assert row(sheet)[5] == "Never"


def test_only_the_keys_that_do_something_are_shown(window: MainWindow, desk: FakeDesk) -> None:
    sheet = opened(window, desk)
    shown = {act for act, button in sheet.buttons.items() if button.isVisible()}
    assert shown == ESCALATION.acts
    type_(sheet, "d")  # nothing: an escalation is not done, it is reached and closed
    assert desk.asked == []
    for letter, act in (("a", BoardAct.ACKNOWLEDGE), ("n", BoardAct.ESCALATE),
                        ("r", BoardAct.REACH), ("x", BoardAct.CLOSE)):  # fmt: skip
        type_(sheet, letter)
        assert desk.last() == ("act", "escalation.1", act)
    press(window, "Down")
    for letter, act in (("t", BoardAct.TAKE), ("h", BoardAct.HAND), ("d", BoardAct.DONE),
                        ("p", BoardAct.HOLD)):  # fmt: skip
        type_(sheet, letter)
        assert desk.last() == ("act", "task.50", act)


def test_a_question_is_answered_with_a_digit_or_left(window: MainWindow, desk: FakeDesk) -> None:
    sheet = opened(window, desk)
    picks = (Pick("okafor", "Dr. Ifeoma Okafor", "1"), Pick("ortega", "Dr. Ana Ortega", "2"))
    question = QuestionView("Who has taken it, by phone", picks)
    desk.board.question_changed.emit(question)
    settle()
    assert not any(button.isVisible() for button in sheet.buttons.values())
    type_(sheet, "2")
    assert desk.last() == ("choose", "ortega")
    press(window, "Esc")
    assert desk.last() == ("leave_question",)
    settle()
    assert sheet.buttons[BoardAct.REACH].isVisible()
    assert QApplication.focusWidget() is sheet.list
    assert window.sheets.current is sheet


def test_the_time_line_and_back(window: MainWindow, desk: FakeDesk) -> None:
    sheet = opened(window, desk)
    press(window, "Return")
    assert desk.last() == ("open_record", "escalation.1")
    lines = (("19:42:00  +0:00", "Opened", ""), ("19:42:04  +0:04", "Paged", ""))
    desk.board.record_changed.emit(
        RecordView("Time-line of R7K4A", "Nobody has been notified.", lines, True, True)
    )
    settle()
    type_(sheet, "j")
    assert desk.last() == ("export", "json")
    type_(sheet, "v")
    assert desk.last() == ("have_reviewed",)
    press(window, "Esc")
    assert desk.last() == ("leave_record",)
    settle()
    assert QApplication.focusWidget() is sheet.list


def test_the_row_in_hand_stays_in_hand_when_others_come_and_go(
    window: MainWindow, desk: FakeDesk
) -> None:
    sheet = opened(window, desk)
    press(window, "Down")
    press(window, "Down")
    assert row(sheet)[1].startswith("Task 40")
    desk.board.shown.emit(view((line(90, tone=Tone.URGENT), *LINES[2:])))
    settle()
    assert row(sheet)[1].startswith("Task 40")
    desk.board.shown.emit(view((*LINES[:2], *LINES[3:])))  # somebody has done it
    settle()
    assert sheet.line is not None


def test_the_end_asks_for_more_once(window: MainWindow, desk: FakeDesk) -> None:
    sheet = opened(window, desk, view(more=True))
    press(window, "End")
    settle()
    assert desk.names().count("read_more") == 1
    desk.board.shown.emit(view((*LINES, *(line(n) for n in range(9, 0, -1)))))
    settle()
    assert sheet.model.rowCount() == len(LINES) + 9
    assert row(sheet)[1].startswith("Task 11")


def test_filters_ask(window: MainWindow, desk: FakeDesk) -> None:
    sheet = opened(window, desk)
    combo = sheet.filters["whose"]
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_Down)
    assert desk.last() == ("ask_board", Asked(whose="mine"))


def test_the_top_bar_counts_with_a_word_for_urgent(window: MainWindow, desk: FakeDesk) -> None:
    desk.status_changed.emit(replace(samples.STATUS, to_do=14))
    settle()
    assert window.top.board.text() == "14 to do"
    assert window.top.board.key == "Ctrl+J"
    desk.status_changed.emit(replace(samples.STATUS, to_do=14, to_do_urgent=2))
    settle()
    assert window.top.board.text() == "▲ 2 urgent · 14 to do"
    window.top.board.click()
    assert desk.last() == ("ask_board", Asked())


def test_it_fits_at_any_text_size(window: MainWindow, desk: FakeDesk) -> None:
    sheet = opened(window, desk)
    for scale in SCALES:
        window.set_scale(scale)
        settle()
        assert window.rect().contains(sheet.geometry())


def test_a_locked_desk_shows_none_of_it(window: MainWindow, desk: FakeDesk) -> None:
    sheet = opened(window, desk)
    desk.status_changed.emit(samples.LOCKED)
    settle()
    assert not sheet.isVisible()
    assert not window.top.board.isVisible()


def test_a_message_is_amended_by_keys_and_the_board_comes_back(
    window: MainWindow, desk: FakeDesk
) -> None:
    message = line(9, key="message.4", what="Refill message to clinical staff", can_amend=True)
    opened(window, desk, view((message,)))
    press(window, "E")
    assert desk.last() == ("amend", "message.4")
    fields = tuple(
        AmendField(name, name, text)
        for name, text in (("callback_number", "(515) 555-0142"), ("patient_name", "Ann Example"),
                           ("caller_name", ""), ("reason", "Lisinopril"))
    )  # fmt: skip
    shown = AmendView("4", "Amend message M4 to clinical staff", "Riverside", fields)
    desk.board.amend_changed.emit(shown)
    settle()
    sheet = window.sheets.amend
    assert window.sheets.current is sheet
    assert sheet.edits["callback_number"].hasFocus()
    QTest.keyClicks(QApplication.focusWidget(), "7")
    desk.board.shown.emit(view((message, line(3))))  # a refresh takes nothing from what is typed
    settle()
    assert window.sheets.current is sheet
    press(window, "Ctrl+Return")
    name, words = desk.asked[-1]
    assert name == "save_amended"
    assert words["callback_number"].endswith("7")
    assert words["reason"] == "Lisinopril"
    conflict = replace(shown, conflict="Sam Osei has amended it meanwhile", fields=(
        *fields[:3], AmendField("reason", "Message", "Lisinopril", theirs="Metformin")
    ))  # fmt: skip
    desk.board.amend_changed.emit(conflict)
    settle()
    assert "Metformin" in sheet.notes["reason"].text()
    press(window, "Esc")
    assert desk.last() == ("leave_amended",)
    assert window.sheets.current is None
    press(window, "Ctrl+Shift+E")
    assert desk.last() == ("amend_last",)
