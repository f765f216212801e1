"""What a client may ask of the engine, and the sentence it gets where that cannot be done."""

import time
from collections.abc import Callable
from typing import Final, assert_never

from softphone import dialling, log, wire
from softphone.calls import CallState, Move
from softphone.errors import Refused, SipFailure, SoundUnavailable
from softphone.guard.slots import new_call_id
from softphone.lines import Line
from softphone.registrar import Registrar
from softphone.server import Client
from softphone.station import Station
from softphone.transfers import Transfers
from softphone.wire import EndCause, Party


class Commands:
    """Carries out one command after another."""

    def __init__(
        self,
        station: Station,
        registrar: Registrar,
        transfers: Transfers,
        *,
        leave: Callable[[], None],
    ) -> None:
        self._station = station
        self._registrar = registrar
        self._transfers = transfers
        self._leave = leave

    def take(self, client: Client, command: wire.AnyCommand) -> None:
        """Do what is asked, or say why not."""
        try:
            self._carry_out(client, command)
        except (Refused, SoundUnavailable) as refusal:
            self._refuse(client, command, str(refusal))
        except SipFailure as failed:
            log.failure("command failed", failed)
            self._refuse(client, command, "The phone could not do that; try again.")

    def _refuse(self, client: Client, command: wire.AnyCommand, reason: str) -> None:
        call = getattr(command, "call", "") or getattr(command, "request", "")
        self._station.server.send(client, wire.CommandRefused(_tag(command), call, reason))

    def _carry_out(  # noqa: PLR0912 - one branch for each word of the vocabulary
        self, client: Client, command: wire.AnyCommand
    ) -> None:
        match command:
            case wire.Hello():
                self._welcome(client)
            case wire.Answer():
                self._answer(self._station.lines.need(command.call))
            case wire.Decline():
                self._decline(self._station.lines.need(command.call))
            case wire.HangUp():
                line = self._station.lines.need(command.call)
                line.cause = line.cause or EndCause.DESK
                self._station.end(line)
            case wire.Hold():
                self._hold(self._station.lines.need(command.call))
            case wire.Resume():
                self._resume(self._station.lines.need(command.call))
            case wire.SetMute():
                self._mute(self._station.lines.need(command.call), command.muted)
            case wire.SendDtmf():
                self._send_digits(self._station.lines.need(command.call), command.digits)
            case wire.Transfer():
                self._transfers.send(self._station.lines.need(command.call), command.target)
            case wire.PlaceCall():
                self._place(command)
            case wire.UseAccount():
                self._registrar.use(command)
            case wire.UseSound():
                sound = self._station.audio.use_or_refuse(
                    command.kind, command.microphone, command.earpiece
                )
                self._station.tell(wire.SoundChanged(sound))
            case wire.Ping():
                self._station.server.send(client, wire.Pong(command.number))
            case wire.ShutDown():
                self._leave()
            case _:
                assert_never(command)

    def _welcome(self, client: Client) -> None:
        host, port = self._station.guard.public
        self._station.server.send(
            client,
            wire.Welcome(
                engine=self._station.phone.version,
                version=wire.VERSION,
                sip_address=f"{host}:{port}",
                max_calls=self._station.phone.capabilities.calls,
                registration=self._station.registration,
                sound=self._station.audio.sound,
                calls=tuple(line.snapshot() for line in self._station.lines),
                missed=self._station.missed.take(),
            ),
        )
        client.joined = True

    def _answer(self, line: Line) -> None:
        if line.state is not CallState.RINGING or line.outgoing:
            raise Refused(_NOT_RINGING.get(line.state, "The call has been answered already."))
        phone = line.require_phone()
        self._station.take_front(line)
        phone.respond(200)

    def _decline(self, line: Line) -> None:
        if line.state not in (CallState.RINGING, CallState.WAITING):
            raise Refused("Only a call that has not been answered can be declined.")
        line.cause = line.cause or EndCause.DECLINED
        self._station.end(line)

    def _hold(self, line: Line) -> None:
        line.require(Move.HOLD)
        phone = line.require_phone()
        phone.hold()
        line.hold_wanted = True
        self._station.audio.leave(line)

    def _resume(self, line: Line) -> None:
        line.require(Move.RESUME)
        phone = line.require_phone()
        self._station.take_front(line)
        phone.unhold()
        line.hold_wanted = False

    def _mute(self, line: Line, muted: bool) -> None:
        if not line.talking:
            raise Refused("Only a call that has been answered can be muted.")
        line.muted = muted
        self._station.audio.refresh(line)
        self._station.tell(wire.MuteChanged(line.id, muted))

    def _send_digits(self, line: Line, digits: str) -> None:
        checked = dialling.check_digits(digits)
        if line.state is not CallState.ACTIVE:
            raise Refused("Keys can be sent into an active call only.")
        line.require_phone().dial_digits(checked)

    def _place(self, command: wire.PlaceCall) -> None:
        host, port = self._station.guard.public
        target = dialling.target_uri(command.target, self._station.registrar)
        sender = dialling.sender_uri(
            command.caller_number, command.caller_name, self._station.registrar or f"{host}:{port}"
        )
        headers = dialling.check_headers(command.headers)
        call, mono = new_call_id(), time.monotonic()
        if not self._station.slots.take_outgoing(call, mono):
            raise Refused("Every line is taken; end or decline a call before you dial.")
        line = Line(call, CallState.DIALLING, True, time.time(), self._station.ring_due())
        line.dialled = wire.Dialled(command.target)
        line.caller = Party(command.caller_number, command.caller_name)
        line.phone = self._station.phone.new_call()
        line.phone.key = call
        self._station.lines.add(line)
        try:
            self._station.take_front(line)
            line.phone.place(target, sender=sender, headers=headers)
        except SipFailure:
            self._station.discard(line)
            raise
        self._station.tell(
            wire.CallPlaced(call, command.request, command.target, line.offered_at, mono)
        )
        log.note("placed", call=call)


_NOT_RINGING: Final = {
    CallState.WAITING: "The caller is still waiting for a free line; end or decline a call first.",
    CallState.ENDED: "The call has ended.",
}


def _tag(command: wire.AnyCommand) -> str:
    return str(command.__struct_config__.tag)
