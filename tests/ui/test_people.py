"""People in the window, by keyboard: signing in, the account, handing over, managing accounts."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from console.desk.people.views import Entry, SignInView, StaffView
from console.ui.main_window import MainWindow
from tests.ui import samples
from tests.ui.conftest import settle
from tests.ui.fake_desk import FakeDesk
from tests.ui.test_keys import press
from tests.ui.test_window import words


@pytest.fixture
def signed_out(window: MainWindow, desk: FakeDesk) -> MainWindow:
    desk.status_changed.emit(samples.SIGNED_OUT)
    desk.people.sign_in_changed.emit(samples.SIGN_IN)
    settle()
    return window


def type_and_enter(window: MainWindow, *texts: str) -> None:
    for text in texts:
        QTest.keyClicks(window.focusWidget(), text)
        press(window, "Return")


def test_name_password_and_code_are_typed_with_enter_between(
    signed_out: MainWindow, desk: FakeDesk
) -> None:
    type_and_enter(signed_out, "dana", "four words no one tries", "287082")
    assert desk.asked == [("sign_in", "dana", "four words no one tries", "287082")]


def test_a_first_sign_in_has_no_code_yet(signed_out: MainWindow, desk: FakeDesk) -> None:
    type_and_enter(signed_out, "dana", "KX7M-P2QR-9STV-4WZB", "")
    assert desk.asked == [("sign_in", "dana", "KX7M-P2QR-9STV-4WZB", "")]


def test_an_empty_name_or_password_asks_nobody(signed_out: MainWindow, desk: FakeDesk) -> None:
    press(signed_out, "Return")
    type_and_enter(signed_out, "dana", "")
    assert desk.asked == []
    assert signed_out.focusWidget() is signed_out.lock.signing.edits["password"]


def test_a_refusal_keeps_the_name_and_forgets_the_rest(
    signed_out: MainWindow, desk: FakeDesk
) -> None:
    type_and_enter(signed_out, "dana", "wrong words entirely", "000000")
    desk.people.sign_in_changed.emit(replace(samples.SIGN_IN, login="dana", busy=True))
    settle()
    press(signed_out, "Return")  # nothing twice
    assert len(desk.asked) == 1
    note = "That name, password or code is not right."
    desk.people.sign_in_changed.emit(replace(samples.SIGN_IN, login="dana", note=note))
    settle()
    edits = signed_out.lock.signing.edits
    assert [edits[name].text() for name in ("login", "password", "code")] == ["dana", "", ""]
    assert signed_out.focusWidget() is edits["password"]
    assert signed_out.lock.note == note


def test_the_first_account_is_made_with_its_password_typed_twice(
    window: MainWindow, desk: FakeDesk
) -> None:
    desk.status_changed.emit(samples.SIGNED_OUT)
    desk.people.sign_in_changed.emit(SignInView(Entry.FIRST))
    settle()
    type_and_enter(window, "amira", "Amira Haddad", "four words no one tries", "other words")
    assert desk.asked == []
    assert "not the same" in window.lock.note
    type_and_enter(window, "four words no one tries")
    assert desk.asked == [("make_first", "amira", "Amira Haddad", "four words no one tries")]


def test_a_given_password_is_replaced(window: MainWindow, desk: FakeDesk) -> None:
    desk.status_changed.emit(samples.SIGNED_OUT)
    desk.people.sign_in_changed.emit(SignInView(Entry.PASSWORD, login="dana"))
    settle()
    type_and_enter(window, "four words no one tries", "four words no one tries")
    assert desk.asked == [("choose_password", "four words no one tries")]
    press(window, "Esc")
    assert desk.last() == ("leave_sign_in",)


def test_the_phone_is_added_from_the_picture_or_from_the_letters(
    window: MainWindow, desk: FakeDesk
) -> None:
    import zxingcpp
    from numpy import frombuffer, uint8
    from PySide6.QtGui import QImage

    desk.status_changed.emit(samples.SIGNED_OUT)
    desk.people.sign_in_changed.emit(samples.ENROL)
    settle()
    image = window.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    pixels = frombuffer(image.constBits(), uint8).reshape(image.height(), image.bytesPerLine())
    (found,) = zxingcpp.read_barcodes(pixels[:, : image.width()].copy())
    assert found.text == (f"otpauth://totp/Frontdesk:dana?secret={samples.SECRET}&issuer=Frontdesk")
    assert window.lock.signing.accessibleDescription().startswith("Juliett Bravo Sierra Whiskey;")
    type_and_enter(window, "287082")
    assert desk.asked == [("confirm_phone", "287082")]


def test_recovery_codes_are_shown_and_confirmed(window: MainWindow, desk: FakeDesk) -> None:
    desk.status_changed.emit(samples.SIGNED_OUT)
    desk.people.sign_in_changed.emit(samples.CODES)
    settle()
    assert samples.CODES.codes[0] in window.lock.signing.accessibleDescription()
    press(window, "Return")
    assert desk.asked == [("codes_kept",)]


def test_calls_are_in_hand_while_nobody_is_signed_in(
    signed_out: MainWindow, desk: FakeDesk
) -> None:
    desk.calls_changed.emit((samples.RINGING,))
    desk.pop_changed.emit(samples.OFFERED)
    settle()
    said = words(signed_out)
    assert "Thank you for calling" in said
    assert "555-0142" not in said
    press(signed_out, "F2")
    press(signed_out, "F7")
    assert desk.names() == ["answer", "read_911"]
    for sequence in ("F9", "Ctrl+K", "Alt+3", "Ctrl+Y", "F1", "Ctrl+R"):
        press(signed_out, sequence)
    assert desk.names() == ["answer", "read_911"]


def test_another_person_signs_in_over_a_locked_desk_and_esc_goes_back(
    call: MainWindow, desk: FakeDesk
) -> None:
    desk.status_changed.emit(samples.LOCKED)
    settle()
    press(call, "Ctrl+Shift+L")
    assert desk.asked == [("another_person",)]
    desk.people.sign_in_changed.emit(replace(samples.SIGN_IN, may_leave=True))
    settle()
    assert call.focusWidget() is call.lock.signing.edits["login"]
    press(call, "F8")
    assert desk.last() == ("hang_up", "")
    press(call, "Esc")
    assert desk.last() == ("leave_sign_in",)
    desk.people.sign_in_changed.emit(None)
    settle()
    assert call.focusWidget() is call.lock.unlocking.pin


def test_tab_goes_round_the_sign_in_page(signed_out: MainWindow, desk: FakeDesk) -> None:
    seen = []
    for _ in range(5):
        seen.append(signed_out.focusWidget().accessibleName())
        press(signed_out, "Tab")
    assert seen == ["Login", "Password", "Code", "Sign in", "911 line"]


def test_the_account_by_its_keys(window: MainWindow, desk: FakeDesk) -> None:
    desk.status_changed.emit(samples.IDLE)
    press(window, "Ctrl+Y")
    assert desk.asked == [("show_account",)]
    desk.people.account_changed.emit(samples.ACCOUNT)
    settle()
    assert window.focusWidget() is window.people.account.sign_out
    press(window, "2")
    type_and_enter(window, "my password", "2468", "2469")
    assert "not the same" in window.people.pin.wrong.text()
    type_and_enter(window, "2468")
    assert desk.last() == ("choose_pin", "my password", "2468")
    assert window.sheets.current is None
    desk.people.account_changed.emit(samples.ACCOUNT)
    press(window, "4")
    type_and_enter(window, "caller was cut off")
    assert desk.last() == ("break_glass", "caller was cut off", 30)
    desk.people.account_changed.emit(replace(samples.ACCOUNT, glass="until 20:12"))
    press(window, "4")
    assert desk.last() == ("mend_glass",)
    desk.people.account_changed.emit(samples.ACCOUNT)
    press(window, "1")
    assert desk.last() == ("sign_out",)


def test_a_supervisor_sees_an_alert_first(window: MainWindow, desk: FakeDesk) -> None:
    desk.people.account_changed.emit(samples.ADMINISTRATOR)
    settle()
    press(window, "Return")
    assert desk.last() == ("alert_seen", 3)
    press(window, "5")
    assert desk.last() == ("show_staff",)
    press(window, "Esc")
    assert desk.last() == ("leave_account",)
    assert window.sheets.current is None


def test_emergency_access_stands_on_screen_all_the_while(call: MainWindow, desk: FakeDesk) -> None:
    words_shown = "Emergency access until 20:12: caller was cut off"
    desk.status_changed.emit(replace(samples.STATUS, glass=words_shown))
    settle()
    assert call.glass.isVisible()
    assert call.glass.accessibleName() == words_shown
    assert call.centre.y() == call.glass.geometry().bottom() + 1
    desk.status_changed.emit(samples.STATUS)
    settle()
    assert not call.glass.isVisible()


def test_urgent_work_is_handed_over_by_arrows_and_digits(
    window: MainWindow, desk: FakeDesk
) -> None:
    desk.people.hand_over_changed.emit(samples.HAND_OVER)
    settle()
    press(window, "Down")
    press(window, "2")
    assert desk.asked == [("hand", "message.9", "vera")]
    left = replace(samples.HAND_OVER, items=samples.HAND_OVER.items[::2])
    desk.people.hand_over_changed.emit(left)
    settle()
    press(window, "1")
    assert desk.last() == ("hand", "callback.2", "sam")
    desk.people.hand_over_changed.emit(replace(left, takers=()))
    settle()
    assert window.people.hand_over.nobody.isVisible()
    press(window, "Esc")
    assert desk.last() == ("leave_hand_over",)


def test_people_are_managed_by_keys(window: MainWindow, desk: FakeDesk) -> None:
    desk.people.staff_changed.emit(samples.STAFF)
    settle()
    sheet = window.people.staff
    assert "KX7M-P2QR-9STV-4WZB" in sheet.given.text()
    press(window, "Down")
    for key, intent in (
        ("P", ("reset_password", "dana")),
        ("E", ("enrol_again", "dana")),
        ("D", ("set_active", "dana", False)),
    ):
        desk.asked.clear()
        press(window, key)
        assert desk.asked == []  # once more, to be sure
        assert "Dana Whitfield" in sheet.note.text()
        press(window, key)
        assert desk.asked == [intent]
    press(window, "P")
    press(window, "Down")
    press(window, "P")
    assert desk.asked == [("set_active", "dana", False)]  # another row asks anew
    press(window, "End")
    press(window, "D")
    assert desk.last() == ("set_active", "vera", True)
    press(window, "Esc")
    assert desk.last() == ("leave_staff",)


def test_somebody_is_added_by_keys(window: MainWindow, desk: FakeDesk) -> None:
    desk.people.staff_changed.emit(samples.STAFF)
    settle()
    press(window, "A")
    QTest.keyClicks(window.focusWidget(), "bo")
    press(window, "Return")
    QTest.keyClicks(window.focusWidget(), "Bo Larsen")
    press(window, "Tab")
    press(window, "4")
    press(window, "Tab")
    QTest.keyClicks(window.focusWidget(), "nowhere")
    press(window, "Return")
    assert "No practice" in window.people.person.wrong.text()
    window.focusWidget().clear()  # type: ignore[union-attr]
    QTest.keyClicks(window.focusWidget(), "maple")
    press(window, "Return")
    assert desk.asked == [("add_person", "bo", "Bo Larsen", "liaison", "maple_pediatrics")]


def test_a_role_is_changed_by_keys(window: MainWindow, desk: FakeDesk) -> None:
    desk.people.staff_changed.emit(samples.STAFF)
    settle()
    press(window, "Down")
    press(window, "R")
    settle()
    press(window, "Right")
    press(window, "Tab")
    press(window, "Return")
    assert desk.last() == ("change_role", "dana", "supervisor", "")
    desk.people.staff_changed.emit(samples.STAFF)
    assert window.sheets.current is window.people.staff


def test_a_long_list_is_walked(window: MainWindow, desk: FakeDesk) -> None:
    rows = tuple(replace(samples.STAFF.rows[1], login=f"p{n}", name=f"P {n}") for n in range(40))
    desk.people.staff_changed.emit(StaffView(rows, ()))
    settle()
    list_ = window.people.staff.rows
    for _ in range(12):
        press(window, "Down")
    assert list_.key == "p12"
    press(window, "End")
    assert list_.key == "p39"
    press(window, "Home")
    assert list_.key == "p0"


def test_locking_closes_what_people_sheets_show(window: MainWindow, desk: FakeDesk) -> None:
    desk.status_changed.emit(samples.IDLE)
    desk.people.staff_changed.emit(samples.STAFF)
    settle()
    desk.status_changed.emit(replace(samples.IDLE, locked=True))
    settle()
    assert window.sheets.current is None
    assert not window.people.staff.isVisible()


def test_a_hand_on_key_or_mouse_is_seen(window: MainWindow, desk: FakeDesk) -> None:
    native = window.windowHandle()
    QTest.keyClick(native, Qt.Key.Key_Shift)
    assert desk.people.times_seen == 1
    QTest.mouseClick(native, Qt.MouseButton.LeftButton)
    assert desk.people.times_seen == 1  # once a second is enough
    window.presence._told = 0.0
    QTest.mouseClick(native, Qt.MouseButton.LeftButton)
    assert desk.people.times_seen == 2


# --- a liaison ---------------------------------------------------------------------------------


@pytest.fixture
def reading(signed_out: MainWindow, desk: FakeDesk) -> MainWindow:
    """The window with a liaison reading, and the sign-in page beneath."""
    desk.people.liaison_changed.emit(samples.LIAISON)
    desk.people.sign_in_changed.emit(samples.SIGN_IN)
    settle()
    return signed_out


def test_a_liaison_turns_by_letter_and_signs_out(reading: MainWindow, desk: FakeDesk) -> None:
    page = reading.liaison
    assert page.isVisible()
    assert reading.focusWidget() is page.table
    assert page.table.cells.rows == samples.LIAISON.messages.rows
    assert page.whole() == samples.LIAISON.messages.whole[0]
    press(reading, "Down")
    assert page.whole() == samples.LIAISON.messages.whole[1]
    press(reading, "C")
    assert page.table.cells.rows == samples.LIAISON.calls.rows
    press(reading, "F")
    assert page.table.cells.heads == samples.LIAISON.figures.heads
    desk.people.liaison_changed.emit(samples.LIAISON)  # read again: the part in hand stays
    assert page.table.cells.heads == samples.LIAISON.figures.heads
    for _ in range(8):
        press(reading, "Tab")
        focus = reading.focusWidget()
        assert focus is not None
        assert page.isAncestorOf(focus)
        assert focus.accessibleName()
    press(reading, "O")
    assert desk.last() == ("leave_liaison",)
    desk.people.liaison_changed.emit(None)
    settle()
    assert not page.isVisible()
    assert page.table.cells.rows == ()
    assert reading.focusWidget() is reading.lock.signing.edits["login"]


def test_a_message_is_confirmed_by_key_and_stays_in_hand_when_others_come(
    reading: MainWindow, desk: FakeDesk
) -> None:
    page, messages = reading.liaison, samples.LIAISON.messages
    press(reading, "Down")
    press(reading, "R")
    assert desk.last() == ("confirm_message", 8)
    newer = replace(
        messages,
        rows=(messages.rows[0], *messages.rows),
        whole=("A new one", *messages.whole),
        keys=(9, *messages.keys),
        open=frozenset({7, 8, 9}),
    )
    desk.people.liaison_changed.emit(replace(samples.LIAISON, messages=newer))
    settle()
    assert page.whole() == messages.whole[1]
    desk.asked.clear()
    press(reading, "R")
    assert desk.asked == [("confirm_message", 8)]
    done = replace(newer, rows=(*newer.rows[:2], messages.rows[0]), open=frozenset({7, 9}))
    desk.people.liaison_changed.emit(replace(samples.LIAISON, messages=done))
    settle()
    assert not page.read.isVisible()
    press(reading, "R")
    press(reading, "C")
    press(reading, "R")
    assert desk.names().count("confirm_message") == 1


def test_a_call_goes_before_a_liaison_s_reading(reading: MainWindow, desk: FakeDesk) -> None:
    desk.calls_changed.emit((samples.RINGING,))
    settle()
    assert not reading.liaison.isVisible()
    assert reading.lock.isVisible()
    press(reading, "F2")
    assert desk.last()[0] == "answer"
    desk.calls_changed.emit(())
    settle()
    assert reading.liaison.isVisible()
    assert reading.focusWidget() is reading.liaison.table
