"""Shows the window in one of its states: `python -m tests.ui.show call --shot call.png`."""

import argparse
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from console.desk.people.views import Entry, SignInView
from console.desk.pop import SAY_TO_WHO_REFUSES
from console.desk.views import (
    CheckBackView,
    DeskState,
    Light,
    LineState,
    Notice,
    PlaybackView,
)
from console.desk.waiting.views import Standing
from console.ui.main_window import MainWindow
from console.ui.theme import dress
from tests.ui import floor_samples, samples
from tests.ui.fake_desk import FakeDesk
from tests.ui.test_board import view as board_view
from tests.ui.test_callers import EMPTY, FOUND, HISTORY
from tests.ui.test_figures import MONTH, figures
from tests.ui.test_set_aside import AMEND
from tests.ui.test_set_aside import VIEW as ASIDE
from tests.ui.test_waiting import VIEW as WAITING


def on_call(desk: FakeDesk, window: MainWindow) -> None:
    desk.status_changed.emit(samples.STATUS)
    desk.calls_changed.emit(samples.CALLS)
    desk.pop_changed.emit(samples.POP)
    desk.form_changed.emit(samples.FORM)
    desk.level_changed.emit(-32.0, -18.0)


def idle(desk: FakeDesk, window: MainWindow) -> None:
    desk.status_changed.emit(samples.IDLE)
    desk.calls_changed.emit(())
    desk.pop_changed.emit(None)
    desk.callbacks_changed.emit(samples.CALLBACKS)


def not_ready(desk: FakeDesk, window: MainWindow) -> None:
    idle(desk, window)
    desk.status_changed.emit(
        replace(samples.IDLE, state=DeskState.NOT_READY, state_label="Not ready")
    )


def ringing(desk: FakeDesk, window: MainWindow) -> None:
    desk.status_changed.emit(samples.RING)
    desk.calls_changed.emit((samples.RINGING, samples.HELD, *samples.WAITING))
    desk.pop_changed.emit(samples.OFFERED)


def read_back(desk: FakeDesk, window: MainWindow) -> None:
    on_call(desk, window)
    desk.form_changed.emit(samples.READ_BACK)


def booking(desk: FakeDesk, window: MainWindow) -> None:
    on_call(desk, window)
    desk.form_changed.emit(samples.BOOKING)
    desk.pop_changed.emit(replace(samples.POP, facts_locked="A symptom has been told: only the "
                                  "provider on call may answer questions now."))  # fmt: skip
    desk.notice.emit(Notice("Time taken", "Wed 25 Nov 09:20 has just been booked by another desk.",
                            Light.WARN))  # fmt: skip


def month(desk: FakeDesk, window: MainWindow) -> None:
    desk.status_changed.emit(replace(samples.IDLE, may_edit_practices=True))
    desk.figures.page = figures()
    window.pages.toggle_figures()
    desk.figures.months.shown.emit(MONTH)  # type: ignore[attr-defined]


def waiting(desk: FakeDesk, window: MainWindow) -> None:
    on_call(desk, window)
    desk.form_changed.emit(samples.BOOKING)
    standing = (Standing("4", "Ann Example: Office visit, mornings only, until 24 December"),)
    desk.waiting.shown.emit(replace(WAITING, standing=standing))


def floor(desk: FakeDesk, window: MainWindow) -> None:
    desk.status_changed.emit(replace(samples.IDLE, may_edit_practices=True))
    desk.floor.page = floor_samples.floor()
    window.pages.toggle_floor()


def listening(desk: FakeDesk, window: MainWindow) -> None:
    floor(desk, window)
    desk.floor.changed.emit(floor_samples.listening())


def agent_sheet(desk: FakeDesk, window: MainWindow) -> None:
    floor(desk, window)
    if window.pages.on_floor is not None:
        window.pages.on_floor.open_agent("PJSIP/dana")


def waiting_sheet(desk: FakeDesk, window: MainWindow) -> None:
    floor(desk, window)
    if window.pages.on_floor is not None:
        window.pages.on_floor.open_waiting()


