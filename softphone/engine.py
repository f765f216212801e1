"""The engine: one loop that owns pjsua2, moves the calls, and tells every client.

Three threads meet here. The guard reports callers who wait, the server hands over commands; both
put them in one box and nudge the poll. This thread alone takes them out, together with what
pjsua2's callbacks noted, and decides. So a call has one story, told in one order.
"""

import gc
import os
import random
import socket
import time
from collections import deque
from dataclasses import dataclass
from typing import Final, assert_never

import msgspec

from softphone import dialling, log, wire
from softphone.audio import Audio
from softphone.calls import CallState, IllegalMove, Move
from softphone.errors import Refused, SipFailure, SoundUnavailable
from softphone.guard import Guard, Slots
from softphone.guard.slots import new_call_id
from softphone.guard.thread import CallerGone, CallerWaits
from softphone.identity import identify
from softphone.lines import Line, Lines, end_cause
from softphone.missed import MissedCalls
from softphone.pjsip import (
    LINES,
    CallbackFailed,
    Digit,
    Fact,
    Incoming,
    MediaChanged,
    Phone,
    Registered,
    ReofferFailed,
    Signal,
    Signalled,
    Standing,
    TransferProgress,
    Transferred,
)
from softphone.rendezvous import publish, withdraw
from softphone.server import Client, Server
from softphone.settings import Settings
from softphone.wire import EndCause, Party, Registration

LEVELS_EVERY: Final = 0.2  # seconds
CHORES_EVERY: Final = 0.1
COLLECT_EVERY: Final = 5.0
REOFFER_AFTER: Final = 0.5  # seconds, while an offer is still under way
FAREWELL: Final = 2.0  # seconds given to BYEs and their answers at the end


@dataclass(frozen=True, slots=True)
class Asked:
    """A client's command."""

    client: Client
    command: wire.AnyCommand


