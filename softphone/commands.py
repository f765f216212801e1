"""What a client may ask of the engine, and the sentence it gets where that cannot be done."""

from collections.abc import Callable
from typing import assert_never

from softphone import dialling, log, wire
from softphone.calls import CallState, ConsultMove, ConsultState, Move, consult_can
from softphone.dialler import Errand
from softphone.errors import Refused, SipFailure, SoundUnavailable
from softphone.lines import Line
from softphone.server import Client
from softphone.station import Station
from softphone.trades import Trades
from softphone.wire import DeclineHow, DtmfMethod, EndCause

OnCall = (
    wire.Answer
    | wire.Decline
    | wire.HangUp
    | wire.Hold
    | wire.Resume
    | wire.SetMute
    | wire.SendDtmf
    | wire.Transfer
    | wire.StartConsult
    | wire.SwapConsult
    | wire.CancelConsult
    | wire.CompleteTransfer
    | wire.LeaveConference
    | wire.SplitConference
    | wire.StartRecording
    | wire.PauseRecording
    | wire.ResumeRecording
    | wire.StopRecording
    | wire.PlayPrompt
    | wire.StopPrompt
)


OnSound = (
    wire.UseSound
    | wire.SetRinging
    | wire.ListDevices
    | wire.WatchLevels
    | wire.TrySound
    | wire.SoundTest
)


