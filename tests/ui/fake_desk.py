"""A desk with the real one's signals that only writes down what it was asked."""

from typing import Any

from PySide6.QtCore import QObject, Signal

from console.desk.auditing.port import Asked, AuditSignals
from console.desk.board.port import Asked as Wanted
from console.desk.board.port import BoardAct, BoardSignals
from console.desk.callers.port import CallersSignals, Typed
from console.desk.people.port import PeopleSignals
from console.desk.port import DeskSignals
from console.desk.set_aside.port import AsideSignals
from console.desk.views import KeyWay
from scripts.calltypes import CallType, Outcome


class FakePeople(PeopleSignals):
    """Records every intent about people among the desk's."""

    INTENTS = (
        "make_first", "sign_in", "choose_password", "confirm_phone", "codes_kept",
        "another_person", "leave_sign_in", "show_account", "leave_account", "choose_pin",
        "change_password", "sign_out", "hand", "leave_hand_over", "break_glass", "mend_glass",
        "alert_seen", "show_staff", "add_person", "change_role", "set_active", "reset_password",
        "enrol_again", "leave_staff", "leave_liaison", "confirm_message",
    )  # fmt: skip

    def __init__(self, asked: list[tuple[Any, ...]]) -> None:
        super().__init__()
        self.times_seen = 0
        for name in self.INTENTS:
            setattr(
                self,
                name,
                lambda *given, name=name, **named: asked.append((name, *given, *named.values())),
            )

    def seen(self) -> None:
        self.times_seen += 1


class FakeAudit(AuditSignals):
    """Records every intent about the audit among the desk's."""

    def __init__(self, asked: list[tuple[Any, ...]]) -> None:
        super().__init__()
        self._told = asked

    def ask(self, asked: Asked) -> None:
        self._told.append(("ask_audit", asked))

    def read_page(self, first: int) -> None:
        self._told.append(("read_page", first))

    def leave(self) -> None:
        self._told.append(("leave_audit",))
        self.found.emit(None)


class FakeCallers(CallersSignals):
    """Records every intent about the search for a caller among the desk's."""

    def __init__(self, asked: list[tuple[Any, ...]]) -> None:
        super().__init__()
        self._told = asked

    def open(self) -> None:
        self._told.append(("find_caller",))

    def search(self, typed: Typed) -> None:
        self._told.append(("search", typed))

    def open_history(self, line: int) -> None:
        self._told.append(("open_history", line))

    def leave_history(self) -> None:
        self._told.append(("leave_history",))
        self.history_changed.emit(None)

    def leave(self) -> None:
        self._told.append(("leave_callers",))
        self.shown.emit(None)


class FakeAside(AsideSignals):
    """Records every intent about work set aside among the desk's."""

    def __init__(self, asked: list[tuple[Any, ...]]) -> None:
        super().__init__()
        self._told = asked

    def open(self) -> None:
        self._told.append(("open_aside",))

    def try_again(self, key: str) -> None:
        self._told.append(("try_again", key))

    def amend(self, key: str) -> None:
        self._told.append(("amend_aside", key))

    def save(self, key: str, practice: str, words: dict[str, str], clean: bool) -> None:
        self._told.append(("save_aside", key, practice, words, clean))

    def leave_amend(self) -> None:
        self._told.append(("leave_amend",))
        self.amend_changed.emit(None)

    def write_off(self, key: str, reason: str) -> None:
        self._told.append(("write_off", key, reason))

    def leave(self) -> None:
        self._told.append(("leave_aside",))
        self.shown.emit(None)


class FakeAlarm:
    """Records when it is silenced."""

    def __init__(self, asked: list[tuple[Any, ...]]) -> None:
        self._asked = asked

    def toggle(self) -> None:
        self._asked.append(("toggle_alarm",))


class FakePage(QObject):
    """A page that is shown when it is asked for; its other intents are recorded."""

    changed = Signal(object)
    marked = Signal(int)  # of the reviews
    list_changed = Signal(object)  # of the rotas

    def __init__(
        self, asked: list[tuple[Any, ...]], name: str, intents: dict[str, str] | None = None
    ) -> None:
        """`intents` are recorded under their values."""
        super().__init__()
        self._asked, self._name = asked, name
        self.page: object = None
        for intent, told in (intents or {}).items():
            setattr(self, intent, lambda *given, told=told: asked.append((told, *given)))

    def show(self) -> bool:
        self._asked.append((f"show_{self._name}",))
        if self.page is not None:
            self.changed.emit(self.page)
        return True

    def leave(self) -> None:
        self._asked.append((f"leave_{self._name}",))