class Engine:
    """Made, run and closed on one thread, the process's main one."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._inbox: deque[Asked | CallerWaits | CallerGone] = deque()
        self._lines = Lines()
        self._slots = Slots(LINES, settings.outgoing_lines)
        self._registration = Registration.DIRECT
        self._registrar = ""
        self._leaving = False
        self._levels_due = self._chores_due = self._collect_due = 0.0
        self._guard = Guard(
            bind=settings.bind,
            port=settings.sip_port,
            slots=self._slots,
            report=self._post,
            heard=settings.hear,
            most_waiting=settings.max_waiting,
            longest_wait=settings.max_wait,
        )
        self._phone = Phone()
        self._phone.accept_transfers = self._may_be_transferred
        self._nudger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._nudger.connect(("127.0.0.1", self._phone.port))
        self._audio = Audio(self._phone)
        self._server = Server(lambda client, command: self._post(Asked(client, command)))
        self._rendezvous = b""
        self._missed = MissedCalls(settings.rendezvous)
        self._last_company = time.monotonic()

    # Life

    def run(self) -> None:
        """Work until told to leave or left alone."""
        self._open()
        try:
            while not self._leaving:
                self._turn()
        finally:
            self._close()

    def leave(self) -> None:
        """End after this turn. For signal handlers too."""
        self._leaving = True

    def _open(self) -> None:
        settings, (host, port) = self._settings, self._guard.public
        inner_host, inner_port = self._guard.inner
        outbound = f"sip:{inner_host}:{inner_port};lr"
        self._phone.open(Standing(host, port, settings.bind, outbound))
        self._audio.use(settings.sound, settings.microphone, settings.earpiece)
        self._guard.start(self._phone.port)
        self._server.start()
        publish_as = wire.Rendezvous(self._server.port, self._server.token, os.getpid())
        self._rendezvous = wire.encode_rendezvous(publish_as)
        publish(settings.rendezvous, publish_as)
        # pjsua2's objects may be collected on this thread only: collect by hand, here
        gc.collect()
        gc.freeze()
        gc.disable()
        log.note("ready", port=port)

    def _turn(self) -> None:
        self._phone.poll()
        self._take_facts()
        while self._inbox:
            self._take(self._inbox.popleft())
        self._reopen()
        now = time.monotonic()
        if now >= self._levels_due:
            self._levels_due = now + LEVELS_EVERY
            self._tell_levels()
        if now >= self._chores_due:
            self._chores_due = now + CHORES_EVERY
            self._chores(now)

    def _close(self) -> None:
        withdraw(self._settings.rendezvous, self._rendezvous)
        self._guard.refuse_newcomers()
        for line in self._lines:
            line.cause = line.cause or EndCause.DESK
            self._end(line)
        until = time.monotonic() + FAREWELL
        registered = self._registration is Registration.REGISTERED and self._phone.unregister()
        while time.monotonic() < until and (
            len(self._lines) or (registered and self._registration is Registration.REGISTERED)
        ):
            self._phone.poll()
            self._take_facts()
        self._guard.stop()
        while self._inbox:
            self._take(self._inbox.popleft())
        for line in self._lines:
            self._forget(line, EndCause.LOST, 408)
        self._server.stop()
        self._audio.close()
        self._phone.close()
        self._nudger.close()
        log.note("left")

    def _post(self, item: Asked | CallerWaits | CallerGone) -> None:
        """Hand something to the loop, from any thread, and cut its poll short."""
        self._inbox.append(item)
        # pjsip reads a bare line end as a keep-alive and returns from its poll (RFC 5626 4.4.1)
        self._nudger.send(b"\r\n")

    def _chores(self, now: float) -> None:
        for line in self._lines:
            if now >= line.due and line.state in _UNANSWERED and line.phone is not None:
                line.cause = line.cause or EndCause.UNANSWERED
                self._end(line)
            if line.reoffer_at is not None and now >= line.reoffer_at:
                self._offer_hold(line)
        if self._server.anybody or len(self._lines):
            self._last_company = now
        elif now - self._last_company > self._settings.keep:
            log.note("alone", seconds=self._settings.keep)
            self.leave()
        if (changed := self._audio.watch(now)) is not None:
            self._server.broadcast(wire.SoundChanged(changed))
        if now >= self._collect_due:
            self._collect_due = now + COLLECT_EVERY
            gc.collect()

    def _tell_levels(self) -> None:
        if self._audio.front is not None and self._server.anybody:
            self._server.broadcast(wire.SoundLevels(*self._audio.levels()))

    # What happened

    def _take_facts(self) -> None:
        while self._phone.box:
            fact = self._phone.box.popleft()
            try:
                self._fact(fact)
            except (SipFailure, IllegalMove) as error:
                self._own_failure(error, self._lines.of(getattr(fact, "call", None)))
        if (failed := self._audio.failure()) is not None:
            self._own_failure(failed, self._audio.front)

    def _fact(self, fact: Fact) -> None:
        match fact:
            case Incoming():
                self._incoming(fact)
            case CallbackFailed():
                self._own_failure(fact.error, self._lines.of(fact.call))
            case Registered():
                self._registered(fact)
            case Transferred():
                self._transferred(fact)
            case Signalled() | MediaChanged() | ReofferFailed() | Digit() | TransferProgress():
                if (line := self._lines.of(fact.call)) is not None:
                    self._line_fact(line, fact)
            case _:
                assert_never(fact)

    def _line_fact(
        self,
        line: Line,
        fact: Signalled | MediaChanged | ReofferFailed | Digit | TransferProgress,
    ) -> None:
        match fact:
            case Signalled():
                self._signalled(line, fact)
            case MediaChanged():
                self._media_changed(line)
            case ReofferFailed():
                self._reoffer_failed(line, fact.code)
            case Digit():
                self._server.broadcast(wire.DtmfReceived(line.id, fact.digit))
            case TransferProgress():
                self._transfer_progress(line, fact)
            case _:
                assert_never(fact)

    def _incoming(self, fact: Incoming) -> None:
        mono, now = time.monotonic(), time.time()
        identity = identify(fact.invite)
        fact.call.key = identity.key
        call = self._slots.claim(identity.key, mono)
        line = self._lines.get(call)
        if line is None:
            line = self._lines.add(Line(call, CallState.RINGING, False, now, 0))
        else:
            line.move(Move.OFFER)
            line.offered_at = now
        line.due = mono + self._settings.ring_timeout
        line.phone, line.caller, line.dialled = fact.call, identity.caller, identity.dialled
        line.sip_call_id, line.pbx_call_id = identity.sip_call_id, identity.pbx_call_id
        self._server.broadcast(
            wire.CallOffered(
                call=call,
                caller=identity.caller,
                dialled=identity.dialled,
                sip_call_id=identity.sip_call_id,
                at=now,
                mono=mono,
                pbx_call_id=identity.pbx_call_id,
            )
        )
        log.note("offered", call=call)

    def _signalled(self, line: Line, fact: Signalled) -> None:
        now = time.time()
        match fact.signal:
            case Signal.ALERTING:
                if line.state in (CallState.DIALLING, CallState.ALERTING):
                    line.move(Move.ALERT)
                    event = wire.CallAlerting(line.id, fact.code, time.monotonic())
                    self._server.broadcast(event)
            case Signal.UP:
                line.move(Move.ANSWER)
                line.answered_at = now
                front = self._audio.front
                if front is None or not front.talking:
                    self._audio.join(line)
                self._audio.call_begins(line)
                self._server.broadcast(wire.CallAnswered(line.id, now))
                log.note("answered", call=line.id)
                if self._audio.front is not line:
                    self._set_aside(line)
            case Signal.OVER:
                cause, code = end_cause(line, fact.code)
                self._forget(line, cause, code)
            case _:
                assert_never(fact.signal)

    def _media_changed(self, line: Line) -> None:
        self._audio.refresh(line)
        if line.phone is None or line.hold_wanted is None:
            return
        held = line.phone.on_hold_here()
        if held != line.hold_wanted:
            return
        line.hold_wanted = None
        now = time.time()
        if held and line.state is CallState.ACTIVE:
            line.move(Move.HOLD)
            line.held_at = now
            self._server.broadcast(wire.CallHeld(line.id, now))
        elif not held and line.state is CallState.HELD:
            line.move(Move.RESUME)
            line.held_at = None
            self._server.broadcast(wire.CallResumed(line.id, now))

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
        self._server.broadcast(wire.CommandRefused(command, line.id, reason))
        if was_hold and self._audio.front is None:
            self._audio.join(line)

    def _transfer_progress(self, line: Line, fact: TransferProgress) -> None:
        if not line.referred:
            return
        if fact.code < 300 and line.state is not CallState.TRANSFERRING:
            line.move(Move.TRANSFER)
            self._server.broadcast(wire.TransferStarted(line.id))
        if 200 <= fact.code < 300 and fact.final:
            line.referred = False
            line.cause = EndCause.TRANSFERRED
            self._end(line)
        elif fact.code >= 300:
            line.referred = False
            was_held = line.held_at is not None
            if line.state is CallState.TRANSFERRING:
                line.move(Move.TRANSFER_FAIL)
                line.held_at = None
                if was_held and line.phone is not None:
                    self._take_front(line)
                    line.phone.unhold()
            self._server.broadcast(wire.TransferFailed(line.id, fact.code, fact.reason))

    def _transferred(self, fact: Transferred) -> None:
        """Our far end sent us elsewhere, and we follow: a call of our own."""
        call = new_call_id()
        self._slots.take_outgoing(call, time.monotonic())
        fact.call.key = call
        line = Line(call, CallState.DIALLING, True, time.time(), self._ring_due())
        line.phone = fact.call
        self._lines.add(line)
        self._server.broadcast(wire.CallPlaced(call, "", "", line.offered_at, time.monotonic()))

    def _may_be_transferred(self) -> bool:
        return self._settings.accept_transfers and self._slots.free_for_callers

    def _registered(self, fact: Registered) -> None:
        good = fact.active and fact.code // 100 == 2
        self._registration = Registration.REGISTERED if good else Registration.FAILED
        self._server.broadcast(wire.RegistrationChanged(self._registration, fact.code, fact.reason))
        log.note("registration", state=self._registration, code=fact.code)

    def _own_failure(self, error: Exception, line: Line | None) -> None:
        """Our own mistake, told to every client as one; the engine goes on."""
        log.failure("internal error", error)
        self._server.broadcast(
            wire.CommandRefused(
                "",
                line.id if line is not None else "",
                f"The phone made a mistake of its own ({type(error).__name__}); "
                "the call goes on where it can.",
            )
        )

    # What is asked

    def _take(self, item: Asked | CallerWaits | CallerGone) -> None:
        match item:
            case Asked():
                self._asked(item.client, item.command)
            case CallerWaits():
                identity = item.identity
                line = Line(item.call, CallState.WAITING, False, item.at, 0)
                line.caller, line.dialled = identity.caller, identity.dialled
                line.sip_call_id = identity.sip_call_id
                self._lines.add(line)
                self._server.broadcast(
                    wire.CallWaiting(
                        item.call, identity.caller, identity.dialled, identity.sip_call_id, item.at
                    )
                )
                log.note("waiting", call=item.call)
            case CallerGone():
                if (line_gone := self._lines.get(item.call)) is not None:
                    self._forget(line_gone, line_gone.cause or item.cause, item.code)
            case _:
                assert_never(item)

    def _asked(self, client: Client, command: wire.AnyCommand) -> None:
        try:
            self._carry_out(client, command)
        except (Refused, SoundUnavailable) as refusal:
            self._refuse(client, command, str(refusal))
        except SipFailure as failed:
            log.failure("command failed", failed)
            self._refuse(client, command, "The phone could not do that; try again.")

    def _refuse(self, client: Client, command: wire.AnyCommand, reason: str) -> None:
        call = getattr(command, "call", "") or getattr(command, "request", "")
        self._server.send(client, wire.CommandRefused(_tag(command), call, reason))

    def _carry_out(  # noqa: PLR0912 - one branch for each word of the vocabulary
        self, client: Client, command: wire.AnyCommand
    ) -> None:
        match command:
            case wire.Hello():
                self._welcome(client)
            case wire.Answer():
                self._answer(self._lines.need(command.call))
            case wire.Decline():
                self._decline(self._lines.need(command.call))
            case wire.HangUp():
                line = self._lines.need(command.call)
                line.cause = line.cause or EndCause.DESK
                self._end(line)
            case wire.Hold():
                self._hold(self._lines.need(command.call))
            case wire.Resume():
                self._resume(self._lines.need(command.call))
            case wire.SetMute():
                self._mute(self._lines.need(command.call), command.muted)
            case wire.SendDtmf():
                self._send_digits(self._lines.need(command.call), command.digits)
            case wire.Transfer():
                self._transfer(self._lines.need(command.call), command.target)
            case wire.PlaceCall():
                self._place(command)
            case wire.UseAccount():
                self._use_account(command)
            case wire.UseSound():
                sound = self._audio.use_or_refuse(
                    command.kind, command.microphone, command.earpiece
                )
                self._server.broadcast(wire.SoundChanged(sound))
            case wire.Ping():
                self._server.send(client, wire.Pong(command.number))
            case wire.ShutDown():
                self.leave()
            case _:
                assert_never(command)

    def _welcome(self, client: Client) -> None:
        host, port = self._guard.public
        self._server.send(
            client,
            wire.Welcome(
                engine=self._phone.version,
                version=wire.VERSION,
                sip_address=f"{host}:{port}",
                max_calls=LINES,
                registration=self._registration,
                sound=self._audio.sound,
                calls=tuple(line.snapshot() for line in self._lines),
                missed=self._missed.take(),
            ),
        )
        client.joined = True

    def _answer(self, line: Line) -> None:
        if line.state is not CallState.RINGING or line.outgoing:
            raise Refused(_NOT_RINGING.get(line.state, "The call has been answered already."))
        phone = line.require_phone()
        self._take_front(line)
        phone.respond(200)

    def _decline(self, line: Line) -> None:
        if line.state not in (CallState.RINGING, CallState.WAITING):
            raise Refused("Only a call that has not been answered can be declined.")
        line.cause = line.cause or EndCause.DECLINED
        self._end(line)

    def _hold(self, line: Line) -> None:
        line.require(Move.HOLD)
        phone = line.require_phone()
        phone.hold()
        line.hold_wanted = True
        self._audio.leave(line)

    def _set_aside(self, line: Line) -> None:
        """Hold a call because another needs the headset: silent at once, offered when it can be."""
        self._audio.leave(line)
        line.hold_wanted = True
        self._offer_hold(line)

    def _offer_hold(self, line: Line) -> None:
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

    def _resume(self, line: Line) -> None:
        line.require(Move.RESUME)
        phone = line.require_phone()
        self._take_front(line)
        phone.unhold()
        line.hold_wanted = False

    def _take_front(self, line: Line) -> None:
        """Give a call the headset; whoever else is talking goes on hold first."""
        for other in self._lines:
            if other is not line and other.state is CallState.ACTIVE and not other.hold_wanted:
                self._set_aside(other)
        self._audio.join(line)

    def _mute(self, line: Line, muted: bool) -> None:
        if not line.talking:
            raise Refused("Only a call that has been answered can be muted.")
        line.muted = muted
        self._audio.refresh(line)
        self._server.broadcast(wire.MuteChanged(line.id, muted))

    def _send_digits(self, line: Line, digits: str) -> None:
        checked = dialling.check_digits(digits)
        if line.state is not CallState.ACTIVE:
            raise Refused("Keys can be sent into an active call only.")
        line.require_phone().dial_digits(checked)

    def _transfer(self, line: Line, target: str) -> None:
        line.require(Move.TRANSFER)
        if line.referred:
            raise Refused("The call is being transferred already.")
        line.require_phone().refer(dialling.target_uri(target, self._registrar))
        line.referred = True

    def _place(self, command: wire.PlaceCall) -> None:
        host, port = self._guard.public
        target = dialling.target_uri(command.target, self._registrar)
        sender = dialling.sender_uri(
            command.caller_number, command.caller_name, self._registrar or f"{host}:{port}"
        )
        headers = dialling.check_headers(command.headers)
        call, mono = new_call_id(), time.monotonic()
        if not self._slots.take_outgoing(call, mono):
            raise Refused("Every line is taken; end or decline a call before you dial.")
        line = Line(call, CallState.DIALLING, True, time.time(), self._ring_due())
        line.dialled = wire.Dialled(command.target)
        line.caller = Party(command.caller_number, command.caller_name)
        line.phone = self._phone.new_call()
        line.phone.key = call
        self._lines.add(line)
        try:
            self._take_front(line)
            line.phone.place(target, sender=sender, headers=headers)
        except SipFailure:
            self._discard(line)
            raise
        self._server.broadcast(
            wire.CallPlaced(call, command.request, command.target, line.offered_at, mono)
        )
        log.note("placed", call=call)

    def _use_account(self, command: wire.UseAccount) -> None:
        dialling.check_account(command.user, command.registrar, command.transport)
        self._registrar = command.registrar
        self._phone.register(command.user, command.registrar, command.password)
        self._registration = Registration.TRYING
        self._server.broadcast(wire.RegistrationChanged(Registration.TRYING))

    # Ends

    def _end(self, line: Line) -> None:
        """Have a call end; `CallEnded` follows when it has."""
        self._audio.leave(line)
        if line.phone is None:
            self._guard.dismiss(line.id)
            return
        refused = line.state is CallState.RINGING and not line.outgoing
        try:
            line.phone.end(480 if refused else 0)
        except SipFailure as failed:
            log.failure("hang up failed", failed, call=line.id)
            self._forget(line, line.cause or EndCause.LOST, 500)

    def _forget(self, line: Line, cause: EndCause, code: int) -> None:
        state = line.state
        line.move(Move.END)
        self._discard(line)
        at = time.time()
        if not line.outgoing and not self._server.has_listener:
            ended = msgspec.structs.replace(line.snapshot(), ended_at=at, cause=cause)
            self._missed.add(ended)
        self._server.broadcast(wire.CallEnded(line.id, cause, code, at))
        log.note("ended", call=line.id, cause=cause, code=code, state=state)

    def _discard(self, line: Line) -> None:
        """Free the dialog; its slot follows when pjsua2 has room again (`_reopen`)."""
        self._audio.leave(line)
        self._audio.call_ends(line)
        self._lines.remove(line)
        if line.phone is not None:
            self._phone.free(line.phone)
            line.phone = None

    def _reopen(self) -> None:
        """Give back the slots that pjsua2 has room for again."""
        for key in self._phone.emptied_slots():
            self._slots.release(key)
            self._guard.wake()

    def _ring_due(self) -> float:
        return time.monotonic() + self._settings.ring_timeout


_UNANSWERED: Final = frozenset({CallState.RINGING, CallState.DIALLING, CallState.ALERTING})
_NOT_RINGING: Final = {
    CallState.WAITING: "The caller is still waiting for a free line; end or decline a call first.",
    CallState.ENDED: "The call has ended.",
}


def _tag(command: wire.AnyCommand) -> str:
    return str(command.__struct_config__.tag)
