"""What each key of the table does in this window: mostly one intent of the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from console.desk.auditing.port import Asked
from console.desk.board.port import Asked as Wanted
from console.desk.people.views import Entry
from console.desk.views import CallCard
from console.ui.call_list import can
from console.ui.columns import is_parked
from console.ui.keys import KEYS, Act, Key
from console.ui.pages import ANYWHERE, TO_THE_DESK
from console.ui.theme import SCALES, theme

if TYPE_CHECKING:
    from console.ui.main_window import MainWindow

OF_A_CONSULT = frozenset({Act.TRANSFER, Act.CONFERENCE, Act.CANCEL_CONSULT})
FROM_ANY_CALL = frozenset({Act.ANSWER, Act.DECLINE, Act.DECLINE_AS})
LOCKED = frozenset(key.act for key in KEYS if key.locked)


class WindowActs:
    """The acts of a window's keys and buttons."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._desk = window.desk

    def table(self) -> dict[Act, Callable[[Key], None]]:
        """Return what each act does; on a locked desk only some do anything."""
        acts: dict[Act, Callable[[Key], None]] = {
            act: self._on_call(act)
            for act in (
                Act.ANSWER,
                Act.DECLINE,
                Act.DECLINE_AS,
                Act.HOLD,
                Act.MUTE,
                Act.KEYPAD,
                Act.TRANSFER,
                Act.CONFERENCE,
                Act.CANCEL_CONSULT,
                Act.HANG_UP,
            )
        }
        acts |= {
            Act.READ_911: lambda _: self.read_911(),
            Act.CHECKED: lambda _: self._with_pop(self._desk.checked_back),
            Act.RECORD: lambda _: self._with_pop(self._desk.record),
            Act.NO_RECORD: lambda _: self._with_pop(self._desk.no_record),
            Act.RECORDINGS: lambda _: self._desk.list_recordings(),
            Act.ESCALATE: lambda _: self._with_pop(self._desk.escalate),
            Act.END_AS: lambda _: self._with_pop(self._open_end_as),
            Act.DIAL: lambda _: self._desk.start_dial(),
            Act.AUDIT: lambda _: self._desk.audit.ask(Asked()),
            Act.BOARD: lambda _: self._board(),
            Act.AMEND: lambda _: self._desk.board.amend_last(),
            Act.FIND: lambda _: self._desk.callers.open(),
            Act.SET_ASIDE: lambda _: self._desk.set_aside.open(),
            Act.HELP: lambda _: self._window.sheets.open(self._window.sheets.keys),
            Act.ESCAPE: lambda _: self.escape(),
            Act.SEARCH: lambda _: self._search(),
            Act.LOCK: lambda _: self._desk.lock(),
            Act.ANOTHER: lambda _: self._desk.people.another_person(),
            Act.ACCOUNT: lambda _: self._desk.people.show_account(),
            Act.READY: lambda _: self._ready(),
            Act.MORE_TIME: lambda _: self._desk.more_time(),
            Act.BREAK: lambda _: self._window.sheets.open(self._window.sheets.breaks),
            Act.HEADSET: lambda _: self._desk.open_headset(),
            Act.CALLBACKS: lambda _: self._callbacks(),
            Act.UNFINISHED: lambda _: self._window.sheets.reopen_unfinished(),
            Act.FINISH: lambda _: self._finish(),
            Act.BACK: lambda _: self._with_form(self._desk.back_step),
            Act.STATED: lambda _: self._on_question(self._desk.mark_already_stated),
            Act.SKIP: lambda _: self._on_question(self._desk.skip_question),
            Act.EARLIER_TIMES: lambda _: self._on_times(self._desk.earlier_times),
            Act.MORE_TIMES: lambda _: self._on_times(self._desk.more_times),
            Act.WAITING: lambda _: self._with_pop(self._desk.waiting.open),
            Act.STEP_BEFORE: lambda _: self._step(-1),
            Act.STEP_AFTER: lambda _: self._step(1),
            Act.TEXT_LARGER: lambda _: self._scale(1),
            Act.TEXT_SMALLER: lambda _: self._scale(-1),
            Act.TEXT_NORMAL: lambda _: self._window.set_scale(1.0),
            Act.CHOOSE_TYPE: self._choose_type,
            Act.SELECT_CALL: self._select_call,
        }
        acts[Act.PRACTICES] = lambda _: self._window.pages.toggle()
        acts[Act.FLOOR] = lambda _: self._window.pages.toggle_floor()
        acts[Act.BREACH_SOUND] = lambda _: self._desk.floor.alarm.toggle()
        acts[Act.WALLBOARD] = lambda _: self._window.wallboard.toggle()
        acts[Act.FIGURES] = lambda _: self._window.pages.toggle_figures()
        acts[Act.QUALITY] = lambda _: self._window.pages.toggle_quality()
        acts[Act.ROTA] = lambda _: self._window.pages.toggle_rota()
        here = {act: self._unless_locked(act, done) for act, done in acts.items()}
        return {act: self._where(act, here.get(act)) for act in Act}

    def _where(self, act: Act, at_the_desk: Callable[[Key], None] | None) -> Callable[[Key], None]:
        """Do what a key does on the page that is shown, or at the desk."""

        def done(key: Key) -> None:
            pages = self._window.pages
            if pages.current is None or self._locked():
                if at_the_desk is not None:
                    at_the_desk(key)
                return
            on_page = pages.acts().get(act)
            if on_page is not None:
                on_page(key)
            elif act in TO_THE_DESK:
                pages.close()
            if at_the_desk is not None and (act in ANYWHERE or act in TO_THE_DESK):
                at_the_desk(key)

        return done

    def call_act(self, act: Act, call: str) -> None:
        """Do an act on a call, "" for the selected one."""
        if act is Act.KEYPAD:
            self._window.sheets.show_keypad()
        elif act is Act.RECORD:
            self._desk.record()
        elif act in OF_A_CONSULT or (act is Act.HOLD and self._card(call).can_swap):
            self._consult_act(act, self._card(call))
        else:
            {
                Act.ANSWER: self._desk.answer,
                Act.DECLINE: self._desk.decline,
                Act.DECLINE_AS: self._desk.start_decline,
                Act.HOLD: self._desk.hold_or_resume,
                Act.MUTE: self._desk.toggle_mute,
                Act.HANG_UP: self._desk.hang_up,
            }[act](call)

    def _consult_act(self, act: Act, card: CallCard) -> None:
        if act is Act.HOLD:
            self._desk.swap_consult()
        elif act is Act.CONFERENCE:
            self._desk.join_or_split()
        elif act is Act.CANCEL_CONSULT:
            self._desk.cancel_consult()
        elif card.can_complete or card.can_leave:
            self._desk.complete_transfer()
        else:
            self._desk.start_transfer()

    def _card(self, call: str) -> CallCard:
        """Return a call's card, "" for the selected one; only ever asked of one that is shown."""
        cards = self._window.cards
        return next(card for card in cards if (card.call == call if call else card.selected))

    def locked_act(self, act: Act) -> None:
        """Do what a button of the lock page says."""
        if act is Act.READ_911:
            self.read_911()
        else:
            self._act_on_target(act)

    def sign_in(self, entry: str, typed: dict[str, str]) -> None:
        """Go on from the sign-in page with what was typed there."""
        people = self._desk.people
        match Entry(entry):
            case Entry.FIRST:
                people.make_first(typed["login"], typed["name"], typed["password"])
            case Entry.SIGN_IN:
                people.sign_in(typed["login"], typed["password"], typed["code"])
            case Entry.PASSWORD:
                people.choose_password(typed["password"])
            case Entry.ENROL:
                people.confirm_phone(typed["code"])
            case Entry.CODES:
                people.codes_kept()
            case Entry.WAIT:
                pass

    def read_911(self) -> None:
        """Have the 911 line read, whatever else is the matter."""
        self._window.lock.expect_911()
        self._desk.read_911()

    def escape(self) -> None:
        """Leave what is uppermost: a sheet, the red flag, a notice, the search."""
        window = self._window
        if self._locked():
            if window.lock.signing.isVisible():
                self._desk.people.leave_sign_in()
            return
        flag = window.centre.form.view.red_flag if window.centre.form.view else None
        if window.sheets.leave():
            return
        if window.answers.search.hasFocus():
            window.answers.clear()
            self._desk.search_facts("")
            self._back_to_form()
        elif flag is not None:
            self._desk.dismiss_red_flag()
        else:
            window.notice.dismiss()

    def _locked(self) -> bool:
        return self._window.status is not None and self._window.status.locked

    def _unless_locked(self, act: Act, done: Callable[[Key], None]) -> Callable[[Key], None]:
        def act_unless_locked(key: Key) -> None:
            if act in LOCKED or not self._locked():
                done(key)

        return act_unless_locked

    def _on_call(self, act: Act) -> Callable[[Key], None]:
        return lambda _: self._act_on_target(act)

    def _act_on_target(self, act: Act) -> None:
        """Act on the selected call; answer and decline fall to one that rings beside it."""
        able = [card for card in self._window.cards if can(card, act)]
        selected = [card for card in able if card.selected]
        if selected:
            self.call_act(act, "")
        elif able and act in FROM_ANY_CALL:
            self.call_act(act, able[0].call)
        elif legs := [card for card in able if card.leg]:
            self.call_act(act, legs[0].call)

    def _with_pop(self, done: Callable[[], None]) -> None:
        if self._window.pop is not None:
            done()

    def _with_form(self, done: Callable[[], None]) -> None:
        if self._window.centre.form.view is not None and self._window.sheets.current is None:
            done()

    def _open_end_as(self) -> None:
        self._window.sheets.show_end_as(outgoing=self._card("").outgoing)

    def _on_question(self, done: Callable[[str], None]) -> None:
        question = self._window.centre.form.body.focused()
        if question is not None:
            done(question.link_id)

    def _on_times(self, done: Callable[[str], None]) -> None:
        question = self._window.centre.form.body.open_time()
        if question is not None:
            done(question.link_id)

    def _step(self, by: int) -> None:
        view = self._window.centre.form.view
        if view is None:
            return
        numbers = [step.number for step in view.steps]
        at = next((i for i, step in enumerate(view.steps) if step.current), 0) + by
        if 0 <= at < len(numbers):
            self._desk.go_to_step(numbers[at])

    def _scale(self, by: int) -> None:
        at = SCALES.index(theme.scale) + by
        if 0 <= at < len(SCALES):
            self._window.set_scale(SCALES[at])

    def _ready(self) -> None:
        status = self._window.status
        if status is not None:
            self._desk.set_ready(status.away)

    def _board(self) -> None:
        if self._window.sheets.current is self._window.sheets.board:
            self._desk.board.leave()
        else:
            self._desk.board.ask(Wanted())

    def _finish(self) -> None:
        sheets = self._window.sheets
        if sheets.current is sheets.amend:
            sheets.amend.finish()
        elif sheets.current is sheets.aside and not sheets.aside.amend.isHidden():
            sheets.aside.amend.finish()
        elif sheets.current is sheets.waiting:
            sheets.waiting.finish()
        else:
            self._with_form(self._desk.finish)

    def _callbacks(self) -> None:
        first = self._window.callbacks.buttons[0]
        if first.isVisible() and not is_parked(first):
            first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _search(self) -> None:
        search = self._window.answers.search
        if not is_parked(search) and self._window.sheets.current is None:
            search.setFocus(Qt.FocusReason.ShortcutFocusReason)
            search.selectAll()

    def _back_to_form(self) -> None:
        form = self._window.centre.form
        if form.view is not None:
            form.take_focus()
        else:
            self._window.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose_type(self, key: Key) -> None:
        tiles = self._window.centre.types.tiles
        if self._window.pop is not None and key.call_type and tiles[key.call_type].isEnabled():
            self._desk.choose_type(key.call_type)

    def _select_call(self, key: Key) -> None:
        wanted = f"Ctrl+{key.call_number}"
        for card in self._window.cards:
            if card.key == wanted:
                self._desk.select_call(card.call)