def large_floor(desk: FakeDesk, window: MainWindow) -> None:
    desk.status_changed.emit(replace(samples.IDLE, may_edit_practices=True))
    desk.floor.page = floor_samples.large_page()
    window.pages.toggle_floor()


def breaks(desk: FakeDesk, window: MainWindow) -> None:
    idle(desk, window)
    window.sheets.open(window.sheets.breaks)


def locked(desk: FakeDesk, window: MainWindow) -> None:
    on_call(desk, window)
    desk.status_changed.emit(samples.LOCKED)


def choose_pin(desk: FakeDesk, window: MainWindow) -> None:
    idle(desk, window)
    desk.status_changed.emit(replace(samples.IDLE, locked=True, lock_needs_pin=True))
    desk.notice.emit(Notice("A PIN has at least 4 characters", "", Light.BAD))


def sign_in(desk: FakeDesk, window: MainWindow) -> None:
    desk.calls_changed.emit((samples.RINGING,))
    desk.pop_changed.emit(samples.OFFERED)
    desk.people.sign_in_changed.emit(samples.SIGN_IN)
    desk.status_changed.emit(samples.SIGNED_OUT)


def sign_in_wrong(desk: FakeDesk, window: MainWindow) -> None:
    desk.status_changed.emit(samples.SIGNED_OUT)
    desk.people.sign_in_changed.emit(
        replace(samples.SIGN_IN, login="dana", note="That name, password or code is not right.")
    )


def first_account(desk: FakeDesk, window: MainWindow) -> None:
    desk.people.sign_in_changed.emit(SignInView(Entry.FIRST))
    desk.status_changed.emit(samples.SIGNED_OUT)


def enrol(desk: FakeDesk, window: MainWindow) -> None:
    desk.people.sign_in_changed.emit(samples.ENROL)
    desk.status_changed.emit(samples.SIGNED_OUT)


def codes(desk: FakeDesk, window: MainWindow) -> None:
    desk.people.sign_in_changed.emit(samples.CODES)
    desk.status_changed.emit(samples.SIGNED_OUT)


def account(desk: FakeDesk, window: MainWindow) -> None:
    idle(desk, window)
    desk.people.account_changed.emit(samples.ADMINISTRATOR)


def glass(desk: FakeDesk, window: MainWindow) -> None:
    on_call(desk, window)
    desk.status_changed.emit(
        replace(
            samples.STATUS,
            glass="Emergency access until 20:12: caller was cut off before giving the address",
        )
    )


def break_glass(desk: FakeDesk, window: MainWindow) -> None:
    on_call(desk, window)
    window.sheets.open(window.people.glass)


def hand_over(desk: FakeDesk, window: MainWindow) -> None:
    idle(desk, window)
    desk.people.hand_over_changed.emit(samples.HAND_OVER)


def staff(desk: FakeDesk, window: MainWindow) -> None:
    idle(desk, window)
    desk.people.staff_changed.emit(samples.STAFF)


def add_person(desk: FakeDesk, window: MainWindow) -> None:
    staff(desk, window)
    window.people.staff.add_wanted.emit()
    window.people.person.roles.choose("liaison")


def trouble(desk: FakeDesk, window: MainWindow) -> None:
    on_call(desk, window)
    desk.status_changed.emit(samples.TROUBLED)


def headset(desk: FakeDesk, window: MainWindow) -> None:
    idle(desk, window)
    desk.headset_changed.emit(samples.HEADSET)
    desk.level_changed.emit(-22.0, -96.0)


def headset_gone(desk: FakeDesk, window: MainWindow) -> None:
    on_call(desk, window)
    desk.notice.emit(Notice("Your headset is unplugged: the call goes on", "You now speak through "
                            "“Built-in Audio” and hear through “Built-in Audio”. Plugged in again, "
                            "it is taken up by itself.", Light.WARN))  # fmt: skip


def testing(desk: FakeDesk, window: MainWindow) -> None:
    idle(desk, window)
    desk.status_changed.emit(samples.TESTING)


def untested(desk: FakeDesk, window: MainWindow) -> None:
    idle(desk, window)
    desk.status_changed.emit(samples.UNTESTED)


