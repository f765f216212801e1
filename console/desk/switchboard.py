"""Every event of the engine, taken in: the live calls moved, what changed shown and written.

The pop goes first. What has to be written of a new call, and what has to be looked up for it, waits
until the pop has been painted.
"""

from dataclasses import dataclass

from PySide6.QtCore import QTimer

from console.desk import watching
from console.desk.calling_back import CallingBack
from console.desk.consults import Consults
from console.desk.declining import Declining
from console.desk.dialling_out import DiallingOut
from console.desk.floor import coded
from console.desk.form_keeper import FormKeeper
from console.desk.live_call import LiveCall, moment
from console.desk.reaching import Reaching
from console.desk.readiness import Readiness
from console.desk.stage import Stage
from console.desk.taping import Taping
from console.desk.views import Light
from console.errors import WorldError
from console.store.work import DoneCallback
from softphone import wire
from softphone.calls import CallState, Move

AFTER_THE_POP_MS = 40
KEYS_SHOWN = 12  # of those the far end presses


@dataclass(frozen=True, slots=True)
class Ears:
    """The parts of the desk that are told of the engine's events as well."""

    readiness: Readiness
    consults: Consults
    calling_back: CallingBack
    dialling_out: DiallingOut
    declining: Declining
    taping: Taping
    reaching: Reaching


