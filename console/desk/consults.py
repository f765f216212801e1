"""Warm transfer and conference: somebody is asked about a caller, and the caller is never lost.

Intents become commands; what the engine then says moves the legs and is shown. Whatever fails, the
caller is back and the receptionist is told why.
"""

from console.desk import escalating
from console.desk.legs import Leg
from console.desk.live_call import LiveCall
from console.desk.stage import Stage
from console.desk.views import Light
from softphone import wire
from softphone.calls import CallState, ConferenceState, ConsultMove, consult_can

_FAILED = {
    wire.ConsultEnd.REFUSED: "{name} was not reached",
    wire.ConsultEnd.FAR_END: "{name} hung up",
}


class Consults:
    """The intents of a warm transfer, for the selected call, and the engine's word on them."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def ask(self, target: str) -> None:
        """Hold the selected caller and call somebody about them."""
        call = self._stage.lines.current
        if call is None or call.state not in (CallState.ACTIVE, CallState.HELD):
            return
        number = escalating.transfer_target(target)
        if not number:
            self._stage.say(
                "No number to ask at",
                escalating.why_no_target(target),
                Light.WARN,
            )
            return
        choices = escalating.transfer_choices(call, self._stage.clock())
        name = next((each.label.split(",")[0] for each in choices if each.target == target), number)
        self.ask_about(call, number, name)

    def ask_about(self, call: LiveCall, number: str, name: str) -> str:
        """Hold a caller and call a number about them; return the request it is known by."""
        shown, by = self._stage.shown_as(call.practice)
        request = self._stage.legs.expect(name)
        self._stage.engine.send(
            wire.StartConsult(
                call=call.call,
                target=number,
                caller_number=shown,
                caller_id_by=by,
                request=request,
            )
        )
        return request

    def swap(self) -> None:
        """Speak to the other of the two."""
        leg = self._asked(ConsultMove.SWAP)
        if leg is not None:
            self._stage.engine.send(wire.SwapConsult(call=leg.caller))

    def cancel(self) -> None:
        """Let the asked one go and return to the caller."""
        leg = self._asked(ConsultMove.CANCEL)
        if leg is not None:
            self._stage.engine.send(wire.CancelConsult(call=leg.caller))

    def complete(self) -> None:
        """Connect the two and leave them: out of a consult, or out of a conference."""
        leg = self._leg()
        if leg is None:
            return
        if leg.conference is ConferenceState.UP:
            self._stage.engine.send(wire.LeaveConference(call=leg.caller))
        elif self._asked(ConsultMove.COMPLETE) is not None:
            self._stage.engine.send(wire.CompleteTransfer(call=leg.caller))

    def join_or_split(self) -> None:
        """Speak all three together, or with the caller alone again."""
        leg = self._leg()
        if leg is None:
            return
        if leg.conference is ConferenceState.UP:
            self._stage.engine.send(wire.SplitConference(call=leg.caller))
        elif leg.conference is None and leg.answered:
            self._stage.engine.send(wire.Merge(call=leg.caller, other=leg.call))

    def _leg(self) -> Leg | None:
        return self._stage.legs.of(self._stage.lines.selected)

    def _asked(self, move: ConsultMove) -> Leg | None:
        leg = self._leg()
        if leg is None or leg.consult is None or not consult_can(leg.consult, move):
            return None
        return leg

    # --- what the engine says --------------------------------------------------------------

    def hear(self, event: wire.Event) -> bool:
        """Take in an event about a consult, a conference or a leg; False when it is about none."""
        legs = self._stage.legs
        match event:
            case wire.CallPlaced():
                if not legs.placed(event):
                    return False
            case wire.ConsultStarted() | wire.ConsultChanged() | wire.ConsultEnded():
                leg = legs.asked(event.consult)
                if leg is not None:
                    self._on_consult(leg, event)
            case wire.ConferenceChanged():
                leg = legs.get(event.call) or legs.get(event.other)
                if leg is not None:
                    self._on_conference(leg, event)
            case _:
                leg = legs.get(getattr(event, "call", ""))
                if leg is None:
                    return False
                legs.moved(leg, event)
        self._stage.show_calls()
        self._stage.show_status()
        return True

    def _on_consult(
        self, leg: Leg, event: wire.ConsultStarted | wire.ConsultChanged | wire.ConsultEnded
    ) -> None:
        match event:
            case wire.ConsultChanged():
                leg.consult = event.state
            case wire.ConsultEnded():
                leg.consult = None
                self._on_over(leg, event)
            case _:
                pass

    def _on_over(self, leg: Leg, event: wire.ConsultEnded) -> None:
        reason = f"{event.reason} " if event.reason else ""
        if event.how in _FAILED:
            title = _FAILED[event.how].format(name=leg.name)
            self._stage.say(title, f"{reason}The caller is back with you.", Light.WARN)
        elif event.how is wire.ConsultEnd.CALLER_GONE:
            leg.caller = ""
            self._stage.say(
                "The caller hung up",
                f"You still speak with {leg.name}; F8 ends that call.",
                Light.WARN,
            )

    def _on_conference(self, leg: Leg, event: wire.ConferenceChanged) -> None:
        over = event.state is ConferenceState.OVER
        leg.conference = None if over else event.state
        if event.reason:
            self._stage.say("Still in the conference", event.reason, Light.WARN)
        caller = self._stage.lines.get(leg.caller)
        if over and (caller is None or not caller.is_up):
            leg.caller = ""
