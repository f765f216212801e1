"""The keys of the phone: which call they mean, and what the engine is told.

Nothing changes here on an intent; it changes on the engine's event.
"""

from typing import Final

from console.desk import escalating
from console.desk.live_call import LiveCall
from console.desk.stage import Stage
from console.desk.views import KeyWay, Light
from softphone import wire
from softphone.calls import CallState

_METHODS: Final = {KeyWay.SOUND: wire.DtmfMethod.RTP, KeyWay.INFO: wire.DtmfMethod.INFO}


class Handset:
    """Answers, holds, mutes, sends keys and hangs up."""

    def __init__(self, stage: Stage, keys_by: wire.DtmfMethod) -> None:
        self._stage = stage
        self._keys_by = keys_by

    def answer(self, call: str) -> None:
        """Take a ringing call: the one named, the selected one, or the one that rang first."""
        if (chosen := self._ringing(call)) is not None:
            self._stage.engine.send(wire.Answer(call=chosen.call))

    def decline(self, call: str) -> None:
        """Turn a ringing call away."""
        if (chosen := self._ringing(call)) is not None:
            self._stage.engine.send(wire.Decline(call=chosen.call))

    def hang_up(self, call: str) -> None:
        """End a call."""
        if self._stage.legs.get(call) is not None:
            self._stage.engine.send(wire.HangUp(call=call))
            return
        chosen = self._chosen(call)
        if chosen is not None and chosen.is_up:
            self._stage.engine.send(wire.HangUp(call=chosen.call))

    def hold_or_resume(self, call: str) -> None:
        """Put the caller on hold, or take the caller off it."""
        chosen = self._stage.legs.get(call) or self._chosen(call)
        if chosen is None:
            return
        if chosen.state is CallState.ACTIVE:
            self._stage.engine.send(wire.Hold(call=chosen.call))
        elif chosen.state is CallState.HELD:
            self._stage.engine.send(wire.Resume(call=chosen.call))

    def toggle_mute(self, call: str) -> None:
        """Cut the microphone into a call, or give it back."""
        chosen = self._stage.legs.get(call) or self._chosen(call)
        if chosen is not None and chosen.state in (CallState.ACTIVE, CallState.HELD):
            self._stage.engine.send(wire.SetMute(call=chosen.call, muted=not chosen.muted))

    def send_digits(self, digits: str, way: KeyWay) -> None:
        """Send key presses into the selected call, or to whoever is asked about it."""
        lines = self._stage.lines
        leg = self._stage.legs.of(lines.selected)
        current = leg if leg is not None and leg.in_front else lines.current
        if current is not None and current.state is CallState.ACTIVE:
            method = _METHODS.get(way, self._keys_by)
            keys = wire.SendDtmf(call=current.call, digits=digits, method=method)
            self._stage.engine.send(keys)

    def start_transfer(self) -> None:
        """Offer whom the selected call can go to."""
        current = self._stage.lines.current
        if current is not None and current.state in (CallState.ACTIVE, CallState.HELD):
            choices = escalating.transfer_choices(current, self._stage.clock())
            self._stage.out.transfer_changed.emit(choices)

    def transfer_to(self, target: str) -> None:
        """Transfer the selected call to a number or a choice's target."""
        current = self._stage.lines.current
        self._stage.out.transfer_changed.emit(None)
        if current is None:
            return
        number = escalating.transfer_target(target)
        if not number:
            why = escalating.why_no_target(target)
            self._stage.say("No number to transfer to", why, Light.WARN)
            return
        current.transfer_to = number
        self._stage.engine.send(wire.Transfer(call=current.call, target=number))

    def _ringing(self, call: str) -> LiveCall | None:
        chosen = self._chosen(call) or self._stage.lines.current
        if chosen is None or chosen.state is not CallState.RINGING:
            return self._stage.lines.first_ringing()
        return chosen

    def _chosen(self, call: str) -> LiveCall | None:
        return self._stage.lines.get(call) if call else self._stage.lines.current
