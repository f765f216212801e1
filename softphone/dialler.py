"""Dialling out: who is called, and as whom."""

import time
from dataclasses import dataclass, field
from typing import Final

from softphone import dialling, log, wire
from softphone.calls import CallState
from softphone.errors import Refused, SipFailure
from softphone.guard.slots import new_call_id
from softphone.lines import Line
from softphone.station import Station
from softphone.wire import CallerIdBy, Party

_ASSERTED: Final = "P-Asserted-Identity"


@dataclass(frozen=True, slots=True)
class Errand:
    """What is to be dialled. `consult_of` names the caller it is about."""

    target: str
    caller_number: str = ""
    caller_name: str = ""
    caller_id_by: CallerIdBy = CallerIdBy.FROM
    headers: dict[str, str] = field(default_factory=dict)
    request: str = ""
    consult_of: str = ""


class Dialler:
    """Places calls."""

    def __init__(self, station: Station) -> None:
        self._station = station

    def place(self, errand: Errand) -> Line:
        """Send the INVITE and give the call the headset, or raise `Refused` or `SipFailure`."""
        station = self._station
        target = dialling.target_uri(errand.target, station.registrar)
        sender, headers = self._identity(errand)
        call, mono = new_call_id(), time.monotonic()
        if not station.slots.take_outgoing(call, mono):
            raise Refused("Every line is taken; end or decline a call before you dial.")
        line = Line(call, CallState.DIALLING, True, time.time(), station.ring_due())
        line.dialled = wire.Dialled(errand.target)
        line.caller = Party(errand.caller_number, errand.caller_name)
        line.phone = station.phone.new_call()
        line.phone.key = call
        station.lines.add(line)
        try:
            station.take_front(line)
            line.phone.place(target, sender=sender, headers=headers)
        except SipFailure:
            station.discard(line)
            raise
        station.tell(
            wire.CallPlaced(
                call, errand.request, errand.target, line.offered_at, mono, errand.consult_of
            )
        )
        log.note("placed", call=call)
        return line

    def _identity(self, errand: Errand) -> tuple[str, dict[str, str]]:
        """Return the From ("" for the account's own) and the headers of a call."""
        headers = dialling.check_headers(errand.headers)
        host, port = self._station.guard.public
        here = self._station.registrar or f"{host}:{port}"
        shown = dialling.sender_uri(errand.caller_number, errand.caller_name, here)
        if errand.caller_id_by is CallerIdBy.FROM:
            return shown, headers
        if not errand.caller_number:
            raise Refused("There is no number to call as.")
        headers[_ASSERTED] = shown
        return (shown if errand.caller_id_by is CallerIdBy.BOTH else ""), headers