def no_sound(desk: FakeDesk, window: MainWindow) -> None:
    on_call(desk, window)
    desk.status_changed.emit(samples.NO_SOUND)
    desk.calls_changed.emit((samples.ACTIVE, samples.FORGOTTEN))


def hold_alarm(desk: FakeDesk, window: MainWindow) -> None:
    on_call(desk, window)
    desk.calls_changed.emit((samples.HELD_LONG, samples.FORGOTTEN))
    desk.notice.emit(Notice("A caller has been on hold for 1:00", "Maple Pediatrics: go back to "
                            "the caller and say how long it will take.", Light.BAD))  # fmt: skip


def dialog(desk: FakeDesk, window: MainWindow) -> None:
    on_call(desk, window)
    desk.escalation_changed.emit(samples.ESCALATION)


def reaching(desk: FakeDesk, window: MainWindow) -> None:
    on_call(desk, window)
    desk.reach_changed.emit(samples.REACHING)


def reached(desk: FakeDesk, window: MainWindow) -> None:
    on_call(desk, window)
    desk.reach_changed.emit(samples.REACHED)


def not_reached(desk: FakeDesk, window: MainWindow) -> None:
    on_call(desk, window)
    desk.reach_changed.emit(samples.NOT_REACHED)


def transfer(desk: FakeDesk, window: MainWindow) -> None:
    on_call(desk, window)
    desk.transfer_changed.emit(samples.TRANSFERS)


def consult(desk: FakeDesk, window: MainWindow) -> None:
    on_call(desk, window)
    desk.calls_changed.emit(samples.CONSULT)


def conference(desk: FakeDesk, window: MainWindow) -> None:
    on_call(desk, window)
    desk.calls_changed.emit(samples.CONFERENCE)


def consent(desk: FakeDesk, window: MainWindow) -> None:
    on_call(desk, window)
    desk.calls_changed.emit((replace(samples.ACTIVE, recording="", can_pause_recording=False),))
    desk.pop_changed.emit(replace(samples.POP, consent=samples.CONSENT))


def check_back(desk: FakeDesk, window: MainWindow) -> None:
    on_call(desk, window)
    check = CheckBackView(samples.NOW + timedelta(seconds=43), SAY_TO_WHO_REFUSES, 1)
    desk.pop_changed.emit(replace(samples.POP, check_back=check))


def recording_paused(desk: FakeDesk, window: MainWindow) -> None:
    on_call(desk, window)
    paused = replace(samples.ACTIVE, recording="recording paused: card number", recording_mark="❙❙",
                     can_pause_recording=False)  # fmt: skip
    desk.calls_changed.emit((paused, samples.HELD))


def recordings(desk: FakeDesk, window: MainWindow) -> None:
    idle(desk, window)
    desk.recordings_changed.emit(samples.RECORDINGS)
    desk.playback_changed.emit(PlaybackView("a", 72.0, 192.0))


def board(desk: FakeDesk, window: MainWindow) -> None:
    on_call(desk, window)
    desk.status_changed.emit(replace(samples.STATUS, to_do=32, to_do_urgent=1))
    desk.board.shown.emit(board_view())


def keypad(desk: FakeDesk, window: MainWindow) -> None:
    on_call(desk, window)
    window.sheets.show_keypad()


def muted(desk: FakeDesk, window: MainWindow) -> None:
    on_call(desk, window)
    desk.calls_changed.emit((samples.MUTED, samples.HELD))
    label = "Muted: you are not heard"
    desk.status_changed.emit(replace(samples.STATUS, muted=True, state_label=label))


def decline(desk: FakeDesk, window: MainWindow) -> None:
    ringing(desk, window)
    desk.decline_changed.emit(samples.DECLINE)


def dial(desk: FakeDesk, window: MainWindow) -> None:
    on_call(desk, window)
    desk.dial_changed.emit(replace(samples.DIAL, problem="Type a whole number or an extension."))


def wrap_up(desk: FakeDesk, window: MainWindow) -> None:
    on_call(desk, window)
    gone = "Caller gone; finish the form"
    desk.calls_changed.emit((replace(samples.ACTIVE, state=LineState.WRAP_UP, note=gone,
                                     sound="Sound poor (3.2, 4 % lost)", sound_light=Light.WARN,
                                     can_hold=False, can_mute=False, can_keypad=False,
                                     can_transfer=False, can_hang_up=False),))  # fmt: skip


