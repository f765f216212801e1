"""A ringing caller turned away otherwise than back to the queue: told busy, or sent to somebody."""

from console.desk import escalating
from console.desk.cards import caller_title
from console.desk.live_call import LiveCall
from console.desk.stage import Stage
from console.desk.views import DeclineView, Light
from softphone import wire
from softphone.calls import CallState


class Declining:
    """The panel behind F12. It closes by itself when its call rings no more."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._call = ""  # the one the panel is about
        stage.out.calls_changed.connect(lambda _: self._close_if_gone())

    def start(self, call: str) -> None:
        """Offer the ways for a call that rings."""
        ringing = self._ringing(call)
        if ringing is None:
            return
        self._call = ringing.call
        self._stage.out.decline_changed.emit(
            DeclineView(
                call=ringing.call,
                title=caller_title(ringing),
                practice=ringing.practice.name,
                choices=escalating.transfer_choices(ringing, self._stage.clock()),
            )
        )

    def busy(self) -> None:
        """Tell the caller that this desk is busy (486)."""
        call = self._ringing(self._call)
        self.cancel()
        if call is not None:
            self._stage.engine.send(wire.Decline(call=call.call, how=wire.DeclineHow.BUSY))

    def forward(self, target: str) -> None:
        """Send the caller to somebody else (302)."""
        call = self._ringing(self._call)
        if call is None:
            self.cancel()
            return
        number = escalating.transfer_target(target)
        if not number:
            self._stage.say("No number to forward to", escalating.why_no_target(target), Light.WARN)
            return
        self.cancel()
        call.forwarded = True
        self._stage.engine.send(
            wire.Decline(call=call.call, how=wire.DeclineHow.FORWARD, target=number)
        )

    def cancel(self) -> None:
        """Close the panel."""
        if self._call:
            self._call = ""
            self._stage.out.decline_changed.emit(None)

    def refused(self, event: wire.CommandRefused) -> None:
        """The engine could not turn the caller away: they ring on."""
        call = self._stage.lines.get(event.call)
        if event.command == "decline" and call is not None:
            call.forwarded = False

    def _ringing(self, call: str) -> LiveCall | None:
        chosen = self._stage.lines.get(call) or self._stage.lines.current
        if chosen is None or chosen.state is not CallState.RINGING:
            chosen = self._stage.lines.first_ringing()
        return chosen

    def _close_if_gone(self) -> None:
        call = self._stage.lines.get(self._call)
        if self._call and (call is None or call.state is not CallState.RINGING):
            self.cancel()
