"""The asked one's line in a try: dialled, prompted, let go."""

from typing import Final

from console.desk import escalating
from console.desk.consults import Consults
from console.desk.reach_try import Try
from console.desk.stage import Stage as DeskStage
from resources import PROMPTS
from softphone import wire

_PROMPT_AGAIN_S: Final = 1.5


class ReachLine:
    """What goes out to the engine for a try."""

    def __init__(self, stage: DeskStage, consults: Consults) -> None:
        self._stage = stage
        self._consults = consults

    def dial(self, current: Try) -> None:
        """Call the asked one: about a caller, who is held, or alone."""
        number = escalating.transfer_target(current.who.phone)
        if current.about.call is not None:
            current.request = self._consults.ask_about(current.about.call, number, current.who.name)
            return
        shown, by = self._stage.shown_as(current.about.practice)
        current.request = self._stage.legs.expect(current.who.name)
        self._stage.engine.send(
            wire.PlaceCall(
                request=current.request, target=number, caller_number=shown, caller_id_by=by
            )
        )

    def prompt(self, current: Try, name: str, *, again: bool) -> None:
        """Play words to the asked one."""
        self._stage.engine.send(
            wire.PlayPrompt(
                call=current.leg,
                file=str(PROMPTS / f"{name}.wav"),
                again_after_s=_PROMPT_AGAIN_S if again else 0.0,
            )
        )

    def mute(self, current: Try, *, muted: bool) -> None:
        """Take the receptionist's microphone off their line, or put it back."""
        self._stage.engine.send(wire.SetMute(call=current.leg, muted=muted))

    def let_go(self, current: Try) -> None:
        """Let the asked one go; of a consult the engine brings the caller back by itself."""
        leg = self._stage.legs.get(current.leg)
        if leg is not None and leg.consult is not None and current.reach.caller_there:
            self._stage.engine.send(wire.CancelConsult(call=current.caller))
        elif current.leg and not current.leg_gone:
            self._stage.engine.send(wire.HangUp(call=current.leg))
        elif current.request and not current.leg and current.caller:  # not placed yet
            self._stage.engine.send(wire.CancelConsult(call=current.caller))