class FakeBoard(BoardSignals):
    """Records every intent about the board among the desk's."""

    def __init__(self, asked: list[tuple[Any, ...]]) -> None:
        super().__init__()
        self._told = asked

    def ask(self, asked: Wanted) -> None:
        self._told.append(("ask_board", asked))

    def read_more(self) -> None:
        self._told.append(("read_more",))

    def leave(self) -> None:
        self._told.append(("leave_board",))
        self.shown.emit(None)

    def act(self, key: str, act: BoardAct) -> None:
        self._told.append(("act", key, act))

    def choose(self, code: str) -> None:
        self._told.append(("choose", code))

    def leave_question(self) -> None:
        self._told.append(("leave_question",))
        self.question_changed.emit(None)

    def call(self, key: str) -> None:
        self._told.append(("call", key))

    def open_record(self, key: str) -> None:
        self._told.append(("open_record", key))

    def export(self, form: str) -> None:
        self._told.append(("export", form))

    def have_reviewed(self) -> None:
        self._told.append(("have_reviewed",))

    def leave_record(self) -> None:
        self._told.append(("leave_record",))
        self.record_changed.emit(None)

    def amend(self, key: str) -> None:
        self._told.append(("amend", key))

    def amend_last(self) -> None:
        self._told.append(("amend_last",))

    def save_amended(self, words: dict[str, str]) -> None:
        self._told.append(("save_amended", words))

    def leave_amended(self) -> None:
        self._told.append(("leave_amended",))
        self.amend_changed.emit(None)


class FakeMonths(QObject):
    """Records every intent about a practice's month among the desk's."""

    shown = Signal(object)

    def __init__(self, asked: list[tuple[Any, ...]]) -> None:
        super().__init__()
        self._told = asked

    def open(self) -> None:
        self._told.append(("open_month",))

    def write(self, given: dict[str, str]) -> None:
        self._told.append(("write_month", given))

    def leave(self) -> None:
        self._told.append(("leave_month",))
        self.shown.emit(None)


class FakeWaiting(QObject):
    """Records every intent about the waiting list among the desk's."""

    shown = Signal(object)

    def __init__(self, asked: list[tuple[Any, ...]]) -> None:
        super().__init__()
        self._told = asked

    def open(self) -> None:
        self._told.append(("open_waiting",))

    def save(self, given: dict[str, str]) -> None:
        self._told.append(("save_waiting", given))

    def take_off(self, key: str) -> None:
        self._told.append(("take_off", key))

    def leave(self) -> None:
        self._told.append(("leave_waiting",))
        self.shown.emit(None)


