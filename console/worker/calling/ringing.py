"""One call to one person about one page: rung, prompted, answered with a key, told whom to call.

What may happen is `console.escalation.reaching`, as when a receptionist dials; here nobody is on
the line but the prompts. Whoever presses nothing, a voicemail for one, has not taken it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import Final

from console.delivery.dispatch import NotNow, Refused
from console.escalation import reaching as reach_of
from console.escalation.pages import Verb
from console.escalation.reaching import Limits, Reach, Stage, Step, Why
from console.worker.calling.phone import Phone
from resources import PROMPTS
from softphone import wire
from softphone.wire import EndCause

CANNOT: Final = "2"  # the key of who passes it on
_AGAIN_S: Final = 1.5  # between two times of a prompt
_SAID_S: Final = 60.0  # for whom to call, twice, and the reference
_LATER_S: Final = 60.0  # until somebody who did not answer is rung again


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Ring:
    """Who is called and as whom. `fits` checks a PIN, None where none is asked; `taken` is told the
    answer once it counts and returns the files that are said then."""

    target: str
    caller_number: str
    caller_id_by: wire.CallerIdBy
    fits: Callable[[str], bool] | None
    taken: Callable[[Verb], list[Path]]


@dataclass(slots=True)
class Ringing:
    """A call under way."""

    phone: Phone
    ring: Ring
    limits: Limits
    say: Callable[[list[Path]], Path]  # puts parts into one file
    _reach: Reach = field(init=False)
    _call: str = ""
    _answer: Verb | None = None

    def __post_init__(self) -> None:
        """Begin before the first event."""
        self._reach = reach_of.after(
            Reach(needs_pin=self.ring.fits is not None, caller_there=False), Step.WRITTEN
        )

    def made(self) -> Verb:
        """Make the call; return what was answered. Raises `NotNow` where nobody took it, `Refused`
        where the call could not be made at all."""
        request = token_hex(8)
        self.phone.send(
            wire.PlaceCall(
                request=request,
                target=self.ring.target,
                caller_number=self.ring.caller_number,
                caller_id_by=self.ring.caller_id_by,
            )
        )
        until = time.monotonic() + self.limits.ring_s
        while self._answer is None:
            event = self.phone.next(until)
            if event is None:
                self._hang_up()
                raise NotNow(_NOBODY[self._reach.stage], _LATER_S)
            until = self._hear(event, request, until)
        self._close(self._answer)
        return self._answer

    def _hear(self, event: wire.Event, request: str, until: float) -> float:
        """Take an event in; return until when the next may come."""
        match event:
            case wire.CallPlaced() if event.request == request:
                self._call = event.call
            case wire.CommandRefused() if event.call and event.call in (request, self._call):
                raise Refused(event.reason)
            case _ if getattr(event, "call", "") != self._call or not self._call:
                pass
            case wire.CallAlerting() if reach_of.can(self._reach, Step.RING):
                self._reach = reach_of.after(self._reach, Step.RING)
            case wire.CallAnswered() if reach_of.can(self._reach, Step.ANSWER):
                self._reach = reach_of.after(self._reach, Step.ANSWER)
                self._prompt("page")
                return time.monotonic() + self.limits.key_s
            case wire.DtmfReceived():
                return self._pressed(event.digit, until)
            case wire.CallEnded():
                self._ended(event)
            case _:
                pass
        return until

    def _pressed(self, digit: str, until: float) -> float:
        if self._reach.stage is Stage.PROMPTING and digit == CANNOT:
            self._answer = Verb.ESCALATE
            return until
        before = self._reach.stage
        self._reach, pin = reach_of.pressed(self._reach, digit)
        if pin:
            self._check(pin)
        elif self._reach.stage is Stage.PIN and before is not Stage.PIN:
            self._prompt("enter_pin")
        else:
            self._take()
            return until
        return time.monotonic() + self.limits.pin_s

    def _check(self, pin: str) -> None:
        fits = self.ring.fits
        assert fits is not None
        if fits(pin):
            self._reach = reach_of.after(self._reach, Step.TAKE)
            self._take()
            return
        self._reach = reach_of.after(self._reach, Step.WRONG_PIN)
        if self._reach.over:
            self._hang_up()
            raise NotNow("Answered, and the PIN was wrong three times.", _LATER_S)
        self._prompt("wrong_pin")

    def _take(self) -> None:
        if self._reach.stage is Stage.TAKEN:
            self._answer = Verb.ACKNOWLEDGE

    def _close(self, answer: Verb) -> None:
        """Tell that it counts, say what comes next, and let them go."""
        try:
            said = self.ring.taken(answer)
            self.phone.send(wire.PlayPrompt(call=self._call, file=str(self.say(said))))
            until = time.monotonic() + _SAID_S
            while (event := self.phone.next(until)) is not None:
                if getattr(event, "call", "") == self._call and _is_over(event):
                    return
        finally:
            self._hang_up()

    def _prompt(self, name: str) -> None:
        file = str(PROMPTS / f"{name}.wav")
        self.phone.send(wire.PlayPrompt(call=self._call, file=file, again_after_s=_AGAIN_S))

    def _ended(self, event: wire.CallEnded) -> None:
        rang_out = event.cause is EndCause.UNANSWERED
        why = reach_of.why_ended(self._reach.stage, code=event.code, rang_out=rang_out)
        if why is Why.REFUSED:
            raise Refused(f"The call could not be made: {event.reason or event.code}.")
        raise NotNow(_ENDED[why], _LATER_S)

    def _hang_up(self) -> None:
        if self._call:
            self.phone.send(wire.HangUp(call=self._call))


def _is_over(event: wire.Event) -> bool:
    """Tell whether what is said has been heard, or nobody is there to hear it; the prompt before it
    ended unheard."""
    return isinstance(event, wire.CallEnded) or (
        isinstance(event, wire.PromptEnded) and event.heard_out
    )


_ENDED: Final = {
    Why.HUNG_UP: "Answered, and hung up before a key was pressed.",
    Why.BUSY: "Busy.",
    Why.NO_ANSWER: "Nobody answered.",
}
_NOBODY: Final = {
    Stage.DIALLING: "Nobody answered.",
    Stage.RINGING: "Nobody answered.",
    Stage.PROMPTING: "Answered, and no key was pressed: a voicemail, perhaps.",
    Stage.PIN: "Answered, and no PIN was entered.",
}