def end_as(desk: FakeDesk, window: MainWindow) -> None:
    on_call(desk, window)
    window.sheets.show_end_as(outgoing=True)


def unfinished(desk: FakeDesk, window: MainWindow) -> None:
    idle(desk, window)
    desk.unfinished_changed.emit(samples.UNFINISHED)


def fact(desk: FakeDesk, window: MainWindow) -> None:
    on_call(desk, window)
    window.sheets.show_fact(samples.POP.facts[1])


def keys(desk: FakeDesk, window: MainWindow) -> None:
    on_call(desk, window)
    window.sheets.open(window.sheets.keys)


def find_caller(desk: FakeDesk, window: MainWindow) -> None:
    on_call(desk, window)
    desk.callers.shown.emit(EMPTY)
    desk.callers.shown.emit(FOUND)


def history(desk: FakeDesk, window: MainWindow) -> None:
    find_caller(desk, window)
    desk.callers.history_changed.emit(HISTORY)


def set_aside(desk: FakeDesk, window: MainWindow) -> None:
    idle(desk, window)
    desk.set_aside.shown.emit(ASIDE)


def amend_aside(desk: FakeDesk, window: MainWindow) -> None:
    set_aside(desk, window)
    desk.set_aside.amend_changed.emit(AMEND)


STATES: dict[str, Callable[[FakeDesk, MainWindow], None]] = {
    "call": on_call,
    "reaching": reaching,
    "reached": reached,
    "not_reached": not_reached,
    "idle": idle,
    "floor": floor,
    "listening": listening,
    "agent_sheet": agent_sheet,
    "waiting_sheet": waiting_sheet,
    "large_floor": large_floor,
    "breaks": breaks,
    "not_ready": not_ready,
    "ringing": ringing,
    "read_back": read_back,
    "booking": booking,
    "waiting": waiting,
    "month": month,
    "locked": locked,
    "choose_pin": choose_pin,
    "trouble": trouble,
    "headset": headset,
    "headset_gone": headset_gone,
    "testing": testing,
    "untested": untested,
    "no_sound": no_sound,
    "hold_alarm": hold_alarm,
    "dialog": dialog,
    "transfer": transfer,
    "consult": consult,
    "conference": conference,
    "consent": consent,
    "check_back": check_back,
    "recording_paused": recording_paused,
    "recordings": recordings,
    "board": board,
    "find_caller": find_caller,
    "history": history,
    "set_aside": set_aside,
    "amend_aside": amend_aside,
    "keypad": keypad,
    "muted": muted,
    "decline": decline,
    "dial": dial,
    "wrap_up": wrap_up,
    "end_as": end_as,
    "unfinished": unfinished,
    "fact": fact,
    "keys": keys,
    "sign_in": sign_in,
    "sign_in_wrong": sign_in_wrong,
    "first_account": first_account,
    "enrol": enrol,
    "codes": codes,
    "account": account,
    "glass": glass,
    "break_glass": break_glass,
    "hand_over": hand_over,
    "staff": staff,
    "add_person": add_person,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("state", nargs="+", choices=STATES)
    parser.add_argument("--shot", help="write a picture here and leave; {} is the state's name")
    parser.add_argument("--size", default="1440x900")
    parser.add_argument("--scale", type=float, default=1.0)
    given = parser.parse_args()
    app = QApplication([])
    dress(app)
    windows = []
    for state in given.state:
        desk = FakeDesk()
        window = MainWindow(desk, clock=lambda: samples.NOW)
        window.resize(*map(int, given.size.split("x")))
        window.show()
        window.activateWindow()
        window.set_scale(given.scale)
        STATES[state](desk, window)
        windows.append((desk, window))
        if given.shot:
            for _ in range(5):
                app.processEvents()
            window.grab().save(given.shot.replace("{}", state))
            window.close()
    if given.shot:
        QTimer.singleShot(0, app.quit)
    app.exec()


if __name__ == "__main__":
    main()