class Commands:
    """Carries out one command after another."""

    def __init__(
        self,
        station: Station,
        trades: Trades,
        *,
        leave: Callable[[], None],
    ) -> None:
        self._station = station
        self._trades = trades
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

    def carry(self, command: OnCall) -> None:
        """Do what no client asked for but a finger on the headset; say to all why not."""
        try:
            self._carry_out_on(self._station.lines.need(command.call), command)
        except (Refused, SipFailure) as error:
            log.failure("button failed", error)
            reason = str(error) if isinstance(error, Refused) else "The phone could not do that."
            self._station.tell(wire.CommandRefused(_tag(command), command.call, reason))

    def _refuse(self, client: Client, command: wire.AnyCommand, reason: str) -> None:
        call = getattr(command, "call", "") or getattr(command, "request", "")
        self._station.server.send(client, wire.CommandRefused(_tag(command), call, reason))

    def _carry_out(  # noqa: PLR0912 - one branch for each word
        self, client: Client, command: wire.AnyCommand
    ) -> None:
        match command:
            case wire.Hello():
                self._welcome(client)
            case wire.PlaceCall():
                self._trades.dialler.place(_errand(command))
            case wire.Merge():
                need = self._station.lines.need
                self._trades.conferences.merge(need(command.call), need(command.other))
            case wire.UseAccount():
                self._trades.registrar.use(command)
            case (
                wire.UseSound()
                | wire.SetRinging()
                | wire.ListDevices()
                | wire.WatchLevels()
                | wire.TrySound()
                | wire.SoundTest()
            ):
                self._carry_out_on_sound(client, command)
            case wire.DialCode():
                self._trades.codes.dial(command)
            case wire.SetAutoAnswer():
                self._trades.newcomers.set(command)
            case wire.LoopTest():
                self._trades.loop_test.start(command.request)
            case wire.PlayRecording():
                self._trades.player.play(command)
            case wire.StopPlaying():
                self._trades.player.stop()
            case wire.Ping():
                self._station.server.send(client, wire.Pong(command.number))
            case wire.ShutDown():
                self._leave()
            case _:
                self._carry_out_on(self._station.lines.need(command.call), command)

    def _carry_out_on_sound(self, client: Client, command: OnSound) -> None:
        audio, check = self._station.audio, self._trades.sound_check
        match command:
            case wire.UseSound():
                self._station.tell(audio.use_or_refuse(command))
            case wire.SetRinging():
                self._station.tell(audio.set_ringing(command.how))
            case wire.ListDevices():
                self._station.server.send(client, audio.devices(anew=True))
            case wire.WatchLevels():
                self._station.levels_watched = command.on
            case wire.TrySound():
                check.try_out(command.what, on=command.on)
            case wire.SoundTest():
                check.start(command.request)
            case _:
                assert_never(command)

    def _carry_out_on(  # noqa: PLR0912 - one branch for each word about one call
        self, line: Line, command: OnCall
    ) -> None:
        match command:
            case wire.Answer():
                self._station.answer(line)
            case wire.Decline():
                self._decline(line, command.how, command.target)
            case wire.HangUp():
                self._hang_up(line)
            case wire.Hold():
                self._hold(line)
            case wire.Resume():
                self._resume(line)
            case wire.SetMute():
                self._mute(line, command.muted)
            case wire.SendDtmf():
                self._send_digits(line, command.digits, command.method)
            case wire.Transfer():
                self._trades.transfers.send(line, command.target)
            case wire.StartConsult():
                self._trades.consults.start(line, _errand(command))
            case wire.SwapConsult():
                self._trades.consults.swap(line)
            case wire.CancelConsult():
                self._trades.consults.cancel(line)
            case wire.CompleteTransfer():
                self._trades.consults.complete(line)
            case wire.LeaveConference():
                self._trades.conferences.leave(line)
            case wire.SplitConference():
                self._trades.conferences.split(line)
            case wire.StartRecording():
                self._trades.recorder.start(line, command)
            case wire.PauseRecording():
                self._trades.recorder.pause(line, command.why)
            case wire.ResumeRecording():
                self._trades.recorder.resume(line, command.why)
            case wire.StopRecording():
                self._trades.recorder.stop(line)
            case wire.PlayPrompt():
                self._trades.prompts.play(line, command)
            case wire.StopPrompt():
                self._trades.prompts.stop(line)
            case _:
                assert_never(command)

    def _welcome(self, client: Client) -> None:
        self._station.levels_watched = False  # by a window before this one, which may be dead
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
                auto_answer=self._trades.newcomers.on,
                auto_answer_after_s=self._trades.newcomers.after_s,
                recorded=self._trades.recorder.take_untold(),
            ),
        )
        client.joined = True

    def _decline(self, line: Line, how: DeclineHow, target: str) -> None:
        if line.outgoing or line.state not in (CallState.RINGING, CallState.WAITING):
            raise Refused("Only a call that has not been answered can be declined.")
        if line.phone is None and how is not DeclineHow.TEMPORARILY:
            raise Refused(
                "A caller who waits for a line can be sent back to the queue, and nowhere else."
            )
        if how is DeclineHow.FORWARD:
            uri = dialling.target_uri(target, self._station.registrar)
            line.require_phone().respond(302, contact=uri)
            line.cause = line.cause or EndCause.DECLINED
            return
        line.cause = line.cause or EndCause.DECLINED
        self._station.end(line, 486 if how is DeclineHow.BUSY else 480)

    def _hang_up(self, line: Line) -> None:
        consult = line.consult
        asks = consult is not None and line is consult.consulted
        if asks and consult is not None and consult_can(consult.state, ConsultMove.CANCEL):
            self._trades.consults.cancel(line)  # the caller comes back at once
            return
        line.cause = line.cause or EndCause.DESK
        self._station.end(line)

    def _hold(self, line: Line) -> None:
        line.require(Move.HOLD)
        if not line.require_phone().can_be_offered():
            raise Refused("There is no sound in this call any more; hang up and call back.")
        if line.conference is not None:
            self._trades.conferences.hold(line)
            return
        self._station.set_aside(line)

    def _resume(self, line: Line) -> None:
        line.require(Move.RESUME)
        consult = line.consult
        if line.conference is not None:
            self._trades.conferences.resume(line)
            return
        if consult is not None and consult.state is ConsultState.DIALLING:
            consult.require(ConsultMove.SWAP)
        self._station.bring_back(line)

    def _mute(self, line: Line, muted: bool) -> None:
        if not line.talking:
            raise Refused("Only a call that has been answered can be muted.")
        together = [line]
        if line.conference is not None:
            together.append(line.conference.other(line))
        for one in together:
            one.muted = muted
            self._station.audio.refresh(one)
            self._station.tell(wire.MuteChanged(one.id, muted))

    def _send_digits(self, line: Line, digits: str, method: DtmfMethod) -> None:
        checked = dialling.check_digits(digits)
        if line.state is CallState.HELD or line.hold_wanted:
            raise Refused("The call is on hold; resume it before you send keys.")
        if line.state is not CallState.ACTIVE:
            raise Refused("Keys can be sent into an active call only.")
        line.require_phone().dial_digits(checked, method)


def _errand(command: wire.PlaceCall | wire.StartConsult) -> Errand:
    return Errand(
        target=command.target,
        caller_number=command.caller_number,
        caller_name=command.caller_name,
        caller_id_by=command.caller_id_by,
        headers=command.headers,
        request=command.request,
        consult_of=command.call if isinstance(command, wire.StartConsult) else "",
    )


def _tag(command: wire.AnyCommand) -> str:
    return str(command.__struct_config__.tag)
