"""Every key of the table does its act, from wherever the focus is."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from console.desk.views import DeskState, KeyWay
from console.ui.keys import KEYS, PRACTICES, SEQUENCES, Act, Key
from console.ui.main_window import MainWindow
from console.ui.theme import theme
from scripts.calltypes import CallType, Outcome
from tests.ui import samples
from tests.ui.conftest import settle
from tests.ui.fake_desk import FakeDesk


def press(window: QWidget, sequence: str) -> None:
    """Press a key combination where the focus is."""
    combination = QKeySequence(sequence)[0]
    focus = window.focusWidget() or window
    QTest.keyClick(focus, combination.key(), combination.keyboardModifiers())


INTENTS = {
    Act.HOLD: ("hold_or_resume", ""),
    Act.MUTE: ("toggle_mute", ""),
    Act.TRANSFER: ("start_transfer",),
    Act.READ_911: ("read_911",),
    Act.CHECKED: ("checked_back",),
    Act.RECORD: ("record",),
    Act.NO_RECORD: ("no_record",),
    Act.RECORDINGS: ("list_recordings",),
    Act.HANG_UP: ("hang_up", ""),
    Act.ESCALATE: ("escalate",),
    Act.ESCAPE: ("dismiss_red_flag",),
    Act.LOCK: ("lock",),
    Act.READY: ("set_ready", False),
    Act.FINISH: ("finish",),
    Act.BACK: ("back_step",),
    Act.WAITING: ("open_waiting",),
    Act.STATED: ("mark_already_stated", "symptom"),
    Act.SKIP: ("skip_question", "symptom"),
    Act.STEP_BEFORE: ("go_to_step", 1),
    Act.STEP_AFTER: ("go_to_step", 3),
}


@pytest.mark.parametrize(
    "key", [key for key in KEYS if key.act in INTENTS], ids=lambda k: k.sequence
)
def test_a_key_is_an_intent(call: MainWindow, desk: FakeDesk, key: Key) -> None:
    for sequence in (key.sequence, *key.others):
        desk.asked.clear()
        press(call, sequence)
        assert desk.asked == [INTENTS[key.act]]


@pytest.mark.parametrize("number", range(1, 8))
def test_alt_and_a_digit_say_what_kind_of_call_it_is(
    call: MainWindow, desk: FakeDesk, number: int
) -> None:
    press(call, f"Alt+{number}")
    assert desk.asked == [("choose_type", list(CallType)[number - 1])]


def test_f2_answers_the_call_that_rings(window: MainWindow, desk: FakeDesk) -> None:
    desk.calls_changed.emit((samples.RINGING,))
    press(window, "F2")
    press(window, "Shift+F2")
    assert desk.asked == [("answer", ""), ("decline", "")]


def test_f2_answers_a_second_call_beside_the_selected_one(call: MainWindow, desk: FakeDesk) -> None:
    second = replace(samples.RINGING, call="9", selected=False, key="Ctrl+2")
    desk.calls_changed.emit((samples.ACTIVE, second))
    press(call, "F2")
    assert desk.asked == [("answer", "9")]


def test_a_key_does_nothing_a_call_cannot_do(window: MainWindow, desk: FakeDesk) -> None:
    desk.calls_changed.emit((samples.RINGING,))
    for sequence in ("F3", "F4", "F5", "F6", "F8"):
        press(window, sequence)
    assert desk.asked == []
    assert window.sheets.current is None


def test_ctrl_and_a_digit_go_to_a_call(call: MainWindow, desk: FakeDesk) -> None:
    press(call, "Ctrl+2")
    assert desk.asked == [("select_call", "2")]


def test_f5_opens_the_keypad_and_digits_go_out(call: MainWindow, desk: FakeDesk) -> None:
    press(call, "F5")
    QTest.keyClicks(call.focusWidget(), "12#")
    assert desk.asked == [("send_digits", each, KeyWay.AS_SET) for each in "12#"]
    QTest.keyClicks(call.focusWidget(), "i5")
    assert desk.last() == ("send_digits", "5", KeyWay.INFO)
    press(call, "Esc")
    assert call.sheets.current is None


def test_f12_declines_the_call_that_rings_otherwise(window: MainWindow, desk: FakeDesk) -> None:
    desk.calls_changed.emit((samples.RINGING,))
    press(window, "F12")
    assert desk.asked == [("start_decline", "")]
    desk.decline_changed.emit(samples.DECLINE)
    assert window.sheets.current is window.sheets.decline
    press(window, "B")
    assert desk.last() == ("decline_busy",)
    press(window, "1")
    assert desk.last() == ("forward", samples.DECLINE.choices[0].target)
    window.sheets.decline.number.setFocus()
    QTest.keyClicks(window.sheets.decline.number, "5155550188")
    press(window, "Return")
    assert desk.last() == ("forward", "5155550188")
    press(window, "Esc")
    assert desk.last() == ("cancel_decline",)
    desk.decline_changed.emit(None)
    assert window.sheets.current is None


def test_f12_is_for_the_call_beside_the_one_in_hand(call: MainWindow, desk: FakeDesk) -> None:
    second = replace(samples.RINGING, call="9", selected=False, key="Ctrl+2")
    desk.calls_changed.emit((samples.ACTIVE, second))
    press(call, "F12")
    assert desk.asked == [("start_decline", "9")]


def test_ctrl_d_calls_a_number_for_a_practice(window: MainWindow, desk: FakeDesk) -> None:
    press(window, "Ctrl+D")
    assert desk.asked == [("start_dial",)]
    desk.dial_changed.emit(samples.DIAL)
    sheet = window.sheets.dial
    assert window.sheets.current is sheet
    QTest.keyClicks(window.focusWidget(), "515 555 0188")
    press(window, "Down")
    assert desk.last() == ("dial_for", samples.DIAL.practices[1].practice_id)
    press(window, "Return")
    assert desk.last() == ("dial", "515 555 0188")
    desk.dial_changed.emit(replace(samples.DIAL, problem="Type a whole number."))
    assert sheet.number.text() == "515 555 0188"
    assert sheet.problem.text() == "✕ Type a whole number."
    QTest.keyClicks(window.focusWidget(), "9")
    assert sheet.problem.text() == ""
    sheet.search.setFocus()
    QTest.keyClicks(sheet.search, "ma")
    assert desk.last() == ("find_practice", "ma")
    press(window, "Return")
    assert window.focusWidget() is sheet.number
    press(window, "Esc")
    assert desk.last() == ("cancel_dial",)


def test_f10_offers_the_end_of_a_call_this_desk_made(call: MainWindow, desk: FakeDesk) -> None:
    press(call, "F10")
    QTest.keyClicks(call.focusWidget(), "0")
    assert desk.asked == []
    press(call, "Esc")
    desk.calls_changed.emit((replace(samples.ACTIVE, outgoing=True),))
    press(call, "F10")
    QTest.keyClicks(call.focusWidget(), "0")
    assert desk.asked == [("end_as", Outcome.ANSWERED)]


def test_f10_ends_a_call_otherwise(call: MainWindow, desk: FakeDesk) -> None:
    press(call, "F10")
    QTest.keyClicks(call.focusWidget(), "2")
    assert desk.asked == [("end_as", Outcome.SALES)]
    assert call.sheets.current is None


def test_f1_tells_every_key(call: MainWindow) -> None:
    press(call, "F1")
    assert call.sheets.current is call.sheets.keys
    told = {each.accessibleName().split(": ")[0] for each in call.sheets.keys.findChildren(QWidget)}
    here = [key for key in KEYS if key.act is not Act.SELECT_CALL and key.group != PRACTICES]
    missing = {key.sequence for key in here} - told
    assert not missing


def test_ctrl_k_searches_and_enter_reads(call: MainWindow, desk: FakeDesk) -> None:
    press(call, "Ctrl+K")
    QTest.keyClicks(call.focusWidget(), "in")
    assert desk.asked == [("search_facts", "i"), ("search_facts", "in")]
    desk.facts_found.emit((samples.POP.facts[2], samples.POP.facts[0]))
    press(call, "Down")
    press(call, "Return")
    assert desk.last() == ("read_fact", "Hours")
    assert call.sheets.fact.text.text() == samples.POP.facts[0].full


def test_escape_in_the_search_goes_back_to_the_form(call: MainWindow, desk: FakeDesk) -> None:
    press(call, "Ctrl+K")
    QTest.keyClicks(call.focusWidget(), "x")
    press(call, "Esc")
    assert desk.last() == ("search_facts", "")
    assert call.focusWidget().accessibleName() == samples.FORM.fields[0].label


def test_page_keys_turn_the_open_times(call: MainWindow, desk: FakeDesk) -> None:
    desk.form_changed.emit(samples.BOOKING)
    press(call, "PgDown")
    press(call, "PgUp")
    assert desk.asked == [("more_times", "time"), ("earlier_times", "time")]


def test_ctrl_b_goes_to_the_callers_to_call_back(call: MainWindow, desk: FakeDesk) -> None:
    desk.callbacks_changed.emit(samples.CALLBACKS)
    settle()
    press(call, "Ctrl+B")
    press(call, "Return")
    press(call, "Tab")
    press(call, "Return")
    assert desk.asked == [("call_back", 7), ("callback_done", 7)]


def test_ctrl_u_offers_the_unfinished_forms_again(window: MainWindow, desk: FakeDesk) -> None:
    desk.unfinished_changed.emit(samples.UNFINISHED)
    press(window, "Esc")
    assert window.sheets.current is None
    press(window, "Ctrl+U")
    press(window, "Return")
    assert desk.asked == [("resume_form", "d1")]


def test_throwing_a_form_away_is_asked_twice(window: MainWindow, desk: FakeDesk) -> None:
    desk.unfinished_changed.emit(samples.UNFINISHED)
    press(window, "Del")
    assert desk.asked == []
    press(window, "Del")
    assert desk.asked == [("discard_form", "d1")]


def test_text_grows_and_shrinks(call: MainWindow) -> None:
    press(call, "Ctrl+=")
    assert theme.scale == pytest.approx(1.1)
    press(call, "Ctrl+-")
    press(call, "Ctrl+-")
    assert theme.scale == pytest.approx(0.9)
    press(call, "Ctrl+0")
    assert theme.scale == pytest.approx(1.0)


def test_ctrl_r_makes_ready_again(window: MainWindow, desk: FakeDesk) -> None:
    desk.status_changed.emit(replace(samples.IDLE, state=DeskState.NOT_READY))
    press(window, "Ctrl+R")
    assert desk.asked == [("set_ready", True)]


def test_ctrl_r_during_a_test_takes_the_desk_out(window: MainWindow, desk: FakeDesk) -> None:
    desk.status_changed.emit(samples.TESTING)
    press(window, "Ctrl+R")
    assert desk.asked == [("set_ready", False)]


def test_transfer_by_key_and_by_number(call: MainWindow, desk: FakeDesk) -> None:
    desk.transfer_changed.emit(samples.TRANSFERS)
    QTest.keyClicks(call.focusWidget(), "2")
    press(call, "Return")
    press(call, "Shift+Return")
    assert desk.asked == [
        ("consult", "+15155550111"),
        ("consult", "+15155550110"),
        ("transfer_to", "+15155550110"),
    ]
    call.sheets.transfer.number.setFocus()
    QTest.keyClicks(call.focusWidget(), "5155550100")
    press(call, "Return")
    assert desk.last() == ("consult", "5155550100")
    press(call, "Shift+Return")
    assert desk.last() == ("transfer_to", "5155550100")
    press(call, "Esc")
    assert desk.last() == ("cancel_transfer",)
    assert call.sheets.current is call.sheets.transfer, "it closes on the desk's word"
    desk.transfer_changed.emit(None)
    assert call.sheets.current is None


def test_the_keys_of_a_consult(call: MainWindow, desk: FakeDesk) -> None:
    desk.calls_changed.emit(samples.CONSULT)
    for sequence in ("F3", "F6", "Shift+F6", "Shift+F3"):
        press(call, sequence)
    assert desk.names() == [
        "swap_consult",
        "complete_transfer",
        "cancel_consult",
        "join_or_split",
    ]
    desk.asked.clear()
    press(call, "F8")
    press(call, "F4")
    assert desk.asked == [("hang_up", "3"), ("toggle_mute", "3")], "of the one spoken with"


def test_the_keys_of_a_conference(call: MainWindow, desk: FakeDesk) -> None:
    desk.calls_changed.emit(samples.CONFERENCE)
    for sequence in ("F3", "F6", "Shift+F6", "Shift+F3", "F8"):
        press(call, sequence)
    assert desk.asked == [
        ("hold_or_resume", ""),
        ("complete_transfer",),
        ("join_or_split",),
        ("hang_up", ""),
    ]


def test_escalation_by_key(call: MainWindow, desk: FakeDesk) -> None:
    desk.escalation_changed.emit(samples.ESCALATION)
    QTest.keyClicks(call.focusWidget(), "2")
    press(call, "Esc")
    assert desk.asked == [("choose_escalation", "page"), ("cancel_escalation",)]


def test_a_try_to_reach_somebody_by_key(call: MainWindow, desk: FakeDesk) -> None:
    desk.escalation_changed.emit(samples.ESCALATION)
    press(call, "F9")
    desk.escalation_changed.emit(None)
    desk.reach_changed.emit(samples.REACHING)
    sheet = call.sheets.reach
    assert call.sheets.current is sheet
    assert sheet.time_left.text() == "Back to the caller in 0:18"
    assert "waiting for 1, now" in sheet.steps[3].accessibleName()
    QTest.keyClick(call.focusWidget(), Qt.Key.Key_Return)  # ends nothing
    desk.reach_changed.emit(samples.REACHED)
    assert not sheet.time_left.isVisible()
    QTest.keyClicks(call.focusWidget(), "J")
    desk.reach_changed.emit(samples.NOT_REACHED)
    QTest.keyClick(call.focusWidget(), Qt.Key.Key_Return)
    press(call, "Esc")
    assert desk.asked == [
        ("escalate",),
        ("hide_reach",),
        ("choose_reach", "join"),
        ("choose_reach", "next"),
        ("hide_reach",),
    ]


def test_live_call_keys_work_while_a_sheet_is_open(call: MainWindow, desk: FakeDesk) -> None:
    desk.escalation_changed.emit(samples.ESCALATION)
    press(call, "F3")
    press(call, "F8")
    assert desk.asked == [("hold_or_resume", ""), ("hang_up", "")]


def test_no_two_keys_are_the_same() -> None:
    every = [sequence for key in KEYS for sequence in (key.sequence, *key.others)]
    assert len(every) == len(set(every)) == len(SEQUENCES)
    assert all(not QKeySequence(each).isEmpty() for each in every)


def test_a_held_key_answers_once(window: MainWindow) -> None:
    for shortcut in window.shortcuts:
        if shortcut.key() in (QKeySequence("F2"), QKeySequence("F8"), QKeySequence("Ctrl+Return")):
            assert not shortcut.autoRepeat()
            assert shortcut.context() is Qt.ShortcutContext.WindowShortcut


def test_ctrl_h_opens_the_headset_and_single_keys_try_it(call: MainWindow, desk: FakeDesk) -> None:
    press(call, "Ctrl+H")
    assert desk.last() == ("open_headset",)
    desk.headset_changed.emit(samples.HEADSET)
    sheet = call.sheets.headset
    assert call.sheets.current is sheet
    assert call.focusWidget() is sheet.parts["microphone"].devices.buttons[1], "the chosen one"
    for key, intent in (("H", "hear"), ("T", "tone"), ("R", "ring")):
        press(call, key)
        assert desk.last() == ("try_sound", intent)
    press(call, "S")
    assert desk.last() == ("choose_ringing", "soft")
    press(call, "Down")
    press(call, "Space")
    assert desk.last() == ("choose_device", "microphone", "Built-in Audio Analog Stereo")
    press(call, "Up")
    press(call, "Return")
    assert desk.last() == ("choose_device", "microphone", "Jabra Evolve2 40")
    desk.level_changed.emit(-22.0, -96.0)
    meter = sheet.parts["microphone"].meter
    assert meter is not None
    assert meter.accessibleName() == "Microphone level: −22 dB"
    press(call, "Esc")
    assert desk.last() == ("close_headset",)
    desk.headset_changed.emit(None)
    assert call.sheets.current is None


def test_a_break_by_its_key_and_a_digit(window: MainWindow, desk: FakeDesk) -> None:
    desk.status_changed.emit(samples.IDLE)
    press(window, "Ctrl+Shift+R")
    assert window.sheets.current is window.sheets.breaks
    press(window, "2")
    assert desk.last() == ("take_break", "Lunch")
    assert window.sheets.current is None
