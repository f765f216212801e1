"""F9 under way: the escalation on record, somebody called about the caller, and the caller brought
back whatever happens.

The engine's events move the try (`console.escalation.reaching`); here is what each move brings: the
prompt, the time that may pass, the line in the time-line, the sheet. One try at a time.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from PySide6.QtCore import QTimer

from console.desk import escalating, finishing, reach_view
from console.desk.consults import Consults
from console.desk.escalating import Reachable
from console.desk.live_call import LiveCall
from console.desk.stage import Stage as DeskStage
from console.desk.views import Light
from console.escalation import reaching as reach_of
from console.escalation.kept import ladder_record
from console.escalation.pages import new_reference
from console.escalation.reaching import Reach, Stage, Step, Why
from console.escalation.signed import signed_ladder
from console.store.values import Direction
from console.store.work import NotedReach, OpenedEscalation, TakenEscalation
from resources import PROMPTS
from scripts.calltypes import CallType
from scripts.protocol import Priority
from softphone import wire
from softphone.calls import CallState, ConferenceState, ConsultState
from softphone.wire import EndCause

_BUSY = frozenset({486, 600, 603})  # RFC 3261 21.4.24, 21.6.1 and 21.6.2
_NOT_THERE = frozenset({404, 408, 480, 487})
_SETTLE_S = 3.0  # after the asked one has gone in the middle of a transfer
_PROMPT_AGAIN_S = 1.5


@dataclass(frozen=True, slots=True)
class Limits:
    """How long each stage may last, in seconds, before the caller is brought back."""

    ring_s: float = 30.0
    key_s: float = 25.0  # a voicemail's greeting, and twice the prompt
    pin_s: float = 20.0


@dataclass(slots=True, kw_only=True)
class _Try:
    """One person called about one caller."""

    call: LiveCall
    who: Reachable
    began: datetime
    tried: frozenset[str]
    summary: str
    number: str
    reach: Reach
    request: str = ""
    leg: str = ""
    leg_gone: bool = False
    stages: tuple[Stage, ...] = (Stage.WRITING,)
    until: datetime | None = None
    lines: list[str] = field(default_factory=list)


class Reaching:
    """The intents and events of a try."""

    def __init__(self, stage: DeskStage, consults: Consults, limits: Limits | None = None) -> None:
        self._stage = stage
        self._consults = consults
        self.limits = limits or Limits()
        self._try: _Try | None = None
        self._hidden = False
        self._timer = QTimer(stage.out, singleShot=True)
        self._timer.timeout.connect(self.run_out)
        stage.engine.died.connect(lambda _: self._fail(Why.LOST))

    # --- intents ---------------------------------------------------------------------------

    def about(self, call: LiveCall) -> bool:
        """Whether there is a try about this call whose sheet can be shown."""
        return self._try is not None and self._try.call is call

    def begin(self, call: LiveCall) -> None:
        """Put a call's escalation on record, then call who is on call."""
        if self._busy():
            return
        now = self._stage.clock()
        people = escalating.reachable(call, now)
        new = finishing.escalation_now(call, agent=self._stage.agent, now=now)
        if not people or new is None or call.practice.neutral:
            self._stage.say("Nobody to call", "There is no telephone on file. Take a message.",
                            Light.WARN)  # fmt: skip
            return
        kind = call.call_type or CallType.URGENT
        ladder = signed_ladder(call.practice, call_type=kind, priority=Priority.URGENT, moment=now)
        self._new(call, people[0], frozenset())
        current = self._try
        self._stage.book.write(
            OpenedEscalation(
                uid=call.call,
                practice_id=call.practice.id,
                offered_at=call.offered_at,
                escalation=new,
                reference=new_reference(),
                ladder=ladder_record(ladder),
                direction=Direction.OUTGOING if call.outgoing else Direction.INCOMING,
                call_type=kind,
            ),
            then=lambda: self._written(current),
        )

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
        if self._try is not None and self._try.call.call == call:
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
        self._drop_leg(current)
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
            case wire.CallEnded() if event.call == current.call.call:
                self._caller_ended(event)
            case wire.CallAnswered() if event.call not in (current.leg, current.call.call):
                self.selected(event.call)
            case _ if getattr(event, "call", "") == current.leg != "":
                self._leg_event(current, event)
            case _:
                pass

    def _leg_event(self, current: _Try, event: wire.Event) -> None:
        match event:
            case wire.CallAlerting() if self._can(Step.RING):
                self._move(Step.RING)
            case wire.CallAnswered() if self._can(Step.ANSWER):
                self._stage.engine.send(wire.SetMute(call=current.leg, muted=True))
                self._move(Step.ANSWER)
            case wire.DtmfReceived():
                self._pressed(current, event.digit)
            case wire.CallEnded():
                self._leg_ended(current, event)
            case _:
                pass

    def _pressed(self, current: _Try, digit: str) -> None:
        before = current.reach
        reach, pin = reach_of.pressed(before, digit)
        if reach.stage is not before.stage:
            self._become(reach)
        else:
            current.reach = reach
        if pin:
            self._check(current, pin)

    def _check(self, current: _Try, pin: str) -> None:
        """Have a PIN checked, off this thread: that takes as long as a guess has to be dear."""
        from console.people.credentials import fits  # noqa: PLC0415 - not before it is needed

        kept = current.who.pin

        def checked(right: bool) -> None:
            if self._try is current and current.reach.stage is Stage.PIN:
                self._move(Step.TAKE if right else Step.WRONG_PIN)
                if current.reach.over:
                    self._drop_leg(current)

        self._stage.book.ask(lambda _: fits(pin, kept), then=checked)

    def _leg_ended(self, current: _Try, event: wire.CallEnded) -> None:
        stage, current.leg_gone = current.reach.stage, True
        if stage is Stage.PASSING:
            self._timer.start(round(_SETTLE_S * 1000))
        elif stage in reach_of.ANSWERED:
            self._fail(Why.HUNG_UP)
        elif event.code in _BUSY:
            self._fail(Why.BUSY)
        elif event.cause is EndCause.UNANSWERED or event.code in _NOT_THERE:
            self._fail(Why.NO_ANSWER)
        else:
            self._fail(Why.REFUSED)

    def _caller_ended(self, event: wire.CallEnded) -> None:
        if event.cause is EndCause.TRANSFERRED and self._can(Step.CONNECT):
            self._move(Step.CONNECT)
            return
        current = self._try
        assert current is not None
        current.reach = reach_of.caller_left(current.reach)
        self._note("caller_left")
        self._show()

    def _conference(self, current: _Try, event: wire.ConferenceChanged) -> None:
        if event.state is ConferenceState.UP:
            step = Step.STAY if current.reach.stage is Stage.PASSING else Step.JOIN
        elif event.state is ConferenceState.OVER and current.reach.stage is Stage.JOINED:
            step = Step.SPLIT
        else:
            return
        if self._can(step):
            self._move(step)

    def _refused(self, current: _Try, event: wire.CommandRefused) -> None:
        if event.call not in (current.call.call, current.leg):
            return
        if event.command == "start_consult":
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

    def _new(self, call: LiveCall, who: Reachable, tried: frozenset[str]) -> None:
        self._try = _Try(
            call=call,
            who=who,
            began=self._stage.clock(),
            tried=tried | {who.id},
            summary=finishing.summary(call.interview) if call.interview else "",
            number=escalating.callback_number(call),
            reach=Reach(needs_pin=bool(who.pin)),
        )
        self._hidden = False
        self._show()

    def _written(self, current: _Try | None) -> None:
        """The escalation is safe, in the records or on this machine: now somebody is called."""
        if current is None or self._try is not current or current.reach.over:
            return
        if current.call.state not in (CallState.ACTIVE, CallState.HELD):
            current.reach = reach_of.caller_left(current.reach)
            self._fail(Why.STOPPED)
            return
        number = escalating.transfer_target(current.who.phone)
        current.request = self._consults.ask_about(current.call, number, current.who.name)
        self._move(Step.WRITTEN)

    def _next(self) -> None:
        """Call the next person about the same caller."""
        current = self._try
        if current is None or current.reach.stage is not Stage.BACK:
            return
        following = self._following(current)
        if following is not None:
            self._new(current.call, following, current.tried)
            self._written(self._try)

    def _following(self, current: _Try) -> Reachable | None:
        people = escalating.reachable(current.call, self._stage.clock())
        return next((who for who in people if who.id not in current.tried), None)

    def _pass_on(self, current: _Try) -> None:
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
            self._answer(current, passed_on=True)
        self._drop_leg(current)
        self._fail(why)

    def _drop_leg(self, current: _Try) -> None:
        """Let the asked one go; of a consult the engine brings the caller back by itself."""
        leg = self._stage.legs.get(current.leg)
        if leg is not None and leg.consult is not None and current.reach.caller_there:
            self._stage.engine.send(wire.CancelConsult(call=current.call.call))
        elif current.leg and not current.leg_gone:
            self._stage.engine.send(wire.HangUp(call=current.leg))
        elif current.request and not current.leg:  # asked for, and not placed yet
            self._stage.engine.send(wire.CancelConsult(call=current.call.call))

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
            current.stages = (*_up_to(current.stages, reach.stage), reach.stage)
            self._brings(current, before.stage)
        elif reach.wrong_pins > before.wrong_pins:
            self._prompt(current, "wrong_pin", again=True)
            self._allow(self.limits.pin_s)
        if reach.over:
            self._hidden = False
        self._show()

    def _brings(self, current: _Try, before: Stage) -> None:
        """Do what comes with a stage."""
        match current.reach.stage:
            case Stage.DIALLING:
                self._note("dial")
                self._allow(self.limits.ring_s)
            case Stage.PROMPTING:
                self._note("answered")
                self._prompt(current, "take_the_call", again=True)
                self._allow(self.limits.key_s)
            case Stage.PIN:
                self._prompt(current, "enter_pin", again=True)
                self._allow(self.limits.pin_s)
            case Stage.TAKEN if before in (Stage.PROMPTING, Stage.PIN):
                self._allow(None)
                self._prompt(current, "thank_you", again=False)
                self._stage.engine.send(wire.SetMute(call=current.leg, muted=False))
                self._answer(current, passed_on=False)
            case Stage.JOINED if before is Stage.TAKEN:
                self._note("joined")
            case Stage.THROUGH:
                self._allow(None)
                self._note("put_through")
            case Stage.BACK:
                self._allow(None)
                assert current.reach.why is not None
                self._note(current.reach.why.value)
            case _:
                pass

    def _prompt(self, current: _Try, name: str, *, again: bool) -> None:
        self._stage.engine.send(
            wire.PlayPrompt(
                call=current.leg,
                file=str(PROMPTS / f"{name}.wav"),
                again_after_s=_PROMPT_AGAIN_S if again else 0.0,
            )
        )

    def _allow(self, seconds: float | None) -> None:
        current = self._try
        assert current is not None
        self._timer.stop()
        current.until = None
        if seconds is not None:
            current.until = self._stage.clock() + timedelta(seconds=seconds)
            self._timer.start(round(seconds * 1000))

    def _answer(self, current: _Try, *, passed_on: bool) -> None:
        """Write that the asked one has taken it, or passes it on after all."""
        self._stage.book.write(
            TakenEscalation(
                uid=current.call.call,
                provider=current.who.id,
                whom=current.who.name,
                at=self._stage.clock(),
                by=self._stage.agent if passed_on else "pressing 1",
                passed_on=passed_on,
            )
        )

    def _note(self, what: str) -> None:
        """Add a line to the time-line."""
        current = self._try
        assert current is not None
        if what in current.lines:
            return
        current.lines.append(what)
        self._stage.book.write(
            NotedReach(
                uid=current.call.call,
                key=f"reach.{round(current.began.timestamp())}.{current.who.id}.{what}",
                what=what,
                whom=current.who.name,
                at=self._stage.clock(),
                by=self._stage.agent,
            )
        )

    def _show(self) -> None:
        current = self._try
        if current is None or self._hidden:
            return
        self._stage.out.reach_changed.emit(
            reach_view.build(
                current.reach,
                call=current.call.call,
                who=current.who,
                stages=current.stages,
                until=current.until,
                summary=current.summary,
                number=current.number,
                following=self._following(current),
            )
        )


def _up_to(stages: tuple[Stage, ...], stage: Stage) -> tuple[Stage, ...]:
    """Return the stages before one that is entered again: joined, parted, joined is one step."""
    return stages[: stages.index(stage)] if stage in stages else stages
