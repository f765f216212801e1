"""What the desk knows of one call's recording, and how it is put in words."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto, unique
from typing import Final

from console.store.values import Consent

ASKED: Final = "asked"  # paused by the receptionist
SENSITIVE: Final = "sensitive"  # paused while something is asked that no recording keeps
HELD: Final = "held"  # the engine's own


@unique
class TapeState(Enum):
    """How far a call's recording has come."""

    NONE = auto()
    STARTING = auto()  # the caller agreed; key and file are on their way
    ON = auto()
    PAUSED = auto()
    OVER = auto()  # stopped, or it failed


@dataclass(slots=True)
class Tape:
    """A call's recording. Nothing of it is there for a practice whose calls are not recorded."""

    offered: bool = False  # the words are to be read, and nobody has answered them yet
    consent: Consent | None = None
    recording: str = ""
    state: TapeState = TapeState.NONE
    why: str = ""  # it is paused
    asked: bool = False  # the receptionist paused it
    sensitive: str = ""  # the question it rests for
    paused_at: datetime | None = None
    pauses: tuple[tuple[datetime, datetime, str], ...] = ()

    @property
    def runs(self) -> bool:
        """Whether there is a recording that has not ended."""
        return self.state in (TapeState.STARTING, TapeState.ON, TapeState.PAUSED)

    @property
    def words(self) -> str:
        """How the call list says it; "" where there is nothing to say."""
        match self.state:
            case TapeState.STARTING:
                return "starting to record"
            case TapeState.ON:
                return "recording"
            case TapeState.PAUSED:
                return f"recording paused{self._reason()}"
            case TapeState.OVER:
                return "recording ended"
        return "not recorded" if self.consent is Consent.REFUSED else ""

    @property
    def mark(self) -> str:
        """A mark for the words, so that no colour is needed to tell a rest from a recording."""
        return {TapeState.ON: "●", TapeState.PAUSED: "❙❙"}.get(self.state, "")

    def _reason(self) -> str:
        if self.sensitive and not self.asked:
            return f": {self.sensitive[:1].lower()}{self.sensitive[1:]}"
        return " while on hold" if self.why == HELD else ""
