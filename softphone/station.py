"""What the engine holds, and the moves a call makes whoever asked for them.

A command and a fact of pjsua2's may both end a call, hold it or give it the headset: the one way of
doing each is here, so that every client is told the same and every slot is given back.
"""

import time
from typing import Final

import msgspec

from softphone import log, wire
from softphone.audio import Audio
from softphone.calls import CallState, Move
from softphone.errors import SipFailure
from softphone.guard import Guard, Slots
from softphone.lines import Line, Lines
from softphone.missed import MissedCalls
from softphone.pjsip.endpoint import Phone
from softphone.server import Server
from softphone.settings import Settings
from softphone.wire import EndCause, Registration

REOFFER_AFTER: Final = 0.5  # seconds, while an offer is still under way


class Station:
    """The engine's rooms under one roof. Made and used on the engine's thread only."""

    def __init__(
        self, settings: Settings, guard: Guard, slots: Slots, phone: Phone, server: Server
    ) -> None:
        self.settings = settings
        self.guard = guard
        self.slots = slots
        self.phone = phone
        self.server = server
        self.audio = Audio(phone)
        self.lines = Lines()
        self.missed = MissedCalls(settings.rendezvous)
        self.registration = Registration.DIRECT
        self.registrar = ""

    def tell(self, event: wire.Event) -> None:
        """Tell every client."""
        self.server.broadcast(event)

    def set_aside(self, line: Line) -> None:
        """Hold a call because another needs the headset: silent at once, offered when it can be."""
        self.audio.leave(line)
        line.hold_wanted = True
        self.offer_hold(line)

    def offer_hold(self, line: Line) -> None:
        """Say to the far end what is wanted; later again when an offer is still under way."""
        line.reoffer_at = None
        if line.phone is None or line.hold_wanted is None:
            return
        try:
            if line.hold_wanted:
                line.phone.hold()
            else:
                line.phone.unhold()
        except SipFailure:
            line.reoffer_at = time.monotonic() + REOFFER_AFTER

    def take_front(self, line: Line) -> None:
        """Give a call the headset; whoever else is talking goes on hold first."""
        for other in self.lines:
            if other is not line and other.state is CallState.ACTIVE and not other.hold_wanted:
                self.set_aside(other)
        self.audio.join(line)

    def end(self, line: Line) -> None:
        """Have a call end; `CallEnded` follows when it has."""
        self.audio.leave(line)
        if line.phone is None:
            self.guard.dismiss(line.id)
            return
        refused = line.state is CallState.RINGING and not line.outgoing
        try:
            line.phone.end(480 if refused else 0)
        except SipFailure as failed:
            log.failure("hang up failed", failed, call=line.id)
            self.forget(line, line.cause or EndCause.LOST, 500)

    def forget(self, line: Line, cause: EndCause, code: int, reason: str = "") -> None:
        """Let a call that is over go, and say so."""
        state = line.state
        line.move(Move.END)
        self.discard(line)
        at = time.time()
        if not line.outgoing and not self.server.has_listener:
            ended = msgspec.structs.replace(line.snapshot(), ended_at=at, cause=cause)
            self.missed.add(ended)
        self.tell(wire.CallEnded(line.id, cause, code, at, reason))
        log.note("ended", call=line.id, cause=cause, code=code, state=state)

    def discard(self, line: Line) -> None:
        """Free the dialog; its slot follows when pjsua2 has room again (`reopen`)."""
        self.audio.leave(line)
        self.audio.call_ends(line)
        self.lines.remove(line)
        if line.phone is not None:
            self.phone.free(line.phone)
            line.phone = None

    def reopen(self) -> None:
        """Give back the slots that pjsua2 has room for again."""
        for key in self.phone.emptied_slots():
            self.slots.release(key)
            self.guard.wake()

    def may_be_transferred(self) -> bool:
        """Whether a far end may send us elsewhere now."""
        return self.settings.accept_transfers and self.slots.free_for_callers

    def ring_due(self) -> float:
        """The moment, monotonic, at which a call that begins to ring now is given up."""
        return time.monotonic() + self.settings.ring_timeout

    def own_failure(self, error: Exception, line: Line | None) -> None:
        """Our own mistake, told to every client as one; the engine goes on."""
        log.failure("internal error", error)
        self.tell(
            wire.CommandRefused(
                "",
                line.id if line is not None else "",
                f"The phone made a mistake of its own ({type(error).__name__}); "
                "the call goes on where it can.",
            )
        )
