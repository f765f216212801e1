"""The receptionist's window: joins the desk's signals to its panels, and its keys to the intents.

It holds nothing that matters. What is on it came by a signal; what a person does on it goes to the
desk as an intent, and only what the desk then says is shown.
"""

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from console.desk.board.port import Asked
from console.desk.liaison.views import LiaisonView
from console.desk.port import DeskPort
from console.desk.views import CallCard, FormView, LineState, Notice, Pop, Status
from console.ui.call_list import CallList
from console.ui.centre import Centre
from console.ui.clock import Clock, utc_now
from console.ui.columns import Column, Panel
from console.ui.controls import ENTER
from console.ui.focus import next_stop
from console.ui.form.body import scroll_areas
from console.ui.lock import LockPage
from console.ui.notice import NoticeBar
from console.ui.pages import Page, PageHost
from console.ui.people.host import PeopleSheets
from console.ui.people.liaison import LiaisonPanel
from console.ui.presence import Presence
from console.ui.sheet_host import SheetHost
from console.ui.shortcuts import bind
from console.ui.side_left import Callbacks, Earlier, Headset, Waiting
from console.ui.side_right import Answers, OnCall, OpenTimes, ProtocolNote, Quiet
from console.ui.theme import SCALES, Ink, colour, dress, theme
from console.ui.toast import Toasts
from console.ui.top_bar import StatusBar, TopBar, TroubleBar
from console.ui.wallboard.host import WallHost
from console.ui.warming import Warmer
from console.ui.window_acts import WindowActs

TITLE = "Frontdesk"  # never more: a title is read over a shoulder and kept in lists of windows
LEAST = (1180, 720)


