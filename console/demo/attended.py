"""The attended run: callers ring one after another, and a person takes the calls."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from console.app import Program
from console.demo.caller import Caller
from console.demo.personas import Persona
from console.demo.steps import NeverCame, Story, Teller, Until, for_seconds
from resources import SOUNDS
from scripts.loader import Library
from softphone import wire

FIRST_AFTER_S = 3.0
NEXT_AFTER_S = 6.0
PATIENCE_S = 60.0  # how long a caller lets it ring


class Attended(QObject):
    """Plays the callers. `done` when the last has gone; the window stays."""

    done = Signal()

    def __init__(
        self,
        program: Program,
        library: Library,
        personas: Sequence[Persona],
        *,
        folder: Path,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._library = library
        self._personas = personas
        self._caller = Caller(folder / "caller", self)
        self._sip_address = ""
        program.engine.joined.connect(self._on_joined)

    def start(self) -> None:
        """Start the caller's engine and let the first one ring."""
        self._caller.start()
        self._teller = Teller(self._all_calls(), self)
        self._teller.done.connect(lambda _: self.done.emit())
        self._teller.start()

    def stop(self) -> None:
        """Take the callers off the line."""
        self._caller.stop()

    def _on_joined(self, welcome: wire.Welcome) -> None:
        self._sip_address = welcome.sip_address

    def _all_calls(self) -> Story:
        yield Until("both engines", lambda: bool(self._sip_address) and self._caller.ready)
        yield for_seconds(FIRST_AFTER_S)
        for persona in self._personas:
            yield from self._one_call(persona)
            yield for_seconds(NEXT_AFTER_S)

    def _one_call(self, persona: Persona) -> Story:
        practice = self._library.by_id(persona.practice)
        if practice is None:
            return
        caller = self._caller
        caller.forget()
        caller.use_sound(microphone=SOUNDS / "callers" / f"{persona.speech}.wav")
        caller.dial(persona, practice.numbers[0], self._sip_address)
        try:
            yield Until(
                "an answer", lambda: caller.answered or caller.ended is not None, PATIENCE_S
            )
        except NeverCame:
            caller.hang_up()
        yield Until("the end of the call", lambda: caller.ended is not None, 3600.0)
