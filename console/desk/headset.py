"""The headset as its receptionist chooses, tries and loses it.

The engine says which devices there are, and moves by itself to the next when one is pulled out;
here it is told in words, and what was chosen is kept.
"""

from console.chosen_sound import SoundFile
from console.desk.stage import Stage
from console.desk.views import DeviceChoice, HeadsetPart, HeadsetView, Light
from console.desk.worker import Worker
from console.errors import WorldError
from softphone import wire
from softphone.wire import MovedSound, Ringing, SoundKind, SoundMove, SoundPart, SoundTrial

SILENT = -96.0  # dBFS
_LABELS = {
    SoundPart.MICROPHONE: "Microphone",
    SoundPart.EARPIECE: "Earpiece",
    SoundPart.RINGER: "Ringer",
}
_DOES = {
    SoundPart.MICROPHONE: "speak through",
    SoundPart.EARPIECE: "hear through",
    SoundPart.RINGER: "are rung on",
}
_ANY = "Whatever is plugged in"
_ANY_RINGER = "A loudspeaker, if there is one"
_ECHO_ON = "Echoes are cancelled and noise is held down, by the softphone."
_ECHO_OFF = (
    "Echoes are not cancelled and noise is not held down here: wear a headset, which needs "
    "neither. A loudspeaker beside the microphone would send callers their own voice."
)
_BUTTONS = "Buttons on “{}” answer, hang up and mute, as F2, F8 and F4 do."
_NO_BUTTONS = (
    "Frontdesk hears no buttons of a headset here: use F2 to answer, F8 to hang up and F4 to mute. "
    "A mute switch on the headset or its cable works, and Frontdesk sees that the microphone is "
    "silent."
)


