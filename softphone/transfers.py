"""Sending a caller on to somebody else, and being sent on.

A REFER is answered twice: the far end agrees to try, then tells by NOTIFY what came of it (RFC
3515). Until the second answer the caller is still ours, and comes back when it is a refusal or does
not come.
"""

import time
from collections.abc import Callable
from typing import Final

from softphone import dialling, wire
from softphone.calls import CallState, Move
from softphone.guard.slots import new_call_id
from softphone.lines import Line, Referral
from softphone.pjsip.facts import TransferProgress, Transferred
from softphone.sentences import why_not
from softphone.station import Station
from softphone.wire import EndCause

DECIDED_WITHIN: Final = 60.0  # seconds: a telephone that rings longer than that is not answered


class Transfers:
    """Every REFER of ours and of the far ends'."""

    def __init__(self, station: Station) -> None:
        self._station = station

    def send(self, line: Line, target: str) -> None:
        """Blind transfer, or raise `Refused`."""
        line.require(Move.TRANSFER)
        line.require_alone()
        # in brackets: a parameter of the address is not one of the header (RFC 3261 20)
        line.require_phone().refer(f"<{dialling.target_uri(target, self._station.registrar)}>")
        self.expect(line, lambda: None, lambda _: None)

    def expect(
        self, line: Line, succeeded: Callable[[], None], failed: Callable[[str], None]
    ) -> None:
        """A REFER has been sent on this call; one of the two is called when it is decided.

        On success the call itself is ended here first; `failed` gets a sentence.
        """
        line.referral = Referral(time.monotonic() + DECIDED_WITHIN, succeeded, failed)

    def progress(self, line: Line, fact: TransferProgress) -> None:
        """The far end told how a REFER of ours fares."""
        if line.referral is None:
            return
        if fact.code < 300 and line.state is not CallState.TRANSFERRING:
            line.move(Move.TRANSFER)
            self._station.tell(wire.TransferStarted(line.id))
        if 200 <= fact.code < 300 and fact.final:
            referral, line.referral = line.referral, None
            line.cause = EndCause.TRANSFERRED
            self._station.end(line)
            referral.succeeded()
        elif fact.code >= 300:
            self.fail(line, fact.code, fact.reason)

    def fail(self, line: Line, code: int, reason: str) -> None:
        """A REFER of ours came to nothing: the caller is back."""
        referral, line.referral = line.referral, None
        if referral is None:
            return
        if line.state is CallState.TRANSFERRING:
            line.move(Move.TRANSFER_FAIL)
            if line.held_at is not None:
                line.held_at = line.held_since = None
                self._station.bring_back(line)
        self._station.tell(wire.TransferFailed(line.id, code, reason))
        referral.failed(why_not(code))

    def tick(self, now: float) -> None:
        """Give up what has not been decided in time."""
        for line in self._station.lines:
            if line.referral is not None and now >= line.referral.due:
                self.fail(line, 408, "No word of the transfer")

    def sent_elsewhere(self, fact: Transferred) -> None:
        """Our far end sent us elsewhere, and we follow: a call of our own."""
        call = new_call_id()
        self._station.slots.take_outgoing(call, time.monotonic())
        fact.call.key = call
        line = Line(call, CallState.DIALLING, True, time.time(), self._station.ring_due())
        line.phone = fact.call
        self._station.lines.add(line)
        self._station.tell(wire.CallPlaced(call, "", "", line.offered_at, time.monotonic()))
