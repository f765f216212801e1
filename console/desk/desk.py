"""The desk: every intent of the receptionist, every event of the phone, and what is shown of them.

It lives on the window's thread and never waits. Intents become commands to the engine or moves of
the form; events become new views. What is written or looked up goes through the bookkeeper and
comes back later.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from console.chosen_sound import SoundFile
from console.desk import status
from console.desk.answers import Answers
from console.desk.auditing.keeper import AuditKeeper
from console.desk.auto_answer import AutoAnswer
from console.desk.board.keeper import BoardKeeper
from console.desk.board.owner_news import OwnerNews
from console.desk.bookkeeping import Bookkeeper
from console.desk.callers.keeper import CallersKeeper
from console.desk.calling_back import CallingBack
from console.desk.checking_back import CheckingBack
from console.desk.consults import Consults
from console.desk.declining import Declining
from console.desk.dialling_out import DiallingOut
from console.desk.editions import KEPT_NAME
from console.desk.figures.keeper import FiguresKeeper
from console.desk.floor.coded import CodedPlace
from console.desk.floor.gone import QueueCallers
from console.desk.floor.keeper import FloorKeeper
from console.desk.floor.place import QueuePlace
from console.desk.form_keeper import FormKeeper
from console.desk.handset import Handset
from console.desk.headset import Headset
from console.desk.lines import Lines
from console.desk.live import Live
from console.desk.oncall.changing import RotaChanges
from console.desk.oncall.todays import TodaysRota
from console.desk.people.keeper import PeopleKeeper
from console.desk.permissions import Person, Rights
from console.desk.playing import Playing
from console.desk.quality.keeper import QualityKeeper
from console.desk.reaching import Reaching
from console.desk.readiness import Readiness
from console.desk.records_seen import RecordsSeen
from console.desk.rota.keeper import RotaKeeper
from console.desk.script_keeper import ScriptKeeper
from console.desk.set_aside.keeper import AsideKeeper
from console.desk.stage import Stage, StageSignals, utc_now
from console.desk.switchboard import Ears, Switchboard
from console.desk.taping import Tapes, Taping
from console.desk.views import KeyWay, Light
from console.desk.waiting.keeper import WaitingKeeper
from console.desk.ways_to_reach import WaysToReach
from console.desk.wrap_up import WrapUp
from console.floor.breach import USUAL_RULES, FloorRules
from console.floor.wrapping import WrapUpRules
from console.phone.engine import Engine
from console.queue_feed.feed import QueueFeed
from console.settings import KEPT_ROTA, SoundSettings
from scripts.calltypes import CallType, Outcome
from scripts.loader import Library
from scripts.protocol import DEFAULT_WORDS_911
from softphone import wire

if TYPE_CHECKING:
    from console.desk.practices.desk import Practices
    from console.store.calling_provider import ToCall

ASK_AGAIN_WITHIN = timedelta(seconds=10)


class Desk(StageSignals):
    """One receptionist's desk."""

    def __init__(
        self,
        *,
        engine: Engine,
        book: Bookkeeper,
        library: Library,
        agent: str,
        timezone: str = "UTC",
        auto_answer_s: float | None = None,
        keys_by: wire.DtmfMethod = wire.DtmfMethod.AUTO,
        caller_id_by: wire.CallerIdBy = wire.CallerIdBy.FROM,
        person: Person | None = None,
        tapes: Tapes | None = None,
        sound: SoundFile | None = None,
        lock_after: timedelta | None = None,
        feed: QueueFeed | None = None,
        interface: str = "",
        queue_codes: bool = False,
        floor_rules: FloorRules = USUAL_RULES,
        wrap_up: WrapUpRules | None = None,
        clock: Callable[[], datetime] = utc_now,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.scripts = ScriptKeeper(
            book=book, files=library, kept=book.folder / KEPT_NAME, clock=clock, parent=self
        )
        self._lines = Lines(self.scripts.shelf, agent=agent, timezone=timezone)
        self._engine = engine
        self._stage = Stage(
            out=self,
            engine=engine,
            book=book,
            shelf=self.scripts.shelf,
            lines=self._lines,
            health=status.Health(
                practices_trouble=self._practices_trouble(), ready_changed=clock()
            ),
            timezone=timezone,
            clock=clock,
            idle_since=clock(),
            caller_id_by=caller_id_by,
            rights=Rights(person),
        )
        self._todays = TodaysRota(self._stage, book.folder / KEPT_ROTA, self)
        self.rota_changes = RotaChanges(self._stage, self._todays, self)
        self._form = FormKeeper(self._stage)
        self._lines.sit_down(self._stage.agent)
        self.audit = AuditKeeper(self._stage, self)
        self.board = BoardKeeper(self._stage, self)
        self.news = OwnerNews(self._stage, self)
        self.callers = CallersKeeper(self._stage, self)
        self.set_aside = AsideKeeper(self._stage, self)
        self.waiting = WaitingKeeper(self._stage, self)
        self.people = PeopleKeeper(self._stage, lock_after, self)
        self.floor = FloorKeeper(self._stage, feed, self, rules=floor_rules, interface=interface)
        self.figures = FiguresKeeper(self._stage, self)
        self.rota = RotaKeeper(self._stage, self.rota_changes, self)
        self.queue_callers = QueueCallers(self._stage, feed, self)
        if feed is not None and interface:
            self._place = QueuePlace(self._stage, feed, interface, self.set_ready)
        elif queue_codes:
            self._coded_place = CodedPlace(self._stage, self)
        self._wrap_up = WrapUp(self._stage, wrap_up or WrapUpRules(), feed, interface)
        self._asked_to_leave_at: datetime | None = None
        self._readiness = Readiness(self._stage)
        self._consults = Consults(self._stage)
        self.reaching = Reaching(self._stage, self._consults)
        self._checking_back = CheckingBack(self._stage)
        self.call_finished.connect(self._checking_back.on_finished)
        self.reaching.opened = self._checking_back.note
        self._auto_answer = AutoAnswer(self._stage, auto_answer_s)
        engine.joined.connect(self._auto_answer.joined)
        self._calling_back = CallingBack(self._stage, self._form, Live(self._stage))
        self._dialling_out = DiallingOut(self._stage, self._form)
        self._declining = Declining(self._stage)
        self._handset = Handset(self._stage, keys_by)
        self._answers = Answers(self._stage, self._form)
        self._ways = WaysToReach(self._stage, self._form, self.reaching)
        self._taping = Taping(self._stage, tapes)
        self._playing = Playing(self._stage, tapes)
        self.quality = QualityKeeper(self._stage, self._playing.play_named, self)
        self._switchboard = Switchboard(
            self._stage,
            self._form,
            Ears(
                self._readiness,
                self._consults,
                self._calling_back,
                self._dialling_out,
                self._declining,
                self._taping,
                self.reaching,
            ),
        )
        self._headset = Headset(self._stage, sound or SoundFile(None, SoundSettings()))
        self.scripts.changed.connect(self._on_scripts)
        RecordsSeen(self._stage, self._form, self.people, self)

    @cached_property
    def practices(self) -> "Practices":
        """The page on which practices are edited, made when it is first asked for."""
        from console.desk.practices.desk import Practices  # noqa: PLC0415 - not before the calls

        return Practices(self._stage, self.scripts, self)

    def start(self) -> None:
        """Find or start the engine, open the records, and offer what was left unfinished."""
        self._stage.show_status()
        self._engine.start()
        self.scripts.start()
        self._todays.start()
        self._stage.book.reconnect()
        self._form.offer_unfinished()
        self.people.start()
        self.floor.start()
        self.board.start()
        self._checking_back.begin()
        self._stage.refresh_overview()

    def leave(self) -> None:
        """Write what has to be known of calls that end because this desk ends."""
        self._taping.lost("The desk was closed.")
        self._switchboard.end_calls()
        self.reaching.close()
        self._taping.close()
        self._playing.close()
        self.floor.stop()
        self.queue_callers.leave()
        self.people.stop()

    def may_leave(self) -> bool:
        """Tell whether the desk may be closed: with a caller on the line, or urgent work that is
        nobody else's, only if asked twice; with urgent work that is nobody's at all, not."""
        if unowned := self._stage.health.unowned():
            self._stage.say("Urgent work is nobody’s", unowned, Light.BAD)
            return False
        now = self._stage.clock()
        asked_at = self._asked_to_leave_at
        up = any(call.is_up for call in self._lines) or any(self._stage.legs)
        left_behind = self.people.keeps_here()
        if not (up or left_behind) or (asked_at is not None and now - asked_at <= ASK_AGAIN_WITHIN):
            return True
        self._asked_to_leave_at = now
        title = "A caller is on the line" if up else "Urgent work would be left behind"
        text = "Closing would cut the call off." if up else left_behind
        self._stage.say(title, f"{text} To close all the same, close once more.", Light.BAD)
        return False

    # --- the calls -------------------------------------------------------------------------

    def answer(self, call: str = "") -> None:
        """Take a ringing call: the one named, the selected one, or the one that rang first."""
        self._handset.answer(call)

    def decline(self, call: str = "") -> None:
        """Turn a ringing call away."""
        self._handset.decline(call)

    def start_decline(self, call: str = "") -> None:
        """Offer the other ways to turn a ringing call away."""
        self._declining.start(call)

    def decline_busy(self) -> None:
        """Tell the ringing caller that this desk is busy."""
        self._declining.busy()

    def forward(self, target: str) -> None:
        """Send the ringing caller to somebody else."""
        self._declining.forward(target)

    def cancel_decline(self) -> None:
        """Close the choice; the call rings on."""
        self._declining.cancel()

    def hang_up(self, call: str = "") -> None:
        """End a call."""
        self._handset.hang_up(call)

    def hold_or_resume(self, call: str = "") -> None:
        """Put the caller on hold, or take the caller off it."""
        self._handset.hold_or_resume(call)

    def toggle_mute(self, call: str = "") -> None:
        """Cut the microphone into a call, or give it back."""
        self._handset.toggle_mute(call)

    def select_call(self, call: str) -> None:
        """Bring a call's pop and form to the front."""
        if self._lines.get(call) is not None and call != self._lines.selected:
            self._lines.selected = call
            self._stage.show_selected()
            self.reaching.selected(call)

    def send_digits(self, digits: str, way: KeyWay = KeyWay.AS_SET) -> None:
        """Send key presses into the selected call, or to whoever is asked about it."""
        self._handset.send_digits(digits, way)

    def start_dial(self) -> None:
        """Offer for whom a number can be called."""
        self._dialling_out.start()

    def find_practice(self, text: str) -> None:
        """Offer the practices that fit what was typed."""
        self._dialling_out.find(text)

    def dial_for(self, practice_id: str) -> None:
        """Call for this practice."""
        self._dialling_out.choose(practice_id)

    def dial(self, number: str) -> None:
        """Call a number under the chosen practice's own number."""
        self._dialling_out.dial(number)

    def call_for(self, practice_id: str, number: str) -> None:
        """Call somebody back for a practice, from the board."""
        self.board.leave()
        self._dialling_out.call_for(practice_id, number)

    def cancel_dial(self) -> None:
        """Close the dial panel."""
        self._dialling_out.cancel()

    def start_transfer(self) -> None:
        """Offer whom the selected call can go to."""
        self._handset.start_transfer()

    def transfer_to(self, target: str) -> None:
        """Transfer the selected call to a number or a choice's target."""
        self._handset.transfer_to(target)

    def consult(self, target: str) -> None:
        """Hold the selected caller and ask somebody first."""
        self.transfer_changed.emit(None)
        self._consults.ask(target)

    def swap_consult(self) -> None:
        """Speak to the other of caller and asked."""
        self._consults.swap()

    def cancel_consult(self) -> None:
        """Let the asked one go and return to the caller."""
        self._consults.cancel()

    def complete_transfer(self) -> None:
        """Connect the caller with the asked one, or the two of a conference, and leave them."""
        if not self.reaching.held_back():
            self._consults.complete()

    def join_or_split(self) -> None:
        """Begin a conference of three, or end it and stay with the caller."""
        if not self.reaching.held_back():
            self._consults.join_or_split()

    def cancel_transfer(self) -> None:
        """Close the choice of whom to transfer to."""
        self.transfer_changed.emit(None)

    # --- recording -------------------------------------------------------------------------

    def record(self) -> None:
        """The caller agrees to be recorded; later, pause the recording or go on."""
        self._taping.record()

    def no_record(self) -> None:
        """The caller refuses, or takes the consent back."""
        self._taping.no_record()

    def list_recordings(self) -> None:
        """Show the newest recordings, to who may hear them."""
        self._playing.list()

    def close_recordings(self) -> None:
        """Put the list away, and stop what plays."""
        self._playing.close_list()

    def play_recording(self, recording: str) -> None:
        """Play a recording into the earpiece, or stop it."""
        self._playing.play(recording)

    def delete_recording(self, recording: str) -> None:
        """Delete a recording for good."""
        self._playing.delete(recording)

    # --- the form --------------------------------------------------------------------------

    def choose_type(self, call_type: CallType) -> None:
        """Say what kind of call the selected one is."""
        self._form.choose_type(call_type)

    def set_answer(self, link_id: str, text: str) -> None:
        """Take an answer as it stands after each edit."""
        self._form.set_answer(link_id, text)

    def mark_already_stated(self, link_id: str) -> None:
        """Record that the caller had said this before being asked."""
        self._form.mark_already_stated(link_id)

    def skip_question(self, link_id: str) -> None:
        """Record that this was not asked."""
        self._form.skip_question(link_id)

    def more_times(self, link_id: str) -> None:  # noqa: ARG002 - one open-time question a form
        """Offer later open times."""
        self._form.turn_times(1)

    def earlier_times(self, link_id: str) -> None:  # noqa: ARG002
        """Go back to the open times before."""
        self._form.turn_times(-1)

    def next_step(self) -> None:
        """Go to the form's next step."""
        self._form.next_step()

    def back_step(self) -> None:
        """Go to the form's previous step."""
        self._form.back_step()

    def go_to_step(self, number: int) -> None:
        """Go to a step by the number on its pill."""
        self._form.go_to_step(number)

    def tick_read_back(self, link_id: str) -> None:
        """Tick an answer as read back, or take the tick away."""
        self._form.tick_read_back(link_id)

    def finish(self) -> None:
        """Save the form's outcome."""
        self._form.finish()

    def end_as(self, outcome: Outcome) -> None:
        """Finish a call that was none of the seven types."""
        self._form.end_as(outcome)

    def resume_form(self, draft: str) -> None:
        """Take an unfinished form up again."""
        self._form.resume(draft)

    def discard_form(self, draft: str) -> None:
        """Throw an unfinished form away."""
        self._form.discard(draft)

    # --- emergencies -----------------------------------------------------------------------

    def read_911(self) -> None:
        """Show the 911 line. Works locked, and with no call."""
        current = self._lines.current
        if current is not None and current.was_answered and current.outcome is None:
            self._form.choose_type(CallType.EMERGENCY)
        else:
            self._stage.say("Read this", DEFAULT_WORDS_911, Light.BAD)

    def checked_back(self) -> None:
        """The caller who refuses 911 has been asked after."""
        self._checking_back.checked()

    def dismiss_red_flag(self) -> None:
        """Close the red flag, on record."""
        self._form.dismiss_flag()

    def escalate(self) -> None:
        """Offer the ways to reach who is on call; asked again, reach them, the caller on hold."""
        self._ways.escalate()

    def call_provider(self, about: "ToCall | None") -> None:
        """Call whoever an escalation on the board is at."""
        self.reaching.begin_alone(about)

    def choose_escalation(self, code: str) -> None:
        """Save the escalation first, then reach the provider as chosen."""
        self._ways.choose(code)

    def cancel_escalation(self) -> None:
        """Close the escalation without one."""
        self.escalation_changed.emit(None)

    def choose_reach(self, code: str) -> None:
        """Go on with a try to reach somebody as one of its choices says."""
        self.reaching.choose(code)

    def hide_reach(self) -> None:
        """Close the sheet of the try; the try goes on."""
        self.reaching.hide()

    # --- the practice's answers, callbacks, the lock ---------------------------------------

    def search_facts(self, text: str) -> None:
        """Find answers of the practice's own."""
        self._answers.search(text)

    def read_fact(self, label: str) -> None:
        """Record that an answer was put on screen to be read."""
        self._answers.read(label)

    def call_back(self, row: int) -> None:
        """Call a caller who is owed it, under the practice's own number."""
        self._calling_back.dial(row)

    def callback_done(self, row: int) -> None:
        """The caller who was owed a call back has been called."""
        self._calling_back.done(row)

    def lock(self) -> None:
        """Hide everything but live calls, the greeting and the 911 line."""
        self.people.session.lock()

    def unlock(self, secret: str) -> None:
        """Show everything again, if the PIN or password is right."""
        self.people.session.unlock(secret)

    def choose_pin(self, pin: str) -> None:
        """Set the PIN of somebody who has neither PIN nor password."""
        self.people.session.choose_first_pin(pin)

    def set_ready(self, ready: bool) -> None:
        """Take calls once the phone has proved itself, or take none."""
        if self._wrap_up.end_early() and ready and self._stage.health.ready:
            self._stage.show_status()  # the phone has proved itself before
            return
        self._stage.health.ready = ready
        self._stage.health.break_reason = ""
        self._stage.health.ready_changed = self._stage.clock()
        if ready:
            self._stage.health.microphone_silent = False  # mended, says the receptionist
            self._readiness.prove()
        self._stage.show_status()

    def more_time(self) -> None:
        """Ask for more time for the wrap-up."""
        self._wrap_up.extend()

    def take_break(self, reason: str) -> None:
        """Take no calls for a reason; with a caller on the line it begins after the call."""
        self.set_ready(False)
        self._stage.health.break_reason = reason
        self._stage.show_status()
        if any(call.is_up for call in self._lines):
            self._stage.say("Your break begins after this call", "No other call will ring here.")

    def _on_scripts(self) -> None:
        """Other practices are in force, for the calls that come from now on."""
        self._stage.health.practices_trouble = self._practices_trouble()
        self._stage.show_status()

    def _practices_trouble(self) -> str:
        return " ".join((_faults(self.scripts.library), *self.scripts.wrong)).strip()

    # --- the headset -----------------------------------------------------------------------

    def open_headset(self) -> None:
        """Show which devices there are, with live meters."""
        self._headset.open()

    def close_headset(self) -> None:
        """Close the headset sheet."""
        self._headset.close()

    def choose_device(self, part: str, device: str) -> None:
        """Use a device from now on."""
        self._headset.choose(wire.SoundPart(part), device)

    def choose_ringing(self, how: str) -> None:
        """Choose how loudly calls ring."""
        self._headset.ring(wire.Ringing(how))

    def try_sound(self, what: str) -> None:
        """Play something for the receptionist alone, or stop it."""
        self._headset.try_out(wire.SoundTrial(what))


def _faults(library: Library) -> str:
    if not library.faults:
        return ""
    files = sorted({fault.file.name for fault in library.faults})
    return (
        f"Left out for mistakes in them: {', '.join(files)}. Their callers hear a neutral "
        "greeting. Run: frontdesk practice check"
    )