class FakeDesk(DeskSignals):
    """Records every intent as its name and its arguments, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[Any, ...]] = []
        self.people = FakePeople(self.asked)
        self.floor = FakePage(self.asked, "floor")
        self.floor.supervising = FakePage(  # type: ignore[attr-defined]
            self.asked, "supervising", {"do": "supervise", "stop": "leave_call"}
        )
        self.floor.places = FakePage(  # type: ignore[attr-defined]
            self.asked, "places", {"pause": "pause", "move": "move_caller"}
        )
        self.floor.alarm = FakeAlarm(self.asked)  # type: ignore[attr-defined]
        self.figures = FakePage(
            self.asked, "figures", {"ask": "ask_figures", "export": "export_figures"}
        )
        self.figures.months = FakeMonths(self.asked)  # type: ignore[attr-defined]
        self.quality = FakePage(
            self.asked, "quality", {n: n for n in ("turn", "turn_month", "open", "mark", "hear")}
        )
        self.rota = FakePage(
            self.asked,
            "rota",
            {n: f"{n}_rota" for n in ("find", "choose", "lay_out", "turn", "today", "go_to")},
        )
        self.rota.editing = FakePage(self.asked, "rota_edit")
        self.audit = FakeAudit(self.asked)
        self.board = FakeBoard(self.asked)
        self.callers = FakeCallers(self.asked)
        self.set_aside = FakeAside(self.asked)
        self.waiting = FakeWaiting(self.asked)

    def last(self) -> tuple[Any, ...]:
        """Return the last intent."""
        return self.asked[-1]

    def names(self) -> list[str]:
        """Return the intents' names in order."""
        return [each[0] for each in self.asked]

    def answer(self, call: str = "") -> None:
        self.asked.append(("answer", call))

    def decline(self, call: str = "") -> None:
        self.asked.append(("decline", call))

    def hang_up(self, call: str = "") -> None:
        self.asked.append(("hang_up", call))

    def hold_or_resume(self, call: str = "") -> None:
        self.asked.append(("hold_or_resume", call))

    def toggle_mute(self, call: str = "") -> None:
        self.asked.append(("toggle_mute", call))

    def select_call(self, call: str) -> None:
        self.asked.append(("select_call", call))

    def start_decline(self, call: str = "") -> None:
        self.asked.append(("start_decline", call))

    def decline_busy(self) -> None:
        self.asked.append(("decline_busy",))

    def forward(self, target: str) -> None:
        self.asked.append(("forward", target))

    def cancel_decline(self) -> None:
        self.asked.append(("cancel_decline",))

    def start_dial(self) -> None:
        self.asked.append(("start_dial",))

    def find_practice(self, text: str) -> None:
        self.asked.append(("find_practice", text))

    def dial_for(self, practice_id: str) -> None:
        self.asked.append(("dial_for", practice_id))

    def dial(self, number: str) -> None:
        self.asked.append(("dial", number))

    def cancel_dial(self) -> None:
        self.asked.append(("cancel_dial",))

    def send_digits(self, digits: str, way: KeyWay = KeyWay.AS_SET) -> None:
        self.asked.append(("send_digits", digits, way))

    def start_transfer(self) -> None:
        self.asked.append(("start_transfer",))

    def transfer_to(self, target: str) -> None:
        self.asked.append(("transfer_to", target))

    def consult(self, target: str) -> None:
        self.asked.append(("consult", target))

    def swap_consult(self) -> None:
        self.asked.append(("swap_consult",))

    def cancel_consult(self) -> None:
        self.asked.append(("cancel_consult",))

    def complete_transfer(self) -> None:
        self.asked.append(("complete_transfer",))

    def join_or_split(self) -> None:
        self.asked.append(("join_or_split",))

    def cancel_transfer(self) -> None:
        self.asked.append(("cancel_transfer",))

    def record(self) -> None:
        self.asked.append(("record",))

    def no_record(self) -> None:
        self.asked.append(("no_record",))

    def list_recordings(self) -> None:
        self.asked.append(("list_recordings",))

    def close_recordings(self) -> None:
        self.asked.append(("close_recordings",))
        self.recordings_changed.emit(None)

    def play_recording(self, recording: str) -> None:
        self.asked.append(("play_recording", recording))

    def delete_recording(self, recording: str) -> None:
        self.asked.append(("delete_recording", recording))

    def choose_type(self, call_type: CallType) -> None:
        self.asked.append(("choose_type", call_type))

    def set_answer(self, link_id: str, text: str) -> None:
        self.asked.append(("set_answer", link_id, text))

    def mark_already_stated(self, link_id: str) -> None:
        self.asked.append(("mark_already_stated", link_id))

    def skip_question(self, link_id: str) -> None:
        self.asked.append(("skip_question", link_id))

    def more_times(self, link_id: str) -> None:
        self.asked.append(("more_times", link_id))

    def earlier_times(self, link_id: str) -> None:
        self.asked.append(("earlier_times", link_id))

    def next_step(self) -> None:
        self.asked.append(("next_step",))

    def back_step(self) -> None:
        self.asked.append(("back_step",))

    def go_to_step(self, number: int) -> None:
        self.asked.append(("go_to_step", number))

    def tick_read_back(self, link_id: str) -> None:
        self.asked.append(("tick_read_back", link_id))

    def finish(self) -> None:
        self.asked.append(("finish",))

    def end_as(self, outcome: Outcome) -> None:
        self.asked.append(("end_as", outcome))

    def checked_back(self) -> None:
        self.asked.append(("checked_back",))

    def read_911(self) -> None:
        self.asked.append(("read_911",))

    def dismiss_red_flag(self) -> None:
        self.asked.append(("dismiss_red_flag",))

    def escalate(self) -> None:
        self.asked.append(("escalate",))

    def choose_escalation(self, code: str) -> None:
        self.asked.append(("choose_escalation", code))

    def cancel_escalation(self) -> None:
        self.asked.append(("cancel_escalation",))

    def choose_reach(self, code: str) -> None:
        self.asked.append(("choose_reach", code))

    def hide_reach(self) -> None:
        self.asked.append(("hide_reach",))

    def search_facts(self, text: str) -> None:
        self.asked.append(("search_facts", text))

    def read_fact(self, label: str) -> None:
        self.asked.append(("read_fact", label))

    def call_back(self, row: int) -> None:
        self.asked.append(("call_back", row))

    def callback_done(self, row: int) -> None:
        self.asked.append(("callback_done", row))

    def resume_form(self, draft: str) -> None:
        self.asked.append(("resume_form", draft))

    def discard_form(self, draft: str) -> None:
        self.asked.append(("discard_form", draft))

    def lock(self) -> None:
        self.asked.append(("lock",))

    def unlock(self, pin: str) -> None:
        self.asked.append(("unlock", pin))

    def choose_pin(self, pin: str) -> None:
        self.asked.append(("choose_pin", pin))

    def set_ready(self, ready: bool) -> None:
        self.asked.append(("set_ready", ready))

    def more_time(self) -> None:
        self.asked.append(("more_time",))

    def take_break(self, reason: str) -> None:
        self.asked.append(("take_break", reason))

    def open_headset(self) -> None:
        self.asked.append(("open_headset",))

    def close_headset(self) -> None:
        self.asked.append(("close_headset",))

    def choose_device(self, part: str, device: str) -> None:
        self.asked.append(("choose_device", part, device))

    def choose_ringing(self, how: str) -> None:
        self.asked.append(("choose_ringing", how))

    def try_sound(self, what: str) -> None:
        self.asked.append(("try_sound", what))
