"""What the engine holds, and the moves a call makes whoever asked for them.

A command and a fact of pjsua2's may both end a call, hold it or give it the headset: the one way of
doing each is here, so that every client is told the same and every slot is given back.
"""

import contextlib
import time
from typing import Final

import msgspec

from softphone import log, wire
from softphone.audio import Audio
from softphone.calls import CallState, Move
from softphone.errors import Refused, SipFailure
from softphone.guard import Guard, Slots
from softphone.lines import Line, Lines
from softphone.missed import MissedCalls
from softphone.pjsip.endpoint import Phone
from softphone.quality import mean_opinion
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
        self.levels_watched = False  # somebody looks at the meters without a call

    def tell(self, event: wire.Event) -> None:
        """Tell every client."""
        self.server.broadcast(event)

    def set_aside(self, line: Line) -> None:
        """Hold a call because another needs the headset: silent at once, offered when it can be."""
        self.audio.leave(line)
        line.hold_wanted = True
        self.offer_hold(line)

    def bring_back(self, line: Line) -> None:
        """Give a call the headset and take it off hold, as soon as the far end lets us offer."""
        self.take_front(line)
        line.hold_wanted = False
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

    def renew_calls(self, *, moved: bool) -> None:
        """Tell the far ends of calls under way where we are now: the network may have changed."""
        for line in self.lines:
            if line.phone is None or line.answered_at is None or line.hold_wanted is not None:
                continue
            with contextlib.suppress(SipFailure):  # an offer is under way: it says so itself
                if line.phone.on_hold_here():
                    line.phone.hold()
                else:
                    line.phone.renew(moved=moved)

    def take_front(self, line: Line) -> None:
        """Give a call the headset, and the other of its conference; anyone else is held first."""
        partner = line.conference.other(line) if line.conference is not None else None
        for other in self.lines:
            if other.state is not CallState.ACTIVE or other.hold_wanted or other.ending:
                continue
            if other is not line and other is not partner:
                self.set_aside(other)
        if partner is not None:
            self.audio.bridge(line, partner)
        else:
            self.audio.join(line)

    def answer(self, line: Line) -> None:
        """Take a ringing call, or raise `Refused`."""
        if line.state is not CallState.RINGING or line.outgoing:
            raise Refused(_NOT_RINGING.get(line.state, "The call has been answered already."))
        phone = line.require_phone()
        self.take_front(line)
        phone.respond(200)

    def end(self, line: Line, code: int = 480) -> None:
        """Have a call end; `CallEnded` follows when it has. `code` turns a ringing one away."""
        self.audio.leave(line)
        if line.phone is None:
            self.guard.dismiss(line.id)
            return
        refused = line.state is CallState.RINGING and not line.outgoing
        try:
            line.phone.end(code if refused else 0)
        except SipFailure as failed:
            log.failure("hang up failed", failed, call=line.id)
            self.forget(line, line.cause or EndCause.LOST, 500)

    def forget(self, line: Line, cause: EndCause, code: int, reason: str = "") -> None:
        """Let a call that is over go, and say so."""
        state = line.state
        line.move(Move.END)
        self.tell_quality(line, final=True)
        self.discard(line)
        at = time.time()
        if not line.outgoing and not self.server.has_listener:
            ended = msgspec.structs.replace(line.snapshot(), ended_at=at, cause=cause)
            self.missed.add(ended)
        self.tell(wire.CallEnded(line.id, cause, code, at, reason))
        log.note("ended", call=line.id, cause=cause, code=code, state=state)

    def tell_quality(self, line: Line, *, final: bool) -> None:
        """Say how an answered call has sounded so far."""
        if line.phone is None or line.answered_at is None:
            return
        counted = line.phone.statistics.total
        self.tell(
            wire.CallQuality(
                call=line.id,
                mos=mean_opinion(counted),
                jitter_ms=round(counted.jitter_ms, 1),
                loss_percent=counted.loss_percent,
                round_trip_ms=round(counted.round_trip_ms, 1),
                packets_in=counted.packets_in,
                packets_out=counted.packets_out,
                loss_out_percent=counted.loss_out_percent,
                codec=counted.codec,
                final=final,
            )
        )

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


_NOT_RINGING: Final = {
    CallState.WAITING: "The caller is still waiting for a free line; end or decline a call first.",
    CallState.ENDED: "The call has ended.",
}
