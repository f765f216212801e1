"""What pjsua2 told, turned into moves of the calls and events for the clients."""

import random
import time
from typing import assert_never

from softphone import log, wire
from softphone.calls import CallState, IllegalMove, Move
from softphone.errors import SipFailure
from softphone.identity import identify
from softphone.lines import Line, end_cause
from softphone.pjsip.facts import (
    CallbackFailed,
    Digit,
    Fact,
    Incoming,
    KeysRefused,
    MediaChanged,
    Registered,
    ReofferFailed,
    Replaced,
    Signal,
    Signalled,
    TransferProgress,
    Transferred,
)
from softphone.sentences import why_not
from softphone.station import Station
from softphone.trades import Trades
from softphone.wire import EndCause

LineFact = Signalled | MediaChanged | ReofferFailed | Digit | KeysRefused | TransferProgress


class Happenings:
    """Takes the facts out of the phone's box, in their order."""

    def __init__(self, station: Station, trades: Trades) -> None:
        self._station = station
        self._trades = trades

    def take(self) -> None:
        """Take out everything there is."""
        while self._station.phone.box:
            fact = self._station.phone.box.popleft()
            try:
                self._fact(fact)
            except (SipFailure, IllegalMove) as error:
                self._station.own_failure(
                    error, self._station.lines.of(getattr(fact, "call", None))
                )
        if (failed := self._station.audio.failure()) is not None:
            self._station.own_failure(failed, self._station.audio.front)

    def _fact(self, fact: Fact) -> None:
        if self._trades.loop_test.takes(fact) or self._trades.codes.takes(fact):
            return
        match fact:
            case Incoming():
                self._incoming(fact)
            case CallbackFailed():
                self._station.own_failure(fact.error, self._station.lines.of(fact.call))
            case Registered():
                self._trades.registrar.answered(fact)
            case Transferred():
                self._trades.transfers.sent_elsewhere(fact)
            case Replaced():
                self._replaced(fact)
            case _:
                if (line := self._station.lines.of(fact.call)) is not None:
                    self._line_fact(line, fact)

    def _line_fact(self, line: Line, fact: LineFact) -> None:
        match fact:
            case Signalled():
                self._signalled(line, fact)
            case MediaChanged():
                fact.call.say_nothing_while_held()
                self._media_changed(line)
            case ReofferFailed():
                self._reoffer_failed(line, fact.code)
            case Digit():
                self._station.tell(wire.DtmfReceived(line.id, fact.digit))
            case KeysRefused():
                reason = f"The far end did not take the keys (SIP {fact.code})."
                self._station.tell(wire.CommandRefused("send_dtmf", line.id, reason))
            case TransferProgress():
                self._trades.transfers.progress(line, fact)
            case _:
                assert_never(fact)

    def _incoming(self, fact: Incoming) -> None:
        mono, now = time.monotonic(), time.time()
        identity = identify(fact.invite)
        fact.call.key = identity.key
        call = self._station.slots.claim(identity.key, mono)
        line = self._station.lines.get(call)
        if line is None:
            line = self._station.lines.add(Line(call, CallState.RINGING, False, now, 0))
        else:
            line.move(Move.OFFER)
            line.offered_at = now
        line.due = mono + self._station.settings.ring_timeout
        line.phone, line.caller, line.dialled = fact.call, identity.caller, identity.dialled
        line.sip_call_id, line.pbx_call_id = identity.sip_call_id, identity.pbx_call_id
        line.routing = identity.routing
        self._station.tell(
            wire.CallOffered(
                call=call,
                caller=identity.caller,
                dialled=identity.dialled,
                sip_call_id=identity.sip_call_id,
                at=now,
                mono=mono,
                pbx_call_id=identity.pbx_call_id,
                routing=identity.routing,
            )
        )
        log.note("offered", call=call)
        self._trades.newcomers.offered(line)

    def _signalled(self, line: Line, fact: Signalled) -> None:
        now = time.time()
        match fact.signal:
            case Signal.ALERTING:
                if line.state in (CallState.DIALLING, CallState.ALERTING):
                    line.move(Move.ALERT)
                    event = wire.CallAlerting(line.id, fact.code, time.monotonic())
                    self._station.tell(event)
            case Signal.UP:
                self._up(line, now)
            case Signal.OVER:
                self._over(line, fact.code)
            case _:
                assert_never(fact.signal)

    def _up(self, line: Line, now: float) -> None:
        if line.talking:  # another party has taken it over
            self._station.audio.refresh(line)
            return
        line.move(Move.ANSWER)
        line.answered_at = now
        front = self._station.audio.front
        if front is None or not front.talking:
            self._station.audio.join(line)
        self._station.audio.call_begins(line)
        self._station.tell(wire.CallAnswered(line.id, now))
        log.note("answered", call=line.id)
        self._trades.consults.answered(line)
        if self._station.audio.front is not line:
            self._station.set_aside(line)

    def _over(self, line: Line, code: int) -> None:
        trades = self._trades
        if trades.consults.taken_over(line) or trades.conferences.taken_over(line):
            line.cause = line.cause or EndCause.TRANSFERRED
        cause, shown = end_cause(line, code)
        unanswered = line.outgoing and line.answered_at is None
        reason = ""
        if unanswered and cause is not EndCause.DESK:
            reason = why_not(408 if cause is EndCause.UNANSWERED else code)
        self._station.forget(line, cause, shown, reason)
        trades.consults.ended(line, shown)
        trades.conferences.ended(line)

    def _replaced(self, fact: Replaced) -> None:
        """Another party took a call over: for the desk it is the same call, with somebody else."""
        identity = identify(fact.invite)
        fact.by.key = identity.key
        self._station.slots.claim(identity.key, time.monotonic())
        line = self._station.lines.of(fact.call)
        if line is None:
            fact.by.end()
            self._station.phone.free(fact.by)
            return
        self._station.phone.free(fact.call)
        line.phone, line.caller, line.sip_call_id = fact.by, identity.caller, identity.sip_call_id
        self._trades.transfers.fail(line, 487, "Another party took the call over")
        event = wire.CallReplaced(line.id, line.caller, line.sip_call_id, time.time())
        self._station.tell(event)
        if line.hold_wanted or line.state is CallState.HELD:
            line.hold_wanted, line.reoffer_at = True, time.monotonic()

    def _media_changed(self, line: Line) -> None:
        self._station.audio.refresh(line)
        if line.phone is None or line.hold_wanted is None:
            return
        held = line.phone.on_hold_here()
        if held != line.hold_wanted:
            return
        line.hold_wanted = None
        now = time.time()
        if held and line.state is CallState.ACTIVE:
            line.move(Move.HOLD)
            line.held_at, line.held_since = now, time.monotonic()
            self._station.tell(wire.CallHeld(line.id, now))
        elif not held and line.state is CallState.HELD:
            line.move(Move.RESUME)
            line.held_at = line.held_since = None
            self._station.tell(wire.CallResumed(line.id, now))
        self._trades.consults.settled(line)
        self._trades.conferences.settled(line)

    def _reoffer_failed(self, line: Line, code: int) -> None:
        """The far end would not hold or resume: the call stays as it was, and says so."""
        if line.hold_wanted is None:
            return
        if code == 491:  # both sides asked at once: each tries again after its own while
            longest = 4.0 if line.outgoing else 2.0
            wait = random.uniform(longest / 2, longest)  # RFC 3261 14.1
            line.reoffer_at = time.monotonic() + wait
            return
        command, what = ("hold", "held") if line.hold_wanted else ("resume", "resumed")
        was_hold, line.hold_wanted = line.hold_wanted, None
        reason = f"The far end did not let the call be {what} (SIP {code})."
        self._station.tell(wire.CommandRefused(command, line.id, reason))
        if was_hold and self._station.audio.front is None:
            self._station.audio.join(line)
