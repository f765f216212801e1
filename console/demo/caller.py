"""A caller's end of the line: an engine of its own that dials the desk and speaks a recording."""

import uuid
from pathlib import Path

from PySide6.QtCore import QObject

from console.demo.personas import Persona
from console.phone.engine import Engine
from softphone import wire


class Caller(QObject):
    """One caller's telephone, used for one call after another."""

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        options = ("--bind", "127.0.0.1", "--sip-port", "0", "--sound", "none", "--keep", "5")
        self.engine = Engine(folder, options=options, parent=self)
        self.engine.joined.connect(self._on_joined)
        self.engine.received.connect(self._on_event)
        self.engine.failed.connect(self._on_failed)
        self.ready = False
        self.failed = ""
        self.forget()

    def forget(self) -> None:
        """Begin anew: nothing has happened on this call yet."""
        self._request = uuid.uuid4().hex
        self.call = ""
        self.placed_mono = 0.0
        self.ringing_mono = 0.0
        self.answered = False
        self.ended: wire.EndCause | None = None
        self.sound_set = False

    def start(self) -> None:
        """Start the engine."""
        self.engine.start()

    def stop(self) -> None:
        """End the engine."""
        self.engine.stop()

    def use_sound(self, *, microphone: Path, earpiece: Path | None = None) -> None:
        """Speak from one file and record what is heard into the other."""
        self.sound_set = False
        self.engine.send(
            wire.UseSound(
                kind=wire.SoundKind.FILES,
                microphone=str(microphone),
                earpiece=str(earpiece) if earpiece else "",
            )
        )

    def dial(self, persona: Persona, dialled: str, sip_address: str) -> None:
        """Call a practice's number at the desk."""
        self.engine.send(
            wire.PlaceCall(
                request=self._request,
                target=f"sip:{dialled}@{sip_address}",
                caller_number=persona.number,
                caller_name=persona.name,
            )
        )

    def hang_up(self) -> None:
        """End the call from the caller's side."""
        self.engine.send(wire.HangUp(call=self.call))

    def _on_joined(self, _welcome: wire.Welcome) -> None:
        self.ready = True

    def _on_failed(self, error: Exception) -> None:
        self.failed = str(error)

    def _on_event(self, event: wire.Event) -> None:
        match event:
            case wire.SoundChanged():
                self.sound_set = True
            case wire.CallPlaced() if event.request == self._request:
                self.call, self.placed_mono = event.call, event.mono
            case wire.CallAlerting() if event.call == self.call and not self.ringing_mono:
                self.ringing_mono = event.mono
            case wire.CallAnswered() if event.call == self.call:
                self.answered = True
            case wire.CallEnded() if event.call == self.call:
                self.ended = event.cause
            case wire.CommandRefused():
                self.failed = event.reason
            case _:
                pass
