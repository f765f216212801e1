"""Attended transfer: asking somebody about a caller before, or instead of, sending the caller on.

Whatever goes wrong on the way, the caller comes back to the desk by itself: a caller forgotten on
hold is the worst thing a transfer can do.
"""

import time

from softphone import log, wire
from softphone.calls import CallState, ConsultMove, ConsultState
from softphone.dialler import Dialler, Errand
from softphone.errors import Refused
from softphone.lines import Consult, Line
from softphone.sentences import why_not
from softphone.station import Station
from softphone.transfers import Transfers
from softphone.wire import ConsultEnd, EndCause


class Consults:
    """Every consult, moved by `CONSULT_TRANSITIONS`."""

    def __init__(self, station: Station, dialler: Dialler, transfers: Transfers) -> None:
        self._station = station
        self._dialler = dialler
        self._transfers = transfers

    # What is asked

    def start(self, line: Line, errand: Errand) -> None:
        """Hold the caller and dial, or raise `Refused`."""
        line.require_alone()
        if line.state not in (CallState.ACTIVE, CallState.HELD):
            raise Refused("Somebody can be asked only about a call that has been answered.")
        consulted = self._dialler.place(errand)
        line.consult = consulted.consult = Consult(line, consulted)
        self._station.tell(wire.ConsultStarted(line.id, consulted.id, time.time()))
        log.note("consult", call=line.id)

    def swap(self, line: Line) -> None:
        """Speak to the other one, or raise `Refused`."""
        consult = _consult_of(line)
        consult.require(ConsultMove.SWAP)
        with_consult = consult.state is ConsultState.WITH_CONSULT
        self._station.bring_back(consult.caller if with_consult else consult.consulted)

    def cancel(self, line: Line) -> None:
        """End the consult and return to the caller, or raise `Refused`."""
        consult = _consult_of(line)
        consult.require(ConsultMove.CANCEL)
        consult.move(ConsultMove.CANCEL)
        consult.consulted.cause = EndCause.DESK
        self._station.end(consult.consulted)
        self._over(consult, ConsultEnd.CANCELLED)
        self._station.bring_back(consult.caller)

    def complete(self, line: Line) -> None:
        """Connect the two, or raise `Refused`."""
        consult = _consult_of(line)
        consult.require(ConsultMove.COMPLETE)
        caller, consulted = consult.caller, consult.consulted
        caller.require_phone().refer_to_call(consulted.require_phone())
        consult.move(ConsultMove.COMPLETE)
        self._transfers.expect(
            caller, lambda: self._completed(consult), lambda reason: self._failed(consult, reason)
        )
        self._tell(consult)

    def merge(self, consult: Consult) -> None:
        """Let the consult go over into a conference, or raise `Refused`."""
        consult.require(ConsultMove.MERGE)
        consult.move(ConsultMove.MERGE)
        self._over(consult, ConsultEnd.MERGED)

    # What happened

    def answered(self, line: Line) -> None:
        """The consulted answered."""
        consult = line.consult
        if consult is not None and line is consult.consulted:
            consult.move(ConsultMove.ANSWER)
            self._tell(consult)

    def settled(self, line: Line) -> None:
        """A call's hold or resume has been agreed: whoever is not held has the headset."""
        consult = line.consult
        if consult is None or line.state is not CallState.ACTIVE:
            return
        is_caller = line is consult.caller
        was = ConsultState.WITH_CONSULT if is_caller else ConsultState.WITH_CALLER
        if consult.state is was:
            consult.move(ConsultMove.SWAP)
            self._tell(consult)

    def taken_over(self, line: Line) -> bool:
        """Whether a call that has just ended was taken over by its caller, as was asked."""
        consult = line.consult
        if consult is None or line is not consult.consulted:
            return False
        return consult.state is ConsultState.COMPLETING

    def ended(self, line: Line, code: int) -> None:
        """One of the two has gone."""
        consult = line.consult
        if consult is None or self.taken_over(line):
            return
        answered = consult.state is not ConsultState.DIALLING
        consult.move(ConsultMove.END)
        if line is consult.caller:
            self._over(consult, ConsultEnd.CALLER_GONE, 0, "The caller hung up.")
            return
        if answered:
            self._over(consult, ConsultEnd.FAR_END, 0, "The other side hung up.")
        else:
            gave_up = line.cause is EndCause.UNANSWERED
            self._over(consult, ConsultEnd.REFUSED, code, why_not(408 if gave_up else code))
        self._station.bring_back(consult.caller)

    def _completed(self, consult: Consult) -> None:
        consult.move(ConsultMove.END)
        self._over(consult, ConsultEnd.COMPLETED)
        consulted = consult.consulted
        if consulted.state is not CallState.ENDED and not consulted.ending:
            consulted.cause = EndCause.TRANSFERRED
            self._station.end(consulted)

    def _failed(self, consult: Consult, reason: str) -> None:
        if consult.state is not ConsultState.COMPLETING:
            return  # the caller went first
        if consult.consulted.state is CallState.ENDED:
            consult.move(ConsultMove.END)
            self._over(consult, ConsultEnd.FAR_END, 0, reason)
        else:
            consult.move(ConsultMove.FAIL)
            self._tell(consult, reason)
        self._station.bring_back(consult.caller)

    def _tell(self, consult: Consult, reason: str = "") -> None:
        self._station.tell(
            wire.ConsultChanged(consult.caller.id, consult.consulted.id, consult.state, reason)
        )

    def _over(self, consult: Consult, how: ConsultEnd, code: int = 0, reason: str = "") -> None:
        consult.caller.consult = consult.consulted.consult = None
        self._station.tell(
            wire.ConsultEnded(consult.caller.id, consult.consulted.id, how, code, reason)
        )


def _consult_of(line: Line) -> Consult:
    if line.consult is None:
        raise Refused("Nobody is being asked about this call.")
    return line.consult