class MainWindow(QWidget):
    """The window. `pop_painted` tells the call and the `time.monotonic()` at which its pop was
    first on screen; `closing` that the window closes. `may_close` is asked
    before."""

    pop_painted = Signal(str, float)
    scale_changed = Signal(float)
    closing = Signal()

    def __init__(self, desk: DeskPort, clock: Clock = utc_now) -> None:
        super().__init__()
        self.desk = desk
        self.may_close: Callable[[], bool] = lambda: True
        self.clock = clock
        self.status: Status | None = None
        self.pop: Pop | None = None
        self.cards: tuple[CallCard, ...] = ()
        self._unpainted = ""
        self.presence = Presence(desk.people.seen, self)
        self._warmer = Warmer(self, self._draw_unseen)
        dress(app_instance())
        self.setWindowTitle(TITLE)
        self.setMinimumSize(960, 600)
        self._build(clock)
        self.pages = PageHost(self)
        self.wallboard = WallHost(self)
        self.acts = WindowActs(self)
        self._listen()
        self._speak()
        self.shortcuts = bind(self, self.acts.table())
        self._ticker = QTimer(self)
        self._ticker.setInterval(1000)
        self._ticker.timeout.connect(self.tick)
        self._ticker.start()
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.resize(1440, 900)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self, clock: Clock) -> None:
        self.top = TopBar(self, clock)
        self.trouble = TroubleBar(self)
        self.glass = TroubleBar(self, Ink.AMBER_TEXT)
        self.left = Column(self, Ink.SIDE)
        self.centre = Centre(self, clock)
        self.right = Column(self, Ink.SIDE)
        self.lines = [_line(self), _line(self)]
        self.bottom = StatusBar(self)
        self.calls = CallList(self.left.stack, clock)
        self.waiting = Waiting(self.left.stack, clock)
        self.callbacks = Callbacks(self.left.stack, clock)
        self.earlier = Earlier(self.left.stack)
        self.headset = Headset(self.left.stack)
        for panel in (self.calls, self.waiting, self.callbacks, self.earlier, self.headset):
            self.left.add(panel)
        self.on_call = OnCall(self.right.stack)
        self.answers = Answers(self.right.stack)
        self.times = OpenTimes(self.right.stack)
        self.note = ProtocolNote(self.right.stack)
        self.quiet = Quiet(self.right.stack)
        for part in (self.on_call, self.answers, self.times, self.note, self.quiet):
            self.right.add(part)
        self.of_a_call: tuple[Panel, ...] = (
            self.earlier,
            self.on_call,
            self.answers,
            self.times,
            self.note,
        )
        for each in self.of_a_call:
            each.on = False
        self.notice = NoticeBar(self)
        self.sheets = SheetHost(self, self.desk, self.clock)
        self.people = PeopleSheets(self, self.sheets, self.desk.people)
        self.lock = LockPage(self, clock)
        self.liaison = LiaisonPanel(self)
        self.toasts = Toasts(self)
        self.toasts.opened.connect(self._come_forward)

    def _listen(self) -> None:
        desk = self.desk
        desk.calls_changed.connect(self.show_calls)
        desk.callbacks_changed.connect(self.callbacks.fill)
        desk.pop_changed.connect(self.show_pop)
        desk.form_changed.connect(self.show_form)
        desk.status_changed.connect(self.show_status)
        desk.notice.connect(self.show_notice)
        desk.escalation_changed.connect(self.sheets.show_escalation)
        desk.reach_changed.connect(self.sheets.show_reach)
        desk.transfer_changed.connect(self.sheets.show_transfer)
        desk.decline_changed.connect(self.sheets.show_decline)
        desk.dial_changed.connect(self.sheets.show_dial)
        desk.facts_found.connect(self.answers.show_found)
        desk.level_changed.connect(self.headset.show_levels)
        desk.level_changed.connect(self.sheets.headset.show_levels)
        desk.headset_changed.connect(self.sheets.show_headset)
        desk.unfinished_changed.connect(self.show_unfinished)
        desk.draft_saved.connect(self.centre.form.show_saved)
        desk.recordings_changed.connect(self.sheets.show_recordings)
        desk.playback_changed.connect(self.sheets.recordings.show_playback)
        desk.board.urgent_came.connect(self._tell_of_work)
        desk.people.sign_in_changed.connect(self.lock.show_sign_in)
        desk.people.sign_in_changed.connect(self.liaison.keep_focus)
        desk.people.liaison_changed.connect(self._show_liaison)
        self.liaison.left.connect(desk.people.leave_liaison)
        self.liaison.confirmed.connect(desk.people.confirm_message)

    def _speak(self) -> None:
        desk, form = self.desk, self.centre.form
        self.calls.chosen.connect(desk.select_call)
        self.calls.acted.connect(self.acts.call_act)
        self.callbacks.called.connect(desk.call_back)
        self.callbacks.done.connect(desk.callback_done)
        self.headset.wanted_open.connect(desk.open_headset)
        self.top.ready_wanted.connect(desk.set_ready)
        self.top.page_wanted.connect(self._turn_to)
        self.top.lock_wanted.connect(desk.lock)
        self.top.dial_wanted.connect(desk.start_dial)
        self.centre.idle.ready_wanted.connect(desk.set_ready)
        self.centre.idle.unfinished_wanted.connect(self.sheets.reopen_unfinished)
        self.centre.idle.help_wanted.connect(lambda: self.sheets.open(self.sheets.keys))
        self.centre.types.picked.connect(desk.choose_type)
        self.centre.check_back.checked.connect(desk.checked_back)
        self.centre.consent.agreed.connect(desk.record)
        self.centre.consent.refused.connect(desk.no_record)
        self.centre.wrap_up.more_wanted.connect(desk.more_time)
        form.body.answered.connect(desk.set_answer)
        form.body.stated.connect(desk.mark_already_stated)
        form.body.skipped.connect(desk.skip_question)
        form.body.ticked.connect(desk.tick_read_back)
        form.body.earlier_times.connect(desk.earlier_times)
        form.body.more_times.connect(desk.more_times)
        form.body.waiting.connect(desk.waiting.open)
        form.body.entered.connect(desk.next_step)
        form.step_wanted.connect(desk.go_to_step)
        form.next.clicked.connect(desk.next_step)
        form.back.clicked.connect(desk.back_step)
        form.finish.clicked.connect(desk.finish)
        form.flag.read.clicked.connect(desk.read_911)
        form.flag.dismiss.clicked.connect(desk.dismiss_red_flag)
        self.on_call.escalate.clicked.connect(desk.escalate)
        self.answers.searched.connect(desk.search_facts)
        self.answers.opened.connect(self._open_fact)
        self.lock.acted.connect(self.acts.locked_act)
        self.lock.unlocking.unlock_wanted.connect(desk.unlock)
        self.lock.unlocking.pin_chosen.connect(desk.choose_pin)
        self.lock.unlocking.another_wanted.connect(desk.people.another_person)
        self.lock.signing.left.connect(desk.people.leave_sign_in)
        self.lock.signing.went.connect(self.acts.sign_in)
        self.top.board_wanted.connect(lambda: desk.board.ask(Asked()))
        self.top.account_wanted.connect(desk.people.show_account)
        app_instance().focusChanged.connect(self._focus_moved)

    # What the desk says.

    def show_calls(self, cards: tuple[CallCard, ...]) -> None:
        """Show the calls at this desk and those waiting for it."""
        rang = {card.call for card in self.cards if card.state is LineState.RINGING}
        self.cards = cards
        self.calls.fill(cards)
        self.waiting.fill(cards)
        self.lock.fill_calls(cards)
        self.liaison.give_way(calls_here=bool(cards))
        if any(card.state is LineState.RINGING and card.call not in rang for card in cards):
            QTimer.singleShot(0, self._call_attention)
        elif not any(card.state is LineState.RINGING for card in cards):
            self.toasts.quiet()

    def show_pop(self, pop: Pop | None) -> None:
        """Show everything about the selected call but its form."""
        if pop is not None and (self.pop is None or self.pop.call != pop.call):
            self._unpainted = pop.call
            self.answers.clear()
        if (pop is None) != (self.pop is None):
            for panel in self.of_a_call:
                panel.on = pop is not None
            self.quiet.on = pop is None
            self.left.stack.ask()
            self.right.stack.ask()
        self.pop = pop
        self.centre.fill(pop)
        self.lock.fill_say(pop.say if pop else "")
        if pop is None:
            self._unpainted = ""
            self.answers.clear()
            return
        self.on_call.fill(pop.on_call)
        if not self.answers.search.text() or pop.facts_locked != self.answers.locked:
            self.answers.fill(pop.facts, pop.facts_locked)
        self.times.fill(pop.open_days)
        self.note.fill(pop.protocol_note)
        self.earlier.fill(pop.earlier)

    def show_form(self, form: FormView | None) -> None:
        """Show the guided form at its step."""
        self.centre.form.fill(form)

    def show_status(self, status: Status) -> None:
        """Show how desk, line and records stand; lock or unlock."""
        locked = self.status is not None and self.status.locked
        self.status = status
        self.top.fill(status)
        self.bottom.fill(status)
        self.centre.idle.fill(status)
        self.centre.wrap_up.fill(status.wrap_up)
        self.headset.fill(status.headset)
        self.lock.fill_status(status)
        new_trouble, new_glass = self.trouble.fill(status.trouble), self.glass.fill(status.glass)
        if new_trouble or new_glass:
            self.arrange()
        if status.locked != locked:
            self._show_lock(locked=status.locked)

    def show_notice(self, notice: Notice) -> None:
        """Show a sentence, or on a locked desk its title alone."""
        if self.status is not None and self.status.locked:
            self.lock.show_notice(notice)
            return
        self.notice.fill(notice)
        self.notice.fit(self.right.geometry())

    def show_unfinished(self, forms: tuple[object, ...]) -> None:
        """Offer the forms a restart left unfinished."""
        self.centre.idle.show_unfinished(len(forms))
        self.sheets.show_unfinished(forms)  # type: ignore[arg-type]

    # The window itself.

    def warm(self, pops: Sequence[Pop]) -> None:
        """Draw practices' pops out of sight, so that their first call's is as quick as the next.

        To be called before the window is shown, with a pop of each practice.
        """
        self._warmer.warm(pops)

    def _draw_unseen(self, pop: Pop) -> None:
        if self.pop is not None or (self.status is not None and self.status.locked):
            return
        self.show_pop(pop)
        for column in (self.left, self.centre, self.right):
            column.stack.arrange()
        self.grab()
        self.show_pop(None)

    def tick(self) -> None:
        """Move every running time on by what the clock says."""
        for part in (self.top, self.calls, self.waiting, self.callbacks, self.centre.idle):
            part.tick()
        self.notice.tick()
        self.sheets.board.tick()
        self.lock.tick()

    def set_scale(self, scale: float) -> None:
        """Show all text at another size, one of `SCALES`."""
        if scale not in SCALES or scale == theme.scale:
            return
        theme.rescale(scale)
        for widget in self.findChildren(QWidget):
            restyle = getattr(widget, "restyle", None)
            if restyle is not None:
                restyle()
        self.arrange()
        for column in (self.left, self.centre, self.right):
            column.stack.arrange()
        for widget in self.findChildren(QWidget):
            widget.update()
        self.centre.form.place()
        self._warmer.again()
        self.scale_changed.emit(scale)

    def arrange(self) -> None:
        """Share the window out among bars and columns."""
        width, height = self.width(), self.height()
        top, foot = theme.px(48), theme.px(28)
        trouble = self.trouble.height_for(width)
        self.top.setGeometry(0, 0, width, top)
        self.trouble.setGeometry(0, top, width, trouble)
        glass = self.glass.height_for(width)
        self.glass.setGeometry(0, top + trouble, width, glass)
        start = top + trouble + glass
        high = height - start - foot
        left = round(min(max(width * 0.2, theme.px(268)), theme.px(320), width * 0.27))
        right = round(min(max(width * 0.238, theme.px(288)), theme.px(380), width * 0.29))
        self.left.setGeometry(0, start, left, high)
        self.lines[0].setGeometry(left, start, 1, high)
        self.centre.setGeometry(left + 1, start, width - left - right - 2, high)
        self.lines[1].setGeometry(width - right - 1, start, 1, high)
        self.right.setGeometry(width - right, start, right, high)
        self.bottom.setGeometry(0, height - foot, width, foot)
        self.lock.setGeometry(0, start, width, height - start)
        self.liaison.setGeometry(0, start, width, height - start)
        if hasattr(self, "pages"):
            self.pages.fit(QRect(0, start, width, high))
        edge = self.pages.edge if hasattr(self, "pages") else None
        edge = left if edge is None else edge
        self.sheets.fit(QRectF(edge + 1, start, width - edge - 1, high))
        self.notice.fit(self.right.geometry())
        self.top.place()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Share the new size out."""
        self.arrange()
        self._warmer.again()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Ask for the keyboard: without a window manager nobody gives it."""
        super().showEvent(event)
        self.presence.watch(self.windowHandle())
        QTimer.singleShot(0, self.activateWindow)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Close, if whoever holds the window lets a person leave now."""
        if not self.may_close():
            event.ignore()
            return
        self.closing.emit()
        super().closeEvent(event)

    def event(self, event: QEvent) -> bool:
        """Tell when a new pop has been painted."""
        done = super().event(event)
        if self._unpainted and event.type() == QEvent.Type.UpdateRequest and self.isVisible():
            call, self._unpainted = self._unpainted, ""
            self.pop_painted.emit(call, time.monotonic())
        return done

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter that nothing else wanted is the form's next step."""
        at_desk = self.sheets.current is None and self.pages.current is None
        plain = event.key() in ENTER and at_desk
        if plain and self.centre.form.view is not None and not self.lock.isVisible():
            self.desk.next_step()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802
        """Move the focus in the order of speech.

        Qt asks for this too when a control with the focus is hidden. The focus then rests on the
        window: the next Enter must not press whatever button happened to come after.
        """
        focus = self.focusWidget()
        if focus is not None and not focus.isVisible():
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        if self.liaison.isVisible():
            regions: list[QWidget] = [self.liaison]
        elif self.lock.isVisible():
            regions = [self.lock]
        elif self.sheets.current is not None:
            regions = [self.sheets.current]
        elif self.pages.current is not None:
            regions = self.pages.current.regions()
        else:
            regions = [self.centre, self.right, self.left, self.top]
        return next_stop(self, regions, forward=forward)

    def show_page(self, page: Page | None) -> None:
        """Let a page lie over the desk, or the desk be seen again."""
        for part in (self.left, self.centre, self.right, *self.lines):
            part.setVisible(page is None)
        self.top.set_page(page.title if page is not None else "Desk")
        self.arrange()

    def _turn_to(self, name: str) -> None:
        page = self.pages.current
        if name == (page.title if page is not None else "Desk"):
            return
        turns = {
            "Practices": self.pages.toggle,
            "Floor": self.pages.toggle_floor,
            "Reports": self.pages.toggle_figures,
            "Rota": self.pages.toggle_rota,
        }
        turns.get(name, self.pages.close)()

    def _show_lock(self, *, locked: bool) -> None:
        if locked:
            self.sheets.leave()
            self.sheets.close()
            self.pages.close()
            self.notice.dismiss()
        for part in (self.left, self.centre, self.right, self.bottom, *self.lines):
            part.setVisible(not locked)
        self.top.set_locked(locked)
        self.lock.setVisible(locked)
        if locked:
            self.lock.raise_()
            self.lock.opened()
        elif self.centre.form.view is not None:
            self.centre.form.take_focus()

    def _show_liaison(self, view: LiaisonView | None) -> None:
        was = self.liaison.isVisible()
        self.liaison.fill(view)
        if was and not self.liaison.isVisible() and self.lock.isVisible():
            self.lock.opened()

    def _open_fact(self, fact: object) -> None:
        self.desk.read_fact(fact.label)  # type: ignore[attr-defined]
        self.sheets.show_fact(fact)  # type: ignore[arg-type]

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        body = self.centre.form.body
        if self.centre.form.view is not None:
            body.put_side_buttons()
        if new is not None and body.isAncestorOf(new):
            for area in scroll_areas(new):
                area.ensureWidgetVisible(new, 0, 24)

    def _call_attention(self) -> None:
        if self.isMinimized():
            self.showNormal()
        self.raise_()
        QApplication.alert(self)
        self.toasts.ring()

    def _tell_of_work(self) -> None:
        QApplication.alert(self)
        QApplication.beep()
        self.toasts.tell_of_work()

    def _come_forward(self) -> None:
        if self.isMinimized():
            self.showNormal()
        self.raise_()
        self.activateWindow()
        self.toasts.take_away()


def app_instance() -> QApplication:
    """Return the application there must be before a window."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise TypeError("a window needs a QApplication first")
    return app


def _line(parent: QWidget) -> QFrame:
    line = QFrame(parent)
    palette = line.palette()
    palette.setColor(line.backgroundRole(), colour(Ink.LINE))
    line.setPalette(palette)
    line.setAutoFillBackground(True)
    return line