class Headset:
    """The choice, the sheet over it, and what is said when a device comes or goes."""

    def __init__(self, stage: Stage, file: SoundFile) -> None:
        self._stage = stage
        self._file = file
        self._disk: Worker | None = None
        self._open = False
        self._devices = wire.SoundDevices((), ())
        self._trial: SoundTrial | None = None
        stage.engine.joined.connect(self._on_joined)
        stage.engine.received.connect(self._on_event)
        stage.engine.died.connect(lambda _: self.close())

    def open(self) -> None:
        """Show which devices there are, with live meters."""
        self._open = True
        self._stage.engine.send(wire.ListDevices())
        self._stage.engine.send(wire.WatchLevels(on=True))
        self._show()

    def close(self) -> None:
        """Put the sheet away, and end whatever is being tried."""
        if not self._open:
            return
        self._open = False
        self._try(None)
        self._stage.engine.send(wire.WatchLevels(on=False))
        self._rest_meters()
        self._show()

    def choose(self, part: SoundPart, device: str) -> None:
        """Use a device from now on; "" for whatever there is."""
        if not self._file.is_named(part):
            self._file.choose(**{part.value: device})
            self._apply()
            self._keep()

    def ring(self, how: Ringing) -> None:
        """Have calls ring so loudly from now on."""
        if not self._file.ringing_is_named:
            self._file.choose(ringing=how)
            self._stage.engine.send(wire.SetRinging(how))
            self._keep()

    def try_out(self, what: SoundTrial) -> None:
        """Play something, or stop it where it plays."""
        self._try(None if self._trial is what else what)
        self._show()

    def _try(self, what: SoundTrial | None) -> None:
        if self._trial is not None:
            self._stage.engine.send(wire.TrySound(self._trial, on=False))
        self._trial = what
        if what is not None:
            self._stage.engine.send(wire.TrySound(what))

    def _apply(self) -> None:
        chosen = self._file.chosen
        self._stage.engine.send(
            wire.UseSound(SoundKind.HEADSET, chosen.microphone, chosen.earpiece, chosen.ringer)
        )

    def _keep(self) -> None:
        if self._disk is None:
            self._disk = Worker(self._stage.out)
        self._disk.run(self._file.write, otherwise=self._on_not_kept, expected=WorldError)

    def _on_not_kept(self, error: Exception) -> None:
        if isinstance(error, WorldError):
            self._stage.say(error.title, error.message, Light.WARN)

    def _on_joined(self, welcome: wire.Welcome) -> None:
        """An engine may have been begun with an earlier choice than the last."""
        sound, chosen = welcome.sound, self._file.chosen
        if not self._file.is_headset or not sound.chosen:
            return
        if sound.chosen != (chosen.microphone, chosen.earpiece, chosen.ringer):
            self._apply()
        if sound.ringing is not chosen.ringing:
            self._stage.engine.send(wire.SetRinging(chosen.ringing))

    def _on_event(self, event: wire.Event) -> None:
        match event:
            case wire.SoundDevices():
                self._devices = event
            case wire.TrialEnded():
                if event.what is self._trial:
                    self._trial = None
            case wire.CommandRefused(command="try_sound"):
                self._trial = None
            case wire.SoundChanged():
                self._tell(event.moves)
            case wire.CallEnded():
                self._rest_meters()
                return
            case _:
                return
        self._show()

    def _rest_meters(self) -> None:
        """The engine tells levels no more: the last ones must not stand there as if it did."""
        if not self._open and not any(call.is_up for call in self._stage.lines):
            self._stage.out.level_changed.emit(SILENT, SILENT)

    # --- what is said ----------------------------------------------------------------------

    def _tell(self, moves: tuple[MovedSound, ...]) -> None:
        told = {why: [move for move in moves if move.why is why] for why in SoundMove}
        on_call = any(call.is_up for call in self._stage.lines)
        if told[SoundMove.UNPLUGGED]:
            where = _sentence(told[SoundMove.UNPLUGGED])
            again = "Plugged in again, it is taken up by itself."
            title = "Your headset is unplugged"
            title += ": the call goes on" if on_call else ""
            self._stage.say(title, f"{where} {again}", Light.WARN)
        elif told[SoundMove.BACK]:
            self._stage.say("Your headset is back", _sentence(told[SoundMove.BACK]))
        elif told[SoundMove.FOUND]:
            self._stage.say("A headset was found", _sentence(told[SoundMove.FOUND]))

    def _show(self) -> None:
        self._stage.out.headset_changed.emit(self._view() if self._open else None)

    def _view(self) -> HeadsetView:
        sound = self._stage.health.sound
        return HeadsetView(
            parts=tuple(self._part(part, sound) for part in SoundPart),
            ringing=self._file.chosen.ringing.value,
            ringing_named=self._file.ringing_is_named,
            trial=self._trial.value if self._trial is not None else "",
            echo=_ECHO_ON if sound.echo_cancelled else _ECHO_OFF,
            buttons=_BUTTONS.format(sound.buttons) if sound.buttons else _NO_BUTTONS,
            trouble=self._trouble(sound),
        )

    def _trouble(self, sound: wire.Sound) -> str:
        if not self._file.is_headset:
            return "Sound does not come from a headset on this desk: see [sound] in its settings."
        if not self._stage.health.engine_up:
            return "The softphone is not there; it is being started again."
        return sound.reason

    def _part(self, part: SoundPart, sound: wire.Sound) -> HeadsetPart:
        of_microphone = part is SoundPart.MICROPHONE
        names = self._devices.microphones if of_microphone else self._devices.earpieces
        chosen = self._file.chosen.of(part)
        missing = bool(chosen) and chosen not in names
        any_device = _ANY_RINGER if part is SoundPart.RINGER else _ANY
        choices = [DeviceChoice("", any_device, chosen=not chosen)]
        choices += [DeviceChoice(name, name, chosen=name == chosen) for name in names]
        if missing:
            choices.append(DeviceChoice(chosen, f"{chosen} (unplugged)", chosen=True))
        used = str(getattr(sound, part.value))
        note = f"In use: {used}" if used else "None in use"
        if self._file.is_named(part):
            note = f"Named in the settings file. {note}"
        return HeadsetPart(
            part.value, _LABELS[part], tuple(choices), note, named=self._file.is_named(part)
        )


def _sentence(moves: list[MovedSound]) -> str:
    return "You now " + " and ".join(f"{_DOES[move.part]} “{move.now}”" for move in moves) + "."
