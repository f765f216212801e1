"""F9 under way: the escalation on record, somebody called about the caller, and the caller brought
back whatever happens. The same from the board, where no caller is on the line any more.

The engine's events move the try (`console.escalation.reaching`); here is what each move brings: the
prompt, the time that may pass, the line in the time-line, the sheet. One try at a time.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer

from console.desk import reach_view
from console.desk.consults import Consults
from console.desk.escalating import Reachable
from console.desk.live_call import LiveCall
from console.desk.reach_line import ReachLine
from console.desk.reach_record import ReachRecord
from console.desk.reach_try import Subject, Try
from console.desk.stage import Stage as DeskStage
from console.desk.views import Light
from console.escalation import reaching as reach_of
from console.escalation.reaching import Limits, Reach, Stage, Step, Why
from scripts.calltypes import CallType
from softphone import wire
from softphone.calls import CallState, ConferenceState, ConsultState
from softphone.wire import EndCause

if TYPE_CHECKING:  # the database's library is the worker's to import
    from console.store.calling_provider import ToCall

__all__ = ["Limits", "Reaching"]

_SETTLE_S: Final = 3.0  # after the asked one has gone in the middle of a transfer


class Reaching:
    """The intents and events of a try."""

    def __init__(self, stage: DeskStage, consults: Consults, limits: Limits | None = None) -> None:
        self._stage = stage
        self._consults = consults
        self._line = ReachLine(stage, consults)
        self._record = ReachRecord(stage)
        self.limits = limits or Limits()
        self.opened: Callable[[LiveCall], None] = lambda _: None  # a call's escalation is on record
        self._try: Try | None = None
        self._hidden = False
        self._timer = QTimer(stage.out, singleShot=True)
        self._timer.timeout.connect(self.run_out)
        stage.engine.died.connect(lambda _: self._fail(Why.LOST))

    # --- intents ---------------------------------------------------------------------------

    def about(self, call: LiveCall) -> bool:
        """Whether there is a try about this call whose sheet can be shown."""
        return self._try is not None and self._try.about.call is call

    def begin(self, call: LiveCall) -> None:
        """Put a call's escalation on record, then call who is on call."""
        if self._busy():
            return
        now = self._stage.clock()
        about = Subject.of(call)
        people = about.people(now)
        if not people or not self._record.can_open(call):
            self._nobody()
            return
        self._new(about, people[0], frozenset())
        current = self._try
        self._record.open(call, now, then=lambda: self._written(current))

    def begin_alone(self, about: "ToCall | None") -> None:
        """Call whoever an open escalation is at, with no caller on the line."""
        if self._try is not None and self._try.about.call is None and not self._try.reach.over:
            self.show()
            return
        if self._busy():
            return
        practice = self._stage.library.by_id(about.practice_id) if about is not None else None
        if about is None or practice is None:
            self._stage.say(
                "Nobody to call", "It is finished, or its practice is not on file.", Light.WARN
            )
            return
        subject = Subject(
            uid=about.uid,
            practice=practice,
            call_type=about.call_type or CallType.URGENT,
            summary=about.summary,
            number=about.number,
            first=about.whom,
        )
        people = subject.people(self._stage.clock())
        if not people:
            self._nobody()
            return
        self._new(subject, people[0], frozenset())
        self._written(self._try)

    def choose(self, code: str) -> None:
        """Go on as a choice of the sheet says."""
        current = self._try
        if current is None:
            return
        match code:
            case reach_view.STOP:
                self._stop(Why.STOPPED)
            case reach_view.CALLS_BACK:
                self._stop(Why.CALLS_BACK)
            case reach_view.JOIN if self._can(Step.JOIN):
                self._consults.join_or_split()
            case reach_view.PASS if self._can(Step.PASS):
                self._pass_on(current)
            case reach_view.NEXT:
                self._next()
            case reach_view.CLOSE:
                self.hide()
            case _:
                pass

    def show(self) -> None:
        """Show the sheet again."""
        self._hidden = False
        self._show()

    def hide(self) -> None:
        """Put the sheet away; what goes on goes on."""
        self._hidden = True
        if self._try is not None and self._try.reach.over:
            self._try = None
        self._stage.out.reach_changed.emit(None)

    def selected(self, call: str) -> None:
        """Another call is in front: the sheet is shown with its own only."""
        if self._try is not None and self._try.caller == call:
            self.show()
        elif self._try is not None:
            self.hide()

    def held_back(self) -> bool:
        """Tell whether caller and asked may not be brought together yet; say why where so."""
        current = self._try
        if current is None or current.reach.over or current.reach.may_hear_details:
            return False
        self._stage.say(
            f"{current.who.spoken} has not taken the call yet",
            "It may be a voicemail. Wait for 1 to be pressed, or go back to the caller.",
            Light.WARN,
        )
        return True

    def close(self) -> None:
        """The desk goes home: nothing more is done about a try."""
        self._timer.stop()
        self._try = None

    def run_out(self) -> None:
        """The time of this stage is over: the caller comes back."""
        current = self._try
        if current is None or current.reach.over:
            return
        stage = current.reach.stage
        if stage is Stage.PASSING:  # the asked one has gone, and the transfer came to nothing
            self._fail(Why.HUNG_UP)
            return
        self._line.let_go(current)
        self._fail(Why.NO_ANSWER if stage in reach_of.UNANSWERED else Why.NO_KEY)

    # --- what the engine says --------------------------------------------------------------

    def hear(self, event: wire.Event) -> None:
        """Take in an event, if it is about the try."""
        current = self._try
        if current is None or current.reach.over:
            return
        match event:
            case wire.CallPlaced() if event.request == current.request:
                current.leg = event.call
            case wire.CommandRefused():
                self._refused(current, event)
            case wire.ConferenceChanged() if current.leg in (event.call, event.other):
                self._conference(current, event)
            case wire.ConsultChanged() if event.consult == current.leg:
                if event.state is ConsultState.WITH_CALLER and self._can(Step.PASS_FAIL):
                    self._move(Step.PASS_FAIL)
            case wire.ConsultEnded() if event.consult == current.leg:
                if event.how is wire.ConsultEnd.FAR_END and current.reach.stage is Stage.PASSING:
                    self._fail(Why.HUNG_UP)
            case wire.CallEnded() if event.call == current.caller:
                self._caller_ended(event)
            case wire.CallAnswered() if event.call not in (current.leg, current.caller):
                self.selected(event.call)
            case _ if getattr(event, "call", "") == current.leg != "":
                self._leg_event(current, event)
            case _:
                pass

    def _leg_event(self, current: Try, event: wire.Event) -> None:
        match event:
            case wire.CallAlerting() if self._can(Step.RING):
                self._move(Step.RING)
            case wire.CallAnswered() if self._can(Step.ANSWER):
                self._line.mute(current, muted=True)
                self._move(Step.ANSWER)
            case wire.DtmfReceived():
                self._pressed(current, event.digit)
            case wire.CallEnded():
                self._leg_ended(current, event)
            case _:
                pass

    def _pressed(self, current: Try, digit: str) -> None:
        before = current.reach
        reach, pin = reach_of.pressed(before, digit)
        if reach.stage is not before.stage:
            self._become(reach)
        else:
            current.reach = reach
        if pin:
            self._check(current, pin)

    def _check(self, current: Try, pin: str) -> None:
        """Have a PIN checked, off this thread: that takes as long as a guess has to be dear."""
        from console.people.credentials import fits  # noqa: PLC0415 - not before it is needed

        kept = current.who.pin

        def checked(right: bool) -> None:
            if self._try is current and current.reach.stage is Stage.PIN:
                self._move(Step.TAKE if right else Step.WRONG_PIN)
                if current.reach.over:
                    self._line.let_go(current)

        self._stage.book.ask(lambda _: fits(pin, kept), then=checked)

    def _leg_ended(self, current: Try, event: wire.CallEnded) -> None:
        stage, current.leg_gone = current.reach.stage, True
        if stage is Stage.PASSING:
            self._timer.start(round(_SETTLE_S * 1000))
        else:
            rang_out = event.cause is EndCause.UNANSWERED
            self._fail(reach_of.why_ended(stage, code=event.code, rang_out=rang_out))

    def _caller_ended(self, event: wire.CallEnded) -> None:
        if event.cause is EndCause.TRANSFERRED and self._can(Step.CONNECT):
            self._move(Step.CONNECT)
            return
        current = self._try
        assert current is not None
        current.reach = reach_of.caller_left(current.reach)
        self._record.note(current, "caller_left")
        self._show()

    def _conference(self, current: Try, event: wire.ConferenceChanged) -> None:
        if event.state is ConferenceState.UP:
            step = Step.STAY if current.reach.stage is Stage.PASSING else Step.JOIN
        elif event.state is ConferenceState.OVER and current.reach.stage is Stage.JOINED:
            step = Step.SPLIT
        else:
            return
        if self._can(step):
            self._move(step)

    def _refused(self, current: Try, event: wire.CommandRefused) -> None:
        if event.call not in (current.caller, current.leg, current.request):
            return
        if event.command in ("start_consult", "place_call"):
            self._fail(Why.REFUSED)
        elif event.command == "complete_transfer" and self._can(Step.PASS_FAIL):
            self._move(Step.PASS_FAIL)
        elif event.command == "leave_conference" and self._can(Step.STAY):
            self._move(Step.STAY)

    # --- within ----------------------------------------------------------------------------

    def _busy(self) -> bool:
        current = self._try
        if current is None or current.reach.over:
            return False
        self._stage.say("Somebody is being reached already", "Stop that first.", Light.WARN)
        return True

    def _nobody(self) -> None:
        self._stage.say(
            "Nobody to call", "There is no telephone on file. Take a message.", Light.WARN
        )

    def _new(self, about: Subject, who: Reachable, tried: frozenset[str]) -> None:
        self._try = Try(
            about=about,
            who=who,
            began=self._stage.clock(),
            tried=tried | {who.id},
            reach=Reach(needs_pin=bool(who.pin), caller_there=about.call is not None),
        )
        self._hidden = False
        self._show()

    def _written(self, current: Try | None) -> None:
        """The escalation is safe, in the records or on this machine: now somebody is called."""
        if current is None or self._try is not current or current.reach.over:
            return
        call = current.about.call
        if call is not None and call.state not in (CallState.ACTIVE, CallState.HELD):
            current.reach = reach_of.caller_left(current.reach)
            self._fail(Why.STOPPED)
            return
        if call is not None:
            self.opened(call)
        self._line.dial(current)
        self._move(Step.WRITTEN)

    def _next(self) -> None:
        """Call the next person about the same caller."""
        current = self._try
        if current is None or current.reach.stage is not Stage.BACK:
            return
        following = current.following(self._stage.clock())
        if following is not None:
            self._new(current.about, following, current.tried)
            self._written(self._try)

    def _pass_on(self, current: Try) -> None:
        leg = self._stage.legs.get(current.leg)
        if leg is None or (leg.consult is None and leg.conference is not ConferenceState.UP):
            self._stage.say("Join all three first", "Then put the caller through.", Light.WARN)
            return
        self._move(Step.PASS)
        self._consults.complete()

    def _stop(self, why: Why) -> None:
        current = self._try
        if current is None or current.reach.over or current.reach.stage is Stage.PASSING:
            return
        if why is Why.STOPPED and current.reach.may_hear_details:
            self._record.answer(current, passed_on=True)
        self._line.let_go(current)
        self._fail(why)

    def _can(self, step: Step) -> bool:
        return self._try is not None and reach_of.can(self._try.reach, step)

    def _move(self, step: Step) -> None:
        if self._try is not None:
            self._become(reach_of.after(self._try.reach, step))

    def _fail(self, why: Why) -> None:
        if self._try is not None and not self._try.reach.over:
            self._become(reach_of.failed(self._try.reach, why))

    def _become(self, reach: Reach) -> None:
        current = self._try
        assert current is not None
        before, current.reach = current.reach, reach
        if reach.stage is not before.stage:
            current.enter(reach.stage)
            self._brings(current, before.stage)
        elif reach.wrong_pins > before.wrong_pins:
            self._line.prompt(current, "wrong_pin", again=True)
            self._allow(self.limits.pin_s)
        if reach.over:
            self._hidden = False
        self._show()

    def _brings(self, current: Try, before: Stage) -> None:
        """Do what comes with a stage."""
        match current.reach.stage:
            case Stage.DIALLING:
                self._record.note(current, "dial")
                self._allow(self.limits.ring_s)
            case Stage.PROMPTING:
                self._record.note(current, "answered")
                self._line.prompt(current, "take_the_call", again=True)
                self._allow(self.limits.key_s)
            case Stage.PIN:
                self._line.prompt(current, "enter_pin", again=True)
                self._allow(self.limits.pin_s)
            case Stage.TAKEN if before in (Stage.PROMPTING, Stage.PIN):
                self._allow(None)
                self._line.prompt(current, "thank_you", again=False)
                self._line.mute(current, muted=False)
                self._record.answer(current, passed_on=False)
            case Stage.JOINED if before is Stage.TAKEN:
                self._record.note(current, "joined")
            case Stage.THROUGH:
                self._allow(None)
                self._record.note(current, "put_through")
            case Stage.BACK:
                self._allow(None)
                assert current.reach.why is not None
                self._record.note(current, current.reach.why.value)
            case _:
                pass

    def _allow(self, seconds: float | None) -> None:
        current = self._try
        assert current is not None
        self._timer.stop()
        current.until = None
        if seconds is not None:
            current.until = self._stage.clock() + timedelta(seconds=seconds)
            self._timer.start(round(seconds * 1000))

    def _show(self) -> None:
        current = self._try
        if current is None or self._hidden:
            return
        self._stage.out.reach_changed.emit(
            reach_view.build(
                current.reach,
                call=current.caller,
                who=current.who,
                stages=current.stages,
                until=current.until,
                summary=current.about.summary,
                number=current.about.number,
                following=current.following(self._stage.clock()),
                alone=current.about.call is None,
            )
        )
