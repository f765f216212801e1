"""Sending a caller on to somebody else, and being sent on."""

import time

from softphone import dialling, wire
from softphone.calls import CallState, Move
from softphone.errors import Refused
from softphone.guard.slots import new_call_id
from softphone.lines import Line
from softphone.pjsip.facts import TransferProgress, Transferred
from softphone.station import Station
from softphone.wire import EndCause


class Transfers:
    """Every REFER of ours and of the far ends'."""

    def __init__(self, station: Station) -> None:
        self._station = station

    def send(self, line: Line, target: str) -> None:
        """Blind transfer, or raise `Refused`."""
        line.require(Move.TRANSFER)
        if line.referred:
            raise Refused("The call is being transferred already.")
        line.require_phone().refer(dialling.target_uri(target, self._station.registrar))
        line.referred = True

    def progress(self, line: Line, fact: TransferProgress) -> None:
        if not line.referred:
            return
        if fact.code < 300 and line.state is not CallState.TRANSFERRING:
            line.move(Move.TRANSFER)
            self._station.tell(wire.TransferStarted(line.id))
        if 200 <= fact.code < 300 and fact.final:
            line.referred = False
            line.cause = EndCause.TRANSFERRED
            self._station.end(line)
        elif fact.code >= 300:
            line.referred = False
            was_held = line.held_at is not None
            if line.state is CallState.TRANSFERRING:
                line.move(Move.TRANSFER_FAIL)
                line.held_at = None
                if was_held and line.phone is not None:
                    self._station.take_front(line)
                    line.phone.unhold()
            self._station.tell(wire.TransferFailed(line.id, fact.code, fact.reason))

    def sent_elsewhere(self, fact: Transferred) -> None:
        """Our far end sent us elsewhere, and we follow: a call of our own."""
        call = new_call_id()
        self._station.slots.take_outgoing(call, time.monotonic())
        fact.call.key = call
        line = Line(call, CallState.DIALLING, True, time.time(), self._station.ring_due())
        line.phone = fact.call
        self._station.lines.add(line)
        self._station.tell(wire.CallPlaced(call, "", "", line.offered_at, time.monotonic()))