class Switchboard:
    """The desk's ear on the engine."""

    def __init__(self, stage: Stage, form: FormKeeper, ears: Ears) -> None:
        self._stage = stage
        self._form = form
        self._ears = ears
        self._new: list[LiveCall] = []  # shown, and not yet written
        self._pop_painted = QTimer(stage.out, interval=AFTER_THE_POP_MS, singleShot=True)
        self._pop_painted.timeout.connect(self._after_the_pop)
        engine = stage.engine
        engine.joined.connect(self._on_joined)
        engine.received.connect(self._on_event)
        engine.died.connect(self._on_engine_died)
        engine.silent.connect(self._on_engine_silent)
        engine.failed.connect(self._on_engine_failed)

    def _on_joined(self, welcome: wire.Welcome) -> None:
        health = self._stage.health
        health.engine_up, health.engine_trouble = True, ""
        health.registration, health.sip_address = welcome.registration, welcome.sip_address
        health.sound = welcome.sound
        self._stage.lines.direct = welcome.registration is wire.Registration.DIRECT
        for snapshot in welcome.missed:
            for work in self._stage.lines.missed(snapshot):
                self._stage.book.write(work)
        self._take_up_legs(welcome)
        ours = [each for each in welcome.calls if self._stage.legs.get(each.call) is None]
        # What ended while this window did not hear, and nobody else took note of.
        for work in self._stage.lines.lost(self._stage.clock(), but={each.call for each in ours}):
            self._stage.book.write(work)
        for snapshot in ours:
            call = self._stage.lines.rejoined(snapshot)
            for work in self._stage.lines.known_work(call):
                self._stage.book.write(work)
            self._form.look_up_caller(call)
        self._stage.lines.forget_finished()
        self._stage.refresh_overview()
        self._form.attach_drafts()
        for recorded in welcome.recorded:
            self._ears.taping.ended(recorded)
        for snapshot in ours:
            if (rejoined := self._stage.lines.get(snapshot.call)) is not None:
                self._ears.taping.rejoined(rejoined, snapshot)
        self._stage.show_selected()
        self._ears.readiness.prove()

    def _take_up_legs(self, welcome: wire.Welcome) -> None:
        known = {leg.call for leg in self._stage.legs}
        held = {s.call for s in welcome.calls if self._stage.legs.rejoined(s)}
        for call in known - held:
            self._stage.legs.drop(call)

    def _on_event(self, event: wire.Event) -> None:
        known = self._ears.consults.hear(event) or self._ears.taping.hear(event)
        self._ears.reaching.hear(event)
        if known:
            return
        match event:
            case wire.CallOffered() | wire.CallWaiting():
                self._on_offered(event)
            case wire.CallPlaced():
                self._ears.calling_back.placed(event)
                self._ears.dialling_out.placed(event)
            case wire.RegistrationChanged():
                self._stage.health.registration = event.registration
                self._stage.lines.direct = event.registration is wire.Registration.DIRECT
                self._stage.health.registration_reason = event.reason or str(event.code)
                self._stage.show_status()
            case wire.SoundChanged():
                health = self._stage.health
                health.microphone_silent &= event.sound.microphone == health.sound.microphone
                health.sound = event.sound
                self._stage.show_status()
            case wire.SoundLevels():
                watching.hear_levels(self._stage, event)
                self._stage.out.level_changed.emit(event.microphone, event.earpiece)
            case wire.SelfTestResult():
                self._ears.readiness.on_result(event)
            case wire.CommandRefused():
                if event.command == coded.TAG or self._ears.readiness.on_refused(event):
                    return
                self._stage.legs.refused(event)
                self._ears.dialling_out.refused(event)
                self._ears.declining.refused(event)
                self._stage.say("The softphone could not do that", event.reason, Light.WARN)
            case (
                wire.MicrophoneSilent() | wire.AudioLost() | wire.AudioBack() | wire.HoldReminder()
            ):
                watching.take_in(self._stage, event)
            case _:
                call = self._stage.lines.get(getattr(event, "call", ""))
                if call is not None:  # other clients of the engine may have calls of their own
                    self._on_call_event(call, event)

    def _on_offered(self, event: wire.CallOffered | wire.CallWaiting) -> None:
        if isinstance(event, wire.CallOffered) and not (
            self._stage.health.takes_calls
            or self._stage.lines.direct
            or self._stage.expects(event.pbx_call_id)
        ):
            # Back to the queue, for another desk. With no queue behind us it rings here all the
            # same: a caller who hears ringing is better off than one who is turned away.
            self._stage.engine.send(wire.Decline(call=event.call))
            if self._stage.lines.get(event.call) is None:
                return  # nothing was shown of it, and nothing has to be
        call = self._stage.lines.offered(event)
        if self._stage.lines.selected == call.call:
            self._stage.show_pop(call)  # first: the receptionist reads it before anything else
            self._stage.out.form_changed.emit(None)
        self._stage.show_calls()
        self._stage.show_status()
        self._new.append(call)
        if not self._pop_painted.isActive():
            self._pop_painted.start()

    def _after_the_pop(self) -> None:
        new, self._new = self._new, []
        for call in new:
            self._stage.book.write(self._stage.lines.opened_work(call))
            self._form.look_up_caller(call)

    def _on_call_event(self, call: LiveCall, event: wire.Event) -> None:
        match event:
            case wire.CallAlerting():
                call.move(Move.ALERT)
            case wire.CallAnswered():
                call.move(Move.ANSWER)
                call.answered_at = moment(event.at)
                self._stage.lines.selected = call.call
                self._stage.book.write(self._stage.lines.answered_work(call))
                self._form.keep_draft(call)
                self._settle_callbacks(call)
                self._ears.taping.answered(call)
                self._stage.show_selected()
            case wire.CallHeld():
                call.move(Move.HOLD)
                call.held_at = moment(event.at)
            case wire.CallResumed():
                call.move(Move.RESUME)
                call.off_hold(moment(event.at))
                if self._stage.lines.selected != call.call:
                    self._stage.lines.selected = call.call
                    self._stage.show_selected()
            case wire.MuteChanged():
                call.muted = event.muted
            case wire.CallQuality():
                watching.take_quality(self._stage, call, event)
            case wire.DtmfReceived():
                call.keys = (call.keys + event.digit)[-KEYS_SHOWN:]
            case wire.TransferStarted():
                call.move(Move.TRANSFER)
            case wire.TransferFailed():
                self._on_transfer_failed(call, event)
            case wire.CallEnded():
                self._on_ended(call, event)
                return
            case _:
                return
        self._stage.show_calls()
        self._stage.show_status()

    def _on_transfer_failed(self, call: LiveCall, event: wire.TransferFailed) -> None:
        if call.state is CallState.TRANSFERRING:  # else the REFER itself was refused
            call.move(Move.TRANSFER_FAIL)
            call.off_hold(self._stage.clock())
        self._stage.say(
            "The transfer did not go through",
            f"The caller is back with you ({event.reason or event.code}).",
            Light.BAD,
        )

    def _on_ended(self, call: LiveCall, event: wire.CallEnded) -> None:
        for work in self._stage.lines.ended(call, event):
            self._stage.book.write(work)
        self._ears.calling_back.ended(call, event)
        self._ears.dialling_out.ended(call, event)
        if event.cause is wire.EndCause.TRANSFERRED:
            self._form.transferred(call)
        if event.cause is wire.EndCause.LOST and call.was_answered:
            number = "with their number " if call.caller.number else ""
            self._stage.say("The call was lost", f"The caller is kept {number}to be called back.",
                     Light.BAD)  # fmt: skip
        self._stage.refresh_overview()
        self._stage.settle()

    def _on_engine_died(self, sentence: str) -> None:
        self._stage.health.engine_up = False
        self._stage.health.engine_trouble = sentence
        self._stage.health.engine_silent = False
        self._stage.health.microphone_silent = False
        self._ears.readiness.forget()
        self._stage.legs.clear()
        cut_off = [call for call in self._stage.lines if call.is_up]
        self._ears.taping.lost("The softphone stopped; what it had heard until then can be heard.")
        self.end_calls()
        self._stage.refresh_overview()
        self._stage.settle()
        if cut_off:
            kept = sum(1 for call in cut_off if call.caller.number)
            one = "1 caller is" if kept == 1 else f"{kept} callers are"
            self._stage.say(
                "The softphone stopped",
                f"{one} kept with their number to be called back. Forms are untouched.",
                Light.BAD,
            )

    def end_calls(self) -> None:
        """Every call is over because what held them is: write it, and whom we owe a call back."""
        for call in self._new:
            self._stage.book.write(self._stage.lines.opened_work(call))
        self._new = []
        for work in self._stage.lines.lost(self._stage.clock()):
            self._stage.book.write(work)

    def _on_engine_silent(self, silent: bool) -> None:
        self._stage.health.engine_silent = silent
        self._stage.show_status()

    def _on_engine_failed(self, error: WorldError) -> None:
        self._stage.health.engine_up = False
        self._stage.health.engine_trouble = f"{error.title}. {error.message}"
        self._stage.show_status()

    def _settle_callbacks(self, call: LiveCall) -> None:
        """A caller who got through by calling again is owed no call back."""
        if call.callback:
            return  # they did not: we called them, and it counts once the form is finished
        practice = self._stage.lines.practice_id(call)
        for row in self._stage.callbacks:
            if row.number and row.number == call.caller.number and row.practice_id == practice:
                self._stage.book.write(
                    DoneCallback(uid=row.uid, at=self._stage.clock(), agent=self._stage.agent)
                )
        self._stage.refresh_overview()
